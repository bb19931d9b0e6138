//! Setting a level to what was counted.
//!
//! An absolute value replaces another one, so whoever sets it says which: a level that moved meanwhile
//! is not overwritten unless that is said too.

use super::{InventoryRow, row};
use crate::domain::access::{Role, User};
use crate::domain::movements::{self, Entry, Kind, Movement};
use crate::domain::subject::Subject;
use crate::error::{Code, Error, Result};
use crate::store::Tx;

/// What was counted.
#[derive(Clone, Debug)]
pub struct Count {
    /// Units there.
    pub on_hand: i64,
    /// Units believed to be there; `None` overwrites on purpose.
    pub expected: Option<i64>,
    /// Why, in a word.
    pub reason: Option<String>,
    /// Anything else.
    pub note: Option<String>,
}

/// Sets the level of an item, which is recorded as a `count` movement; none when the count was right.
///
/// # Errors
/// `stock_changed` when `expected` is not what is there.
pub fn set(
    tx: &mut Tx<'_>,
    user: &User,
    (warehouse, sku): (&str, &str),
    count: Count,
) -> Result<(Option<Movement>, InventoryRow)> {
    let subject = Subject::find(tx.db, user, warehouse, sku, Role::Operator)?;
    tx.db.lock_warehouse(subject.warehouse.id)?;
    let now = row(tx.db, subject.warehouse.id, subject.item)?;
    if count
        .expected
        .is_some_and(|expected| expected != now.on_hand)
    {
        let detail = format!("{} are there by now.", now.on_hand);
        return Err(Error::refused(Code::StockChanged, detail).with_current(&now));
    }
    if count.on_hand == now.on_hand {
        return Ok((None, now));
    }
    let delta = count.on_hand - now.on_hand;
    let entry = Entry {
        reason: count.reason,
        note: count.note,
        ..Entry::new(&subject, Kind::Count, delta)
    };
    let posted = movements::post(tx, &entry)?;
    Ok((Some(posted.movement), posted.inventory))
}
