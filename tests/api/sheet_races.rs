//! Many at one sheet: it is applied once or discarded, never both; scans add up; stock that moves is a conflict or
//! comes after, and never lost. Every test ends with the check of the database.

use std::collections::BTreeMap;

use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::client::Reply;
use crate::support::on_both;

/// How many answers there were of each kind: a status, and the code of a refusal.
fn kinds(replies: &[Reply]) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for reply in replies {
        let code = reply.json["code"].as_str().unwrap_or_default();
        let kind = format!("{} {code}", reply.status).trim_end().to_owned();
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}

fn kind(status: &str, count: usize) -> (String, usize) {
    (status.to_owned(), count)
}

/// A count of tea that found 11.
async fn counted(app: &App) -> String {
    let number = app.count_of_tea().await;
    app.sets(&number, "TEA-500", json!({ "counted": 11 }))
        .await
        .done();
    number
}

on_both! {
    async fn of_16_who_apply_at_once_one_does(app: App) {
        app.tea(12).await;
        let number = counted(&app).await;

        let replies = join_all((0..16).map(|_| app.applies(&number))).await;

        assert_eq!(kinds(&replies), BTreeMap::from([kind("200", 1), kind("409 sheet_closed", 15)]));
        let row = app.row().await;
        assert_eq!((&row["on_hand"], &row["version"]), (&json!(11), &json!(2)));
    }

    async fn of_16_who_undo_at_once_one_does(app: App) {
        app.tea(12).await;
        let number = counted(&app).await;
        app.applies(&number).await.done();
        let omar = app.omar();

        let replies = join_all((0..16).map(|_| app.sheet_step(&omar, &number, "undo", json!({})))).await;

        assert_eq!(kinds(&replies), BTreeMap::from([kind("200", 1), kind("409 already_reversed", 15)]));
        assert_eq!(app.row().await["on_hand"], 12);
    }

    async fn a_sheet_is_applied_or_discarded_but_not_both(app: App) {
        app.tea(12).await;
        let number = counted(&app).await;
        let omar = app.omar();
        let step = |n: usize| {
            let step = if n.is_multiple_of(2) { "apply" } else { "discard" };
            app.sheet_step(&omar, &number, step, json!({}))
        };

        let replies = join_all((0..16).map(step)).await;

        assert_eq!(kinds(&replies), BTreeMap::from([kind("200", 1), kind("409 sheet_closed", 15)]));
        let (status, on_hand) = (app.sheet(&number).await["status"].clone(), app.row().await["on_hand"].clone());
        assert_eq!(on_hand, if status == "applied" { json!(11) } else { json!(12) });
    }

    async fn scans_of_16_people_add_up(app: App) {
        app.tea(0).await;
        let number = app.opens("receive", json!({})).await;
        let people = [app.omar(), app.ana()];
        let scans = |n: usize| {
            let (who, app, number) = (people[n % 2].clone(), &app, &number);
            async move {
                for _ in 0..10 {
                    let scan = json!({ "sku": "TEA-500" });
                    app.sheet_step(&who, number, "tally", scan).await.done();
                }
            }
        };

        join_all((0..16).map(scans)).await;

        let sheet = app.sheet(&number).await;
        assert_eq!((&sheet["lines"][0]["counted"], &sheet["version"]), (&json!(160), &json!(161)));
    }

    async fn stock_that_moves_while_a_sheet_is_applied_is_a_conflict_or_comes_after(app: App) {
        app.tea(12).await;
        for _ in 0..8 {
            let number = app.count_of_tea().await;
            let before = app.row().await["on_hand"].as_i64().unwrap();
            app.sets(&number, "TEA-500", json!({ "counted": before + 5 })).await.done();

            let (applied, moved) = join(app.applies(&number), app.moves("issue", 1)).await;

            moved.done();
            let after = app.row().await["on_hand"].as_i64().unwrap();
            if applied.status == 200 {
                assert_eq!(after, before + 4);
            } else {
                applied.refused(409, "stock_changed");
                assert_eq!(after, before - 1);
            }
        }
    }

    async fn counters_and_appliers_of_many_sheets_leave_everything_in_agreement(app: App) {
        app.tea(100).await;
        app.policy().await;
        app.item("SALT", "Salt").await;
        let someone = |n: i64| {
            let app = &app;
            async move {
                let omar = app.omar();
                for turn in 0..6 {
                    let mode = if (n + turn) % 2 == 0 { "count" } else { "receive" };
                    let number = app.opens(mode, json!({ "skus": ["SALT", "TEA-500"] })).await;
                    app.sets(&number, "TEA-500", json!({ "counted": 50 + n })).await.done();
                    app.sheet_step(&omar, &number, "tally", json!({ "sku": "SALT" })).await.done();
                    let mut applied = app.applies(&number).await;
                    if applied.json["code"] == "stock_changed" {
                        for sku in ["SALT", "TEA-500"] {
                            app.sets(&number, sku, json!({ "resolution": "keep_difference" })).await.done();
                        }
                        applied = app.applies(&number).await;
                    }
                    allowed(&applied, &["validation"]);
                    if turn % 3 == 0 && applied.status == 200 {
                        let undone = app.sheet_step(&omar, &number, "undo", json!({})).await;
                        allowed(&undone, &["insufficient_stock"]);
                    }
                    allowed(&app.moves("issue", 3).await, &["insufficient_stock"]);
                }
            }
        };

        join_all((0..8).map(someone)).await;

        let integrity = app.as_role(aims::domain::access::Role::Admin).get("/api/admin/integrity").await.done();
        assert_eq!(integrity, json!({ "ok": true, "findings": [] }));
    }
}

/// Only what the stock room's rules refuse may be refused.
#[track_caller]
fn allowed(reply: &Reply, refusals: &[&str]) {
    let refused = refusals.iter().any(|code| reply.json["code"] == **code);
    let done = matches!(reply.status, 200 | 201);
    assert!(done || refused, "{}: {}", reply.status, reply.text);
    assert!(
        done || reply.json["errors"]
            .as_array()
            .is_none_or(|errors| errors.iter().all(is_stock))
    );
}

/// A line that would take more than there is.
fn is_stock(error: &Value) -> bool {
    error["code"] == "insufficient_stock"
}
