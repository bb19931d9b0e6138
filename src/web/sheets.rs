//! `/api/sheets`: beginning count sheets, and reading them. Counting and what ends a sheet are in
//! [`counting`](super::counting).

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::{May, Operator, Viewer};
use super::csv;
use super::input::{Body, Params, if_match_required};
use super::newest::{self, Which};
use super::respond::{self, Response};
use super::snapshot::Snapshot;
use crate::db::Db;
use crate::domain::page::Page;
use crate::domain::sheets::{self, Edit, Filter, NewSheet, Number, Sheet, SheetRow};
use crate::domain::words;
use crate::events::{self, Epoch, Position, Seq};
use crate::store::{Answer, Store};

const COLUMNS: &[&str] = &[
    "number",
    "warehouse",
    "title",
    "source",
    "mode",
    "status",
    "blind",
    "line_count",
    "counted",
    "by",
    "created_at",
    "closed_by",
    "closed_at",
    "version",
    "updated_at",
];

const LINE_COLUMNS: &[&str] = &[
    "sku",
    "name",
    "unit",
    "bin",
    "expected",
    "on_hand",
    "seen",
    "counted",
    "quantity",
    "difference",
    "included",
    "conflict",
    "resolution",
    "lowest_confidence",
    "updated_by",
];

/// Which sheets.
#[derive(Clone, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Asked {
    /// The warehouse's code; all that the caller may see when left out.
    pub warehouse: Option<String>,
    /// Any of these, with commas between: `open,applied`.
    pub status: Option<String>,
    /// Begun by any of these: `manual,vision`.
    pub source: Option<String>,
    /// Rows at most, 1 to 500; 50 when left out.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A sheet with its lines, and the place in its room's log that they are exact for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetAt {
    /// The sheet.
    #[serde(flatten)]
    sheet: Sheet,
    /// The identity of the log.
    epoch: Epoch,
    /// The last event that the sheet includes.
    seq: Seq,
}

/// Count sheets, the newest first, without their lines.
#[utoipa::path(get, path = "/api/sheets", tag = "sheets", params(Asked),
    responses((status = 200, body = Snapshot<SheetRow>), (status = 304), (status = 404, body = respond::ProblemBody)))]
pub async fn list(
    me: May<Viewer>,
    request: HttpRequest,
    query: Params<Asked>,
    store: web::Data<Store>,
) -> Response {
    let asked = query.0;
    let status = words::list(asked.status.as_deref(), "status")?;
    let source = words::list(asked.source.as_deref(), "source")?;
    let which = Which {
        warehouse: asked.warehouse.as_deref(),
        limit: asked.limit,
        cursor: asked.cursor.as_deref(),
    };
    let read = |db: &mut Db, warehouses, page: &Page<i64>| {
        let filter = Filter {
            warehouses,
            status,
            source,
        };
        sheets::list(db, &filter, page)
    };
    newest::list(&request, (&store, me.into_user()), which, COLUMNS, read).await
}

/// Begins a count sheet: empty, or with a line for each item of a list, a category, a part of the shelves, or all.
#[utoipa::path(post, path = "/api/sheets", tag = "sheets", request_body = NewSheet,
    params(respond::IdempotencyKey),
    responses((status = 201, body = Sheet), (status = 404, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody)))]
pub async fn open(
    me: May<Operator>,
    body: Body<NewSheet>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let new = body.value;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let sheet = sheets::open(tx, &me, new)?;
            let head = &sheet.row.head;
            Ok(Answer::new(201, &sheet)?
                .version(head.version)
                .location(format!("/api/sheets/{}", head.number)))
        })
        .await?;
    Ok(respond::answer(answer))
}

/// One sheet with its lines. As CSV it is the lines, to be printed and counted with.
///
/// `epoch` and `seq` say which place in the room's log it is exact for.
#[utoipa::path(get, path = "/api/sheets/{number}", tag = "sheets", params(("number" = String, Path)),
    responses((status = 200, body = SheetAt), (status = 404, body = respond::ProblemBody)))]
pub async fn one(
    me: May<Viewer>,
    request: HttpRequest,
    number: web::Path<String>,
    store: web::Data<Store>,
) -> Response {
    let number: Number = number.parse()?;
    let read = move |db: &mut Db| {
        db.snapshot(|db| {
            let sheet = sheets::see(db, &me, number)?;
            let position = events::position(db, sheet.row.head.warehouse_id)?;
            Ok((sheet, position))
        })
    };
    let (sheet, Position { epoch, seq }) = store.read(read).await?;
    let version = sheet.row.head.version;
    let mut response = if csv::wanted(&request) {
        HttpResponse::Ok()
            .insert_header((header::ETAG, format!("\"{version}\"")))
            .content_type("text/csv; charset=utf-8")
            .body(csv::table(LINE_COLUMNS, &sheet.lines)?)
    } else {
        respond::row(&SheetAt { sheet, epoch, seq }, version)
    };
    let vary = header::HeaderValue::from_static("Accept");
    response.headers_mut().insert(header::VARY, vary);
    Ok(response)
}

/// Changes what a sheet is called, or what its quantities mean.
#[utoipa::path(patch, path = "/api/sheets/{number}", tag = "sheets", request_body = Edit,
    params(("number" = String, Path), respond::IfMatch),
    responses((status = 200, body = Sheet), (status = 409, body = respond::ProblemBody),
        (status = 412, body = respond::ProblemBody), (status = 428, body = respond::ProblemBody)))]
pub async fn edit(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Edit>,
    store: web::Data<Store>,
) -> Response {
    let number: Number = number.parse()?;
    let (expected, edit) = (if_match_required(&request)?, body.value);
    let sheet = store
        .write(me.actor(), move |tx| {
            sheets::edit(tx, &me, number, expected, &edit)
        })
        .await?;
    Ok(respond::row(&sheet, sheet.row.head.version))
}
