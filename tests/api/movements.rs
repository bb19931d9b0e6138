//! The ledger: what people record, what is refused, what is undone.

use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::client::Client;
use crate::support::on_both;
use crate::support::stock::{movement, pointers};

async fn undo(who: &Client, movement: &Value) -> crate::support::client::Reply {
    let path = format!("/api/movements/{}/reverse", movement["id"]);
    who.post(&path, json!({ "note": "typed twice" })).await
}

on_both! {
    async fn goods_that_come_in_are_there(app: App) {
        app.tea(0).await;

        let posted = app.moves("receive", 12).await;

        assert_eq!(posted.status, 201);
        let posted = posted.done();
        assert_eq!(posted["movement"]["delta"], 12);
        assert_eq!(posted["movement"]["balance_after"], 12);
        assert_eq!(posted["movement"]["by"], "Omar Haddad");
        assert_eq!(posted["inventory"]["on_hand"], 12);
        assert_eq!(posted["inventory"]["version"], 1);
        assert_eq!(app.row().await["on_hand"], 12);
    }

    async fn stock_below_zero_is_refused_with_what_is_there(app: App) {
        app.tea(2).await;

        let problem = app.moves("issue", 3).await.refused(409, "insufficient_stock");

        assert_eq!(problem["current"]["on_hand"], 2);
        assert_eq!(app.row().await["version"], 1);
    }

    async fn an_absurd_quantity_is_a_mistake_and_never_a_failure(app: App) {
        app.tea(0).await;
        let absurd = [
            json!(0), json!(-1), json!(1_000_000_000_001_i64), json!(i64::MAX), json!(i64::MIN),
            json!(1.5), json!("3"), json!(null), json!(1e30),
        ];
        for quantity in absurd {
            let mut body = movement("receive", 1);
            body["quantity"] = quantity.clone();
            let problem = app.omar().post("/api/movements", body).await.refused(422, "validation");
            assert_eq!(pointers(&problem), ["/quantity"], "{quantity}");
        }
        app.moves("receive", 1_000_000_000_000).await.done();
        app.moves("receive", 1).await.refused(422, "validation");
    }

    async fn all_mistakes_of_a_body_are_named_at_once(app: App) {
        app.tea(5).await;
        let mut body = movement("waste", -2);
        body["note"] = json!("a\u{0}b");

        let problem = app.omar().post("/api/movements", body).await.refused(422, "validation");

        let mut wrong = pointers(&problem);
        wrong.sort_unstable();
        assert_eq!(wrong, ["/note", "/quantity", "/reason"]);
    }

    async fn what_is_not_there_is_not_found(app: App) {
        app.tea(0).await;
        let nowhere = json!({ "warehouse": "south", "sku": "TEA-500", "kind": "receive", "quantity": 1 });
        let nothing = json!({ "warehouse": "north", "sku": "NONE", "kind": "receive", "quantity": 1 });

        app.omar().post("/api/movements", nowhere).await.refused(404, "not_found");
        app.omar().post("/api/movements", nothing).await.refused(404, "not_found");
        app.omar().post("/api/movements/999/reverse", json!({})).await.refused(404, "not_found");
    }

    async fn text_that_no_database_can_hold_is_a_mistake(app: App) {
        app.tea(5).await;
        for field in ["warehouse", "sku", "reason", "note", "ref"] {
            let mut body = movement("issue", 1);
            body[field] = json!("a\u{0}");
            let problem = app.omar().post("/api/movements", body).await.refused(422, "validation");
            assert_eq!(pointers(&problem), [format!("/{field}")]);
        }
        let forged = "WyItcmlzayIsWyJcdTAwMDAiLDFdXQ";
        let path = format!("/api/inventory?warehouse=north&cursor={forged}");
        app.vera().get(&path).await.refused(400, "malformed");
        app.vera().get("/api/inventory?warehouse=north&q=%00").await.refused(400, "malformed");
    }

    async fn an_archived_item_gives_stock_but_takes_none(app: App) {
        app.tea(5).await;
        app.policy().await;
        let number = app.asks(3).await;
        app.as_role(aims::domain::access::Role::Admin).delete("/api/items/TEA-500").await.done();

        app.moves("receive", 1).await.refused(409, "archived");
        app.step(&app.ana(), &number, "approve", json!({})).await.refused(409, "archived");
        app.moves("issue", 1).await.done();

        assert_eq!(app.orders("pending").await.len(), 1, "what the policy suggested went");
    }

    async fn a_viewer_moves_nothing(app: App) {
        app.tea(0).await;

        app.vera().post("/api/movements", movement("receive", 1)).await.refused(403, "forbidden");
    }

    async fn a_batch_is_all_or_nothing_and_names_every_bad_line(app: App) {
        app.tea(5).await;
        let mut lost = movement("issue", 1);
        lost["sku"] = json!("NONE");
        let lines = json!({ "movements": [movement("issue", 2), lost, movement("issue", 4)] });

        let problem = app.omar().post("/api/movements/batch", lines).await.refused(422, "validation");

        assert_eq!(pointers(&problem), ["/movements/1", "/movements/2"]);
        assert_eq!(app.row().await["on_hand"], 5);
        let lines = json!({ "movements": [movement("issue", 2), movement("receive", 9)] });
        let posted = app.omar().post("/api/movements/batch", lines).await.done();
        assert_eq!(posted["movements"].as_array().unwrap().len(), 2);
        assert_eq!(posted["inventory"][0]["on_hand"], 12);
    }

    async fn a_movement_is_undone_once(app: App) {
        app.tea(10).await;
        let issue = app.moves("issue", 4).await.done()["movement"].clone();

        let undone = undo(&app.omar(), &issue).await.done();

        assert_eq!(undone["movement"]["reverses"], issue["id"]);
        assert_eq!(undone["inventory"]["on_hand"], 10);
        undo(&app.omar(), &issue).await.refused(409, "already_reversed");
        undo(&app.omar(), &undone["movement"]).await.refused(409, "already_reversed");
    }

    async fn a_repeat_with_the_same_key_gets_the_first_answer(app: App) {
        app.tea(10).await;
        let omar = app.omar().with("idempotency-key", "one");

        let first = omar.post("/api/movements", movement("issue", 4)).await;
        let second = omar.post("/api/movements", movement("issue", 4)).await;

        assert_eq!((first.status, second.status), (201, 201));
        assert_eq!(second.header("idempotency-replayed"), "true");
        assert_eq!(first.text, second.text);
        assert_eq!(app.row().await["on_hand"], 6);
        let other = omar.post("/api/movements", movement("issue", 5)).await;
        other.refused(422, "idempotency_key_reused");
    }

    async fn the_ledger_is_read_newest_first_filtered_and_in_pages(app: App) {
        app.tea(10).await;
        for quantity in 1..=3 {
            app.moves("issue", quantity).await.done();
        }
        let vera = app.vera();

        let first = vera.get("/api/movements?warehouse=north&kind=issue&limit=2").await.done();

        let deltas: Vec<_> = first["data"].as_array().unwrap().iter().map(|m| m["delta"].clone()).collect();
        assert_eq!(deltas, [-3, -2]);
        let cursor = first["next_cursor"].as_str().unwrap();
        let path = format!("/api/movements?warehouse=north&kind=issue&limit=2&cursor={cursor}");
        let second = vera.get(&path).await.done();
        assert_eq!(second["data"][0]["delta"], -1);
        assert_eq!(second["next_cursor"], Value::Null);
        let none = vera.get("/api/movements?sku=TEA-500&until=2020-01-01T00:00:00Z").await.done();
        assert_eq!(none["data"], json!([]));
        vera.get("/api/movements?kind=theft").await.refused(422, "validation");
    }

    async fn the_ledger_can_be_had_as_a_table(app: App) {
        app.tea(10).await;
        let mut body = movement("issue", 1);
        body["note"] = json!("=1+1");
        app.omar().post("/api/movements", body).await.done();

        let csv = app.vera().with("accept", "text/csv").get("/api/movements?warehouse=north").await;

        let lines: Vec<_> = csv.text.lines().collect();
        assert!(lines[0].starts_with("id,warehouse,sku,"), "{}", lines[0]);
        assert!(lines[1].contains(",'=1+1,"), "{}", lines[1]);
        assert_eq!(lines.len(), 3);
    }
}
