//! Reading the ledger, the newest first.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::Kind;
use crate::db::Db;
use crate::domain::page::{List, Page};
use crate::error::{Error, Result};
use crate::ids::{ItemId, MovementId, SheetId, WarehouseId};
use crate::on_db;
use crate::schema::{item, movement, user, warehouse};
use crate::time::Time;

/// A line of the ledger, as shown.
#[derive(Clone, Debug, Queryable, Serialize, ToSchema)]
pub struct Movement {
    /// Its number.
    #[schema(value_type = i64)]
    pub id: MovementId,
    /// The warehouse's code.
    pub warehouse: String,
    /// The item's human key.
    pub sku: String,
    /// The item's name.
    pub name: String,
    /// What kind.
    pub kind: Kind,
    /// Units added, or taken when negative.
    pub delta: i64,
    /// What was there after it.
    pub balance_after: i64,
    /// Why, in a word.
    pub reason: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// What it belongs to, such as `RO-1042`.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// The count sheet that it came from, or was undone with.
    #[schema(example = "CS-5")]
    pub sheet: Option<String>,
    /// What the movements of one transfer, or of one sheet, share.
    pub group: Option<String>,
    /// The movement that this one undoes.
    #[schema(value_type = Option<i64>)]
    pub reverses: Option<MovementId>,
    /// The movement that undid this one.
    #[schema(value_type = Option<i64>)]
    pub reversed_by: Option<MovementId>,
    /// Who did it.
    pub by: String,
    /// When it happened.
    pub occurred_at: Time,
    /// When it was recorded, which is the ledger's order.
    pub recorded_at: Time,
}

/// Which lines.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In these warehouses.
    pub warehouses: Vec<WarehouseId>,
    /// Of this item.
    pub item: Option<ItemId>,
    /// Of any of these kinds; empty for all.
    pub kinds: Vec<Kind>,
    /// Of this count sheet, the reversals included.
    pub sheet: Option<SheetId>,
    /// Recorded at or after.
    pub since: Option<Time>,
    /// Recorded before.
    pub until: Option<Time>,
}

/// The lines, with the names of what they are about.
macro_rules! lines {
    () => {
        movement::table
            .inner_join(item::table.on(item::id.eq(movement::item_id)))
            .inner_join(warehouse::table.on(warehouse::id.eq(movement::warehouse_id)))
            .left_join(user::table)
            .select((
                movement::id,
                warehouse::code,
                item::sku,
                item::name,
                movement::kind,
                movement::delta,
                movement::balance_after,
                movement::reason,
                movement::note,
                movement::ref_,
                sql::<Nullable<Text>>("'CS-' || CAST(movement.sheet_id AS TEXT)"),
                movement::group_id,
                movement::reverses_id,
                sql::<Nullable<BigInt>>(
                    "(SELECT later.id FROM movement later WHERE later.reverses_id = movement.id)",
                ),
                sql::<Text>("COALESCE(\"user\".name, 'AIMS')"),
                movement::occurred_at,
                movement::recorded_at,
            ))
    };
}

/// A page of the ledger.
pub fn list(db: &mut Db, filter: &Filter, page: &Page<i64>) -> Result<List<Movement>> {
    let rows: Vec<Movement> = on_db!(db, c => {
        let mut query = lines!()
            .filter(movement::warehouse_id.eq_any(filter.warehouses.clone()))
            .into_boxed();
        if let Some(item) = filter.item {
            query = query.filter(movement::item_id.eq(item));
        }
        if !filter.kinds.is_empty() {
            query = query.filter(movement::kind.eq_any(filter.kinds.clone()));
        }
        if let Some(sheet) = filter.sheet {
            query = query.filter(movement::sheet_id.eq(sheet));
        }
        if let Some(since) = filter.since {
            query = query.filter(movement::recorded_at.ge(since));
        }
        if let Some(until) = filter.until {
            query = query.filter(movement::recorded_at.lt(until));
        }
        if let Some(after) = page.after {
            query = query.filter(movement::id.lt(after));
        }
        query.order(movement::id.desc()).limit(page.fetch()).load(c)
    })?;
    Ok(page.cut(rows, |row| row.id.0))
}

/// The line of that number.
///
/// # Errors
/// `not_found`.
pub fn find(db: &mut Db, id: MovementId) -> Result<Movement> {
    let found = on_db!(db, c => lines!().filter(movement::id.eq(id)).first(c).optional())?;
    found.ok_or_else(|| Error::not_found(format_args!("movement {}", id.0)))
}
