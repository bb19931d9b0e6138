//! Stock that goes from one warehouse to another.

use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::on_both;

fn to_the_harbour(quantity: i64) -> Value {
    json!({ "from": "north", "to": "harbour", "sku": "TEA-500", "quantity": quantity })
}

on_both! {
    async fn a_transfer_leaves_here_and_arrives_there(app: App) {
        app.tea(10).await;

        let legs = app.omar().post("/api/transfers", to_the_harbour(4)).await.done();

        let legs = legs["movements"].as_array().unwrap();
        assert_eq!((&legs[0]["kind"], &legs[1]["kind"]), (&json!("transfer_out"), &json!("transfer_in")));
        assert_eq!(legs[0]["group"], legs[1]["group"]);
        assert_eq!(app.row().await["on_hand"], 6);
        let there = app.vera().get("/api/inventory/harbour/TEA-500").await.done();
        assert_eq!(there["on_hand"], 4);
    }

    async fn what_is_not_here_does_not_arrive_there(app: App) {
        app.tea(3).await;

        app.omar().post("/api/transfers", to_the_harbour(4)).await.refused(409, "insufficient_stock");

        let there = app.vera().get("/api/inventory/harbour/TEA-500").await.done();
        assert_eq!((&there["on_hand"], &there["version"]), (&json!(0), &json!(0)));
        let mut nowhere = to_the_harbour(1);
        nowhere["to"] = json!("north");
        app.omar().post("/api/transfers", nowhere).await.refused(422, "validation");
    }

    async fn a_leg_is_undone_with_the_other(app: App) {
        app.tea(10).await;
        let legs = app.omar().post("/api/transfers", to_the_harbour(4)).await.done();
        let path = |leg: usize| format!("/api/movements/{}/reverse", legs["movements"][leg]["id"]);

        let undone = app.omar().post(&path(1), json!({})).await.done();

        assert_eq!(undone["movements"].as_array().unwrap().len(), 2);
        assert_eq!(app.row().await["on_hand"], 10);
        app.omar().post(&path(0), json!({})).await.refused(409, "already_reversed");
    }

    async fn a_transfer_that_was_used_up_there_cannot_be_undone(app: App) {
        app.tea(10).await;
        let legs = app.omar().post("/api/transfers", to_the_harbour(4)).await.done();
        let used = json!({ "warehouse": "harbour", "sku": "TEA-500", "kind": "issue", "quantity": 1 });
        app.omar().post("/api/movements", used).await.done();

        let path = format!("/api/movements/{}/reverse", legs["movements"][0]["id"]);
        app.omar().post(&path, json!({})).await.refused(409, "insufficient_stock");

        assert_eq!(app.row().await["on_hand"], 6);
    }
}
