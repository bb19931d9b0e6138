//! What a line that a photo began is compared with: the level as it was when the photo was sent.

use diesel::prelude::*;

use crate::error::Result;
use crate::ids::{ItemId, SheetId, WarehouseId};
use crate::on_db;
use crate::schema::{count_line as line, movement};
use crate::store::Tx;
use crate::time::Time;

/// Has a line expect what was there at `since`, where it expects what was there later: whatever moved in between is a
/// conflict then. It is never moved forward, and a resolution that was given for the later level is taken back.
///
/// A level changes with its movements alone, and each counts its version by one. What was recorded at the very
/// moment counts as later: at worst a person is asked once more.
pub(super) fn reach_back(
    tx: &mut Tx<'_>,
    (at, sheet): (WarehouseId, SheetId),
    of: ItemId,
    since: Time,
) -> Result<()> {
    let next: Option<(i64, i64, i64)> = on_db!(&mut *tx.db, c => movement::table
        .filter(movement::warehouse_id.eq(at).and(movement::item_id.eq(of)))
        .filter(movement::recorded_at.ge(since))
        .order(movement::level_version)
        .select((movement::level_version, movement::balance_after, movement::delta))
        .first(c)
        .optional())?;
    let Some((version, balance, delta)) = next else {
        return Ok(());
    };
    on_db!(&mut *tx.db, c => diesel::update(line::table.find((sheet, of)))
        .filter(line::expected_version.ge(version))
        .set((
            line::expected.eq(balance - delta),
            line::expected_version.eq(version - 1),
            line::resolution.eq(None::<String>),
            line::resolved_version.eq(None::<i64>),
        ))
        .execute(c))?;
    Ok(())
}
