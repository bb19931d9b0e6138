//! Lists of one room, which say the place in the room's log that they are exact for.
//!
//! Whatever a list shows of a room changes with an event of the room, or with the day where it counts
//! days. So the place and the day are also its `ETag`, and asking again costs next to nothing while nothing
//! happens. The place includes the epoch: a restored log may come to the same `seq` with other rows.

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::respond;
use super::shared::Weighed;
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::page::List;
use crate::domain::warehouses::{self, Warehouse};
use crate::error::{Error, Result};
use crate::events::{self, Epoch, Position, Seq};
use crate::store::Store;
use crate::time::Time;

/// A page of a list, with the place in the log that it is exact for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Snapshot<T> {
    /// The page.
    #[serde(flatten)]
    pub list: List<T>,
    /// The identity of the log; left out where the list is not of one warehouse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// The last event that the list includes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
}

impl<T> Snapshot<T> {
    /// A list that is exact for a place.
    pub fn at(list: List<T>, position: Option<Position>) -> Self {
        let (epoch, seq) = position.map(|at| (at.epoch, at.seq)).unzip();
        Self { list, epoch, seq }
    }

    /// The place, where the list is of one warehouse.
    pub fn position(&self) -> Option<Position> {
        let epoch = self.epoch.clone()?;
        Some(Position {
            epoch,
            seq: self.seq?,
        })
    }
}

/// A warehouse that the user may see, and where its log stands. To be read in the snapshot of the list.
pub fn room(db: &mut Db, user: &User, code: &str) -> Result<(Warehouse, Position)> {
    let warehouse = warehouses::find(db, user, code, Role::Viewer)?;
    let position = events::position(db, warehouse.id)?;
    Ok((warehouse, position))
}

/// The same, where the list is read later or by somebody else.
///
/// # Errors
/// `not_found` where the user may not see the room.
pub async fn head(store: &Store, user: &User, code: &str) -> Result<(Warehouse, Position)> {
    let (user, code) = (user.clone(), code.to_owned());
    store.read(move |db| room(db, &user, &code)).await
}

/// A page of a list as JSON, to be sent to many.
#[derive(Debug)]
pub struct Written {
    /// What to send.
    pub json: Bytes,
    /// What to send as `cursor` for the next page.
    pub next_cursor: Option<String>,
}

impl Written {
    /// Writes a list whose JSON is `body`.
    pub fn new<T>(list: &List<T>, body: &impl Serialize) -> Result<Self> {
        Ok(Self {
            json: serde_json::to_vec(body).map_err(Error::internal)?.into(),
            next_cursor: list.next_cursor.clone(),
        })
    }
}

impl Weighed for Written {
    fn bytes(&self) -> usize {
        self.json.len()
    }
}

/// The `ETag` of a list of a room.
fn etag(code: &str, at: &Position) -> String {
    format!("W/\"{code}:{}:{}:{}\"", at.seq, at.epoch, Time::now().day())
}

/// Adds the `ETag` of a room's list.
pub fn tagged(mut response: HttpResponse, code: &str, at: &Position) -> HttpResponse {
    if let Ok(value) = header::HeaderValue::from_str(&etag(code, at)) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// 304 where the client has the room's list as it is now.
///
/// # Errors
/// `not_found` where the user may not see the room.
pub async fn unchanged(
    request: &HttpRequest,
    store: &Store,
    user: &User,
    code: &str,
) -> Result<Option<HttpResponse>> {
    if !request.headers().contains_key(header::IF_NONE_MATCH) {
        return Ok(None);
    }
    let (_, position) = head(store, user, code).await?;
    Ok(unchanged_at(request, code, &position))
}

/// The same where it is known where the room stands.
pub fn unchanged_at(request: &HttpRequest, code: &str, at: &Position) -> Option<HttpResponse> {
    let current = respond::is_current(request, &etag(code, at));
    current.then(|| tagged(HttpResponse::NotModified().finish(), code, at))
}
