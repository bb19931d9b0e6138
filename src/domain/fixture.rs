//! A small stock room for the unit tests of the domain: a real SQLite file, two warehouses, three items,
//! one person of each role.

use std::collections::BTreeMap;

use diesel::prelude::*;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::access::{Role, User};
use super::check;
use super::movements::{self, NewMovement, Posted, Requested};
use super::orders::{self, OrderRow};
use super::page::Page;
use super::policy::{self, Policy};
use crate::config::Config;
use crate::db::Db;
use crate::domain::inventory::{self, InventoryRow, Mode};
use crate::error::{Code, Result};
use crate::events::{self, Event};
use crate::ids::{ItemId, UserId, WarehouseId};
use crate::on_db;
use crate::schema::{item, user, warehouse};
use crate::store::{Store, Tx};
use crate::time::Time;

pub(crate) const NORTH: WarehouseId = WarehouseId(1);
pub(crate) const TEA: ItemId = ItemId(1);

pub(crate) struct Room {
    store: Store,
    runtime: Runtime,
    pub(crate) omar: User,
    pub(crate) ana: User,
    pub(crate) vera: User,
    _directory: TempDir,
}

fn person(id: i64, name: &str, role: Role) -> User {
    User {
        id: UserId(id),
        login: name.to_lowercase(),
        name: name.into(),
        admin: false,
        roles: BTreeMap::from([(NORTH, role), (WarehouseId(2), role)]),
    }
}

impl Room {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("room.db").display());
        let room = Self {
            store: Store::open(&Config::for_database(url)).unwrap(),
            runtime: Builder::new_current_thread().enable_time().build().unwrap(),
            omar: person(1, "Omar", Role::Operator),
            ana: person(2, "Ana", Role::Approver),
            vera: person(3, "Vera", Role::Viewer),
            _directory: directory,
        };
        room.write(&room.omar, furnish).unwrap();
        room
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        user: &User,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.runtime.block_on(self.store.write(user.actor(), f))
    }

    pub(crate) fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Db) -> Result<T> + Send + 'static,
    ) -> T {
        self.runtime.block_on(self.store.read(f)).unwrap()
    }

    pub(crate) fn row(&self) -> InventoryRow {
        self.read(|db| inventory::row(db, NORTH, TEA))
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.read(|db| events::latest(db, NORTH, 1000))
    }

    /// Moves tea in the north, as Omar.
    pub(crate) fn moves(&self, kind: Requested, quantity: i64) -> Result<Posted> {
        let asked = NewMovement {
            reason: Some("test".into()),
            ..movement("north", "TEA-500", kind, quantity)
        };
        let omar = self.omar.clone();
        self.write(&self.omar, move |tx| movements::record(tx, &omar, &asked))
    }

    /// Tea in the north: order at 6, up to 15, in sixes.
    pub(crate) fn tea_policy(&self) -> InventoryRow {
        let ana = self.ana.clone();
        let version = self.row().policy_version;
        self.write(&self.ana, move |tx| {
            policy::edit(tx, &ana, ("north", "TEA-500"), version, &sixes())
        })
        .unwrap()
    }

    /// The orders of tea in the north, the newest first.
    pub(crate) fn orders(&self) -> Vec<OrderRow> {
        self.read(|db| {
            let filter = orders::Filter {
                warehouses: vec![NORTH],
                ..orders::Filter::default()
            };
            let page = Page::new("-created_at", None, None)?;
            Ok(orders::list(db, &filter, orders::Sort::CreatedAt, &page)?.data)
        })
    }

    /// The newest order.
    pub(crate) fn order(&self) -> OrderRow {
        self.orders().into_iter().next().unwrap()
    }

    /// The database agrees with itself.
    pub(crate) fn is_sound(&self) {
        assert_eq!(self.read(check::check), []);
    }
}

pub(crate) fn code<T>(result: Result<T>) -> Code {
    match result {
        Ok(_) => panic!("this should have been refused"),
        Err(error) => error.code(),
    }
}

pub(crate) fn sixes() -> Policy {
    Policy {
        mode: Mode::Suggest,
        min: 6,
        target: 15,
        pack: 6,
        lead_time_days: 7,
        bin: Some("A-03".into()),
        supplier: None,
        snoozed_until: None,
    }
}

pub(crate) fn movement(warehouse: &str, sku: &str, kind: Requested, quantity: i64) -> NewMovement {
    NewMovement {
        warehouse: warehouse.into(),
        sku: sku.into(),
        kind,
        quantity,
        reason: None,
        note: None,
        occurred_at: None,
        r#ref: None,
    }
}

fn furnish(tx: &mut Tx<'_>) -> Result<()> {
    let now = Time(0);
    for (id, name) in [(1, "Omar"), (2, "Ana"), (3, "Vera")] {
        on_db!(&mut *tx.db, c => diesel::insert_into(user::table)
            .values((
                user::id.eq(id),
                user::login.eq(name.to_lowercase()),
                user::name.eq(name),
                user::admin.eq(false),
                user::disabled.eq(false),
                user::created_at.eq(now),
            ))
            .execute(c))?;
    }
    for (id, code) in [(1, "north"), (2, "harbour")] {
        on_db!(&mut *tx.db, c => diesel::insert_into(warehouse::table)
            .values((
                warehouse::id.eq(id),
                warehouse::code.eq(code),
                warehouse::name.eq(code),
                (warehouse::last_seq.eq(0), warehouse::pruned_seq.eq(0)),
                warehouse::archived.eq(false),
                warehouse::version.eq(1),
                warehouse::created_at.eq(now),
            ))
            .execute(c))?;
    }
    for (id, sku, archived) in [
        (1, "TEA-500", false),
        (2, "SALT_1", false),
        (3, "OLD", true),
    ] {
        on_db!(&mut *tx.db, c => diesel::insert_into(item::table)
            .values((
                item::id.eq(id),
                item::sku.eq(sku),
                item::name.eq(format!("{sku} by name")),
                item::category.eq("Test"),
                item::unit.eq("pack"),
                item::archived.eq(archived),
                item::version.eq(1),
                (item::created_at.eq(now), item::updated_at.eq(now)),
            ))
            .execute(c))?;
    }
    Ok(())
}
