//! The detector `taught`: an item is found by how it looks on a crop of another photo.
//!
//! Good for boxes, cartons and cans in rows that are seen from the front; not for loose items, strong
//! perspective, or what is covered by more than a quarter.

mod closer;
mod hunt;
mod pyramid;
mod raster;
mod search;
mod teach;
mod template;

use std::time::Duration;

pub use teach::{BadCrop, Lesson, teach};

use crate::{Detector, Failure, Photo, Report, Wanted, Watch};

/// Looks that one photo is searched for, at most.
pub const MAX_LOOKS: usize = 30;
/// Overlap beyond which two finds are one thing.
const OVERLAP: f64 = 0.3;

/// Finds taught items.
#[derive(Clone, Debug)]
pub struct Taught {
    limit: Duration,
}

impl Taught {
    /// One that takes so long for a photo at most.
    pub fn new(limit: Duration) -> Self {
        Self { limit }
    }
}

impl Detector for Taught {
    fn name(&self) -> &'static str {
        "taught"
    }

    fn version(&self) -> String {
        "1".into()
    }

    fn ready(&self) -> Result<(), String> {
        Ok(())
    }

    fn time_limit(&self) -> Duration {
        self.limit
    }

    fn wants_looks(&self) -> bool {
        true
    }

    fn detect(&self, photo: &Photo, wanted: &Wanted, watch: &Watch<'_>) -> Result<Report, Failure> {
        if wanted.looks.is_empty() {
            return Err(Failure::Unavailable(
                "No item is taught here yet: draw a box around one pack on a photo first.".into(),
            ));
        }
        hunt::hunt(photo, wanted, watch)
    }
}
