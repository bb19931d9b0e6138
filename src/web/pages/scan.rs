//! One scan: the photo with what was seen on it, and what that comes to.

use std::collections::BTreeSet;

use actix_web::web;
use serde::Deserialize;
use serde_json::Value;

use super::scans::{Equipment, offers};
use super::{Reading, Visit, value};
use crate::db::Db;
use crate::domain::scans::{self, Number, ScanRow};
use crate::domain::sheets::SheetRow;
use crate::domain::{inventory, sheets, subject};
use crate::error::{Error, Result};
use crate::ids::WarehouseId;
use crate::store::Store;
use crate::time::Time;
use crate::web::auth::{May, Viewer};
use crate::web::respond::Response;

/// The parameters of the address.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// The SKU whose boxes are to be shown.
    item: Option<String>,
}

/// The page.
pub async fn scan(
    me: May<Viewer>,
    path: web::Path<(String, String)>,
    query: web::Query<Asked>,
    store: web::Data<Store>,
    with: Equipment,
) -> Response {
    let (room, number) = path.into_inner();
    let (number, asked): (Number, _) = (number.parse()?, query.into_inner());
    Visit::new(me.into_user(), room, "scan", with.2.demo)
        .show(&store, move |reading| read(reading, &with, number, asked))
        .await
}

fn read(
    Reading { db, me, at }: Reading<'_>,
    with: &Equipment,
    number: Number,
    asked: Asked,
) -> Result<Value> {
    let scan = scans::see(db, me, number)?;
    if scan.warehouse_id != at.id {
        return Err(Error::not_found(format_args!("scan {number}")));
    }
    let mut context = offers(db, with, at.id)?;
    context["rows"] = levels(db, at.id, &scan)?;
    context["sheet"] = value(of_scan(db, &scan)?)?;
    context["scan"] = value(scan)?;
    context["highlight"] = value(asked.item)?;
    Ok(context)
}

/// The sheet that it was counted on, if any: what can be done with the scan depends on what became of that.
fn of_scan(db: &mut Db, scan: &ScanRow) -> Result<Option<SheetRow>> {
    let Some(number) = &scan.sheet else {
        return Ok(None);
    };
    let number: sheets::Number = number.parse()?;
    sheets::find(db, number.0).map(Some)
}

/// The levels of what was seen; a photo shows some dozens of items at most.
fn levels(db: &mut Db, at: WarehouseId, scan: &ScanRow) -> Result<Value> {
    let seen = scan.detections.iter().flatten();
    let skus: BTreeSet<_> = seen.filter_map(|one| one.sku.as_deref()).collect();
    let mut rows = Vec::new();
    for sku in skus {
        let item = subject::item(db, sku)?;
        rows.push(inventory::line(db, at, item, Time::now())?);
    }
    value(rows)
}
