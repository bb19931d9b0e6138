//! People: who there is, how they come in for the first time, what they may do where.

mod invite;

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use invite::{add, first_administrator, grant, invite};

use super::access::{Role, User};
use super::links::{self, Guest, Purpose};
use super::logins;
use super::page::{List, Page};
use super::secrets::Secret;
use super::text;
use crate::db::Db;
use crate::error::Result;
use crate::ids::{UserId, WarehouseId};
use crate::on_db;
use crate::schema::{membership, user, warehouse};
use crate::store::Tx;

/// A person's row, but for the password.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = user)]
pub(super) struct Row {
    id: UserId,
    login: String,
    name: String,
    admin: bool,
}

/// Somebody who is asked in, or was.
#[derive(Clone, Debug, Serialize, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What they type to sign in.
    #[serde(default)]
    #[schema(required)]
    #[garde(custom(text::login))]
    pub login: String,
    /// What others see.
    #[serde(default, deserialize_with = "text::trimmed")]
    #[schema(required)]
    #[garde(custom(text::line(1, 100)))]
    pub name: String,
    /// Site administrator: admin in every warehouse.
    #[serde(default)]
    #[garde(skip)]
    pub admin: bool,
    /// Their role in each warehouse where they have one.
    #[serde(default)]
    #[garde(length(max = 1000), dive)]
    pub memberships: Vec<Membership>,
}

/// A role in a warehouse.
#[derive(Clone, Debug, Serialize, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The warehouse's code.
    #[garde(custom(text::code))]
    pub warehouse: String,
    /// What they may do there.
    #[garde(skip)]
    pub role: Role,
}

/// Somebody with what is needed to check their password.
#[derive(Clone, Debug, Queryable)]
pub struct Credentials {
    /// Who it would be.
    pub id: UserId,
    /// The hash of their password; `None` while they have set none.
    pub password: Option<String>,
}

pub(super) fn with_roles(db: &mut Db, row: Row) -> Result<User> {
    let roles: Vec<(WarehouseId, Role)> = on_db!(db, c => membership::table
        .filter(membership::user_id.eq(row.id))
        .select((membership::warehouse_id, membership::role))
        .load(c))?;
    Ok(User {
        id: row.id,
        login: row.login,
        name: row.name,
        admin: row.admin,
        roles: BTreeMap::from_iter(roles),
    })
}

/// Everybody, by login.
pub fn list(db: &mut Db, asker: &User, page: &Page<String>) -> Result<List<Person>> {
    asker.require_site_admin()?;
    let after = page.after.clone().unwrap_or_default();
    let rows: Vec<Row> = on_db!(&mut *db, c => user::table
        .filter(user::login.gt(after))
        .order(user::login)
        .limit(page.fetch())
        .select(Row::as_select())
        .load(c))?;
    let people = page.cut(rows, |row| row.login.clone());
    let ids: Vec<UserId> = people.data.iter().map(|row| row.id).collect();
    let mut roles = memberships(db, &ids)?;
    Ok(people.map(|row| Person {
        memberships: roles.remove(&row.id).unwrap_or_default(),
        login: row.login,
        name: row.name,
        admin: row.admin,
    }))
}

fn memberships(db: &mut Db, ids: &[UserId]) -> Result<BTreeMap<UserId, Vec<Membership>>> {
    let rows: Vec<(UserId, String, Role)> = on_db!(db, c => membership::table
        .inner_join(warehouse::table)
        .filter(membership::user_id.eq_any(ids))
        .order((membership::user_id, warehouse::code))
        .select((membership::user_id, warehouse::code, membership::role))
        .load(c))?;
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for (id, warehouse, role) in rows {
        let membership = Membership { warehouse, role };
        found.entry(id).or_default().push(membership);
    }
    Ok(found)
}

/// What is needed to check the password of whoever signs in by that name.
pub fn credentials(db: &mut Db, login: &str) -> Result<Option<Credentials>> {
    Ok(on_db!(db, c => user::table
        .filter(user::login.eq(login).and(user::disabled.eq(false)))
        .select((user::id, user::password_hash))
        .first(c)
        .optional())?)
}

/// Sets the password, by its hash, of whoever the link is for, uses the link up, and signs them out
/// everywhere.
///
/// # Errors
/// `not_found` when the link was used or has expired.
pub fn set_password(tx: &mut Tx<'_>, link: &Secret, hash: &str) -> Result<Guest> {
    let guest = links::spend(tx, link, Purpose::SetPassword)?;
    on_db!(&mut *tx.db, c => diesel::update(user::table.find(guest.id))
        .set(user::password_hash.eq(hash))
        .execute(c))?;
    logins::delete_all(tx, guest.id)?;
    Ok(guest)
}
