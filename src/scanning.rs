//! The pool that gives photos to detectors.
//!
//! The queue is the table of scans; a worker takes the oldest of its kind, reads its photo, has a hand run the
//! detector, and writes what came of it through [`domain::scans`](crate::domain::scans). No detector can hold up
//! anything but its own scan: it runs on a thread of low priority, is told when its time is up, is left alone if it
//! does not listen, and a panic is caught. Those that wait for a service keep none of AIMS's own waiting.

mod hand;
mod intake;
mod lanes;
mod looking;
mod offers;
mod room;
mod worker;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aims_vision::Detectors;
use tokio::sync::Notify;

pub use intake::{Crop, Place};
pub use offers::Offer;

use intake::Intake;
use lanes::Lanes;

use crate::config::Config;
use crate::domain::scans::Line;
use crate::error::Result;
use crate::ids::{ScanId, UserId};
use crate::store::Store;

/// How long a detector that does not listen is waited for after its time was up.
const GRACE: Duration = Duration::from_secs(10);

/// How much later another node takes a scan for lost: clocks differ, and a database may be away for a moment.
const MARGIN: Duration = Duration::from_secs(15);

/// The pool. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Scanning {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    detectors: Detectors,
    intake: Arc<Intake>,
    lanes: Lanes,
    /// The scans that run here, and how their detectors learn that nobody waits any more.
    running: Mutex<BTreeMap<ScanId, Arc<AtomicBool>>>,
    stopping: AtomicBool,
    /// Workers that have not ended.
    workers: AtomicUsize,
    ended: Notify,
}

impl Scanning {
    /// Starts the pool in the actix system at hand: it queues again what was left running, and goes on with the queue.
    ///
    /// # Errors
    /// `internal` when no thread can be had.
    pub fn start(store: &Store, detectors: Detectors, config: &Config) -> Result<Self> {
        let lanes = Lanes::new(&detectors, config);
        let workers = lanes.all().iter().map(|lane| lane.workers).sum();
        let inner = Arc::new(Inner {
            store: store.clone(),
            detectors,
            intake: Arc::new(Intake::start(config.scan_queue)?),
            lanes,
            running: Mutex::default(),
            stopping: AtomicBool::new(false),
            workers: AtomicUsize::new(workers),
            ended: Notify::new(),
        });
        worker::start(&inner, config)?;
        Ok(Self { inner })
    }

    /// A place for a photo of so many bytes that somebody is about to send.
    ///
    /// # Errors
    /// `busy` when as much is coming in, from this person or from all, as may.
    pub fn place(&self, user: UserId, bytes: usize) -> Result<Place> {
        self.inner.intake.place(user, bytes)
    }

    /// A place for a photo that is kept already, for somebody to teach by it. It counts as one of the largest.
    ///
    /// # Errors
    /// As for [`Self::place`].
    pub fn place_to_learn(&self, user: UserId) -> Result<Place> {
        self.place(user, aims_vision::MAX_BYTES)
    }

    /// Where scans for this detector wait.
    pub fn line(&self, detector: &str) -> Line {
        self.inner.lanes.of(detector).line.clone()
    }

    /// Says that a scan was queued for this detector.
    pub fn wake(&self, detector: &str) {
        self.inner.lanes.of(detector).wake.notify_one();
    }

    /// Tells the detector of a scan, if it runs here, that nobody waits for it any more.
    pub fn give_up(&self, id: ScanId) {
        if let Some(cancelled) = self.inner.running().get(&id) {
            cancelled.store(true, Ordering::Relaxed);
        }
    }

    /// Ends the pool: what runs is stopped and queued again for whoever starts next.
    pub async fn stop(&self) {
        self.inner.stopping.store(true, Ordering::Relaxed);
        for cancelled in self.inner.running().values() {
            cancelled.store(true, Ordering::Relaxed);
        }
        let ended = async {
            loop {
                let ended = self.inner.ended.notified();
                for lane in self.inner.lanes.all() {
                    lane.wake.notify_waiters();
                }
                if self.inner.workers.load(Ordering::Acquire) == 0 {
                    return;
                }
                ended.await;
            }
        };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            log::warn!("a detector did not stop; its scan is begun anew after the next start");
        }
    }
}

impl Inner {
    fn running(&self) -> std::sync::MutexGuard<'_, BTreeMap<ScanId, Arc<AtomicBool>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// After how long a running scan must have been lost: whoever runs it ends it sooner.
    fn lease(&self) -> Duration {
        let limits = self.detectors.all().iter().map(|one| one.time_limit());
        limits.max().unwrap_or_default() + GRACE + MARGIN
    }
}
