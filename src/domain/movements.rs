//! The ledger: every change of stock, in one append-only list.
//!
//! [`post`] is the one function that changes a level. It writes the level, the ledger's line and
//! what policy makes of it, and records the events, all in the caller's transaction. The database refuses
//! stock below zero, and a changed or deleted line.

mod list;
mod post;
mod record;
mod reverse;
#[cfg(test)]
mod tests;
mod transfer;

pub use list::{Filter, Movement, find, list};
pub use post::{Entry, Posted, post};
pub(super) use record::told;
pub use record::{NewMovement, Requested, batch, record};
pub use reverse::reverse;
pub(super) use reverse::reverse_sheet;
pub use transfer::{Transfer, transfer};

use super::words::words;

words! {
    /// What kind of movement.
    Kind {
        /// Goods came in.
        Receive "receive",
        /// Goods were used or sold; the only kind that counts as demand.
        Issue "issue",
        /// Goods were damaged, expired or lost.
        Waste "waste",
        /// A correction, for a reason.
        Adjust "adjust",
        /// The difference that a count found.
        Count "count",
        /// Goods came from another warehouse.
        TransferIn "transfer_in",
        /// Goods went to another warehouse.
        TransferOut "transfer_out",
    }
}
