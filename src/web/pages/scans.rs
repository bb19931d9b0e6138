//! Scan: the photos of a warehouse, and sending one.

use actix_web::web;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Reading, Visit, value};
use crate::config::Config;
use crate::db::Db;
use crate::domain::looks;
use crate::domain::page::Page;
use crate::domain::scans::{self, Filter};
use crate::error::Result;
use crate::ids::WarehouseId;
use crate::scanning::Scanning;
use crate::store::Store;
use crate::web::auth::{May, Viewer};
use crate::web::respond::Response;
use crate::web::samples::Samples;

/// Photos on one page.
const PHOTOS: i64 = 30;

/// The parameters of the address.
#[derive(Debug, Deserialize)]
pub struct Asked {
    cursor: Option<String>,
}

/// What photos are looked at with, some to try it with, and the settings.
pub(super) type Equipment = (web::Data<Scanning>, web::Data<Samples>, web::Data<Config>);

/// The page.
pub async fn scans(
    me: May<Viewer>,
    room: web::Path<String>,
    query: web::Query<Asked>,
    store: web::Data<Store>,
    with: Equipment,
) -> Response {
    let asked = query.into_inner();
    Visit::new(me.into_user(), room.into_inner(), "scans", with.2.demo)
        .show(&store, move |reading| read(reading, &with, &asked))
        .await
}

fn read(Reading { db, at, .. }: Reading<'_>, with: &Equipment, asked: &Asked) -> Result<Value> {
    let page = Page::new("-id", Some(PHOTOS), asked.cursor.as_deref())?;
    let filter = Filter {
        warehouses: vec![at.id],
        status: Vec::new(),
    };
    let list = scans::list(db, &filter, &page)?;
    let mut context = offers(db, with, at.id)?;
    context["scans"] = value(list.data)?;
    context["next_cursor"] = value(list.next_cursor)?;
    Ok(context)
}

/// What the form for photos needs to know: which detectors there are, whether one can work, and what there is to try
/// them with.
pub(super) fn offers(db: &mut Db, with: &Equipment, at: WarehouseId) -> Result<Value> {
    let (scanning, samples, _) = with;
    let detectors = scanning.offers(looks::any(db, &[at])?);
    Ok(json!({
        "can_scan": detectors.iter().any(|offer| offer.ready),
        "detectors": value(detectors)?,
        "samples": value(&***samples)?,
    }))
}
