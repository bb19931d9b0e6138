//! `/api/inventory/{warehouse}/{sku}/policy`: when to order, and up to what.

use actix_web::{HttpRequest, web};

use super::auth::{Approver, May, Viewer};
use super::input::{Body, if_match_required};
use super::respond::{self, Response};
use crate::domain::access::Role;
use crate::domain::inventory::{self, InventoryRow};
use crate::domain::policy::{self, Policy};
use crate::domain::subject::Subject;
use crate::store::Store;

/// The row with its policy; the `ETag` is the policy's version, `"0"` where none was ever set.
#[utoipa::path(get, path = "/api/inventory/{warehouse}/{sku}/policy", tag = "policy",
    params(("warehouse" = String, Path), ("sku" = String, Path)),
    responses((status = 200, body = InventoryRow), (status = 404, body = respond::ProblemBody)))]
pub async fn show(
    me: May<Viewer>,
    path: web::Path<(String, String)>,
    store: web::Data<Store>,
) -> Response {
    let (code, sku) = path.into_inner();
    let row = store
        .read(move |db| {
            let subject = Subject::find(db, &me, &code, &sku, Role::Viewer)?;
            inventory::row(db, subject.warehouse.id, subject.item)
        })
        .await?;
    Ok(respond::row(&row, row.policy_version))
}

/// Sets the policy, all of it. What is needed then is judged at once.
#[utoipa::path(put, path = "/api/inventory/{warehouse}/{sku}/policy", tag = "policy", request_body = Policy,
    params(("warehouse" = String, Path), ("sku" = String, Path), respond::IfMatch),
    responses((status = 200, body = InventoryRow), (status = 412, body = respond::ProblemBody),
        (status = 428, body = respond::ProblemBody)))]
pub async fn set(
    me: May<Approver>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: Body<Policy>,
    store: web::Data<Store>,
) -> Response {
    let (code, sku) = path.into_inner();
    let (expected, policy) = (if_match_required(&request)?, body.value);
    let row = store
        .write(me.actor(), move |tx| {
            policy::edit(tx, &me, (&code, &sku), expected, &policy)
        })
        .await?;
    Ok(respond::row(&row, row.policy_version))
}
