//! What subscribers and the [`Broadcaster`](super::broadcaster::Broadcaster) say to each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use actix::{Message, Recipient};
use bytestring::ByteString;

use super::hub::{Admission, Batch, Figures, SubscriberId, Wish};
use super::protocol::Close;
use crate::ids::WarehouseId;

/// What a subscriber is sent.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub enum Push {
    /// Events of a room they are in, or were in until a moment ago. What they have already is to be
    /// ignored; [`Batch::from`] tells.
    Events(Batch),
    /// Are you there?
    Ping {
        /// To be answered with this.
        id: u64,
        /// The frame.
        frame: ByteString,
    },
    /// They are a subscriber no more. Nothing follows.
    End {
        /// Why.
        why: Close,
        /// How long to stay away at least.
        retry_after: Duration,
    },
}

/// What both sides know of a subscriber without a message.
#[derive(Debug, Default)]
pub struct Pulse {
    heard: AtomicBool,
    waiting_bytes: AtomicUsize,
}

impl Pulse {
    /// Notes that the client is alive. A transport on which clients cannot answer pings calls it when it
    /// hands one on.
    pub fn hear(&self) {
        self.heard.store(true, Ordering::Relaxed);
    }

    /// Notes that a batch left the mailbox. To be called for every one.
    pub fn unload(&self, batch: &Batch) {
        self.waiting_bytes.fetch_sub(batch.bytes, Ordering::Relaxed);
    }

    pub(super) fn load(&self, batch: &Batch) {
        self.waiting_bytes.fetch_add(batch.bytes, Ordering::Relaxed);
    }

    pub(super) fn waiting_bytes(&self) -> usize {
        self.waiting_bytes.load(Ordering::Relaxed)
    }

    /// Whether something was heard since this was last asked.
    pub(super) fn take_heard(&self) -> bool {
        self.heard.swap(false, Ordering::Relaxed)
    }
}

/// A new subscriber. Refused with [`Close::Restarting`] when the server is on its way down.
#[derive(Debug, Message)]
#[rtype(result = "Result<SubscriberId, Close>")]
pub struct Connect {
    /// The one way to them. Its mailbox must be bounded.
    pub push: Recipient<Push>,
    /// Shared with them.
    pub pulse: Arc<Pulse>,
}

/// Lets a subscriber into a room. From the answer on, every event of it is pushed to them.
#[derive(Debug, Message)]
#[rtype(result = "Result<Admission, Close>")]
pub struct Subscribe {
    /// Who.
    pub id: SubscriberId,
    /// The room's name on the wire.
    pub code: String,
    /// Which room, and what they hold of it.
    pub wish: Wish,
}

/// Takes a subscriber out of a room.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct Unsubscribe {
    /// Who.
    pub id: SubscriberId,
    /// Which room.
    pub room: WarehouseId,
}

/// A subscriber is gone, of its own accord or for a reason of its own.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct Closed {
    /// Who.
    pub id: SubscriberId,
    /// Counted, if there is a reason.
    pub why: Option<Close>,
}

/// Asks how things stand. The answer comes after everything that was said before.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Figures")]
pub struct Stats;

/// Sends everybody away, with times to come back spread over `spread`; lets nobody in any more. Answers how
/// many there were.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "usize")]
pub struct Drain {
    /// Larger means that the last come back later, and that the next server is asked for less at once.
    pub spread: Duration,
}
