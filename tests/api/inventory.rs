//! The table of a warehouse, counting, and history.

use aims::domain::status::{self, Status};
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::on_both;
use crate::support::stock::{TEA, sixes};

fn column(list: &Value, name: &str) -> Vec<Value> {
    let rows = list["data"].as_array().unwrap();
    rows.iter().map(|row| row[name].clone()).collect()
}

/// Puts so much of an item in the north, with a target.
async fn shelf(app: &App, sku: &str, on_hand: i64, target: i64) {
    app.item(sku, &format!("{sku} of the shelf")).await;
    let path = format!("/api/inventory/north/{sku}");
    let mut policy = sixes();
    (policy["target"], policy["min"], policy["mode"]) = (json!(target), json!(0), json!("off"));
    app.ana()
        .with("if-match", "\"0\"")
        .put(&format!("{path}/policy"), policy)
        .await
        .done();
    let count = json!({ "on_hand": on_hand, "expected": 0, "reason": "first count" });
    app.omar().put(&path, count).await.done();
}

async fn list(app: &App, query: &str) -> Value {
    app.vera()
        .get(&format!("/api/inventory?warehouse=north{query}"))
        .await
        .done()
}

on_both! {
    async fn the_riskiest_come_first_and_the_counts_cover_all(app: App) {
        for (n, on_hand) in [0, 2, 4, 6, 9, 10, 15, 16].into_iter().enumerate() {
            shelf(&app, &format!("S{n}"), on_hand, 10).await;
        }
        shelf(&app, "S9", 5, 0).await;

        let all = list(&app, "&count=true").await;

        assert_eq!(column(&all, "sku"), ["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S9"]);
        for row in all["data"].as_array().unwrap() {
            let (on_hand, target) = (row["on_hand"].as_i64().unwrap(), row["target"].as_i64().unwrap());
            assert_eq!(row["status"], status::status(on_hand, target).as_str());
            assert_eq!(row["priority"], status::priority(on_hand, target).as_str());
        }
        let counts = json!({ "out": 1, "critical": 1, "low": 2, "good": 1, "optimal": 2, "over": 1, "none": 1 });
        assert_eq!((&all["counts"], &all["total"]), (&counts, &json!(9)));
        for &status in Status::ALL {
            let some = list(&app, &format!("&status={}&count=true", status.as_str())).await;
            assert_eq!(some["total"], counts[status.as_str()]);
            assert_eq!(some["data"].as_array().unwrap().len(), usize::try_from(some["total"].as_i64().unwrap()).unwrap());
        }
    }

    async fn every_order_can_be_paged_through(app: App) {
        for (n, on_hand) in [3, 0, 3, 7].into_iter().enumerate() {
            shelf(&app, &format!("S{n}"), on_hand, 10).await;
        }
        for sort in ["-risk", "name", "-name", "sku", "on_hand", "-on_hand", "updated_at", "-updated_at"] {
            let whole = column(&list(&app, &format!("&sort={sort}")).await, "sku");
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = list(&app, &format!("&sort={sort}&limit=1{cursor}")).await;
                seen.extend(column(&page, "sku"));
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(seen, whole, "{sort}");
        }
        app.vera().get("/api/inventory?warehouse=north&sort=luck").await.refused(422, "validation");
        app.vera().get("/api/inventory?warehouse=north&cursor=x").await.refused(400, "malformed");
        app.vera().get("/api/inventory?warehouse=north&limit=501").await.refused(422, "validation");
    }

    async fn a_search_finds_name_sku_and_barcode(app: App) {
        shelf(&app, "S-1", 1, 10).await;
        shelf(&app, "X_2", 1, 10).await;

        assert_eq!(column(&list(&app, "&q=s-1").await, "sku"), ["S-1"]);
        assert_eq!(column(&list(&app, "&q=X_2%20OF").await, "sku"), ["X_2"]);
        assert_eq!(column(&list(&app, "&q=_").await, "sku"), ["X_2"]);
        assert_eq!(column(&list(&app, "&q=%25").await, "sku"), [""; 0]);
    }

    async fn a_list_says_what_it_is_exact_for_and_is_not_sent_twice(app: App) {
        app.tea(3).await;
        let first = app.vera().get("/api/inventory?warehouse=north").await;
        let tag = first.header("etag").to_owned();
        let epoch = first.json["epoch"].as_str().unwrap();
        assert!(tag.starts_with(&format!("W/\"north:1:{epoch}:")), "{tag}");
        assert_eq!(first.json["seq"], 1);
        assert_eq!(first.json["epoch"].as_str().map(str::is_empty), Some(false));

        let again = app.vera().with("if-none-match", &tag);

        assert_eq!(again.get("/api/inventory?warehouse=north").await.status, 304);
        assert_eq!(again.get("/api/orders?warehouse=north").await.status, 304);
        assert_eq!(again.get(TEA).await.status, 304);
        app.moves("issue", 1).await.done();
        assert_eq!(again.get("/api/inventory?warehouse=north").await.status, 200);
    }

    async fn a_count_says_what_it_replaces(app: App) {
        app.tea(12).await;
        let omar = app.omar();

        let problem = omar.put(TEA, json!({ "on_hand": 11, "expected": 13 })).await.refused(409, "stock_changed");
        assert_eq!(problem["current"]["on_hand"], 12);
        omar.put(TEA, json!({ "on_hand": 11 })).await.refused(428, "precondition_required");
        omar.put(TEA, json!({ "on_hand": -1, "expected": 12 })).await.refused(422, "validation");
        let counted = omar.put(TEA, json!({ "on_hand": 11, "expected": 12 })).await.done();
        assert_eq!((&counted["movement"]["kind"], &counted["movement"]["delta"]), (&json!("count"), &json!(-1)));
        let right = omar.put(TEA, json!({ "on_hand": 11, "expected": 11 })).await.done();
        assert_eq!((&right["movement"], &right["inventory"]["version"]), (&Value::Null, &json!(2)));
        let over = omar.put(TEA, json!({ "on_hand": 40, "expected": null })).await.done();
        assert_eq!(over["inventory"]["on_hand"], 40);
    }

    async fn a_row_has_the_use_and_the_line_of_thirty_days(app: App) {
        app.tea(12).await;
        app.moves("issue", 3).await.done();

        let row = app.row().await;

        assert_eq!(row["stats"]["daily_use"], 3.0);
        let spark = row["stats"]["spark"].as_array().unwrap();
        assert_eq!((spark.len(), &spark[28], &spark[29]), (30, &json!(0), &json!(9)));
        let history = app.vera().get(&format!("{TEA}/history?days=30")).await.done();
        let balances: Vec<_> = history["points"].as_array().unwrap().iter().map(|p| p["balance"].clone()).collect();
        assert_eq!(balances, [12, 9]);
        app.vera().get(&format!("{TEA}/history?days=0")).await.refused(422, "validation");
    }

    async fn an_item_that_was_never_here_is_an_empty_row(app: App) {
        app.tea(0).await;

        let row = app.row().await;

        assert_eq!((&row["on_hand"], &row["policy_version"], &row["status"]), (&json!(0), &json!(0), &json!("none")));
        assert_eq!(row["stats"]["daily_use"], Value::Null);
        assert_eq!(list(&app, "").await["data"], json!([]));
        app.vera().get("/api/inventory/north/NONE").await.refused(404, "not_found");
        app.vera().get("/api/inventory?warehouse=south").await.refused(404, "not_found");
    }

    async fn the_table_can_be_exported(app: App) {
        app.tea(3).await;

        let csv = app.vera().with("accept", "text/csv").get("/api/inventory?warehouse=north").await;

        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert!(csv.text.lines().nth(1).unwrap().starts_with("north,TEA-500,Tea 500 g,Tea,pack,,3,"), "{}", csv.text);
    }
}
