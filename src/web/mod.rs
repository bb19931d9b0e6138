//! HTTP: the whole URL table on one screen, one file per noun below it.
//!
//! A handler parses into types, with the user and the right in its signature, calls one function of the
//! domain inside [`crate::store::Store`], and answers. Rules are not its business.

pub mod address;
pub mod auth;
pub mod csv;
pub mod edge;
pub mod input;
pub mod origin;
pub mod probes;
pub mod respond;

use actix_web::middleware::from_fn;
use actix_web::web;

use crate::error::Error;

/// Everything that has an address.
pub fn routes(cfg: &mut web::ServiceConfig) {
    let all = web::scope("")
        .wrap(from_fn(edge::pass))
        .app_data(web::PayloadConfig::new(input::BODY_LIMIT))
        .app_data(web::PathConfig::default().error_handler(|_, _| nowhere().into()))
        .service(web::resource("/healthz").get(probes::healthz))
        .service(web::resource("/readyz").get(probes::readyz))
        .default_service(web::to(not_found));
    cfg.service(all);
}

fn nowhere() -> Error {
    Error::not_found("such address")
}

async fn not_found() -> respond::Response {
    Err(nowhere())
}
