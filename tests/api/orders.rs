//! The life of an order.

use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::on_both;

on_both! {
    async fn approving_an_order_counts_it_as_on_order(app: App) {
        app.tea(0).await;
        let number = app.asks(10).await;

        let approved = app.step(&app.ana(), &number, "approve", json!({ "quantity": 12, "note": "two cases" })).await;

        assert_eq!(approved.header("etag"), "\"2\"");
        let approved = approved.done();
        assert_eq!((&approved["status"], &approved["quantity"]), (&json!("approved"), &json!(12)));
        assert_eq!(approved["decided_by"], "Ana Reyes");
        let row = app.row().await;
        assert_eq!((&row["on_hand"], &row["on_order"], &row["pending"]), (&json!(0), &json!(12), &json!(0)));
    }

    async fn an_order_needs_no_body_to_be_approved(app: App) {
        app.tea(0).await;
        let number = app.asks(10).await;
        let path = format!("/api/orders/{}/approve", number.trim_start_matches("RO-"));

        let post = actix_web::http::Method::POST;
        app.ana().send(post, &path, Vec::new()).await.done();

        assert_eq!(app.orders("approved").await.len(), 1);
    }

    async fn the_second_decision_is_told_who_was_first(app: App) {
        app.tea(0).await;
        let number = app.asks(10).await;
        app.step(&app.ana(), &number, "approve", json!({})).await.done();

        let ana = app.ana().with("if-match", "\"1\"");
        let problem = app.step(&ana, &number, "reject", json!({ "note": "no" })).await.refused(409, "order_already_decided");

        assert!(problem["detail"].as_str().unwrap().starts_with("Ana Reyes approved RO-"), "{problem}");
        assert_eq!(problem["current"]["status"], "approved");
    }

    async fn a_decision_on_an_older_version_is_refused(app: App) {
        app.tea(0).await;
        let number = app.asks(10).await;
        let path = format!("/api/orders/{number}");
        app.omar().patch(&path, json!({ "quantity": 11 })).await.refused(428, "precondition_required");
        let omar = app.omar().with("if-match", "\"1\"");
        let edited = omar.patch(&path, json!({ "quantity": 11, "note": "one more" })).await.done();
        assert_eq!((&edited["quantity"], &edited["note"]), (&json!(11), &json!("one more")));

        let ana = app.ana().with("if-match", "\"1\"");
        let problem = app.step(&ana, &number, "approve", json!({})).await.refused(412, "stale_version");

        assert_eq!(problem["current"]["version"], 2);
        let cleared = app.omar().with("if-match", "\"2\"").patch(&path, json!({ "note": null })).await.done();
        assert_eq!((&cleared["note"], &cleared["quantity"]), (&Value::Null, &json!(11)));
    }

    async fn a_rejection_gives_a_reason_and_rests_the_policy(app: App) {
        app.tea(3).await;
        app.policy().await;
        let number = app.orders("pending").await[0]["number"].as_str().unwrap().to_owned();
        app.step(&app.ana(), &number, "reject", json!({})).await.refused(422, "validation");
        app.step(&app.ana(), &number, "reject", json!({ "note": "  " })).await.refused(422, "validation");
        app.step(&app.omar(), &number, "reject", json!({ "note": "no" })).await.refused(403, "forbidden");

        app.step(&app.ana(), &number, "reject", json!({ "note": "strike" })).await.done();

        app.moves("issue", 1).await.done();
        assert_eq!(app.orders("pending").await.len(), 0);
        assert!(app.row().await["snoozed_until"].is_string());
    }

    async fn goods_are_received_in_parts(app: App) {
        app.tea(0).await;
        let number = app.asks(10).await;
        let omar = app.omar();
        app.step(&omar, &number, "receive", json!({ "quantity": 1 })).await.refused(409, "order_not_open");
        app.step(&app.ana(), &number, "approve", json!({})).await.done();

        let part = app.step(&omar, &number, "receive", json!({ "quantity": 4 })).await.done();

        assert_eq!((&part["order"]["status"], &part["order"]["outstanding"]), (&json!("approved"), &json!(6)));
        assert_eq!(part["movement"]["ref"], json!(number));
        assert_eq!((&part["inventory"]["on_hand"], &part["inventory"]["on_order"]), (&json!(4), &json!(6)));
        let over = app.step(&omar, &number, "receive", json!({ "quantity": 7 })).await.refused(422, "over_receipt");
        assert_eq!(over["current"]["outstanding"], 6);
        let rest = json!({ "quantity": 7, "accept_over": true });
        let whole = app.step(&omar, &number, "receive", rest).await.done();
        assert_eq!((&whole["order"]["status"], &whole["order"]["received"]), (&json!("received"), &json!(11)));
        assert_eq!(app.row().await["on_order"], 0);
    }

    async fn an_order_is_closed_after_a_part_and_cancelled_before(app: App) {
        app.tea(0).await;
        let number = app.asks(10).await;
        let (omar, ana) = (app.omar(), app.ana());
        app.step(&ana, &number, "approve", json!({})).await.done();
        app.step(&omar, &number, "close", json!({})).await.refused(409, "order_not_open");
        app.step(&omar, &number, "cancel", json!({})).await.refused(403, "forbidden");
        app.step(&omar, &number, "receive", json!({ "quantity": 4 })).await.done();
        app.step(&ana, &number, "cancel", json!({})).await.refused(409, "order_not_open");

        let closed = app.step(&omar, &number, "close", json!({ "note": "sold out" })).await.done();

        assert_eq!((&closed["status"], &closed["outstanding"]), (&json!("closed_short"), &json!(0)));
        let own = app.asks(5).await;
        let cancelled = app.step(&omar, &own, "cancel", json!({})).await.done();
        assert_eq!((&cancelled["status"], &cancelled["decided_by"]), (&json!("cancelled"), &json!("Omar Haddad")));
    }

    async fn many_decisions_each_have_a_result_of_their_own(app: App) {
        app.tea(0).await;
        let (first, second) = (app.asks(1).await, app.asks(2).await);
        app.step(&app.ana(), &first, "approve", json!({})).await.done();
        let votes = json!({ "decisions": [
            { "number": first, "decision": "approve" },
            { "number": second, "decision": "reject", "note": "no" },
            { "number": "RO-1", "decision": "approve" },
            { "number": "nonsense", "decision": "reject" },
        ] });

        let outcomes = app.ana().post("/api/orders/decisions", votes).await.done();

        let results = outcomes["results"].as_array().unwrap();
        let statuses: Vec<_> = results.iter().map(|result| result["status"].clone()).collect();
        assert_eq!(statuses, [409, 200, 404, 404]);
        assert_eq!(results[0]["problem"]["code"], "order_already_decided");
        assert_eq!(results[1]["order"]["status"], "rejected");
    }

    async fn a_snoozed_suggestion_stays_away(app: App) {
        app.tea(3).await;
        app.policy().await;
        let number = app.orders("pending").await[0]["number"].as_str().unwrap().to_owned();
        app.step(&app.ana(), &number, "snooze", json!({ "days": 91 })).await.refused(422, "validation");

        app.step(&app.ana(), &number, "snooze", json!({ "days": 3 })).await.done();

        assert_eq!(app.orders("pending").await.len(), 0);
        let asked = app.asks(1).await;
        app.step(&app.ana(), &asked, "snooze", json!({ "days": 3 })).await.refused(409, "order_not_open");
    }

    async fn what_happened_to_an_order_is_told_from_the_beginning(app: App) {
        app.tea(0).await;
        let number = app.asks(3).await;
        app.step(&app.ana(), &number, "approve", json!({})).await.done();
        app.step(&app.omar(), &number, "receive", json!({ "quantity": 3 })).await.done();

        let told = app.vera().get(&format!("/api/orders/{number}/events")).await.done();

        let verbs: Vec<_> = told["data"].as_array().unwrap().iter().map(|e| e["change"]["verb"].clone()).collect();
        assert_eq!(verbs, ["request", "approve", "receive"]);
    }

    async fn a_receipt_that_is_undone_is_on_its_way_again(app: App) {
        app.tea(0).await;
        let number = app.asks(3).await;
        app.step(&app.ana(), &number, "approve", json!({})).await.done();
        let receipt = app.step(&app.omar(), &number, "receive", json!({ "quantity": 3 })).await.done();

        let path = format!("/api/movements/{}/reverse", receipt["movement"]["id"]);
        app.omar().post(&path, json!({})).await.done();

        assert_eq!(app.orders("approved").await[0]["received"], 0);
        assert_eq!(app.row().await["on_order"], 3);
    }

    async fn the_queue_is_paged_by_urgency_and_age(app: App) {
        app.tea(0).await;
        let numbers = [app.asks(1).await, app.asks(2).await, app.asks(3).await];
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.vera().get(&format!("/api/orders?warehouse=north&limit=1{cursor}")).await.done();
            seen.push(page["data"][0]["number"].as_str().unwrap().to_owned());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, numbers);
        let newest = app.vera().get("/api/orders?sort=-created_at&status=pending,approved&sku=TEA-500").await.done();
        assert_eq!(newest["data"][0]["number"], json!(numbers[2]));
        app.vera().get("/api/orders/RO-1").await.refused(404, "not_found");
        app.vera().get("/api/orders?status=lost").await.refused(422, "validation");
    }
}
