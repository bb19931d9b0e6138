//! The balance of a level over time, as a step series.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Db;
use crate::domain::movements::Kind;
use crate::error::Result;
use crate::ids::{ItemId, WarehouseId};
use crate::on_db;
use crate::schema::movement;
use crate::time::Time;

/// Points of a series at most; the oldest are left out beyond it. A chart has no more pixels than that.
const POINTS: i64 = 4000;

/// A step: the balance from this moment to the next point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Point {
    /// When.
    pub at: Time,
    /// The balance from then on.
    pub balance: i64,
    /// What kind of movement; `None` for the balance with which the window begins.
    pub kind: Option<Kind>,
}

/// The balance over the last `days` days.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct History {
    /// How far back the series looks.
    pub days: i64,
    /// Its steps, the oldest first; empty when nothing ever moved.
    pub points: Vec<Point>,
}

/// A movement as the series needs it: when, the balance after it, by how much, what kind.
type Step = (Time, i64, i64, Kind);

/// The balance of a level over the last `days` days, in the order of the ledger.
pub fn history(db: &mut Db, at: WarehouseId, of: ItemId, days: i64, now: Time) -> Result<History> {
    let since = now.plus_days(-days);
    let of_level = movement::warehouse_id.eq(at).and(movement::item_id.eq(of));
    let newest_first: Vec<Step> = on_db!(&mut *db, c => movement::table
        .filter(of_level.and(movement::recorded_at.ge(since)))
        .order(movement::level_version.desc())
        .limit(POINTS)
        .select((movement::recorded_at, movement::balance_after, movement::delta, movement::kind))
        .load(c))?;
    let before: Option<i64> = on_db!(db, c => movement::table
        .filter(of_level.and(movement::recorded_at.lt(since)))
        .order(movement::level_version.desc())
        .select(movement::balance_after)
        .first(c)
        .optional())?;
    let oldest = newest_first
        .last()
        .map(|&(_, balance, delta, _)| balance - delta);
    let opening = before.map(|balance| Point {
        at: since,
        balance: oldest.unwrap_or(balance),
        kind: None,
    });
    let steps = newest_first
        .into_iter()
        .rev()
        .map(|(at, balance, _, kind)| Point {
            at,
            balance,
            kind: Some(kind),
        });
    Ok(History {
        days,
        points: opening.into_iter().chain(steps).collect(),
    })
}
