//! Threads that do one piece of work after another, so that those who answer requests never do it.
//!
//! They yield to everything else: what they do takes a second anyway, and a request should not take a
//! millisecond more for it. A thread's niceness cannot be taken back, so they are threads of their own and
//! not the runtime's.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{SyncSender, sync_channel};

use tokio::sync::oneshot;

use crate::error::{Error, Result};

/// On Linux each step is a tenth less of the processor against the others (sched(7)). Ten leave a tenth of a busy core
/// to a photo; with the nineteen that there are, a detector's time would be up before it has looked.
const NICENESS: i32 = 10;

type Work = Box<dyn FnOnce() + Send>;

/// The way to a thread, which ends when this is dropped and its work is done.
#[derive(Debug)]
pub(super) struct Hand {
    queue: SyncSender<Work>,
}

/// That the work panicked. It was said on the standard error already.
#[derive(Debug)]
pub(super) struct Panicked;

impl Hand {
    /// Starts a thread that takes up to `waiting` pieces of work before it is done with the first.
    pub(super) fn start(name: &str, waiting: usize) -> Result<Self> {
        let (queue, work) = sync_channel::<Work>(waiting);
        std::thread::Builder::new()
            .name(name.into())
            .spawn(move || {
                yield_to_others();
                for work in work {
                    work();
                }
            })
            .map_err(Error::internal)?;
        Ok(Self { queue })
    }

    /// Has something done. Dropping what this answers does not end the work.
    ///
    /// # Errors
    /// `busy` when as much waits as may.
    pub(super) fn does<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, Panicked>>> {
        let (tell, told) = oneshot::channel();
        let work: Work = Box::new(move || {
            let done = catch_unwind(AssertUnwindSafe(work)).map_err(|_panic| Panicked);
            // Whoever asked may have given up.
            tell.send(done).ok();
        });
        self.queue.try_send(work).map_err(Error::busy)?;
        Ok(told)
    }
}

/// Lowers the priority of the thread at hand: on Linux a niceness is a thread's own (setpriority(2), notes).
#[cfg(target_os = "linux")]
fn yield_to_others() {
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        log::warn!("photos are looked at with the same priority as all else cause={error}");
    }
}

/// Elsewhere it is the whole program's, which must not become slow.
#[cfg(not(target_os = "linux"))]
fn yield_to_others() {}
