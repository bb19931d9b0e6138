//! `/api/inventory`: what lies where.

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::{May, Operator, Viewer};
use super::csv;
use super::input::{Body, Params};
use super::respond::{self, Response};
use super::shared::{Reading, Shared};
use super::snapshot::{self, Snapshot, Written};
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::inventory::{
    self, Count, Counts, Filter, History, InventoryLine, InventoryRow, Place, Sort,
};
use crate::domain::movements::Movement;
use crate::domain::page::{List, Page};
use crate::domain::subject::Subject;
use crate::domain::words;
use crate::error::{Error, Result};
use crate::events::{self, Position};
use crate::ids::WarehouseId;
use crate::store::Store;
use crate::time::Time;

const COLUMNS: &[&str] = &[
    "warehouse",
    "sku",
    "name",
    "category",
    "unit",
    "bin",
    "on_hand",
    "on_order",
    "pending",
    "position",
    "mode",
    "min",
    "target",
    "pack",
    "lead_time_days",
    "supplier",
    "status",
    "priority",
    "version",
    "updated_at",
    "updated_by",
];

/// Which rows of a warehouse, and how.
#[derive(Clone, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Asked {
    /// The warehouse's code.
    pub warehouse: String,
    /// Any of these, with commas between: `critical,low`.
    pub status: Option<String>,
    /// Of this category.
    pub category: Option<String>,
    /// With this in SKU, name or barcode.
    #[garde(length(chars, max = 100))]
    pub q: Option<String>,
    /// Only what has a target and is at or below its minimum.
    #[serde(default)]
    pub below_min: bool,
    /// Also items that are archived.
    #[serde(default)]
    pub include_archived: bool,
    /// `-risk` (the riskiest first) when left out; `name`, `-name`, `sku`, `on_hand`, `-on_hand`,
    /// `updated_at` or `-updated_at`.
    pub sort: Option<String>,
    /// Adds `total`, the rows that pass the filter, and `counts`, how many of the whole warehouse have
    /// each status.
    #[serde(default)]
    pub count: bool,
    /// Rows at most, 1 to 500; 50 when left out.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A page of a warehouse's table.
#[derive(Debug, Serialize, ToSchema)]
pub struct Table {
    /// The page.
    #[serde(flatten)]
    page: Snapshot<InventoryLine>,
    /// Rows that pass the filter, on all pages; with `count=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
    /// Items of the whole warehouse in each status; with `count=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, i64>>)]
    counts: Option<Counts>,
}

/// How far back.
#[derive(Clone, Copy, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Window {
    /// Days, 1 to 365; 90 when left out.
    #[garde(range(min = 1, max = 365))]
    days: Option<i64>,
}

/// What setting a level changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counted {
    /// The ledger's line; null when the count was right.
    movement: Option<Movement>,
    /// The row as it is now.
    inventory: InventoryRow,
}

/// What a list asks for, understood.
struct Question {
    asked: Asked,
    filter: Filter,
    sort: Sort,
    page: Page<Place>,
}

impl Question {
    fn of(asked: Asked, export: bool) -> Result<Self> {
        let sort = match asked.sort.as_deref() {
            None => Sort::Risk,
            Some(word) => word.parse().map_err(|unknown: words::Unknown| {
                Error::field("sort", "word", format!("{unknown}."))
            })?,
        };
        let page = Page::new(sort.as_str(), asked.limit, asked.cursor.as_deref())?;
        let filter = Filter {
            status: words::list(asked.status.as_deref(), "status")?,
            category: asked
                .category
                .clone()
                .filter(|category| !category.is_empty()),
            q: asked.q.clone().filter(|q| !q.is_empty()),
            below_min: asked.below_min,
            include_archived: asked.include_archived,
        };
        Ok(Self {
            asked,
            filter,
            sort,
            page: page.exporting(export),
        })
    }

    fn rows(&self, db: &mut Db, user: &User) -> Result<(List<InventoryRow>, Position)> {
        let (warehouse, position) = snapshot::room(db, user, &self.asked.warehouse)?;
        let list = inventory::list(db, warehouse.id, &self.filter, self.sort, &self.page)?;
        Ok((list, position))
    }

    fn table(&self, db: &mut Db, at: WarehouseId) -> Result<(Table, Position)> {
        let (position, count) = (events::position(db, at)?, self.asked.count);
        let List { data, next_cursor } =
            inventory::list(db, at, &self.filter, self.sort, &self.page)?;
        let list = List {
            data: inventory::stats(db, at, data, Time::now())?,
            next_cursor,
        };
        let total = count
            .then(|| inventory::total(db, at, &self.filter))
            .transpose()?;
        let counts = count.then(|| inventory::counts(db, at)).transpose()?;
        let table = Table {
            page: Snapshot::at(list, Some(position.clone())),
            total,
            counts,
        };
        Ok((table, position))
    }
}

/// The table of a warehouse, the riskiest first.
///
/// `epoch` and `seq` say which place in the room's log it is exact for: join the room with them, and no event
/// is missed or applied twice.
#[utoipa::path(get, path = "/api/inventory", tag = "inventory", params(Asked),
    responses((status = 200, body = Table), (status = 304), (status = 404, body = respond::ProblemBody)))]
pub async fn list(
    me: May<Viewer>,
    request: HttpRequest,
    query: Params<Asked>,
    store: web::Data<Store>,
    shared: web::Data<Shared<Written>>,
) -> Response {
    let export = csv::wanted(&request);
    let question = Question::of(query.0, export)?;
    let code = question.asked.warehouse.clone();
    let (room, head) = snapshot::head(&store, &me, &code).await?;
    if let Some(response) = snapshot::unchanged_at(&request, &code, &head) {
        return Ok(response);
    }
    if export {
        let read = move |db: &mut Db| db.snapshot(|db| question.rows(db, &me));
        let (list, position) = store.read(read).await?;
        let response = csv::list(&request, COLUMNS, &list)?;
        return Ok(snapshot::tagged(response, &code, &position));
    }
    let name = (room.id, format!("inventory {:?}", question.asked));
    let read = async || {
        let read = move |db: &mut Db| db.snapshot(|db| question.table(db, room.id));
        let (table, at) = store.read(read).await?;
        let what = Written::new(&table.page.list, &table)?;
        Ok(Reading { at, what })
    };
    let listed = shared.get(name, &head, read).await?;
    let response = csv::written(&request, &listed.what);
    Ok(snapshot::tagged(response, &code, &listed.at))
}

/// One row. An item that was never in the warehouse is shown with nothing there.
#[utoipa::path(get, path = "/api/inventory/{warehouse}/{sku}", tag = "inventory",
    params(("warehouse" = String, Path), ("sku" = String, Path)),
    responses((status = 200, body = InventoryLine), (status = 304), (status = 404, body = respond::ProblemBody)))]
pub async fn one(
    me: May<Viewer>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    store: web::Data<Store>,
) -> Response {
    let (code, sku) = path.into_inner();
    if let Some(response) = snapshot::unchanged(&request, &store, &me, &code).await? {
        return Ok(response);
    }
    let room = code.clone();
    let read = move |db: &mut Db| {
        db.snapshot(|db| {
            let (warehouse, position) = snapshot::room(db, &me, &room)?;
            let subject = Subject::within(db, warehouse, &sku)?;
            let line = inventory::line(db, subject.warehouse.id, subject.item, Time::now())?;
            Ok((line, position))
        })
    };
    let (line, position) = store.read(read).await?;
    let response = respond::row(&line, None);
    if line.row.version == 0 {
        // A room that never stocked the item is not told when the item changes.
        return Ok(response);
    }
    Ok(snapshot::tagged(response, &code, &position))
}

/// Sets a level to what was counted; the difference is a `count` movement.
#[utoipa::path(put, path = "/api/inventory/{warehouse}/{sku}", tag = "inventory", request_body = Count,
    params(("warehouse" = String, Path), ("sku" = String, Path)),
    responses((status = 200, body = Counted), (status = 409, body = respond::ProblemBody),
        (status = 428, body = respond::ProblemBody)))]
pub async fn set(
    me: May<Operator>,
    path: web::Path<(String, String)>,
    body: Body<Count>,
    store: web::Data<Store>,
) -> Response {
    let (code, sku) = path.into_inner();
    let count = body.value;
    let (movement, inventory) = store
        .write(me.actor(), move |tx| {
            inventory::set(tx, &me, (&code, &sku), count)
        })
        .await?;
    let counted = Counted {
        movement,
        inventory,
    };
    Ok(respond::row(&counted, None))
}

/// The balance over time, as steps.
#[utoipa::path(get, path = "/api/inventory/{warehouse}/{sku}/history", tag = "inventory",
    params(("warehouse" = String, Path), ("sku" = String, Path), Window),
    responses((status = 200, body = History), (status = 404, body = respond::ProblemBody)))]
pub async fn history(
    me: May<Viewer>,
    path: web::Path<(String, String)>,
    window: Params<Window>,
    store: web::Data<Store>,
) -> Response {
    let (code, sku) = path.into_inner();
    let days = window.0.days.unwrap_or(90);
    let read = move |db: &mut Db| {
        db.snapshot(|db| {
            let subject = Subject::find(db, &me, &code, &sku, Role::Viewer)?;
            inventory::history(db, subject.warehouse.id, subject.item, days, Time::now())
        })
    };
    Ok(respond::row(&store.read(read).await?, None))
}
