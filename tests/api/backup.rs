//! Copies of a live database, the way back, and a log that forgets.

use std::rc::Rc;

use actix_rt::task::spawn_blocking;
use aims::backup::{backup, restore};
use aims::db;
use aims::domain::access::Role;
use aims::domain::check::check;
use aims::events::{Actor, Keep, position, since};
use aims::jobs;
use aims::on_db;
use aims::schema::event;
use aims::store::Store;
use diesel::prelude::*;
use futures_util::future::{join, join_all};

use crate::support::app::App;
use crate::support::client::Client;
use crate::support::rows::write;
use crate::support::{Backend, Database, on_both, run};
use crate::tools::aims::Aims;
use crate::tools::people::{self, ROOMS};

#[test]
fn a_copy_made_under_load_is_whole() {
    run(Backend::Sqlite, |app: App| async move {
        app.tea(0).await;
        let directory = tempfile::tempdir().unwrap();
        let copy = |n: usize| directory.path().join(format!("copy-{n}.db"));
        let url = app.database().url.clone();

        let copies = async {
            for n in 0..4 {
                let (url, copy) = (url.clone(), copy(n));
                let made = spawn_blocking(move || backup(&url, &copy));
                made.await.unwrap().unwrap();
            }
        };
        let writers = (0..8).map(|_| async {
            for _ in 0..20 {
                app.moves("receive", 1).await.done();
            }
        });
        join(join_all(writers), copies).await;

        for n in 0..4 {
            let mut copy = db::connect_existing(copy(n).to_str().unwrap()).unwrap();
            assert_eq!(check(&mut copy).unwrap(), []);
            let last = position(&mut copy, ROOMS[0]).unwrap().seq;
            let log = since(&mut copy, ROOMS[0], 0, usize::MAX).unwrap().unwrap();
            assert!(
                log.iter().map(|event| event.seq).eq(1..=last),
                "up to {last}"
            );
        }
        let again = backup(&url, &copy(0)).unwrap_err().to_string();
        assert!(again.contains("name a new file"), "{again}");
    });
}

#[test]
fn nothing_is_put_back_under_a_running_server() {
    run(Backend::Sqlite, |app: App| async move {
        write(app.store(), ROOMS[0], 3).await;
        let directory = tempfile::tempdir().unwrap();
        let copy = directory.path().join("copy.db");
        let url = app.database().url.clone();
        backup(&url, &copy).unwrap();

        let refused = restore(&url, &copy).unwrap_err().to_string();

        assert!(refused.contains("stop the server first"), "{refused}");
        write(app.store(), ROOMS[0], 1).await;
        let mut seen = app.database().connect();
        let now = position(&mut seen, ROOMS[0]).unwrap();
        assert_eq!((now.seq, &now.epoch), (4, app.store().epoch()));
    });
}

#[test]
fn what_is_put_back_begins_a_new_epoch_and_resets_everybody() {
    run(Backend::Sqlite, |database: Rc<Database>| async move {
        let store = Store::open(&database.config()).unwrap();
        let tokens = people::settle(&store).await;
        write(&store, ROOMS[0], 5).await;
        let before = store.epoch().clone();
        drop(store);
        let (_, token) = tokens
            .iter()
            .find(|(role, _)| *role == Role::Viewer)
            .unwrap();
        let mut aims = Aims::start(&["--database", &database.url]);
        let vera = Client::new(aims.url()).with_token(token);
        let directory = tempfile::tempdir().unwrap();
        let copy = directory.path().join("copy.db");
        backup(&database.url, &copy).unwrap();
        vera.live().await.join("north", Some((&before, 5))).await;

        aims.kill();
        let kept = restore(&database.url, &copy).unwrap();
        aims.restart();

        assert!(kept.unwrap().exists(), "what was there is not thrown away");
        let joined = vera.live().await.join("north", Some((&before, 5))).await;
        assert_eq!(
            (&joined["mode"], &joined["seq"]),
            (&"reset".into(), &5.into())
        );
        let after = joined["epoch"].as_str().unwrap();
        assert_ne!(after, before);
        let joined = vera.live().await.join("north", Some((after, 4))).await;
        assert_eq!(joined["mode"], "resumed");
    });
}

#[test]
fn what_is_no_whole_copy_is_not_put_back() {
    run(Backend::Sqlite, |database: Rc<Database>| async move {
        let store = Store::open(&database.config()).unwrap();
        people::settle(&store).await;
        drop(store);
        let directory = tempfile::tempdir().unwrap();
        let copy = directory.path().join("copy.db");
        backup(&database.url, &copy).unwrap();
        let mut bytes = std::fs::read(&copy).unwrap();
        let middle = bytes.len() / 2;
        bytes
            .iter_mut()
            .skip(middle)
            .take(4096)
            .for_each(|byte| *byte = 0x5a);
        let damaged = directory.path().join("damaged.db");
        std::fs::write(&damaged, bytes).unwrap();
        let text = directory.path().join("text.db");
        std::fs::write(&text, "hello").unwrap();

        for file in [&damaged, &text, &directory.path().join("missing.db")] {
            restore(&database.url, file).unwrap_err();
        }

        assert_eq!(check(&mut database.connect()).unwrap(), []);
        assert!(restore(&database.url, &copy).unwrap().is_some());
    });
}

on_both! {
    async fn who_slept_through_what_was_forgotten_is_reset(app: App) {
        let epoch = app.store().epoch().clone();
        let mut awake = app.as_role(Role::Viewer).live().await;
        awake.join("north", None).await;
        write(app.store(), ROOMS[0], 50).await;
        awake.seqs(50).await;

        jobs::run(app.store(), Keep { days: 30, events: 10 }, 90).await.unwrap();

        // Another server has nothing in memory.
        let fresh = app.beside(|_| {}).await;
        let vera = fresh.as_role(Role::Viewer);
        for (have, mode) in [(39, "reset"), (0, "reset"), (40, "resumed"), (50, "resumed")] {
            let joined = vera.live().await.join("north", Some((&epoch, have))).await;
            assert_eq!((&joined["mode"], &joined["seq"]), (&mode.into(), &50.into()), "{have}");
            let path = format!("/api/events?room=north&epoch={epoch}&after={have}");
            assert_eq!(vera.get(&path).await.done()["mode"], mode);
        }
        write(app.store(), ROOMS[0], 1).await;
        assert_eq!(awake.seqs(1).await, [51], "whoever is awake notices nothing");
    }

    async fn what_is_too_old_is_forgotten_and_what_is_young_is_kept(app: App) {
        write(app.store(), ROOMS[0], 20).await;
        let aged = app.store().write(Actor::system(), |tx| {
            let at = tx.now().plus_days(-31);
            on_db!(&mut *tx.db, c => diesel::update(event::table)
                .filter(event::seq.le(12))
                .set(event::at.eq(at))
                .execute(c))?;
            Ok(())
        });
        aged.await.unwrap();

        jobs::run(app.store(), Keep { days: 30, events: 1000 }, 90).await.unwrap();

        let left = app.store().read(|db| Ok((since(db, ROOMS[0], 11, 100)?, since(db, ROOMS[0], 12, 100)?)));
        let (late, in_time) = left.await.unwrap();
        assert!(late.is_none());
        let seqs = in_time.unwrap().into_iter().map(|event| event.seq);
        assert!(seqs.eq(13..=20));
    }
}
