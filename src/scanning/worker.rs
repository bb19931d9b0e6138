//! A worker takes one scan after another out of the queue.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use actix_web::rt;
use aims_vision::{Detector, Failure, Report};
use tokio::sync::oneshot;

use super::hand::{Hand, Panicked};
use super::lanes::Lane;
use super::looking::{Ear, Looked, look};
use super::{GRACE, Inner};
use crate::config::Config;
use crate::db::Backend;
use crate::domain::photos;
use crate::domain::scans::{self, Claim, Found, Job, Wanted};
use crate::error::{Error, Result};
use crate::events::Actor;
use crate::store::Tx;

/// How often a running scan is told to people, and asked about.
const TICK: Duration = Duration::from_secs(1);

/// How often a node looks whether others have queued, or lost, something; and after how long what the database
/// refused is tried again.
const LOOK_AROUND: Duration = Duration::from_secs(15);
const AGAIN: Duration = Duration::from_secs(1);

/// Detectors that did not listen and still hold a thread. With more of them no further thread is started.
const MOST_LOST: usize = 4;

pub(super) fn start(inner: &Arc<Inner>, config: &Config) -> Result<()> {
    let alone = Backend::of(&config.database) == Backend::Sqlite;
    let worker = |lane: &Arc<Lane>, number| {
        Ok(Worker {
            inner: Arc::clone(inner),
            lane: Arc::clone(lane),
            first: number == 0,
            hand: Hand::start("aims-scan", 1)?,
            lost: Vec::new(),
            alone,
        })
    };
    let lanes = inner.lanes.all().into_iter();
    let workers = lanes.flat_map(|lane| (0..lane.workers).map(move |number| worker(lane, number)));
    rt::spawn(begin(workers.collect::<Result<Vec<_>>>()?));
    Ok(())
}

/// Has the first queue again what was left running before any of them runs something: alone, nobody looks again.
async fn begin(workers: Vec<Worker>) {
    if let Some(first) = workers.first() {
        while !first.inner.is_stopping() && !first.requeue_lost(true).await {
            rt::time::sleep(AGAIN).await;
        }
    }
    for worker in workers {
        rt::spawn(worker.work());
    }
}

struct Worker {
    inner: Arc<Inner>,
    lane: Arc<Lane>,
    /// Whether it is the one of its lane that looks around.
    first: bool,
    hand: Hand,
    /// What detectors that did not listen may still answer.
    lost: Vec<oneshot::Receiver<Result<Looked, Panicked>>>,
    /// Whether no other node can take or lose scans.
    alone: bool,
}

/// How a scan ended here.
enum End {
    Found(Report, Duration),
    Failed(String),
    /// It was told to stop. Where the scan is its own all the same, as when it was meant for the run before, it goes
    /// back into the queue.
    Dropped,
}

impl Worker {
    async fn work(mut self) {
        while !self.inner.is_stopping() {
            match self.next().await {
                Ok(Some(job)) => {
                    // Where one was queued there may be two, and another worker free.
                    self.lane.wake.notify_one();
                    self.scan(job).await;
                }
                Ok(None) => self.wait().await,
                Err(error) => {
                    log::warn!("the queue of scans cannot be read and will be again: {error}");
                    rt::time::sleep(AGAIN).await;
                }
            }
        }
        self.inner.workers.fetch_sub(1, Ordering::AcqRel);
        self.inner.ended.notify_waiters();
    }

    /// Takes the next scan of its lane.
    async fn next(&self) -> Result<Option<Job>> {
        let lane = Arc::clone(&self.lane);
        let start = move |tx: &mut Tx<'_>| scans::start(tx, &lane.line);
        self.inner.store.write(Actor::system(), start).await
    }

    /// Waits until there may be something to do. Beside other nodes one worker looks around for all of its lane, and
    /// only reads while there is nothing: a write would be a commit, after which everything that was remembered is
    /// read anew.
    async fn wait(&self) {
        loop {
            let woken = self.lane.wake.notified();
            if self.inner.is_stopping() {
                return;
            }
            if self.alone || !self.first {
                return woken.await;
            }
            if rt::time::timeout(LOOK_AROUND, woken).await.is_ok() {
                return;
            }
            if self.inner.store.read(scans::any_open).await.unwrap_or(true) {
                self.requeue_lost(false).await;
                return;
            }
        }
    }

    /// Queues again what was left running: alone, at start, everything is; beside other nodes only what they must
    /// have lost. Answers whether the database took it.
    async fn requeue_lost(&self, at_start: bool) -> bool {
        let lease = i64::try_from(self.inner.lease().as_secs()).unwrap_or(i64::MAX);
        let all = self.alone && at_start;
        let done = self.inner.store.write(Actor::system(), move |tx| {
            let before = (!all).then(|| tx.now().plus_seconds(-lease));
            scans::requeue_lost(tx, before)
        });
        match done.await {
            Ok(0) => true,
            Ok(lost) => {
                log::info!("scans begun anew={lost}");
                true
            }
            Err(error) => {
                log::warn!("lost scans were not looked for and will be again: {error}");
                false
            }
        }
    }

    async fn scan(&mut self, job: Job) {
        let ear = Ear::default();
        let claim = job.claim;
        self.inner
            .running()
            .insert(claim.id, Arc::clone(&ear.cancelled));
        // It may have been told to stop before it could be told.
        if self.inner.is_stopping() {
            ear.cancelled.store(true, Ordering::Relaxed);
        }
        let detector = self.inner.detectors.get(&job.detector);
        let version = detector.as_ref().map(|one| one.version());
        let end = match detector {
            None => {
                let why = format!("The detector “{}” is not set up any more.", job.detector);
                End::Failed(why)
            }
            Some(detector) => self.detect(&job, detector, &ear).await,
        };
        self.forget(claim, &ear);
        let end = after_all(end, &ear);
        self.end(claim, end, version.unwrap_or_default()).await;
    }

    /// The same scan may run elsewhere by now, if somebody cancelled it and thought better of it.
    fn forget(&self, claim: Claim, ear: &Ear) {
        let mut running = self.inner.running();
        let own = running.get(&claim.id);
        if own.is_some_and(|cancelled| Arc::ptr_eq(cancelled, &ear.cancelled)) {
            running.remove(&claim.id);
        }
    }

    async fn detect(&mut self, job: &Job, detector: Arc<dyn Detector>, ear: &Ear) -> End {
        if let Err(why) = detector.ready() {
            return End::Failed(why);
        }
        let Some((jpeg, wanted)) = self.read(job, detector.wants_looks()).await else {
            return End::Dropped;
        };
        let Some(jpeg) = jpeg else {
            return End::Failed("The photo was removed before it could be looked at.".into());
        };
        let limit = detector.time_limit() + GRACE;
        let heard = ear.clone();
        let looked = self
            .hand
            .does(move || look(detector.as_ref(), &jpeg, wanted, &heard));
        match looked {
            Ok(looked) => self.watch(job.claim, looked, limit, ear).await,
            Err(error) => End::Failed(unkept(&error)),
        }
    }

    /// The photo and what to look for on it; `None` where the server stops before the database answers.
    async fn read(&self, job: &Job, wants_looks: bool) -> Option<(Option<Vec<u8>>, Wanted)> {
        loop {
            let (photo, at) = (job.photo.clone(), job.claim.warehouse);
            let read = self.inner.store.read(move |db| {
                let wanted = scans::wanted(db, at, wants_looks)?;
                Ok((photos::read(db, &photo)?, wanted))
            });
            match read.await {
                Ok(read) => return Some(read),
                Err(_) if self.inner.is_stopping() => return None,
                Err(error) => {
                    log::warn!("a photo cannot be read and will be again: {error}");
                    rt::time::sleep(AGAIN).await;
                }
            }
        }
    }

    /// Waits for the detector; tells how far it is; stops waiting when its time is up for long.
    async fn watch(
        &mut self,
        claim: Claim,
        mut looked: oneshot::Receiver<Result<Looked, Panicked>>,
        limit: Duration,
        ear: &Ear,
    ) -> End {
        let until = Instant::now() + limit;
        let mut told = 0;
        loop {
            match rt::time::timeout(TICK, &mut looked).await {
                Ok(Ok(Ok(looked))) => return end(looked),
                Ok(_panicked) => {
                    return End::Failed("The detector broke on this photo.".into());
                }
                Err(_tick) => {}
            }
            if Instant::now() >= until {
                ear.cancelled.store(true, Ordering::Relaxed);
                self.leave(looked);
                return End::Failed(Failure::TimedOut.to_string());
            }
            let percent = ear.percent.load(Ordering::Relaxed);
            let held = self.is_held(claim, percent, told).await;
            told = percent;
            if !held {
                ear.cancelled.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Tells how far it is, if it is any further; answers whether anybody still wants to know. While the database
    /// is away, they do.
    async fn is_held(&self, claim: Claim, percent: u8, told: u8) -> bool {
        let store = &self.inner.store;
        let held = if percent == told {
            store.read(move |db| scans::is_held(db, claim)).await
        } else {
            let tell = move |tx: &mut Tx<'_>| scans::progress(tx, claim, percent);
            store.write(Actor::system(), tell).await
        };
        held.unwrap_or(true)
    }

    /// Leaves a thread to a detector that does not listen, and takes another.
    fn leave(&mut self, looked: oneshot::Receiver<Result<Looked, Panicked>>) {
        self.lost.push(looked);
        self.lost
            .retain_mut(|lost| matches!(lost.try_recv(), Err(oneshot::error::TryRecvError::Empty)));
        log::error!("detectors that did not stop in time={}", self.lost.len());
        if self.lost.len() > MOST_LOST {
            return;
        }
        match Hand::start("aims-scan", 1) {
            Ok(hand) => self.hand = hand,
            Err(error) => log::error!("no further thread for scans: {error}"),
        }
    }

    /// Writes how it ended. Until the database takes it, the scan is this worker's.
    async fn end(&self, claim: Claim, end: End, version: String) {
        let mut end = end;
        loop {
            let written = match &end {
                End::Dropped => self.write(move |tx| scans::give_back(tx, claim)).await,
                End::Failed(why) => {
                    let why = why.clone();
                    self.write(move |tx| scans::fail(tx, claim, &why)).await
                }
                End::Found(report, took) => {
                    let found = Found {
                        report: report.clone(),
                        version: version.clone(),
                        took: *took,
                    };
                    self.write(move |tx| scans::finish(tx, claim, &found)).await
                }
            };
            match written {
                Ok(_held) => return,
                Err(error) if is_passing(&error) && !self.inner.is_stopping() => {
                    log::warn!("a scan's end was not written and will be again: {error}");
                    rt::time::sleep(AGAIN).await;
                }
                Err(error) => {
                    log::error!("the end of SC-{} was not written: {error}", claim.id.0);
                    if !matches!(end, End::Found(..)) {
                        return;
                    }
                    end = End::Failed(unkept(&error));
                }
            }
        }
    }

    async fn write(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<bool> + Send + 'static,
    ) -> Result<bool> {
        self.inner.store.write(Actor::system(), f).await
    }
}

/// What a detector says that was told to stop may be half of it; and one that was not told to has no excuse.
fn after_all(end: End, ear: &Ear) -> End {
    let told = ear.cancelled.load(Ordering::Relaxed);
    match end {
        End::Found(..) if told => End::Dropped,
        End::Dropped if !told => End::Failed(Failure::Cancelled.to_string()),
        end => end,
    }
}

fn end(looked: Looked) -> End {
    match looked.report {
        Ok(report) => End::Found(report, looked.took),
        Err(Failure::Cancelled) => End::Dropped,
        Err(failure) => End::Failed(failure.to_string()),
    }
}

/// Whether the database may take it in a moment.
fn is_passing(error: &Error) -> bool {
    use crate::error::Code;
    matches!(error.code(), Code::Busy | Code::Unavailable)
}

fn unkept(error: &Error) -> String {
    match error {
        Error::Refused(problem) => format!("What was found could not be kept: {}", problem.detail),
        Error::Failed { code, .. } => {
            format!(
                "The photo could not be looked at ({}); try it again.",
                code.as_str()
            )
        }
    }
}
