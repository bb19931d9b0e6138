//! `/api/warehouses`: the rooms.

use actix_web::{HttpRequest, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::address::segment;
use super::auth::{Admin, Anyone, May, Viewer};
use super::csv;
use super::input::{self, Body, Params, Part};
use super::respond::{self, Response};
use crate::domain::access::{Role, User};
use crate::domain::page::{List, Page};
use crate::domain::warehouses::{self, EditWarehouse, NewWarehouse, Warehouse};
use crate::store::{Answer, Store};

/// A warehouse, as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenWarehouse {
    #[serde(flatten)]
    row: Warehouse,
    /// What the caller may do there.
    role: Option<Role>,
}

impl SeenWarehouse {
    fn by(user: &User, row: Warehouse) -> Self {
        Self {
            role: user.role_in(row.id),
            row,
        }
    }
}

/// The warehouses that the caller may see, by code.
#[utoipa::path(get, path = "/api/warehouses", tag = "warehouses", params(Part),
    responses((status = 200, body = List<SeenWarehouse>)))]
pub async fn list(
    me: May<Anyone>,
    request: HttpRequest,
    query: Params<Part>,
    store: web::Data<Store>,
) -> Response {
    let page = Page::new("code", query.0.limit, query.0.cursor.as_deref())?;
    let page = page.exporting(csv::wanted(&request));
    let list = store
        .read(move |db| {
            let rows = warehouses::list(db, &me, &page)?;
            Ok(rows.map(|row| SeenWarehouse::by(&me, row)))
        })
        .await?;
    let columns = ["code", "name", "archived", "version", "role"];
    csv::list(&request, &columns, &list)
}

/// Opens a warehouse. For site administrators.
#[utoipa::path(post, path = "/api/warehouses", tag = "warehouses", request_body = NewWarehouse,
    params(respond::IdempotencyKey),
    responses((status = 201, body = SeenWarehouse), (status = 409, body = respond::ProblemBody)))]
pub async fn create(
    me: May<Admin>,
    body: Body<NewWarehouse>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let row = warehouses::create(tx, &me, &body.value)?;
            let (version, path) = (
                row.version,
                format!("/api/warehouses/{}", segment(&row.code)),
            );
            let seen = SeenWarehouse::by(&me, row);
            Ok(Answer::new(201, &seen)?.version(version).location(path))
        })
        .await?;
    Ok(respond::answer(answer))
}

/// A warehouse.
#[utoipa::path(get, path = "/api/warehouses/{warehouse}", tag = "warehouses",
    params(("warehouse" = String, Path, description = "Its code")),
    responses((status = 200, body = SeenWarehouse), (status = 404, body = respond::ProblemBody)))]
pub async fn get(
    me: May<Viewer>,
    request: HttpRequest,
    code: web::Path<String>,
    store: web::Data<Store>,
) -> Response {
    let (version, seen) = store
        .read(move |db| {
            let row = warehouses::find(db, &me, &code, Role::Viewer)?;
            Ok((row.version, SeenWarehouse::by(&me, row)))
        })
        .await?;
    Ok(respond::row_unless_current(&request, &seen, version))
}

/// Changes a warehouse. For its administrators.
#[utoipa::path(patch, path = "/api/warehouses/{warehouse}", tag = "warehouses", request_body = EditWarehouse,
    params(("warehouse" = String, Path, description = "Its code"), respond::IfMatch),
    responses((status = 200, body = SeenWarehouse), (status = 412, body = respond::ProblemBody),
        (status = 428, body = respond::ProblemBody)))]
pub async fn edit(
    me: May<Admin>,
    code: web::Path<String>,
    body: Body<EditWarehouse>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let expected = input::if_match_required(&request)?;
    let (version, seen) = store
        .write(me.actor(), move |tx| {
            let row = warehouses::edit(tx, &me, &code, expected, &body.value)?;
            Ok((row.version, SeenWarehouse::by(&me, row)))
        })
        .await?;
    Ok(respond::row(&seen, version))
}
