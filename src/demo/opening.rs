//! The shop's first day: its people, its catalogue, full shelves, and what to do when they empty.

use std::collections::BTreeMap;

use super::shop::{BRANCHES, Branch, Product, ean13, products};
use crate::domain::access::{Role, User};
use crate::domain::barcodes::Barcode;
use crate::domain::inventory::Mode;
use crate::domain::items::{self, NewItem};
use crate::domain::movements::{self, NewMovement, Requested};
use crate::domain::people;
use crate::domain::policy::{self, Policy};
use crate::domain::warehouses::{self, NewWarehouse, Warehouse};
use crate::error::Result;
use crate::store::Tx;

/// One person for each role.
#[derive(Clone, Debug)]
pub(super) struct People {
    pub(super) vera: User,
    pub(super) omar: User,
    pub(super) ana: User,
    pub(super) ada: User,
}

/// Opens the shop.
pub(super) fn open(tx: &mut Tx<'_>) -> Result<People> {
    let ada = hire(tx, ("ada", "Ada Admin"), None, &[])?;
    let warehouses = BRANCHES
        .iter()
        .map(|branch| warehouses::create(tx, &ada, &new_warehouse(branch)))
        .collect::<Result<Vec<_>>>()?;
    let people = People {
        vera: hire(tx, ("vera", "Vera Lindt"), Some(Role::Viewer), &warehouses)?,
        omar: hire(
            tx,
            ("omar", "Omar Haddad"),
            Some(Role::Operator),
            &warehouses,
        )?,
        ana: hire(tx, ("ana", "Ana Costa"), Some(Role::Approver), &warehouses)?,
        ada,
    };
    for (n, product) in products().enumerate() {
        items::create(tx, &people.ada, &new_item(n, &product))?;
    }
    for branch in &BRANCHES {
        for product in branch.products() {
            fill(tx, &people, branch, &product)?;
        }
    }
    Ok(people)
}

/// Somebody with a role in every warehouse or, without one, the site's administrator.
fn hire(
    tx: &mut Tx<'_>,
    (login, name): (&str, &str),
    role: Option<Role>,
    warehouses: &[Warehouse],
) -> Result<User> {
    let id = people::add(tx, login, name, role.is_none())?;
    let mut roles = BTreeMap::new();
    for (warehouse, role) in warehouses.iter().zip(role.into_iter().cycle()) {
        people::grant(tx, id, warehouse.id, role)?;
        roles.insert(warehouse.id, role);
    }
    Ok(User {
        id,
        login: login.into(),
        name: name.into(),
        admin: role.is_none(),
        roles,
    })
}

fn new_warehouse(branch: &Branch) -> NewWarehouse {
    NewWarehouse {
        code: branch.code.into(),
        name: branch.name.into(),
    }
}

fn new_item(n: usize, product: &Product) -> NewItem {
    NewItem {
        sku: product.sku.into(),
        name: product.name.into(),
        category: product.category.into(),
        unit: product.unit.into(),
        barcodes: vec![
            Barcode {
                code: ean13(n),
                pack_quantity: 1,
            },
            Barcode {
                code: ean13(100 + n),
                pack_quantity: product.case,
            },
        ],
    }
}

/// Shelves a little above the target, as after a good week.
fn fill(tx: &mut Tx<'_>, people: &People, branch: &Branch, product: &Product) -> Result<()> {
    let policy = Policy {
        mode: Mode::Suggest,
        min: branch.min(product),
        target: branch.target(product),
        pack: product.case,
        lead_time_days: product.lead_time_days.into(),
        bin: Some(product.bin.into()),
        supplier: None,
        snoozed_until: None,
    };
    let opening = NewMovement {
        warehouse: branch.code.into(),
        sku: product.sku.into(),
        kind: Requested::Adjust,
        quantity: policy.target + policy.target / 10,
        reason: Some("opening stock".into()),
        note: None,
        occurred_at: None,
        r#ref: None,
    };
    tx.actor = people.omar.actor();
    movements::record(tx, &people.omar, &opening)?;
    tx.actor = people.ana.actor();
    policy::edit(tx, &people.ana, (branch.code, product.sku), 0, &policy).map(drop)
}
