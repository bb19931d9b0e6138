//! A proxy stands in the way, in each of the ways they do; or the server is away for half a minute. The page
//! says how it is, shows every change in its mode's time, and comes back by itself.

use std::time::{Duration, Instant};

use actix_rt::time::sleep;
use aims::domain::access::Role;
use futures_util::future::join_all;
use serde_json::json;

use crate::proxy::{Proxy, Way};
use crate::stage::{Stage, journey};
use crate::tour::fits_every_screen;
use crate::window::{BADGE, Window};

const INVENTORY: &str = "/w/north/inventory";
const QUEUE: &str = "/w/north";

/// What stands beside the words of the badge.
const NOTE: &str = "aims-badge [data-field=note]";

/// What is blocked, what the badge says then and beside it, and how many changes one after the other the page
/// must show within how long. A page that only asks every ten seconds shows five in no less than half a minute.
const RUNGS: [(&[Way], &str, &str, i64, Duration); 3] = [
    (
        &[Way::Socket],
        "Live over HTTP",
        "stream",
        5,
        Duration::from_secs(20),
    ),
    (
        &[Way::Handshake, Way::Stream],
        "Live over HTTP",
        "long poll",
        5,
        Duration::from_secs(20),
    ),
    (
        &[Way::Socket, Way::Stream, Way::Wait],
        "Refreshing every 10 s",
        "as of ",
        1,
        Duration::from_secs(20),
    ),
];

/// The page looks for a better way at least so often, whatever was in vain before.
const LOOKS: Duration = Duration::from_mins(2);

/// Where the inventory says how much there is of something.
fn on_hand(sku: &str) -> String {
    format!("[data-sku=\"{sku}\"] [data-field=on_hand]")
}

/// One page goes down the ladder as far as it must, and up again.
async fn down_and_up(stage: &Stage, rung: usize) {
    let (blocked, says, beside, changes, within) = RUNGS[rung];
    let sku = format!("RUNG-{rung}");
    stage.stock(&sku, 40).await;
    let proxy = Proxy::start(&stage.aims.url());
    let window = stage.window_through(proxy.url(), Role::Operator, INVENTORY);
    let window = window.await;
    window.is_live().await;
    window.mark().await;

    proxy.block(blocked);
    // It has tried all that is blocked, so what it says now is where it stays.
    while !blocked.iter().all(|way| proxy.has_refused(*way)) {
        sleep(Duration::from_millis(50)).await;
    }
    window.shows(BADGE, says).await;
    window.shows(NOTE, beside).await;
    fits_every_screen(&window, &format!("badge-{}", blocked.len())).await;

    let began = Instant::now();
    for change in 1..=changes {
        stage.moves_of(&sku, "issue", 1).await;
        let left = (40 - change).to_string();
        window.shows(&on_hand(&sku), &left).await;
    }
    assert!(began.elapsed() < within, "{says}: {:?}", began.elapsed());
    issue_here(&window, &sku, 40 - changes).await;
    window.shows(BADGE, says).await;

    proxy.block(&[]);
    let up = "document.querySelector('aims-badge').dataset.mode == 'socket'";
    window.until_within(LOOKS, up).await;
    window.is_live().await;
    stage.moves_of(&sku, "issue", 1).await;
    let left = (40 - changes - 2).to_string();
    window.shows(&on_hand(&sku), &left).await;
    assert!(window.is_marked().await, "the page was loaded again");
    window.close().await;
}

/// Takes one away with the page's own dialog.
async fn issue_here(window: &Window, sku: &str, before: i64) {
    window
        .click(&format!("[data-sku=\"{sku}\"] [data-move=issue]"))
        .await;
    window.fill("dialog[open] [name=quantity]", "1").await;
    window.click("dialog[open] [type=submit]").await;
    let left = (before - 1).to_string();
    window.shows(&on_hand(sku), &left).await;
}

#[test]
fn a_page_goes_down_the_ladder_when_a_proxy_is_in_the_way_and_up_again() {
    journey(async |stage| {
        join_all((0..RUNGS.len()).map(|rung| down_and_up(&stage, rung))).await;
    });
}

#[test]
fn a_page_that_only_asks_now_and_then_learns_of_a_sign_out_too() {
    journey(async |stage| {
        let proxy = Proxy::start(&stage.aims.url());
        proxy.block(RUNGS[2].0);
        let window = stage.window_through(proxy.url(), Role::Viewer, "/w/north");
        let window = window.await;
        window.shows(BADGE, "Refreshing every 10 s").await;

        // As in another tab.
        window
            .eval("void fetch('/sign-out', { method: 'POST', redirect: 'manual' })")
            .await;

        window.shows(BADGE, "Signed out").await;
        window.close().await;
    });
}

/// How long the server is away.
const AWAY: Duration = Duration::from_secs(30);

/// What is blocked for a page, what it shows, and what its badge says.
const PAGES: [(&[Way], &str, &str); 3] = [
    (&[], INVENTORY, "Real-Time Connected"),
    (RUNGS[0].0, QUEUE, "Live over HTTP"),
    (RUNGS[2].0, INVENTORY, "Refreshing every 10 s"),
];

#[test]
fn pages_end_equal_to_the_database_after_the_server_was_away_for_half_a_minute_of_writes() {
    journey(async |mut stage| {
        stage.stock("CUP-1", 90).await;
        let number = stage.order(18).await;
        let mut pages = Vec::new();
        for (blocked, path, says) in PAGES {
            let proxy = Proxy::start(&stage.aims.url());
            proxy.block(blocked);
            let window = stage.window_through(proxy.url(), Role::Approver, path);
            let window = window.await;
            window.shows(BADGE, says).await;
            window.mark().await;
            pages.push((proxy, window, path));
        }

        stage.aims.kill();
        let killed = Instant::now();
        let down = stage.hand_over();
        let approve = format!("/api/orders/{number}/approve");
        stage.post(Role::Approver, &approve, json!({})).await;
        let writes = write_until(&stage, killed + AWAY).await;
        for (_, window, _) in &pages {
            window.shows(BADGE, "Offline since").await;
        }
        fits_every_screen(&pages[0].1, "badge-offline").await;
        stage.aims = down;
        stage.aims.restart();

        assert!(writes > 60, "only {writes} writes while it was away");
        for (_proxy, window, path) in pages {
            if path == INVENTORY {
                shows_stock(&stage, &window).await;
            } else {
                shows_queue(&stage, &window).await;
            }
            window.miss("aims-badge[data-state=offline]").await;
            assert!(window.is_marked().await, "the page was loaded again");
            window.close().await;
        }
    });
}

/// Writes until then; answers how often.
async fn write_until(stage: &Stage, end: Instant) -> usize {
    for round in 0.. {
        if Instant::now() > end {
            return round * 3;
        }
        stage.moves("receive", 3).await;
        stage.moves_of("CUP-1", "issue", 1).await;
        stage.moves_of("CUP-1", "receive", 2).await;
        if round % 20 == 0 {
            stage.order(6).await;
        }
        sleep(Duration::from_millis(100)).await;
    }
    unreachable!("the rounds do not end by themselves")
}

/// Waits until the inventory page shows what the database has, of everything.
async fn shows_stock(stage: &Stage, window: &Window) {
    let rows = stage.get("/api/inventory?warehouse=north").await;
    let rows = rows["data"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        let sku = row["sku"].as_str().unwrap();
        for field in ["on_hand", "on_order"] {
            let cell = format!("[data-sku=\"{sku}\"] [data-field={field}]");
            let text = format!("document.querySelector({cell:?})?.textContent");
            window.until(&format!("{text} == {}", row[field])).await;
        }
    }
}

/// Waits until the queue has the orders that wait for a decision, and no other.
async fn shows_queue(stage: &Stage, window: &Window) {
    let orders = stage
        .get("/api/orders?warehouse=north&status=pending")
        .await;
    let mut numbers: Vec<_> = orders["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| order["number"].as_str().unwrap().to_owned())
        .collect();
    numbers.sort();
    assert!(!numbers.is_empty());
    let shown = "[...document.querySelectorAll('.order[data-phase=pending]')]\
        .filter((order) => order.checkVisibility()).map((order) => order.dataset.number).sort()";
    window
        .until(&format!(
            "JSON.stringify({shown}) == {:?}",
            json!(numbers).to_string()
        ))
        .await;
}
