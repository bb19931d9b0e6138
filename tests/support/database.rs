//! A migrated database for one test.

use aims::config::Config;
use aims::db::{self, Backend, Db};
use diesel::connection::SimpleConnection;

use super::postgres;
use crate::tools::requirements::skip;

/// A database of the test's own; dropping it removes it.
#[derive(Debug)]
pub(crate) struct Database {
    /// Its address.
    pub(crate) url: String,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Sqlite(#[expect(dead_code, reason = "dropping it removes the file")] tempfile::TempDir),
    Postgres(String),
}

impl Database {
    /// A fresh database, or `None` where the backend is missing.
    pub(crate) fn create(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => {
                let directory = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}/aims.db", directory.path().display());
                db::connect(&url).unwrap().migrate().unwrap();
                Some(Self {
                    url,
                    kept: Kept::Sqlite(directory),
                })
            }
            Backend::Postgres => match postgres::server() {
                Ok(server) => {
                    let (name, url) = server.create();
                    Some(Self {
                        url,
                        kept: Kept::Postgres(name),
                    })
                }
                Err(why) => {
                    skip("postgres", why);
                    None
                }
            },
        }
    }

    /// Settings for a server on it: small, since every test has one.
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::for_database(&self.url);
        config.workers = 1;
        config.connections = 6;
        // Argon2 at its recommended cost would be most of the tests' time.
        config.password_memory = 64;
        config
    }

    /// A connection beside the store's, to see what others see.
    pub(crate) fn connect(&self) -> Db {
        db::connect(&self.url).unwrap()
    }

    /// Takes the database away from everybody, until what this answers is dropped: PostgreSQL as if it were
    /// stopped, SQLite locked against writing.
    pub(crate) fn take_away(&self) -> Away {
        match &self.kept {
            Kept::Sqlite(_) => {
                let mut db = self.connect();
                aims::on_db!(&mut db, c => c.batch_execute("BEGIN EXCLUSIVE")).unwrap();
                Away(Some(db), None)
            }
            Kept::Postgres(name) => {
                postgres::server().unwrap().close(name);
                Away(None, Some(name.clone()))
            }
        }
    }

    /// Which database it is.
    pub(crate) fn backend(&self) -> Backend {
        Backend::of(&self.url)
    }
}

/// A database that is away; dropping this brings it back.
pub(crate) struct Away(
    #[expect(dead_code, reason = "dropping it unlocks the file")] Option<Db>,
    Option<String>,
);

impl Drop for Away {
    fn drop(&mut self) {
        if let Some(name) = &self.1 {
            postgres::server().unwrap().open(name);
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Self::Postgres(name) = self
            && let Ok(server) = postgres::server()
        {
            server.remove(name);
        }
    }
}
