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

use std::str::FromStr;

use super::words::words;
use crate::error::Error;
use crate::ids::OrderId;

words! {
    /// Where an order is in its life.
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

/// How people name an order: `RO-1042`, or the number alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number(pub OrderId);

impl FromStr for Number {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.strip_prefix("RO-").unwrap_or(text);
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        plain
            .then(|| digits.parse().ok())
            .flatten()
            .map(|id| Self(OrderId(id)))
            .ok_or_else(|| Error::not_found(format_args!("order “{text}”")))
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RO-{}", self.0.0)
    }
}
