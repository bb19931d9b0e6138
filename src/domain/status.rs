//! How well stocked an item is: one rule, in Rust for a row and in SQL for a table.
//!
//! With the ratio r = `on_hand / target`: out at 0, critical up to 0.2, low up to 0.6, good below 1,
//! optimal up to 1.5, over above; none without a target. All in integers: r ≤ 0.6 is
//! `5 · on_hand ≤ 3 · target`, and quantities of at most 10¹² leave room for the factors.

use super::words::words;

words! {
    /// How well stocked an item is, from the emptiest.
    Status {
        /// Nothing there.
        Out "out",
        /// At most a fifth of the target.
        Critical "critical",
        /// At most three fifths.
        Low "low",
        /// Below the target.
        Good "good",
        /// From the target up to one and a half.
        Optimal "optimal",
        /// More than one and a half times the target.
        Over "over",
        /// No target is set.
        None "none",
    }
}

words! {
    /// How urgent an order is, from the most urgent.
    Priority {
        /// Out or critical.
        Critical "critical",
        /// At most two fifths of the target.
        High "high",
        /// At most three fifths.
        Medium "medium",
        /// Below the target.
        Low "low",
        /// Nothing is needed.
        None "none",
    }
}

/// The status of a level.
pub const fn status(on_hand: i64, target: i64) -> Status {
    if target <= 0 {
        Status::None
    } else if on_hand <= 0 {
        Status::Out
    } else if on_hand * 5 <= target {
        Status::Critical
    } else if on_hand * 5 <= target * 3 {
        Status::Low
    } else if on_hand < target {
        Status::Good
    } else if on_hand * 2 <= target * 3 {
        Status::Optimal
    } else {
        Status::Over
    }
}

/// How urgent it is to order.
pub const fn priority(on_hand: i64, target: i64) -> Priority {
    match status(on_hand, target) {
        Status::Out | Status::Critical => Priority::Critical,
        Status::Low if on_hand * 5 <= target * 2 => Priority::High,
        Status::Low => Priority::Medium,
        Status::Good => Priority::Low,
        Status::Optimal | Status::Over | Status::None => Priority::None,
    }
}

/// Largest part of [`rank`] that the ratio takes, in millionths: a million times the target.
const RATIO_LIMIT: i64 = 1_000_000_000_000;

/// Where a level stands in the order of risk, the riskiest first: by priority, then by ratio in
/// millionths. Rows without a target come last.
pub const fn rank(on_hand: i64, target: i64) -> i64 {
    if target <= 0 {
        return RATIO_LIMIT * 50;
    }
    let ratio = on_hand * 1_000_000 / target;
    let capped = if ratio > RATIO_LIMIT {
        RATIO_LIMIT
    } else {
        ratio
    };
    let class = match priority(on_hand, target) {
        Priority::Critical => 0,
        Priority::High => 10,
        Priority::Medium => 20,
        Priority::Low => 30,
        Priority::None => 40,
    };
    RATIO_LIMIT * class + capped
}

/// [`status`] over the columns of `inventory`, for both databases.
pub const STATUS_SQL: &str = "(CASE WHEN inventory.target <= 0 THEN 'none' \
    WHEN inventory.on_hand <= 0 THEN 'out' \
    WHEN inventory.on_hand * 5 <= inventory.target THEN 'critical' \
    WHEN inventory.on_hand * 5 <= inventory.target * 3 THEN 'low' \
    WHEN inventory.on_hand < inventory.target THEN 'good' \
    WHEN inventory.on_hand * 2 <= inventory.target * 3 THEN 'optimal' \
    ELSE 'over' END)";

/// [`priority`] over the columns of `inventory`, for both databases.
pub const PRIORITY_SQL: &str = "(CASE WHEN inventory.target <= 0 THEN 'none' \
    WHEN inventory.on_hand * 5 <= inventory.target THEN 'critical' \
    WHEN inventory.on_hand * 5 <= inventory.target * 2 THEN 'high' \
    WHEN inventory.on_hand * 5 <= inventory.target * 3 THEN 'medium' \
    WHEN inventory.on_hand < inventory.target THEN 'low' \
    ELSE 'none' END)";

/// [`rank`] over the columns of `inventory`, for both databases.
pub const RANK_SQL: &str = "(CASE WHEN inventory.target <= 0 THEN 50000000000000 \
    ELSE (CASE WHEN inventory.on_hand * 5 <= inventory.target THEN 0 \
        WHEN inventory.on_hand * 5 <= inventory.target * 2 THEN 10000000000000 \
        WHEN inventory.on_hand * 5 <= inventory.target * 3 THEN 20000000000000 \
        WHEN inventory.on_hand < inventory.target THEN 30000000000000 \
        ELSE 40000000000000 END) \
    + (CASE WHEN inventory.on_hand * 1000000 / inventory.target > 1000000000000 THEN 1000000000000 \
        ELSE inventory.on_hand * 1000000 / inventory.target END) END)";

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use diesel::sql_types::{BigInt, Text};

    use super::*;

    #[derive(QueryableByName)]
    struct Judged {
        #[diesel(sql_type = BigInt)]
        on_hand: i64,
        #[diesel(sql_type = BigInt)]
        target: i64,
        #[diesel(sql_type = Text)]
        status: Status,
        #[diesel(sql_type = Text)]
        priority: Priority,
        #[diesel(sql_type = BigInt)]
        rank: i64,
    }

    #[test]
    fn the_edges_belong_where_the_table_says() {
        let at = |on_hand| status(on_hand, 10);
        let expected = [
            (0, Status::Out),
            (2, Status::Critical),
            (3, Status::Low),
            (6, Status::Low),
            (7, Status::Good),
            (9, Status::Good),
            (10, Status::Optimal),
            (15, Status::Optimal),
            (16, Status::Over),
        ];

        for (on_hand, status) in expected {
            assert_eq!(at(on_hand), status, "{on_hand} of 10");
        }
        assert_eq!(status(0, 0), Status::None);
        assert_eq!(priority(4, 10), Priority::High);
        assert_eq!(priority(5, 10), Priority::Medium);
    }

    #[test]
    fn sql_and_rust_agree_over_a_grid() {
        let mut db = SqliteConnection::establish(":memory:").unwrap();
        db.batch_execute("CREATE TABLE inventory (on_hand BIGINT, target BIGINT)")
            .unwrap();
        let edges: [i64; 17] = [
            0,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            9,
            10,
            11,
            15,
            16,
            100,
            151,
            999_999_999_999,
            1_000_000_000_000,
        ];
        for on_hand in edges {
            for target in edges {
                let row = format!("INSERT INTO inventory VALUES ({on_hand}, {target})");
                db.batch_execute(&row).unwrap();
            }
        }
        let query = format!(
            "SELECT on_hand, target, {STATUS_SQL} AS status, {PRIORITY_SQL} AS priority, {RANK_SQL} AS rank FROM inventory"
        );

        let judged: Vec<Judged> = diesel::sql_query(query).load(&mut db).unwrap();

        assert_eq!(judged.len(), edges.len() * edges.len());
        for row in judged {
            let Judged {
                on_hand, target, ..
            } = row;
            assert_eq!(row.status, status(on_hand, target), "{on_hand}/{target}");
            assert_eq!(
                row.priority,
                priority(on_hand, target),
                "{on_hand}/{target}"
            );
            assert_eq!(row.rank, rank(on_hand, target), "{on_hand}/{target}");
        }
    }

    #[test]
    fn the_riskiest_come_first() {
        let mut levels = vec![
            (20, 10),
            (0, 0),
            (5, 10),
            (0, 10),
            (1, 10),
            (9, 10),
            (4, 10),
        ];

        levels.sort_by_key(|&(on_hand, target)| rank(on_hand, target));

        assert_eq!(
            levels,
            [
                (0, 10),
                (1, 10),
                (4, 10),
                (5, 10),
                (9, 10),
                (20, 10),
                (0, 0)
            ]
        );
    }
}
