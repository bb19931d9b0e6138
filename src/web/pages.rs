//! The dashboard's pages: one function each, which reads what its template shows.
//!
//! A page is drawn from one unchanging state of the database and says where the room's log stood, so that
//! the live connection goes on from there without a hole. What browsers are refused becomes a page
//! too, or a visit to the sign-in page.

mod account;
mod count;
mod counts;
pub mod door;
mod inventory;
mod item;
mod now;
mod orders;
mod scan;
mod scans;

pub use account::account;
pub use count::count;
pub use counts::counts;
pub use inventory::inventory;
pub use item::item;
pub use now::now;
pub use orders::orders;
pub use scan::scan;
pub use scans::scans;

use actix_web::http::header::{ACCEPT, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Value, json};

use super::auth::{Anyone, May};
use super::filters::percent_encoded;
use super::respond::{self, Response};
use super::templates;
use crate::config::Config;
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::orders as queue;
use crate::domain::warehouses::{self, Warehouse};
use crate::error::{Code, Error, Result};
use crate::events;
use crate::store::Store;

/// The stock room: the first warehouse that the caller may see, or what to do while there is none.
pub async fn home(me: May<Anyone>, store: web::Data<Store>) -> Response {
    let user = me.into_user();
    let may_create = user.admin;
    let visible = store.read(move |db| warehouses::visible(db, &user)).await?;
    match visible.first() {
        Some(first) => Ok(see_other(&format!("/w/{}", percent_encoded(&first.code)))),
        None => templates::page(
            "start",
            StatusCode::OK,
            &json!({ "may_create": may_create }),
        ),
    }
}

/// A visit to a page of a warehouse.
struct Visit {
    me: User,
    code: String,
    page: &'static str,
    demo: bool,
}

/// What a page reads with.
struct Reading<'a> {
    db: &'a mut Db,
    me: &'a User,
    at: &'a Warehouse,
}

impl Visit {
    fn new(me: User, code: String, page: &'static str, config: &Config) -> Self {
        Self {
            me,
            code,
            page,
            demo: config.demo,
        }
    }

    /// Draws the page from what every page shows and what `read` adds to it.
    async fn show<F>(self, store: &Store, read: F) -> Response
    where
        F: FnOnce(Reading<'_>) -> Result<Value> + Send + 'static,
    {
        let page = self.page;
        let context = store
            .read(move |db| {
                db.snapshot(|db| {
                    let at = warehouses::find(db, &self.me, &self.code, Role::Viewer)?;
                    let mut context = self.frame(db, &at)?;
                    let own = read(Reading {
                        db,
                        me: &self.me,
                        at: &at,
                    })?;
                    if let (Value::Object(context), Value::Object(own)) = (&mut context, own) {
                        context.extend(own);
                    }
                    Ok(context)
                })
            })
            .await?;
        templates::page(page, StatusCode::OK, &context)
    }

    /// What the frame around every page shows.
    fn frame(&self, db: &mut Db, at: &Warehouse) -> Result<Value> {
        let role = self.me.role_in(at.id).unwrap_or(Role::Viewer);
        let rooms: Vec<Value> = warehouses::visible(db, &self.me)?
            .iter()
            .map(|w| json!({ "code": w.code, "name": w.name }))
            .collect();
        let position = events::position(db, at.id)?;
        Ok(json!({
            "page": self.page,
            "demo": self.demo,
            "me": {
                "login": self.me.login,
                "name": self.me.name,
                "admin": self.me.admin,
                "role": role.as_str(),
                "can": {
                    "operate": role >= Role::Operator,
                    "approve": role >= Role::Approver,
                    "admin": role >= Role::Admin,
                },
            },
            "room": {
                "code": at.code,
                "name": at.name,
                "epoch": position.epoch,
                "seq": position.seq,
            },
            "rooms": rooms,
            "pending_count": queue::counts(db, at.id)?.approve,
        }))
    }
}

fn value(of: impl Serialize) -> Result<Value> {
    serde_json::to_value(of).map_err(Error::internal)
}

fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, to))
        .finish()
}

/// The page that tells a browser what was refused; `None` for those who did not ask for a page.
pub fn refusal(request: &HttpRequest, error: &Error, request_id: &str) -> Option<HttpResponse> {
    if !wants_page(request) {
        return None;
    }
    if error.code() == Code::Unauthenticated && request.method() == Method::GET {
        let next = request.uri().path_and_query()?.as_str();
        return Some(see_other(&format!(
            "/sign-in?next={}",
            percent_encoded(next)
        )));
    }
    let mut problem = respond::problem(error);
    problem["request_id"] = request_id.into();
    templates::page("error", respond::status(error), &problem).ok()
}

fn wants_page(request: &HttpRequest) -> bool {
    let accept = request.headers().get(ACCEPT).and_then(|v| v.to_str().ok());
    !request.path().starts_with("/api/") && accept.is_some_and(|types| types.contains("text/html"))
}
