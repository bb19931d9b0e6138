//! Work without a mouse.

use aims::domain::access::Role;

use crate::stage::journey;

/// The Tab and Enter keys (W3C `WebDriver` section 17.4.2).
const TAB: char = '\u{E004}';
const ENTER: char = '\u{E007}';

/// Presses of Tab that must be enough to reach anything on a page.
const TABS: usize = 120;

#[test]
fn an_order_is_approved_with_two_keys() {
    journey(async |stage| {
        let number = stage.order(18).await;
        let ana = stage.window(Role::Approver, "/w/north").await;
        let card = format!(".order[data-number=\"{number}\"]");
        ana.see(&card).await;

        ana.press('j').await;
        ana.until(&format!("document.activeElement.matches({card:?})"))
            .await;
        ana.press('a').await;

        ana.miss(&card).await;
        let order = stage.get(&format!("/api/orders/{number}")).await;
        assert_eq!(order["status"], "approved");
        ana.close().await;
    });
}

#[test]
fn every_control_of_an_order_can_be_reached_with_tab() {
    journey(async |stage| {
        let number = stage.order(18).await;
        let ana = stage.window(Role::Approver, "/w/north").await;
        let card = format!(".order[data-number=\"{number}\"]");
        let approve = format!("{card} [data-decide] [type=submit]");
        ana.see(&approve).await;

        for tabs in 0.. {
            assert!(tabs < TABS, "Tab does not lead to the order");
            ana.press(TAB).await;
            if ana
                .eval(&format!("document.activeElement.matches({approve:?})"))
                .await
                == true
            {
                break;
            }
        }
        ana.press(ENTER).await;

        ana.miss(&card).await;
        ana.close().await;
    });
}
