//! Warehouses. Each is a room of the live connection.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Role, User};
use super::page::{List, Page};
use super::{policy, text};
use crate::db::Db;
use crate::error::{Code, Error, Result};
use crate::events::{Change, Draft, EventName};
use crate::ids::WarehouseId;
use crate::on_db;
use crate::schema::warehouse;
use crate::store::Tx;

/// A warehouse, by what people and rules need of it.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = warehouse)]
pub struct Warehouse {
    /// Its key.
    #[serde(skip)]
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

/// A warehouse that is to be opened.
#[derive(Clone, Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWarehouse {
    /// Its short name in addresses, for good: 1 to 32 of `a-z 0-9 -`.
    #[serde(default)]
    #[schema(required)]
    #[garde(custom(text::code))]
    pub code: String,
    /// Its name on the screen, 1 to 100 characters.
    #[serde(default, deserialize_with = "text::trimmed")]
    #[schema(required)]
    #[garde(custom(text::line(1, 100)))]
    pub name: String,
}

/// What is to be different of a warehouse; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EditWarehouse {
    /// Its name on the screen.
    #[serde(deserialize_with = "text::trimmed_option")]
    #[garde(inner(custom(text::line(1, 100))))]
    pub name: Option<String>,
    /// Takes no more stock or orders.
    #[garde(skip)]
    pub archived: Option<bool>,
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
    let everything = Page::new("code", None, None)?.exporting(true);
    list(db, user, &everything).map(|list| list.data)
}

/// The warehouse of that code, or without one all that `user` may see.
///
/// # Errors
/// `not_found` when there is none of that code, or none they may see.
pub fn among(db: &mut Db, user: &User, code: Option<&str>) -> Result<Vec<Warehouse>> {
    match code {
        Some(code) => Ok(vec![find(db, user, code, Role::Viewer)?]),
        None => visible(db, user),
    }
}

/// A page of the warehouses that `user` may see, by code.
pub fn list(db: &mut Db, user: &User, page: &Page<String>) -> Result<List<Warehouse>> {
    let after = page.after.clone().unwrap_or_default();
    let mine: Vec<WarehouseId> = user.roles.keys().copied().collect();
    let rows = on_db!(db, c => {
        let mut query = warehouse::table.into_boxed();
        if !user.admin {
            query = query.filter(warehouse::id.eq_any(mine));
        }
        query
            .filter(warehouse::code.gt(after))
            .order(warehouse::code)
            .limit(page.fetch())
            .select(Warehouse::as_select())
            .load(c)
    })?;
    Ok(page.cut(rows, |row: &Warehouse| row.code.clone()))
}

/// Holds every warehouse until the transaction ends, so that no stock moves anywhere meanwhile.
pub(super) fn lock_all(db: &mut Db) -> Result<()> {
    let ids: Vec<WarehouseId> = on_db!(&mut *db, c => warehouse::table
        .order(warehouse::id)
        .select(warehouse::id)
        .load(c))?;
    ids.into_iter().try_for_each(|id| db.lock_warehouse(id))
}

/// Opens a warehouse, and with it a room.
///
/// # Errors
/// `duplicate_code`; `forbidden` but for site administrators.
pub fn create(tx: &mut Tx<'_>, user: &User, new: &NewWarehouse) -> Result<Warehouse> {
    user.require_site_admin()?;
    let now = tx.now();
    let id = on_db!(&mut *tx.db, c => diesel::insert_into(warehouse::table)
        .values((
            warehouse::code.eq(&new.code),
            warehouse::name.eq(&new.name),
            (warehouse::last_seq.eq(0), warehouse::pruned_seq.eq(0)),
            warehouse::archived.eq(false),
            warehouse::version.eq(1),
            warehouse::created_at.eq(now),
        ))
        .returning(warehouse::id)
        .get_result(c))?;
    tell(tx, id, "create")
}

/// Changes the warehouse of that code, which the caller believes to be at version `expected`. One that is
/// archived wants nothing any more: what its policies suggested is withdrawn.
///
/// # Errors
/// `stale_version` with the row as it is now; `forbidden` but for its administrators.
pub fn edit(
    tx: &mut Tx<'_>,
    user: &User,
    code: &str,
    expected: i64,
    wanted: &EditWarehouse,
) -> Result<Warehouse> {
    let before = find(tx.db, user, code, Role::Admin)?;
    tx.db.lock_warehouse(before.id)?;
    let done = on_db!(&mut *tx.db, c => diesel::update(warehouse::table.find(before.id))
        .filter(warehouse::version.eq(expected))
        .set((
            wanted.name.as_ref().map(|name| warehouse::name.eq(name)),
            wanted.archived.map(|archived| warehouse::archived.eq(archived)),
            warehouse::version.eq(warehouse::version + 1),
        ))
        .execute(c))?;
    if done == 0 {
        let now = find(tx.db, user, code, Role::Admin)?;
        let detail = format!("{code} is at version {} now.", now.version);
        return Err(Error::refused(Code::StaleVersion, detail).with_current(&now));
    }
    let verb = match wanted.archived {
        Some(true) if !before.archived => "archive",
        _ => "edit",
    };
    let now = tell(tx, before.id, verb)?;
    if now.archived != before.archived {
        policy::run(tx, now.id)?;
    }
    Ok(now)
}

/// A row of the catalogue as the live connection carries it.
#[derive(Serialize)]
struct Entry<'a> {
    kind: &'static str,
    #[serde(flatten)]
    warehouse: &'a Warehouse,
}

/// Tells the warehouse's room, and gives the warehouse back as it is now.
fn tell(tx: &mut Tx<'_>, id: WarehouseId, verb: &'static str) -> Result<Warehouse> {
    let now: Warehouse = on_db!(&mut *tx.db, c => warehouse::table
        .find(id)
        .select(Warehouse::as_select())
        .first(c))?;
    let entry = Entry {
        kind: "warehouse",
        warehouse: &now,
    };
    let change = Change::verb(verb);
    let draft = Draft::new(id, EventName::CatalogUpdated, &now.code, change, &entry)?;
    tx.record(draft)?;
    Ok(now)
}
