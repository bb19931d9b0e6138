//! Letting somebody in for the first time.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Membership, Person};
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::links::{self, NewLink, Purpose};
use crate::domain::secrets::Secret;
use crate::error::{Error, FieldError, Result};
use crate::ids::{UserId, WarehouseId};
use crate::on_db;
use crate::schema::{membership, user, warehouse};
use crate::store::Tx;

/// Days in which somebody who was invited, and the first administrator, can set a password.
const INVITATION_DAYS: i64 = 7;

/// The name that the first administrator signs in by.
const FIRST_LOGIN: &str = "admin";

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
