//! HTTP: the whole URL table on one screen, one file per noun below it.
//!
//! A handler parses into types, with the user and the right in its signature, calls one function of the
//! domain inside [`crate::store::Store`], and answers. Rules are not its business.

pub mod address;
pub mod admin;
pub mod assets;
pub mod auth;
pub mod barcodes;
pub mod counting;
pub mod csv;
pub mod decisions;
pub mod detections;
pub mod edge;
pub mod events;
pub mod filters;
pub mod input;
pub mod inventory;
pub mod items;
pub mod labels;
pub mod looking;
pub mod looks;
pub mod movements;
pub mod multipart;
pub mod newest;
pub mod openapi;
pub mod orders;
pub mod origin;
pub mod pages;
pub mod people;
pub mod policy;
pub mod probes;
pub mod receipts;
pub mod replenishment;
pub mod respond;
pub mod samples;
pub mod scans;
pub mod shared;
pub mod sheets;
pub mod sign_in;
pub mod snapshot;
pub mod socket;
pub mod table;
pub mod templates;
pub mod tokens;
pub mod transfers;
pub mod warehouses;

use actix_web::middleware::{Compress, from_fn};
use actix_web::web;

use self::pages::door;
use self::table::{form, get, on};
use crate::error::Error;

table::table! {
    "/auth/login" => post sign_in::login;
    "/auth/logout" => post sign_in::logout;
    "/me" => get people::me;
    "/users" => get people::list, post people::invite;
    "/tokens" => get tokens::list, post tokens::create;
    "/tokens/{id}" => delete tokens::revoke;
    "/warehouses" => get warehouses::list, post warehouses::create;
    "/warehouses/{warehouse}" => get warehouses::get, patch warehouses::edit;
    "/items" => get items::list, post items::create;
    "/items/{sku}" => get items::get, patch items::edit, delete items::archive;
    "/barcodes/{code}" => get barcodes::find;
    "/inventory" => get inventory::list;
    "/inventory/{warehouse}/{sku}" => get inventory::one, put inventory::set;
    "/inventory/{warehouse}/{sku}/history" => get inventory::history;
    "/inventory/{warehouse}/{sku}/policy" => get policy::show, put policy::set;
    "/movements" => get movements::list, post movements::record;
    "/movements/batch" => post movements::batch;
    "/movements/{id}/reverse" => post movements::reverse;
    "/transfers" => post transfers::transfer;
    "/orders" => get orders::list, post orders::request;
    "/orders/decisions" => post decisions::many;
    "/orders/{number}" => get orders::one, patch orders::edit;
    "/orders/{number}/events" => get orders::events;
    "/orders/{number}/approve" => post decisions::approve;
    "/orders/{number}/reject" => post decisions::reject;
    "/orders/{number}/snooze" => post decisions::snooze;
    "/orders/{number}/receive" => post receipts::receive;
    "/orders/{number}/close" => post receipts::close;
    "/orders/{number}/cancel" => post receipts::cancel;
    "/scans" => get scans::list, post looking::create;
    "/scans/detectors" => get scans::detectors;
    "/scans/{number}" => get scans::one;
    "/scans/{number}/photo" => get scans::photo;
    "/scans/{number}/thumbnail" => get scans::thumbnail;
    "/scans/{number}/cancel" => post looking::cancel;
    "/scans/{number}/retry" => post looking::retry;
    "/scans/{number}/detections" => post detections::add, patch detections::edit_many;
    "/scans/{number}/detections/{n}" => patch detections::edit;
    "/scans/{number}/ignore" => post detections::ignore;
    "/scans/{number}/count" => post detections::count;
    "/labels" => get labels::list, post labels::remember;
    "/labels/{id}" => delete labels::forget;
    "/looks" => get looks::list, post looks::teach;
    "/looks/{id}" => patch looks::edit, delete looks::forget;
    "/looks/{id}/picture" => get looks::picture;
    "/sheets" => get sheets::list, post sheets::open;
    "/sheets/{number}" => get sheets::one, patch sheets::edit;
    "/sheets/{number}/lines/{sku}" => put counting::set, delete counting::remove;
    "/sheets/{number}/scans/{scan}" => delete counting::take_off;
    "/sheets/{number}/tally" => post counting::tally;
    "/sheets/{number}/apply" => post counting::apply;
    "/sheets/{number}/undo" => post counting::undo;
    "/sheets/{number}/discard" => post counting::discard;
    "/events" => get events::read;
    "/replenishment/run" => post replenishment::run;
    "/admin/integrity" => get admin::integrity;
    "/admin/live" => get admin::live;
}

/// Everything that has an address.
pub fn routes(cfg: &mut web::ServiceConfig) {
    let api = web::scope("/api")
        .configure(api)
        .service(get("/openapi.json", openapi::document))
        .service(get("/docs", openapi::to_page))
        .service(get("/docs/{path:.*}", openapi::page))
        .default_service(web::to(not_found));
    let pages = web::scope("")
        .wrap(Compress::default())
        .configure(dashboard)
        .default_service(web::to(not_found));
    let known = web::scope("")
        .wrap(from_fn(auth::recognise))
        .service(api)
        .service(get("/ws", socket::open))
        .service(pages);
    let all = web::scope("")
        .wrap(from_fn(edge::pass))
        .app_data(web::PayloadConfig::new(input::BODY_LIMIT))
        .app_data(web::PathConfig::default().error_handler(|_, _| nowhere().into()))
        .service(get("/healthz", probes::healthz))
        .service(get("/readyz", probes::readyz))
        .service(get("/static/{path:.*}", assets::file).wrap(Compress::default()))
        .service(get("/samples/{file}", samples::file))
        .service(known);
    cfg.service(all);
}

/// The pages, for people.
fn dashboard(cfg: &mut web::ServiceConfig) {
    cfg.service(get("/", pages::home))
        .service(get("/w/{room}", pages::now))
        .service(get("/w/{room}/inventory", pages::inventory))
        .service(get("/w/{room}/orders", pages::orders))
        .service(get("/w/{room}/items/{sku}", pages::item))
        .service(get("/w/{room}/scans", pages::scans))
        .service(get("/w/{room}/scans/{number}", pages::scan))
        .service(get("/w/{room}/counts", pages::counts))
        .service(get("/w/{room}/counts/{number}", pages::count))
        .service(get("/w/{room}/account", pages::account))
        .service(form("/sign-in", door::sign_in_page, door::sign_in))
        .service(form(
            "/set-password/{secret}",
            door::password_page,
            door::set_password,
        ))
        .service(form("/welcome/{secret}", door::welcome_page, door::welcome))
        .service(table::resource("/sign-out", &["post"]).route(on("post").to(door::sign_out)));
}

fn nowhere() -> Error {
    Error::not_found("such address")
}

async fn not_found() -> respond::Response {
    Err(nowhere())
}
