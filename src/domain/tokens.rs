//! API tokens, by which programs act for a person. Shown once, kept as a hash.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::User;
use super::logins::{Found, NOTE_SECONDS};
use super::page::{List, Page};
use super::people;
use super::secrets::Secret;
use super::text;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::TokenId;
use crate::on_db;
use crate::schema::{token, user};
use crate::store::Tx;
use crate::time::Time;

/// What every token begins with, so that people and scanners for leaked secrets know one.
pub const PREFIX: &str = "aims_";

/// A token as its owner sees it in the list.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = token)]
pub struct Token {
    /// Its number, by which it is revoked.
    #[schema(value_type = i64)]
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Time,
    /// When it was last used, to ten minutes; null when never.
    pub used_at: Option<Time>,
    /// When it ends; null when never.
    pub expires_at: Option<Time>,
}

/// A token that is asked for.
#[derive(Clone, Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What to call it.
    #[serde(default, deserialize_with = "text::trimmed")]
    #[schema(required)]
    #[garde(custom(text::line(1, 100)))]
    pub name: String,
    /// Days until it ends; never when left out.
    #[garde(range(min = 1, max = 3650))]
    pub expires_in_days: Option<i64>,
}

/// A new token's secret, `aims_…`.
pub fn secret() -> Secret {
    Secret::presented(format!("{PREFIX}{}", Secret::random().reveal()))
}

/// Makes a token for `owner`.
pub fn create(tx: &mut Tx<'_>, owner: &User, secret: &Secret, new: &NewToken) -> Result<Token> {
    let now = tx.now();
    Ok(on_db!(&mut *tx.db, c => diesel::insert_into(token::table)
        .values((
            token::secret_hash.eq(secret.hash()),
            token::user_id.eq(owner.id),
            token::name.eq(&new.name),
            token::created_at.eq(now),
            token::expires_at.eq(new.expires_in_days.map(|days| now.plus_days(days))),
        ))
        .returning(Token::as_returning())
        .get_result(c))?)
}

/// The owner's tokens, newest first.
pub fn list(db: &mut Db, owner: &User, page: &Page<i64>) -> Result<List<Token>> {
    let before = TokenId(page.after.unwrap_or(i64::MAX));
    let rows = on_db!(db, c => token::table
        .filter(token::user_id.eq(owner.id))
        .filter(token::id.lt(before))
        .order(token::id.desc())
        .limit(page.fetch())
        .select(Token::as_select())
        .load(c))?;
    Ok(page.cut(rows, |token| token.id.0))
}

/// Ends a token of the owner's.
///
/// # Errors
/// `not_found` when they have no such token.
pub fn revoke(tx: &mut Tx<'_>, owner: &User, id: TokenId) -> Result<()> {
    let gone = on_db!(&mut *tx.db, c => diesel::delete(token::table)
        .filter(token::id.eq(id).and(token::user_id.eq(owner.id)))
        .execute(c))?;
    if gone == 0 {
        return Err(Error::not_found(format_args!("token {} of yours", id.0)));
    }
    Ok(())
}

/// For whom the token acts; nobody once it expired or they were disabled.
pub fn find(db: &mut Db, secret: &Secret, now: Time) -> Result<Option<Found>> {
    let row: Option<(people::Row, Option<Time>, Option<Time>)> = on_db!(&mut *db, c => token::table
        .inner_join(user::table)
        .filter(token::secret_hash.eq(secret.hash()))
        .filter(token::expires_at.is_null().or(token::expires_at.gt(now)))
        .filter(user::disabled.eq(false))
        .select((people::Row::as_select(), token::used_at, token::expires_at))
        .first(c)
        .optional())?;
    row.map(|(row, used, until)| {
        Ok(Found {
            user: people::with_roles(db, row)?,
            until,
            note_due: used.is_none_or(|used| used.plus_seconds(NOTE_SECONDS) <= now),
        })
    })
    .transpose()
}

/// Notes that the token was used.
pub fn note_use(tx: &mut Tx<'_>, secret: &Secret) -> Result<()> {
    let now = tx.now();
    on_db!(&mut *tx.db, c => diesel::update(token::table)
        .filter(token::secret_hash.eq(secret.hash()))
        .set(token::used_at.eq(now))
        .execute(c))?;
    Ok(())
}
