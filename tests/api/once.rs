//! A request is done once, however often it is sent.

use aims::error::{Code, Error, Result};
use aims::events::Actor;
use aims::ids::UserId;
use aims::on_db;
use aims::schema::user;
use aims::store::{Answer, Key};
use diesel::prelude::*;
use futures_util::future::join_all;

use crate::support::rows::{open_warehouse, warehouses};
use crate::support::{Opened, on_both};

async fn somebody(store: &Opened, login: &'static str) -> UserId {
    let made = store.write(Actor::system(), move |tx| {
        Ok(on_db!(&mut *tx.db, c => diesel::insert_into(user::table)
            .values((
                user::login.eq(login),
                user::name.eq(login),
                user::admin.eq(false),
                user::disabled.eq(false),
                user::created_at.eq(0),
            ))
            .returning(user::id)
            .get_result(c))?)
    });
    made.await.unwrap()
}

fn key(user: UserId, fingerprint: &str) -> Key {
    Key {
        user,
        key: "the same".into(),
        fingerprint: fingerprint.into(),
    }
}

async fn open(store: &Opened, key: Key, code: &'static str) -> Result<Answer> {
    let write = store.write_once(Actor::system(), Some(key), move |tx| {
        let id = open_warehouse(tx, code)?;
        Ok(Answer::new(201, &code)?.version(id.0).location("/there"))
    });
    write.await
}

on_both! {
    async fn the_same_key_fifty_times_at_once_writes_once(store: Opened) {
        let mina = somebody(&store, "mina").await;

        let answers = join_all((0..50).map(|_| open(&store, key(mina, "a"), "north"))).await;

        let answers: Vec<Answer> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
        for answer in &answers {
            assert_eq!((answer.status, answer.version), (201, Some(1)));
            assert_eq!(answer.location.as_deref(), Some("/there"));
            assert_eq!(answer.body, "\"north\"");
        }
        assert_eq!(warehouses(&mut store.database().connect()).unwrap(), ["north"]);
    }

    async fn a_key_that_stands_for_another_request_is_refused(store: Opened) {
        let mina = somebody(&store, "mina").await;
        open(&store, key(mina, "a"), "north").await.unwrap();

        let reused = open(&store, key(mina, "b"), "harbour").await;

        assert_eq!(reused.unwrap_err().code(), Code::IdempotencyKeyReused);
        assert_eq!(warehouses(&mut store.database().connect()).unwrap(), ["north"]);
    }

    async fn two_people_may_use_the_same_key(store: Opened) {
        let (mina, omar) = (somebody(&store, "mina").await, somebody(&store, "omar").await);

        let first = open(&store, key(mina, "a"), "north").await.unwrap();
        let second = open(&store, key(omar, "a"), "harbour").await.unwrap();

        assert!(!first.replayed && !second.replayed);
        assert_eq!(warehouses(&mut store.database().connect()).unwrap().len(), 2);
    }

    async fn a_refused_request_leaves_its_key_free(store: Opened) {
        let mina = somebody(&store, "mina").await;
        let refused = store
            .write_once(Actor::system(), Some(key(mina, "a")), |_| {
                Err(Error::not_found("such thing"))
            })
            .await;
        assert_eq!(refused.unwrap_err().code(), Code::NotFound);

        let answer = open(&store, key(mina, "b"), "north").await.unwrap();

        assert!(!answer.replayed);
    }

    async fn without_a_key_every_request_counts(store: Opened) {
        for code in ["north", "harbour"] {
            let write = store.write_once(Actor::system(), None, move |tx| {
                open_warehouse(tx, code)?;
                Answer::new(201, &code)
            });
            assert!(!write.await.unwrap().replayed);
        }

        assert_eq!(warehouses(&mut store.database().connect()).unwrap().len(), 2);
    }
}
