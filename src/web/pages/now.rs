//! Now: how the stock stands, what waits for a decision, what is running out, what just happened.

use actix_web::web;
use serde_json::{Value, json};

use super::{Reading, Rooms, Visit, value};
use crate::domain::inventory::{self, Filter, Sort};
use crate::domain::orders;
use crate::domain::page::Page;
use crate::domain::status::Status;
use crate::error::Result;
use crate::events;
use crate::store::Store;
use crate::time::Time;
use crate::web::auth::{May, Viewer};
use crate::web::respond::Response;

/// Orders in the queue of this page; the orders page has them all.
const ORDERS: i64 = 20;
/// The riskiest rows.
const RISKS: i64 = 8;
/// Lines of news, and how many events are looked through for them: some only follow from others.
const NEWS: usize = 30;
const NEWS_WITHIN: i64 = 90;

/// The verbs of a level that are news by themselves; `STOCK_NEWS` in `static/js/changes.js` is the twin.
const STOCK_NEWS: [&str; 9] = [
    "receive",
    "issue",
    "waste",
    "adjust",
    "count",
    "transfer_in",
    "transfer_out",
    "reverse",
    "policy",
];

/// The verbs of scans and of count sheets that are news; `COUNTING_NEWS` in `static/js/changes.js` is the twin.
const SCAN_NEWS: [&str; 2] = ["done", "fail"];
const SHEET_NEWS: [&str; 3] = ["open", "apply", "undo"];

/// The page.
pub async fn now(
    me: May<Viewer>,
    room: web::Path<String>,
    store: web::Data<Store>,
    rooms: web::Data<Rooms>,
) -> Response {
    Visit::new(me.into_user(), room.into_inner(), "now", rooms.demo)
        .show_to_many(&store, &rooms, String::new(), read)
        .await
}

fn read(Reading { db, at, .. }: Reading<'_>) -> Result<Value> {
    let counts = inventory::counts(db, at.id)?;
    let tiles: Vec<Value> = Status::ALL
        .iter()
        .map(|status| tile(*status, counts.get(status.as_str()).copied().unwrap_or(0)))
        .collect();
    let pending = orders::Filter {
        warehouses: vec![at.id],
        status: vec![orders::Status::Pending],
        item: None,
    };
    let queue = Page::new("-priority", Some(ORDERS), None)?;
    let orders = orders::list(db, &pending, orders::Sort::Priority, &queue)?;
    let risky = Page::new("-risk", Some(RISKS), None)?;
    let risk = inventory::list(db, at.id, &with_target(), Sort::Risk, &risky)?;
    let risk = inventory::stats(db, at.id, risk.data, Time::now())?;
    Ok(json!({
        "tiles": tiles,
        "orders": value(orders.data)?,
        "risk": value(risk)?,
        "feed": news(value(events::latest(db, at.id, NEWS_WITHIN)?)?),
    }))
}

fn tile(status: Status, count: i64) -> Value {
    let (label, sign) = match status {
        Status::Out => ("Out", "⊘"),
        Status::Critical => ("Critical", "▼▼"),
        Status::Low => ("Low", "▼"),
        Status::Good => ("Good", "●"),
        Status::Optimal => ("Optimal", "✓"),
        Status::Over => ("Over", "▲"),
        Status::None => ("No target", "–"),
    };
    json!({ "status": status.as_str(), "label": label, "sign": sign, "count": count })
}

/// Everything that has a target: without one nothing runs out.
fn with_target() -> Filter {
    let has_target = |status: &Status| *status != Status::None;
    Filter {
        status: Status::ALL.iter().copied().filter(has_target).collect(),
        ..Filter::default()
    }
}

/// The events that are told, without those that only follow from another.
fn news(events: Value) -> Vec<Value> {
    let Value::Array(events) = events else {
        return Vec::new();
    };
    let told = events.into_iter().filter(is_news).take(NEWS);
    told.map(headline).collect()
}

fn is_news(event: &Value) -> bool {
    let verb = event["change"]["verb"].as_str().unwrap_or_default();
    match event["event"].as_str() {
        Some("inventory-updated") => STOCK_NEWS.contains(&verb),
        Some("scan-updated") => SCAN_NEWS.contains(&verb),
        Some("count-updated") => SHEET_NEWS.contains(&verb),
        _ => true,
    }
}

/// A line of news does not need every box of a photo and every line of a sheet.
fn headline(mut event: Value) -> Value {
    if let Some(row) = event["data"].as_object_mut() {
        row.remove("detections");
        row.remove("lines");
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_an_order_is_not_told_twice() {
        let events = json!([
            { "event": "inventory-updated", "change": { "verb": "approve" } },
            { "event": "replenishment-updated", "change": { "verb": "approve" } },
            { "event": "inventory-updated", "change": { "verb": "issue" } },
        ]);

        let told = news(events);

        assert_eq!(told.len(), 2);
        assert_eq!(told[0]["event"], "replenishment-updated");
    }

    #[test]
    fn of_photos_and_counts_the_news_is_what_came_of_them() {
        let event = |event, verb| {
            json!({
                "event": event, "change": { "verb": verb },
                "data": { "found": 3, "detections": [{}], "lines": [{}] },
            })
        };
        let events = json!([
            event("scan-updated", "progress"),
            event("scan-updated", "done"),
            event("count-updated", "tally"),
            event("count-updated", "apply"),
        ]);

        let told = news(events);

        let verbs: Vec<_> = told.iter().map(|event| &event["change"]["verb"]).collect();
        assert_eq!(verbs, ["done", "apply"]);
        assert_eq!(told[0]["data"], json!({ "found": 3 }));
    }
}
