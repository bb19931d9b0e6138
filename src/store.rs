//! The one way to read and to write.
//!
//! [`Store::write`] is the only function that opens a write transaction. On SQLite all writes go through one
//! thread that puts those that wait into one commit, each in a savepoint of its own (`store/writer.rs`); on
//! PostgreSQL each takes a connection of the pool. Either way the answer is given, and the events are
//! handed to the Broadcaster, only after COMMIT.

mod checkpoints;
mod commits;
mod once;
mod writer;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use actix::Recipient;
use actix::prelude::SendError;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use commits::Elsewhere;
pub use commits::Since;
pub use once::{Answer, Key, forget_keys};
use writer::Writer;

use crate::config::Config;
use crate::db::{self, Backend, CONNECTION_WAIT, Db, Pool};
use crate::error::{Error, Result};
use crate::events::{self, Actor, Committed, Draft, Epoch, Event};
use crate::time::Time;

/// Requests that may wait for a connection, for each connection there is. Larger means longer queues
/// before a 503; at a millisecond a query, 256 is a wait far below [`CONNECTION_WAIT`], and room for two
/// thousand screens that come back at once.
const WAITING_PER_CONNECTION: usize = 256;

/// Access to the database. Cloning is cheap.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool,
    /// Bounds how many blocking threads wait for the pool.
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// `None` on PostgreSQL, where writes take a connection of the pool.
    writer: Option<Writer>,
    epoch: Epoch,
    publisher: Arc<Publisher>,
    /// What other servers commit; `None` on SQLite, which has one.
    elsewhere: Option<Elsewhere>,
}

/// Hands committed events to the Broadcaster.
#[derive(Default)]
pub(crate) struct Publisher {
    to: OnceLock<Recipient<Committed>>,
    missed: AtomicBool,
    /// Counts commits, and what may have been one.
    commits: AtomicU64,
}

impl Publisher {
    /// Notes a commit.
    fn publish(&self, events: Vec<Event>) {
        self.commits.fetch_add(1, Ordering::AcqRel);
        let Some(to) = self.to.get().filter(|_| !events.is_empty()) else {
            return;
        };
        if let Err(SendError::Full(_)) = to.try_send(Committed(events.into())) {
            self.missed.store(true, Ordering::Release);
        }
    }

    /// Notes that a commit failed in a way that says nothing of whether it stands, such as a connection
    /// that was lost before its answer: the Broadcaster looks into the log.
    fn doubt(&self) {
        self.commits.fetch_add(1, Ordering::AcqRel);
        self.missed.store(true, Ordering::Release);
    }
}

/// One write transaction: the rows, the moment, and who does it.
#[expect(
    missing_debug_implementations,
    reason = "diesel's connections have none"
)]
pub struct Tx<'a> {
    /// The connection, inside the transaction.
    pub db: &'a mut Db,
    /// Who does it.
    pub actor: Actor,
    now: Time,
    events: Vec<Event>,
}

impl Tx<'_> {
    /// The moment of this transaction: the same for every row it writes.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Sets the clock of this transaction back, for the demo's history.
    pub(crate) fn set_now(&mut self, now: Time) {
        self.now = now;
    }

    /// Writes an event into the log, and tells every subscriber after commit.
    ///
    /// Locks the warehouse's row. A transaction that writes to several warehouses locks them first, in
    /// the order of their ids, with [`Db::lock_warehouse`].
    pub fn record(&mut self, draft: Draft) -> Result<()> {
        let event = events::append(self.db, draft, &self.actor, self.now)?;
        self.events.push(event);
        Ok(())
    }

    /// Runs `f` on behalf of AIMS itself: what policy does is not the doing of whoever moved stock.
    pub fn as_system<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let person = std::mem::replace(&mut self.actor, Actor::system());
        let result = f(self);
        self.actor = person;
        result
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("epoch", &self.inner.epoch)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Migrates the database and opens it. Blocks; call it before serving.
    pub fn open(config: &Config) -> Result<Self> {
        let url = &config.database;
        let mut db = db::connect(url)?;
        db.migrate()?;
        let epoch = db.transaction(events::epoch)?;
        let publisher = Arc::<Publisher>::default();
        let (writer, elsewhere) = match Backend::of(url) {
            Backend::Postgres => (None, Some(Elsewhere::default())),
            Backend::Sqlite => {
                let writer = Writer::start(db, config, Arc::clone(&publisher))?;
                (Some(writer), None)
            }
        };
        let turns = config.connections as usize;
        let inner = Inner {
            pool: db::pool(url, config.connections)?,
            turns: Arc::new(Semaphore::new(turns)),
            waiting: Arc::new(Semaphore::new(turns * WAITING_PER_CONNECTION)),
            writer,
            epoch,
            publisher,
            elsewhere,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Names who is told of committed events. Only the first call counts.
    pub fn publish_to(&self, broadcaster: Recipient<Committed>) {
        if self.inner.publisher.to.set(broadcaster).is_err() {
            log::warn!("events go to one broadcaster; a second one was not taken");
        }
    }

    /// Whether events were committed, or may have been, that the Broadcaster was not told of since this
    /// was last asked. It then reads them from the log.
    pub fn take_missed(&self) -> bool {
        self.inner.publisher.missed.swap(false, Ordering::AcqRel)
    }

    /// The identity of the log.
    pub fn epoch(&self) -> &Epoch {
        &self.inner.epoch
    }

    /// Reads; `f` runs on a thread of its own and must not write.
    ///
    /// # Errors
    /// `busy` when too many wait, `unavailable` when the database does not answer.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T> + Send + 'static,
    {
        self.on_a_connection(f).await
    }

    /// Answers when the database does, and could be written to.
    ///
    /// # Errors
    /// The same as [`Store::write`].
    pub async fn ping(&self) -> Result<()> {
        self.read(Db::ping).await?;
        match &self.inner.writer {
            // Readers go on while somebody else holds the lock.
            Some(writer) => writer.ping().await,
            None => Ok(()),
        }
    }

    /// Writes: everything that `f` does commits together with the events it records, or not at all.
    ///
    /// # Errors
    /// What `f` answers; `busy` when too many wait, `unavailable` when the database does not answer. In
    /// each case nothing was changed.
    pub async fn write<T, F>(&self, actor: Actor, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let run = move |db: &mut Db| {
            let mut tx = Tx {
                db,
                actor,
                now: Time::now(),
                events: Vec::new(),
            };
            let value = f(&mut tx)?;
            Ok((value, tx.events))
        };
        if let Some(writer) = &self.inner.writer {
            return writer.write(run).await;
        }
        let publisher = Arc::clone(&self.inner.publisher);
        self.on_a_connection(move |db| {
            let done = db.transaction(run);
            if let Err(Error::Failed { .. }) = &done {
                publisher.doubt();
            }
            let (value, events) = done?;
            publisher.publish(events);
            Ok(value)
        })
        .await
    }

    async fn on_a_connection<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T> + Send + 'static,
    {
        let (waiting, turns) = (
            Arc::clone(&self.inner.waiting),
            Arc::clone(&self.inner.turns),
        );
        let place = waiting.try_acquire_owned().map_err(Error::busy)?;
        let turn = tokio::time::timeout(CONNECTION_WAIT, turns.acquire_owned());
        let turn = turn.await.map_err(Error::busy)?.map_err(Error::internal)?;
        let pool = self.inner.pool.clone();
        let work = spawn_blocking(move || {
            // They go with the work: a caller who hangs up does not end it.
            let _held = (place, turn);
            f(&mut *pool.get().map_err(Error::unavailable)?)
        });
        work.await
            .map_err(|panic| Error::internal(format!("a query panicked: {panic}")))?
    }
}
