//! What detectors saw, as lines of a sheet.
//!
//! A sheet follows the boxes of its photos while it is open: a box that is ignored, added or given to another item
//! changes the lines. What a person counted or chose on the sheet stays. A photo shows the shelf as it was when it was
//! sent, so that moment is what its lines are compared with, however much later the sheet is made.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::baseline;
use super::edit::delete_line;
use super::line::{self, Row};
use super::list::{Change, Head};
use super::open::{Draft, insert};
use super::step::{self, Lines, add_lines, advance};
use super::{Mode, Number, Source};
use crate::domain::access::{Role, User};
use crate::domain::inventory::MAX_QUANTITY;
use crate::error::{Error, Result};
use crate::ids::{ItemId, SheetId, WarehouseId};
use crate::on_db;
use crate::schema::count_line;
use crate::store::Tx;
use crate::time::Time;

/// What the photos of a sheet show of one item, all of them together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// The item.
    pub item: ItemId,
    /// Units.
    pub units: i64,
    /// When the oldest of the photos that show it was sent.
    pub since: Time,
    /// Whether that is certain enough to be applied unless a person says otherwise.
    pub included: bool,
    /// The confidence of the least certain box, 0 to 1; `None` where no detector gave one.
    pub lowest_confidence: Option<f64>,
}

/// Makes an empty sheet for photos, and tells nobody yet: the caller ties its scans to the sheet and calls
/// [`fill`], in the same transaction.
///
/// # Errors
/// `not_found`, `forbidden`.
pub fn start(
    tx: &mut Tx<'_>,
    user: &User,
    warehouse: WarehouseId,
    mode: Mode,
    blind: bool,
) -> Result<SheetId> {
    user.require(warehouse, Role::Operator)?;
    tx.db.lock_warehouse(warehouse)?;
    let new = Draft {
        warehouse,
        title: None,
        source: Source::Vision,
        mode,
        blind,
    };
    insert(tx, &new)
}

/// Brings the lines of an open sheet in step with what its photos show: all of it, each item once.
///
/// An item that is no longer seen loses what was seen; on a sheet that photos began its line goes, unless a person
/// counted or chose it. Nothing is recorded where nothing changed.
///
/// # Errors
/// `sheet_closed`; `validation` for more lines than a sheet may have, or more units than an item may.
pub fn fill(tx: &mut Tx<'_>, user: &User, sheet: SheetId, seen: &[Seen]) -> Result<()> {
    let head = step::hold(tx, user, Number(sheet), None)?.head;
    let (changed, removed) = bring_in_step(tx, &head, seen)?;
    let fresh = head.version == 0;
    if changed.is_empty() && removed.is_empty() && !fresh {
        return Ok(());
    }
    advance(tx, sheet)?;
    let verb = if fresh { "open" } else { "fill" };
    step::announce(tx, sheet, verb, &Lines::Of(&changed), removed).map(drop)
}

/// The same for a sheet that has other photos than before, which is a change of it whatever they show.
///
/// # Errors
/// The same.
pub fn refill(tx: &mut Tx<'_>, user: &User, sheet: SheetId, seen: &[Seen]) -> Result<Change> {
    let head = step::hold(tx, user, Number(sheet), None)?.head;
    let (changed, removed) = bring_in_step(tx, &head, seen)?;
    advance(tx, sheet)?;
    step::announce(tx, sheet, "fill", &Lines::Of(&changed), removed)
}

/// Writes what was seen; answers with the items whose lines changed, and the SKUs whose lines are gone.
fn bring_in_step(
    tx: &mut Tx<'_>,
    head: &Head,
    seen: &[Seen],
) -> Result<(Vec<ItemId>, Vec<String>)> {
    must_be_possible(seen)?;
    let (at, sheet) = (head.warehouse_id, head.id);
    let lines = line::load(tx.db, head, None)?;
    let before: BTreeMap<ItemId, Row> = lines.into_iter().map(|line| (line.item, line)).collect();
    let wanted: BTreeMap<ItemId, Seen> = seen.iter().map(|seen| (seen.item, *seen)).collect();
    let new: Vec<_> = wanted
        .keys()
        .copied()
        .filter(|item| !before.contains_key(item))
        .collect();
    add_lines(tx, (at, sheet), &new)?;
    let mut changed = Vec::new();
    for seen in wanted.values() {
        let line = before.get(&seen.item);
        let counted = line.is_some_and(|line| line.counted.is_some());
        let other = line.is_none_or(|line| differs(line, seen));
        if other {
            write(tx, sheet, seen)?;
        }
        let since = (seen.since, counted);
        if baseline::compare_with(tx, (at, sheet), seen.item, since)? || other {
            changed.push(seen.item);
        }
    }
    let mut removed = Vec::new();
    let unseen = before
        .into_values()
        .filter(|line| line.seen.is_some() && !wanted.contains_key(&line.item));
    for line in unseen {
        if head.source == Source::Vision && line.counted.is_none() && !line.chosen {
            delete_line(tx, sheet, line.item)?;
            removed.push(line.sku);
        } else {
            forget(tx, sheet, line.item)?;
            changed.push(line.item);
        }
    }
    Ok((changed, removed))
}

fn must_be_possible(seen: &[Seen]) -> Result<()> {
    let mut units = seen.iter().map(|seen| seen.units);
    match units.find(|units| !(0..=MAX_QUANTITY).contains(units)) {
        None => Ok(()),
        Some(units) => {
            let detail = format!("{units} units are more than there can be of an item.");
            Err(Error::field("/units", "range", detail))
        }
    }
}

fn differs(line: &Row, seen: &Seen) -> bool {
    line.seen != Some(seen.units)
        || line.lowest_confidence != seen.lowest_confidence
        || !line.chosen && line.included != seen.included
}

/// Writes what was seen; whether the line is included only where no person said so.
fn write(tx: &mut Tx<'_>, sheet: SheetId, seen: &Seen) -> Result<()> {
    let (now, by) = (tx.now(), tx.actor.id);
    on_db!(&mut *tx.db, c => diesel::update(count_line::table.find((sheet, seen.item)))
        .set((
            count_line::seen.eq(seen.units),
            count_line::lowest_confidence.eq(seen.lowest_confidence),
            count_line::updated_at.eq(now),
            count_line::updated_by.eq(by),
        ))
        .execute(c))?;
    on_db!(&mut *tx.db, c => diesel::update(count_line::table.find((sheet, seen.item)))
        .filter(count_line::chosen.eq(false))
        .set(count_line::included.eq(seen.included))
        .execute(c))?;
    Ok(())
}

fn forget(tx: &mut Tx<'_>, sheet: SheetId, item: ItemId) -> Result<()> {
    let (now, by) = (tx.now(), tx.actor.id);
    on_db!(&mut *tx.db, c => diesel::update(count_line::table.find((sheet, item)))
        .set((
            count_line::seen.eq(None::<i64>),
            count_line::lowest_confidence.eq(None::<f64>),
            count_line::updated_at.eq(now),
            count_line::updated_by.eq(by),
        ))
        .execute(c))?;
    Ok(())
}
