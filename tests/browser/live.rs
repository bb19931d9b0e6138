//! What one person does, everybody sees.

use aims::domain::access::Role;
use serde_json::json;

use crate::stage::{Stage, journey};
use crate::window::Window;

/// Where the inventory says how much tea there is.
const ON_HAND: &str = "[data-sku=TEA-500] [data-field=on_hand]";

/// The order's card in a queue.
fn card(number: &str) -> String {
    format!(".order[data-number=\"{number}\"]")
}

async fn both_at_the_queue(stage: &Stage, number: &str) -> [Window; 2] {
    let ana = stage.window(Role::Approver, "/w/north").await;
    let omar = stage.window(Role::Operator, "/w/north").await;
    for window in [&ana, &omar] {
        window.see(&card(number)).await;
        window.mark().await;
    }
    [ana, omar]
}

#[test]
fn an_order_approved_in_one_window_leaves_the_other() {
    journey(async |stage| {
        let number = stage.order(18).await;
        let other = stage.order(6).await;
        let [ana, omar] = both_at_the_queue(&stage, &number).await;

        ana.click(&format!("{} [data-decide] [type=submit]", card(&number)))
            .await;

        for window in [ana, omar] {
            window.miss(&card(&number)).await;
            window.see(&card(&other)).await;
            window.shows(".feed", "Ana Reyes").await;
            assert!(window.is_marked().await, "the page was loaded again");
            window.close().await;
        }
        let order = stage.get(&format!("/api/orders/{number}")).await;
        assert_eq!(
            (&order["status"], &order["decided_by"]),
            (&"approved".into(), &"Ana Reyes".into())
        );
    });
}

#[test]
fn an_order_approved_with_curl_leaves_every_window() {
    journey(async |stage| {
        let number = stage.order(18).await;
        let windows = both_at_the_queue(&stage, &number).await;

        let approve = format!("/api/orders/{number}/approve");
        stage.post(Role::Approver, &approve, json!({})).await;

        for window in windows {
            window.miss(&card(&number)).await;
            assert!(window.is_marked().await, "the page was loaded again");
            window.close().await;
        }
    });
}

#[test]
fn stock_that_one_person_takes_is_less_in_the_other_window() {
    journey(async |stage| {
        let omar = stage.window(Role::Operator, "/w/north/inventory").await;
        let vera = stage.window(Role::Viewer, "/w/north/inventory").await;
        vera.shows(ON_HAND, "40").await;
        vera.mark().await;

        omar.click("[data-sku=\"TEA-500\"] [data-move=issue]").await;
        omar.fill("dialog[open] [name=quantity]", "3").await;
        omar.click("dialog[open] [type=submit]").await;

        for window in [omar, vera] {
            window.shows(ON_HAND, "37").await;
            window.close().await;
        }
        assert_eq!(stage.on_hand().await, 37);
    });
}
