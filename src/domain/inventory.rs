//! What lies where: the level and the policy of one item in one warehouse, as one row.
//!
//! The level is a projection of the ledger and is written by [`super::movements::post`] alone, the policy by
//! [`super::policy`]. Whatever changes a row ends in [`announce`], which records the row as it is then,
//! so that every screen gets the same numbers that the database holds.

mod history;
mod list;
mod set;
mod stats;
#[cfg(test)]
mod tests;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde::Serialize;
use utoipa::ToSchema;

pub use history::{History, Point, history};
pub use list::{Counts, Filter, Place, Sort, categories, counts, list, total};
pub use set::{Count, Expected, set};
pub use stats::{InventoryLine, SPARK_DAYS, Stats, line, stats};

use super::status::{self, Priority, Status};
use super::words::words;
use crate::db::Db;
use crate::error::Result;
use crate::events::{Change, Draft, EventName};
use crate::ids::{ItemId, WarehouseId};
use crate::on_db;
use crate::schema::{inventory, item, warehouse};
use crate::store::Tx;
use crate::time::Time;

/// Units at most, of a movement and of a balance: far above any stock room, and with the factors of
/// [`status`](mod@super::status) still within 63 bits. JSON numbers of this size are exact in browsers.
pub const MAX_QUANTITY: i64 = 1_000_000_000_000;

/// Days from approval to arrival until somebody says otherwise.
pub const DEFAULT_LEAD_TIME_DAYS: i64 = 7;

words! {
    /// Whether the policy of a level acts.
    Mode {
        /// It does nothing.
        Off "off",
        /// It suggests orders, which a person decides on.
        Suggest "suggest",
    }
}

/// An item in a warehouse, as shown: its level, its policy and what follows from them.
#[derive(Clone, Debug, Queryable, Serialize, ToSchema)]
pub struct InventoryRow {
    /// The item's key.
    #[serde(skip)]
    pub item: ItemId,
    /// The warehouse's code.
    pub warehouse: String,
    /// The item's human key.
    pub sku: String,
    /// The item's name.
    pub name: String,
    /// The item's category.
    pub category: String,
    /// What is counted, such as `pack`.
    pub unit: String,
    /// Where in the warehouse it lies.
    pub bin: Option<String>,
    /// Units there now.
    pub on_hand: i64,
    /// Units approved and not yet received.
    pub on_order: i64,
    /// Units asked for and not yet decided.
    pub pending: i64,
    /// What the policy judges by: `on_hand + on_order + pending`.
    pub position: i64,
    /// Whether the policy acts.
    pub mode: Mode,
    /// The policy orders at or below this position.
    pub min: i64,
    /// The policy orders up to this position.
    pub target: i64,
    /// The policy orders multiples of this.
    pub pack: i64,
    /// Days from approval to arrival.
    pub lead_time_days: i64,
    /// Whom to order from.
    pub supplier: Option<String>,
    /// Until when the policy raises nothing.
    pub snoozed_until: Option<Time>,
    /// How well stocked it is.
    pub status: Status,
    /// How urgent it is to order.
    pub priority: Priority,
    /// Whether the item is archived, and takes no new stock or orders.
    pub archived: bool,
    /// Counts the movements.
    pub version: i64,
    /// Counts the edits of the policy; what `If-Match` names there.
    pub policy_version: i64,
    /// When the level or the policy last changed.
    pub updated_at: Time,
    /// Who changed it.
    pub updated_by: String,
}

/// The tables of a row, joined.
macro_rules! rows {
    () => {
        crate::schema::inventory::table
            .inner_join(crate::schema::item::table)
            .inner_join(crate::schema::warehouse::table)
            .left_join(crate::schema::user::table)
    };
}
pub(super) use rows;

/// The columns of an [`InventoryRow`], in its order.
macro_rules! columns {
    () => {
        (
            item::id,
            warehouse::code,
            item::sku,
            item::name,
            item::category,
            item::unit,
            inventory::bin,
            inventory::on_hand,
            inventory::on_order,
            inventory::pending,
            sql::<BigInt>("inventory.on_hand + inventory.on_order + inventory.pending"),
            inventory::mode,
            inventory::min,
            inventory::target,
            inventory::pack,
            inventory::lead_time_days,
            inventory::supplier,
            inventory::snoozed_until,
            sql::<Text>(status::STATUS_SQL),
            sql::<Text>(status::PRIORITY_SQL),
            item::archived,
            inventory::version,
            inventory::policy_version,
            inventory::updated_at,
            sql::<Text>("COALESCE(\"user\".name, 'AIMS')"),
        )
    };
}
pub(super) use columns;

/// The row of an item in a warehouse; one that was never stocked there is shown with nothing in it.
pub fn row(db: &mut Db, at: WarehouseId, of: ItemId) -> Result<InventoryRow> {
    let found = on_db!(&mut *db, c => rows!()
        .filter(inventory::warehouse_id.eq(at).and(inventory::item_id.eq(of)))
        .select(columns!())
        .first(c)
        .optional())?;
    match found {
        Some(row) => Ok(row),
        None => never_stocked(db, at, of),
    }
}

fn never_stocked(db: &mut Db, at: WarehouseId, of: ItemId) -> Result<InventoryRow> {
    type Names = (String, String, String, String, bool, Time);
    let warehouse: String =
        on_db!(&mut *db, c => warehouse::table.find(at).select(warehouse::code).first(c))?;
    let (sku, name, category, unit, archived, created_at): Names = on_db!(db, c => item::table
        .find(of)
        .select((item::sku, item::name, item::category, item::unit, item::archived, item::created_at))
        .first(c))?;
    Ok(InventoryRow {
        item: of,
        warehouse,
        sku,
        name,
        category,
        unit,
        bin: None,
        on_hand: 0,
        on_order: 0,
        pending: 0,
        position: 0,
        mode: Mode::Off,
        min: 0,
        target: 0,
        pack: 1,
        lead_time_days: DEFAULT_LEAD_TIME_DAYS,
        supplier: None,
        snoozed_until: None,
        status: Status::None,
        priority: Priority::None,
        archived,
        version: 0,
        policy_version: 0,
        updated_at: created_at,
        updated_by: "AIMS".into(),
    })
}

/// Makes the row of an item in a warehouse if it is missing: nothing on hand, the policy off.
///
/// Hold the warehouse's lock: two first inserts would collide on PostgreSQL.
pub(super) fn ensure(tx: &mut Tx<'_>, at: WarehouseId, of: ItemId) -> Result<()> {
    let now = tx.now();
    on_db!(&mut *tx.db, c => diesel::insert_into(inventory::table)
        .values((
            inventory::warehouse_id.eq(at),
            inventory::item_id.eq(of),
            (inventory::on_hand.eq(0), inventory::on_order.eq(0), inventory::pending.eq(0)),
            inventory::mode.eq(Mode::Off),
            (inventory::min.eq(0), inventory::target.eq(0), inventory::pack.eq(1)),
            inventory::lead_time_days.eq(DEFAULT_LEAD_TIME_DAYS),
            (inventory::version.eq(0), inventory::policy_version.eq(0)),
            inventory::updated_at.eq(now),
            inventory::updated_by.eq(tx.actor.id),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Records that the row changed, with the row as it is now, and gives it back.
///
/// For a change of the catalogue, the level or the policy; where the change may alter what is needed, call
/// [`super::policy::settle`] instead.
pub fn announce(
    tx: &mut Tx<'_>,
    at: WarehouseId,
    of: ItemId,
    change: Change,
) -> Result<InventoryRow> {
    let row = row(tx.db, at, of)?;
    let draft = Draft::new(at, EventName::InventoryUpdated, &row.sku, change, &row)?;
    tx.record(draft)?;
    Ok(row)
}

/// The warehouses that stock an item, or have a policy for it: the rooms that a change of it concerns. In
/// ascending order, which is the order to lock them in.
pub fn warehouses_of(db: &mut Db, of: ItemId) -> Result<Vec<WarehouseId>> {
    Ok(on_db!(db, c => inventory::table
        .filter(inventory::item_id.eq(of))
        .order(inventory::warehouse_id)
        .select(inventory::warehouse_id)
        .load(c))?)
}
