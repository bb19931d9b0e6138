//! The live connection: who is in which room, and how every event reaches them in order.
//!
//! ```text
//! Store ──Committed──▶ Broadcaster ──Push, try_send──▶ Session ──▶ WebSocket
//!                        carries a Hub                   joins through `join`, which reads the log
//! ```
//!
//! * [`protocol`]: the frames. Pure.
//! * [`hub`]: rooms, subscribers, order, what to do when something is missing. Pure.
//! * [`messages`]: what subscribers and the Broadcaster say to each other.
//! * [`broadcaster`]: the actor that carries the hub and judges who is alive.
//! * [`join`]: how somebody enters a room.
//! * [`session`]: one WebSocket.
//! * [`listen`]: somebody without one: an HTTP stream, or a request that waits.
//!
//! A subscriber is whoever has a `Recipient<Push>`: nothing but the session knows of WebSockets, and nothing
//! here of HTTP streams. All of them have the same promise.

pub mod broadcaster;
pub mod hub;
pub mod join;
pub mod listen;
mod membership;
pub mod messages;
pub mod protocol;
pub mod session;

use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Config;
use crate::error::{Error, Result};
use crate::store::Store;
use broadcaster::Broadcaster;
use hub::Figures;
use join::Rooms;
use messages::{Drain, Stats};

/// Joins that may read the database at once. After a restart everybody joins; more would take the
/// connections away from the requests of those who are there.
const JOINS_AT_ONCE: usize = 32;

/// What a new connection is given. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Live {
    broadcaster: Addr<Broadcaster>,
    store: Store,
    turns: Arc<Semaphore>,
    rooms: Rooms,
    places: Arc<Semaphore>,
    max_sessions: usize,
    timing: Timing,
}

/// What a session needs of the settings.
#[derive(Clone, Copy, Debug)]
struct Timing {
    heartbeat: Duration,
    join_within: Duration,
    mailbox: usize,
}

impl Live {
    /// Starts the Broadcaster in the arbiter at hand. Once for a server, not once for each of its
    /// threads.
    pub fn start(store: &Store, config: &Config) -> Self {
        let max_sessions = config.max_sessions.min(Semaphore::MAX_PERMITS);
        Self {
            broadcaster: Broadcaster::start(store, config),
            store: store.clone(),
            turns: Arc::new(Semaphore::new(JOINS_AT_ONCE)),
            rooms: Rooms::default(),
            places: Arc::new(Semaphore::new(max_sessions)),
            max_sessions,
            timing: Timing {
                heartbeat: config.heartbeat,
                join_within: config.join_within,
                mailbox: config.mailbox,
            },
        }
    }

    /// The Broadcaster.
    pub fn broadcaster(&self) -> &Addr<Broadcaster> {
        &self.broadcaster
    }

    /// Sessions whose socket is not closed yet, also those that were sent away.
    pub fn sessions(&self) -> usize {
        self.max_sessions - self.places.available_permits()
    }

    /// What the Broadcaster holds and has counted, after everything it was told before.
    ///
    /// # Errors
    /// `unavailable` when it is gone or has too much to do to answer.
    pub async fn figures(&self) -> Result<Figures> {
        let figures = self.broadcaster.send(Stats).await;
        figures.map_err(Error::unavailable)
    }

    /// Sends every session away and lets no new one in; each is told to come back within `spread`. Answers
    /// how many there were; they are gone when [`Self::sessions`] is 0.
    pub async fn drain(&self, spread: Duration) -> usize {
        // A Broadcaster that is gone has nobody to send away.
        let drained = self.broadcaster.send(Drain { spread }).await;
        drained.unwrap_or_default()
    }

    /// A place for one more session, as long as it is kept.
    ///
    /// # Errors
    /// `busy` when all are taken.
    fn place(&self) -> Result<OwnedSemaphorePermit> {
        let places = Arc::clone(&self.places);
        places
            .try_acquire_owned()
            .map_err(|_full| Error::busy("all places for live sessions are taken"))
    }
}
