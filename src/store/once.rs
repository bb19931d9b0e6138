//! Doing a request once, however often it is sent.
//!
//! The answer is kept with the key in the transaction of the change, so a repeat gets the first
//! answer and changes nothing. Follows the `Idempotency-Key` draft
//! (draft-ietf-httpapi-idempotency-key-header): another request under the same key is refused, and a
//! refused request leaves the key free.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Store, Tx};
use crate::error::{Code, Error, Result};
use crate::events::Actor;
use crate::ids::UserId;
use crate::on_db;
use crate::schema::idempotency_key as keys;

/// The client's name for one request.
#[derive(Clone, Debug)]
pub struct Key {
    /// Whose key it is; two people may use the same.
    pub user: UserId,
    /// The header's value, 1 to 128 characters.
    pub key: String,
    /// A hash over method, path and body: what the key stands for.
    pub fingerprint: String,
}

/// What a write answers, in a form that can be kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The row's version, for `ETag`.
    pub version: Option<i64>,
    /// Where the new row is found.
    pub location: Option<String>,
    /// JSON.
    pub body: String,
    /// Whether this is the answer to an earlier request with the same key.
    #[serde(skip)]
    pub replayed: bool,
}

impl Answer {
    /// An answer with `row` as its body.
    pub fn new(status: u16, row: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(row).map_err(Error::internal)?;
        Ok(Self {
            status,
            version: None,
            location: None,
            body,
            replayed: false,
        })
    }

    /// Adds the row's version.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// Adds the new row's address.
    #[must_use]
    pub fn location(mut self, path: impl Into<String>) -> Self {
        self.location = Some(path.into());
        self
    }
}

impl Store {
    /// Writes once for each key: a repeat gets the first answer. Without a key, the same as
    /// [`Store::write`].
    ///
    /// # Errors
    /// `idempotency_key_reused` when the key stands for another request.
    pub async fn write_once<F>(&self, actor: Actor, key: Option<Key>, f: F) -> Result<Answer>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<Answer> + Send + 'static,
    {
        self.write(actor, move |tx| match key {
            None => f(tx),
            Some(key) => once(tx, &key, f),
        })
        .await
    }
}

/// Hours that a key is remembered, as promised to clients.
const KEPT_HOURS: i64 = 24;

/// Forgets the keys that nobody may rely on any more.
pub fn forget_keys(tx: &mut Tx<'_>) -> Result<()> {
    let until = tx.now().plus_seconds(-KEPT_HOURS * 3600);
    on_db!(&mut *tx.db, c => diesel::delete(keys::table)
        .filter(keys::created_at.lt(until))
        .execute(c))?;
    Ok(())
}

fn once(
    tx: &mut Tx<'_>,
    key: &Key,
    f: impl FnOnce(&mut Tx<'_>) -> Result<Answer>,
) -> Result<Answer> {
    let now = tx.now();
    // On PostgreSQL this waits for another transaction with the same key to end.
    let fresh = on_db!(&mut *tx.db, c => diesel::insert_into(keys::table)
        .values((
            keys::user_id.eq(key.user),
            keys::key.eq(&key.key),
            keys::fingerprint.eq(&key.fingerprint),
            keys::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    if fresh == 0 {
        return replay(tx, key);
    }
    let answer = f(tx)?;
    let kept = serde_json::to_string(&answer).map_err(Error::internal)?;
    on_db!(&mut *tx.db, c => diesel::update(keys::table.find((key.user, &key.key)))
        .set(keys::answer.eq(&kept))
        .execute(c))?;
    Ok(answer)
}

fn replay(tx: &mut Tx<'_>, key: &Key) -> Result<Answer> {
    let (fingerprint, kept): (String, Option<String>) = on_db!(&mut *tx.db, c =>
        keys::table.find((key.user, &key.key)).select((keys::fingerprint, keys::answer)).first(c))?;
    if fingerprint != key.fingerprint {
        return Err(Error::refused(
            Code::IdempotencyKeyReused,
            "This Idempotency-Key was used for another request; use a new one.",
        ));
    }
    let kept = kept.ok_or_else(|| Error::internal("a key without an answer was committed"))?;
    let answer: Answer = serde_json::from_str(&kept).map_err(Error::internal)?;
    Ok(Answer {
        replayed: true,
        ..answer
    })
}
