//! The keyboard's place on a sheet, where what had the focus goes.

use aims::domain::access::Role;
use serde_json::json;

use crate::count::{ENTER, TEA, sheet, type_number};
use crate::stage::journey;

/// The Backspace key (W3C `WebDriver` section 17.4.2).
const BACKSPACE: char = '\u{E003}';

#[test]
fn the_focus_goes_on_where_what_had_it_is_gone() {
    journey(async |stage| {
        stage.stock("OIL", 5).await;
        let page = sheet(&stage, json!({ "skus": ["TEA-500", "OIL"] })).await;
        let omar = stage.window(Role::Operator, &page).await;
        let is_on = |css: &str| format!("document.activeElement.matches({css:?})");

        omar.click(".line[data-sku=OIL] [data-act=remove-line]")
            .await;
        omar.until(&is_on(TEA)).await;
        omar.click(TEA).await;
        type_number(&omar, "41").await;
        omar.press(ENTER).await;
        omar.until(&is_on("[data-act=apply]")).await;
        omar.press(ENTER).await;
        omar.until(&is_on("aims-sheet h1")).await;
        omar.press(ENTER).await;
        omar.shows("aims-sheet", "Applied").await;
        omar.click(".toast [data-act=toast-action]").await;
        omar.shows("aims-sheet", "Undone").await;
        omar.until(&is_on("aims-sheet h1")).await;
        omar.close().await;
    });
}

#[test]
fn what_others_do_leads_nobody_to_a_control_that_acts() {
    journey(async |stage| {
        stage.stock("OIL", 5).await;
        let page = sheet(&stage, json!({ "skus": ["TEA-500", "OIL"] })).await;
        let omar = stage.window(Role::Operator, &page).await;
        let ana = stage.window(Role::Approver, &page).await;
        let is_on = |css: &str| format!("document.activeElement.matches({css:?})");

        omar.click(".line[data-sku=OIL] [name=counted]").await;
        omar.press('1').await;
        ana.click(".line[data-sku=OIL] [data-act=remove-line]")
            .await;
        omar.until(&is_on("#lines-title")).await;

        omar.click(TEA).await;
        omar.press('1').await;
        ana.click(TEA).await;
        type_number(&ana, "41").await;
        ana.press(ENTER).await;
        omar.shows(".line__mark", "Ana counted 41").await;
        omar.shows("[data-act=apply]", "Change 1 item (+1)").await;
        let typed = format!("document.querySelector({TEA:?}).value");
        assert_eq!(omar.eval(&typed).await, "1", "what is typed stays");
        omar.press(BACKSPACE).await;
        omar.click("#lines-title").await;
        assert_eq!(omar.eval(&typed).await, "41", "and nothing typed follows");
        omar.click(TEA).await;
        omar.press('2').await;
        ana.click("[data-act=apply]").await;
        omar.until(&is_on("aims-sheet h1")).await;
        omar.press(ENTER).await;

        omar.shows("aims-sheet", "Applied").await;
        assert_eq!(stage.on_hand().await, 41);
        for window in [omar, ana] {
            window.close().await;
        }
    });
}
