//! Judging a policy, and keeping its one pending order in step with the need.

use diesel::prelude::*;

use super::suggest::{Levels, Need, Rule, Suggestion, suggest};
use crate::db::Db;
use crate::domain::inventory::Mode;
use crate::domain::orders::{self, Source, Status};
use crate::domain::status::Priority;
use crate::error::{Error, Result};
use crate::ids::{ItemId, OrderId, WarehouseId};
use crate::on_db;
use crate::schema::{inventory, item, replenishment_order as order, warehouse};
use crate::store::Tx;
use crate::time::Time;

/// A level as the policy sees it.
#[derive(Queryable)]
pub(super) struct Seen {
    on_hand: i64,
    on_order: i64,
    pending: i64,
    mode: Mode,
    min: i64,
    target: i64,
    pack: i64,
    snoozed_until: Option<Time>,
    supplier: Option<String>,
    item_archived: bool,
    warehouse_archived: bool,
}

/// The policy's own pending order.
#[derive(Queryable)]
pub(super) struct Own {
    id: OrderId,
    quantity: i64,
    suggested: Option<i64>,
    priority: Priority,
}

impl Own {
    /// Whether the order says already what is wanted.
    pub(super) fn says(&self, wanted: &Suggestion) -> bool {
        self.suggested == Some(wanted.quantity) && self.priority == wanted.priority
    }
}

impl Seen {
    pub(super) fn levels(&self, own: Option<&Own>) -> Levels {
        Levels {
            on_hand: self.on_hand,
            on_order: self.on_order,
            pending: self.pending - own.map_or(0, |own| own.quantity),
        }
    }

    /// Whether it takes no orders.
    fn is_closed(&self) -> bool {
        self.item_archived || self.warehouse_archived
    }

    /// The rule; off for what takes no orders.
    pub(super) fn rule(&self) -> Rule {
        Rule {
            mode: if self.is_closed() {
                Mode::Off
            } else {
                self.mode
            },
            min: self.min,
            target: self.target,
            pack: self.pack,
            snoozed_until: self.snoozed_until,
        }
    }
}

/// Raises, changes or withdraws the policy's pending order, and says which and how. The caller records it.
///
/// A snoozed policy raises nothing, but an order that is pending already still follows the need.
pub(super) fn evaluate(
    tx: &mut Tx<'_>,
    at: WarehouseId,
    of: ItemId,
) -> Result<Option<(OrderId, &'static str)>> {
    let Some((seen, own)) = look(tx.db, at, of)? else {
        return Ok(None);
    };
    let (levels, rule) = (seen.levels(own.as_ref()), seen.rule());
    let Some(own) = own else {
        return match suggest(levels, &rule, tx.now()) {
            Some(suggestion) => {
                let id = raise(tx, (at, of), &suggestion, seen.supplier.as_ref())?;
                orders::recount(tx, at, of)?;
                Ok(Some((id, "suggest")))
            }
            None => Ok(None),
        };
    };
    match rule.need(levels) {
        Need::Order(wanted) if own.says(&wanted) => Ok(None),
        Need::Order(wanted) => {
            follow(tx, &own, &wanted)?;
            orders::recount(tx, at, of)?;
            Ok(Some((own.id, "suggest")))
        }
        Need::Nothing(reason) => {
            let archived = seen.is_closed().then(|| "it is archived".to_owned());
            withdraw(tx, own.id, &archived.unwrap_or(reason))?;
            orders::recount(tx, at, of)?;
            Ok(Some((own.id, "cancel")))
        }
    }
}

/// The level, and the policy's own pending order if there is one; `None` without a level.
pub(super) fn look(
    db: &mut Db,
    at: WarehouseId,
    of: ItemId,
) -> Result<Option<(Seen, Option<Own>)>> {
    let seen: Option<Seen> = on_db!(&mut *db, c => inventory::table
        .inner_join(item::table)
        .inner_join(warehouse::table)
        .filter(inventory::warehouse_id.eq(at).and(inventory::item_id.eq(of)))
        .select((
            inventory::on_hand,
            inventory::on_order,
            inventory::pending,
            inventory::mode,
            inventory::min,
            inventory::target,
            inventory::pack,
            inventory::snoozed_until,
            inventory::supplier,
            item::archived,
            warehouse::archived,
        ))
        .first(c)
        .optional())?;
    let Some(seen) = seen else {
        return Ok(None);
    };
    if seen.pending == 0 {
        return Ok(Some((seen, None)));
    }
    let own = on_db!(db, c => order::table
        .filter(order::warehouse_id.eq(at).and(order::item_id.eq(of)))
        .filter(order::status.eq(Status::Pending).and(order::source.eq(Source::Policy)))
        .select((order::id, order::quantity, order::quantity_suggested, order::priority))
        .first(c)
        .optional())?;
    Ok(Some((seen, own)))
}

fn raise(
    tx: &mut Tx<'_>,
    (at, of): (WarehouseId, ItemId),
    suggestion: &Suggestion,
    supplier: Option<&String>,
) -> Result<OrderId> {
    let why = serde_json::to_string(&suggestion.why).map_err(Error::internal)?;
    let new = orders::Draft {
        quantity: suggestion.quantity,
        suggested: Some(suggestion.quantity),
        priority: suggestion.priority,
        source: Source::Policy,
        supplier: supplier.cloned(),
        why: Some(why),
        note: None,
    };
    orders::insert(tx, (at, of), &new)
}

/// Brings the order to the need of today. A quantity that a person typed stays.
fn follow(tx: &mut Tx<'_>, own: &Own, wanted: &Suggestion) -> Result<()> {
    let typed = own.suggested != Some(own.quantity);
    let quantity = if typed { own.quantity } else { wanted.quantity };
    let why = serde_json::to_string(&wanted.why).map_err(Error::internal)?;
    let now = tx.now();
    on_db!(&mut *tx.db, c => diesel::update(order::table.find(own.id))
        .set((
            order::quantity.eq(quantity),
            order::quantity_suggested.eq(wanted.quantity),
            order::priority.eq(wanted.priority),
            order::why.eq(&why),
            order::version.eq(order::version + 1),
            order::updated_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

fn withdraw(tx: &mut Tx<'_>, id: OrderId, reason: &str) -> Result<()> {
    let now = tx.now();
    on_db!(&mut *tx.db, c => diesel::update(order::table.find(id))
        .set((
            order::status.eq(Status::Cancelled),
            order::decided_at.eq(now),
            order::decision_note.eq(format!("No longer needed: {reason}.")),
            order::closed_at.eq(now),
            order::version.eq(order::version + 1),
            order::updated_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}
