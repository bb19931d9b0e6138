//! `/api/admin`: whether the database agrees with itself, and what the live connection holds.

use std::collections::BTreeMap;

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::{Admin, May};
use super::respond::{self, Response};
use crate::domain::access::Role;
use crate::domain::check::{self, Finding};
use crate::domain::warehouses;
use crate::realtime::Live;
use crate::realtime::protocol::Close;
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

/// What the live connection of this server holds now, and what it has counted since it started.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveFigures {
    /// Live connections whose socket is open, whatever their transport, also those that were sent away.
    sessions: usize,
    /// Of these, who is told of events.
    subscribers: usize,
    /// Rooms that each of them is in, added up.
    subscriptions: usize,
    /// Rooms in memory.
    rooms: usize,
    /// Events handed on, each once.
    events: u64,
    /// Events that were announced again.
    duplicates: u64,
    /// Events that were announced before those that precede them.
    held: u64,
    /// How many connections the server ended for each reason, by the names of `docs/PROTOCOL.md`.
    closes: BTreeMap<&'static str, u64>,
}

/// What the live connection holds now, and has counted since the server started. For site administrators.
#[utoipa::path(get, path = "/api/admin/live", tag = "admin",
    responses((status = 200, body = LiveFigures), (status = 403, body = respond::ProblemBody),
        (status = 503, body = respond::ProblemBody)))]
pub async fn live(me: May<Admin>, live: web::Data<Live>) -> Response {
    me.require_site_admin()?;
    let figures = live.figures().await?;
    let count = |why: &Close| figures.closes.get(why).copied().unwrap_or_default();
    let shown = LiveFigures {
        sessions: live.sessions(),
        subscribers: figures.subscribers,
        subscriptions: figures.subscriptions,
        rooms: figures.rooms,
        events: figures.events,
        duplicates: figures.duplicates,
        held: figures.held,
        closes: Close::ALL
            .iter()
            .map(|why| (why.name(), count(why)))
            .collect(),
    };
    Ok(respond::row(&shown, None))
}
