//! A subscriber of one room who has no WebSocket: an HTTP stream, or a request that waits.
//!
//! The rules are those of a session. What is pushed waits in a bounded mailbox; when it is full, the
//! Broadcaster ends the subscription, the last word gets in behind the backlog, and whoever comes back resumes.
//! The mailbox belongs to an `Ear`, which hands on one message at a time and otherwise stands still, so
//! nothing else piles up. It ends when the [`Listening`] is dropped: with the answer's body, which
//! actix-web drops when the client is gone.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use bytestring::ByteString;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::Live;
use super::join::{Joined, Refused};
use super::membership::Membership;
use super::messages::{Pulse, Push};
use super::protocol::{Close, Join, Mode};
use crate::domain::access::User;
use crate::error::{Code, Error, Result};
use crate::events::{Epoch, Seq};

/// Somebody who listens to one room.
#[derive(Debug)]
pub struct Listening {
    /// The room.
    pub room: String,
    /// The log's identity.
    pub epoch: Epoch,
    /// Where the room stood when they joined.
    pub head: Seq,
    /// What they have to do.
    pub mode: Mode,
    /// Everything up to here was handed out, or is none of their business.
    pub seq: Seq,
    missed: Vec<ByteString>,
    pushes: mpsc::Receiver<Push>,
    pulse: Arc<Pulse>,
    membership: Option<Membership>,
    _place: OwnedSemaphorePermit,
}

/// What a listener hears.
#[derive(Debug)]
pub enum News {
    /// Events: those after `after`, one after the other.
    Events {
        /// The place before the first.
        after: Seq,
        /// Their frames.
        frames: Vec<ByteString>,
    },
    /// A ping with the room's head. There is no way to answer it, and no need to.
    Ping(ByteString),
    /// Nothing follows.
    End {
        /// Why.
        why: Close,
        /// How long to stay away at least.
        retry_after: Duration,
    },
}

impl Live {
    /// Lets somebody listen to a room.
    ///
    /// # Errors
    /// `not_found` when there is no such room for them, `busy` when all places are taken or the server is on
    /// its way down, `unavailable` when the log cannot be read.
    pub async fn listen(&self, user: User, join: Join) -> Result<Listening> {
        let place = self.place()?;
        let (to, pushes) = mpsc::channel(1);
        let mailbox = self.timing.mailbox;
        let ear = Ear { to, mailbox }.start();
        let pulse = Arc::<Pulse>::default();
        let connected = self.connect(ear.recipient(), Arc::clone(&pulse));
        let membership = connected.await.map_err(Refused::Close)?;
        let Joined {
            code: room,
            seq: head,
            mode,
            missed,
            ..
        } = self.join(membership.id, user, join).await?;
        Ok(Listening {
            room,
            epoch: self.store.epoch().clone(),
            head,
            mode,
            seq: head - Seq::try_from(missed.len()).unwrap_or_default(),
            missed,
            pushes,
            pulse,
            membership: Some(membership),
            _place: place,
        })
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound(detail) => Self::refused(Code::NotFound, detail),
            Refused::Close(why @ Close::LogUnavailable) => Self::unavailable(why.name()),
            Refused::Close(why) => Self::busy(why.name()),
        }
    }
}

impl Listening {
    /// What is there already; nothing is waited for.
    pub fn missed(&mut self) -> Option<News> {
        let frames = std::mem::take(&mut self.missed);
        (!frames.is_empty()).then(|| self.hand_out(frames))
    }

    /// What comes next. Can be dropped while it waits, and nothing is lost.
    pub async fn next(&mut self) -> News {
        if let Some(missed) = self.missed() {
            return missed;
        }
        while let Some(push) = self.pushes.recv().await {
            match push {
                Push::Events(batch) => {
                    self.pulse.unload(&batch);
                    match batch.from(self.seq + 1).map(<[_]>::to_vec) {
                        Some(frames) if frames.is_empty() => {}
                        Some(frames) => return self.hand_out(frames),
                        // The hub leaves no gap; should it, then coming back is the way to close it.
                        None => return self.end(Close::Evicted, Duration::ZERO),
                    }
                }
                Push::Ping { frame, .. } => {
                    self.pulse.hear();
                    return News::Ping(frame);
                }
                Push::End { why, retry_after } => return self.end(why, retry_after),
            }
        }
        self.end(Close::Restarting, Duration::ZERO)
    }

    fn hand_out(&mut self, frames: Vec<ByteString>) -> News {
        let after = self.seq;
        self.seq += Seq::try_from(frames.len()).unwrap_or_default();
        News::Events { after, frames }
    }

    fn end(&mut self, why: Close, retry_after: Duration) -> News {
        if let Some(membership) = &mut self.membership.take() {
            membership.why = Some(why);
        }
        News::End { why, retry_after }
    }
}

/// Has the mailbox.
struct Ear {
    to: mpsc::Sender<Push>,
    mailbox: usize,
}

impl Actor for Ear {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(self.mailbox);
    }
}

impl Handler<Push> for Ear {
    type Result = ();

    fn handle(&mut self, push: Push, ctx: &mut Self::Context) {
        if let Err(TrySendError::Full(push)) = self.to.try_send(push) {
            let to = self.to.clone();
            // Where nobody is there to take it any more, nobody needs it.
            let taken = async move { to.send(push).await.ok() }.into_actor(self);
            ctx.wait(taken.map(|_, _, _| ()));
        }
    }
}
