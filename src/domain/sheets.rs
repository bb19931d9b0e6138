//! Count sheets: what people or detectors counted, until a person applies it to the stock.
//!
//! open → applied → undone · open → discarded. A sheet is the one way from a count to the ledger, whoever counted:
//! [`apply`] writes its movements in one transaction, [`undo`] takes them all back. Nothing is ever applied by
//! itself.
//!
//! A line remembers what was on hand when it was made, or when the photo was sent that shows it, `expected`, and
//! which version of the level that was. Where stock moved since, nobody can tell whether that was before or after the
//! shelf was counted, so in mode `count` the line is a conflict that a person resolves. A line without a quantity is
//! never applied.

mod apply;
mod baseline;
mod edit;
mod fill;
mod line;
mod list;
mod open;
mod step;
mod tally;
#[cfg(test)]
mod tests;
mod undo;

pub use apply::{Application, Applied, apply};
pub use edit::{Edit, SetLine, discard, edit, remove_line, set_line};
pub use fill::{Seen, fill, refill, start};
pub use line::Line;
pub use list::{Change, Filter, Sheet, SheetRow, find, find_open, list, see};
pub use open::{NewSheet, open};
pub(super) use step::hold;
pub use tally::{Tally, tally};
pub use undo::{Undoing, undo};

use super::number::number;
use super::words::words;
use crate::ids::SheetId;

/// Lines of a sheet at most: applying it is one transaction, which holds up every other write of the warehouse.
pub const MAX_LINES: u32 = 5000;

words! {
    /// Where a sheet is in its life.
    #[schema(as = SheetStatus)]
    Status {
        /// Being counted.
        Open "open",
        /// It changed the stock.
        Applied "applied",
        /// It was given up, and changed nothing.
        Discarded "discarded",
        /// It was applied, and taken back.
        Undone "undone",
    }
}

words! {
    /// Who began a sheet.
    #[schema(as = SheetSource)]
    Source {
        /// A person, with a list or with a scanner.
        Manual "manual",
        /// A photo.
        Vision "vision",
    }
}

words! {
    /// What the quantities of a sheet mean.
    #[schema(as = SheetMode)]
    Mode {
        /// This is all there is: the level becomes the quantity.
        Count "count",
        /// This came in: the quantity is added.
        Receive "receive",
    }
}

words! {
    /// What to do with a line whose stock moved while it was counted.
    Resolution {
        /// The count was made after the movement: the level becomes the quantity.
        KeepCount "keep_count",
        /// The count was made before it: the difference that it found is added to what is there now.
        KeepDifference "keep_difference",
    }
}

number! {
    /// How people name a sheet: `CS-5`, or the number alone.
    Number, SheetId, "CS-", "count sheet"
}
