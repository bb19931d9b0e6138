//! What every route has in common: strangers, unreadable input, the document.

use actix_web::http::Method;
use aims::domain::access::Role;
use aims::web::API;
use serde_json::json;

use crate::support::app::App;
use crate::support::on_both;

/// The one route that lets strangers in.
const OPEN: &str = "/auth/login";

on_both! {
    async fn a_stranger_learns_nothing_from_any_route(app: App) {
        for (path, methods) in API.iter().filter(|(path, _)| *path != OPEN) {
            let path = format!("/api{path}").replace(['{', '}'], "1");
            for method in *methods {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let reply = app.send(method.clone(), &path, "{not json").await;
                assert_eq!(reply.status, 401, "{method} {path}: {}", reply.text);
                reply.refused(401, "unauthenticated");
            }
        }
    }

    async fn an_unreadable_address_is_refused(app: App) {
        let vera = app.as_role(Role::Viewer);
        for path in [
            "/api/items/a%00b", "/api/items/%FF", "/api/items/%C3", "/api/items?q=%00", "/api/items?q=%80",
            "/api/items?category=a%0Ab", "/api/barcodes/%01", "/api/warehouses/%00", "/w/%00",
        ] {
            vera.get(path).await.refused(400, "malformed");
        }
    }

    async fn an_unreadable_body_is_refused(app: App) {
        let ada = app.as_role(Role::Admin);
        let json = ada.with("content-type", "application/json");
        for (body, status, code) in [
            (&b""[..], 400, "malformed"),
            (b"{", 400, "malformed"),
            (b"{\"sku\": \"A\", \"name\": \"a\"} {}", 400, "malformed"),
            (b"{\"sku\": \"\xff\"}", 400, "malformed"),
            (b"[]", 422, "validation"),
            (b"null", 422, "validation"),
            (b"{\"sku\": 1}", 422, "validation"),
        ] {
            json.send(Method::POST, "/api/items", body).await.refused(status, code);
        }
        let huge = vec![b' '; 300 * 1024];
        json.send(Method::POST, "/api/items", huge).await.refused(413, "too_large");
        for kind in ["text/plain", "application/x-www-form-urlencoded"] {
            let other = ada.with("content-type", kind);
            let reply = other.send(Method::POST, "/api/items", "{}").await;
            reply.refused(415, "unsupported_media_type");
        }
    }

    async fn a_wrong_method_is_told_the_right_ones(app: App) {
        let reply = app.as_role(Role::Admin).put("/api/items", json!({})).await;
        assert_eq!(reply.header("allow"), "GET, POST, HEAD");
        reply.refused(405, "method_not_allowed");
    }

    async fn a_bad_if_match_or_key_is_named(app: App) {
        let ada = app.as_role(Role::Admin);
        for tag in ["3", "\"x\"", "W/\"3\"", "\"1\", \"2\""] {
            let reply = ada.with("if-match", tag).patch("/api/items/X", json!({})).await;
            assert_eq!(reply.refused(422, "validation")["errors"][0]["pointer"], "If-Match");
        }
        for key in ["", &"x".repeat(129)] {
            let reply = ada.with("idempotency-key", key).post("/api/items", json!({"sku": "A", "name": "a"})).await;
            assert_eq!(reply.refused(422, "validation")["errors"][0]["pointer"], "Idempotency-Key");
        }
    }

    async fn the_document_and_its_page_come_from_this_server_alone(app: App) {
        let document = app.get("/api/openapi.json").await.done();
        assert!(document["paths"]["/api/items/{sku}"]["patch"].is_object());
        assert_eq!(app.get("/api/docs").await.header("location"), "/api/docs/");
        let page = app.get("/api/docs/").await;
        assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
        for part in ["src=\"", "href=\""] {
            for link in page.text.split(part).skip(1) {
                let link = link.split('"').next().unwrap().trim_start_matches("./");
                assert!(!link.contains("//"), "{link}");
                assert_eq!(app.get(&format!("/api/docs/{link}")).await.status, 200, "{link}");
            }
        }
        app.get("/api/docs/nothing.js").await.refused(404, "not_found");
    }

    async fn every_answer_has_a_request_id_and_safe_headers(app: App) {
        for path in ["/healthz", "/api/me", "/nowhere", "/api/items/%00", "/api/openapi.json"] {
            let reply = app.get(path).await;
            assert_eq!(reply.header("x-request-id").len(), 36, "{path}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
            assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        }
    }
}
