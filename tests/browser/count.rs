//! Counting by hand: two people, one sheet, and stock that moves meanwhile.

use aims::domain::access::Role;
use serde_json::json;

use crate::stage::{Stage, journey};
use crate::window::Window;

/// The Tab and Enter keys (W3C `WebDriver` section 17.4.2).
const TAB: char = '\u{E004}';
pub(crate) const ENTER: char = '\u{E007}';

/// Presses of Tab that must be enough to reach anything on a page.
const TABS: usize = 120;

/// The field for what was counted of tea.
pub(crate) const TEA: &str = ".line[data-sku=\"TEA-500\"] [name=counted]";

/// The address of a sheet with these fields.
pub(crate) async fn sheet(stage: &Stage, fields: serde_json::Value) -> String {
    let mut new = json!({ "warehouse": "north", "mode": "count" });
    new.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    let sheet = stage.post(Role::Operator, "/api/sheets", new).await;
    format!("/w/north/counts/{}", sheet["number"].as_str().unwrap())
}

/// Moves the focus with Tab until it is on an element.
async fn tab_to(window: &Window, css: &str) {
    for tabs in 0.. {
        assert!(tabs < TABS, "Tab does not lead to {css}");
        window.press(TAB).await;
        let there = format!("document.activeElement.matches({css:?})");
        if window.eval(&there).await == true {
            return;
        }
    }
}

pub(crate) async fn type_number(window: &Window, number: &str) {
    for key in number.chars() {
        window.press(key).await;
    }
}

#[test]
fn two_people_count_one_sheet_and_decide_what_a_movement_meant() {
    journey(async |stage| {
        let omar = stage.window(Role::Operator, "/w/north/counts").await;
        let vera = stage.window(Role::Viewer, "/w/north/counts").await;
        vera.mark().await;

        omar.fill("aims-new-sheet [role=combobox]", "tea").await;
        omar.see("aims-new-sheet [role=option]").await;
        omar.press(ENTER).await;
        omar.fill("aims-new-sheet [name=title]", "Tea shelf").await;
        omar.click("aims-new-sheet [type=submit]").await;
        omar.until("location.pathname.includes('/counts/CS-')")
            .await;
        omar.is_live().await;
        vera.shows(".sheet", "Tea shelf").await;
        assert!(vera.is_marked().await, "the page was loaded again");
        vera.goto(&omar.path().await).await;
        vera.is_live().await;
        vera.mark().await;

        omar.click(TEA).await;
        type_number(&omar, "38").await;
        omar.press(ENTER).await;
        vera.until(&format!("document.querySelector({TEA:?}).value == '38'"))
            .await;
        vera.shows("[data-field=difference]", "−2").await;

        stage.moves("issue", 3).await;
        for window in [&omar, &vera] {
            window.shows(".line__clash", "40 then, 37 now").await;
            window
                .shows("[data-act=apply]", "1 line to decide on first")
                .await;
        }
        omar.click("[data-act=keep-count]").await;
        vera.shows("[data-act=apply]", "Change 1 item (+1)").await;
        stage.moves("issue", 1).await;
        for window in [&omar, &vera] {
            window
                .shows("[data-act=apply]", "1 line to decide on first")
                .await;
        }
        omar.click("[data-act=keep-difference]").await;
        vera.shows("[data-act=apply]", "Change 1 item (−2)").await;
        omar.click("[data-act=apply]").await;

        for window in [&omar, &vera] {
            window.shows("aims-sheet", "applied by Omar Haddad").await;
        }
        assert_eq!(stage.on_hand().await, 34);
        omar.click("[data-act=undo-sheet]").await;
        vera.shows("aims-sheet", "Undone").await;
        assert_eq!(stage.on_hand().await, 36);
        for window in [omar, vera] {
            window.close().await;
        }
    });
}

#[test]
fn a_scanner_counts_wherever_the_focus_is() {
    journey(async |stage| {
        let page = sheet(&stage, json!({ "skus": ["TEA-500"] })).await;
        let omar = stage.window(Role::Operator, &page).await;
        let ana = stage.window(Role::Approver, &page).await;

        omar.scan("TEA-500").await;
        omar.shows(".scanner__said", "Tea 500 g: 1").await;
        ana.scan("TEA-500").await;
        ana.shows(".scanner__said", "Tea 500 g: 2").await;

        // In a field, what the scanner types is not left there.
        omar.click("[name=code]").await;
        omar.scan("TEA-500").await;
        omar.shows(".scanner__said", "Tea 500 g: 3").await;
        assert_eq!(omar.eval("document.activeElement.value").await, "");
        omar.scan("NO-SUCH-CODE").await;
        omar.shows(".scanner__said", "No item has the code NO-SUCH-CODE")
            .await;

        for window in [omar, ana] {
            window
                .until(&format!("document.querySelector({TEA:?}).value == '3'"))
                .await;
            window.close().await;
        }
    });
}

#[test]
fn a_code_that_is_scanned_into_a_search_or_over_a_dialog_counts_nothing() {
    journey(async |stage| {
        let page = sheet(&stage, json!({ "skus": ["TEA-500"] })).await;
        let number = page.rsplit('/').next().unwrap().to_owned();
        let omar = stage.window(Role::Operator, &page).await;

        omar.click("aims-lines [role=combobox]").await;
        omar.scan("TEA-500").await;
        omar.see("aims-lines [role=option]").await;
        assert_eq!(omar.eval("document.activeElement.value").await, "TEA-500");
        omar.click("aims-sheet h1").await;
        omar.press('?').await;
        omar.see("#shortcuts-dialog[open]").await;
        omar.scan("TEA-500").await;
        omar.eval("document.querySelector('#shortcuts-dialog').close()")
            .await;
        omar.click("aims-sheet h1").await;
        omar.scan("TEA-500").await;

        omar.shows(".scanner__said", "Tea 500 g: 1").await;
        let sheet = stage.get(&format!("/api/sheets/{number}")).await;
        assert_eq!(sheet["lines"][0]["counted"], 1);
        omar.close().await;
    });
}

#[test]
fn a_sheet_is_counted_and_applied_from_the_keyboard_alone() {
    journey(async |stage| {
        let page = sheet(&stage, json!({ "skus": ["TEA-500"] })).await;
        let omar = stage.window(Role::Operator, &page).await;

        tab_to(&omar, TEA).await;
        type_number(&omar, "41").await;
        omar.press(ENTER).await;
        omar.shows("[data-act=apply]", "Change 1 item (+1)").await;
        omar.until("document.activeElement.matches('[data-act=apply]')")
            .await;
        omar.press(ENTER).await;

        omar.shows("aims-sheet", "Applied").await;
        assert_eq!(stage.on_hand().await, 41);
        omar.press('u').await;
        omar.shows("aims-sheet", "Undone").await;
        assert_eq!(stage.on_hand().await, 40);
        omar.close().await;
    });
}

/// As if the connection broke whenever a count is saved.
const PUTS_ARE_LOST: &str = "(window.lost = 0, window.real = window.fetch, window.fetch = (...asked) => \
    asked[1]?.method === 'PUT' ? (window.lost += 1, Promise.reject(new TypeError('lost'))) : window.real(...asked), 0)";

#[test]
fn a_number_that_is_left_by_pressing_apply_is_applied_with_the_others() {
    journey(async |stage| {
        let page = sheet(&stage, json!({ "skus": ["TEA-500"] })).await;
        let number = page.rsplit('/').next().unwrap();
        let line = format!("/api/sheets/{number}/lines/TEA-500");
        stage.put(&line, json!({ "counted": 3 })).await;
        let omar = stage.window(Role::Operator, &page).await;
        omar.shows("[data-act=apply]", "Change 1 item (−37)").await;

        let all = format!("document.querySelector({TEA:?}).select()");
        omar.click(TEA).await;
        omar.eval(&all).await;
        omar.press('-').await;
        omar.press(TAB).await;
        omar.shows(".line__refused", "a whole number").await;
        omar.click("[data-act=apply]").await;
        omar.shows("aims-apply", "no count").await;
        omar.until(&format!("document.activeElement.matches({TEA:?})"))
            .await;
        omar.eval(&all).await;
        type_number(&omar, "4").await;
        omar.press(TAB).await;
        omar.miss(".line__refused").await;

        omar.eval(PUTS_ARE_LOST).await;
        omar.click(TEA).await;
        omar.eval(&all).await;
        type_number(&omar, "38").await;
        omar.press(TAB).await;
        omar.shows(".line__refused", "did not answer").await;
        omar.click("[data-act=apply]").await;
        omar.shows("aims-apply", "Nothing was applied").await;
        assert_eq!(stage.on_hand().await, 40);

        omar.eval("window.fetch = window.real").await;
        omar.click("[data-act=apply]").await;

        omar.shows("aims-sheet", "Applied").await;
        assert_eq!(stage.on_hand().await, 38);
        omar.close().await;
    });
}

#[test]
fn a_blind_sheet_keeps_what_is_expected_to_itself() {
    journey(async |stage| {
        let page = sheet(&stage, json!({ "skus": ["TEA-500"], "blind": true })).await;
        let omar = stage.window(Role::Operator, &page).await;
        let shown = "document.querySelector('.line [data-field=on_hand]').innerText";
        assert_eq!(omar.eval(shown).await, "");

        omar.click(TEA).await;
        type_number(&omar, "39").await;
        omar.press(ENTER).await;
        omar.shows("[data-act=apply]", "Apply 1 count").await;
        omar.press(ENTER).await;

        omar.shows(".line [data-field=on_hand]", "40").await;
        omar.shows(".line [data-field=difference]", "−1").await;
        omar.close().await;
    });
}

#[test]
fn a_sheet_of_what_came_in_says_what_is_on_order() {
    journey(async |stage| {
        let number = stage.order(12).await;
        let approve = format!("/api/orders/{number}/approve");
        stage.post(Role::Approver, &approve, json!({})).await;
        let fields = json!({ "skus": ["TEA-500"], "mode": "receive" });
        let page = sheet(&stage, fields).await;

        let omar = stage.window(Role::Operator, &page).await;
        omar.shows(".line [data-field=awaited]", "12 on order")
            .await;
        omar.close().await;
    });
}

#[test]
fn who_may_not_count_sees_why() {
    journey(async |stage| {
        let page = sheet(&stage, json!({ "skus": ["TEA-500"] })).await;
        let vera = stage.window(Role::Viewer, &page).await;
        vera.see("[data-act=apply]").await;

        let button = "document.querySelector('[data-act=apply]')";
        assert_eq!(vera.eval(&format!("{button}.disabled")).await, true);
        assert_eq!(
            vera.eval(&format!("{button}.title")).await,
            "Needs operator in north"
        );
        assert_eq!(
            vera.eval(&format!("document.querySelector({TEA:?}).disabled"))
                .await,
            true
        );
        vera.close().await;
    });
}

#[test]
fn a_line_of_the_ledger_leads_to_its_sheet() {
    journey(async |stage| {
        let page = sheet(&stage, json!({ "skus": ["TEA-500"] })).await;
        let number = page.rsplit('/').next().unwrap();
        let line = format!("/api/sheets/{number}/lines/TEA-500");
        stage.put(&line, json!({ "counted": 33 })).await;
        let apply = format!("/api/sheets/{number}/apply");
        stage.post(Role::Operator, &apply, json!({})).await;

        let vera = stage.window(Role::Viewer, "/w/north/items/TEA-500").await;
        vera.click(".moves__sheet:not(:empty)").await;

        vera.until(&format!(
            "location.pathname == '{page}' && location.search == '?item=TEA-500'"
        ))
        .await;
        vera.shows("aims-apply", "It changed 1 item (−7)").await;
        vera.close().await;
    });
}
