//! A store opened on a database of the test's own.

use std::ops::Deref;
use std::rc::Rc;

use aims::store::Store;

use super::Subject;
use super::database::Database;

/// A store without a server around it.
#[derive(Clone)]
pub(crate) struct Opened(Rc<(Store, Database)>);

impl Opened {
    /// What it is opened on.
    pub(crate) fn database(&self) -> &Database {
        &self.0.1
    }
}

impl Subject for Opened {
    async fn start(database: Database) -> Self {
        let store = Store::open(&database.config()).unwrap();
        Self(Rc::new((store, database)))
    }

    async fn end(self) {}
}

impl Deref for Opened {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.0.0
    }
}

/// A migrated database alone, for programs that open it themselves.
impl Subject for Rc<Database> {
    async fn start(database: Database) -> Self {
        Self::new(database)
    }

    async fn end(self) {}
}
