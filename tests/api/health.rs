//! Probes, and addresses that nobody has.

use serde_json::json;

use crate::support::app::App;
use crate::support::on_both;

on_both! {
    async fn a_server_that_has_its_database_is_healthy_and_ready(app: App) {
        for path in ["/healthz", "/readyz"] {
            let reply = app.get(path).await;
            assert_eq!(reply.text, "ok", "{path}");
            reply.done();
        }
    }

    async fn an_unknown_address_is_a_problem(app: App) {
        for path in ["/nowhere", "/api/nowhere", "/api/nowhere/1?and=2"] {
            for reply in [
                app.get(path).await,
                app.post(path, json!({})).await,
                app.put(path, json!({})).await,
                app.patch(path, json!({})).await,
                app.delete(path).await,
            ] {
                reply.refused(404, "not_found");
            }
        }
    }

    async fn a_method_that_the_address_does_not_know_is_a_problem(app: App) {
        app.delete("/healthz").await.refused(405, "method_not_allowed");
    }

    async fn an_answer_carries_the_callers_request_id(app: App) {
        let reply = app.with("x-request-id", "trace-7").get("/nowhere").await;

        assert_eq!(reply.header("x-request-id"), "trace-7");
        assert_eq!(reply.refused(404, "not_found")["request_id"], "trace-7");
    }
}
