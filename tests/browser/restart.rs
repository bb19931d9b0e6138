//! The server dies and comes back: every window comes back by itself, and misses nothing.

use aims::domain::access::Role;
use serde_json::json;

use crate::stage::journey;
use crate::window::BADGE;

#[test]
fn windows_come_back_after_the_server_was_killed_and_miss_nothing() {
    journey(async |mut stage| {
        let number = stage.order(18).await;
        let ana = stage.window(Role::Approver, "/w/north").await;
        let vera = stage.window(Role::Viewer, "/w/north/inventory").await;
        for window in [&ana, &vera] {
            window.mark().await;
        }

        // What they had no time to hear of, and what happened while nobody served them.
        stage.moves("issue", 3).await;
        let approve = format!("/api/orders/{number}/approve");
        stage.post(Role::Approver, &approve, json!({})).await;
        stage.aims.kill();
        for window in [&ana, &vera] {
            window.shows(BADGE, "Offline since").await;
        }
        let down = stage.hand_over();
        stage.moves("issue", 4).await;
        stage.aims = down;
        stage.aims.restart();

        for window in [&ana, &vera] {
            window.is_live().await;
        }
        ana.miss(&format!(".order[data-number=\"{number}\"]")).await;
        ana.shows("[aria-labelledby=feed-title]", "33 now").await;
        vera.shows("[data-sku=\"TEA-500\"] [data-field=on_hand]", "33")
            .await;
        for window in [ana, vera] {
            assert!(window.is_marked().await, "the page was loaded again");
            window.close().await;
        }
        assert_eq!(stage.on_hand().await, 33);
    });
}
