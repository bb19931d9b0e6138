//! `/api/barcodes`: what a scanned code means.

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::{May, Viewer};
use super::respond::{self, Response};
use crate::domain::barcodes::{self, Barcode};
use crate::domain::items::{self, Item};
use crate::store::Store;

/// What a code names.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    #[serde(flatten)]
    barcode: Barcode,
    /// The item.
    item: Item,
}

/// The item that a barcode names, and the units that one scan stands for.
///
/// UPC-A, EAN-13, EAN-8, GTIN-14 and UPC-E are looked up as the GTIN of 14 digits.
#[utoipa::path(get, path = "/api/barcodes/{code}", tag = "items", params(("code" = String, Path)),
    responses((status = 200, body = Named), (status = 404, body = respond::ProblemBody)))]
pub async fn find(_: May<Viewer>, code: web::Path<String>, store: web::Data<Store>) -> Response {
    let named = store
        .read(move |db| {
            let (id, barcode) = barcodes::find(db, &code)?;
            let item = items::get(db, id)?;
            Ok(Named { barcode, item })
        })
        .await?;
    Ok(respond::row(&named, None))
}
