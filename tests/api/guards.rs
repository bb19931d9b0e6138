//! What the database itself refuses, whatever the program says, and what the check finds where it could not.

use aims::db::Db;
use aims::domain::check::check;
use diesel::connection::SimpleConnection;

use crate::support::{Opened, on_both};

/// A warehouse with 5 of one item, of which 2 are in a pending suggestion.
const ROOM: &str = "
    INSERT INTO warehouse (id, code, name, last_seq, pruned_seq, archived, version, created_at)
        VALUES (1, 'north', 'North', 1, 0, FALSE, 1, 0);
    INSERT INTO event (warehouse_id, seq, name, entity, change, payload, by_name, at)
        VALUES (1, 1, 'catalog-updated', 'TEA', '{}', '{}', 'AIMS', 0);
    INSERT INTO item (id, sku, name, category, unit, archived, version, created_at, updated_at)
        VALUES (1, 'TEA', 'Tea', '', 'pack', FALSE, 1, 0, 0);
    INSERT INTO inventory (warehouse_id, item_id, on_hand, on_order, pending, mode, min, target, pack,
            lead_time_days, version, policy_version, updated_at)
        VALUES (1, 1, 5, 0, 2, 'suggest', 6, 7, 1, 7, 1, 1, 0);
    INSERT INTO movement (id, warehouse_id, item_id, kind, delta, balance_after, level_version,
            occurred_at, recorded_at)
        VALUES (1, 1, 1, 'receive', 5, 5, 1, 0, 0);
    INSERT INTO replenishment_order (id, warehouse_id, item_id, quantity, received, status, priority, source,
            requested_at, version, updated_at)
        VALUES (1, 1, 1, 2, 0, 'pending', 'low', 'policy', 0, 1, 0);";

/// An open sheet, and one that took 2 of the 5 away.
const SHEETS: &str = "
    INSERT INTO count_sheet (id, warehouse_id, source, mode, status, blind, group_id, created_at, version, updated_at)
        VALUES (1, 1, 'manual', 'count', 'open', FALSE, NULL, 0, 1, 0),
            (2, 1, 'manual', 'count', 'applied', FALSE, 'g', 0, 1, 0);
    INSERT INTO count_line (sheet_id, item_id, expected, expected_version, counted, included, chosen, found, applied,
            updated_at)
        VALUES (1, 1, 5, 1, 4, TRUE, FALSE, NULL, NULL, 0), (2, 1, 5, 1, 3, TRUE, FALSE, 5, -2, 0);
    INSERT INTO movement (id, warehouse_id, item_id, kind, delta, balance_after, level_version, group_id, sheet_id,
            occurred_at, recorded_at)
        VALUES (2, 1, 1, 'count', -2, 3, 2, 'g', 2, 0, 0);";

/// The sheets as they were.
const REPAIRED: &str = "
    UPDATE count_line SET applied = NULL, found = NULL WHERE sheet_id = 1;
    UPDATE count_line SET applied = -2, found = 5 WHERE sheet_id = 2;
    UPDATE count_sheet SET status = 'applied' WHERE id = 2;";

fn run(db: &mut Db, sql: &str) -> Result<(), diesel::result::Error> {
    aims::on_db!(db, c => c.batch_execute(sql))
}

/// A movement of the same item, the `version`th; it reverses another if that says which.
fn movement(kind: &str, delta: i64, balance: i64, (version, reverses): (i64, &str)) -> String {
    format!(
        "INSERT INTO movement (id, warehouse_id, item_id, occurred_at, recorded_at, kind, delta, balance_after,
            level_version, reverses_id)
            VALUES (1{version}, 1, 1, 0, 0, '{kind}', {delta}, {balance}, {version}, {reverses})"
    )
}

on_both! {
    async fn the_database_refuses_what_must_never_be(store: Opened) {
        let mut db = store.database().connect();
        run(&mut db, ROOM).unwrap();
        let never = [
            "UPDATE movement SET delta = 6".to_owned(),
            "DELETE FROM movement".to_owned(),
            "UPDATE inventory SET on_hand = -1".to_owned(),
            "UPDATE inventory SET on_order = -1".to_owned(),
            "UPDATE inventory SET pending = -1".to_owned(),
            "UPDATE inventory SET min = 8".to_owned(),
            "UPDATE inventory SET pack = 0".to_owned(),
            movement("receive", -1, 4, (2, "NULL")),
            movement("issue", 1, 6, (2, "NULL")),
            movement("issue", -6, -1, (2, "NULL")),
            movement("theft", -1, 4, (2, "NULL")),
            movement("issue", -1, 4, (1, "NULL")),
            movement("receive", 5, 10, (2, "1")),
            "UPDATE replenishment_order SET quantity = 0".to_owned(),
            "UPDATE replenishment_order SET received = 1".to_owned(),
            "UPDATE replenishment_order SET status = 'lost'".to_owned(),
            "INSERT INTO replenishment_order (warehouse_id, item_id, quantity, received, status, priority, source,
                requested_at, version, updated_at)
                VALUES (1, 1, 3, 0, 'pending', 'low', 'policy', 0, 1, 0)".to_owned(),
            "UPDATE warehouse SET pruned_seq = 2".to_owned(),
        ];

        for sql in never {
            assert!(run(&mut db, &sql).is_err(), "{sql}");
        }

        run(&mut db, &movement("receive", -5, 0, (2, "1"))).unwrap();
        assert!(run(&mut db, &movement("receive", -5, 0, (3, "1"))).is_err(), "reversed twice");
    }

    async fn the_check_says_what_does_not_agree(store: Opened) {
        let mut db = store.database().connect();
        run(&mut db, ROOM).unwrap();
        assert_eq!(check(&mut db).unwrap(), []);
        let damage = [
            ("on_hand = 6", "level: north TEA: on hand is 6, the movements add up to 5"),
            ("version = 3", "version: north TEA: version is 3, there are 1 movements"),
            ("on_order = 4", "on_order: north TEA: on order is 4, the approved orders lack 0"),
            ("pending = 3", "pending: north TEA: pending is 3, the pending orders ask for 2"),
        ];

        for (change, finding) in damage {
            run(&mut db, &format!("BEGIN; UPDATE inventory SET {change}; COMMIT")).unwrap();
            let found: Vec<_> = check(&mut db).unwrap().iter().map(ToString::to_string).collect();
            assert_eq!(found, [finding]);
            run(&mut db, "UPDATE inventory SET on_hand = 5, version = 1, on_order = 0, pending = 2").unwrap();
        }
    }

    async fn the_check_reads_the_ledger_the_orders_and_the_log(store: Opened) {
        let mut db = store.database().connect();
        run(&mut db, ROOM).unwrap();
        run(&mut db, &movement("issue", -1, 3, (2, "NULL"))).unwrap();
        run(&mut db, "UPDATE inventory SET on_hand = 4, version = 2, pending = 0, on_order = 1").unwrap();
        run(&mut db, "UPDATE replenishment_order SET status = 'approved', received = 1").unwrap();
        run(&mut db, "UPDATE warehouse SET last_seq = 3").unwrap();

        let found: Vec<_> = check(&mut db).unwrap().iter().map(ToString::to_string).collect();

        assert_eq!(found, [
            "balance: north TEA: movement 12 says 3 after it, the running sum is 4",
            "received: north RO-1: received is 1, its movements add up to 0",
            "events: north log: 1 events from 1 to 1, expected 1 to 3",
        ]);
    }

    async fn a_closed_sheet_has_a_group_and_a_line_what_it_was_applied_to(store: Opened) {
        let mut db = store.database().connect();
        run(&mut db, ROOM).unwrap();
        run(&mut db, SHEETS).unwrap();
        let never = [
            "UPDATE count_sheet SET status = 'applied' WHERE id = 1",
            "UPDATE count_sheet SET status = 'lost'",
            "UPDATE count_sheet SET mode = 'guess'",
            "UPDATE count_line SET expected = -1",
            "UPDATE count_line SET seen = -1",
            "UPDATE count_line SET counted = -1",
            "UPDATE count_line SET lowest_confidence = 1.5",
            "UPDATE count_line SET resolution = 'keep_both', resolved_version = 1",
            "UPDATE count_line SET resolution = 'keep_count', resolved_version = NULL",
            "UPDATE count_line SET applied = NULL, found = 1",
            "DELETE FROM count_sheet",
        ];

        for sql in never {
            assert!(run(&mut db, sql).is_err(), "{sql}");
        }
    }

    async fn the_check_compares_sheets_with_what_they_changed(store: Opened) {
        let mut db = store.database().connect();
        run(&mut db, ROOM).unwrap();
        run(&mut db, SHEETS).unwrap();
        run(&mut db, "UPDATE inventory SET on_hand = 3, version = 2").unwrap();
        assert_eq!(check(&mut db).unwrap(), []);
        let damage = [
            ("count_line SET applied = -1 WHERE sheet_id = 2",
                "sheet: north CS-2: TEA: -1 were applied, its movements add up to -2"),
            ("count_line SET applied = 2, found = 1 WHERE sheet_id = 1",
                "sheet: north CS-1: TEA: 2 were applied, its movements add up to 0"),
            ("count_sheet SET status = 'undone' WHERE id = 2",
                "undone: north CS-2: TEA: it was undone, and its movements still add up to -2"),
        ];

        for (change, finding) in damage {
            run(&mut db, &format!("UPDATE {change}")).unwrap();
            let found: Vec<_> = check(&mut db).unwrap().iter().map(ToString::to_string).collect();
            assert_eq!(found, [finding]);
            run(&mut db, REPAIRED).unwrap();
        }
    }
}
