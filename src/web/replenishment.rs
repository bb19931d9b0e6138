//! `/api/replenishment/run`: judging every policy of a warehouse at once.

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::{Approver, May};
use super::input::{Body, Params};
use super::respond::{self, Response};
use crate::db::Db;
use crate::domain::access::Role;
use crate::domain::policy::{self, Planned};
use crate::domain::text;
use crate::domain::warehouses;
use crate::store::{Answer, Store};
use crate::time::Time;

/// Whether to do it, or only to say what would be done.
#[derive(Clone, Copy, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Mode {
    /// Changes nothing.
    #[serde(default)]
    #[garde(skip)]
    dry_run: bool,
}

/// Where.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The warehouse's code.
    #[garde(custom(text::line(1, 64)))]
    warehouse: String,
}

/// What was done, or would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct Plan {
    /// Whether nothing was changed.
    dry_run: bool,
    /// One for each item that needs something, by SKU.
    data: Vec<Planned>,
}

/// Judges every policy of a warehouse: raises, changes and withdraws suggestions.
///
/// Every movement does that for its own item; a run is for looking at all of them (`dry_run=true`).
#[utoipa::path(post, path = "/api/replenishment/run", tag = "orders", request_body = Run,
    params(Mode, respond::IdempotencyKey),
    responses((status = 200, body = Plan), (status = 404, body = respond::ProblemBody)))]
pub async fn run(
    me: May<Approver>,
    request: HttpRequest,
    mode: Params<Mode>,
    body: Body<Run>,
    store: web::Data<Store>,
) -> Response {
    let (key, dry_run) = (body.key(&request, me.id)?, mode.0.dry_run);
    let code = body.value.warehouse;
    if dry_run {
        let read = move |db: &mut Db| {
            db.snapshot(|db| {
                let warehouse = warehouses::find(db, &me, &code, Role::Approver)?;
                policy::plan(db, warehouse.id, Time::now())
            })
        };
        let data = store.read(read).await?;
        return Ok(respond::row(&Plan { dry_run, data }, None));
    }
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let warehouse = warehouses::find(tx.db, &me, &code, Role::Approver)?;
            let data = policy::run(tx, warehouse.id)?;
            Answer::new(200, &Plan { dry_run, data })
        })
        .await?;
    Ok(respond::answer(answer))
}
