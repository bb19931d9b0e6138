//! A running server, and the people who use it.

use std::ops::Deref;
use std::rc::Rc;

use super::client::Client;
use super::{Database, Subject};

/// A server of the test's own, on a socket and a database of its own. Requests made on it itself are
/// nobody's: see [`App::as_role`].
#[derive(Clone)]
pub(crate) struct App {
    inner: Rc<Inner>,
    nobody: Client,
}

struct Inner {
    server: aims::app::App,
    _database: Database,
}

impl Subject for App {
    async fn start(database: Database) -> Self {
        let server = aims::app::start(database.config()).await.unwrap();
        let nobody = Client::new(format!("http://{}", server.addr));
        Self {
            inner: Rc::new(Inner {
                server,
                _database: database,
            }),
            nobody,
        }
    }

    async fn end(self) {
        drop(self.nobody);
        let inner = Rc::into_inner(self.inner).expect("the test keeps nothing");
        inner.server.stop().await;
    }
}

impl Deref for App {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.nobody
    }
}
