//! A running server, and the people who use it.

use std::ops::Deref;
use std::rc::Rc;
use std::time::Duration;

use actix_rt::time::{sleep, timeout};
use aims::config::Config;
use aims::domain::access::Role;
use aims::domain::check::check;
use aims::realtime::Live;
use aims::realtime::hub::Figures;
use aims::realtime::messages::Stats;
use aims::store::Store;

use super::client::Client;
use super::{Database, Subject, people};
use crate::tools::wait::PATIENCE;

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
    database: Rc<Database>,
}

impl App {
    /// Another server on the same database, with other settings; the same people use it.
    pub(crate) async fn beside(&self, set: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.inner.database.config();
        set(&mut config);
        self.next_to(aims::app::start(config).await.unwrap())
    }

    /// What is made of another server on the same database.
    pub(super) fn next_to(&self, server: aims::app::App) -> Self {
        let nobody = Client::new(format!("http://{}", server.addr));
        let inner = Inner {
            server,
            tokens: self.inner.tokens.clone(),
            database: Rc::clone(&self.inner.database),
        };
        Self {
            inner: Rc::new(inner),
            nobody,
        }
    }

    /// Stops a server that the test started itself.
    pub(crate) async fn stop(self) {
        let inner = Rc::into_inner(self.inner).expect("the test keeps nothing");
        inner.server.stop().await;
    }

    /// The store behind it.
    pub(crate) fn store(&self) -> &Store {
        &self.inner.server.store
    }

    /// The database behind that.
    pub(crate) fn database(&self) -> &Database {
        &self.inner.database
    }

    /// The live connections behind it.
    pub(crate) fn live(&self) -> &Live {
        &self.inner.server.live
    }

    /// Waits until every session has ended, and answers what the Broadcaster knows then.
    pub(crate) async fn until_gone(&self) -> Figures {
        let gone = async {
            while self.live().sessions() > 0 {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, gone).await.expect("the sessions end");
        self.live().broadcaster().send(Stats).await.unwrap()
    }

    /// The person who has that role in both warehouses: Vera, Omar, Ana, or Ada the administrator.
    pub(crate) fn as_role(&self, role: Role) -> Client {
        let mut tokens = self.inner.tokens.iter();
        let (_, token) = tokens.find(|(held, _)| *held == role).unwrap();
        self.nobody.with_token(token)
    }
}

impl App {
    /// What is made of a server that was just started on a fresh database.
    pub(super) async fn of(server: aims::app::App, database: Database) -> Self {
        let nobody = Client::new(format!("http://{}", server.addr));
        let tokens = people::settle(&server.store).await;
        let inner = Inner {
            server,
            tokens,
            database: Rc::new(database),
        };
        Self {
            inner: Rc::new(inner),
            nobody,
        }
    }
}

impl Subject for App {
    async fn start(database: Database) -> Self {
        let server = aims::app::start(database.config()).await.unwrap();
        Self::of(server, database).await
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
