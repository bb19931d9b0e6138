//! What every detector is given, and what it answers.

use std::time::{Duration, Instant};

use crate::Photo;

/// Finds labels on photos. Called on a thread that may block.
pub trait Detector: Send + Sync {
    /// The name by which people choose it, such as `barcode`.
    fn name(&self) -> &'static str;

    /// What answered, for the record: a version, or the model's name.
    fn version(&self) -> String;

    /// Whether it can work; if not, why, for the person who configured it. Cheap: it is asked often.
    ///
    /// # Errors
    /// A sentence for people.
    fn ready(&self) -> Result<(), String>;

    /// How long one photo may take.
    fn time_limit(&self) -> Duration {
        Duration::from_secs(10)
    }

    /// Whether it waits for a service instead of working itself. What waits takes no processor, so it need not keep
    /// anything waiting that does.
    fn is_remote(&self) -> bool {
        false
    }

    /// Whether it searches for [`Wanted::looks`]. They are read from the database and decoded for those that do.
    fn wants_looks(&self) -> bool {
        false
    }

    /// Looks at a photo. What was found until the deadline is a report with `truncated`, not a failure.
    ///
    /// # Errors
    /// [`Failure`], when there is nothing to report.
    fn detect(&self, photo: &Photo, wanted: &Wanted, watch: &Watch<'_>) -> Result<Report, Failure>;
}

/// What the caller hopes to find.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Names of things, for detectors that must be told what to look for.
    pub labels: Vec<String>,
    /// How taught items look.
    pub looks: Vec<Look>,
}

/// How an item looks: a crop of a photo on which a person drew a box around it.
#[derive(Clone, Debug)]
pub struct Look {
    /// What is reported as the label when it is found: the caller's key.
    pub label: String,
    /// The crop.
    pub crop: image::RgbImage,
    /// The least likeness, 0 to 1, at which something is taken for it.
    pub threshold: f32,
}

/// The clock and the ear of a running detector.
pub struct Watch<'a> {
    /// When to stop.
    pub deadline: Instant,
    /// Whether the caller has lost interest.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
    /// Told how far it is, in percent.
    pub progress: &'a (dyn Fn(u8) + Sync),
}

impl Watch<'_> {
    /// Whether to stop now: the time is up, or nobody waits.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.deadline || (self.cancelled)()
    }
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// What a detector saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Everything found, in reading order.
    pub detections: Vec<Detection>,
    /// Whether the time was up, or there was more than it may report.
    pub truncated: bool,
    /// Sentences for people, such as that counts over 20 are unreliable.
    pub warnings: Vec<String>,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// What kind of label.
    pub kind: Kind,
    /// The code's text, the class's name, or the taught item's key.
    pub label: String,
    /// How sure the detector is, 0 to 1, where it says so. A code that was read carries its own check.
    pub confidence: Option<f32>,
    /// Where.
    pub area: Area,
}

/// What kind of label a detector reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A code that was read, with its symbology, such as `EAN-13`.
    Barcode(&'static str),
    /// A class of a model.
    Class,
    /// A taught item.
    Taught,
}

/// A box on the photo; all in parts of its width and height, 0 to 1, from the top left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// The width.
    pub w: f64,
    /// The height.
    pub h: f64,
}

impl Area {
    /// The part of a box that is on the photo; `None` if nothing of it is, or a number is not finite.
    pub fn clipped(x: f64, y: f64, w: f64, h: f64) -> Option<Self> {
        let (left, top) = (x.max(0.0), y.max(0.0));
        let (right, bottom) = ((x + w).min(1.0), (y + h).min(1.0));
        let area = Self {
            x: left,
            y: top,
            w: right - left,
            h: bottom - top,
        };
        let whole = [x, y, w, h].iter().all(|n| n.is_finite());
        (whole && area.w > 0.0 && area.h > 0.0).then_some(area)
    }
}

/// Why there is nothing to report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The detector cannot work, now or ever; a sentence for people, without any secret.
    #[error("{0}")]
    Unavailable(String),
    /// What it was answered makes no sense; a sentence for people.
    #[error("{0}")]
    Garbage(String),
    /// The time was up before there was anything.
    #[error("The detector did not answer in time.")]
    TimedOut,
    /// Nobody waits any more.
    #[error("The scan was cancelled.")]
    Cancelled,
}
