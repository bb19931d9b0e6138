//! One detector at one photo, on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::{Duration, Instant};

use aims_vision::{Detector, Failure, Look, Photo, Report, Watch};

use crate::domain::scans::Wanted;

/// What is known about a running detector from outside its thread.
#[derive(Clone, Debug, Default)]
pub(super) struct Ear {
    /// Set where nobody waits any more.
    pub(super) cancelled: Arc<AtomicBool>,
    /// How far it is, in percent.
    pub(super) percent: Arc<AtomicU8>,
}

/// What a detector answered, and how long it took.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) report: Result<Report, Failure>,
    pub(super) took: Duration,
}

/// Reads the photo and gives it to the detector. Blocks.
pub(super) fn look(detector: &dyn Detector, jpeg: &[u8], wanted: &Wanted, ear: &Ear) -> Looked {
    let started = Instant::now();
    let report = see(detector, jpeg, wanted, ear);
    Looked {
        report,
        took: started.elapsed(),
    }
}

fn see(
    detector: &dyn Detector,
    jpeg: &[u8],
    wanted: &Wanted,
    ear: &Ear,
) -> Result<Report, Failure> {
    let photo = Photo::read(jpeg).map_err(|bad| Failure::Unavailable(bad.to_string()))?;
    let wanted = aims_vision::Wanted {
        labels: wanted.labels.clone(),
        looks: looks(wanted),
    };
    let watch = Watch {
        deadline: Instant::now() + detector.time_limit(),
        cancelled: &|| ear.cancelled.load(Ordering::Relaxed),
        progress: &|percent| ear.percent.store(percent.min(100), Ordering::Relaxed),
    };
    detector.detect(&photo, &wanted, &watch)
}

/// Looks that can be read; they were written by [`super::intake`].
fn looks(wanted: &Wanted) -> Vec<Look> {
    let look = |crop: &crate::domain::looks::Crop| {
        let photo = Photo::read(&crop.png).ok()?;
        Some(Look {
            label: crop.label.clone(),
            crop: photo.pixels().clone(),
            threshold: narrow(crop.threshold),
        })
    };
    wanted.looks.iter().filter_map(look).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a likeness needs no more than seven digits"
)]
fn narrow(likeness: f64) -> f32 {
    likeness as f32
}
