//! The catalogue: adding, changing and archiving items. Finding them is in `catalogue.rs`.

use aims::domain::access::Role;
use aims::events::{self, Event};
use aims::ids::WarehouseId;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::client::{Client, Reply};
use crate::support::on_both;

pub(crate) fn tea() -> Value {
    json!({
        "sku": "TEA-500", "name": " Tea 500 g ", "category": "Tea", "unit": "pack",
        "barcodes": [{"code": "4006381333931"}, {"code": "036000291452", "pack_quantity": 6}],
    })
}

async fn edit(ada: &Client, version: i64, wanted: Value) -> Reply {
    let version = format!("\"{version}\"");
    ada.with("if-match", &version)
        .patch("/api/items/TEA-500", wanted)
        .await
}

async fn log(app: &App) -> Vec<Event> {
    let log = app
        .store()
        .read(|db| events::latest(db, WarehouseId(1), 100));
    log.await.unwrap()
}

on_both! {
    async fn an_item_is_added_tidied_and_found_where_the_answer_says(app: App) {
        let ada = app.as_role(Role::Admin);
        let reply = ada.post("/api/items", tea()).await;
        assert_eq!((reply.status, reply.header("etag")), (201, "\"1\""));
        let place = reply.header("location").to_owned();
        let made = reply.done();
        assert_eq!(made["name"], "Tea 500 g");
        assert_eq!(made["barcodes"], json!([
            {"code": "00036000291452", "pack_quantity": 6}, {"code": "04006381333931", "pack_quantity": 1},
        ]));

        assert_eq!(app.as_role(Role::Viewer).get(&place).await.done(), made);
        let cached = ada.with("if-none-match", "\"1\"").get(&place).await;
        assert_eq!(cached.status, 304);
    }

    async fn a_sku_that_needs_escapes_is_found_where_the_answer_says(app: App) {
        let ada = app.as_role(Role::Admin);
        for sku in ["50%", "a+b&c?d#e", "%2F", "x;y=z"] {
            let reply = ada.post("/api/items", json!({"sku": sku, "name": "x"})).await;
            let place = reply.header("location").to_owned();
            reply.done();
            assert_eq!(ada.get(&place).await.done()["sku"], sku);
        }
    }

    async fn the_same_key_adds_an_item_once(app: App) {
        let ada = app.as_role(Role::Admin).with("idempotency-key", "k");
        let first = ada.post("/api/items", tea()).await.done();

        let again = ada.post("/api/items", tea()).await;

        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!((again.header("location"), again.header("etag")), ("/api/items/TEA-500", "\"1\""));
        assert_eq!(again.done(), first);
        let other = ada.post("/api/items", json!({"sku": "X", "name": "x"})).await;
        other.refused(422, "idempotency_key_reused");
    }

    async fn every_mistake_of_a_new_item_is_named(app: App) {
        let wrong = json!({
            "sku": "A B", "name": "\u{7}", "category": "x".repeat(101), "unit": "",
            "barcodes": [{"code": "ok"}, {"code": "", "pack_quantity": 0}],
        });
        let problem = app.as_role(Role::Admin).post("/api/items", wrong).await.refused(422, "validation");
        let errors = problem["errors"].as_array().unwrap();
        let mut pointers: Vec<_> = errors.iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        pointers.sort_unstable();
        let nothing = app.as_role(Role::Admin).post("/api/items", json!({})).await.refused(422, "validation");
        assert_eq!(nothing["errors"].as_array().unwrap().len(), 2, "{nothing}");
        assert_eq!(pointers, ["/barcodes/1/code", "/barcodes/1/pack_quantity", "/category", "/name", "/sku", "/unit"]);
    }

    async fn a_sku_and_a_barcode_belong_to_one_item(app: App) {
        let ada = app.as_role(Role::Admin);
        ada.post("/api/items", tea()).await.done();
        ada.post("/api/items", tea()).await.refused(409, "duplicate_sku");
        let same_code = json!({"sku": "X", "name": "x", "barcodes": [{"code": "(01)04006381333931"}]});
        ada.post("/api/items", same_code).await.refused(409, "duplicate_barcode");
        let twice = json!({"sku": "X", "name": "x", "barcodes": [{"code": "96385074"}, {"code": "0000096385074"}]});
        let problem = ada.post("/api/items", twice).await.refused(422, "validation");
        assert_eq!(problem["errors"][0]["pointer"], "/barcodes/1/code");

        ada.get("/api/items/X").await.refused(404, "not_found");
    }

    async fn an_item_is_edited_from_the_version_one_looked_at(app: App) {
        let ada = app.as_role(Role::Admin);
        ada.post("/api/items", tea()).await.done();
        ada.patch("/api/items/TEA-500", json!({"name": "x"})).await.refused(428, "precondition_required");
        let edited = edit(&ada, 1, json!({"name": "Tea", "barcodes": [{"code": "B-1"}]})).await.done();
        assert_eq!((&edited["name"], &edited["category"]), (&json!("Tea"), &json!("Tea")));
        assert_eq!(edited["barcodes"], json!([{"code": "B-1", "pack_quantity": 1}]));

        let problem = edit(&ada, 1, json!({"name": "Coffee"})).await.refused(412, "stale_version");

        assert_eq!(problem["current"], edited);
        edit(&ada, 2, json!({"nmae": "x"})).await.refused(422, "validation");
        edit(&ada, 2, json!({"name": ""})).await.refused(422, "validation");
    }

    async fn a_sku_stays_once_stock_was_moved(app: App) {
        let ada = app.as_role(Role::Admin);
        ada.post("/api/items", tea()).await.done();
        edit(&ada, 1, json!({"sku": "TEA"})).await.done();
        let back = ada.with("if-match", "\"2\"").patch("/api/items/TEA", json!({"sku": "TEA-500"})).await;
        back.done();
        app.moves("receive", 5).await.done();

        let problem = edit(&ada, 3, json!({"sku": "TEA"})).await.refused(422, "validation");

        assert_eq!(problem["errors"][0]["pointer"], "/sku");
        edit(&ada, 3, json!({"sku": "TEA-500", "name": "The same SKU"})).await.done();
    }

    async fn a_change_is_told_to_the_rooms_that_stock_the_item(app: App) {
        let ada = app.as_role(Role::Admin);
        ada.post("/api/items", tea()).await.done();
        app.moves("receive", 5).await.done();

        edit(&ada, 1, json!({"name": "Green tea"})).await.done();

        let log = log(&app).await;
        let told: Vec<_> = log.iter().take(2).map(|e| (e.event.as_str(), e.change.get())).collect();
        assert_eq!(told, [
            ("inventory-updated", r#"{"verb":"edit"}"#), ("catalog-updated", r#"{"verb":"edit"}"#),
        ]);
        let item: Value = serde_json::from_str(log[1].data.get()).unwrap();
        assert_eq!((&item["kind"], &item["name"]), (&json!("item"), &json!("Green tea")));
        let harbour = app.store().read(|db| events::latest(db, WarehouseId(2), 1));
        assert_eq!(harbour.await.unwrap().len(), 0);
    }

    async fn an_archived_item_is_kept_and_comes_back(app: App) {
        let ada = app.as_role(Role::Admin);
        ada.post("/api/items", tea()).await.done();
        app.moves("receive", 5).await.done();
        let stale = ada.with("if-match", "\"7\"").delete("/api/items/TEA-500").await;
        stale.refused(412, "stale_version");

        for _ in 0..2 {
            assert_eq!(ada.delete("/api/items/TEA-500").await.status, 204);
        }

        let item = ada.get("/api/items/TEA-500").await.done();
        assert_eq!((&item["archived"], &item["version"]), (&json!(true), &json!(2)));
        assert_eq!(log(&app).await[1].change.get(), r#"{"verb":"archive"}"#);
        assert_eq!(edit(&ada, 2, json!({"archived": false})).await.done()["archived"], false);
        ada.delete("/api/items/NONE").await.refused(404, "not_found");
    }

    async fn an_archived_item_wants_nothing_until_it_comes_back(app: App) {
        let ada = app.as_role(Role::Admin);
        app.tea(3).await;
        app.policy().await;
        assert_eq!(app.orders("pending").await.len(), 1);

        ada.delete("/api/items/TEA-500").await;

        assert_eq!(app.orders("pending").await.len(), 0);
        assert_eq!(app.row().await["archived"], true);
        edit(&ada, 2, json!({"archived": false})).await.done();
        assert_eq!(app.orders("pending").await.len(), 1);
    }

    async fn the_catalogue_is_changed_by_administrators_alone(app: App) {
        app.as_role(Role::Admin).post("/api/items", tea()).await.done();
        for role in [Role::Viewer, Role::Operator, Role::Approver] {
            let caller = app.as_role(role);
            caller.post("/api/items", json!({})).await.refused(403, "forbidden");
            edit(&caller, 1, json!({"name": "x"})).await.refused(403, "forbidden");
            caller.delete("/api/items/TEA-500").await.refused(403, "forbidden");
            caller.get("/api/items/TEA-500").await.done();
        }
    }

    async fn many_edits_of_one_version_have_one_winner(app: App) {
        let ada = app.as_role(Role::Admin);
        ada.post("/api/items", tea()).await.done();
        let edits = (0..16).map(|n| edit(&ada, 1, json!({"name": format!("name {n}")})));

        let replies = futures_util::future::join_all(edits).await;

        let won = replies.iter().filter(|reply| reply.status == 200).count();
        let lost = replies.iter().filter(|reply| reply.status == 412).count();
        assert_eq!((won, lost), (1, 15));
    }
}
