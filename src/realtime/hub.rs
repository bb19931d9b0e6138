//! What the live connection knows, without an actor, a clock or a socket: rooms, subscribers, order.
//!
//! Events are announced by [`Hub::commit`] and may come twice, too early or not at all (PostgreSQL's
//! transactions end side by side). The hub hands them on once each and in the order of `seq`: one that
//! comes too early is held, and [`Hub::holes`] names the places after which the log must be read. What was
//! read is announced like everything else, so there is one way in.
//!
//! A room is opened by its first subscriber, with its newest events from the log; nobody's rooms cost
//! nothing. It then keeps a bounded number of encoded frames, so that those who come back rarely need
//! the log.
//!
//! Every method answers what is to be done; doing it is the business of whoever carries the hub. A
//! subscriber leaves in one way only, [`Hub::remove`].

mod admission;
mod room;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bytestring::ByteString;

pub use admission::{Admission, Wish};

use super::protocol::{Close, Server};
use crate::events::{Epoch, Event, Seq};
use crate::ids::WarehouseId;
use admission::admit;
use room::{Fate, Room};

/// Pings that may stay unanswered; the next one is an eviction.
const UNANSWERED: u8 = 2;

/// The subscribers are pinged in so many groups, one after the other, so that a heartbeat of ten
/// thousands does not hold up the events of everybody.
pub const SLICES: u64 = 25;

/// What a hub keeps and gives.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Events of each room in memory.
    pub replay: usize,
    /// Their bytes at most.
    pub replay_bytes: usize,
    /// Events that one who comes back is sent at most.
    pub resume: usize,
    /// Their bytes at most. A thousand who come back at once cost a thousand times this.
    pub resume_bytes: usize,
}

/// Somebody who is told of events, for as long as they are there. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriberId(pub u64);

/// Events of one room, one after the other, encoded once for everybody.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The room.
    pub room: WarehouseId,
    /// The place of the first.
    pub first: Seq,
    /// The frames.
    pub frames: Arc<[ByteString]>,
    /// Their length together.
    pub bytes: usize,
}

impl Batch {
    /// The frames from place `next` on, for a subscriber who has all before it; `None` when there is a
    /// gap between.
    pub fn from(&self, next: Seq) -> Option<&[ByteString]> {
        let skip = usize::try_from(next - self.first).ok()?;
        Some(self.frames.get(skip..).unwrap_or_default())
    }
}

/// A ping for all subscribers who are in the same rooms.
#[derive(Clone, Debug)]
pub struct Ping {
    /// To be answered with this.
    pub id: u64,
    /// The frame, with the heads of their rooms.
    pub frame: ByteString,
    /// Whom it is for.
    pub to: Vec<SubscriberId>,
}

/// What a heartbeat asks for.
#[derive(Clone, Debug, Default)]
pub struct Beat {
    /// To be sent.
    pub pings: Vec<Ping>,
    /// To be removed: they did not answer.
    pub silent: Vec<SubscriberId>,
}

/// Counters, and what is there now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Subscribers.
    pub subscribers: usize,
    /// Rooms in memory.
    pub rooms: usize,
    /// Subscribers of each room, added up.
    pub subscriptions: usize,
    /// Events handed on, each once.
    pub events: u64,
    /// Events that were announced again.
    pub duplicates: u64,
    /// Events that were announced too early.
    pub held: u64,
    /// Connections ended, by reason.
    pub closes: BTreeMap<Close, u64>,
}

/// Rooms and subscribers.
#[derive(Debug)]
pub struct Hub {
    epoch: Epoch,
    limits: Limits,
    rooms: BTreeMap<WarehouseId, Room>,
    subscribers: HashMap<SubscriberId, Subscriber>,
    /// Rooms with events that were not handed on yet.
    changed: BTreeSet<WarehouseId>,
    newest: u64,
    ping: u64,
    counted: Figures,
}

#[derive(Debug, Default)]
struct Subscriber {
    rooms: BTreeSet<WarehouseId>,
    unanswered: u8,
}

impl Hub {
    /// An empty one, for the log of that identity.
    pub fn new(epoch: Epoch, limits: Limits) -> Self {
        Self {
            epoch,
            limits,
            rooms: BTreeMap::new(),
            subscribers: HashMap::new(),
            changed: BTreeSet::new(),
            newest: 0,
            ping: 0,
            counted: Figures::default(),
        }
    }

    /// A new subscriber, in no room yet.
    pub fn connect(&mut self) -> SubscriberId {
        self.newest += 1;
        let id = SubscriberId(self.newest);
        self.subscribers.insert(id, Subscriber::default());
        id
    }

    /// Makes a place for a room that is to be read from the log and then opened; events that are
    /// announced meanwhile are kept. Answers whether it was not there before.
    pub fn prepare(&mut self, room: WarehouseId, code: &str) -> bool {
        let mut is_new = false;
        self.rooms.entry(room).or_insert_with(|| {
            is_new = true;
            Room::opening(code)
        });
        is_new
    }

    /// Opens a room at `head`, with the events up to it, oldest first.
    pub fn open(&mut self, room: WarehouseId, head: Seq, history: &[Event]) {
        if let Some(room) = self.rooms.get_mut(&room) {
            room.open(head, history, &self.limits);
        }
    }

    /// Whether the room can be joined.
    pub fn is_open(&self, room: WarehouseId) -> bool {
        self.rooms.get(&room).is_some_and(|r| r.head.is_some())
    }

    /// Lets a subscriber into an open room; one who is in it already may say anew what they hold.
    ///
    /// `None` when there is no such subscriber (any more) or the room is not open.
    pub fn subscribe(&mut self, id: SubscriberId, wish: &Wish) -> Option<Admission> {
        let room = self.rooms.get_mut(&wish.room)?;
        let head = room.head?;
        let subscriber = self.subscribers.get_mut(&id)?;
        subscriber.rooms.insert(wish.room);
        room.members.insert(id);
        room.hears_of(wish.logged);
        Some(admit(wish, room, head, (&self.epoch, &self.limits)))
    }

    /// Takes a subscriber out of a room.
    pub fn unsubscribe(&mut self, id: SubscriberId, room: WarehouseId) {
        if let Some(subscriber) = self.subscribers.get_mut(&id) {
            subscriber.rooms.remove(&room);
        }
        if let Some(room) = self.rooms.get_mut(&room) {
            room.members.remove(&id);
        }
    }

    /// The one way out. Answers whether the subscriber was there; only then `why` is counted.
    pub fn remove(&mut self, id: SubscriberId, why: Option<Close>) -> bool {
        let Some(subscriber) = self.subscribers.remove(&id) else {
            return false;
        };
        for room in &subscriber.rooms {
            if let Some(room) = self.rooms.get_mut(room) {
                room.members.remove(&id);
            }
        }
        if let Some(why) = why {
            *self.counted.closes.entry(why).or_default() += 1;
        }
        true
    }

    /// Forgets a room that cannot be followed: its log could not be read. Answers who was in it; they are to
    /// be removed.
    pub fn lose(&mut self, room: WarehouseId) -> BTreeSet<SubscriberId> {
        self.changed.remove(&room);
        let lost = self.rooms.remove(&room);
        lost.map(|room| room.members).unwrap_or_default()
    }

    /// Takes note of events, whatever their order. What can be handed on comes with [`Self::flush`].
    pub fn commit(&mut self, events: &[Event]) {
        for event in events {
            let Some(room) = self.rooms.get_mut(&event.warehouse) else {
                continue;
            };
            match room.accept(event, &self.limits) {
                Fate::Duplicate => self.counted.duplicates += 1,
                Fate::Held => self.counted.held += 1,
                Fate::Taken => {
                    self.changed.insert(event.warehouse);
                }
            }
        }
    }

    /// Everything that is to be handed on: one batch for each room where something happened.
    pub fn flush(&mut self) -> Vec<Batch> {
        let mut batches = Vec::new();
        for id in std::mem::take(&mut self.changed) {
            let drained = self.rooms.get_mut(&id).and_then(Room::drain);
            if let Some((first, frames)) = drained {
                self.counted.events += frames.len() as u64;
                batches.push(Batch {
                    room: id,
                    first,
                    bytes: frames.iter().map(|frame| frame.len()).sum(),
                    frames: frames.into(),
                });
            }
        }
        batches
    }

    /// Who is in a room.
    pub fn members(&self, room: WarehouseId) -> impl Iterator<Item = SubscriberId> + '_ {
        let room = self.rooms.get(&room);
        room.into_iter().flat_map(|r| r.members.iter().copied())
    }

    /// The open rooms that miss something, and the place after which the log has it.
    pub fn holes(&self) -> Vec<(WarehouseId, Seq)> {
        let rooms = self.rooms.iter();
        rooms.filter_map(|(&id, r)| Some((id, r.hole()?))).collect()
    }

    /// All open rooms and where they stand.
    pub fn heads(&self) -> Vec<(WarehouseId, Seq)> {
        let rooms = self.rooms.iter();
        rooms.filter_map(|(&id, r)| Some((id, r.head?))).collect()
    }

    /// Pings the subscribers of one slice, of [`SLICES`]; `heard` answers whether something came from one
    /// since it was last asked.
    ///
    /// What was committed must have been flushed: the heads promise that it was sent.
    pub fn beat(&mut self, slice: u64, mut heard: impl FnMut(SubscriberId) -> bool) -> Beat {
        self.ping += 1;
        let mut silent = Vec::new();
        let mut groups: BTreeMap<&BTreeSet<WarehouseId>, Vec<SubscriberId>> = BTreeMap::new();
        for (&id, subscriber) in &mut self.subscribers {
            if id.0 % SLICES != slice % SLICES {
                continue;
            }
            if heard(id) {
                subscriber.unanswered = 0;
            }
            if subscriber.unanswered >= UNANSWERED {
                silent.push(id);
            } else {
                subscriber.unanswered += 1;
                groups.entry(&subscriber.rooms).or_default().push(id);
            }
        }
        let rooms = &self.rooms;
        let ping = |(joined, to): (&BTreeSet<WarehouseId>, _)| {
            let heads = joined.iter().filter_map(|id| {
                let room = rooms.get(id)?;
                Some((room.code.as_str(), room.head?))
            });
            let (id, heads) = (self.ping, heads.collect());
            let frame = Server::Ping { id, heads }.encode();
            Ping { id, frame, to }
        };
        let pings = groups.into_iter().map(ping).collect();
        Beat { pings, silent }
    }

    /// The counters, and what is there now.
    pub fn figures(&self) -> Figures {
        let rooms = self.rooms.values();
        Figures {
            subscribers: self.subscribers.len(),
            rooms: self.rooms.len(),
            subscriptions: rooms.map(|room| room.members.len()).sum(),
            ..self.counted.clone()
        }
    }
}

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
