//! The store: what a write promises, whoever writes beside it.

use std::pin::pin;

use aims::db::Backend;
use aims::error::{Code, Error};
use aims::events::Actor;
use aims::ids::WarehouseId;
use diesel::connection::SimpleConnection;
use futures_util::future::{join, join_all};
use futures_util::poll;

use crate::support::rows::{gate, log, open_warehouse, record, warehouses};
use crate::support::{Opened, on_both, probe};
use crate::tools::wait;

on_both! {
    /// Invariant 1: rows and events commit together.
    async fn a_refused_write_leaves_neither_row_nor_event(store: Opened) {
        let system = Actor::system();
        let room = store.write(system.clone(), |tx| open_warehouse(tx, "north")).await.unwrap();

        let refused = store
            .write(system, move |tx| {
                open_warehouse(tx, "harbour")?;
                record(tx, room, "first")?;
                Err::<(), _>(Error::not_found("such thing"))
            })
            .await;

        assert_eq!(refused.unwrap_err().code(), Code::NotFound);
        let mut db = store.database().connect();
        assert_eq!(warehouses(&mut db).unwrap(), ["north"]);
        assert_eq!(log(&mut db, room), []);
    }

    async fn a_failing_write_harms_no_other_in_the_same_commit(store: Opened) {
        let (first, keeper) = gate();
        let blocker = store.write(Actor::system(), move |tx| {
            first.pass();
            open_warehouse(tx, "w-first").map(drop)
        });
        // The third and the fifth are of a code that is taken.
        let codes = ["w-1", "w-2", "w-1", "w-3", "w-first", "w-4"];
        let others = join_all(codes.map(|code| {
            store.write(Actor::system(), move |tx| open_warehouse(tx, code).map(drop))
        }));
        let release = async {
            keeper.wait();
            keeper.open();
        };

        let (first, (others, ())) = join(blocker, join(others, release)).await;

        first.unwrap_or_else(|e| assert_eq!(e.code(), Code::DuplicateCode));
        let refused = others.iter().filter(|done| done.is_err()).count();
        assert!((1..=2).contains(&refused), "{others:?}");
        for error in others.into_iter().filter_map(Result::err) {
            assert_eq!(error.code(), Code::DuplicateCode);
        }
        let mut all = warehouses(&mut store.database().connect()).unwrap();
        all.sort();
        assert_eq!(all, ["w-1", "w-2", "w-3", "w-4", "w-first"]);
    }

    async fn nobody_sees_a_write_and_nobody_is_answered_before_the_commit(store: Opened) {
        let ((first, first_keeper), (last, last_keeper)) = (gate(), gate());
        let mut early = pin!(store.write(Actor::system(), move |tx| {
            first.pass();
            open_warehouse(tx, "early").map(drop)
        }));
        let mut late = pin!(store.write(Actor::system(), move |tx| {
            last.pass();
            open_warehouse(tx, "late").map(drop)
        }));
        assert!(poll!(&mut early).is_pending());
        first_keeper.wait();
        assert!(poll!(&mut late).is_pending());
        first_keeper.open();
        last_keeper.wait();

        let mut db = store.database().connect();
        if store.database().backend() == Backend::Sqlite {
            // Both are in one commit: the first has done its work, and waits.
            assert!(poll!(&mut early).is_pending());
            assert_eq!(warehouses(&mut db).unwrap(), [""; 0]);
        }
        last_keeper.open();
        early.await.unwrap();
        assert!(warehouses(&mut db).unwrap().contains(&"early".into()));
        late.await.unwrap();
        assert_eq!(warehouses(&mut db).unwrap().len(), 2);
    }

    async fn a_commit_that_fails_is_answered_as_a_failure(store: Opened) {
        let sql = "CREATE TABLE chapter (page BIGINT REFERENCES warehouse (id) \
            DEFERRABLE INITIALLY DEFERRED)";
        let mut db = store.database().connect();
        aims::on_db!(&mut db, c => c.batch_execute(sql)).unwrap();
        let (probe, heard) = probe::start();
        store.publish_to(probe.clone().recipient());

        let failed = store
            .write(Actor::system(), |tx| {
                let sql = "INSERT INTO chapter VALUES (404)";
                aims::on_db!(&mut *tx.db, c => c.batch_execute(sql))?;
                let room = open_warehouse(tx, "north")?;
                record(tx, room, "never")
            })
            .await;

        assert_eq!(failed.unwrap_err().code(), Code::Internal);
        assert_eq!(probe::flush(&probe, &heard).await, []);
        assert_eq!(warehouses(&mut db).unwrap(), [""; 0]);
        store.write(Actor::system(), |tx| open_warehouse(tx, "north").map(drop)).await.unwrap();
        assert_eq!(warehouses(&mut db).unwrap(), ["north"]);
    }

    async fn a_write_that_panics_undoes_itself_and_stops_nobody(store: Opened) {
        let panicked = store
            .write(Actor::system(), |tx| {
                open_warehouse(tx, "north")?;
                panic!("a bug, on purpose");
                #[expect(unreachable_code, reason = "names the type")]
                Ok(())
            })
            .await;

        assert_eq!(panicked.unwrap_err().code(), Code::Internal);
        store.write(Actor::system(), |tx| open_warehouse(tx, "harbour").map(drop)).await.unwrap();
        assert_eq!(warehouses(&mut store.database().connect()).unwrap(), ["harbour"]);
    }

    async fn a_write_whose_caller_went_away_is_whole_or_absent(store: Opened) {
        let (before, keeper) = gate();
        {
            let mut write = pin!(store.write(Actor::system(), move |tx| {
                before.pass();
                let room = open_warehouse(tx, "north")?;
                record(tx, room, "opened")
            }));
            assert!(poll!(&mut write).is_pending());
            keeper.wait();
        }
        keeper.open();
        store.write(Actor::system(), |tx| open_warehouse(tx, "after").map(drop)).await.unwrap();

        let mut db = store.database().connect();
        wait::until("the write ends", || {
            (warehouses(&mut db).unwrap().len() == 2).then_some(())
        });
        let rooms = warehouses(&mut db).unwrap();
        let (id, _) = (1..).zip(rooms).find(|(_, code)| code == "north").unwrap();
        let events = log(&mut db, WarehouseId(id));
        assert_eq!(events, [(1, "opened".into())]);
    }

    /// Invariant 1 again: there is no other way to write.
    async fn a_read_cannot_write(store: Opened) {
        if store.database().backend() == Backend::Postgres {
            // There readers and writers share a pool; SQLite's refusal finds the mistake for both.
            return;
        }

        let opened = store.write(Actor::system(), |tx| open_warehouse(tx, "north"));
        opened.await.unwrap();

        let write = store.read(|db| {
            let sql = "UPDATE warehouse SET code = 'mine'";
            aims::on_db!(db, c => c.batch_execute(sql)).map_err(Error::from)
        });

        assert!(write.await.is_err());
        assert_eq!(warehouses(&mut store.database().connect()).unwrap(), ["north"]);
    }
}
