//! SQLite's one writer: a thread that puts the writes that wait into one commit.
//!
//! A durable commit costs a flush of the disk, whatever is in it, and SQLite has no queue for those who
//! wait for its lock: they sleep, retry and starve. So writes queue here, and each commit takes all
//! that came meanwhile, up to `write_batch` of [`Config`]. Every write runs in a savepoint: one that fails undoes its own
//! work only. Answers and events go out after COMMIT, in the order of `seq`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;

use super::Publisher;
use super::checkpoints::Checkpoints;
use crate::config::Config;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::events::Event;

/// Runs inside the open transaction.
type Command = Box<dyn FnOnce(&mut Db) -> Done + Send>;

/// What a command leaves behind until the COMMIT is known.
struct Done {
    /// `None` where nothing can have been written.
    events: Option<Vec<Event>>,
    /// The savepoint could not be ended, or the command panicked: nothing of this batch can stand.
    spoiled: Option<Error>,
    reply: Box<dyn FnOnce(Result<()>)>,
}

/// The way to the writer's thread, which ends when this is dropped.
pub(super) struct Writer {
    queue: SyncSender<Command>,
}

impl Writer {
    pub(super) fn start(mut db: Db, config: &Config, publisher: Arc<Publisher>) -> Result<Self> {
        db.put_off_checkpoints()?;
        let checkpoints = Checkpoints::start(&config.database)?;
        let (queue, commands) = sync_channel(config.write_queue);
        let (url, batch) = (config.database.clone(), config.write_batch.max(1));
        std::thread::Builder::new()
            .name("aims-writer".into())
            .spawn(move || {
                let queue = Queue { commands, batch };
                run(db, &url, &queue, &checkpoints, &publisher);
            })
            .map_err(Error::internal)?;
        Ok(Self { queue })
    }

    pub(super) async fn write<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<(T, Vec<Event>)> + Send + 'static,
    {
        self.enqueue(move |db| f(db).map(|(value, events)| (value, Some(events))))
            .await
    }

    /// Answers once a transaction that writes nothing was committed.
    pub(super) async fn ping(&self) -> Result<()> {
        self.enqueue(|_| Ok(((), None))).await
    }

    async fn enqueue<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<(T, Option<Vec<Event>>)> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let command: Command = Box::new(move |db| done(attempt(db, f), answer));
        self.queue.try_send(command).map_err(|e| match e {
            TrySendError::Full(_) => Error::busy("the queue of writes is full"),
            TrySendError::Disconnected(_) => Error::unavailable("the writer has stopped"),
        })?;
        answered
            .await
            .map_err(|_dropped| Error::unavailable("no write could begin"))?
    }
}

/// How a command ended: refused (its savepoint undone), or so that the batch cannot stand.
enum Failure {
    Refused(Error),
    Spoiled(Error),
}

fn attempt<T>(db: &mut Db, f: impl FnOnce(&mut Db) -> Result<T>) -> Result<T, Failure> {
    let mut outcome = None;
    let ended = catch_unwind(AssertUnwindSafe(|| {
        db.savepoint(|db| {
            let result = f(db);
            let undo = result.is_err();
            outcome = Some(result);
            // What the savepoint itself answers is then about the savepoint alone.
            if undo {
                Err(Error::internal("undone"))
            } else {
                Ok(())
            }
        })
    }));
    match (ended, outcome) {
        (Err(_panic), _) => Err(Failure::Spoiled(Error::internal("a write panicked"))),
        (Ok(Ok(())), Some(Ok(value))) => Ok(value),
        (Ok(Err(_)), Some(Err(error))) if db.is_sound() => Err(Failure::Refused(error)),
        (Ok(Err(error)), _) => Err(Failure::Spoiled(error)),
        (Ok(Ok(())), _) => Err(Failure::Spoiled(Error::internal("a savepoint ended early"))),
    }
}

fn done<T: 'static>(
    attempt: Result<(T, Option<Vec<Event>>), Failure>,
    answer: oneshot::Sender<Result<T>>,
) -> Done {
    let (result, events, spoiled) = match attempt {
        Ok((value, events)) => (Ok(value), events, None),
        Err(Failure::Refused(error)) => (Err(error), None, None),
        Err(Failure::Spoiled(error)) => (Err(error.clone()), None, Some(error)),
    };
    let reply = Box::new(move |committed: Result<()>| {
        // Whoever asked may have gone away; the write stands all the same.
        answer.send(committed.and(result)).ok();
    });
    Done {
        events,
        spoiled,
        reply,
    }
}

/// The writer's end of the queue.
struct Queue {
    commands: Receiver<Command>,
    /// Commands in one commit at most.
    batch: usize,
}

fn run(mut db: Db, url: &str, queue: &Queue, checkpoints: &Checkpoints, publisher: &Publisher) {
    while let Ok(first) = queue.commands.recv() {
        let mut batch: Vec<Done> = Vec::new();
        let committed = db.transaction(|db| commit_together(db, first, queue, &mut batch));
        let written: Vec<_> = batch.iter_mut().filter_map(|d| d.events.take()).collect();
        match &committed {
            Ok(()) if written.is_empty() => {}
            Ok(()) => {
                publisher.publish(written.into_iter().flatten().collect());
                checkpoints.committed();
            }
            Err(error) => {
                log::error!("a commit of {} writes failed: {error}", batch.len());
                publisher.doubt();
                if batch.is_empty() {
                    // It could not even begin, which took as long as the database may keep others
                    // waiting. Those who queued meanwhile would wait that long each.
                    drop(queue.commands.try_iter().collect::<Vec<_>>());
                }
                if let Ok(fresh) = connect(url) {
                    db = fresh;
                }
            }
        }
        for done in batch {
            (done.reply)(committed.clone());
        }
    }
}

/// A connection for the writer.
fn connect(url: &str) -> Result<Db> {
    let mut db = db::connect(url)?;
    db.put_off_checkpoints()?;
    Ok(db)
}

fn commit_together(
    db: &mut Db,
    first: Command,
    queue: &Queue,
    batch: &mut Vec<Done>,
) -> Result<()> {
    for command in std::iter::once(first).chain(queue.commands.try_iter().take(queue.batch - 1)) {
        let mut done = command(db);
        let spoiled = done.spoiled.take();
        batch.push(done);
        if let Some(error) = spoiled {
            return Err(error);
        }
    }
    Ok(())
}
