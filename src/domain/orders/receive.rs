//! Goods that arrive for an order, all at once or in parts.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::step::{announce, hold, not_open, recount};
use super::{Number, OrderRow, Status};
use crate::domain::access::{Role, User};
use crate::domain::inventory::{InventoryRow, MAX_QUANTITY};
use crate::domain::movements::{self, Entry, Kind, Movement};
use crate::domain::text;
use crate::error::{Code, Error, Result};
use crate::ids::{ItemId, OrderId, WarehouseId};
use crate::on_db;
use crate::schema::replenishment_order as order;
use crate::store::Tx;
use crate::time::Time;

/// Goods that arrived.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The version that was looked at, if that matters to the caller; over HTTP the `If-Match`.
    #[serde(skip)]
    #[garde(skip)]
    pub expected: Option<i64>,
    /// Units.
    #[garde(range(min = 1, max = MAX_QUANTITY))]
    pub quantity: i64,
    /// Whether more than was ordered is welcome.
    #[serde(default)]
    #[garde(skip)]
    pub accept_over: bool,
    /// Anything else.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    pub note: Option<String>,
}

/// What a receipt changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Received {
    /// The order as it is now.
    pub order: OrderRow,
    /// The ledger's line.
    pub movement: Movement,
    /// The level as it is now.
    pub inventory: InventoryRow,
}

/// Receives goods of an approved order: they are stock from now on. The last part completes it.
///
/// # Errors
/// `order_not_open` when it is not on its way, `over_receipt` for more than is outstanding, `stale_version`,
/// `archived`.
pub fn receive(tx: &mut Tx<'_>, user: &User, number: Number, receipt: Receipt) -> Result<Received> {
    let held = hold(tx, user, number, Role::Operator)?;
    text::valid(&receipt)?;
    count_in(tx, held.id, &receipt)?;
    recount(tx, held.subject.warehouse.id, held.subject.item)?;
    let entry = Entry {
        note: receipt.note,
        reference: Some(number.to_string()),
        order: Some(held.id),
        ..Entry::new(&held.subject, Kind::Receive, receipt.quantity)
    };
    let posted = movements::post(tx, &entry)?;
    Ok(Received {
        order: announce(tx, held.id, "receive")?,
        movement: posted.movement,
        inventory: posted.inventory,
    })
}

/// One guarded UPDATE: adds to what was received, and completes the order with the last part.
fn count_in(tx: &mut Tx<'_>, id: OrderId, receipt: &Receipt) -> Result<()> {
    let (now, quantity) = (tx.now(), receipt.quantity);
    let changed = on_db!(&mut *tx.db, c => {
        let complete = || (order::received + quantity).ge(order::quantity);
        let received = Status::Received.into_sql::<Text>();
        let closed = Some(now).into_sql::<Nullable<BigInt>>();
        let mut change = diesel::update(order::table)
            .filter(order::id.eq(id).and(order::status.eq(Status::Approved)))
            .set((
                order::status.eq(case_when(complete(), received).otherwise(order::status)),
                order::closed_at.eq(case_when(complete(), closed).otherwise(order::closed_at)),
                order::received.eq(order::received + quantity),
                order::version.eq(order::version + 1),
                order::updated_at.eq(now),
            ))
            .into_boxed();
        if !receipt.accept_over {
            change = change.filter((order::received + quantity).le(order::quantity));
        }
        if let Some(version) = receipt.expected {
            change = change.filter(order::version.eq(version));
        }
        change.execute(c)
    })?;
    if changed == 1 {
        return Ok(());
    }
    Err(not_open(tx, id, receipt.expected, |row| {
        let detail = format!(
            "{} are outstanding and {quantity} came; say accept_over to take them all.",
            row.outstanding
        );
        Error::refused(Code::OverReceipt, detail)
    }))
}

/// Takes a receipt back, of which the movement is being reversed: an order that it had completed is on its way
/// again. The caller posts the reversal and records the order.
pub fn take_back(tx: &mut Tx<'_>, id: OrderId, quantity: i64) -> Result<()> {
    let now = tx.now();
    let (at, of): (WarehouseId, ItemId) = on_db!(&mut *tx.db, c => diesel::update(order::table.find(id))
        .set((
            order::received.eq(order::received - quantity),
            order::version.eq(order::version + 1),
            order::updated_at.eq(now),
        ))
        .returning((order::warehouse_id, order::item_id))
        .get_result(c))?;
    on_db!(&mut *tx.db, c => diesel::update(order::table.find(id))
        .filter(order::status.eq(Status::Received).and(order::received.lt(order::quantity)))
        .set((order::status.eq(Status::Approved), order::closed_at.eq(None::<Time>)))
        .execute(c))?;
    recount(tx, at, of)
}
