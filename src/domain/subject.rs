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
    /// Whether it is archived.
    pub archived: bool,
}

/// The key of the item of that SKU, and whether it is archived.
///
/// # Errors
/// `not_found` when there is none.
pub fn item(db: &mut Db, sku: &str) -> Result<(ItemId, bool)> {
    let found = on_db!(db, c => item::table
        .filter(item::sku.eq(sku))
        .select((item::id, item::archived))
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
        let (item, archived) = item(db, sku)?;
        Ok(Self {
            warehouse,
            item,
            sku: sku.into(),
            archived,
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
        let (sku, archived) = on_db!(db, c => item::table
            .find(of)
            .select((item::sku, item::archived))
            .first(c))?;
        Ok(Self {
            warehouse,
            item: of,
            sku,
            archived,
        })
    }

    /// Refuses where nothing may be added: an archived item, or an archived warehouse.
    ///
    /// # Errors
    /// `archived`.
    pub fn must_be_open(&self) -> Result<()> {
        let what = match (self.archived, self.warehouse.archived) {
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
