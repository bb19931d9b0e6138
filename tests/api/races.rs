//! Many at once: one order decided once, stock never below zero, one key one movement, and a database that
//! agrees with itself after all of it (every test ends with that check).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use crate::support::app::App;
use crate::support::client::Reply;
use crate::support::on_both;
use crate::support::stock::movement;

/// How many answers there were of each status.
fn tally(replies: &[Reply]) -> BTreeMap<u16, usize> {
    let mut tally = BTreeMap::new();
    for reply in replies {
        *tally.entry(reply.status).or_default() += 1;
    }
    tally
}

on_both! {
    async fn of_32_who_decide_at_once_one_wins(app: App) {
        app.tea(0).await;
        let number = app.asks(10).await;
        let ana = app.ana();
        let decide = |n: usize| {
            let (step, body) = match n % 2 {
                0 => ("approve", json!({})),
                _ => ("reject", json!({ "note": "no" })),
            };
            app.step(&ana, &number, step, body)
        };

        let replies = join_all((0..32).map(decide)).await;

        assert_eq!(tally(&replies), BTreeMap::from([(200, 1), (409, 31)]));
        let order = app.vera().get(&format!("/api/orders/{number}")).await.done();
        assert_eq!(order["version"], 2);
        for reply in replies.into_iter().filter(|reply| reply.status == 409) {
            let problem = reply.refused(409, "order_already_decided");
            assert_eq!(problem["current"]["status"], order["status"]);
        }
    }

    async fn of_100_who_take_one_of_60_40_get_none(app: App) {
        app.tea(60).await;

        let replies = join_all((0..100).map(|_| app.moves("issue", 1))).await;

        assert_eq!(tally(&replies), BTreeMap::from([(201, 60), (409, 40)]));
        let row = app.row().await;
        assert_eq!((&row["on_hand"], &row["version"]), (&json!(0), &json!(61)));
    }

    async fn the_same_key_50_times_at_once_moves_stock_once(app: App) {
        app.tea(60).await;
        let omar = app.omar().with("idempotency-key", "0b4c9c1e");

        let replies = join_all((0..50).map(|_| omar.post("/api/movements", movement("issue", 1)))).await;

        assert_eq!(tally(&replies), BTreeMap::from([(201, 50)]));
        let replayed = |reply: &&Reply| reply.header("idempotency-replayed") == "true";
        assert_eq!(replies.iter().filter(replayed).count(), 49);
        assert!(replies.iter().all(|reply| reply.text == replies[0].text));
        assert_eq!(app.row().await["on_hand"], 59);
    }

    async fn sixteen_writers_for_a_while_leave_everything_in_agreement(app: App) {
        app.tea(200).await;
        app.policy().await;
        let until = Instant::now() + Duration::from_secs(2);

        let writers = (0..16_u32).map(|n| write(&app, n, until));
        let done: usize = join_all(writers).await.into_iter().sum();

        assert!(done > 16, "{done} writes");
        let integrity = app.as_role(aims::domain::access::Role::Admin).get("/api/admin/integrity").await.done();
        assert_eq!(integrity, json!({ "ok": true, "findings": [] }));
    }
}

/// One of the writers: moves, transfers, decides and receives until the time is over. Only what the stock
/// room's rules refuse may be refused.
async fn write(app: &App, n: u32, until: Instant) -> usize {
    let (omar, ana, mut done) = (app.omar(), app.ana(), 0);
    let mut turn = n;
    while Instant::now() < until {
        turn = turn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let quantity = i64::from(turn >> 8) % 9 + 1;
        let reply = match (turn >> 16) % 6 {
            0 => app.moves("receive", quantity).await,
            1 | 2 => app.moves("issue", quantity * 3).await,
            3 => {
                let (from, to) = if turn >> 31 == 0 {
                    ("north", "harbour")
                } else {
                    ("harbour", "north")
                };
                let asked =
                    json!({ "from": from, "to": to, "sku": "TEA-500", "quantity": quantity });
                omar.post("/api/transfers", asked).await
            }
            4 => match app
                .orders("pending")
                .await
                .first()
                .and_then(|order| order["number"].as_str())
            {
                Some(number) => app.step(&ana, number, "approve", json!({})).await,
                None => app.moves("issue", quantity).await,
            },
            _ => match app
                .orders("approved")
                .await
                .first()
                .and_then(|order| order["number"].as_str())
            {
                Some(number) => {
                    app.step(&omar, number, "receive", json!({ "quantity": quantity }))
                        .await
                }
                None => app.moves("receive", quantity).await,
            },
        };
        let allowed = matches!(reply.status, 200 | 201)
            || matches!(
                reply.json["code"].as_str(),
                Some(
                    "insufficient_stock"
                        | "order_already_decided"
                        | "order_not_open"
                        | "over_receipt",
                )
            );
        assert!(allowed, "{}: {}", reply.status, reply.text);
        done += usize::from(matches!(reply.status, 200 | 201));
    }
    done
}
