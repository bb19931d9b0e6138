//! Lists of rooms of which the newest come first, and that people page through.

use actix_web::HttpRequest;
use serde::Serialize;

use super::csv;
use super::respond::Response;
use super::snapshot::{self, Snapshot};
use crate::db::Db;
use crate::domain::access::User;
use crate::domain::page::{List, Page};
use crate::domain::warehouses;
use crate::error::Result;
use crate::ids::WarehouseId;
use crate::store::Store;

/// Which page, of which rooms.
#[derive(Debug)]
pub struct Which<'a> {
    /// The warehouse's code; all that the caller may see when left out.
    pub warehouse: Option<&'a str>,
    /// Rows at most, 1 to 500; 50 when left out.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<&'a str>,
}

/// Answers with what `read` finds in these warehouses: as JSON, as CSV with these columns, or 304 where the caller
/// has a room's list as it is.
///
/// # Errors
/// `not_found` where the user may not see the room; `validation` for `limit` and `cursor`.
pub async fn list<T: Serialize + Send + 'static>(
    request: &HttpRequest,
    (store, user): (&Store, User),
    which: Which<'_>,
    columns: &[&str],
    read: impl FnOnce(&mut Db, Vec<WarehouseId>, &Page<i64>) -> Result<List<T>> + Send + 'static,
) -> Response {
    let page = Page::new("-id", which.limit, which.cursor)?.exporting(csv::wanted(request));
    let Some(code) = which.warehouse else {
        let everywhere = move |db: &mut Db| {
            let all = warehouses::among(db, &user, None)?;
            read(
                db,
                all.iter().map(|warehouse| warehouse.id).collect(),
                &page,
            )
        };
        let list = store.read(|db| db.snapshot(everywhere)).await?;
        return csv::list(request, columns, &list);
    };
    if let Some(response) = snapshot::unchanged(request, store, &user, code).await? {
        return Ok(response);
    }
    let of = code.to_owned();
    let in_room = move |db: &mut Db| {
        let (room, position) = snapshot::room(db, &user, &of)?;
        Ok((read(db, vec![room.id], &page)?, position))
    };
    let (list, at) = store.read(|db| db.snapshot(in_room)).await?;
    let found = Snapshot::at(list, Some(at.clone()));
    let response = csv::list_in(request, columns, &found.list, &found)?;
    Ok(snapshot::tagged(response, code, &at))
}
