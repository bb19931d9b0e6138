//! Scans: a photo that is given to a detector, and what a person makes of what it saw.
//!
//! queued → running → done or failed · queued or running → cancelled · all but running → queued again. The table
//! is the queue: whoever has a thread free takes the oldest ([`start`]) and is from then on known by its
//! [`Claim`]; each later word of theirs is one guarded UPDATE, so that a scan that was cancelled or taken over
//! meanwhile is not overwritten. Nothing here changes stock: that is what a count sheet is for.

mod count;
mod detections;
mod draw;
mod line;
mod list;
mod mapping;
mod report;
mod review;
mod run;
mod step;
mod take_in;
#[cfg(test)]
mod tests;

pub use count::{Count, Counted, count, take_off};
pub use detections::DetectionRow;
pub(super) use draw::area;
pub use draw::{Drawn, add};
pub use line::Line;
pub use list::{Filter, ScanRow, find, list, photo, see, thumbnail};
pub use mapping::clean;
pub use review::{EditDetection, EditDetections, Remember, edit, ignore_below};
pub use run::{
    Claim, Found, Job, Wanted, fail, finish, give_back, is_held, progress, start, wanted,
};
pub(super) use step::announce_pruned;
pub use step::{any_open, cancel, requeue_lost, retry};
pub use take_in::{NewScan, take_in};

use super::number::number;
use super::words::words;
use crate::ids::ScanId;

words! {
    /// Where a scan is in its life.
    #[schema(as = ScanStatus)]
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
    #[schema(as = LabelKind)]
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
    #[schema(as = DetectionState)]
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

number! {
    /// How people name a scan: `SC-12`, or the number alone.
    Number, ScanId, "SC-", "scan"
}
