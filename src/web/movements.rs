//! `/api/movements`: the ledger, and what people record in it.

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::{May, Operator, Viewer};
use super::csv;
use super::input::{Body, Params};
use super::respond::{self, Response};
use crate::db::Db;
use crate::domain::access::User;
use crate::domain::inventory::InventoryRow;
use crate::domain::movements::{self, Filter, Movement, NewMovement, Posted};
use crate::domain::page::{List, Page};
use crate::domain::{sheets, subject, text, warehouses, words};
use crate::error::Result;
use crate::ids::{MovementId, SheetId};
use crate::store::{Answer, Store};
use crate::time::Time;

const COLUMNS: &[&str] = &[
    "id",
    "warehouse",
    "sku",
    "name",
    "kind",
    "delta",
    "balance_after",
    "reason",
    "note",
    "ref",
    "sheet",
    "group",
    "reverses",
    "reversed_by",
    "by",
    "occurred_at",
    "recorded_at",
];

/// Lines of a batch at most.
const BATCH: usize = 1000;

/// Which lines of the ledger.
#[derive(Clone, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Asked {
    /// The warehouse's code; all that the caller may see when left out.
    pub warehouse: Option<String>,
    /// Of this item.
    pub sku: Option<String>,
    /// Any of these kinds, with commas between.
    pub kind: Option<String>,
    /// Of this count sheet, such as `CS-5`, with what undid it.
    pub sheet: Option<String>,
    /// Recorded at or after.
    pub since: Option<Time>,
    /// Recorded before.
    pub until: Option<Time>,
    /// Rows at most, 1 to 500; 50 when left out.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Movements that are recorded together or not at all.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// 1 to 1000 of them.
    #[garde(length(min = 1, max = BATCH), dive)]
    movements: Vec<NewMovement>,
}

/// What a batch changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchPosted {
    /// The ledger's lines, in the order asked for.
    movements: Vec<Movement>,
    /// The rows that they changed, as they are now.
    inventory: Vec<InventoryRow>,
}

/// What goes with a reversal.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reversal {
    /// Why.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    note: Option<String>,
}

impl Asked {
    fn sheet(&self) -> Result<Option<SheetId>> {
        let number = self.sheet.as_deref().map(str::parse::<sheets::Number>);
        Ok(number.transpose()?.map(|number| number.0))
    }

    fn filter(&self, db: &mut Db, user: &User) -> Result<Filter> {
        let warehouses = warehouses::among(db, user, self.warehouse.as_deref())?;
        let item = match &self.sku {
            Some(sku) => Some(subject::item(db, sku)?),
            None => None,
        };
        Ok(Filter {
            warehouses: warehouses.iter().map(|warehouse| warehouse.id).collect(),
            item,
            kinds: words::list(self.kind.as_deref(), "kind")?,
            sheet: self.sheet()?,
            since: self.since,
            until: self.until,
        })
    }
}

/// The ledger, the newest first.
#[utoipa::path(get, path = "/api/movements", tag = "movements", params(Asked),
    responses((status = 200, body = List<Movement>), (status = 404, body = respond::ProblemBody)))]
pub async fn list(
    me: May<Viewer>,
    request: HttpRequest,
    query: Params<Asked>,
    store: web::Data<Store>,
) -> Response {
    let asked = query.0;
    let page = Page::new("-id", asked.limit, asked.cursor.as_deref())?;
    let page = page.exporting(csv::wanted(&request));
    let list = store
        .read(move |db| {
            let filter = asked.filter(db, &me)?;
            movements::list(db, &filter, &page)
        })
        .await?;
    csv::list(&request, COLUMNS, &list)
}

/// Records one movement.
#[utoipa::path(post, path = "/api/movements", tag = "movements", request_body = NewMovement,
    params(respond::IdempotencyKey),
    responses((status = 201, body = Posted), (status = 409, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody)))]
pub async fn record(
    me: May<Operator>,
    body: Body<NewMovement>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let movement = body.value;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            Answer::new(201, &movements::record(tx, &me, &movement)?)
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Records many, all or nothing; every line that is wrong is named.
#[utoipa::path(post, path = "/api/movements/batch", tag = "movements", request_body = Batch,
    params(respond::IdempotencyKey),
    responses((status = 201, body = BatchPosted), (status = 422, body = respond::ProblemBody)))]
pub async fn batch(
    me: May<Operator>,
    body: Body<Batch>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let lines = body.value.movements;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let (movements, inventory) = movements::batch(tx, &me, &lines)?;
            let posted = BatchPosted {
                movements,
                inventory,
            };
            Answer::new(201, &posted)
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Undoes a movement by its opposite, once.
///
/// A leg of a transfer is undone with the other one; the answer then has `movements`. The receipt of an order
/// is taken back from the order. A movement of a count sheet is undone alone; undoing the sheet takes back the rest.
#[utoipa::path(post, path = "/api/movements/{id}/reverse", tag = "movements", request_body = Reversal,
    params(("id" = i64, Path), respond::IdempotencyKey),
    responses((status = 201, body = Posted), (status = 409, body = respond::ProblemBody)))]
pub async fn reverse(
    me: May<Operator>,
    id: web::Path<i64>,
    body: Body<Reversal>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let (id, note) = (MovementId(id.into_inner()), body.value.note);
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let mut posted = movements::reverse(tx, &me, id, note.as_deref())?;
            if posted.len() > 1 {
                let movements = posted.into_iter().map(|posted| posted.movement).collect();
                return Answer::new(201, &super::transfers::Legs { movements });
            }
            let posted = posted.pop();
            Answer::new(201, &posted)
        })
        .await?;
    Ok(respond::answer(answer))
}
