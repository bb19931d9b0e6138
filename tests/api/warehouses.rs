//! Warehouses, which are rooms too.

use aims::domain::access::Role;
use aims::events::{self, Event};
use aims::ids::WarehouseId;
use serde_json::json;

use crate::support::app::App;
use crate::support::on_both;

async fn newest(app: &App, room: i64) -> Event {
    let newest = app
        .store()
        .read(move |db| events::latest(db, WarehouseId(room), 1));
    newest.await.unwrap().remove(0)
}

on_both! {
    async fn opening_a_warehouse_opens_a_room(app: App) {
        let ada = app.as_role(Role::Admin);
        let reply = ada.post("/api/warehouses", json!({"code": "attic", "name": " The Attic "})).await;
        assert_eq!((reply.status, reply.header("location")), (201, "/api/warehouses/attic"));
        assert_eq!(reply.header("etag"), "\"1\"");
        let attic = json!({"code": "attic", "name": "The Attic", "archived": false, "version": 1, "role": "admin"});
        assert_eq!(reply.done(), attic);

        let event = newest(&app, 3).await;

        assert_eq!((event.event.as_str(), event.seq, event.room.as_str()), ("catalog-updated", 1, "attic"));
        assert!(event.data.get().contains(r#""kind":"warehouse""#), "{}", event.data);
        ada.post("/api/warehouses", json!({"code": "attic", "name": "x"})).await.refused(409, "duplicate_code");
    }

    async fn a_warehouse_is_edited_from_the_version_one_looked_at(app: App) {
        let ada = app.as_role(Role::Admin);
        let renamed = json!({"name": "The North"});
        ada.patch("/api/warehouses/north", renamed.clone()).await.refused(428, "precondition_required");
        let reply = ada.with("if-match", "\"1\"").patch("/api/warehouses/north", renamed.clone()).await;
        assert_eq!(reply.header("etag"), "\"2\"");
        assert_eq!(reply.done()["name"], "The North");

        let stale = ada.with("if-match", "\"1\"").patch("/api/warehouses/north", renamed).await;

        assert_eq!(stale.refused(412, "stale_version")["current"]["version"], 2);
        assert_eq!(newest(&app, 1).await.change.get(), r#"{"verb":"edit"}"#);
    }

    async fn a_warehouse_one_has_no_role_in_does_not_exist(app: App) {
        app.as_role(Role::Admin).post("/api/warehouses", json!({"code": "attic", "name": "Attic"})).await.done();
        let ana = app.as_role(Role::Approver);

        ana.get("/api/warehouses/attic").await.refused(404, "not_found");
        ana.get("/api/warehouses/nowhere").await.refused(404, "not_found");
        let list = ana.get("/api/warehouses").await.done();
        let codes: Vec<_> = list["data"].as_array().unwrap().iter().map(|w| &w["code"]).collect();
        assert_eq!(codes, ["harbour", "north"]);
        ana.get("/api/warehouses/north").await.done();
        let edit = ana.with("if-match", "\"1\"").patch("/api/warehouses/north", json!({"name": "x"})).await;
        edit.refused(403, "forbidden");
        ana.post("/api/warehouses", json!({"code": "mine", "name": "Mine"})).await.refused(403, "forbidden");
    }

    async fn an_archived_warehouse_wants_nothing_and_takes_nothing(app: App) {
        app.tea(3).await;
        app.policy().await;
        assert_eq!(app.orders("pending").await.len(), 1);
        let ada = app.as_role(Role::Admin);

        let archive = ada.with("if-match", "\"1\"").patch("/api/warehouses/north", json!({"archived": true})).await;
        assert_eq!(archive.done()["archived"], true);

        assert_eq!(app.orders("pending").await.len(), 0);
        app.moves("receive", 5).await.refused(409, "archived");
    }

    async fn every_mistake_of_a_new_warehouse_is_named(app: App) {
        let wrong = json!({"code": "No/where", "name": ""});
        let reply = app.as_role(Role::Admin).post("/api/warehouses", wrong).await;
        let problem = reply.refused(422, "validation");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "{problem}");
    }
}
