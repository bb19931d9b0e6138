//! Whom a request is about: an item in a warehouse, found by the keys that people use.

use diesel::prelude::*;

use super::access::{Role, User};
use super::warehouses::{self, Warehouse};
use crate::db::Db;
use crate::error::{Code, Error, Result};
use crate::ids::{ItemId, WarehouseId};
use crate::on_db;
use crate::schema::{item, warehouse};

/// An item in a warehouse.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The warehouse.
    pub warehouse: Warehouse,
    /// The item.
    pub item: ItemId,
    /// Its human key.
    pub sku: String,
}

/// The key of the item of that SKU.
///
/// # Errors
/// `not_found` when there is none.
pub fn item(db: &mut Db, sku: &str) -> Result<ItemId> {
    let found = on_db!(db, c => item::table
        .filter(item::sku.eq(sku))
        .select(item::id)
        .first(c)
        .optional())?;
    found.ok_or_else(|| Error::not_found(format_args!("item “{sku}”")))
}

impl Subject {
    /// The item of that SKU in the warehouse of that code, in which `user` must have `role`.
    ///
    /// # Errors
    /// `not_found` when there is none, or none they may see; `forbidden` when their role is too low.
    pub fn find(db: &mut Db, user: &User, warehouse: &str, sku: &str, role: Role) -> Result<Self> {
        let warehouse = warehouses::find(db, user, warehouse, role)?;
        Self::within(db, warehouse, sku)
    }

    /// The item of that SKU in a warehouse that was found already.
    ///
    /// # Errors
    /// `not_found` when there is none.
    pub fn within(db: &mut Db, warehouse: Warehouse, sku: &str) -> Result<Self> {
        Ok(Self {
            warehouse,
            item: item(db, sku)?,
            sku: sku.into(),
        })
    }

    /// The item in the warehouse, by their keys.
    ///
    /// # Errors
    /// `not_found` when `user` may not see the warehouse; `forbidden` when their role is too low.
    pub fn by_id(
        db: &mut Db,
        user: &User,
        at: WarehouseId,
        of: ItemId,
        role: Role,
    ) -> Result<Self> {
        user.require(at, role)?;
        let warehouse = on_db!(&mut *db, c => warehouse::table
            .find(at)
            .select(Warehouse::as_select())
            .first(c))?;
        let sku = on_db!(db, c => item::table.find(of).select(item::sku).first(c))?;
        Ok(Self {
            warehouse,
            item: of,
            sku,
        })
    }

    /// Refuses where nothing may be added: an archived item, or an archived warehouse.
    ///
    /// Reads it anew: archiving takes the lock of every warehouse, so ask while holding this one's.
    ///
    /// # Errors
    /// `archived`.
    pub fn must_be_open(&self, db: &mut Db) -> Result<()> {
        let item: bool = on_db!(&mut *db, c => item::table
            .find(self.item)
            .select(item::archived)
            .first(c))?;
        let warehouse: bool = on_db!(db, c => warehouse::table
            .find(self.warehouse.id)
            .select(warehouse::archived)
            .first(c))?;
        let what = match (item, warehouse) {
            (true, _) => &self.sku,
            (_, true) => &self.warehouse.code,
            _ => return Ok(()),
        };
        Err(Error::refused(
            Code::Archived,
            format!("{what} is archived and takes no new stock or orders."),
        ))
    }
}
