//! How a subscriber begins: from now on, from where they were, or anew. Same epoch and every event at hand, within
//! limits, or else a reset; never a part of what was missed.

use bytestring::ByteString;

use super::Limits;
use super::room::Room;
use crate::events::Seq;
use crate::ids::WarehouseId;
use crate::realtime::protocol::Have;

/// What a subscriber wants to hear of.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The room.
    pub room: WarehouseId,
    /// What they hold of it already.
    pub have: Option<Have>,
    /// How far the log had come when they were let in: no honest position lies beyond it.
    pub logged: Seq,
}

/// How a subscriber begins. Every event after `seq` follows; earlier ones may, and are to be ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// They named no position: what happens from now on follows.
    Live {
        /// Where they begin.
        seq: Seq,
    },
    /// These were missed: all of them, from memory. Often there are none.
    Resumed {
        /// Where they stand after these.
        seq: Seq,
        /// The frames, oldest first.
        frames: Vec<ByteString>,
    },
    /// Events were missed that only the log has: after `after`, up to `seq`.
    Log {
        /// Where they stand.
        after: Seq,
        /// Where they stand after these.
        seq: Seq,
    },
    /// What they hold cannot be continued.
    Reset {
        /// A snapshot from now on is exact for this or later.
        seq: Seq,
    },
}

/// Decides for an open room that stands at `head`.
pub(super) fn admit(wish: &Wish, room: &Room, head: Seq, hub: (&str, &Limits)) -> Admission {
    let (epoch, limits) = hub;
    let Some(have) = &wish.have else {
        return Admission::Live { seq: head };
    };
    let reset = Admission::Reset { seq: head };
    if have.epoch != epoch || have.seq > head.max(wish.logged) || have.seq < 0 {
        return reset;
    }
    // Ahead of us: they read what was committed and is not announced yet.
    if have.seq >= head {
        let (seq, frames) = (have.seq, Vec::new());
        return Admission::Resumed { seq, frames };
    }
    if usize::try_from(head - have.seq).is_ok_and(|missed| missed > limits.resume) {
        return reset;
    }
    if !room.reaches(have.seq) {
        let (after, seq) = (have.seq, head);
        return Admission::Log { after, seq };
    }
    match room.since(have.seq, limits) {
        Some(frames) => Admission::Resumed { seq: head, frames },
        None => reset,
    }
}
