//! Replenishment orders: asked for by a person or by policy, decided by a person, received in parts.
//!
//! pending → approved → received · pending → rejected · pending or approved → cancelled · approved → closed
//! short. Each step is one guarded UPDATE, never a read and then a write; where it changes no row, the row
//! is read to say why. Approving changes no stock: that comes with [`receive`].

mod close;
mod decide;
mod list;
mod receive;
mod request;
mod step;
#[cfg(test)]
mod tests;

pub use close::{cancel, close, snooze};
pub use decide::{Decision, approve, reject};
pub use list::{Counts, Filter, OrderRow, Place, Sort, counts, events, find, list, see};
pub use receive::{Receipt, Received, receive, take_back};
pub(super) use request::{Draft, insert};
pub use request::{Edit, Request, edit, request};
pub use step::{announce, announce_open, recount};

use super::number::number;
use super::words::words;
use crate::ids::OrderId;

words! {
    /// Where an order is in its life.
    #[schema(as = OrderStatus)]
    Status {
        /// Waits for a decision.
        Pending "pending",
        /// On its way.
        Approved "approved",
        /// All of it came.
        Received "received",
        /// Refused, with a reason.
        Rejected "rejected",
        /// Withdrawn before anything came.
        Cancelled "cancelled",
        /// A part came; the rest will not.
        ClosedShort "closed_short",
    }
}

words! {
    /// Who asked for an order.
    Source {
        /// The policy of the level.
        Policy "policy",
        /// A person.
        Manual "manual",
    }
}

number! {
    /// How people name an order: `RO-1042`, or the number alone.
    Number, OrderId, "RO-", "order"
}
