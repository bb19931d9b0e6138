//! Item: one item in one warehouse, with its history, ledger, orders and policy.

use actix_web::web;
use serde_json::{Value, json};

use super::{Reading, Visit, value};
use crate::config::Config;
use crate::domain::access::Role;
use crate::domain::page::Page;
use crate::domain::subject::Subject;
use crate::domain::{inventory, items, movements, orders};
use crate::error::Result;
use crate::store::Store;
use crate::time::Time;
use crate::web::auth::{May, Viewer};
use crate::web::respond::Response;

/// Days of the chart until another span is chosen.
const HISTORY_DAYS: i64 = 90;
/// Lines of the ledger and of the list of orders.
const MOVEMENTS: i64 = 50;
const ORDERS: i64 = 20;

/// The page.
pub async fn item(
    me: May<Viewer>,
    path: web::Path<(String, String)>,
    store: web::Data<Store>,
    config: web::Data<Config>,
) -> Response {
    let (room, sku) = path.into_inner();
    Visit::new(me.into_user(), room, "item", config.demo)
        .show(&store, move |reading| read(reading, &sku))
        .await
}

fn read(Reading { db, me, at }: Reading<'_>, sku: &str) -> Result<Value> {
    let of = Subject::find(db, me, &at.code, sku, Role::Viewer)?.item;
    let now = Time::now();
    let lines = movements::Filter {
        warehouses: vec![at.id],
        item: Some(of),
        ..movements::Filter::default()
    };
    let asked = orders::Filter {
        warehouses: vec![at.id],
        status: Vec::new(),
        item: Some(of),
    };
    let ledger = Page::new("id", Some(MOVEMENTS), None)?;
    let newest = Page::new("-created_at", Some(ORDERS), None)?;
    Ok(json!({
        "now": now.to_string(),
        "item": value(items::find(db, sku)?)?,
        "row": value(inventory::line(db, at.id, of, now)?)?,
        "movements": value(movements::list(db, &lines, &ledger)?.data)?,
        "orders": value(orders::list(db, &asked, orders::Sort::CreatedAt, &newest)?.data)?,
        "history": value(inventory::history(db, at.id, of, HISTORY_DAYS, now)?)?,
    }))
}
