//! What nobody may do with a count sheet, and what makes no sense: a clear word each, and nothing changed.

use aims::domain::access::Role;
use serde_json::json;

use crate::support::app::App;
use crate::support::on_both;
use crate::support::stock::pointers;

on_both! {
    async fn who_only_looks_counts_nothing(app: App) {
        app.tea(5).await;
        let number = app.count_of_tea().await;
        let vera = app.vera();

        vera.get(&format!("/api/sheets/{number}")).await.done();

        vera.post("/api/sheets", json!({ "warehouse": "north", "mode": "count" })).await.refused(403, "forbidden");
        vera.put(&format!("/api/sheets/{number}/lines/TEA-500"), json!({ "counted": 1 })).await.refused(403, "forbidden");
        for step in ["tally", "apply", "undo", "discard"] {
            app.sheet_step(&vera, &number, step, json!({})).await.refused(403, "forbidden");
        }
        app.get(&format!("/api/sheets/{number}")).await.refused(401, "unauthenticated");
    }

    async fn what_is_not_there_is_not_found(app: App) {
        app.tea(5).await;
        let number = app.count_of_tea().await;

        app.sets(&number, "NONE", json!({ "counted": 1 })).await.refused(404, "not_found");
        app.sets("CS-999", "TEA-500", json!({ "counted": 1 })).await.refused(404, "not_found");
        app.sets("RO-1", "TEA-500", json!({ "counted": 1 })).await.refused(404, "not_found");
        app.omar().delete(&format!("/api/sheets/{number}/lines/NONE")).await.refused(404, "not_found");
        let nowhere = json!({ "warehouse": "attic", "mode": "count" });
        app.omar().post("/api/sheets", nowhere).await.refused(404, "not_found");
        let unknown = json!({ "warehouse": "north", "mode": "count", "skus": ["TEA-500", "NONE"] });
        let problem = app.omar().post("/api/sheets", unknown).await.refused(422, "validation");
        assert_eq!(pointers(&problem), ["/skus/1"]);
    }

    async fn a_body_that_makes_no_sense_is_a_mistake_and_changes_nothing(app: App) {
        app.tea(5).await;
        let number = app.count_of_tea().await;
        for (line, pointer) in [
            (json!({ "counted": -1 }), "/counted"),
            (json!({ "counted": 1.5 }), "/counted"),
            (json!({ "counted": "3" }), "/counted"),
            (json!({ "counted": 1_000_000_000_001_i64 }), "/counted"),
            (json!({ "included": null, "resolution": "keep_both" }), "/resolution"),
            (json!({ "included": "yes" }), "/included"),
        ] {
            let problem = app.sets(&number, "TEA-500", line.clone()).await.refused(422, "validation");
            assert_eq!(pointers(&problem), [pointer], "{line}");
        }
        app.sets(&number, "TEA-500", json!({ "count": 3 })).await.refused(422, "validation");
        for quantity in [json!(1.5), json!(i64::MAX), json!("1"), json!(-1)] {
            let scan = json!({ "sku": "TEA-500", "quantity": quantity });
            let problem = app.sheet_step(&app.omar(), &number, "tally", scan).await.refused(422, "validation");
            assert_eq!(pointers(&problem), ["/quantity"], "{quantity}");
        }
        for new in [
            json!({ "warehouse": "north" }),
            json!({ "warehouse": "north", "mode": "set" }),
            json!({ "warehouse": "north", "mode": "count", "all": true, "bin": "A" }),
            json!({ "warehouse": "north", "mode": "count", "title": "x".repeat(101) }),
            json!({ "warehouse": "north", "mode": "count", "skus": vec!["TEA-500"; 5001] }),
        ] {
            app.omar().post("/api/sheets", new).await.refused(422, "validation");
        }
        assert_eq!(app.sheet(&number).await["version"], 1);
        app.applies(&number).await.refused(422, "validation");
    }

    async fn a_shelf_is_named_in_upper_or_lower_case(app: App) {
        app.tea(5).await;
        app.policy().await;

        for bin in ["A-0", "a-0"] {
            let number = app.opens("count", json!({ "bin": bin })).await;
            assert_eq!(app.sheet(&number).await["line_count"], 1, "{bin}");
        }
        for bin in ["a_0", "%", "B"] {
            let new = json!({ "warehouse": "north", "mode": "count", "bin": bin });
            let problem = app.omar().post("/api/sheets", new).await.refused(422, "validation");
            assert_eq!(pointers(&problem), ["/bin"], "{bin}");
        }
    }

    async fn an_older_version_is_refused_where_one_is_named(app: App) {
        app.tea(5).await;
        let number = app.count_of_tea().await;
        app.sets(&number, "TEA-500", json!({ "counted": 4 })).await.done();
        let (path, old) = (format!("/api/sheets/{number}"), app.omar().with("if-match", "\"1\""));

        let problem = old.patch(&path, json!({ "title": "Shelf 3" })).await.refused(412, "stale_version");

        assert_eq!(problem["current"]["version"], 2);
        app.omar().patch(&path, json!({ "title": "Shelf 3" })).await.refused(428, "precondition_required");
        old.put(&format!("{path}/lines/TEA-500"), json!({ "counted": 3 })).await.refused(412, "stale_version");
        old.delete(&format!("{path}/lines/TEA-500")).await.refused(412, "stale_version");
        for step in ["apply", "discard"] {
            app.sheet_step(&old, &number, step, json!({})).await.refused(412, "stale_version");
        }
        let edited = app.omar().with("if-match", "\"2\"").patch(&path, json!({ "mode": "receive" })).await.done();
        assert_eq!((&edited["mode"], &edited["lines"][0]["difference"]), (&json!("receive"), &json!(4)));
        app.applies(&number).await.done();
        app.sheet_step(&old, &number, "undo", json!({})).await.refused(412, "stale_version");
    }

    async fn an_item_archived_meanwhile_is_named_and_can_be_left_out(app: App) {
        app.tea(5).await;
        app.item("SALT", "Salt").await;
        let number = app.opens("receive", json!({ "skus": ["SALT", "TEA-500"] })).await;
        app.sets(&number, "SALT", json!({ "counted": 3 })).await.done();
        app.sets(&number, "TEA-500", json!({ "counted": 1 })).await.done();
        app.as_role(Role::Admin).delete("/api/items/SALT").await.done();

        let problem = app.applies(&number).await.refused(422, "validation");

        assert_eq!((pointers(&problem), &problem["errors"][0]["code"]), (vec!["/lines/SALT"], &json!("archived")));
        assert_eq!(app.row().await["on_hand"], 5);
        app.sets(&number, "SALT", json!({ "included": false })).await.done();
        app.applies(&number).await.done();
        assert_eq!(app.row().await["on_hand"], 6);
    }
}
