//! Replenishment by policy: when to order, how much, and why.
//!
//! The policy of a level is judged in the transaction of everything that may change the need: a movement, an
//! order's step, an edit of the policy itself. All of those end in [`settle`]. At or below `min` it keeps
//! one pending order up to `target`, whose quantity follows the need and which goes when the need
//! goes. What a person approved is never touched.

mod edit;
mod evaluate;
mod run;
mod suggest;
#[cfg(test)]
mod tests;

use crate::error::Result;
use crate::events::Change;
use crate::ids::{ItemId, WarehouseId};
use crate::store::Tx;

pub use edit::{Policy, edit, snooze};
pub use run::{Planned, end_snoozes, plan, run};
pub use suggest::{Levels, Need, Rule, Suggestion, Why, suggest};

use super::inventory::{self, InventoryRow};
use super::orders;

/// Ends a change of a level: judges the policy, records the row as it is then, and the order that the
/// policy raised, changed or withdrew.
pub fn settle(
    tx: &mut Tx<'_>,
    at: WarehouseId,
    of: ItemId,
    change: Change,
) -> Result<InventoryRow> {
    let outcome = tx.as_system(|tx| evaluate::evaluate(tx, at, of))?;
    let row = inventory::announce(tx, at, of, change)?;
    if let Some((order, verb)) = outcome {
        tx.as_system(|tx| orders::announce(tx, order, verb).map(drop))?;
    }
    Ok(row)
}
