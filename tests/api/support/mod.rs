//! The ground the tests stand on: a database of its own for each, on either backend.
//!
//! ```text
//! on_both! {
//!     async fn approving_an_order_counts_it_as_on_order(app: App) { … }
//! }
//! ```
//!
//! makes two tests of it, `approving_an_order_counts_it_as_on_order::sqlite` and `::postgres`. The
//! argument says what is started: an [`app::App`] with sockets, or a [`database::Opened`] store alone.

pub(crate) mod app;
pub(crate) mod client;
mod database;
pub(crate) mod detectors;
pub(crate) mod form;
mod postgres;
pub(crate) mod probe;
pub(crate) mod rows;
pub(crate) mod sheets;
pub(crate) mod shelf;
pub(crate) mod socket;
pub(crate) mod stock;
pub(crate) mod stream;

use std::future::Future;

pub(crate) use aims::db::Backend;
pub(crate) use database::{Database, Opened};

pub(crate) use crate::tools::people;

use crate::tools::wait::PATIENCE;

/// What a test is given.
pub(crate) trait Subject: Clone {
    /// Starts it on a fresh database.
    async fn start(database: Database) -> Self;

    /// Ends it, once the test has let go of it.
    async fn end(self);
}

/// Tests that run on both databases.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($($subject:ident)+: $kind:ty) $body:block)+) => { $(
        $(#[$doc])*
        async fn $name($($subject)+: $kind) $body

        mod $name {
            #[test]
            fn sqlite() {
                $crate::support::run($crate::support::Backend::Sqlite, super::$name);
            }

            #[test]
            fn postgres() {
                $crate::support::run($crate::support::Backend::Postgres, super::$name);
            }
        }
    )+ };
}
pub(crate) use on_both;

/// Runs one test in an actix system of its own, or skips it where the backend is missing.
pub(crate) fn run<S, F>(backend: Backend, test: fn(S) -> F)
where
    S: Subject,
    F: Future<Output = ()>,
{
    let Some(database) = Database::create(backend) else {
        return;
    };
    actix_rt::System::new().block_on(async {
        let subject = S::start(database).await;
        actix_rt::time::timeout(2 * PATIENCE, test(subject.clone()))
            .await
            .expect("the test ends");
        subject.end().await;
    });
}
