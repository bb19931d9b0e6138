//! Asking for an order, and changing the request while nobody has decided.

use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::step::{Held, finish, hold, no_longer_pending};
use super::{Number, OrderRow, Source, Status};
use crate::domain::access::{Role, User};
use crate::domain::inventory::{self, MAX_QUANTITY};
use crate::domain::status::Priority;
use crate::domain::subject::Subject;
use crate::domain::text;
use crate::error::Result;
use crate::ids::{ItemId, OrderId, WarehouseId};
use crate::on_db;
use crate::schema::replenishment_order as order;
use crate::store::Tx;

/// An order as asked for by a person.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrderRequest)]
pub struct Request {
    /// The warehouse's code.
    #[garde(custom(text::line(1, 64)))]
    pub warehouse: String,
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
    /// Whom to order from; the policy's supplier if none is named.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::line(0, 100))))]
    pub supplier: Option<String>,
}

/// What to change of a pending order; `None` leaves a value, `Some(None)` clears it.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema, AsChangeset)]
#[diesel(table_name = order)]
#[serde(deny_unknown_fields)]
#[schema(as = OrderEdit)]
pub struct Edit {
    /// Units.
    #[garde(range(min = 1, max = MAX_QUANTITY))]
    pub quantity: Option<i64>,
    /// What the requester says.
    #[serde(default, deserialize_with = "text::edited")]
    #[garde(inner(inner(custom(text::note))))]
    pub note: Option<Option<String>>,
    /// Whom to order from.
    #[serde(default, deserialize_with = "text::edited")]
    #[garde(inner(inner(custom(text::line(0, 100)))))]
    pub supplier: Option<Option<String>>,
}

/// A pending order about to be written.
#[derive(Debug)]
pub(in crate::domain) struct Draft {
    pub(in crate::domain) quantity: i64,
    pub(in crate::domain) suggested: Option<i64>,
    pub(in crate::domain) priority: Priority,
    pub(in crate::domain) source: Source,
    pub(in crate::domain) supplier: Option<String>,
    /// [`crate::domain::policy::Why`] as JSON.
    pub(in crate::domain) why: Option<String>,
    pub(in crate::domain) note: Option<String>,
}

/// Writes a pending order. The caller counts, settles and records.
pub(in crate::domain) fn insert(
    tx: &mut Tx<'_>,
    (at, of): (WarehouseId, ItemId),
    new: &Draft,
) -> Result<OrderId> {
    let (now, by) = (tx.now(), tx.actor.id);
    Ok(on_db!(&mut *tx.db, c => diesel::insert_into(order::table)
        .values((
            (order::warehouse_id.eq(at), order::item_id.eq(of)),
            order::quantity.eq(new.quantity),
            order::quantity_suggested.eq(new.suggested),
            order::received.eq(0),
            order::status.eq(Status::Pending),
            order::priority.eq(new.priority),
            order::source.eq(new.source),
            order::supplier.eq(&new.supplier),
            order::why.eq(&new.why),
            order::note.eq(&new.note),
            (order::requested_by.eq(by), order::requested_at.eq(now)),
            (order::version.eq(1), order::updated_at.eq(now)),
        ))
        .returning(order::id)
        .get_result(c))?)
}

/// Asks for an order.
///
/// # Errors
/// `archived` for an item or a warehouse that takes no orders; `validation`.
pub fn request(tx: &mut Tx<'_>, user: &User, asked: Request) -> Result<OrderRow> {
    let subject = Subject::find(tx.db, user, &asked.warehouse, &asked.sku, Role::Operator)?;
    text::valid(&asked)?;
    let (at, of) = (subject.warehouse.id, subject.item);
    tx.db.lock_warehouse(at)?;
    subject.must_be_open(tx.db)?;
    inventory::ensure(tx, at, of)?;
    let level = inventory::row(tx.db, at, of)?;
    let new = Draft {
        quantity: asked.quantity,
        suggested: None,
        priority: level.priority,
        source: Source::Manual,
        supplier: asked.supplier.or(level.supplier),
        why: None,
        note: asked.note,
    };
    let held = Held {
        id: insert(tx, (at, of), &new)?,
        subject,
        requested_by: tx.actor.id,
    };
    finish(tx, &held, "request")
}

/// Changes a pending order. `expected` is the version that the caller looked at.
///
/// # Errors
/// `order_already_decided` when it is not pending any more, `stale_version` when it was changed since.
pub fn edit(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: Option<i64>,
    edit: &Edit,
) -> Result<OrderRow> {
    let held = hold(tx, user, number, Role::Operator)?;
    text::valid(edit)?;
    let now = tx.now();
    let changed = on_db!(&mut *tx.db, c => {
        let mut change = diesel::update(order::table)
            .filter(order::id.eq(held.id).and(order::status.eq(Status::Pending)))
            .set((edit, order::version.eq(order::version + 1), order::updated_at.eq(now)))
            .into_boxed();
        if let Some(version) = expected {
            change = change.filter(order::version.eq(version));
        }
        change.execute(c)
    })?;
    if changed == 0 {
        return Err(no_longer_pending(tx, held.id));
    }
    finish(tx, &held, "edit")
}
