//! Invariant 2: every event has a place, without a gap and in the order of the commits.

use std::pin::pin;

use aims::db::{Backend, Db};
use aims::error::{Error, Result};
use aims::events::{Actor, position};
use aims::ids::WarehouseId;
use diesel::prelude::*;
use futures_util::future::join_all;
use futures_util::poll;

use crate::support::rows::{gate, log, open_warehouse, record};
use crate::support::{Opened, on_both, probe};
use crate::tools::wait;

async fn a_room(store: &Opened) -> WarehouseId {
    let opened = store.write(Actor::system(), |tx| open_warehouse(tx, "north"));
    opened.await.unwrap()
}

fn named(names: &[&str]) -> Vec<(i64, String)> {
    (1..)
        .zip(names.iter().map(|&name| name.to_owned()))
        .collect()
}

on_both! {
    async fn sixteen_writers_leave_no_gap(store: Opened) {
        let room = a_room(&store).await;
        let writes = (0..16 * 20).map(|n| {
            store.write(Actor::system(), move |tx| {
                record(tx, room, &format!("row-{n}"))?;
                // Every fifth changes its mind after it took a place in the log.
                if n % 5 == 0 { Err(Error::not_found("such row")) } else { Ok(()) }
            })
        });

        let done = join_all(writes).await;

        let stand = done.iter().filter(|done| done.is_ok()).count();
        assert_eq!(stand, 256);
        let mut db = store.database().connect();
        let places: Vec<i64> = log(&mut db, room).into_iter().map(|(seq, _)| seq).collect();
        assert_eq!(places, (1..=256).collect::<Vec<_>>());
        assert_eq!(position(&mut db, room).unwrap().seq, 256);
    }

    /// The one that starts first takes its place last: a reader that has seen place 1 finds the other
    /// at place 2, never before it.
    async fn writers_that_commit_in_the_opposite_order_of_their_starts_skip_no_event(store: Opened) {
        if store.database().backend() == Backend::Sqlite {
            // There the second cannot start before the first has committed.
            return;
        }
        let room = a_room(&store).await;
        let mut db = store.database().connect();
        let (before, keeper) = gate();
        let mut slow = pin!(store.write(Actor::system(), move |tx| {
            // It reads before it waits, so that its transaction has begun in PostgreSQL's eyes too.
            position(tx.db, room)?;
            before.pass();
            record(tx, room, "slow")
        }));
        assert!(poll!(&mut slow).is_pending());
        keeper.wait();

        store.write(Actor::system(), move |tx| record(tx, room, "quick")).await.unwrap();

        assert_eq!(log(&mut db, room), named(&["quick"]));
        keeper.open();
        slow.await.unwrap();
        assert_eq!(log(&mut db, room), named(&["quick", "slow"]));
    }

    /// Whoever has taken a place holds the room until it has committed; the next place waits for it.
    async fn a_place_is_never_visible_before_the_one_below_it(store: Opened) {
        let room = a_room(&store).await;
        let mut db = store.database().connect();
        let (taken, keeper) = gate();
        let mut first = pin!(store.write(Actor::system(), move |tx| {
            record(tx, room, "first")?;
            taken.pass();
            Ok(())
        }));
        assert!(poll!(&mut first).is_pending());
        keeper.wait();
        let mut second = pin!(store.write(Actor::system(), move |tx| record(tx, room, "second")));
        assert!(poll!(&mut second).is_pending());
        if store.database().backend() == Backend::Postgres {
            wait::until("the second writer waits for the first", || waits(&mut db).then_some(()));
        }

        assert!(poll!(&mut second).is_pending());
        assert_eq!(log(&mut db, room), []);

        keeper.open();
        second.await.unwrap();
        assert_eq!(log(&mut db, room), named(&["first", "second"]));
        first.await.unwrap();
    }

    async fn committed_events_are_handed_on_and_no_others(store: Opened) {
        let (probe, heard) = probe::start();
        store.publish_to(probe.clone().recipient());
        let room = a_room(&store).await;

        for n in 0..4 {
            let write = store.write(Actor::system(), move |tx| {
                record(tx, room, &format!("row-{n}"))?;
                if n == 2 { Err(Error::not_found("such row")) } else { Ok(()) }
            });
            assert_eq!(write.await.is_err(), n == 2);
        }

        let heard = probe::flush(&probe, &heard).await;
        assert_eq!(heard, named(&["row-0", "row-1", "row-3"]));
        assert!(!store.take_missed());
    }
}

/// Whether any transaction waits for a lock of another.
fn waits(db: &mut Db) -> bool {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    let count = |db: &mut Db| -> Result<i64> {
        Ok(
            aims::on_db!(db, c => diesel::select(sql::<BigInt>(&format!("({waiting})"))).get_result(c))?,
        )
    };
    count(db).unwrap() > 0
}
