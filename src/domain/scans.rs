//! Scans: a photo that is given to a detector, and what a person makes of what it saw.
//!
//! queued → running → done or failed · queued or running → cancelled · all but running → queued again. The table
//! is the queue: whoever has a thread free takes the oldest ([`start`]) and is from then on known by its
//! [`Claim`]; each later word of theirs is one guarded UPDATE, so that a scan that was cancelled or taken over
//! meanwhile is not overwritten. Nothing here changes stock: that is what a count sheet is for.

mod detections;
mod list;
mod mapping;
mod review;
mod run;
mod step;
mod take_in;

pub use detections::DetectionRow;
pub use list::{Filter, ScanRow, find, list, photo, see};
pub use mapping::clean;
pub(super) use review::area;
pub use review::{Drawn, EditDetection, Remember, add, edit, ignore_below};
pub use run::{
    Claim, Found, Job, Wanted, fail, finish, give_back, is_held, progress, start, wanted,
};
pub(super) use step::announce_pruned;
pub use step::{cancel, requeue_lost, retry};
pub use take_in::{NewScan, take_in};

use std::str::FromStr;

use super::words::words;
use crate::error::Error;
use crate::ids::ScanId;

words! {
    /// Where a scan is in its life.
    Status {
        /// Waits for a thread.
        Queued "queued",
        /// A detector looks at it.
        Running "running",
        /// What was found is there to be reviewed.
        Done "done",
        /// Nothing was found out; `error` says why.
        Failed "failed",
        /// Somebody did not want it any more.
        Cancelled "cancelled",
    }
}

words! {
    /// What kind of label was seen.
    Kind {
        /// A code that was read.
        Barcode "barcode",
        /// A class of a model.
        Class "class",
        /// A taught item.
        Taught "taught",
        /// A box that a person drew.
        Drawn "drawn",
    }
}

words! {
    /// What people think of a detection.
    State {
        /// Nothing yet.
        Auto "auto",
        /// It is right.
        Confirmed "confirmed",
        /// It does not count.
        Ignored "ignored",
        /// A person drew it.
        Added "added",
    }
}

/// How people name a scan: `SC-12`, or the number alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number(pub ScanId);

impl FromStr for Number {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.strip_prefix("SC-").unwrap_or(text);
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        plain
            .then(|| digits.parse().ok())
            .flatten()
            .map(|id| Self(ScanId(id)))
            .ok_or_else(|| Error::not_found(format_args!("scan “{text}”")))
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SC-{}", self.0.0)
    }
}
