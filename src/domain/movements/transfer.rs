//! Stock that goes from one warehouse to another: two lines of the ledger, together or not at all.

use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Entry, Kind, Movement, post};
use crate::domain::access::{Role, User};
use crate::domain::inventory::MAX_QUANTITY;
use crate::domain::subject::Subject;
use crate::domain::text;
use crate::domain::warehouses;
use crate::error::{Error, Result};
use crate::store::Tx;

/// A transfer as asked for.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The code of the warehouse that gives.
    #[garde(custom(text::line(1, 64)))]
    pub from: String,
    /// The code of the warehouse that gets.
    #[garde(custom(text::line(1, 64)))]
    pub to: String,
    /// The item's human key.
    #[garde(custom(text::line(1, 64)))]
    pub sku: String,
    /// Units.
    #[garde(range(min = 1, max = MAX_QUANTITY))]
    pub quantity: i64,
    /// Anything else.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    pub note: Option<String>,
}

/// Moves stock from one warehouse to another; the user must be an operator in both.
///
/// # Errors
/// What [`post`] refuses; `validation` when both are the same.
pub fn transfer(tx: &mut Tx<'_>, user: &User, asked: &Transfer) -> Result<[Movement; 2]> {
    text::valid(asked)?;
    if asked.from == asked.to {
        let detail = "A transfer goes to another warehouse.";
        return Err(Error::field("/to", "same", detail));
    }
    let from = Subject::find(tx.db, user, &asked.from, &asked.sku, Role::Operator)?;
    let to = warehouses::find(tx.db, user, &asked.to, Role::Operator)?;
    let to = Subject {
        warehouse: to,
        ..from.clone()
    };
    lock_both(tx, &from, &to)?;
    let group = Some(uuid::Uuid::now_v7().to_string());
    let (note, quantity) = (&asked.note, asked.quantity);
    let leg = |subject, kind, delta| Entry {
        group: group.clone(),
        note: note.clone(),
        ..Entry::new(subject, kind, delta)
    };
    let out = post(tx, &leg(&from, Kind::TransferOut, -quantity))?;
    let into = post(tx, &leg(&to, Kind::TransferIn, quantity))?;
    Ok([out.movement, into.movement])
}

/// Locks two warehouses, the lower id first, as everybody does who locks two.
fn lock_both(tx: &mut Tx<'_>, a: &Subject, b: &Subject) -> Result<()> {
    let (a, b) = (a.warehouse.id, b.warehouse.id);
    tx.db.lock_warehouse(a.min(b))?;
    tx.db.lock_warehouse(a.max(b))
}
