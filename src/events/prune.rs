//! Forgetting the log's old end.

use diesel::prelude::*;

use super::Seq;
use crate::db::Db;
use crate::error::Result;
use crate::ids::WarehouseId;
use crate::on_db;
use crate::schema::{event, warehouse};
use crate::time::Time;

/// Events forgotten in one transaction at most. Larger holds up other writes for longer; at this size it
/// takes some ten milliseconds.
const PIECE: i64 = 2_000;

/// What stays in the log.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    /// Events younger than this many days …
    pub days: i64,
    /// … unless there are more than this many in the warehouse.
    pub events: i64,
}

/// Forgets one piece of one warehouse's log, and says whether there was one. Those who come back with
/// a position before it are told `reset`: [`super::since`] then has no answer.
pub fn prune(db: &mut Db, now: Time, keep: Keep) -> Result<bool> {
    let heads: Vec<(WarehouseId, Seq, Seq)> = on_db!(&mut *db, c => warehouse::table
        .select((warehouse::id, warehouse::last_seq, warehouse::pruned_seq))
        .order(warehouse::id)
        .load(c))?;
    for (id, last, pruned) in heads {
        let oldest: Vec<(Seq, Time)> = on_db!(&mut *db, c => event::table
            .filter(event::warehouse_id.eq(id).and(event::seq.gt(pruned)))
            .select((event::seq, event::at))
            .order(event::seq)
            .limit(PIECE)
            .load(c))?;
        let too_old = now.plus_days(-keep.days);
        let served = |&&(seq, at): &&(Seq, Time)| at < too_old || seq <= last - keep.events;
        if let Some(&(upto, _)) = oldest.iter().take_while(served).last() {
            forget(db, id, upto)?;
            return Ok(true);
        }
    }
    Ok(false)
}

fn forget(db: &mut Db, id: WarehouseId, upto: Seq) -> Result<()> {
    on_db!(&mut *db, c => diesel::update(warehouse::table.find(id))
        .set(warehouse::pruned_seq.eq(upto))
        .execute(c))?;
    on_db!(db, c => diesel::delete(event::table)
        .filter(event::warehouse_id.eq(id).and(event::seq.le(upto)))
        .execute(c))?;
    Ok(())
}
