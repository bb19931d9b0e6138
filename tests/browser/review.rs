//! Somebody goes over what a detector saw: labels are named, looks are taught, photos are added.

use aims::domain::access::Role;
use serde_json::json;

use crate::paste::HOLD;
use crate::scan::scanned;
use crate::stage::{Demo, in_the_demo, journey};
use crate::window::Window;

/// Enter, Escape and the right arrow (W3C `WebDriver` section 17.4.2).
const ENTER: char = '\u{E007}';
const ESCAPE: char = '\u{E00C}';
const RIGHT: char = '\u{E014}';
/// The Delete key.
const DELETE: char = '\u{E017}';

/// A box of tea that counts.
const TEA: &str =
    "[...document.querySelectorAll('.box')].find((box) => box.ariaLabel.startsWith('Black tea'))";

/// Says where the box is that is being added, in percent of the photo.
async fn put_at(window: &Window, [x, y, w, h]: [f64; 4]) {
    let fields = format!(
        "Object.entries({{ x: {x}, y: {y}, w: {w}, h: {h} }}).forEach(([name, value]) => {{ \
            const field = document.querySelector('#box-dialog [name=' + name + ']'); \
            field.value = value; \
            field.dispatchEvent(new Event('change', {{ bubbles: true }})); \
        }})"
    );
    window.eval(&fields).await;
}

/// Where an element is laid, in percent.
async fn place(window: &Window, element: &str) -> [f64; 4] {
    let sides = format!(
        "(({{ left, top, width, height }}) => [left, top, width, height].map(parseFloat))(({element}).style)"
    );
    let sides = window.eval(&sides).await;
    [0, 1, 2, 3].map(|side| sides[side].as_f64().unwrap())
}

async fn boxes(window: &Window) -> i64 {
    let boxes = window
        .eval("document.querySelectorAll('.box').length")
        .await;
    boxes.as_i64().unwrap()
}

async fn focus_is_on(window: &Window, css: &str) {
    window
        .until(&format!("document.activeElement.matches({css:?})"))
        .await;
}

#[test]
fn an_unknown_label_is_named_in_one_step_and_the_keyboard_keeps_its_place() {
    in_the_demo(async |demo: &Demo| {
        let omar = demo.window("omar", "/w/north/scans").await;
        scanned(demo, &omar).await;
        let options = "[...document.querySelector('.unknown [name=remember]').options].map(({ value }) => value).join()";
        assert_eq!(omar.eval(options).await, ",warehouse", "for an operator");
        let order = "[...document.querySelectorAll('.unknown__label :is(select, input)')].map(({ localName }) => localName).join()";
        assert_eq!(omar.eval(order).await, "select,input");

        omar.fill(".unknown [name=remember]", "in North").await;
        omar.fill(".unknown [role=combobox]", "amaretti").await;
        omar.see(".unknown [role=option]").await;
        omar.press(ENTER).await;

        omar.miss(".unknown").await;
        focus_is_on(&omar, "#found-title").await;
        let asked = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/detections')).length";
        assert_eq!(omar.eval(asked).await, 1, "for two boxes");
        omar.close().await;
    });
}

#[test]
fn what_was_not_seen_is_drawn_and_what_is_wrong_is_put_right() {
    in_the_demo(async |demo: &Demo| {
        let omar = demo.window("omar", "/w/north/scans").await;
        scanned(demo, &omar).await;
        let other = demo.window("ana", &omar.path().await).await;

        // A label that nobody knew is given to an item, for as often as it is there.
        omar.fill(".unknown [role=combobox]", "amaretti").await;
        omar.see(".unknown [role=option]").await;
        omar.press(ENTER).await;
        omar.miss(".unknown").await;
        other
            .shows(".found [data-sku=BIS-AMA-200] [data-field=units]", "2")
            .await;

        // One that was missed is drawn.
        omar.click("[data-act=draw]").await;
        omar.drag("[data-frame]", (2, 2), (9, 9)).await;
        omar.fill("#box-dialog [role=combobox]", "cocoa").await;
        omar.see("#box-dialog [role=option]").await;
        omar.press(ENTER).await;
        omar.click("#box-dialog [type=submit]").await;
        other
            .shows(".found [data-sku=COC-POW-250] [data-field=units]", "1")
            .await;

        // And one is no pack after all: with the keyboard, since each box is a button.
        let tea = "[...document.querySelectorAll('.box')].filter((box) => box.ariaLabel.startsWith('Black tea'))";
        omar.eval(&format!("{tea}[0].focus()")).await;
        omar.press(DELETE).await;
        other
            .until(&format!(
                "{tea}.filter((box) => box.dataset.state == 'ignored').length == 1"
            ))
            .await;
        other
            .shows(".found [data-sku=TEA-500] [data-field=units]", "3")
            .await;

        // What others say of a box while it is open is not written over.
        omar.eval(&format!("{tea}[1].click()")).await;
        omar.see("#box-dialog").await;
        other.eval(&format!("{tea}[1].focus()")).await;
        other.press(DELETE).await;
        omar.until(&format!("{tea}[1].dataset.state == 'ignored'"))
            .await;
        omar.click("#box-dialog [type=submit]").await;
        omar.shows("#box-dialog .form__problem", "changed meanwhile")
            .await;
        omar.shows("#box-dialog [data-act=ignore]", "Count it again")
            .await;
        omar.click("#box-dialog [data-act=ignore]").await;
        omar.miss("#box-dialog").await;
        other
            .shows(".found [data-sku=TEA-500] [data-field=units]", "3")
            .await;
        for window in [omar, other] {
            window.close().await;
        }
    });
}

#[test]
fn a_look_is_taught_without_counting_a_pack_twice_or_adding_what_is_refused() {
    in_the_demo(async |demo: &Demo| {
        let omar = demo.window("omar", "/w/north/scans").await;
        scanned(demo, &omar).await;
        let before = boxes(&omar).await;
        omar.click("[data-act=draw]").await;
        omar.press(ESCAPE).await;
        omar.miss("[data-drawing]").await;

        omar.click("[data-act=add]").await;
        focus_is_on(&omar, "#box-dialog [role=combobox]").await;
        omar.fill("#box-dialog [role=combobox]", "black tea").await;
        omar.see("#box-dialog [role=option]").await;
        omar.press(ENTER).await;
        omar.eval("document.querySelector('#box-dialog [name=units]').value = ''")
            .await;
        omar.click("#box-dialog [type=submit]").await;
        omar.shows("#box-dialog .form__problem", "How many units")
            .await;
        focus_is_on(&omar, "#box-dialog [name=units]").await;

        omar.fill("#box-dialog [name=units]", "1").await;
        omar.click("#box-dialog [name=teach]").await;
        put_at(&omar, [0.0, 0.0, 0.3, 0.3]).await;
        omar.click("#box-dialog [type=submit]").await;
        omar.until("document.querySelector('#box-dialog .form__problem').innerText")
            .await;
        omar.see("#box-dialog").await;
        assert_eq!(
            boxes(&omar).await,
            before,
            "nothing is added for a look that is refused"
        );

        let [x, y, w, h] = place(&omar, TEA).await;
        put_at(&omar, [x - w / 2.0, y - h, 2.0 * w, 3.0 * h]).await;
        omar.shows("#box-dialog", "counted here already").await;
        omar.click("#box-dialog [type=submit]").await;
        omar.shows(".toast", "Taught").await;
        omar.miss("#box-dialog").await;
        assert_eq!(
            boxes(&omar).await,
            before,
            "a pack that counts is not counted again"
        );

        let ada = demo.window("ada", "/w/north/scans").await;
        ada.see(".look [name=threshold]").await;
        ada.eval("document.querySelector('.look [name=threshold]').focus()")
            .await;
        ada.press(RIGHT).await;
        ada.until("performance.getEntriesByType('resource').some(({ name }) => /looks\\/\\d+$/.test(name))")
            .await;
        ada.press(RIGHT).await;
        focus_is_on(&ada, ".look [name=threshold]").await;
        ada.click(".look [data-act=forget]").await;
        ada.miss(".look").await;
        focus_is_on(&ada, "#looks-title").await;
        for window in [omar, ada] {
            window.close().await;
        }
    });
}

#[test]
fn a_photo_that_falls_beside_the_box_is_added_where_one_sees_it() {
    in_the_demo(async |demo: &Demo| {
        let omar = demo.window("omar", "/w/north/counts").await;
        omar.fill("aims-new-sheet [name=title]", "Tea shelf").await;
        omar.click("aims-new-sheet [type=submit]").await;
        omar.until("location.pathname.includes('/counts/CS-')")
            .await;
        omar.is_live().await;

        omar.eval(
            "(window.held = new DataTransfer(), \
            window.held.items.add(new File(['x'], 'broken.png', { type: 'image/png' })), true)",
        )
        .await;
        let drop = "document.querySelector('h1').dispatchEvent(\
            new DragEvent('drop', { dataTransfer: window.held, bubbles: true, cancelable: true }))";
        assert_eq!(
            omar.eval(drop).await,
            false,
            "the browser stays on the page"
        );
        omar.see(".more-photos[open] .upload").await;
        omar.until("document.querySelector('.upload progress').hidden")
            .await;
        omar.miss(".upload [data-act=send-again]").await;
        omar.click("[data-act=drop-upload]").await;
        omar.until("!document.querySelector('.upload')").await;
        focus_is_on(&omar, "[name=photos]").await;

        omar.click(".more-photos summary").await;
        omar.miss(".more-photos[open]").await;
        omar.eval(HOLD).await;
        omar.until("window.held?.files.length == 2").await;
        let paste = "document.dispatchEvent(\
            new ClipboardEvent('paste', { clipboardData: window.held, bubbles: true, cancelable: true }))";
        omar.eval(paste).await;
        omar.see(".more-photos[open]").await;
        omar.see("aims-photo").await;
        omar.close().await;
    });
}

#[test]
fn labels_beyond_the_first_page_are_shown_when_somebody_asks() {
    journey(async |stage| {
        for n in 0..201 {
            let label =
                json!({ "kind": "class", "label": format!("box {n:03}"), "sku": "TEA-500" });
            stage.post(Role::Admin, "/api/labels", label).await;
        }
        let ada = stage.window(Role::Admin, "/w/north/scans").await;
        let rows = "document.querySelectorAll('aims-labels tbody tr').length";

        ada.shows("aims-labels", "The first 200 are shown.").await;
        assert_eq!(ada.eval(rows).await, 200);
        ada.eval("document.querySelector('aims-labels [data-act=more]').focus()")
            .await;
        ada.press(ENTER).await;
        ada.until(&format!("{rows} == 201")).await;
        ada.miss("aims-labels [data-act=more]").await;
        focus_is_on(&ada, "#labels-title").await;
        ada.eval("document.querySelector('aims-labels [data-act=forget]').focus()")
            .await;
        ada.press(ENTER).await;
        ada.until(&format!("{rows} == 200")).await;
        focus_is_on(&ada, "#labels-title").await;
        ada.close().await;
    });
}
