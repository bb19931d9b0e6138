//! Probes for whoever keeps the server running. Open to everybody, and telling nothing else.

use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::{HttpResponse, web};

use super::respond::Response;
use crate::error::Error;
use crate::store::Store;

/// 200 while the process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().body("ok")
}

/// How long the database may take. Those who ask give up after a second or a few.
const PATIENCE: Duration = Duration::from_secs(2);

/// 200 while the database answers too and can be written to, else 503.
pub async fn readyz(store: web::Data<Store>) -> Response {
    let answered = timeout(PATIENCE, store.ping()).await;
    answered.map_err(|_late| Error::unavailable("the database takes too long to answer"))??;
    Ok(HttpResponse::Ok().body("ok"))
}
