//! The database: a connection of either backend, the pool, the migrations, and the few places where
//! the dialects differ.
//!
//! A query is written once, inside [`on_db!`](crate::on_db), and compiled for both backends. What
//! differs is a `match` on [`Db`], and all of those stand in this file.

use std::path::Path;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager as Tm, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::{self, R2D2Connection};
use diesel::sqlite::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::{Error, Result};
use crate::ids::WarehouseId;
use crate::schema::warehouse;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// In this order: switching to WAL may itself have to wait. FULL, because an acknowledged write must
/// survive a power cut; the writer's group commit pays for it.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
    PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";

/// How long a request waits for a connection before it is told 503.
pub const CONNECTION_WAIT: Duration = Duration::from_secs(5);

/// A connection to either backend.
#[expect(
    missing_debug_implementations,
    reason = "diesel's connections have none"
)]
pub enum Db {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Compiles a query for both backends and runs it on the one at hand.
#[macro_export]
macro_rules! on_db {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Postgres($c) => $body,
            $crate::db::Db::Sqlite($c) => $body,
        }
    };
}

/// Which backend a URL names: by its scheme alone, so that a PostgreSQL server that is down is never
/// taken for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// `postgres://` or `postgresql://`.
    Postgres,
    /// Everything else.
    Sqlite,
}

impl Backend {
    /// The backend of a database URL.
    pub fn of(url: &str) -> Self {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::Postgres
        } else {
            Self::Sqlite
        }
    }
}

/// Opens one connection.
pub fn connect(url: &str) -> Result<Db> {
    let refused = |e: diesel::ConnectionError| Error::unavailable(e);
    match Backend::of(url) {
        Backend::Postgres => PgConnection::establish(url)
            .map(Db::Postgres)
            .map_err(refused),
        Backend::Sqlite => {
            let path = url.strip_prefix("sqlite://").unwrap_or(url);
            let mut connection = SqliteConnection::establish(path).map_err(refused)?;
            connection.batch_execute(PRAGMAS)?;
            Ok(Db::Sqlite(connection))
        }
    }
}

/// Opens one connection to a database that is there already; SQLite would make one of any name.
pub fn connect_existing(url: &str) -> Result<Db> {
    let path = url.strip_prefix("sqlite://").unwrap_or(url);
    if Backend::of(url) == Backend::Sqlite && !Path::new(path).is_file() {
        return Err(Error::unavailable(format!("there is no database {path}")));
    }
    connect(url)
}

/// Refuses while a server, or anybody else, has the SQLite file open.
///
/// Folds its write-ahead log into it, which
/// SQLite denies as long as there is another connection
/// (<https://www.sqlite.org/wal.html#activating_and_configuring_wal_mode>).
pub fn refuse_if_in_use(url: &str) -> Result<()> {
    let Db::Sqlite(mut connection) = connect_existing(url)? else {
        return Ok(());
    };
    connection
        .batch_execute("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE;")
        .map_err(|e| {
            Error::internal(format!(
                "the database is in use; stop the server first ({e})"
            ))
        })
}

impl Db {
    /// Brings the schema up to date; every pending migration in a transaction of its own.
    pub fn migrate(&mut self) -> Result<()> {
        let done = match self {
            Self::Postgres(c) => c.run_pending_migrations(POSTGRES_MIGRATIONS).map(drop),
            Self::Sqlite(c) => c.run_pending_migrations(SQLITE_MIGRATIONS).map(drop),
        };
        done.map_err(|e| Error::internal(format!("migration: {e}")))
    }

    /// Runs `f` in a transaction that may write: `BEGIN IMMEDIATE` on SQLite, since a deferred one
    /// that reads first can fail at once when it writes (`SQLITE_BUSY_SNAPSHOT`).
    pub fn transaction<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        match self {
            Self::Postgres(c) => Tm::begin_transaction(c)?,
            Self::Sqlite(c) => Tm::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        }
        self.end(f)
    }

    /// Runs `f` on one unchanging state of the database: what it reads belongs together.
    pub fn snapshot<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        match self {
            Self::Postgres(c) => {
                Tm::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            }
            Self::Sqlite(c) => Tm::begin_transaction_sql(c, "BEGIN DEFERRED")?,
        }
        self.end(f)
    }

    /// Runs `f` in a savepoint of the open transaction: its failure undoes its own work only.
    pub fn savepoint<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        on_db!(&mut *self, c => Tm::begin_transaction(c))?;
        self.end(f)
    }

    fn end<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        match f(self) {
            Ok(value) => {
                on_db!(self, c => Tm::commit_transaction(c))?;
                Ok(value)
            }
            Err(error) => {
                on_db!(self, c => Tm::rollback_transaction(c))?;
                Err(error)
            }
        }
    }

    /// Leaves checkpoints to another connection's [`Self::checkpoint`], until that is 64 MiB behind: a commit after which
    /// SQLite copies what a photo wrote keeps those who wait for the next one waiting (SQLite's default is 4 MiB). For
    /// PostgreSQL there is nothing to do.
    pub fn put_off_checkpoints(&mut self) -> Result<()> {
        self.sqlite("PRAGMA wal_autocheckpoint = 16384")
    }

    /// Copies what was committed from the log into the database file, and waits for nobody who reads or writes
    /// (<https://www.sqlite.org/c3ref/wal_checkpoint_v2.html>, PASSIVE). PostgreSQL does so by itself.
    pub fn checkpoint(&mut self) -> Result<()> {
        self.sqlite("PRAGMA wal_checkpoint(PASSIVE)")
    }

    fn sqlite(&mut self, statement: &str) -> Result<()> {
        if let Self::Sqlite(c) = self {
            c.batch_execute(statement)?;
        }
        Ok(())
    }

    /// Asks the database for an answer, any answer.
    pub fn ping(&mut self) -> Result<()> {
        Ok(on_db!(self, c => R2D2Connection::ping(c))?)
    }

    /// Whether the open transaction can go on: false once a savepoint could not be ended.
    pub fn is_sound(&mut self) -> bool {
        on_db!(self, c => Tm::transaction_manager_status_mut(c).transaction_depth()).is_ok()
    }

    /// Whether a connection that is given back cannot be used again: its transaction was left open, or
    /// could not be ended.
    pub fn is_broken(&mut self) -> bool {
        on_db!(self, c => R2D2Connection::is_broken(c))
    }

    /// Holds the warehouse's row until the transaction ends, so that everything written to it, its
    /// events above all, is in commit order. SQLite's write transaction holds everything anyway.
    pub fn lock_warehouse(&mut self, id: WarehouseId) -> Result<()> {
        if let Self::Postgres(c) = self {
            warehouse::table
                .find(id)
                .select(warehouse::id)
                .for_update()
                .first::<WarehouseId>(c)?;
        }
        Ok(())
    }
}

/// Connections that wait for work.
pub type Pool = r2d2::Pool<Manager>;

/// Makes connections for the [`Pool`].
#[derive(Debug)]
pub struct Manager {
    url: String,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Db;
    type Error = Error;

    fn connect(&self) -> Result<Db> {
        let mut db = connect(&self.url)?;
        // The writer has a connection of its own; these are for readers.
        db.sqlite("PRAGMA query_only = ON")?;
        Ok(db)
    }

    fn is_valid(&self, db: &mut Db) -> Result<()> {
        db.ping()
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        std::thread::panicking() || db.is_broken()
    }
}

/// A pool of at most `size` connections, opened when first needed.
pub fn pool(url: &str, size: u32) -> Result<Pool> {
    r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(CONNECTION_WAIT)
        .build(Manager { url: url.into() })
        .map_err(Error::unavailable)
}
