//! Getting in, and being refused.

use aims::domain::access::Role;

use crate::stage::journey;

#[test]
fn a_page_asks_who_it_is_and_then_goes_where_they_wanted() {
    journey(async |stage| {
        let window = stage.window_at("/w/north/inventory").await;
        window.until("location.pathname == '/sign-in'").await;

        window.fill("[name=login]", "omar").await;
        window.fill("[name=password]", "not his password").await;
        window.click("form [type=submit]").await;
        assert!(!window.text("[role=alert]").await.is_empty());

        window
            .eval("document.querySelector('[name=password]').value = ''")
            .await;
        window
            .fill("[name=password]", crate::tools::people::PASSWORD)
            .await;
        window.click("form [type=submit]").await;
        window
            .until("location.pathname == '/w/north/inventory'")
            .await;
        window.is_live().await;

        window.click(".header__user summary").await;
        window.click("[action='/sign-out'] button").await;
        window.until("location.pathname == '/sign-in'").await;
        window.goto("/w/north").await;
        window.until("location.pathname == '/sign-in'").await;
        window.close().await;
    });
}

#[test]
fn who_may_not_decide_sees_why() {
    journey(async |stage| {
        let number = stage.order(18).await;
        let vera = stage.window(Role::Viewer, "/w/north").await;
        let approve = format!(".order[data-number=\"{number}\"] [data-decide] [type=submit]");
        vera.see(&approve).await;

        let button = format!("document.querySelector({approve:?})");

        assert_eq!(vera.eval(&format!("{button}.disabled")).await, true);
        assert_eq!(
            vera.eval(&format!("{button}.title")).await,
            "Needs approver in north"
        );
        vera.close().await;
    });
}
