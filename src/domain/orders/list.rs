//! Reading orders: the queue, what is on its way, what is done.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Number, Source, Status};
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::page::{List, Page};
use crate::domain::policy::Why;
use crate::domain::status::Priority;
use crate::domain::words::words;
use crate::error::{Error, Result};
use crate::events::{self, Event, EventName};
use crate::ids::{ItemId, OrderId, WarehouseId};
use crate::on_db;
use crate::schema::{item, replenishment_order as order, warehouse};
use crate::time::Time;

/// An order, as shown.
#[derive(Clone, Debug, Queryable, Serialize, ToSchema)]
pub struct OrderRow {
    /// The order's key.
    #[serde(skip)]
    pub id: OrderId,
    /// The warehouse's key.
    #[serde(skip)]
    pub warehouse_id: WarehouseId,
    /// Its name among people.
    #[schema(example = "RO-1042")]
    pub number: String,
    /// The warehouse's code.
    pub warehouse: String,
    /// The item's human key.
    pub sku: String,
    /// The item's name.
    pub name: String,
    /// What is counted, such as `pack`.
    pub unit: String,
    /// Units asked for, or approved.
    pub quantity: i64,
    /// Units that the policy suggested.
    pub quantity_suggested: Option<i64>,
    /// Units that came.
    pub received: i64,
    /// Units that are still to come.
    pub outstanding: i64,
    /// Where it is in its life.
    pub status: Status,
    /// How urgent it was when it was asked for.
    pub priority: Priority,
    /// Who asked for it: policy or a person.
    pub source: Source,
    /// Whom to order from.
    pub supplier: Option<String>,
    /// The numbers behind a suggestion.
    pub why: Option<Why>,
    /// What the requester said.
    pub note: Option<String>,
    /// Who asked for it.
    pub requested_by: String,
    /// When.
    pub requested_at: Time,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Time>,
    /// What they said.
    pub decision_note: Option<String>,
    /// When its life ended.
    pub closed_at: Option<Time>,
    /// Counts its changes; what `If-Match` names.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Time,
}

words! {
    /// The order of a list of orders.
    Sort {
        /// The most urgent first, then the longest waiting.
        Priority "-priority",
        /// The last asked for first.
        CreatedAt "-created_at",
    }
}

/// Which orders.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In these warehouses.
    pub warehouses: Vec<WarehouseId>,
    /// In any of these statuses; empty for all.
    pub status: Vec<Status>,
    /// Of this item.
    pub item: Option<ItemId>,
}

/// Where an order stands in a list: the rank of its priority, and its id.
pub type Place = (i64, i64);

/// How many orders stand on each tab of the page.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counts {
    /// Wait for a decision.
    pub approve: i64,
    /// Are on their way.
    pub way: i64,
    /// Are done, in whatever way.
    pub done: i64,
}

/// Most urgent first.
const PRIORITY_RANK: &str = "(CASE replenishment_order.priority WHEN 'critical' THEN 0 \
    WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END)";

const OUTSTANDING: &str = "(CASE WHEN replenishment_order.status IN ('pending', 'approved') \
    THEN replenishment_order.quantity - replenishment_order.received ELSE 0 END)";

const REQUESTED_BY: &str = "COALESCE((SELECT asked.name FROM \"user\" asked \
    WHERE asked.id = replenishment_order.requested_by), 'AIMS')";

const DECIDED_BY: &str = "(CASE WHEN replenishment_order.decided_at IS NULL THEN NULL \
    ELSE COALESCE((SELECT decider.name FROM \"user\" decider \
    WHERE decider.id = replenishment_order.decided_by), 'AIMS') END)";

macro_rules! rows {
    () => {
        order::table
            .inner_join(item::table.on(item::id.eq(order::item_id)))
            .inner_join(warehouse::table.on(warehouse::id.eq(order::warehouse_id)))
            .select((
                order::id,
                order::warehouse_id,
                sql::<Text>("'RO-' || CAST(replenishment_order.id AS TEXT)"),
                warehouse::code,
                item::sku,
                item::name,
                item::unit,
                order::quantity,
                order::quantity_suggested,
                order::received,
                sql::<BigInt>(OUTSTANDING),
                order::status,
                order::priority,
                order::source,
                order::supplier,
                order::why,
                order::note,
                sql::<Text>(REQUESTED_BY),
                order::requested_at,
                sql::<Nullable<Text>>(DECIDED_BY),
                order::decided_at,
                order::decision_note,
                order::closed_at,
                order::version,
                order::updated_at,
            ))
    };
}

/// A page of orders; the page's order is the word of `sort`.
pub fn list(
    db: &mut Db,
    filter: &Filter,
    sort: Sort,
    page: &Page<Place>,
) -> Result<List<OrderRow>> {
    let rows: Vec<OrderRow> = on_db!(db, c => {
        let mut query = rows!()
            .filter(order::warehouse_id.eq_any(filter.warehouses.clone()))
            .into_boxed();
        if !filter.status.is_empty() {
            query = query.filter(order::status.eq_any(filter.status.clone()));
        }
        if let Some(item) = filter.item {
            query = query.filter(order::item_id.eq(item));
        }
        // Ids grow with time, so the oldest has the lowest.
        if let Some((rank, id)) = page.after {
            query = match sort {
                Sort::CreatedAt => query.filter(order::id.lt(OrderId(id))),
                Sort::Priority => query.filter(
                    sql::<BigInt>(PRIORITY_RANK)
                        .gt(rank)
                        .or(sql::<BigInt>(PRIORITY_RANK).eq(rank).and(order::id.gt(id))),
                ),
            };
        }
        let query = match sort {
            Sort::CreatedAt => query.order(order::id.desc()),
            Sort::Priority => query.order(sql::<BigInt>(PRIORITY_RANK)).then_order_by(order::id),
        };
        query.limit(page.fetch()).load(c)
    })?;
    Ok(page.cut(rows, |row| (row.priority as i64, row.id.0)))
}

/// The order of that id.
///
/// # Errors
/// `not_found`.
pub fn find(db: &mut Db, id: OrderId) -> Result<OrderRow> {
    let found = on_db!(db, c => rows!().filter(order::id.eq(id)).first(c).optional())?;
    found.ok_or_else(|| Error::not_found(format_args!("order {}", Number(id))))
}

/// The order of that number, for somebody who may see it.
///
/// # Errors
/// `not_found` when there is none, or none they may see.
pub fn see(db: &mut Db, user: &User, number: Number) -> Result<OrderRow> {
    let row = find(db, number.0)?;
    match user.role_in(row.warehouse_id) {
        Some(role) if role >= Role::Viewer => Ok(row),
        _ => Err(Error::not_found(format_args!("order {number}"))),
    }
}

/// Everything that happened to an order, the oldest first.
///
/// # Errors
/// `not_found` when there is none, or none they may see.
pub fn events(db: &mut Db, user: &User, number: Number) -> Result<Vec<Event>> {
    let row = see(db, user, number)?;
    events::of_entity(
        db,
        row.warehouse_id,
        EventName::ReplenishmentUpdated,
        &row.number,
    )
}

/// How many orders of a warehouse stand on each tab.
pub fn counts(db: &mut Db, at: WarehouseId) -> Result<Counts> {
    let found: Vec<(Status, i64)> = on_db!(db, c => order::table
        .filter(order::warehouse_id.eq(at))
        .group_by(order::status)
        .select((order::status, sql::<BigInt>("count(*)")))
        .load(c))?;
    let mut counts = Counts::default();
    for (status, count) in found {
        match status {
            Status::Pending => counts.approve += count,
            Status::Approved => counts.way += count,
            _ => counts.done += count,
        }
    }
    Ok(counts)
}
