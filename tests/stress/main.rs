//! Whatever fails, no screen stays wrong: seeded faults against the real program, over real sockets, on
//! both databases. `docs/TESTING.md` says how to replay a run, and what each scenario is there to find.

#![expect(
    clippy::unwrap_used,
    reason = "the lint exempts test functions alone, not what they call"
)]

#[expect(dead_code, reason = "the tests of the API use the rest")]
#[path = "../support/client.rs"]
mod client;
mod crowd;
#[path = "../support/database.rs"]
mod database;
mod dice;
mod malformed;
mod mirror;
mod model;
mod outage;
#[path = "../support/postgres.rs"]
mod postgres;
mod proxy;
mod reading;
mod resources;
mod run;
mod scenarios;
#[path = "../support/signals.rs"]
mod signals;
mod snapshot;
#[expect(dead_code, reason = "the tests of the API use the rest")]
#[path = "../support/socket.rs"]
mod socket;
mod stage;
#[expect(dead_code, reason = "the tests of the API use the rest")]
#[path = "../support/stream.rs"]
mod stream;
mod tally;
#[path = "../support/mod.rs"]
mod tools;
mod watching;
mod writer;

mod no_fault_leaves_a_screen_wrong {
    use aims::db::Backend;

    #[test]
    fn sqlite() {
        crate::run::run(Backend::Sqlite);
    }

    #[test]
    fn postgres() {
        crate::run::run(Backend::Postgres);
    }
}
