//! Policies: setting them, and what they do by themselves.

use serde_json::json;

use crate::support::app::App;
use crate::support::on_both;
use crate::support::stock::{TEA, pointers, sixes};

on_both! {
    async fn falling_to_the_minimum_raises_one_order_that_says_why(app: App) {
        app.tea(20).await;
        app.policy().await;

        let posted = app.moves("issue", 17).await.done();

        assert_eq!(posted["inventory"]["pending"], 12);
        let orders = app.orders("pending").await;
        assert_eq!(orders.len(), 1);
        assert_eq!(orders[0]["why"]["text"], "3 left, position 3 ≤ min 6; up to 15, in sixes = 12");
        assert_eq!(orders[0]["requested_by"], "AIMS");
        assert_eq!(orders[0]["priority"], "critical");
    }

    async fn the_suggestion_follows_the_need_and_goes_with_it(app: App) {
        app.tea(6).await;
        app.policy().await;
        assert_eq!(app.orders("pending").await[0]["quantity"], 12);

        app.moves("issue", 4).await.done();
        let orders = app.orders("pending").await;
        assert_eq!((orders.len(), &orders[0]["quantity"], &orders[0]["version"]), (1, &json!(18), &json!(2)));
        app.moves("receive", 10).await.done();

        assert_eq!(app.orders("pending").await.len(), 0);
        let gone = &app.orders("cancelled").await[0];
        assert_eq!(gone["decision_note"], "No longer needed: position 12 is above min 6.");
        assert_eq!(app.row().await["pending"], 0);
    }

    async fn what_was_approved_stays_whatever_happens(app: App) {
        app.tea(3).await;
        app.policy().await;
        let number = app.orders("pending").await[0]["number"].as_str().unwrap().to_owned();
        app.step(&app.ana(), &number, "approve", json!({})).await.done();

        app.moves("receive", 100).await.done();

        assert_eq!(app.orders("approved").await.len(), 1);
        assert_eq!(app.row().await["on_order"], 12);
    }

    async fn an_edit_needs_the_version_it_looked_at(app: App) {
        app.tea(0).await;
        let path = format!("{TEA}/policy");
        app.ana().put(&path, sixes()).await.refused(428, "precondition_required");
        assert_eq!(app.vera().get(&path).await.header("etag"), "\"0\"");

        let first = app.ana().with("if-match", "\"0\"").put(&path, sixes()).await;

        assert_eq!(first.header("etag"), "\"1\"");
        let problem = app.ana().with("if-match", "\"0\"").put(&path, sixes()).await.refused(412, "stale_version");
        assert_eq!(problem["current"]["policy_version"], 1);
        app.omar().with("if-match", "\"1\"").put(&path, sixes()).await.refused(403, "forbidden");
    }

    async fn a_policy_that_makes_no_sense_is_refused_whole(app: App) {
        app.tea(0).await;
        let mut policy = sixes();
        (policy["min"], policy["pack"], policy["lead_time_days"]) = (json!(16), json!(0), json!(-1));
        policy["bin"] = json!("x".repeat(41));

        let ana = app.ana().with("if-match", "\"0\"");
        let problem = ana.put(&format!("{TEA}/policy"), policy).await.refused(422, "validation");

        let mut wrong = pointers(&problem);
        wrong.sort_unstable();
        assert_eq!(wrong, ["/bin", "/lead_time_days", "/min", "/pack"]);
    }

    async fn a_run_first_says_and_then_does(app: App) {
        app.tea(3).await;
        app.policy().await;
        let ana = app.ana();
        let number = app.orders("pending").await[0]["number"].as_str().unwrap().to_owned();
        app.step(&ana, &number, "reject", json!({ "note": "no" })).await.done();
        let mut awake = sixes();
        awake["snoozed_until"] = json!("2020-01-01T00:00:00Z");
        ana.with("if-match", "\"2\"").put(&format!("{TEA}/policy"), awake).await.done();
        let north = json!({ "warehouse": "north" });

        let plan = ana.post("/api/replenishment/run?dry_run=true", north.clone()).await.done();

        assert_eq!((&plan["dry_run"], &plan["data"]), (&json!(true), &json!([])));
        assert_eq!(app.orders("pending").await.len(), 1, "the edit judged the need at once");
        ana.post("/api/replenishment/run", north).await.done();
        app.omar().post("/api/replenishment/run", json!({ "warehouse": "north" })).await.refused(403, "forbidden");
    }
}
