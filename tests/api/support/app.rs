//! A running server, and the people who use it.

use std::ops::Deref;
use std::rc::Rc;

use aims::domain::access::Role;
use aims::domain::check::check;
use aims::store::Store;

use super::client::Client;
use super::{Database, Subject, people};

/// A server of the test's own, on a socket and a database of its own. Requests made on it itself are
/// nobody's: see [`App::as_role`].
#[derive(Clone)]
pub(crate) struct App {
    inner: Rc<Inner>,
    nobody: Client,
}

struct Inner {
    server: aims::app::App,
    tokens: Vec<(Role, String)>,
    _database: Database,
}

impl App {
    /// The store behind it.
    pub(crate) fn store(&self) -> &Store {
        &self.inner.server.store
    }

    /// The person who has that role in both warehouses: Vera, Omar, Ana, or Ada the administrator.
    pub(crate) fn as_role(&self, role: Role) -> Client {
        let mut tokens = self.inner.tokens.iter();
        let (_, token) = tokens.find(|(held, _)| *held == role).unwrap();
        self.nobody.with_token(token)
    }
}

impl Subject for App {
    async fn start(database: Database) -> Self {
        let server = aims::app::start(database.config()).await.unwrap();
        let nobody = Client::new(format!("http://{}", server.addr));
        let tokens = people::settle(&server.store).await;
        let inner = Inner {
            server,
            tokens,
            _database: database,
        };
        Self {
            inner: Rc::new(inner),
            nobody,
        }
    }

    /// Whatever the test did, the database agrees with itself.
    async fn end(self) {
        drop(self.nobody);
        let inner = Rc::into_inner(self.inner).expect("the test keeps nothing");
        let found = inner.server.store.read(check).await.unwrap();
        assert_eq!(found, []);
        inner.server.stop().await;
    }
}

impl Deref for App {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.nobody
    }
}
