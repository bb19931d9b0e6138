//! What many ask for at once is read once. After a restart every screen wants the same lists.
//!
//! A list is exact for a place in its room's log, and does not differ by who may see the room. So:
//!
//! * Whoever asks is told where the room stands first, by a look-up of its own which also checks their right. A
//!   list that was read for that place is theirs without reading it again.
//! * Else they wait for a reading that begins after they came: whatever they wrote or saw before is in it. Each
//!   list has one reading under way at most, and everybody who comes meanwhile waits for the next together.
//! * Where many wait, in a room that keeps changing, readings begin a second apart: the database is asked for a
//!   list once a second, however many come. Where few wait, nobody waits for the clock.
//!
//! So nothing here is ever older than the request, and nobody needs to know of it.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use tokio::sync::{Mutex as Turn, OnceCell};

use crate::error::Result;
use crate::events::{Position, Seq};
use crate::ids::WarehouseId;
use crate::time::Time;

/// Waiting together are many from so many on: more than one person opens at once.
const MANY: usize = 8;

/// The pause between two readings of a list that many wait for. Longer makes them wait longer.
const PAUSE: Duration = Duration::from_secs(1);

/// Lists remembered at once …
const LISTS: usize = 64;

/// … each of so many bytes at most; a larger one is shared by those who wait, and then forgotten.
const BYTES: usize = 256 * 1024;

/// A list of a room, by everything that was asked.
pub type Name = (WarehouseId, String);

/// What can be remembered.
pub trait Weighed {
    /// The bytes it takes, about.
    fn bytes(&self) -> usize;
}

/// What was read, and where the room stood.
#[derive(Debug)]
pub struct Reading<T> {
    /// The place in the log that it is exact for.
    pub at: Position,
    /// What it is.
    pub what: T,
}

/// The lists that were read lately.
#[derive(Debug)]
pub struct Shared<T>(Mutex<HashMap<Name, Arc<List<T>>>>);

#[derive(Debug)]
struct List<T> {
    /// For the log.
    name: String,
    state: Mutex<State<T>>,
    /// Held by the reading that is under way; when the last one began, and whether many waited for it.
    turn: Turn<Option<(Instant, bool)>>,
}

#[derive(Debug)]
struct State<T> {
    last: Option<Kept<T>>,
    /// Who waits for the next reading.
    next: Option<Arc<Party<T>>>,
}

#[derive(Debug)]
struct Kept<T> {
    reading: Arc<Reading<T>>,
    /// The day on which it was read: lists count days.
    day: i64,
}

/// Those who wait for the same reading.
#[derive(Debug)]
struct Party<T> {
    /// How many they are, and the latest place at which any of them saw the room.
    met: Mutex<(usize, Seq)>,
    answer: OnceCell<Result<Arc<Reading<T>>>>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Weighed> Shared<T> {
    /// The list of that name, exact for `head` or later; `head` is where the room was seen to stand. `read`
    /// reads it anew, from one unchanging state of the database.
    ///
    /// # Errors
    /// What `read` answers; it is the answer to all who waited for it.
    pub async fn get<F, R>(&self, name: Name, head: &Position, read: F) -> Result<Arc<Reading<T>>>
    where
        F: FnOnce() -> R,
        R: Future<Output = Result<Reading<T>>>,
    {
        let list = self.list(&name);
        let party = {
            let mut state = list.state();
            if let Some(reading) = state.exact_for(head) {
                return Ok(reading);
            }
            let next = state.next.get_or_insert_with(Arc::default);
            next.meet(head.seq);
            Arc::clone(next)
        };
        let answer = party.answer.get_or_init(|| list.read(&party, head, read));
        answer.await.clone()
    }

    fn list(&self, name: &Name) -> Arc<List<T>> {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= LISTS && !lists.contains_key(name) {
            // Whoever waits for one has it in hand.
            lists.clear();
        }
        let list = || Arc::new(List::named(&name.1));
        Arc::clone(lists.entry(name.clone()).or_insert_with(list))
    }
}

impl<T> List<T> {
    fn named(name: &str) -> Self {
        let (last, next) = (None, None);
        Self {
            name: name.to_owned(),
            state: Mutex::new(State { last, next }),
            turn: Turn::new(None),
        }
    }
}

impl<T> Default for Party<T> {
    fn default() -> Self {
        Self {
            met: Mutex::default(),
            answer: OnceCell::new(),
        }
    }
}

impl<T: Weighed> List<T> {
    /// Reads, when it is this party's turn; or finds that the one before read late enough.
    async fn read<F, R>(
        &self,
        party: &Arc<Party<T>>,
        head: &Position,
        read: F,
    ) -> Result<Arc<Reading<T>>>
    where
        F: FnOnce() -> R,
        R: Future<Output = Result<Reading<T>>>,
    {
        let mut turn = self.turn.lock().await;
        if let Some((began, for_many)) = *turn
            && (for_many || party.met().0 >= MANY)
        {
            sleep(PAUSE.saturating_sub(began.elapsed())).await;
        }
        let (size, seq) = self.close(party);
        let latest = Position {
            seq,
            ..head.clone()
        };
        if let Some(reading) = self.state().exact_for(&latest) {
            return Ok(reading);
        }
        *turn = Some((Instant::now(), size >= MANY));
        let day = Time::now().day();
        let reading = Arc::new(read().await?);
        let (seq, name) = (reading.at.seq, &self.name);
        log::debug!("a list was read waiting={size} seq={seq} list={name}");
        let kept = (reading.what.bytes() <= BYTES).then(|| Kept {
            reading: Arc::clone(&reading),
            day,
        });
        self.state().last = kept;
        Ok(reading)
    }

    /// Lets nobody join the party any more; answers how many they are and what they saw at the latest.
    fn close(&self, party: &Arc<Party<T>>) -> (usize, Seq) {
        let mut state = self.state();
        // Whoever goes on for one who hung up may find that others wait by now.
        state.next.take_if(|next| Arc::ptr_eq(next, party));
        party.met()
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Party<T> {
    fn meet(&self, seen: Seq) {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        *met = (met.0 + 1, met.1.max(seen));
    }

    fn met(&self) -> (usize, Seq) {
        *self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    /// What was read today for this place or a later one.
    fn exact_for(&self, head: &Position) -> Option<Arc<Reading<T>>> {
        let today = |kept: &&Kept<T>| kept.day == Time::now().day();
        let Kept { reading, .. } = self.last.as_ref().filter(today)?;
        let late_enough = reading.at.epoch == head.epoch && reading.at.seq >= head.seq;
        late_enough.then(|| Arc::clone(reading))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use actix_web::rt::System;
    use futures_util::future::join_all;

    use super::*;
    use crate::error::Error;

    /// A list that is the number of its reading.
    impl Weighed for usize {
        fn bytes(&self) -> usize {
            *self
        }
    }

    /// A room, and how often it was read.
    #[derive(Default)]
    struct Room {
        seq: Cell<Seq>,
        readings: Cell<usize>,
    }

    impl Room {
        fn head(&self) -> Position {
            let (epoch, seq) = ("log".into(), self.seq.get());
            Position { epoch, seq }
        }

        async fn read(&self) -> Result<Reading<usize>> {
            self.readings.update(|n| n + 1);
            let (at, what) = (self.head(), self.readings.get());
            sleep(Duration::from_millis(20)).await;
            Ok(Reading { at, what })
        }

        async fn ask(&self, shared: &Shared<usize>) -> Arc<Reading<usize>> {
            let (name, head) = ((WarehouseId(1), String::new()), self.head());
            shared.get(name, &head, || self.read()).await.unwrap()
        }
    }

    #[test]
    fn all_who_come_while_nothing_happens_share_one_reading() {
        System::new().block_on(async {
            let (room, shared) = (Room::default(), Shared::default());

            join_all((0..100).map(|_| room.ask(&shared))).await;
            room.ask(&shared).await;

            assert_eq!(room.readings.get(), 1);
        });
    }

    #[test]
    fn nobody_is_given_what_was_read_before_they_came() {
        System::new().block_on(async {
            let (room, shared) = (Room::default(), Shared::default());
            room.ask(&shared).await;
            let ask = async |n: u64| {
                sleep(Duration::from_millis(n * 7)).await;
                room.seq.update(|seq| seq + 1);
                let seen = room.seq.get();
                (seen, room.ask(&shared).await)
            };

            for (seen, reading) in join_all((0..7).map(ask)).await {
                assert!(reading.at.seq >= seen, "{} < {seen}", reading.at.seq);
            }
        });
    }

    #[test]
    fn for_many_in_a_room_that_changes_it_is_read_once_a_second() {
        System::new().block_on(async {
            let (room, shared) = (Room::default(), Shared::default());
            let began = Instant::now();
            let ask = async |n: u64| {
                sleep(Duration::from_millis(n)).await;
                room.seq.update(|seq| seq + 1);
                room.ask(&shared).await;
            };

            join_all((0..1200).map(ask)).await;

            let seconds = began.elapsed().as_secs_f64();
            let readings = f64::from(u32::try_from(room.readings.get()).unwrap());
            // The first who come are not many yet.
            assert!(
                readings <= seconds.ceil() + 1.0,
                "{readings} in {seconds} s"
            );
        });
    }

    #[test]
    fn who_waits_for_one_who_hangs_up_is_answered_all_the_same() {
        System::new().block_on(async {
            let (room, shared) = (Room::default(), Shared::default());
            let mut first = Box::pin(room.ask(&shared));
            let moment = Duration::from_millis(5);
            let hung_up = actix_web::rt::time::timeout(moment, &mut first).await;
            assert!(hung_up.is_err());
            let mut second = Box::pin(room.ask(&shared));
            let waits = actix_web::rt::time::timeout(moment, &mut second).await;
            assert!(waits.is_err());

            drop(first);

            assert_eq!(second.await.what, 2);
        });
    }

    #[test]
    fn a_failure_is_told_to_all_who_waited_and_not_remembered() {
        System::new().block_on(async {
            let (room, shared) = (Room::default(), Shared::default());
            let (name, head) = ((WarehouseId(1), String::new()), room.head());
            let fails = || async { Err(Error::busy("for now")) };

            assert!(shared.get(name, &head, fails).await.is_err());

            assert_eq!(room.ask(&shared).await.what, 1);
        });
    }
}
