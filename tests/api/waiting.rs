//! Many wait and nothing happens: the database is left alone. What was revoked holds all the same.

use std::time::{Duration, Instant};

use aims::domain::access::Role;
use aims::events::Actor;
use aims::on_db;
use aims::realtime::messages::Stats;
use aims::schema::{membership, user};
use diesel::prelude::*;
use futures_util::future::{Either, join_all, select};
use serde_json::json;

use crate::queries;
use crate::support::app::App;
use crate::support::client::Client;
use crate::support::rows::write;
use crate::support::stream::Stream;
use crate::support::{Backend, on_both, run};
use crate::tools::people::ROOMS;
use crate::tools::wait::PATIENCE;

/// Pings: as long as a server may take to come to rest, and to do what it does now and then.
const A_WHILE: usize = 3;

/// A busy machine keeps a stream waiting for some of it, and two unanswered pings end a stream.
const HEARTBEAT: Duration = Duration::from_secs(1);

fn poll(app: &App, wait: u8) -> String {
    let epoch = app.store().epoch();
    format!("/api/events?room=north&epoch={epoch}&after=0&wait={wait}")
}

fn sent(app: &App) -> u64 {
    queries::sent_to(&app.database().url)
}

async fn pings(streams: &mut [Stream], n: usize) {
    for stream in streams {
        for _ in 0..n {
            while stream.next().await.unwrap().event != "ping" {}
        }
    }
}

/// A new token of the viewer's, and its number.
async fn till(app: &App) -> (String, i64) {
    let vera = app.as_role(Role::Viewer);
    let made = vera.post("/api/tokens", json!({"name": "till"})).await;
    let made = made.done();
    let token = made["token"].as_str().unwrap().to_owned();
    (token, made["id"].as_i64().unwrap())
}

async fn revoke(app: &App, id: i64) {
    let vera = app.as_role(Role::Viewer);
    let revoked = vera.delete(&format!("/api/tokens/{id}")).await;
    assert_eq!(revoked.status, 204);
}

/// Asks without waiting until the answer is a refusal with that status.
async fn until_refused(who: &Client, path: &str, status: u16) {
    let began = Instant::now();
    while who.get(path).await.status != status {
        assert!(began.elapsed() < PATIENCE, "they are let in for ever");
    }
}

on_both! {
    async fn while_nothing_happens_no_query_reaches_the_database(app: App) {
        let app = app.beside(|config| config.heartbeat = HEARTBEAT).await;
        let vera = app.as_role(Role::Viewer);
        let mut streams = Vec::new();
        for _ in 0..3 {
            streams.push(vera.stream("/api/events?room=north").await.unwrap());
        }
        let mut socket = vera.live().await;
        socket.join("north", None).await;
        let path = poll(&app, 30);
        let polls = join_all((0..3).map(|_| vera.get(&path)));

        let quiet = Box::pin(async {
            while app.live().broadcaster().send(Stats).await.unwrap().subscriptions < 7 {
                actix_rt::task::yield_now().await;
            }
            // The first use of a token is noted a moment later.
            let began = Instant::now();
            loop {
                let before = sent(&app);
                pings(&mut streams, A_WHILE).await;
                if sent(&app) == before {
                    break;
                }
                assert!(began.elapsed() < PATIENCE, "the server does not come to rest");
            }
            let before = sent(&app);
            pings(&mut streams, A_WHILE).await;
            assert_eq!(sent(&app), before);
            write(app.store(), ROOMS[0], 1).await;
        });
        // The polls are answered by the event, so all of them waited for it.
        match select(quiet, polls).await {
            Either::Left(((), polls)) => {
                for reply in polls.await {
                    assert_eq!(reply.done()["seq"], 1);
                }
            }
            Either::Right(_) => panic!("a poll was answered before anything happened"),
        }
    }

    async fn a_token_that_waited_and_was_revoked_is_refused_at_once(app: App) {
        let (token, id) = till(&app).await;
        let till = app.with_token(&token);
        for _ in 0..3 {
            till.get(&poll(&app, 0)).await.done();
        }

        revoke(&app, id).await;

        till.get(&poll(&app, 0)).await.refused(401, "unauthenticated");
    }

    async fn who_waited_and_lost_their_role_or_was_disabled_is_refused_at_once(app: App) {
        let (vera, path) = (app.as_role(Role::Viewer), poll(&app, 0));
        vera.get(&path).await.done();
        vera.get(&path).await.done();

        let harbour_only = app.store().write(Actor::system(), |tx| {
            on_db!(&mut *tx.db, c => diesel::delete(membership::table)
                .filter(membership::warehouse_id.eq(ROOMS[0]))
                .execute(c))?;
            Ok(())
        });
        harbour_only.await.unwrap();
        vera.get(&path).await.refused(404, "not_found");

        let out = app.store().write(Actor::system(), |tx| {
            on_db!(&mut *tx.db, c => diesel::update(user::table)
                .set(user::disabled.eq(true))
                .execute(c))?;
            Ok(())
        });
        out.await.unwrap();
        vera.get(&path).await.refused(401, "unauthenticated");
    }

    async fn who_asks_again_hears_what_was_written_before(app: App) {
        let vera = app.as_role(Role::Viewer);
        for seq in 1..5 {
            write(app.store(), ROOMS[0], 1).await;
            assert_eq!(vera.get(&poll(&app, 0)).await.done()["seq"], seq);
        }
    }
}

#[test]
fn those_who_ask_again_and_again_cost_no_query_either() {
    run(Backend::Sqlite, |app: App| async move {
        let (vera, path) = (app.as_role(Role::Viewer), poll(&app, 1));
        let round = || join_all((0..4).map(|_| vera.get(&path)));
        let began = Instant::now();
        loop {
            let before = sent(&app);
            assert!(before > 0, "nobody counts");
            for reply in round().await {
                assert_eq!(reply.done()["mode"], "resumed");
            }
            if sent(&app) == before {
                break;
            }
            assert!(began.elapsed() < PATIENCE, "each round costs queries");
        }
    });
}

#[test]
fn what_another_server_revoked_is_refused_soon() {
    run(Backend::Postgres, |app: App| async move {
        let elsewhere = app.beside(|_| {}).await;
        let (token, id) = till(&app).await;
        let there = elsewhere.with_token(&token);
        there.get(&poll(&app, 0)).await.done();

        revoke(&app, id).await;

        until_refused(&there, &poll(&app, 0), 401).await;
    });
}
