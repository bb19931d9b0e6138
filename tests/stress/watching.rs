//! The client's WebSocket.

use std::pin::pin;
use std::time::Duration;

use actix_rt::time::timeout;
use futures_util::StreamExt;
use futures_util::future::{Either, LocalBoxFuture, pending, select};
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};

use crate::mirror::{Mirror, text};
use crate::model::{End, Model};
use crate::snapshot::Snapshot;
use crate::socket::Socket;

/// How long a handshake may take, for most and for the patient.
const HANDSHAKE: Duration = Duration::from_secs(5);
const PATIENT: Duration = Duration::from_secs(30);

/// A restless client does something else after one in so many frames.
const RESTLESS: usize = 15;

/// A snapshot that was asked for: of which room, after which answer.
type Load<'a> = LocalBoxFuture<'a, (String, u32, Snapshot)>;

struct Line<'a> {
    model: &'a Model,
    socket: Socket,
    /// Snapshots under way.
    loads: FuturesUnordered<Load<'a>>,
    /// The line is dead when nothing came for so long.
    silence: Duration,
    /// The last word, if it was said.
    bye: Option<(u16, Duration)>,
}

/// One connection, from the handshake to its end.
pub(crate) async fn follow(model: &Model) -> End {
    let within = if model.habits.get().patient {
        PATIENT
    } else {
        HANDSHAKE
    };
    let socket = match timeout(within, model.caller.try_connect()).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(Some(status))) => return End::Refused(status),
        Ok(Err(None)) | Err(_) => return End::Broken,
    };
    let mut line = Line {
        model,
        socket,
        loads: FuturesUnordered::new(),
        silence: within,
        bye: None,
    };
    let end = line.run().await;
    end.unwrap_or_else(|end| end)
}

impl Line<'_> {
    async fn run(&mut self) -> Result<End, End> {
        let welcome = self.next().await?;
        if text(&welcome["type"]) == "welcome" {
            let heartbeat = welcome["heartbeat_ms"].as_u64().unwrap_or_default();
            self.silence = 2 * Duration::from_millis(heartbeat);
            for room in self.rooms() {
                self.join(&room).await?;
            }
        } else {
            self.hear(welcome).await?;
        }
        loop {
            let frame = self.next().await?;
            self.hear(frame).await?;
            if self.model.habits.get().restless {
                self.fidget().await?;
            }
        }
    }

    fn rooms(&self) -> Vec<String> {
        let mirrors = self.model.mirrors.borrow();
        mirrors.iter().map(|mirror| mirror.room.clone()).collect()
    }

    /// The next frame; snapshots that arrive meanwhile are taken in.
    async fn next(&mut self) -> Result<Value, End> {
        loop {
            let news = {
                let frame = pin!(timeout(self.silence, self.socket.try_frame()));
                // Without one under way, there is nothing to wait for.
                let load = async {
                    match self.loads.next().await {
                        Some(loaded) => loaded,
                        None => pending().await,
                    }
                };
                match select(frame, pin!(load)).await {
                    Either::Left((heard, _)) => Either::Left(heard),
                    Either::Right((loaded, _)) => Either::Right(loaded),
                }
            };
            match news {
                Either::Left(Ok(Ok(frame))) => return Ok(frame),
                Either::Left(Ok(Err(close))) => {
                    return Err(self.end(close.map(|close| close.code.into())));
                }
                Either::Left(Err(_silence)) => return Err(End::Broken),
                Either::Right((room, load, snapshot)) => self.take_in(&room, load, snapshot)?,
            }
        }
    }

    fn take_in(&self, room: &str, load: u32, snapshot: Snapshot) -> Result<(), End> {
        let taken = self.model.with(room, |mirror| {
            // One that an earlier answer asked for is exact for an earlier place.
            if mirror.is_loading && mirror.loads == load {
                mirror.loaded(snapshot)?;
            }
            Ok(())
        });
        taken.ok_or(End::Left)
    }

    fn end(&self, close: Option<u16>) -> End {
        match (close, self.bye) {
            (None, _) => End::Broken,
            (Some(code), Some((said, wait))) if said == code => End::Bye(code, wait),
            (Some(code), said) => {
                self.model
                    .wrong(format_args!("expected a bye of code {code}, got {said:?}"));
                End::Broken
            }
        }
    }

    async fn hear(&mut self, frame: Value) -> Result<(), End> {
        let model = self.model;
        let room = text(&frame["room"]).to_owned();
        let heard = match text(&frame["type"]) {
            "event" => model.event(frame),
            "joined" => self.joined(&room, &frame),
            "left" => match model.with(&room, Mirror::left) {
                Some(()) => return self.join(&room).await,
                None => None,
            },
            "ping" => return self.pong(&frame).await,
            "rtt" => Some(()),
            "bye" => {
                let number = |field: &str| frame[field].as_u64().unwrap_or_default();
                let wait = Duration::from_millis(number("retry_after_ms"));
                self.bye = Some((u16::try_from(number("code")).unwrap_or_default(), wait));
                Some(())
            }
            _ => {
                model.wrong(format_args!(
                    "expected a frame for an honest client, got {frame}"
                ));
                None
            }
        };
        heard.ok_or(End::Left)
    }

    fn joined(&mut self, room: &str, frame: &Value) -> Option<()> {
        let model = self.model;
        model.is_in();
        let due = model.with(room, |mirror| {
            mirror.joined(frame)?;
            Ok(mirror.is_loading.then_some(mirror.loads))
        })?;
        if let Some(load) = due {
            let room = room.to_owned();
            self.loads.push(Box::pin(async move {
                let snapshot = model.load(&room).await;
                (room, load, snapshot)
            }));
        }
        Some(())
    }

    async fn pong(&mut self, ping: &Value) -> Result<(), End> {
        for (room, head) in ping["heads"].as_object().into_iter().flatten() {
            let head = head.as_i64().unwrap_or_default();
            self.model
                .with(room, |mirror| mirror.ping(head))
                .ok_or(End::Left)?;
        }
        self.say(json!({ "type": "pong", "id": ping["id"] })).await
    }

    async fn join(&mut self, room: &str) -> Result<(), End> {
        let mut join = json!({ "type": "join", "room": room });
        let have = self.model.with(room, |mirror| Ok(mirror.ask()));
        if let Some((epoch, seq)) = have.flatten() {
            join["epoch"] = epoch.into();
            join["seq"] = seq.into();
        }
        self.say(join).await
    }

    async fn say(&mut self, frame: Value) -> Result<(), End> {
        if self.socket.try_say(&frame).await {
            Ok(())
        } else {
            Err(End::Broken)
        }
    }

    /// Does something that nobody expects just now.
    async fn fidget(&mut self) -> Result<(), End> {
        let (model, rooms) = (self.model, self.rooms());
        let (what, room) = {
            let mut dice = model.dice.borrow_mut();
            (dice.below(RESTLESS), dice.pick(&rooms).clone())
        };
        let often = if self.loads.is_empty() { RESTLESS } else { 2 };
        if model.breaks_off(often, &room) {
            return Err(End::Left);
        }
        match what {
            0 => {
                model.tally.fault("joined again");
                self.join(&room).await
            }
            1 if model.with(&room, |mirror| Ok(mirror.leave())) == Some(true) => {
                model.tally.fault("left a room");
                self.say(json!({ "type": "leave", "room": room })).await
            }
            _ => Ok(()),
        }
    }
}
