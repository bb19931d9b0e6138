//! Every page of the demo, on a phone and on a wide screen, by day and by night: nothing sticks out, no
//! script complains. Leaves the pictures in `target/screenshots/`.

use serde_json::json;

use crate::stage::tour;
use crate::window::Window;

/// Address and name of every page.
const PAGES: &[(&str, &str)] = &[
    ("/w/north", "now"),
    ("/w/north/inventory", "inventory"),
    (
        "/w/north/inventory?status=critical,low&q=tea",
        "inventory-filtered",
    ),
    ("/w/north/orders?tab=approve", "orders-approve"),
    ("/w/north/orders?tab=way", "orders-way"),
    ("/w/north/orders?tab=done", "orders-done"),
    ("/w/north/items/TEA-500", "item"),
    ("/w/north/scans", "scans"),
    ("/w/north/scans/SC-1", "scan"),
    ("/w/north/counts", "counts"),
    ("/w/north/counts?tab=done", "counts-done"),
    ("/w/north/counts/CS-1", "count"),
    ("/w/north/counts/CS-2", "count-by-hand"),
    ("/w/harbour", "now-harbour"),
];

/// Widths of a phone, a tablet, and a wide screen, with their heights.
const SCREENS: &[(u32, u32)] = &[(390, 844), (820, 1180), (1920, 1080)];

/// What is wider than the screen, where the page can be pushed sideways because of it.
const STICKING_OUT: &str = "(({ scrollWidth, clientWidth }) => \
    scrollWidth <= clientWidth ? [] : [...document.body.querySelectorAll('*')] \
        .filter((element) => element.getBoundingClientRect().right > clientWidth) \
        .map((element) => element.outerHTML.slice(0, 120)))(document.documentElement)";

/// Whether the page's ground is darker than its ink.
const IS_DARK: &str = "(([ground, ink]) => ground < ink)(['backgroundColor', 'color'].map( \
    (of) => Number(getComputedStyle(document.documentElement)[of].match(/[0-9.]+/)[0])))";

/// Takes a picture, and makes sure that nothing sticks out.
async fn fits(window: &Window, name: &str, (width, theme): (u32, &str)) {
    let place = format!("{name}-{width}-{theme}");
    window.screenshot(&place).await;
    assert_eq!(window.eval(STICKING_OUT).await, json!([]), "{place}");
    assert_eq!(window.eval(IS_DARK).await, theme == "dark", "{place}");
}

/// The same of what a window shows now, on every screen.
pub(crate) async fn fits_every_screen(window: &Window, name: &str) {
    for theme in ["light", "dark"] {
        for &(width, height) in SCREENS {
            window.screen(width, height, theme).await;
            window.is_drawn().await;
            fits(window, name, (width, theme)).await;
        }
    }
}

/// A photo with a sheet of its own, and a sheet by hand.
async fn something_to_count(window: &Window) {
    window.goto("/w/north/scans").await;
    window.is_live().await;
    window.click("[data-sample]").await;
    window
        .until("document.querySelector('.scan')?.dataset.status == 'done'")
        .await;
    window.goto("/w/north/scans/SC-1").await;
    window.is_live().await;
    window.click("[data-field=make]").await;
    window
        .until("location.pathname.includes('/counts/CS-1')")
        .await;
    window.goto("/w/north/counts").await;
    window.is_live().await;
    window.fill("[name=which]", "a category").await;
    window.click("aims-new-sheet [type=submit]").await;
    window
        .until("location.pathname.includes('/counts/CS-2')")
        .await;
}

#[test]
fn every_page_fits_every_screen_by_day_and_by_night() {
    tour(async |window: &Window| {
        something_to_count(window).await;
        for theme in ["light", "dark"] {
            for &(width, height) in SCREENS {
                window.screen(width, height, theme).await;
                for (path, name) in PAGES {
                    window.goto(path).await;
                    window.is_live().await;
                    fits(window, name, (width, theme)).await;
                }
            }
        }
    });
}
