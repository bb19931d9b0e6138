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

use std::sync::Arc;

use actix_web::http::header::{ACCEPT, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::auth::{Anyone, May};
use super::filters::percent_encoded;
use super::respond::{self, Response};
use super::shared::{self, Shared, Weighed};
use super::{snapshot, templates};
use crate::config::Config;
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::orders as queue;
use crate::domain::warehouses::{self, Warehouse};
use crate::error::{Code, Error, Result};
use crate::events::Position;
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

/// The pages that were read lately, as far as they show the same to everybody.
#[derive(Debug)]
pub struct Rooms {
    pages: Shared<RoomPage>,
    demo: bool,
}

impl Rooms {
    /// None yet.
    pub fn new(config: &Config) -> Self {
        let (pages, demo) = (Shared::default(), config.demo);
        Self { pages, demo }
    }
}

/// What a page shows of its room, the same for everybody who may see it.
#[derive(Debug)]
struct RoomPage(Map<String, Value>);

impl Weighed for RoomPage {
    /// Pages hold 50 rows at most.
    fn bytes(&self) -> usize {
        0
    }
}

impl Visit {
    fn new(me: User, code: String, page: &'static str, demo: bool) -> Self {
        Self {
            me,
            code,
            page,
            demo,
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
                    let (at, position) = snapshot::room(db, &self.me, &self.code)?;
                    let mut context = self.frame(db, &at)?;
                    context.extend(self.room(db, &at, &position, read)?);
                    Ok(context)
                })
            })
            .await?;
        templates::large_page(page, Value::Object(context)).await
    }

    /// The same for a page that shows nothing but the room, by what was `asked`: it is read once for all who
    /// come at the same time.
    async fn show_to_many<F>(self, store: &Store, rooms: &Rooms, asked: String, read: F) -> Response
    where
        F: FnOnce(Reading<'_>) -> Result<Value> + Send + 'static,
    {
        let (page, visit) = (self.page, Arc::new(self));
        let visitor = Arc::clone(&visit);
        let frame = store.read(move |db| {
            db.snapshot(|db| {
                let (at, head) = snapshot::room(db, &visitor.me, &visitor.code)?;
                Ok((visitor.frame(db, &at)?, at, head))
            })
        });
        let (mut context, at, head) = frame.await?;
        let name = (at.id, format!("{page} {asked}"));
        let read = async || {
            let read = store.read(move |db| {
                db.snapshot(|db| {
                    let (at, position) = snapshot::room(db, &visit.me, &visit.code)?;
                    let what = visit.room(db, &at, &position, read)?;
                    Ok((what, position))
                })
            });
            let (room, at) = read.await?;
            let what = RoomPage(room);
            Ok(shared::Reading { at, what })
        };
        context.extend(rooms.pages.get(name, &head, read).await?.what.0.clone());
        templates::large_page(page, Value::Object(context)).await
    }

    /// What the frame around every page shows of the visitor.
    fn frame(&self, db: &mut Db, at: &Warehouse) -> Result<Map<String, Value>> {
        let role = self.me.role_in(at.id).unwrap_or(Role::Viewer);
        let rooms: Vec<Value> = warehouses::visible(db, &self.me)?
            .iter()
            .map(|w| json!({ "code": w.code, "name": w.name }))
            .collect();
        object(json!({
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
            "rooms": rooms,
        }))
    }

    /// What it shows of the room, and what the page adds.
    fn room<F>(
        &self,
        db: &mut Db,
        at: &Warehouse,
        position: &Position,
        read: F,
    ) -> Result<Map<String, Value>>
    where
        F: FnOnce(Reading<'_>) -> Result<Value>,
    {
        let mut room = object(json!({
            "room": {
                "code": at.code,
                "name": at.name,
                "epoch": position.epoch,
                "seq": position.seq,
            },
            "pending_count": queue::counts(db, at.id)?.approve,
        }))?;
        let me = &self.me;
        room.extend(object(read(Reading { db, me, at })?)?);
        Ok(room)
    }
}

fn object(value: Value) -> Result<Map<String, Value>> {
    match value {
        Value::Object(map) => Ok(map),
        other => Err(Error::internal(format!("a page is made of {other}"))),
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
