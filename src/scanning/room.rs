//! How much of what people send is held at once. It is counted in bytes, and before the first of them is read: many
//! small photos may come in where few large ones may, and whoever sends slowly takes no more than somebody who is
//! quick.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Code, Error, Result};
use crate::ids::UserId;

/// Bytes that are held for everybody together: three people may each send as much as one may.
const MOST: usize = 3 * SHARE;

/// Bytes that are held for one person: four of the largest photos, or as many of a megabyte as may be queued by default.
const SHARE: usize = 64 * MIB;

/// What the smallest counts as: a request has buffers and a task whatever is in it.
const LEAST: usize = MIB / 16;

const MIB: usize = 1024 * 1024;

/// Pieces that one person may have held, where fewer may be queued: workers take them out of the queue meanwhile.
const FEW: usize = 8;

/// Pieces that are held at once at most.
pub(super) const PIECES: usize = MOST / LEAST;

/// What is held.
#[derive(Debug)]
pub(super) struct Room {
    /// Pieces that one person may have held.
    most_pieces: usize,
    held: Mutex<BTreeMap<UserId, Held>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Held {
    bytes: usize,
    pieces: usize,
}

/// Room for one piece, until it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    room: Arc<Room>,
    user: UserId,
    bytes: usize,
}

impl Room {
    /// Room for no more of one person than may be `queued`: what comes after would be refused then.
    pub(super) fn new(queued: usize) -> Self {
        Self {
            most_pieces: queued.max(FEW),
            held: Mutex::default(),
        }
    }

    /// Room for so many bytes of somebody.
    ///
    /// # Errors
    /// `busy` when as much is held, for this person or for all, as may.
    pub(super) fn share(self: &Arc<Self>, user: UserId, bytes: usize) -> Result<Share> {
        let bytes = bytes.max(LEAST);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = held.values().map(|one| one.bytes).sum();
        let own = held.get(&user).copied().unwrap_or_default();
        if own.bytes + bytes > SHARE || own.pieces >= self.most_pieces {
            let pieces = own.pieces;
            let detail =
                format!("{pieces} photos of yours are coming in already; send more in a moment.");
            return Err(Error::refused(Code::Busy, detail));
        }
        if all + bytes > MOST {
            let detail = "Too many photos are coming in already; send yours in a moment.";
            return Err(Error::refused(Code::Busy, detail));
        }
        let now = Held {
            bytes: own.bytes + bytes,
            pieces: own.pieces + 1,
        };
        held.insert(user, now);
        Ok(Share {
            room: Arc::clone(self),
            user,
            bytes,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self
            .room
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(own) = held.get_mut(&self.user) else {
            return;
        };
        own.bytes -= self.bytes;
        own.pieces -= 1;
        if own.pieces == 0 {
            held.remove(&self.user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGEST: usize = 15 * MIB;

    fn room() -> Arc<Room> {
        Arc::new(Room::new(64))
    }

    fn fill(room: &Arc<Room>, user: i64, bytes: usize) -> Vec<Share> {
        std::iter::from_fn(|| room.share(UserId(user), bytes).ok()).collect()
    }

    #[test]
    fn one_person_has_room_for_a_few_large_photos_or_many_small_ones() {
        assert_eq!(fill(&room(), 1, LARGEST).len(), 4);
        assert_eq!(fill(&room(), 1, MIB).len(), 64);
        assert_eq!(fill(&room(), 1, 0).len(), 64, "no more than may be queued");
    }

    #[test]
    fn nobody_takes_the_room_of_others_and_all_together_take_no_more_than_there_is() {
        let room = room();
        let held: Vec<_> = (1..=3).map(|user| fill(&room, user, LARGEST)).collect();

        let lens: Vec<_> = held.iter().map(Vec::len).collect();
        assert_eq!(lens, [4, 4, 4]);
        let rest = fill(&room, 4, MIB);
        assert_eq!(rest.len(), 12, "what three large ones left of each share");
        assert!(room.share(UserId(5), 0).is_err());
    }

    #[test]
    fn what_is_dropped_leaves_its_room() {
        let room = room();
        drop(fill(&room, 1, LARGEST));

        assert_eq!(fill(&room, 1, LARGEST).len(), 4);
        assert!(room.held.lock().unwrap().is_empty());
    }
}
