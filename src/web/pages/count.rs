//! One count sheet: its lines, and the photos that it was made from.

use actix_web::web;
use serde::Deserialize;
use serde_json::Value;

use super::scans::{Equipment, offers};
use super::{Reading, Visit, value};
use crate::config::Config;
use crate::domain::scans;
use crate::domain::sheets::{self, Number};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::web::auth::{May, Viewer};
use crate::web::respond::Response;

/// The parameters of the address.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// The SKU whose boxes are to be shown on the photos.
    item: Option<String>,
}

/// The page.
pub async fn count(
    me: May<Viewer>,
    path: web::Path<(String, String)>,
    query: web::Query<Asked>,
    with: Equipment,
    (store, config): (web::Data<Store>, web::Data<Config>),
) -> Response {
    let (room, number) = path.into_inner();
    let (number, asked): (Number, _) = (number.parse()?, query.into_inner());
    Visit::new(me.into_user(), room, "count", &config)
        .show(&store, move |reading| read(reading, &with, number, asked))
        .await
}

fn read(
    Reading { db, me, at }: Reading<'_>,
    with: &Equipment,
    number: Number,
    asked: Asked,
) -> Result<Value> {
    let sheet = sheets::see(db, me, number)?;
    if sheet.row.head.warehouse_id != at.id {
        return Err(Error::not_found(format_args!("count sheet {number}")));
    }
    let photos = sheet.row.scans.iter();
    let photos = photos
        .map(|number| scans::see(db, me, number.parse()?))
        .collect::<Result<Vec<_>>>()?;
    let mut context = offers(db, with, at.id)?;
    context["scans"] = value(photos)?;
    context["sheet"] = value(sheet)?;
    context["highlight"] = value(asked.item)?;
    Ok(context)
}
