//! What only administrators see: how the live connection stands.

use aims::domain::access::Role;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::on_both;
use crate::support::rows::write;
use crate::tools::people::ROOMS;

async fn live(app: &App) -> Value {
    let ada = app.as_role(Role::Admin);
    ada.get("/api/admin/live").await.done()
}

on_both! {
    async fn an_administrator_sees_who_is_live_and_why_others_were_sent_away(app: App) {
        let vera = app.as_role(Role::Viewer);
        let mut socket = vera.live().await;
        socket.join("north", None).await;
        socket.join("harbour", None).await;
        let _idle = vera.live().await;
        write(app.store(), ROOMS[0], 3).await;

        let here = live(&app).await;
        for (figure, expected) in
            [("sessions", 2), ("subscribers", 2), ("subscriptions", 2), ("rooms", 2), ("events", 3)]
        {
            assert_eq!(here[figure], expected, "{figure}: {here}");
        }
        assert_eq!(here["closes"]["malformed"], 0);
        assert_eq!(here["closes"].as_object().unwrap().len(), 11, "every reason has a counter");

        socket.say(json!({ "type": "sing" })).await;
        socket.seqs(3).await;
        socket.next().await;
        let after = live(&app).await;
        assert_eq!((&after["closes"]["malformed"], &after["subscriptions"]), (&json!(1), &json!(0)));
    }

    async fn nobody_else_sees_it(app: App) {
        app.get("/api/admin/live").await.refused(401, "unauthenticated");
        for role in [Role::Viewer, Role::Operator, Role::Approver] {
            app.as_role(role).get("/api/admin/live").await.refused(403, "forbidden");
        }
    }
}
