//! Judging all policies at once: by hand for a whole warehouse, by the clock where a snooze ended.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::evaluate::look;
use super::settle;
use super::suggest::{Need, suggest};
use crate::db::Db;
use crate::domain::inventory::Mode;
use crate::error::Result;
use crate::events::Change;
use crate::ids::{ItemId, WarehouseId};
use crate::on_db;
use crate::schema::{inventory, item};
use crate::store::Tx;
use crate::time::Time;

/// What a run over a warehouse did, or would do, for one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Planned {
    /// The item's human key.
    pub sku: String,
    /// `suggest` (an order is raised or changed) or `cancel`.
    pub action: &'static str,
    /// Units, for `suggest`.
    pub quantity: Option<i64>,
    /// The sentence: why, or why not any more.
    pub why: String,
}

/// What a run over a warehouse would do now.
pub fn plan(db: &mut Db, at: WarehouseId, now: Time) -> Result<Vec<Planned>> {
    let planned = each(db, at, now)?.into_iter();
    Ok(planned.map(|(_, planned)| planned).collect())
}

/// Judges every policy of a warehouse, and says what it did.
pub fn run(tx: &mut Tx<'_>, at: WarehouseId) -> Result<Vec<Planned>> {
    tx.db.lock_warehouse(at)?;
    let now = tx.now();
    let mut done = Vec::new();
    for (of, planned) in each(tx.db, at, now)? {
        settle(tx, at, of, Change::verb("policy"))?;
        done.push(planned);
    }
    Ok(done)
}

fn each(db: &mut Db, at: WarehouseId, now: Time) -> Result<Vec<(ItemId, Planned)>> {
    let levels: Vec<(ItemId, String)> = on_db!(&mut *db, c => inventory::table
        .inner_join(item::table)
        .filter(inventory::warehouse_id.eq(at))
        .filter(inventory::mode.eq(Mode::Suggest).or(inventory::pending.gt(0)))
        .order(item::sku)
        .select((inventory::item_id, item::sku))
        .load(c))?;
    let mut all = Vec::new();
    for (of, sku) in levels {
        if let Some(planned) = of_level(db, (at, of), sku, now)? {
            all.push((of, planned));
        }
    }
    Ok(all)
}

fn of_level(
    db: &mut Db,
    (at, of): (WarehouseId, ItemId),
    sku: String,
    now: Time,
) -> Result<Option<Planned>> {
    let Some((seen, own)) = look(db, at, of)? else {
        return Ok(None);
    };
    let (levels, mut rule) = (seen.levels(own.as_ref()), seen.rule());
    if own.is_some() {
        rule.snoozed_until = None;
    }
    let planned = match (suggest(levels, &rule, now), own) {
        (Some(wanted), own) => {
            let known = own.is_some_and(|own| own.says(&wanted));
            (!known).then_some(Planned {
                sku,
                action: "suggest",
                quantity: Some(wanted.quantity),
                why: wanted.why.text,
            })
        }
        (None, Some(_)) => Some(Planned {
            sku,
            action: "cancel",
            quantity: None,
            why: match rule.need(levels) {
                Need::Nothing(reason) => reason,
                Need::Order(wanted) => wanted.why.text,
            },
        }),
        (None, None) => None,
    };
    Ok(planned)
}

/// Judges the policies whose snooze is over, and forgets the snooze. For timed work: nothing else looks at
/// a level on which nothing happens.
pub fn end_snoozes(tx: &mut Tx<'_>) -> Result<usize> {
    let now = tx.now();
    let over: Vec<(WarehouseId, ItemId)> = on_db!(&mut *tx.db, c => inventory::table
        .filter(inventory::snoozed_until.le(now))
        .order((inventory::warehouse_id, inventory::item_id))
        .select((inventory::warehouse_id, inventory::item_id))
        .load(c))?;
    for &(at, of) in &over {
        tx.db.lock_warehouse(at)?;
        on_db!(&mut *tx.db, c => diesel::update(inventory::table.find((at, of)))
            .filter(inventory::snoozed_until.le(now))
            .set(inventory::snoozed_until.eq(None::<Time>))
            .execute(c))?;
        settle(tx, at, of, Change::verb("policy"))?;
    }
    Ok(over.len())
}
