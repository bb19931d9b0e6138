//! What every step of a sheet shares: finding it with the right to act, making lines, and telling everybody after.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::list::{self, Change, SheetRow};
use super::{MAX_LINES, Number, line};
use crate::domain::access::{Role, User};
use crate::error::{Code, Error, Result};
use crate::events::{self, Draft, EventName};
use crate::ids::{ItemId, SheetId, UserId, WarehouseId};
use crate::on_db;
use crate::schema::{count_line, count_sheet as sheet, inventory};
use crate::store::Tx;
use crate::time::Time;

/// Lines that an event carries at most. The log and every room's memory keep events, so one must stay small; a
/// change of more lines says that the sheet is to be loaded.
const LINES_TOLD: i64 = 100;

/// Rows of one INSERT: SQLite takes at most 32,766 values.
const ROWS_AT_ONCE: usize = 500;

/// A line about to be written.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = count_line)]
pub(super) struct NewLine {
    pub(super) sheet_id: SheetId,
    pub(super) item_id: ItemId,
    pub(super) expected: i64,
    pub(super) expected_version: i64,
    pub(super) included: bool,
    pub(super) chosen: bool,
    pub(super) updated_at: Time,
    pub(super) updated_by: Option<UserId>,
}

/// Finds a sheet, checks the right and locks the warehouse, so that nobody else takes a step with it, and no stock
/// of it moves, until the transaction ends.
pub(super) fn lock(tx: &mut Tx<'_>, user: &User, number: Number) -> Result<SheetRow> {
    let id = number.0;
    let at: Option<WarehouseId> = on_db!(&mut *tx.db, c => sheet::table
        .find(id)
        .select(sheet::warehouse_id)
        .first(c)
        .optional())?;
    let at = at
        .filter(|&at| user.role_in(at).is_some())
        .ok_or_else(|| list::missing(number))?;
    user.require(at, Role::Operator)?;
    tx.db.lock_warehouse(at)?;
    list::find(tx.db, id)
}

/// The same for a step that an open sheet alone allows; `expected` is the version that the caller looked at, if
/// that matters to them.
///
/// # Errors
/// `sheet_closed`, `stale_version`.
pub(in crate::domain) fn hold(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: Option<i64>,
) -> Result<SheetRow> {
    let row = lock(tx, user, number)?;
    list::must_be_open(&row)?;
    must_be_at(&row, expected)?;
    Ok(row)
}

pub(super) fn must_be_at(row: &SheetRow, expected: Option<i64>) -> Result<()> {
    if expected.is_none_or(|version| version == row.head.version) {
        return Ok(());
    }
    let detail = format!("{} was changed since you looked at it.", row.head.number);
    Err(Error::refused(Code::StaleVersion, detail).with_current(row))
}

/// What is on hand of these items, and which version of the level that is; nothing of what was never stocked.
pub(super) fn levels(
    tx: &mut Tx<'_>,
    at: WarehouseId,
    items: &[ItemId],
) -> Result<Vec<(ItemId, i64, i64)>> {
    let found: Vec<(ItemId, i64, i64)> = on_db!(&mut *tx.db, c => inventory::table
        .filter(inventory::warehouse_id.eq(at).and(inventory::item_id.eq_any(items)))
        .select((inventory::item_id, inventory::on_hand, inventory::version))
        .load(c))?;
    let known: BTreeMap<_, _> = found
        .into_iter()
        .map(|(of, on_hand, version)| (of, (on_hand, version)))
        .collect();
    let level = |&of| {
        let (on_hand, version) = known.get(&of).copied().unwrap_or_default();
        (of, on_hand, version)
    };
    Ok(items.iter().map(level).collect())
}

/// Adds a line for each of these items, none of which has one.
///
/// # Errors
/// `validation` when the sheet would have more than [`MAX_LINES`].
pub(super) fn add_lines(
    tx: &mut Tx<'_>,
    (at, id): (WarehouseId, SheetId),
    items: &[ItemId],
) -> Result<()> {
    let held: i64 = on_db!(&mut *tx.db, c => count_line::table
        .filter(count_line::sheet_id.eq(id))
        .select(count_star())
        .first(c))?;
    if held.saturating_add(count(items)) > i64::from(MAX_LINES) {
        let detail = format!("A count sheet has {MAX_LINES} lines at most; make several of it.");
        return Err(Error::field("/lines", "too_many", detail));
    }
    let (updated_at, updated_by) = (tx.now(), tx.actor.id);
    let levels = levels(tx, at, items)?;
    let lines = levels
        .into_iter()
        .map(|(item_id, expected, expected_version)| NewLine {
            sheet_id: id,
            item_id,
            expected,
            expected_version,
            included: true,
            chosen: false,
            updated_at,
            updated_by,
        });
    let lines: Vec<_> = lines.collect();
    for lines in lines.chunks(ROWS_AT_ONCE) {
        on_db!(&mut *tx.db, c => diesel::insert_into(count_line::table)
            .values(lines)
            .execute(c))?;
    }
    Ok(())
}

/// Counts a change of a sheet.
pub(super) fn advance(tx: &mut Tx<'_>, id: SheetId) -> Result<()> {
    let now = tx.now();
    on_db!(&mut *tx.db, c => diesel::update(sheet::table.find(id))
        .set((sheet::version.eq(sheet::version + 1), sheet::updated_at.eq(now)))
        .execute(c))?;
    Ok(())
}

/// Which lines a step changed.
pub(super) enum Lines<'a> {
    /// Those of these items.
    Of(&'a [ItemId]),
    /// All, or all may look different.
    All,
}

fn count(items: &[ItemId]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

/// Records that a sheet changed, with the lines that did and the SKUs whose lines are gone, and gives that back.
pub(super) fn announce(
    tx: &mut Tx<'_>,
    id: SheetId,
    verb: &'static str,
    lines: &Lines<'_>,
    removed: Vec<String>,
) -> Result<Change> {
    let row = list::find(tx.db, id)?;
    let (few, items) = match *lines {
        Lines::Of(items) => (count(items) <= LINES_TOLD, Some(items)),
        Lines::All => (row.head.line_count <= LINES_TOLD, None),
    };
    let lines = if few {
        let lines = line::load(tx.db, &row.head, items)?;
        Some(
            lines
                .into_iter()
                .map(|line| line.shown(&row.head))
                .collect(),
        )
    } else {
        None
    };
    let change = Change {
        row,
        lines,
        removed,
    };
    let head = &change.row.head;
    let draft = Draft::new(
        head.warehouse_id,
        EventName::CountUpdated,
        &head.number,
        events::Change::verb(verb),
        &change,
    )?;
    tx.record(draft)?;
    Ok(change)
}
