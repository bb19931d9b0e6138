//! What the ledger says about the last 30 days: use per day, and the balance at the end of each.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde::Serialize;
use utoipa::ToSchema;

use super::{InventoryRow, row};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ItemId, WarehouseId};
use crate::on_db;
use crate::time::Time;

/// Days that statistics look back, today included.
pub const SPARK_DAYS: i64 = 30;

/// The last 30 days of a level.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Stats {
    /// Units issued per day, reversals netted; days before the first movement are left out. `None`
    /// without any history.
    pub daily_use: Option<f64>,
    /// The balance at the end of each UTC day, the oldest first; the last is now.
    pub spark: Vec<i64>,
}

/// A row with its statistics.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InventoryLine {
    /// The row.
    #[serde(flatten)]
    pub row: InventoryRow,
    /// Its last 30 days.
    pub stats: Stats,
}

/// The row of an item in a warehouse, with its statistics.
pub fn line(db: &mut Db, at: WarehouseId, of: ItemId, now: Time) -> Result<InventoryLine> {
    let row = row(db, at, of)?;
    let mut lines = stats(db, at, vec![row], now)?;
    lines
        .pop()
        .ok_or_else(|| crate::error::Error::internal("a row lost its statistics"))
}

/// Adds the statistics to rows of one warehouse: three queries, however many rows.
pub fn stats(
    db: &mut Db,
    at: WarehouseId,
    rows: Vec<InventoryRow>,
    now: Time,
) -> Result<Vec<InventoryLine>> {
    let scope = Scope::of(at, &rows, now);
    let (used, days) = (scope.used(db)?, scope.days(db)?);
    let mut days_of: HashMap<ItemId, Vec<Moved>> = HashMap::new();
    for day in days {
        days_of.entry(ItemId(day.item_id)).or_default().push(day);
    }
    let line = |row: InventoryRow| {
        let days = days_of.remove(&row.item).unwrap_or_default();
        let stats = Stats {
            daily_use: used
                .get(&row.item)
                .map(|used| used.per_day(scope.first_day, now)),
            spark: spark(&days, row.on_hand, scope.first_day),
        };
        InventoryLine { row, stats }
    };
    Ok(rows.into_iter().map(line).collect())
}

/// The balance at the end of each day, from the days on which something moved.
fn spark(days: &[Moved], on_hand: i64, first_day: i64) -> Vec<i64> {
    let mut balance = days.first().map_or(on_hand, |day| day.opening);
    let mut moved = days.iter().peekable();
    let mut closing = |day| {
        if let Some(day) = moved.next_if(|moved| moved.day <= day) {
            balance = day.closing;
        }
        balance
    };
    (first_day..first_day + SPARK_DAYS)
        .map(&mut closing)
        .collect()
}

/// The rows and the days of one question. Its SQL holds integers of ours alone, written into the text,
/// because a list of ids has no placeholder that both dialects know.
struct Scope {
    at: WarehouseId,
    items: String,
    first_day: i64,
}

#[derive(QueryableByName)]
struct Used {
    #[diesel(sql_type = BigInt)]
    item_id: i64,
    #[diesel(sql_type = BigInt)]
    issued: i64,
    #[diesel(sql_type = BigInt)]
    first_at: i64,
}

#[derive(QueryableByName)]
struct Moved {
    #[diesel(sql_type = BigInt)]
    item_id: i64,
    #[diesel(sql_type = BigInt)]
    day: i64,
    #[diesel(sql_type = BigInt)]
    opening: i64,
    #[diesel(sql_type = BigInt)]
    closing: i64,
}

impl Used {
    fn per_day(&self, first_day: i64, now: Time) -> f64 {
        let since = Time(self.first_at).day().max(first_day);
        let days = (now.day() - since + 1).clamp(1, SPARK_DAYS);
        let hundredths = self.issued.max(0).saturating_mul(100) / days;
        f64::from(i32::try_from(hundredths).unwrap_or(i32::MAX)) / 100.0
    }
}

impl Scope {
    fn of(at: WarehouseId, rows: &[InventoryRow], now: Time) -> Self {
        let ids: Vec<String> = rows.iter().map(|row| row.item.0.to_string()).collect();
        Self {
            at,
            // No id is 0, and an empty list is not SQL.
            items: if ids.is_empty() {
                "0".into()
            } else {
                ids.join(",")
            },
            first_day: now.day() - SPARK_DAYS + 1,
        }
    }

    /// Units issued in the window, and when the first movement happened.
    ///
    /// What happened in the window was recorded in it too, so an index finds it.
    fn used(&self, db: &mut Db) -> Result<HashMap<ItemId, Used>> {
        let Self {
            at,
            items,
            first_day,
        } = self;
        let (at, since) = (at.0, first_day * Time::DAY);
        let query = format!(
            "SELECT f.item_id, f.occurred_at AS first_at, CAST(COALESCE((\
               SELECT -SUM(m.delta) FROM movement m WHERE m.warehouse_id = {at} AND m.item_id = f.item_id \
               AND m.kind = 'issue' AND m.recorded_at >= {since} AND m.occurred_at >= {since}), 0) AS BIGINT) AS issued \
             FROM movement f WHERE f.warehouse_id = {at} AND f.item_id IN ({items}) AND f.level_version = 1"
        );
        let used: Vec<Used> = on_db!(db, c => diesel::sql_query(&query).load(c))?;
        Ok(used
            .into_iter()
            .map(|used| (ItemId(used.item_id), used))
            .collect())
    }

    /// Each day on which something moved, with the balance before and after it, in order.
    ///
    /// CROSS JOIN, because SQLite then keeps the order of the tables (its query planner manual, "Manual
    /// Control Of Query Plans"): left to itself it read the whole ledger for each row, seconds in place
    /// of milliseconds. PostgreSQL takes it for the same inner join.
    fn days(&self, db: &mut Db) -> Result<Vec<Moved>> {
        let Self {
            at,
            items,
            first_day,
        } = self;
        let (at, day, since) = (at.0, Time::DAY, first_day * Time::DAY);
        let query = format!(
            "SELECT d.item_id, d.day, f.balance_after - f.delta AS opening, l.balance_after AS closing FROM (\
               SELECT item_id, recorded_at / {day} AS day, MIN(level_version) AS first, MAX(level_version) AS last \
               FROM movement WHERE warehouse_id = {at} AND item_id IN ({items}) AND recorded_at >= {since} \
               GROUP BY item_id, recorded_at / {day}) d \
             CROSS JOIN movement f CROSS JOIN movement l \
             WHERE f.warehouse_id = {at} AND f.item_id = d.item_id AND f.level_version = d.first \
             AND l.warehouse_id = {at} AND l.item_id = d.item_id AND l.level_version = d.last \
             ORDER BY d.item_id, d.day"
        );
        Ok(on_db!(db, c => diesel::sql_query(&query).load(c))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64, opening: i64, closing: i64) -> Moved {
        Moved {
            item_id: 1,
            day,
            opening,
            closing,
        }
    }

    #[test]
    fn a_level_that_never_moved_is_a_flat_line() {
        assert_eq!(spark(&[], 7, 100), vec![7; 30]);
    }

    #[test]
    fn a_balance_stands_until_the_next_movement() {
        let line = spark(&[day(102, 5, 9), day(128, 9, 4)], 4, 100);

        assert_eq!(line[..3], [5, 5, 9]);
        assert_eq!(line[27..], [9, 4, 4]);
    }

    #[test]
    fn use_per_day_leaves_out_the_days_before_the_first_movement() {
        let used = Used {
            item_id: 1,
            issued: 21,
            first_at: 115 * Time::DAY,
        };

        let per_day = used.per_day(100, Time(129 * Time::DAY));

        assert!((per_day - 1.4).abs() < f64::EPSILON);
    }
}
