//! What a line that a photo began is compared with: the level as it was when the photo was sent.

use diesel::prelude::*;

use super::step;
use crate::error::Result;
use crate::ids::{ItemId, SheetId, WarehouseId};
use crate::on_db;
use crate::schema::{count_line as line, movement};
use crate::store::Tx;
use crate::time::Time;

/// Has a line expect what was there at `since`: whatever moved since is a conflict then. One that a person counted
/// (`counted`) expects no later stock than before, as nobody knows when they did. Answers whether it expects something
/// else now; a resolution that was given before is taken back then.
///
/// A level changes with its movements alone, and each counts its version by one. What was recorded at the very
/// moment counts as later: at worst a person is asked once more.
pub(super) fn compare_with(
    tx: &mut Tx<'_>,
    (at, sheet): (WarehouseId, SheetId),
    of: ItemId,
    (since, counted): (Time, bool),
) -> Result<bool> {
    let next: Option<(i64, i64, i64)> = on_db!(&mut *tx.db, c => movement::table
        .filter(movement::warehouse_id.eq(at).and(movement::item_id.eq(of)))
        .filter(movement::recorded_at.ge(since))
        .order(movement::level_version)
        .select((movement::level_version, movement::balance_after, movement::delta))
        .first(c)
        .optional())?;
    let (expected, version) = if let Some((version, balance, delta)) = next {
        (balance - delta, version - 1)
    } else {
        let now = step::levels(tx, at, &[of])?;
        now.first()
            .map_or((0, 0), |&(_, on_hand, version)| (on_hand, version))
    };
    let moved = on_db!(&mut *tx.db, c => {
        let mut line = diesel::update(line::table)
            .filter(line::sheet_id.eq(sheet).and(line::item_id.eq(of)))
            .into_boxed();
        line = if counted {
            line.filter(line::expected_version.gt(version))
        } else {
            line.filter(line::expected_version.ne(version))
        };
        line.set((
            line::expected.eq(expected),
            line::expected_version.eq(version),
            line::resolution.eq(None::<String>),
            line::resolved_version.eq(None::<i64>),
        ))
        .execute(c)
    })?;
    Ok(moved > 0)
}
