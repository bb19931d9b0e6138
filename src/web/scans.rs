//! `/api/scans`: reading scans and their photos. Having photos looked at is in [`looking`](super::looking), what
//! people make of what was found in [`detections`](super::detections).

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::{May, Viewer};
use super::input::Params;
use super::newest::{self, Which};
use super::respond::{self, Response};
use super::snapshot::Snapshot;
use crate::db::Db;
use crate::domain::page::Page;
use crate::domain::scans::{self, Filter, Number, ScanRow};
use crate::domain::{looks, warehouses, words};
use crate::scanning::{Offer, Scanning};
use crate::store::Store;

const COLUMNS: &[&str] = &[
    "number",
    "warehouse",
    "status",
    "place",
    "detector",
    "detector_version",
    "width",
    "height",
    "found",
    "unmapped",
    "truncated",
    "took_ms",
    "error",
    "sheet",
    "by",
    "created_at",
    "finished_at",
    "version",
];

/// Which scans.
#[derive(Clone, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Asked {
    /// The warehouse's code; all that the caller may see when left out.
    pub warehouse: Option<String>,
    /// Any of these, with commas between: `queued,running`.
    pub status: Option<String>,
    /// Rows at most, 1 to 500; 50 when left out.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// For which warehouse.
#[derive(Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Where {
    /// The warehouse's code; any that the caller may see when left out.
    pub warehouse: Option<String>,
}

/// The detectors.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offers {
    /// All that there are, in the order in which people are offered them.
    data: Vec<Offer>,
}

/// Scans, the newest first; what was found on one is in the scan itself.
#[utoipa::path(get, path = "/api/scans", tag = "scans", params(Asked),
    responses((status = 200, body = Snapshot<ScanRow>), (status = 304), (status = 404, body = respond::ProblemBody)))]
pub async fn list(
    me: May<Viewer>,
    request: HttpRequest,
    query: Params<Asked>,
    store: web::Data<Store>,
) -> Response {
    let asked = query.0;
    let status = words::list(asked.status.as_deref(), "status")?;
    let which = Which {
        warehouse: asked.warehouse.as_deref(),
        limit: asked.limit,
        cursor: asked.cursor.as_deref(),
    };
    let read = |db: &mut Db, warehouses, page: &Page<i64>| {
        scans::list(db, &Filter { warehouses, status }, page)
    };
    newest::list(&request, (&store, me.into_user()), which, COLUMNS, read).await
}

/// Which detectors there are, and why one cannot be used. What was taught counts for its warehouse alone.
#[utoipa::path(get, path = "/api/scans/detectors", tag = "scans", params(Where),
    responses((status = 200, body = Offers), (status = 404, body = respond::ProblemBody)))]
pub async fn detectors(
    me: May<Viewer>,
    query: Params<Where>,
    store: web::Data<Store>,
    scanning: web::Data<Scanning>,
) -> Response {
    let read = move |db: &mut Db| {
        let warehouses = warehouses::among(db, &me, query.0.warehouse.as_deref())?;
        let ids: Vec<_> = warehouses.iter().map(|warehouse| warehouse.id).collect();
        looks::any(db, &ids)
    };
    let taught = store.read(read).await?;
    let data = scanning.offers(taught);
    Ok(respond::row(&Offers { data }, None))
}

/// One scan, with what was found.
#[utoipa::path(get, path = "/api/scans/{number}", tag = "scans", params(("number" = String, Path)),
    responses((status = 200, body = ScanRow), (status = 304), (status = 404, body = respond::ProblemBody)))]
pub async fn one(
    me: May<Viewer>,
    request: HttpRequest,
    number: web::Path<String>,
    store: web::Data<Store>,
) -> Response {
    let number: Number = number.parse()?;
    let read = move |db: &mut Db| db.snapshot(|db| scans::see(db, &me, number));
    let scan = store.read(read).await?;
    Ok(respond::row_unless_current(&request, &scan, scan.version))
}

/// The photo of a scan, upright and without metadata.
#[utoipa::path(get, path = "/api/scans/{number}/photo", tag = "scans", params(("number" = String, Path)),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = 304),
        (status = 404, body = respond::ProblemBody)))]
pub async fn photo(
    me: May<Viewer>,
    request: HttpRequest,
    number: web::Path<String>,
    store: web::Data<Store>,
) -> Response {
    let number: Number = number.parse()?;
    let read = move |db: &mut Db| scans::photo(db, &me, number);
    let (sha256, jpeg) = store.read(read).await?;
    Ok(respond::picture(&request, &sha256, "image/jpeg", jpeg))
}

/// The photo of a scan as a small picture, for lists.
#[utoipa::path(get, path = "/api/scans/{number}/thumbnail", tag = "scans", params(("number" = String, Path)),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = 304),
        (status = 404, body = respond::ProblemBody)))]
pub async fn thumbnail(
    me: May<Viewer>,
    request: HttpRequest,
    number: web::Path<String>,
    store: web::Data<Store>,
) -> Response {
    let number: Number = number.parse()?;
    let read = move |db: &mut Db| scans::thumbnail(db, &me, number);
    let (sha256, jpeg) = store.read(read).await?;
    Ok(respond::picture(&request, &sha256, "image/jpeg", jpeg))
}
