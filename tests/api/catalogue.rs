//! Finding items: lists with filters, pages and CSV, and by barcode.

use aims::domain::access::Role;
use serde_json::{Value, json};

use super::items::tea;
use crate::support::app::App;
use crate::support::client::Client;
use crate::support::on_both;

async fn fill(app: &App) -> Client {
    let ada = app.as_role(Role::Admin);
    ada.post("/api/items", tea()).await.done();
    for (sku, name, category) in [
        ("CUP-1", "Cup 100%_white", "Kitchen"),
        ("BUN", "=SUM(A1)", "Bakery"),
        ("ant", "Ant trap", ""),
        ("Z-1", "Ant trap", "Old"),
    ] {
        let item = json!({"sku": sku, "name": name, "category": category});
        ada.post("/api/items", item).await.done();
    }
    ada.delete("/api/items/Z-1").await;
    app.as_role(Role::Viewer)
}

fn skus(list: &Value) -> Vec<&str> {
    let rows = list["data"].as_array().unwrap();
    rows.iter()
        .map(|row| row["sku"].as_str().unwrap())
        .collect()
}

on_both! {
    async fn items_are_searched_by_sku_name_and_barcode(app: App) {
        let vera = fill(&app).await;
        for (query, found) in [
            ("q=tea-5", vec!["TEA-500"]),
            ("q=cUp", vec!["CUP-1"]),
            ("q=4006381333931", vec!["TEA-500"]),
            ("q=0%25_w", vec!["CUP-1"]),
            ("q=%25", vec!["CUP-1"]),
            ("q=_", vec!["CUP-1"]),
            ("q=%5C", vec![]),
            ("category=Tea", vec!["TEA-500"]),
            ("category=tea", vec![]),
            ("archived=true", vec!["Z-1"]),
            ("archived=any&q=trap&sort=name", vec!["ant", "Z-1"]),
            ("q=trap", vec!["ant"]),
            ("q=%20", vec!["BUN", "CUP-1", "TEA-500", "ant"]),
        ] {
            let list = vera.get(&format!("/api/items?{query}")).await.done();
            let mut got = skus(&list);
            if !query.contains("sort") {
                // Which of a capital and a small letter is first is the database's own affair.
                got.sort_unstable();
            }
            assert_eq!(got, found, "{query}");
        }
    }

    async fn pages_in_either_order_meet_every_item_once(app: App) {
        let vera = fill(&app).await;
        for sort in ["sku", "name"] {
            let whole = vera.get(&format!("/api/items?archived=any&sort={sort}")).await.done();
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = format!("/api/items?archived=any&sort={sort}&limit=2{cursor}");
                let page = vera.get(&page).await.done();
                seen.extend(page["data"].as_array().unwrap().clone());
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(Value::Array(seen), whole["data"], "{sort}");
        }
    }

    async fn a_cursor_is_good_for_its_own_order_only(app: App) {
        let vera = fill(&app).await;
        let page = vera.get("/api/items?limit=1").await.done();
        let cursor = page["next_cursor"].as_str().unwrap();
        let other = vera.get(&format!("/api/items?sort=name&cursor={cursor}")).await;
        other.refused(400, "malformed");
        vera.get("/api/items?cursor=made-up").await.refused(400, "malformed");
    }

    async fn a_query_that_is_not_understood_is_refused(app: App) {
        let vera = app.as_role(Role::Viewer);
        for query in ["limit=0", "limit=501", "limit=many", "sort=price", "archived=maybe", "colour=red"] {
            vera.get(&format!("/api/items?{query}")).await.refused(422, "validation");
        }
    }

    async fn the_catalogue_is_exported_without_formulas(app: App) {
        let vera = fill(&app).await.with("accept", "text/csv");
        let reply = vera.get("/api/items?q=sum").await;

        assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
        let mut lines = reply.text.lines();
        assert_eq!(lines.next(), Some("sku,name,category,unit,barcodes,archived,version,created_at,updated_at"));
        assert!(lines.next().unwrap().starts_with("BUN,'=SUM(A1),Bakery,piece,"));
    }

    async fn a_barcode_leads_to_its_item_however_it_was_read(app: App) {
        let vera = fill(&app).await;
        for (read, pack) in [("4006381333931", 1), ("04006381333931", 1), ("36000291452", 0), ("036000291452", 6)] {
            let reply = vera.get(&format!("/api/barcodes/{read}")).await;
            if pack == 0 {
                reply.refused(404, "not_found");
            } else {
                let named = reply.done();
                assert_eq!((&named["pack_quantity"], &named["item"]["sku"]), (&json!(pack), &json!("TEA-500")));
            }
        }
    }
}
