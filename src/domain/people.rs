//! People: who there is, how they come in for the first time, what they may do where.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Role, User};
use super::links::{self, Guest, NewLink, Purpose};
use super::logins;
use super::page::{List, Page};
use super::secrets::Secret;
use super::text;
use crate::db::Db;
use crate::error::{Error, FieldError, Result};
use crate::ids::{UserId, WarehouseId};
use crate::on_db;
use crate::schema::{membership, user, warehouse};
use crate::store::Tx;

/// Days in which somebody who was invited, and the first administrator, can set a password.
const INVITATION_DAYS: i64 = 7;

/// The name that the first administrator signs in by.
const FIRST_LOGIN: &str = "admin";

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
    #[garde(custom(text::login))]
    pub login: String,
    /// What others see.
    #[serde(deserialize_with = "text::trimmed")]
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

/// Asks somebody in, by a link with the secret `link` on which they set a password.
///
/// # Errors
/// `forbidden` but for site administrators, `duplicate_login`, `validation` for unknown warehouses.
pub fn invite(tx: &mut Tx<'_>, asker: &User, person: &Person, link: &Secret) -> Result<()> {
    asker.require_site_admin()?;
    let roles = resolve(tx.db, &person.memberships)?;
    let id = add(tx, &person.login, &person.name, person.admin)?;
    for (warehouse, role) in roles {
        grant(tx, id, warehouse, role)?;
    }
    invitation(tx, id, link)
}

fn invitation(tx: &mut Tx<'_>, user: UserId, secret: &Secret) -> Result<()> {
    let link = NewLink {
        user,
        purpose: Purpose::SetPassword,
        days: INVITATION_DAYS,
        secret,
    };
    links::create(tx, &link)
}

/// The warehouses that are named; every unknown or repeated one is an error of its field.
fn resolve(db: &mut Db, wanted: &[Membership]) -> Result<BTreeMap<WarehouseId, Role>> {
    let codes: Vec<&str> = wanted.iter().map(|m| m.warehouse.as_str()).collect();
    let known: Vec<(String, WarehouseId)> = on_db!(db, c => warehouse::table
        .filter(warehouse::code.eq_any(&codes))
        .select((warehouse::code, warehouse::id))
        .load(c))?;
    let known = BTreeMap::from_iter(known);
    let (mut roles, mut errors) = (BTreeMap::new(), Vec::new());
    for (place, membership) in wanted.iter().enumerate() {
        let code = &membership.warehouse;
        let mut wrong = |word, detail| {
            errors.push(FieldError {
                pointer: format!("/memberships/{place}/warehouse"),
                detail,
                code: word,
            });
        };
        match known.get(code) {
            None => wrong("unknown", format!("There is no warehouse “{code}”.")),
            Some(&id) => {
                if roles.insert(id, membership.role).is_some() {
                    wrong("duplicate", format!("“{code}” is named twice."));
                }
            }
        }
    }
    if errors.is_empty() {
        Ok(roles)
    } else {
        Err(Error::invalid(errors))
    }
}

/// Adds somebody who has no password yet and no role anywhere.
///
/// # Errors
/// `duplicate_login`.
pub fn add(tx: &mut Tx<'_>, login: &str, name: &str, admin: bool) -> Result<UserId> {
    let now = tx.now();
    Ok(on_db!(&mut *tx.db, c => diesel::insert_into(user::table)
        .values((
            user::login.eq(login),
            user::name.eq(name),
            user::admin.eq(admin),
            user::disabled.eq(false),
            user::created_at.eq(now),
        ))
        .returning(user::id)
        .get_result(c))?)
}

/// Gives somebody a role in a warehouse, in place of the one they had there.
pub fn grant(tx: &mut Tx<'_>, id: UserId, warehouse: WarehouseId, role: Role) -> Result<()> {
    on_db!(&mut *tx.db, c => diesel::insert_into(membership::table)
        .values((
            membership::user_id.eq(id),
            membership::warehouse_id.eq(warehouse),
            membership::role.eq(role),
        ))
        .on_conflict((membership::user_id, membership::warehouse_id))
        .do_update()
        .set(membership::role.eq(role))
        .execute(c))?;
    Ok(())
}

/// Makes sure that somebody can get in: on a database without people, adds the site administrator
/// `admin`. As long as they have no password, answers with the secret of a new link to set it.
pub fn first_administrator(tx: &mut Tx<'_>) -> Result<Option<Secret>> {
    let people: i64 = on_db!(&mut *tx.db, c => user::table.count().get_result(c))?;
    if people == 0 {
        add(tx, FIRST_LOGIN, "Administrator", true)?;
    }
    let waiting: Option<UserId> = on_db!(&mut *tx.db, c => user::table
        .filter(user::login.eq(FIRST_LOGIN))
        .filter(user::admin.eq(true).and(user::disabled.eq(false)))
        .filter(user::password_hash.is_null())
        .select(user::id)
        .first(c)
        .optional())?;
    let Some(id) = waiting else {
        return Ok(None);
    };
    let secret = Secret::random();
    invitation(tx, id, &secret)?;
    Ok(Some(secret))
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
