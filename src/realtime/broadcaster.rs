//! The actor that carries the [`Hub`]: takes committed events, hands them on, judges who is alive.
//!
//! * It never waits for a subscriber. A mailbox that is full is an eviction, whoever is behind it; one whose
//!   peer stopped reading does not run and could not judge itself.
//! * What arrives while it works is handed on together: one message to each subscriber, whatever the number of
//!   events. When it is idle, an event waits for nothing.
//! * Its own mailbox is bounded too. A [`Committed`] that finds no room is found in the log; so is one that
//!   is missing while later ones are here.
//!
//! The log is read for nothing else but a room's first subscriber, and never while nothing happens.

mod lines;
mod log;

use std::collections::HashMap;
use std::time::Duration;

use actix::prelude::*;
use tokio::sync::oneshot;

use super::hub::{Admission, Hub, Limits, SLICES, SubscriberId, Wish};
use super::messages::{Closed, Connect, Drain, Push, Stats, Subscribe, Unsubscribe};
use super::protocol::Close;
use crate::config::Config;
use crate::events::{Committed, Event};
use crate::ids::WarehouseId;
use crate::store::Store;
use lines::Lines;
use log::Mending;

/// Messages that may wait for the Broadcaster. Joins wait for their turn beyond it, events are read from
/// the log; larger only delays the moment at which that is quicker.
const MAILBOX: usize = 1024;

/// Events after which those who listen are told, even if more are waiting. Larger means fewer, larger
/// messages under load, and that the first event of a burst waits longer.
const TOGETHER: usize = 128;

/// How long a missing event may be late before the log is read. PostgreSQL's transactions announce
/// themselves in any order, but within the time it takes to wake a thread.
const LATE: Duration = Duration::from_millis(50);

/// Subscribers sent away together when the server stops, and the pause before the next: 10,000 a second. At
/// once, the farewells would hold up the requests that are being finished.
const LEAVE_AT_ONCE: usize = 200;
const LEAVE_EVERY: Duration = Duration::from_millis(20);

/// Bytes of events of each room in memory. A thousand events of stock are some 600 kB; those of scans and sheets are up
/// to 30 kB each.
const REPLAY_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of events that one who comes back is sent at most.
const RESUME_BYTES: usize = 1024 * 1024;

/// Hands events to subscribers.
#[derive(Debug)]
pub struct Broadcaster {
    store: Store,
    hub: Hub,
    lines: Lines,
    /// Who waits for a room to be opened.
    parked: HashMap<WarehouseId, Vec<Parked>>,
    replay: usize,
    heartbeat: Duration,
    slice: u64,
    /// Events taken since the last flush.
    unflushed: usize,
    mending: Mending,
    draining: bool,
}

#[derive(Debug)]
struct Parked {
    id: SubscriberId,
    wish: Wish,
    answer: oneshot::Sender<Result<Admission, Close>>,
}

impl Broadcaster {
    /// Starts it in the arbiter at hand, and has the store tell it what is committed.
    pub fn start(store: &Store, config: &Config) -> Addr<Self> {
        let limits = Limits {
            replay: config.replay,
            replay_bytes: REPLAY_BYTES,
            resume: config.resume_limit,
            resume_bytes: RESUME_BYTES,
        };
        let broadcaster = Self {
            store: store.clone(),
            hub: Hub::new(store.epoch().clone(), limits),
            lines: Lines::default(),
            parked: HashMap::new(),
            replay: config.replay,
            heartbeat: config.heartbeat,
            slice: 0,
            unflushed: 0,
            mending: Mending::default(),
            draining: false,
        };
        let addr = Actor::start(broadcaster);
        store.publish_to(addr.clone().recipient());
        addr
    }

    fn flush(&mut self) {
        self.unflushed = 0;
        let mut failed = Vec::new();
        for batch in self.hub.flush() {
            let room = batch.room;
            let push = Push::Events(batch);
            failed.extend(self.lines.send(&push, self.hub.members(room)));
        }
        self.part_all(failed);
    }

    /// Flushes when everything that waits has been taken: the mailbox is emptied before what was spawned
    /// is looked at.
    fn take(&mut self, events: &[Event], ctx: &mut Context<Self>) {
        if self.unflushed == 0 {
            let drained = async {}.into_actor(self);
            ctx.spawn(drained.map(|(), act, _| act.flush()));
        }
        self.hub.commit(events);
        self.unflushed += events.len();
        if self.unflushed >= TOGETHER {
            self.flush();
        }
    }

    fn beat(&mut self, ctx: &mut Context<Self>) {
        self.flush();
        self.slice += 1;
        let lines = &self.lines;
        let beat = self.hub.beat(self.slice, |id| lines.take_heard(id));
        let mut failed = Vec::new();
        for ping in beat.pings {
            let (id, frame) = (ping.id, ping.frame);
            let push = Push::Ping { id, frame };
            failed.extend(self.lines.send(&push, ping.to.into_iter()));
        }
        let silent = beat.silent.into_iter().map(|id| (id, Some(Close::NoPong)));
        self.part_all(failed.into_iter().chain(silent));
        self.mend(ctx);
    }

    /// Removes subscribers; those who are removed for a reason are told.
    fn part_all(&mut self, gone: impl IntoIterator<Item = (SubscriberId, Option<Close>)>) {
        for (id, why) in gone {
            if self.hub.remove(id, why) {
                self.lines.end(id, why, Duration::ZERO);
            }
        }
    }

    fn send_away(&mut self, slice: Vec<(SubscriberId, Duration)>) {
        for (id, retry_after) in slice {
            // Whoever went meanwhile was not sent away.
            if self.hub.remove(id, Some(Close::Restarting)) {
                self.lines.end(id, Some(Close::Restarting), retry_after);
            }
        }
    }

    fn admit(&mut self, id: SubscriberId, wish: &Wish) -> Result<Admission, Close> {
        // Whoever was there before is told first, so that nobody is told twice.
        self.flush();
        self.hub.subscribe(id, wish).ok_or(Close::Evicted)
    }
}

impl Actor for Broadcaster {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        let slices = u32::try_from(SLICES).unwrap_or(u32::MAX);
        ctx.run_interval(self.heartbeat / slices, Self::beat);
    }
}

impl Handler<Committed> for Broadcaster {
    type Result = ();

    fn handle(&mut self, Committed(events): Committed, ctx: &mut Self::Context) {
        self.take(&events, ctx);
        self.look_for_holes(ctx);
    }
}

impl Handler<Connect> for Broadcaster {
    type Result = Result<SubscriberId, Close>;

    fn handle(&mut self, message: Connect, _: &mut Self::Context) -> Self::Result {
        if self.draining {
            return Err(Close::Restarting);
        }
        let id = self.hub.connect();
        self.lines.open(id, message);
        Ok(id)
    }
}

impl Handler<Subscribe> for Broadcaster {
    type Result = ResponseFuture<Result<Admission, Close>>;

    fn handle(&mut self, message: Subscribe, ctx: &mut Self::Context) -> Self::Result {
        let Subscribe { id, code, wish } = message;
        let (answer, answered) = oneshot::channel();
        if self.hub.is_open(wish.room) {
            let admission = self.admit(id, &wish);
            self.look_for_holes(ctx);
            return Box::pin(std::future::ready(admission));
        }
        let room = wish.room;
        let parked = Parked { id, wish, answer };
        self.parked.entry(room).or_default().push(parked);
        if self.hub.prepare(room, &code) {
            self.open(room, ctx);
        }
        Box::pin(async { answered.await.unwrap_or(Err(Close::Restarting)) })
    }
}

impl Handler<Unsubscribe> for Broadcaster {
    type Result = ();

    fn handle(&mut self, Unsubscribe { id, room }: Unsubscribe, _: &mut Self::Context) {
        self.hub.unsubscribe(id, room);
    }
}

impl Handler<Closed> for Broadcaster {
    type Result = ();

    fn handle(&mut self, Closed { id, why }: Closed, _: &mut Self::Context) {
        if self.hub.remove(id, why) {
            self.lines.forget(id);
        }
    }
}

impl Handler<Stats> for Broadcaster {
    type Result = MessageResult<Stats>;

    fn handle(&mut self, _: Stats, _: &mut Self::Context) -> Self::Result {
        self.flush();
        MessageResult(self.hub.figures())
    }
}

impl Handler<Drain> for Broadcaster {
    type Result = usize;

    fn handle(&mut self, Drain { spread }: Drain, ctx: &mut Self::Context) -> usize {
        self.flush();
        self.draining = true;
        let everybody = self.lines.ids();
        let steps = u32::try_from(everybody.len()).unwrap_or(u32::MAX).max(1);
        let mut delay = Duration::ZERO;
        let waits = (0..).map(|step| spread / steps * step);
        let leaving: Vec<_> = everybody.iter().copied().zip(waits).collect();
        for slice in leaving.chunks(LEAVE_AT_ONCE) {
            let slice = slice.to_vec();
            ctx.run_later(delay, move |act, _| act.send_away(slice));
            delay += LEAVE_EVERY;
        }
        leaving.len()
    }
}
