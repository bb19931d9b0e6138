//! Knowing that nothing happened: what was read before is then still so, and need not be read again.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Mutex as Lock, PoisonError};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::Text;
use tokio::sync::Mutex;

use super::Store;
use crate::db::Db;
use crate::error::{Error, Result};

/// How long what another server commits may go unnoticed here. Shorter asks the database oftener, though
/// once for everybody; longer means that what was revoked on another server is good here for so long.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Things remembered at once, each of some hundred bytes. What finds no place is read each time.
const MOST: usize = 20_000;

/// What was read since the last commit, by name; a commit ends it all.
#[derive(Debug)]
pub struct Since<T>(Lock<Remembered<T>>);

#[derive(Debug)]
struct Remembered<T> {
    commits: u64,
    things: HashMap<String, T>,
}

impl<T> Default for Since<T> {
    fn default() -> Self {
        Self(Lock::new(Remembered {
            commits: 0,
            things: HashMap::new(),
        }))
    }
}

impl<T: Clone> Since<T> {
    /// What is remembered under this name, if [`Store::commits`] is still the same.
    pub fn find(&self, commits: u64, name: &str) -> Option<T> {
        let since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = since.things.get(name).cloned();
        found.filter(|_| since.commits == commits)
    }

    /// Remembers what was read after asking for [`Store::commits`].
    pub fn remember(&self, commits: u64, name: String, thing: T) {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if since.commits < commits {
            since.commits = commits;
            since.things.clear();
        }
        if since.commits == commits && since.things.len() < MOST {
            since.things.insert(name, thing);
        }
    }
}

/// What PostgreSQL showed when this server last looked.
#[derive(Default)]
pub(super) struct Elsewhere(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    /// When the last look that succeeded began, and what it showed.
    shown: Option<(Instant, String)>,
    /// When the last look that failed ended, and why.
    failed: Option<(Instant, Error)>,
}

impl Elsewhere {
    /// Looks, unless somebody has just done so; answers whether anything was committed since the last time.
    ///
    /// One looks for all who ask meanwhile. They share its failure too: while the database is away each look takes
    /// as long as a connection is waited for, and those who queue would wait that long each, one after the other.
    async fn look(&self, look: impl AsyncFnOnce() -> Result<String>) -> Result<bool> {
        let asked = Instant::now();
        let mut seen = self.0.lock().await;
        if let Some((ended, error)) = &seen.failed
            && *ended >= asked
        {
            return Err(error.clone());
        }
        let is_new =
            |(began, _): &(Instant, String)| *began >= asked || began.elapsed() < LOOK_EVERY;
        if seen.shown.as_ref().is_some_and(is_new) {
            return Ok(false);
        }
        let began = Instant::now();
        match look().await {
            Ok(now) => {
                let same = seen
                    .shown
                    .as_ref()
                    .is_some_and(|(_, before)| *before == now);
                seen.shown = Some((began, now));
                Ok(!same)
            }
            Err(error) => {
                seen.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }
}

#[derive(QueryableByName)]
struct Snapshot {
    #[diesel(sql_type = Text)]
    text: String,
}

impl Store {
    /// A number that changes with every commit. What was read after asking for it is true as long as it stays
    /// the same.
    ///
    /// On SQLite this costs no query: everything that is written goes through this store. On PostgreSQL others
    /// write too. What this server commits changes the number at once, what others commit within a
    /// second.
    ///
    /// # Errors
    /// The same as [`Store::read`].
    pub async fn commits(&self) -> Result<u64> {
        if let Some(elsewhere) = &self.inner.elsewhere
            && elsewhere.look(async || self.read(visible).await).await?
        {
            self.inner.publisher.commits.fetch_add(1, Ordering::AcqRel);
        }
        Ok(self.inner.publisher.commits.load(Ordering::Acquire))
    }
}

/// Which transactions have ended: the same text shows the same rows, whoever wrote them
/// (<https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT>).
fn visible(db: &mut Db) -> Result<String> {
    let Db::Postgres(connection) = db else {
        return Ok(String::new());
    };
    let query = diesel::sql_query("SELECT pg_current_snapshot()::text AS text");
    Ok(query.get_result::<Snapshot>(connection)?.text)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::task::yield_now;

    use super::*;

    #[actix_web::rt::test]
    async fn a_look_that_fails_fails_for_all_who_waited_for_it_and_the_next_one_looks_again() {
        let (elsewhere, looks) = (Elsewhere::default(), Cell::new(0));
        let fails = async || {
            looks.set(looks.get() + 1);
            yield_now().await;
            Err(Error::unavailable("the database is away"))
        };

        let (one, two, three) = tokio::join!(
            elsewhere.look(fails),
            elsewhere.look(fails),
            elsewhere.look(fails)
        );

        assert!(one.is_err() && two.is_err() && three.is_err());
        assert_eq!(looks.get(), 1, "one looked for all");
        let back = elsewhere.look(async || Ok("a".into())).await;
        assert!(back.unwrap(), "whoever asks later looks again");
        let again = elsewhere.look(async || Ok("b".into())).await;
        assert!(!again.unwrap(), "it has just been looked at");
    }

    #[test]
    fn what_was_read_is_remembered_until_something_is_committed() {
        let since = Since::default();
        since.remember(7, "north".into(), 1);
        assert_eq!(since.find(7, "north"), Some(1));
        assert_eq!(since.find(7, "harbour"), None);
        assert_eq!(since.find(8, "north"), None);

        since.remember(8, "harbour".into(), 2);
        since.remember(7, "north".into(), 1);

        assert_eq!(
            since.find(7, "north"),
            None,
            "it was read before the commit"
        );
        assert_eq!(since.find(8, "harbour"), Some(2));
    }
}
