//! What every step of an order shares: finding it with the right to act, and telling everybody after.

use diesel::prelude::*;

use super::{Number, OrderRow, Status, find};
use crate::domain::access::{Role, User};
use crate::domain::inventory::MAX_QUANTITY;
use crate::domain::policy;
use crate::domain::subject::Subject;
use crate::error::{Code, Error, Result};
use crate::events::{Change, Draft, EventName};
use crate::ids::{ItemId, OrderId, UserId, WarehouseId};
use crate::on_db;
use crate::schema::{inventory, replenishment_order as order};
use crate::store::Tx;

/// An order that somebody is about to act on: the warehouse is locked, and they have the right.
pub(super) struct Held {
    pub(super) id: OrderId,
    pub(super) subject: Subject,
    /// Who asked for it; `None` for the policy.
    pub(super) requested_by: Option<UserId>,
}

/// Finds the order, checks the right and locks the warehouse: the order of locks is warehouse, level, order.
pub(super) fn hold(tx: &mut Tx<'_>, user: &User, number: Number, role: Role) -> Result<Held> {
    let id = number.0;
    let missing = || Error::not_found(format_args!("order {number}"));
    let found: Option<(WarehouseId, ItemId, Option<UserId>)> = on_db!(&mut *tx.db, c => order::table
        .find(id)
        .select((order::warehouse_id, order::item_id, order::requested_by))
        .first(c)
        .optional())?;
    let (at, of, requested_by) = found
        .filter(|(at, ..)| user.role_in(*at).is_some())
        .ok_or_else(missing)?;
    let subject = Subject::by_id(tx.db, user, at, of, role)?;
    tx.db.lock_warehouse(at)?;
    Ok(Held {
        id,
        subject,
        requested_by,
    })
}

/// Brings `on_order` and `pending` of a level in line with its orders.
///
/// # Errors
/// `validation` when either would exceed the greatest quantity.
pub fn recount(tx: &mut Tx<'_>, at: WarehouseId, of: ItemId) -> Result<()> {
    // Ids of ours alone are written into the text; both dialects read it alike.
    let sum = |what: &str, status: Status| {
        format!(
            "(SELECT CAST(COALESCE(SUM({what}), 0) AS BIGINT) FROM replenishment_order o \
             WHERE o.warehouse_id = {} AND o.item_id = {} AND o.status = '{}')",
            at.0,
            of.0,
            status.as_str()
        )
    };
    let query = format!(
        "UPDATE inventory SET on_order = {}, pending = {} WHERE warehouse_id = {} AND item_id = {}",
        sum("o.quantity - o.received", Status::Approved),
        sum("o.quantity", Status::Pending),
        at.0,
        of.0
    );
    on_db!(&mut *tx.db, c => diesel::sql_query(query).execute(c))?;
    let (on_order, pending): (i64, i64) = on_db!(&mut *tx.db, c => inventory::table
        .find((at, of))
        .select((inventory::on_order, inventory::pending))
        .first(c))?;
    if on_order.max(pending) > MAX_QUANTITY {
        let detail = format!("All open orders of an item together may have {MAX_QUANTITY} units.");
        return Err(Error::field("/quantity", "range", detail));
    }
    Ok(())
}

/// Records that the order changed, with the row as it is now, and gives it back.
pub fn announce(tx: &mut Tx<'_>, id: OrderId, verb: &'static str) -> Result<OrderRow> {
    let row = find(tx.db, id)?;
    let name = EventName::ReplenishmentUpdated;
    let draft = Draft::new(
        row.warehouse_id,
        name,
        &row.number,
        Change::verb(verb),
        &row,
    )?;
    tx.record(draft)?;
    Ok(row)
}

/// Records the open orders of a level anew, which show the name and unit of its item.
pub fn announce_open(tx: &mut Tx<'_>, at: WarehouseId, of: ItemId) -> Result<()> {
    let open: Vec<OrderId> = on_db!(&mut *tx.db, c => order::table
        .filter(order::warehouse_id.eq(at).and(order::item_id.eq(of)))
        .filter(order::status.eq_any([Status::Pending, Status::Approved]))
        .order(order::id)
        .select(order::id)
        .load(c))?;
    for id in open {
        announce(tx, id, "edit")?;
    }
    Ok(())
}

/// Ends a step: counts the open orders anew, records the order, lets the policy judge, records the level.
pub(super) fn finish(tx: &mut Tx<'_>, held: &Held, verb: &'static str) -> Result<OrderRow> {
    let (at, of) = (held.subject.warehouse.id, held.subject.item);
    recount(tx, at, of)?;
    let row = announce(tx, held.id, verb)?;
    policy::settle(tx, at, of, Change::verb(verb))?;
    Ok(row)
}

/// Why a step of a pending order changed no row.
pub(super) fn no_longer_pending(tx: &mut Tx<'_>, id: OrderId) -> Error {
    match find(tx.db, id) {
        Ok(row) if row.status == Status::Pending => stale(&row),
        Ok(row) => Error::refused(Code::OrderAlreadyDecided, decided(&row)).with_current(&row),
        Err(error) => error,
    }
}

/// Why a step of an order that is on its way changed no row; `rule` says what else could have failed.
pub(super) fn not_open(
    tx: &mut Tx<'_>,
    id: OrderId,
    expected: Option<i64>,
    rule: impl FnOnce(&OrderRow) -> Error,
) -> Error {
    match find(tx.db, id) {
        Ok(row) if row.status != Status::Approved => {
            let detail = match row.status {
                Status::Pending => format!("{} was not approved yet.", row.number),
                _ => decided(&row),
            };
            Error::refused(Code::OrderNotOpen, detail).with_current(&row)
        }
        Ok(row) if expected.is_some_and(|version| version != row.version) => stale(&row),
        Ok(row) => rule(&row).with_current(&row),
        Err(error) => error,
    }
}

fn stale(row: &OrderRow) -> Error {
    let detail = format!("{} was changed since you looked at it.", row.number);
    Error::refused(Code::StaleVersion, detail).with_current(row)
}

/// Who decided, what and when.
fn decided(row: &OrderRow) -> String {
    let who = row.decided_by.as_deref().unwrap_or("AIMS");
    let did = match row.status {
        Status::Rejected => "rejected",
        Status::Cancelled => "cancelled",
        Status::Pending | Status::Approved | Status::Received | Status::ClosedShort => "approved",
    };
    match row.decided_at {
        Some(at) => format!("{who} {did} {} at {at}.", row.number),
        None => format!("{} is {}.", row.number, row.status.as_str()),
    }
}
