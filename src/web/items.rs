//! `/api/items`: the catalogue.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::address::segment;
use super::auth::{Admin, May, Viewer};
use super::csv;
use super::input::{self, Body, Params};
use super::respond::{self, Response};
use crate::domain::items::{self, Archived, EditItem, Filter, Item, NewItem, Sort};
use crate::domain::page::{List, Page};
use crate::domain::text;
use crate::store::{Answer, Store};

/// What a CSV of the catalogue has.
const COLUMNS: [&str; 9] = [
    "sku",
    "name",
    "category",
    "unit",
    "barcodes",
    "archived",
    "version",
    "created_at",
    "updated_at",
];

/// Which items.
#[derive(Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// Text in the SKU, the name or a barcode.
    #[garde(inner(custom(text::line(0, 200))))]
    q: Option<String>,
    /// The category, as it is written.
    #[garde(skip)]
    category: Option<String>,
    /// Archived ones alone, or with the others; none when left out.
    #[serde(default)]
    #[param(inline)]
    #[garde(skip)]
    archived: Archived,
    /// The order.
    #[serde(default)]
    #[param(inline)]
    #[garde(skip)]
    sort: Sort,
    /// Rows at most, 1 to 500; 50 when left out.
    #[garde(skip)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[garde(skip)]
    cursor: Option<String>,
}

/// The catalogue.
#[utoipa::path(get, path = "/api/items", tag = "items", params(Query),
    responses((status = 200, body = List<Item>)))]
pub async fn list(
    _: May<Viewer>,
    request: HttpRequest,
    query: Params<Query>,
    store: web::Data<Store>,
) -> Response {
    let query = query.0;
    let page = Page::new(query.sort.as_str(), query.limit, query.cursor.as_deref())?;
    let page = page.exporting(csv::wanted(&request));
    let filter = Filter {
        q: query
            .q
            .map(|q| q.trim().to_owned())
            .filter(|q| !q.is_empty()),
        category: query.category,
        archived: query.archived,
        sort: query.sort,
    };
    let list = store
        .read(move |db| items::list(db, &filter, &page))
        .await?;
    csv::list(&request, &COLUMNS, &list)
}

/// Adds an item. For administrators.
#[utoipa::path(post, path = "/api/items", tag = "items", request_body = NewItem,
    params(respond::IdempotencyKey),
    responses((status = 201, body = Item), (status = 409, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody)))]
pub async fn create(
    me: May<Admin>,
    body: Body<NewItem>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let item = items::create(tx, &me, &body.value)?;
            let path = format!("/api/items/{}", segment(&item.sku));
            Ok(Answer::new(201, &item)?
                .version(item.version)
                .location(path))
        })
        .await?;
    Ok(respond::answer(answer))
}

/// An item.
#[utoipa::path(get, path = "/api/items/{sku}", tag = "items", params(("sku" = String, Path)),
    responses((status = 200, body = Item), (status = 404, body = respond::ProblemBody)))]
pub async fn get(
    _: May<Viewer>,
    request: HttpRequest,
    sku: web::Path<String>,
    store: web::Data<Store>,
) -> Response {
    let item = store.read(move |db| items::find(db, &sku)).await?;
    Ok(respond::row_unless_current(&request, &item, item.version))
}

/// Changes an item; what the body leaves out stays. For administrators.
#[utoipa::path(patch, path = "/api/items/{sku}", tag = "items", request_body = EditItem,
    params(("sku" = String, Path), respond::IfMatch),
    responses((status = 200, body = Item), (status = 412, body = respond::ProblemBody),
        (status = 428, body = respond::ProblemBody)))]
pub async fn edit(
    me: May<Admin>,
    sku: web::Path<String>,
    body: Body<EditItem>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let expected = input::if_match_required(&request)?;
    let item = store
        .write(me.actor(), move |tx| {
            items::edit(tx, &me, &sku, expected, &body.value)
        })
        .await?;
    Ok(respond::row(&item, item.version))
}

/// Archives an item: it keeps its history and takes no new stock or orders. For administrators.
#[utoipa::path(delete, path = "/api/items/{sku}", tag = "items", params(("sku" = String, Path)),
    responses((status = 204), (status = 404, body = respond::ProblemBody)))]
pub async fn archive(
    me: May<Admin>,
    sku: web::Path<String>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let expected = input::if_match(&request)?;
    store
        .write(me.actor(), move |tx| {
            items::archive(tx, &me, &sku, expected)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
