//! Probes for whoever keeps the server running. Open to everybody, and telling nothing else.

use actix_web::{HttpResponse, web};

use super::respond::Response;
use crate::store::Store;

/// 200 while the process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().body("ok")
}

/// 200 while the database answers too, else 503.
pub async fn readyz(store: web::Data<Store>) -> Response {
    store.ping().await?;
    Ok(HttpResponse::Ok().body("ok"))
}
