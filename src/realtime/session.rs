//! One WebSocket. The only user of actix-web-actors.
//!
//! The actor is the body of the HTTP answer and runs only while its peer reads: a session whose socket is
//! blocked handles nothing, neither messages nor timers. So it judges nobody's liveness, its mailbox
//! is bounded, and the kernel ends a socket that takes nothing any more (`web::socket`).
//!
//! A join happens inside `ctx.wait`: meanwhile live events queue in the mailbox, and what both they and
//! the log brought is dropped by its `seq`. Every way out drops the `Membership`, which tells the
//! Broadcaster.

pub mod frames;
mod intake;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::prelude::*;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use actix_web_actors::ws::{self, CloseCode, CloseReason, WebsocketContext};
use tokio::sync::OwnedSemaphorePermit;

use super::Live;
use super::hub::Batch;
use super::join::{Joined, Refused};
use super::membership::Membership;
use super::messages::{Pulse, Push, Unsubscribe};
use super::protocol::{Client, Close, Join, Refusal, Server, VERSION, Who};
use crate::domain::access::User;
use crate::error::{Error, Result};
use crate::events::Seq;
use crate::ids::WarehouseId;
use frames::{Frames, Limits, Taken};

/// Rooms on one connection at most. A larger business opens another connection.
const ROOMS: usize = 64;

/// The number of the ping that follows the first join; the heartbeat's begin with 1.
const FIRST_PING: u64 = 0;

/// Bytes of the text in a close frame at most (RFC 6455 section 5.5, less the code).
const REASON_BYTES: usize = 123;

/// One WebSocket.
#[derive(Debug)]
pub struct Session {
    live: Live,
    user: User,
    pulse: Arc<Pulse>,
    /// `None` before [`Begin`], and once it is on its way out.
    membership: Option<Membership>,
    rooms: HashMap<WarehouseId, Followed>,
    has_joined: bool,
    /// The last ping, and when it was sent if it was not answered.
    ping: (u64, Option<Instant>),
    frames: Frames,
    /// The last word was said.
    is_ending: bool,
    _place: OwnedSemaphorePermit,
}

#[derive(Debug)]
struct Followed {
    code: String,
    /// The place of the next event to be sent.
    next: Seq,
}

impl Live {
    /// Answers the handshake, once the Broadcaster knows the session; it begins with the answer.
    ///
    /// # Errors
    /// `busy` when all places are taken, `malformed` when this is no WebSocket handshake.
    pub async fn answer(
        &self,
        user: User,
        request: &HttpRequest,
        payload: Payload,
    ) -> Result<HttpResponse> {
        let (place, pulse) = (self.place()?, Arc::<Pulse>::default());
        let session = |frames| Session {
            live: self.clone(),
            user,
            pulse: Arc::clone(&pulse),
            membership: None,
            rooms: HashMap::new(),
            has_joined: false,
            ping: (0, None),
            frames,
            is_ending: false,
            _place: place,
        };
        let (session, answer) = frames::answer(session, Limits::default(), request, payload)?;
        let connected = self.connect(session.clone().recipient(), pulse).await;
        session
            .try_send(Begin(connected))
            .map_err(Error::internal)?;
        Ok(answer)
    }
}

/// The first message to a session: the Broadcaster knows it, or does not want to.
#[derive(Message)]
#[rtype(result = "()")]
struct Begin(Result<Membership, Close>);

type Ctx = WebsocketContext<Session>;

impl Actor for Session {
    type Context = Ctx;

    fn started(&mut self, ctx: &mut Ctx) {
        ctx.set_mailbox_capacity(self.live.timing.mailbox);
        let heartbeat = self.live.timing.heartbeat.as_millis();
        let (login, name) = (&self.user.login, &self.user.name);
        let welcome = Server::Welcome {
            protocol: VERSION,
            user: Who { login, name },
            heartbeat_ms: u64::try_from(heartbeat).unwrap_or(u64::MAX),
        };
        ctx.text(welcome.encode());
        ctx.run_later(self.live.timing.join_within, |act, ctx| {
            if !act.has_joined {
                act.end(Close::NeverJoined, ctx);
            }
        });
    }
}

impl Session {
    /// Says why, and goes.
    fn end(&mut self, why: Close, ctx: &mut Ctx) {
        self.end_with(why, "", Duration::ZERO, ctx);
    }

    fn end_with(&mut self, why: Close, detail: &str, retry_after: Duration, ctx: &mut Ctx) {
        if self.is_ending {
            return;
        }
        log::debug!(
            "a session ends why={} detail={detail} login={}",
            why.name(),
            self.user.login
        );
        self.is_ending = true;
        if let Some(membership) = &mut self.membership.take() {
            membership.why = Some(why);
        }
        self.rooms.clear();
        ctx.text(Server::bye(why, retry_after).encode());
        let reason = CloseReason {
            code: CloseCode::Other(why.code()),
            description: Some(reason(why, detail)),
        };
        frames::part(reason, ctx);
    }

    fn says(&mut self, text: &str, ctx: &mut Ctx) {
        match Client::parse(text) {
            Ok(Client::Join(join)) => self.join(join, ctx),
            Ok(Client::Leave { room }) => self.leave(room, ctx),
            Ok(Client::Pong { id }) => self.pong(id, ctx),
            Err(detail) => self.end_with(Close::Malformed, &detail, Duration::ZERO, ctx),
        }
    }

    fn join(&mut self, join: Join, ctx: &mut Ctx) {
        let Some(id) = self.membership.as_ref().map(|m| m.id) else {
            return;
        };
        let room = join.room.clone();
        let again = self.rooms.values().any(|followed| followed.code == room);
        if !again && self.rooms.len() >= ROOMS {
            let detail = format!("A connection holds {ROOMS} rooms.");
            return refuse(Refusal::TooManyRooms, &detail, Some(&room), ctx);
        }
        let (live, user) = (self.live.clone(), self.user.clone());
        let joined = async move { live.join(id, user, join).await };
        ctx.wait(
            joined
                .into_actor(self)
                .map(move |answer, act, ctx| match answer {
                    Ok(joined) => act.joined(joined, ctx),
                    Err(Refused::NotFound(detail)) => {
                        refuse(Refusal::NotFound, &detail, Some(&room), ctx);
                    }
                    Err(Refused::Close(why)) => act.end(why, ctx),
                }),
        );
    }

    fn joined(&mut self, joined: Joined, ctx: &mut Ctx) {
        if self.is_ending {
            return;
        }
        let answer = Server::Joined {
            room: &joined.code,
            epoch: self.live.store.epoch(),
            seq: joined.seq,
            mode: joined.mode,
        };
        ctx.text(answer.encode());
        for frame in joined.missed {
            ctx.text(frame);
        }
        if !self.has_joined {
            self.has_joined = true;
            self.first_ping(&joined.code, joined.seq, ctx);
        }
        let (code, next) = (joined.code, joined.seq + 1);
        self.rooms.insert(joined.room, Followed { code, next });
    }

    /// Measures the way there and back at once; the heartbeat's first ping may be long in coming. Where it
    /// came before the join, its pong is still awaited.
    fn first_ping(&mut self, room: &str, seq: Seq, ctx: &mut Ctx) {
        if self.ping.0 != FIRST_PING {
            return;
        }
        let (id, heads) = (FIRST_PING, BTreeMap::from([(room, seq)]));
        self.ping = (id, Some(Instant::now()));
        ctx.text(Server::Ping { id, heads }.encode());
    }

    fn leave(&mut self, code: String, ctx: &mut Ctx) {
        let left = self.rooms.iter().find(|(_, f)| f.code == code);
        let (Some(room), Some(me)) = (left.map(|(&room, _)| room), &self.membership) else {
            let detail = "This room was not joined.";
            return refuse(Refusal::NotJoined, detail, Some(&code), ctx);
        };
        self.rooms.remove(&room);
        let unsubscribe = Unsubscribe { id: me.id, room };
        let left = self.live.broadcaster.send(unsubscribe).into_actor(self);
        ctx.wait(left.map(move |_, _, ctx: &mut Ctx| {
            ctx.text(Server::Left { room: &code }.encode());
        }));
    }

    fn pong(&mut self, id: u64, ctx: &mut Ctx) {
        let (asked, sent) = &mut self.ping;
        if id > *asked {
            refuse(Refusal::NotAsked, "There was no such ping.", None, ctx);
        } else if let Some(sent) = sent.take_if(|_| id == *asked) {
            let ms = (sent.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
            ctx.text(Server::Rtt { ms }.encode());
        }
    }

    fn events(&mut self, batch: &Batch, ctx: &mut Ctx) {
        self.pulse.unload(batch);
        let Some(followed) = self.rooms.get_mut(&batch.room) else {
            return;
        };
        match batch.from(followed.next) {
            Some(frames) => {
                for frame in frames {
                    ctx.text(frame.clone());
                    followed.next += 1;
                }
            }
            // The hub leaves no gap; should it, then coming back is the way to close it.
            None => self.end(Close::Evicted, ctx),
        }
    }
}

impl Handler<Begin> for Session {
    type Result = ();

    fn handle(&mut self, Begin(connected): Begin, ctx: &mut Ctx) {
        match connected {
            Ok(membership) => self.membership = Some(membership),
            Err(why) => self.end(why, ctx),
        }
    }
}

impl Handler<Push> for Session {
    type Result = ();

    fn handle(&mut self, push: Push, ctx: &mut Ctx) {
        match push {
            Push::Events(batch) => self.events(&batch, ctx),
            Push::Ping { id, frame } if !self.is_ending => {
                self.ping = (id, Some(Instant::now()));
                ctx.text(frame);
            }
            Push::Ping { .. } => {}
            Push::End { why, retry_after } => self.end_with(why, "", retry_after, ctx),
        }
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for Session {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, ctx: &mut Ctx) {
        self.pulse.hear();
        match self.frames.take(message) {
            Ok(Taken::Close(_)) if self.is_ending => ctx.stop(),
            _ if self.is_ending => {}
            Ok(Taken::Text(text)) => self.says(&text, ctx),
            Ok(Taken::Ping(payload)) => ctx.pong(&payload),
            Ok(Taken::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            Ok(Taken::Nothing) => {}
            Ok(Taken::Binary(_)) => self.end(Close::NotText, ctx),
            Err(why) => self.end(why, ctx),
        }
    }

    fn finished(&mut self, ctx: &mut Ctx) {
        match self.frames.fault() {
            Some(why) => self.end(why, ctx),
            None => ctx.stop(),
        }
    }
}

fn refuse(code: Refusal, detail: &str, room: Option<&str>, ctx: &mut Ctx) {
    let refusal = Server::Error { code, detail, room };
    ctx.text(refusal.encode());
}

fn reason(why: Close, detail: &str) -> String {
    let mut text = why.name().to_owned();
    if !detail.is_empty() {
        text = format!("{text}: {detail}");
    }
    text.truncate(text.floor_char_boundary(REASON_BYTES));
    text
}
