//! Warehouses. Each is a room of the live connection.

use diesel::prelude::*;

use super::access::{Role, User};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::WarehouseId;
use crate::on_db;
use crate::schema::warehouse;

/// A warehouse, by what people and rules need of it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = warehouse)]
pub struct Warehouse {
    /// Its key.
    pub id: WarehouseId,
    /// Its short name in addresses, such as `north`; also the room's.
    pub code: String,
    /// Its name on the screen.
    pub name: String,
    /// Takes no more stock or orders.
    pub archived: bool,
    /// Counts its edits.
    pub version: i64,
}

/// The warehouse of that code, in which `user` must have `role`.
///
/// # Errors
/// `not_found` when there is none, or none they may see.
pub fn find(db: &mut Db, user: &User, code: &str, role: Role) -> Result<Warehouse> {
    let found: Option<Warehouse> = on_db!(db, c => warehouse::table
        .filter(warehouse::code.eq(code))
        .select(Warehouse::as_select())
        .first(c)
        .optional())?;
    let found = found
        .filter(|w| user.role_in(w.id).is_some())
        .ok_or_else(|| Error::not_found(format_args!("warehouse “{code}”")))?;
    user.require(found.id, role)?;
    Ok(found)
}

/// The warehouses that `user` may see, by code.
pub fn visible(db: &mut Db, user: &User) -> Result<Vec<Warehouse>> {
    let mut all: Vec<Warehouse> = on_db!(db, c => warehouse::table
        .order(warehouse::code)
        .select(Warehouse::as_select())
        .load(c))?;
    all.retain(|w| user.role_in(w.id).is_some());
    Ok(all)
}
