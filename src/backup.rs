//! A copy of a live SQLite database, and the way back.
//!
//! PostgreSQL has tools of its own (`pg_dump`), so neither command works there. Restoring gives the log
//! a new epoch: positions that clients hold belong to what was replaced, and all of them are told `reset`.

use std::fs;
use std::path::{Path, PathBuf};

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::{self, Backend, Db};
use crate::error::{Error, Result};
use crate::events;
use crate::time::Time;

/// Writes a consistent copy of the database at `url` to `file`, which must not exist. Readers and
/// writers of the live database go on meanwhile (<https://www.sqlite.org/lang_vacuum.html#vacuuminto>).
pub fn backup(url: &str, file: &Path) -> Result<()> {
    if file.exists() {
        return Err(Error::internal(format!(
            "{} exists; name a new file",
            file.display()
        )));
    }
    let mut connection = sqlite(url)?;
    diesel::sql_query("VACUUM INTO ?")
        .bind::<Text, _>(file.to_string_lossy())
        .execute(&mut connection)?;
    fs::File::open(file)
        .and_then(|f| f.sync_all())
        .map_err(Error::internal)
}

/// Puts the copy in `file` in the place of the database at `url`, which must not be in use, under a new
/// epoch. What was there is kept beside it; answers its name.
pub fn restore(url: &str, file: &Path) -> Result<Option<PathBuf>> {
    let target = path_of(url)?;
    let fresh = beside(&target, "restoring");
    fs::copy(file, &fresh).map_err(|e| Error::internal(format!("{}: {e}", file.display())))?;
    let renewed = renew(&fresh);
    if renewed.is_err() {
        fs::remove_file(&fresh).map_err(Error::internal)?;
    }
    renewed?;
    let kept = if target.exists() {
        Some(put_aside(url, &target)?)
    } else {
        None
    };
    fs::rename(&fresh, &target).map_err(Error::internal)?;
    Ok(kept)
}

fn path_of(url: &str) -> Result<PathBuf> {
    match Backend::of(url) {
        Backend::Sqlite => Ok(url.strip_prefix("sqlite://").unwrap_or(url).into()),
        Backend::Postgres => Err(Error::internal("use pg_dump and pg_restore for PostgreSQL")),
    }
}

fn beside(target: &Path, word: &str) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(format!(".{word}"));
    name.into()
}

fn sqlite(url: &str) -> Result<SqliteConnection> {
    match db::connect_existing(url)? {
        Db::Sqlite(connection) => Ok(connection),
        Db::Postgres(_) => Err(Error::internal("not a SQLite database")),
    }
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Text)]
    answer: String,
}

/// Verifies the copy, brings its schema up to date and gives its log a new identity.
fn renew(copy: &Path) -> Result<()> {
    let url = copy.to_string_lossy();
    let mut connection = sqlite(&url)?;
    let sound: Answer =
        diesel::sql_query("SELECT integrity_check AS answer FROM pragma_integrity_check")
            .get_result(&mut connection)?;
    if sound.answer != "ok" {
        return Err(Error::internal(format!(
            "the copy is damaged: {}",
            sound.answer
        )));
    }
    let mut db = Db::Sqlite(connection);
    db.migrate()?;
    db.transaction(events::renew_epoch)?;
    drop(db);
    db::refuse_if_in_use(&url)
}

fn put_aside(url: &str, target: &Path) -> Result<PathBuf> {
    db::refuse_if_in_use(url)?;
    let kept = beside(target, &format!("replaced-{}", Time::now().0 / 1_000_000));
    fs::rename(target, &kept).map_err(Error::internal)?;
    Ok(kept)
}
