//! Signed-in browsers. The server keeps them, so signing out ends them for good.

use diesel::prelude::*;

use super::access::User;
use super::people;
use super::secrets::Secret;
use crate::db::Db;
use crate::error::Result;
use crate::ids::UserId;
use crate::on_db;
use crate::schema::{login, user};
use crate::store::Tx;
use crate::time::Time;

/// Seconds between two notes of when a session or token was used. Finer would make every read a write; and a note is a
/// commit, after which everybody who waits is looked up once more.
pub const NOTE_SECONDS: i64 = 600;

/// Somebody found by what they presented.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who it is.
    pub user: User,
    /// When what they presented expires, if ever.
    pub until: Option<Time>,
    /// Whether the last note of its use is old enough for another.
    pub note_due: bool,
}

/// Signs a browser in for `days` from its last use.
pub fn create(tx: &mut Tx<'_>, user: UserId, days: i64) -> Result<Secret> {
    let (secret, now) = (Secret::random(), tx.now());
    on_db!(&mut *tx.db, c => diesel::insert_into(login::table)
        .values((
            login::secret_hash.eq(secret.hash()),
            login::user_id.eq(user),
            login::created_at.eq(now),
            login::seen_at.eq(now),
            login::expires_at.eq(now.plus_days(days)),
        ))
        .execute(c))?;
    Ok(secret)
}

/// Who is signed in by that secret; nobody once it expired or they were disabled.
pub fn find(db: &mut Db, secret: &Secret, now: Time) -> Result<Option<Found>> {
    let row: Option<(people::Row, Time, Time)> = on_db!(&mut *db, c => login::table
        .inner_join(user::table)
        .filter(login::secret_hash.eq(secret.hash()))
        .filter(login::expires_at.gt(now))
        .filter(user::disabled.eq(false))
        .select((people::Row::as_select(), login::seen_at, login::expires_at))
        .first(c)
        .optional())?;
    row.map(|(row, seen, until)| {
        Ok(Found {
            user: people::with_roles(db, row)?,
            until: Some(until),
            note_due: seen.plus_seconds(NOTE_SECONDS) <= now,
        })
    })
    .transpose()
}

/// Notes that the session was used, and lets it live for `days` more.
pub fn note_use(tx: &mut Tx<'_>, secret: &Secret, days: i64) -> Result<()> {
    let now = tx.now();
    on_db!(&mut *tx.db, c => diesel::update(login::table.find(secret.hash()))
        .filter(login::seen_at.le(now.plus_seconds(-NOTE_SECONDS)))
        .set((login::seen_at.eq(now), login::expires_at.eq(now.plus_days(days))))
        .execute(c))?;
    Ok(())
}

/// Signs the browser out.
pub fn delete(tx: &mut Tx<'_>, secret: &Secret) -> Result<()> {
    on_db!(&mut *tx.db, c =>
        diesel::delete(login::table.find(secret.hash())).execute(c))?;
    Ok(())
}

/// Signs somebody out everywhere.
pub fn delete_all(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    on_db!(&mut *tx.db, c =>
        diesel::delete(login::table.filter(login::user_id.eq(user))).execute(c))?;
    Ok(())
}

/// Forgets sessions that have expired.
pub fn prune(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now();
    on_db!(&mut *tx.db, c =>
        diesel::delete(login::table.filter(login::expires_at.le(now))).execute(c))?;
    Ok(())
}
