//! Setting a level to what was counted.
//!
//! An absolute value replaces another one, so whoever sets it says which: a level that moved meanwhile
//! is not overwritten unless that is said too.

use garde::Validate;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{InventoryRow, MAX_QUANTITY, row};
use crate::domain::access::{Role, User};
use crate::domain::movements::{self, Entry, Kind, Movement};
use crate::domain::subject::Subject;
use crate::domain::text;
use crate::error::{Code, Error, Result};
use crate::store::Tx;

/// What was counted.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Units there.
    #[garde(range(min = 0, max = MAX_QUANTITY))]
    pub on_hand: i64,
    /// Units believed to be there. Null overwrites on purpose; leaving it out is refused, since it says
    /// neither.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<i64>)]
    #[garde(skip)]
    pub expected: Option<Expected>,
    /// Why, in a word.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    pub reason: Option<String>,
    /// Anything else.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    pub note: Option<String>,
}

/// What somebody believes is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// So many units.
    Units(i64),
    /// Whatever it is, it is overwritten.
    Anything,
}

/// Tells null, which is [`Expected::Anything`], from nothing.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Expected>, D::Error> {
    let units = Option::deserialize(from)?;
    Ok(Some(units.map_or(Expected::Anything, Expected::Units)))
}

/// Sets the level of an item, which is recorded as a `count` movement; none when the count was right.
///
/// # Errors
/// `stock_changed` when `expected` is not what is there, `precondition_required` when it is left out.
pub fn set(
    tx: &mut Tx<'_>,
    user: &User,
    (warehouse, sku): (&str, &str),
    count: Count,
) -> Result<(Option<Movement>, InventoryRow)> {
    let subject = Subject::find(tx.db, user, warehouse, sku, Role::Operator)?;
    text::valid(&count)?;
    let Some(expected) = count.expected else {
        let detail = "Say in expected what you believe is there, or null to overwrite it.";
        return Err(Error::refused(Code::PreconditionRequired, detail));
    };
    tx.db.lock_warehouse(subject.warehouse.id)?;
    let now = row(tx.db, subject.warehouse.id, subject.item)?;
    if expected != Expected::Anything && expected != Expected::Units(now.on_hand) {
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
