//! Changing the catalogue. Every room that stocks an item hears of its change.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Item, find, get};
use crate::domain::access::{Role, User};
use crate::domain::barcodes::{self, Barcode};
use crate::domain::{inventory, orders, policy, text, warehouses};
use crate::error::{Code, Error, Result};
use crate::events::{Change, Draft, EventName};
use crate::ids::ItemId;
use crate::on_db;
use crate::schema::{item, movement};
use crate::store::Tx;

/// An item that is to be added.
#[derive(Clone, Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewItem {
    /// Its key for people: 1 to 64 visible ASCII characters without spaces or `/`.
    #[serde(default, deserialize_with = "text::trimmed")]
    #[schema(required)]
    #[garde(custom(text::sku))]
    pub sku: String,
    /// Its name, 1 to 200 characters.
    #[serde(default, deserialize_with = "text::trimmed")]
    #[schema(required)]
    #[garde(custom(text::line(1, 200)))]
    pub name: String,
    /// What it is sorted under.
    #[serde(default, deserialize_with = "text::trimmed")]
    #[garde(custom(text::line(0, 100)))]
    pub category: String,
    /// What is counted; `piece` when left out.
    #[serde(default = "piece", deserialize_with = "text::trimmed")]
    #[garde(custom(text::line(1, 32)))]
    pub unit: String,
    /// The codes that name it.
    #[serde(default)]
    #[garde(length(max = 50), dive)]
    pub barcodes: Vec<Barcode>,
}

fn piece() -> String {
    "piece".into()
}

/// What is to be different of an item; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EditItem {
    /// Its key for people, which cannot change once stock of it was moved.
    #[serde(deserialize_with = "text::trimmed_option")]
    #[garde(inner(custom(text::sku)))]
    pub sku: Option<String>,
    /// Its name.
    #[serde(deserialize_with = "text::trimmed_option")]
    #[garde(inner(custom(text::line(1, 200))))]
    pub name: Option<String>,
    /// What it is sorted under.
    #[serde(deserialize_with = "text::trimmed_option")]
    #[garde(inner(custom(text::line(0, 100))))]
    pub category: Option<String>,
    /// What is counted.
    #[serde(deserialize_with = "text::trimmed_option")]
    #[garde(inner(custom(text::line(1, 32))))]
    pub unit: Option<String>,
    /// All codes that name it, in place of those it had.
    #[garde(length(max = 50), dive)]
    pub barcodes: Option<Vec<Barcode>>,
    /// Takes no new stock or orders.
    #[garde(skip)]
    pub archived: Option<bool>,
}

#[derive(AsChangeset)]
#[diesel(table_name = item)]
struct Changes<'a> {
    sku: Option<&'a str>,
    name: Option<&'a str>,
    category: Option<&'a str>,
    unit: Option<&'a str>,
    archived: Option<bool>,
}

/// Adds an item.
///
/// # Errors
/// `duplicate_sku`, `duplicate_barcode`; `forbidden` but for administrators.
pub fn create(tx: &mut Tx<'_>, user: &User, new: &NewItem) -> Result<Item> {
    user.require_anywhere(Role::Admin)?;
    let now = tx.now();
    let id: ItemId = on_db!(&mut *tx.db, c => diesel::insert_into(item::table)
        .values((
            item::sku.eq(&new.sku),
            item::name.eq(&new.name),
            item::category.eq(&new.category),
            item::unit.eq(&new.unit),
            item::archived.eq(false),
            item::version.eq(1),
            item::created_at.eq(now),
            item::updated_at.eq(now),
        ))
        .returning(item::id)
        .get_result(c))?;
    barcodes::replace(tx, id, &new.barcodes)?;
    get(tx.db, id)
}

/// Changes the item of that SKU, which the caller believes to be at version `expected`.
///
/// # Errors
/// `stale_version` with the row as it is now; `validation` for a new SKU of an item that has a history;
/// `duplicate_sku`, `duplicate_barcode`; `forbidden` but for administrators.
pub fn edit(
    tx: &mut Tx<'_>,
    user: &User,
    sku: &str,
    expected: i64,
    wanted: &EditItem,
) -> Result<Item> {
    user.require_anywhere(Role::Admin)?;
    warehouses::lock_all(tx.db)?;
    let before = find(tx.db, sku)?;
    if before.version != expected {
        return Err(stale(&before));
    }
    let renamed = wanted.sku.as_ref().is_some_and(|sku| *sku != before.sku);
    if renamed && has_history(tx, before.id)? {
        let detail = "The SKU of an item cannot change once stock of it was moved.";
        return Err(Error::field("/sku", "immutable", detail));
    }
    update(tx, &before, wanted)?;
    if let Some(codes) = &wanted.barcodes {
        barcodes::replace(tx, before.id, codes)?;
    }
    let verb = match wanted.archived {
        Some(true) if !before.archived => "archive",
        _ => "edit",
    };
    tell(tx, before.id, verb)
}

/// Archives the item of that SKU; one that is archived already stays as it is.
///
/// # Errors
/// `stale_version` when `expected` is given and not its version; `forbidden` but for administrators.
pub fn archive(tx: &mut Tx<'_>, user: &User, sku: &str, expected: Option<i64>) -> Result<()> {
    user.require_anywhere(Role::Admin)?;
    warehouses::lock_all(tx.db)?;
    let before = find(tx.db, sku)?;
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(stale(&before));
    }
    if !before.archived {
        let wanted = EditItem {
            archived: Some(true),
            ..EditItem::default()
        };
        update(tx, &before, &wanted)?;
        tell(tx, before.id, "archive")?;
    }
    Ok(())
}

fn update(tx: &mut Tx<'_>, before: &Item, wanted: &EditItem) -> Result<()> {
    let now = tx.now();
    let changes = Changes {
        sku: wanted.sku.as_deref(),
        name: wanted.name.as_deref(),
        category: wanted.category.as_deref(),
        unit: wanted.unit.as_deref(),
        archived: wanted.archived,
    };
    let done = on_db!(&mut *tx.db, c => diesel::update(item::table.find(before.id))
        .filter(item::version.eq(before.version))
        .set((changes, item::version.eq(item::version + 1), item::updated_at.eq(now)))
        .execute(c))?;
    if done == 0 {
        return Err(stale(&get(tx.db, before.id)?));
    }
    Ok(())
}

fn stale(now: &Item) -> Error {
    let detail = format!("{} is at version {} now.", now.sku, now.version);
    Error::refused(Code::StaleVersion, detail).with_current(now)
}

fn has_history(tx: &mut Tx<'_>, id: ItemId) -> Result<bool> {
    for room in inventory::warehouses_of(tx.db, id)? {
        let moved = movement::table
            .filter(movement::warehouse_id.eq(room))
            .filter(movement::item_id.eq(id));
        if on_db!(&mut *tx.db, c => diesel::select(diesel::dsl::exists(moved)).get_result(c))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A row of the catalogue as the live connection carries it.
#[derive(Serialize)]
struct Entry<'a> {
    kind: &'static str,
    #[serde(flatten)]
    item: &'a Item,
}

/// Tells every room that stocks the item, and gives it back as it is now. The room's own row of it follows,
/// what its policy makes of an item that was archived or came back, and its open orders, which show its name.
fn tell(tx: &mut Tx<'_>, id: ItemId, verb: &'static str) -> Result<Item> {
    let item = get(tx.db, id)?;
    let entry = Entry {
        kind: "item",
        item: &item,
    };
    for room in inventory::warehouses_of(tx.db, id)? {
        let change = || Change::verb(verb);
        let draft = Draft::new(room, EventName::CatalogUpdated, &item.sku, change(), &entry)?;
        tx.record(draft)?;
        policy::settle(tx, room, id, change())?;
        orders::announce_open(tx, room, id)?;
    }
    Ok(item)
}
