//! `/api/admin`: whether the database agrees with itself.

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::{Admin, May};
use super::respond::{self, Response};
use crate::domain::access::Role;
use crate::domain::check::{self, Finding};
use crate::domain::warehouses;
use crate::store::Store;

/// The result of a check.
#[derive(Debug, Serialize, ToSchema)]
pub struct Integrity {
    /// Whether nothing was found.
    ok: bool,
    /// What does not agree, in the warehouses of which the caller is an administrator.
    findings: Vec<Finding>,
}

/// Whether levels, running balances, orders and the log agree. Reads everything: it takes its time.
#[utoipa::path(get, path = "/api/admin/integrity", tag = "admin",
    responses((status = 200, body = Integrity), (status = 403, body = respond::ProblemBody)))]
pub async fn integrity(me: May<Admin>, store: web::Data<Store>) -> Response {
    let findings = store
        .read(move |db| {
            let mut seen = warehouses::visible(db, &me)?;
            seen.retain(|warehouse| me.role_in(warehouse.id) == Some(Role::Admin));
            let mut findings = check::check(db)?;
            findings.retain(|finding| seen.iter().any(|w| w.code == finding.warehouse));
            Ok(findings)
        })
        .await?;
    let ok = findings.is_empty();
    Ok(respond::row(&Integrity { ok, findings }, None))
}
