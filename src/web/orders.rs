//! `/api/orders`: asking, and reading the queue. The steps after it are in [`decisions`](super::decisions) and
//! [`receipts`](super::receipts).

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::{May, Operator, Viewer};
use super::csv;
use super::input::{Body, Params, if_match_required};
use super::respond::{self, Response};
use super::shared::{Reading, Shared};
use super::snapshot::{self, Snapshot, Written};
use crate::db::Db;
use crate::domain::orders::{self, Edit, Filter, Number, OrderRow, Place, Request, Sort};
use crate::domain::page::{List, Page};
use crate::domain::{subject, warehouses, words};
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::ids::WarehouseId;
use crate::store::{Answer, Store};

const COLUMNS: &[&str] = &[
    "number",
    "warehouse",
    "sku",
    "name",
    "unit",
    "quantity",
    "quantity_suggested",
    "received",
    "outstanding",
    "status",
    "priority",
    "source",
    "supplier",
    "note",
    "requested_by",
    "requested_at",
    "decided_by",
    "decided_at",
    "decision_note",
    "closed_at",
    "version",
];

/// Which orders.
#[derive(Clone, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Asked {
    /// The warehouse's code; all that the caller may see when left out.
    pub warehouse: Option<String>,
    /// Any of these, with commas between: `pending,approved`.
    pub status: Option<String>,
    /// Of this item.
    pub sku: Option<String>,
    /// `-priority` (the most urgent first, then the longest waiting) when left out; or `-created_at`.
    pub sort: Option<String>,
    /// Rows at most, 1 to 500; 50 when left out.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Everything that happened to an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Told {
    /// The events, the oldest first, as on the live connection.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Event>,
}

impl Asked {
    fn sort(&self) -> Result<Sort> {
        match self.sort.as_deref() {
            None => Ok(Sort::Priority),
            Some(word) => word.parse().map_err(|unknown: words::Unknown| {
                Error::field("sort", "word", format!("{unknown}."))
            }),
        }
    }

    fn read(
        &self,
        db: &mut Db,
        warehouses: Vec<WarehouseId>,
        sort: Sort,
        page: &Page<Place>,
    ) -> Result<List<OrderRow>> {
        let item = match &self.sku {
            Some(sku) => Some(subject::item(db, sku)?),
            None => None,
        };
        let filter = Filter {
            warehouses,
            status: words::list(self.status.as_deref(), "status")?,
            item,
        };
        orders::list(db, &filter, sort, page)
    }
}

/// 200 with an order; its version is the `ETag`.
pub(super) fn shown(order: &OrderRow) -> Result<Answer> {
    Ok(Answer::new(200, order)?.version(order.version))
}

/// Orders, the most urgent first.
#[utoipa::path(get, path = "/api/orders", tag = "orders", params(Asked),
    responses((status = 200, body = Snapshot<OrderRow>), (status = 304), (status = 404, body = respond::ProblemBody)))]
pub async fn list(
    me: May<Viewer>,
    request: HttpRequest,
    query: Params<Asked>,
    store: web::Data<Store>,
    shared: web::Data<Shared<Written>>,
) -> Response {
    let asked = query.0;
    let sort = asked.sort()?;
    let page = Page::new(sort.as_str(), asked.limit, asked.cursor.as_deref())?;
    let export = csv::wanted(&request);
    let page = page.exporting(export);
    let Some(code) = asked.warehouse.clone() else {
        let read = move |db: &mut Db| {
            let visible = warehouses::visible(db, &me)?;
            let all = visible.iter().map(|w| w.id).collect();
            asked.read(db, all, sort, &page)
        };
        let found = Snapshot::at(store.read(|db| db.snapshot(read)).await?, None);
        return csv::list_in(&request, COLUMNS, &found.list, &found);
    };
    let (room, head) = snapshot::head(&store, &me, &code).await?;
    if let Some(response) = snapshot::unchanged_at(&request, &code, &head) {
        return Ok(response);
    }
    let name = (room.id, format!("orders {asked:?}"));
    let read = move |db: &mut Db| {
        let position = events::position(db, room.id)?;
        Ok((asked.read(db, vec![room.id], sort, &page)?, position))
    };
    let read = store.read(|db| db.snapshot(read));
    if export {
        let (list, at) = read.await?;
        let response = csv::list(&request, COLUMNS, &list)?;
        return Ok(snapshot::tagged(response, &code, &at));
    }
    let read = async || {
        let (list, at) = read.await?;
        let found = Snapshot::at(list, Some(at.clone()));
        let what = Written::new(&found.list, &found)?;
        Ok(Reading { at, what })
    };
    let listed = shared.get(name, &head, read).await?;
    let response = csv::written(&request, &listed.what);
    Ok(snapshot::tagged(response, &code, &listed.at))
}

/// Asks for an order.
#[utoipa::path(post, path = "/api/orders", tag = "orders", request_body = Request,
    params(respond::IdempotencyKey),
    responses((status = 201, body = OrderRow), (status = 409, body = respond::ProblemBody)))]
pub async fn request(
    me: May<Operator>,
    body: Body<Request>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let asked = body.value;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let order = orders::request(tx, &me, asked)?;
            let path = format!("/api/orders/{}", order.number);
            Ok(Answer::new(201, &order)?
                .version(order.version)
                .location(path))
        })
        .await?;
    Ok(respond::answer(answer))
}

/// One order.
#[utoipa::path(get, path = "/api/orders/{number}", tag = "orders", params(("number" = String, Path)),
    responses((status = 200, body = OrderRow), (status = 404, body = respond::ProblemBody)))]
pub async fn one(me: May<Viewer>, number: web::Path<String>, store: web::Data<Store>) -> Response {
    let number: Number = number.parse()?;
    let order = store.read(move |db| orders::see(db, &me, number)).await?;
    Ok(respond::row(&order, order.version))
}

/// Changes an order that nobody has decided on.
#[utoipa::path(patch, path = "/api/orders/{number}", tag = "orders", request_body = Edit,
    params(("number" = String, Path), respond::IfMatch),
    responses((status = 200, body = OrderRow), (status = 409, body = respond::ProblemBody),
        (status = 412, body = respond::ProblemBody)))]
pub async fn edit(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Edit>,
    store: web::Data<Store>,
) -> Response {
    let number: Number = number.parse()?;
    let (expected, edit) = (if_match_required(&request)?, body.value);
    let order = store
        .write(me.actor(), move |tx| {
            orders::edit(tx, &me, number, Some(expected), &edit)
        })
        .await?;
    Ok(respond::row(&order, order.version))
}

/// Everything that happened to an order, the oldest first.
#[utoipa::path(get, path = "/api/orders/{number}/events", tag = "orders", params(("number" = String, Path)),
    responses((status = 200, body = Told), (status = 404, body = respond::ProblemBody)))]
pub async fn events(
    me: May<Viewer>,
    number: web::Path<String>,
    store: web::Data<Store>,
) -> Response {
    let number: Number = number.parse()?;
    let data = store
        .read(move |db| orders::events(db, &me, number))
        .await?;
    Ok(respond::row(&Told { data }, None))
}
