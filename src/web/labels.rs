//! `/api/labels`: what people said a label means, and how often detectors were right.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::auth::{May, Operator, Viewer};
use super::csv;
use super::input::{Body, Params};
use super::respond::{self, Response};
use crate::db::Db;
use crate::domain::labels::{self, LabelRow, NewLabel};
use crate::domain::page::{List, Page};
use crate::domain::warehouses;
use crate::ids::LabelId;
use crate::store::{Answer, Store};

const COLUMNS: &[&str] = &[
    "id",
    "kind",
    "label",
    "warehouse",
    "sku",
    "units",
    "accepted",
    "corrected",
    "ignored",
];

/// Which labels.
#[derive(Clone, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Asked {
    /// The warehouse's code; all that the caller may see when left out.
    pub warehouse: Option<String>,
    /// Rows at most, 1 to 500; 50 when left out.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The labels, remembered and merely seen, by kind and text. How often each was right is told to administrators.
#[utoipa::path(get, path = "/api/labels", tag = "labels", params(Asked),
    responses((status = 200, body = List<LabelRow>), (status = 404, body = respond::ProblemBody)))]
pub async fn list(
    me: May<Viewer>,
    request: HttpRequest,
    query: Params<Asked>,
    store: web::Data<Store>,
) -> Response {
    let asked = query.0;
    let page = Page::new("label", asked.limit, asked.cursor.as_deref())?;
    let page = page.exporting(csv::wanted(&request));
    let read = move |db: &mut Db| {
        let warehouses = warehouses::among(db, &me, asked.warehouse.as_deref())?;
        labels::list(db, &me, &warehouses, &page)
    };
    csv::list(&request, COLUMNS, &store.read(read).await?)
}

/// Remembers what a label means, in place of what it meant before.
#[utoipa::path(post, path = "/api/labels", tag = "labels", request_body = NewLabel,
    params(respond::IdempotencyKey),
    responses((status = 201, body = LabelRow), (status = 403, body = respond::ProblemBody),
        (status = 404, body = respond::ProblemBody), (status = 422, body = respond::ProblemBody)))]
pub async fn remember(
    me: May<Operator>,
    request: HttpRequest,
    body: Body<NewLabel>,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let new = body.value;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            Answer::new(201, &labels::remember(tx, &me, &new)?)
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Forgets what a label means.
#[utoipa::path(delete, path = "/api/labels/{id}", tag = "labels", params(("id" = i64, Path)),
    responses((status = 204), (status = 403, body = respond::ProblemBody), (status = 404, body = respond::ProblemBody)))]
pub async fn forget(me: May<Operator>, id: web::Path<i64>, store: web::Data<Store>) -> Response {
    let id = LabelId(id.into_inner());
    store
        .write(me.actor(), move |tx| labels::forget(tx, &me, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
