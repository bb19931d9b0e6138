//! One-time links, by which somebody without a password gets in: to set one, or, in the demo, to sign in.

use diesel::prelude::*;

use super::secrets::Secret;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::on_db;
use crate::schema::{link, user};
use crate::store::Tx;
use crate::time::Time;

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Setting a password, once.
    SetPassword,
    /// Signing in, as often as wished until it expires; made by the demo alone.
    SignIn,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SetPassword => "set_password",
            Self::SignIn => "sign_in",
        }
    }

    /// Where its page is.
    pub fn path(self, secret: &Secret) -> String {
        match self {
            Self::SetPassword => format!("/set-password/{}", secret.reveal()),
            Self::SignIn => format!("/welcome/{}", secret.reveal()),
        }
    }
}

/// Whom a link is for.
#[derive(Clone, Debug, Queryable)]
pub struct Guest {
    /// Their key.
    pub id: UserId,
    /// What they type to sign in.
    pub login: String,
    /// What others see.
    pub name: String,
}

/// A link that is to be made.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// Whom it is for.
    pub user: UserId,
    /// What it is good for.
    pub purpose: Purpose,
    /// How long.
    pub days: i64,
    /// What it will be known by.
    pub secret: &'a Secret,
}

/// Makes a link. Earlier ones of the same person for the same purpose end.
pub fn create(tx: &mut Tx<'_>, new: &NewLink<'_>) -> Result<()> {
    let (id, purpose) = (new.user, new.purpose);
    let expires = tx.now().plus_days(new.days);
    on_db!(&mut *tx.db, c => diesel::delete(link::table)
        .filter(link::user_id.eq(id).and(link::purpose.eq(purpose.as_str())))
        .execute(c))?;
    on_db!(&mut *tx.db, c => diesel::insert_into(link::table)
        .values((
            link::secret_hash.eq(new.secret.hash()),
            link::user_id.eq(id),
            link::purpose.eq(purpose.as_str()),
            link::expires_at.eq(expires),
        ))
        .execute(c))?;
    Ok(())
}

/// Whom the link is for.
///
/// # Errors
/// `not_found` when it was used, has expired, or never was.
pub fn find(db: &mut Db, secret: &Secret, purpose: Purpose, now: Time) -> Result<Guest> {
    let guest: Option<Guest> = on_db!(db, c => link::table
        .inner_join(user::table)
        .filter(link::secret_hash.eq(secret.hash()))
        .filter(link::purpose.eq(purpose.as_str()))
        .filter(link::expires_at.gt(now))
        .filter(user::disabled.eq(false))
        .select((user::id, user::login, user::name))
        .first(c)
        .optional())?;
    guest.ok_or_else(spent)
}

/// Uses the link up.
///
/// # Errors
/// `not_found` as for [`find`], also when somebody else used it a moment ago.
pub fn spend(tx: &mut Tx<'_>, secret: &Secret, purpose: Purpose) -> Result<Guest> {
    let now = tx.now();
    let guest = find(tx.db, secret, purpose, now)?;
    let gone = on_db!(&mut *tx.db, c =>
        diesel::delete(link::table.find(secret.hash())).execute(c))?;
    if gone == 1 { Ok(guest) } else { Err(spent()) }
}

/// Forgets links that have expired.
pub fn prune(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now();
    on_db!(&mut *tx.db, c =>
        diesel::delete(link::table.filter(link::expires_at.le(now))).execute(c))?;
    Ok(())
}

fn spent() -> Error {
    Error::not_found("such link any more; it was used or has expired")
}
