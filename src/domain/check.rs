//! Whether the database agrees with itself: levels with the ledger, orders with levels, count sheets with what
//! they changed, the log with its head.
//!
//! Every question is one statement that should find nothing. They are asked within one snapshot, so writers
//! go on meanwhile and are not mistaken for damage.

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Db;
use crate::error::Result;
use crate::on_db;

/// Findings of one rule at most; a broken database would fill the screen.
const PER_RULE: usize = 50;

/// Something that does not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// Which rule is broken, in a word.
    pub rule: &'static str,
    /// The warehouse's code.
    pub warehouse: String,
    /// The row's human key.
    pub entity: String,
    /// What is wrong, in words and numbers.
    pub detail: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: {} {}: {}",
            self.rule, self.warehouse, self.entity, self.detail
        )
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    warehouse: String,
    #[diesel(sql_type = Text)]
    entity: String,
    #[diesel(sql_type = Text)]
    detail: String,
}

/// The rules, and the query of each: `warehouse`, `entity` and `detail` of whatever breaks it.
const RULES: &[(&str, &str)] = &[
    (
        "level",
        "SELECT w.code AS warehouse, i.sku AS entity, \
         'on hand is ' || CAST(l.on_hand AS TEXT) || ', the movements add up to ' || CAST(m.total AS TEXT) AS detail \
         FROM (SELECT v.warehouse_id, v.item_id, v.on_hand, COALESCE(SUM(x.delta), 0) AS total FROM inventory v \
           LEFT JOIN movement x ON x.warehouse_id = v.warehouse_id AND x.item_id = v.item_id \
           GROUP BY v.warehouse_id, v.item_id, v.on_hand) m \
         JOIN inventory l ON l.warehouse_id = m.warehouse_id AND l.item_id = m.item_id \
         JOIN warehouse w ON w.id = l.warehouse_id JOIN item i ON i.id = l.item_id \
         WHERE l.on_hand <> m.total",
    ),
    (
        "version",
        "SELECT w.code AS warehouse, i.sku AS entity, \
         'version is ' || CAST(l.version AS TEXT) || ', there are ' || CAST(m.lines AS TEXT) || ' movements' AS detail \
         FROM (SELECT v.warehouse_id, v.item_id, COUNT(x.id) AS lines FROM inventory v \
           LEFT JOIN movement x ON x.warehouse_id = v.warehouse_id AND x.item_id = v.item_id \
           GROUP BY v.warehouse_id, v.item_id) m \
         JOIN inventory l ON l.warehouse_id = m.warehouse_id AND l.item_id = m.item_id \
         JOIN warehouse w ON w.id = l.warehouse_id JOIN item i ON i.id = l.item_id \
         WHERE l.version <> m.lines",
    ),
    (
        "balance",
        "SELECT w.code AS warehouse, i.sku AS entity, \
         'movement ' || CAST(m.id AS TEXT) || ' says ' || CAST(m.balance_after AS TEXT) \
           || ' after it, the running sum is ' || CAST(m.running AS TEXT) AS detail \
         FROM (SELECT id, warehouse_id, item_id, balance_after, \
           SUM(delta) OVER (PARTITION BY warehouse_id, item_id ORDER BY level_version) AS running FROM movement) m \
         JOIN warehouse w ON w.id = m.warehouse_id JOIN item i ON i.id = m.item_id \
         WHERE m.balance_after <> m.running",
    ),
    (
        "on_order",
        "SELECT w.code AS warehouse, i.sku AS entity, \
         'on order is ' || CAST(l.on_order AS TEXT) || ', the approved orders lack ' || CAST(o.open AS TEXT) AS detail \
         FROM (SELECT v.warehouse_id, v.item_id, COALESCE(SUM(x.quantity - x.received), 0) AS open FROM inventory v \
           LEFT JOIN replenishment_order x ON x.warehouse_id = v.warehouse_id AND x.item_id = v.item_id AND x.status = 'approved' \
           GROUP BY v.warehouse_id, v.item_id) o \
         JOIN inventory l ON l.warehouse_id = o.warehouse_id AND l.item_id = o.item_id \
         JOIN warehouse w ON w.id = l.warehouse_id JOIN item i ON i.id = l.item_id \
         WHERE l.on_order <> o.open",
    ),
    (
        "pending",
        "SELECT w.code AS warehouse, i.sku AS entity, \
         'pending is ' || CAST(l.pending AS TEXT) || ', the pending orders ask for ' || CAST(o.asked AS TEXT) AS detail \
         FROM (SELECT v.warehouse_id, v.item_id, COALESCE(SUM(x.quantity), 0) AS asked FROM inventory v \
           LEFT JOIN replenishment_order x ON x.warehouse_id = v.warehouse_id AND x.item_id = v.item_id AND x.status = 'pending' \
           GROUP BY v.warehouse_id, v.item_id) o \
         JOIN inventory l ON l.warehouse_id = o.warehouse_id AND l.item_id = o.item_id \
         JOIN warehouse w ON w.id = l.warehouse_id JOIN item i ON i.id = l.item_id \
         WHERE l.pending <> o.asked",
    ),
    (
        "received",
        "SELECT w.code AS warehouse, 'RO-' || CAST(o.id AS TEXT) AS entity, \
         'received is ' || CAST(o.received AS TEXT) || ', its movements add up to ' || CAST(m.total AS TEXT) AS detail \
         FROM (SELECT v.id, COALESCE(SUM(x.delta), 0) AS total FROM replenishment_order v \
           LEFT JOIN movement x ON x.order_id = v.id GROUP BY v.id) m \
         JOIN replenishment_order o ON o.id = m.id JOIN warehouse w ON w.id = o.warehouse_id \
         WHERE o.received <> m.total",
    ),
    (
        "sheet",
        "SELECT w.code AS warehouse, 'CS-' || CAST(s.id AS TEXT) AS entity, \
         i.sku || ': ' || CAST(m.applied AS TEXT) || ' were applied, its movements add up to ' \
           || CAST(m.moved AS TEXT) AS detail \
         FROM (SELECT x.sheet_id, x.item_id, SUM(x.applied) AS applied, SUM(x.moved) AS moved FROM \
             (SELECT sheet_id, item_id, COALESCE(applied, 0) AS applied, 0 AS moved FROM count_line \
              UNION ALL SELECT sheet_id, item_id, 0, delta FROM movement \
                WHERE sheet_id IS NOT NULL AND reverses_id IS NULL) x \
           GROUP BY x.sheet_id, x.item_id) m \
         JOIN count_sheet s ON s.id = m.sheet_id JOIN warehouse w ON w.id = s.warehouse_id JOIN item i ON i.id = m.item_id \
         WHERE m.applied <> m.moved OR (m.applied <> 0 AND s.status IN ('open', 'discarded'))",
    ),
    (
        "undone",
        "SELECT w.code AS warehouse, 'CS-' || CAST(s.id AS TEXT) AS entity, \
         i.sku || ': it was undone, and its movements still add up to ' || CAST(m.stays AS TEXT) AS detail \
         FROM (SELECT sheet_id, item_id, SUM(delta) AS stays FROM movement WHERE sheet_id IS NOT NULL \
           GROUP BY sheet_id, item_id) m \
         JOIN count_sheet s ON s.id = m.sheet_id JOIN warehouse w ON w.id = s.warehouse_id JOIN item i ON i.id = m.item_id \
         WHERE s.status = 'undone' AND m.stays <> 0",
    ),
    (
        "events",
        "SELECT w.code AS warehouse, 'log' AS entity, \
         CAST(e.held AS TEXT) || ' events from ' || CAST(e.first AS TEXT) || ' to ' || CAST(e.last AS TEXT) \
           || ', expected ' || CAST(w.pruned_seq + 1 AS TEXT) || ' to ' || CAST(w.last_seq AS TEXT) AS detail \
         FROM (SELECT v.id, COUNT(x.seq) AS held, COALESCE(MIN(x.seq), v.pruned_seq + 1) AS first, \
             COALESCE(MAX(x.seq), v.pruned_seq) AS last \
           FROM warehouse v LEFT JOIN event x ON x.warehouse_id = v.id GROUP BY v.id, v.pruned_seq) e \
         JOIN warehouse w ON w.id = e.id \
         WHERE e.held <> w.last_seq - w.pruned_seq OR e.first <> w.pruned_seq + 1 OR e.last <> w.last_seq",
    ),
];

/// Everything in the database that does not agree; nothing, if all is well.
pub fn check(db: &mut Db) -> Result<Vec<Finding>> {
    db.snapshot(|db| {
        let mut findings = Vec::new();
        for &(rule, query) in RULES {
            let query = format!("{query} ORDER BY 1, 2, 3 LIMIT {}", PER_RULE + 1);
            let found: Vec<Found> = on_db!(&mut *db, c => diesel::sql_query(query).load(c))?;
            let unsaid = found.len() > PER_RULE;
            findings.extend(found.into_iter().take(PER_RULE).map(|found| Finding {
                rule,
                warehouse: found.warehouse,
                entity: found.entity,
                detail: found.detail,
            }));
            if let Some(last) = findings.last_mut().filter(|_| unsaid) {
                last.detail.push_str("; and more like this");
            }
        }
        Ok(findings)
    })
}
