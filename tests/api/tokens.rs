//! API tokens.

use aims::domain::access::Role;
use aims::events::Actor;
use aims::on_db;
use aims::schema::token;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::client::Client;
use crate::support::on_both;

async fn make(owner: &Client) -> (i64, String) {
    let made = owner
        .post("/api/tokens", json!({"name": "till"}))
        .await
        .done();
    let secret = made["token"].as_str().unwrap().to_owned();
    (made["id"].as_i64().unwrap(), secret)
}

fn names(list: &Value) -> Vec<&str> {
    let rows = list["data"].as_array().unwrap();
    rows.iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect()
}

on_both! {
    async fn a_token_acts_for_its_owner_until_revoked(app: App) {
        let vera = app.as_role(Role::Viewer);
        let (id, secret) = make(&vera).await;
        assert!(secret.starts_with("aims_"));
        let till = app.with_token(&secret);
        assert_eq!(till.get("/api/me").await.done()["login"], "vera");

        assert_eq!(vera.delete(&format!("/api/tokens/{id}")).await.status, 204);

        till.get("/api/me").await.refused(401, "unauthenticated");
        vera.delete(&format!("/api/tokens/{id}")).await.refused(404, "not_found");
    }

    async fn a_secret_is_shown_once(app: App) {
        let vera = app.as_role(Role::Viewer).with("idempotency-key", "one");
        let (id, secret) = make(&vera).await;

        let again = vera.post("/api/tokens", json!({"name": "till"})).await;

        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.json["id"], id);
        for reply in [again, vera.get("/api/tokens").await] {
            assert!(!reply.text.contains(&secret), "{}", reply.text);
        }
    }

    async fn tokens_are_their_owners_business(app: App) {
        let (id, _) = make(&app.as_role(Role::Viewer)).await;
        let ada = app.as_role(Role::Admin);

        ada.delete(&format!("/api/tokens/{id}")).await.refused(404, "not_found");
        let list = ada.get("/api/tokens").await.done();
        assert_eq!(names(&list), ["test"]);
    }

    async fn a_list_of_tokens_has_pages(app: App) {
        let vera = app.as_role(Role::Viewer);
        make(&vera).await;
        let first = vera.get("/api/tokens?limit=1").await;
        let next = first.header("link").to_owned();
        let next = next.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
        assert_eq!(names(&first.done()), ["till"]);

        let second = vera.get(next).await.done();

        assert_eq!(names(&second), ["test"]);
        assert_eq!(second["next_cursor"], Value::Null);
    }

    async fn a_token_ends_when_its_time_is_over(app: App) {
        let vera = app.as_role(Role::Viewer);
        let asked = json!({"name": "short", "expires_in_days": 1});
        let made = vera.post("/api/tokens", asked).await.done();
        let till = app.with_token(made["token"].as_str().unwrap());
        till.get("/api/me").await.done();
        let end = app.store().write(Actor::system(), |tx| {
            let now = tx.now();
            on_db!(&mut *tx.db, c => diesel::update(token::table)
                .filter(token::name.eq("short"))
                .set(token::expires_at.eq(now))
                .execute(c))?;
            Ok(())
        });
        end.await.unwrap();

        till.get("/api/me").await.refused(401, "unauthenticated");
    }

    async fn a_token_needs_a_name_and_a_sensible_end(app: App) {
        let vera = app.as_role(Role::Viewer);
        for (asked, pointer) in [
            (json!({"name": "  "}), "/name"),
            (json!({"name": "a\0"}), "/name"),
            (json!({"name": "x", "expires_in_days": 0}), "/expires_in_days"),
            (json!({"name": "x", "expires_in_days": 1e9}), "/expires_in_days"),
            (json!({"name": "x", "expires": 1}), "/expires"),
        ] {
            let problem = vera.post("/api/tokens", asked).await.refused(422, "validation");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
        vera.delete("/api/tokens/one").await.refused(404, "not_found");
    }
}
