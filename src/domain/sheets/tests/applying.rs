//! Applying sheets, and taking them back.

use super::*;
use crate::domain::fixture::code;
use crate::domain::inventory::MAX_QUANTITY;
use crate::domain::items;
use crate::domain::movements::{Kind, Requested};
use crate::error::{Code, Problem};

impl Room {
    fn archives_salt(&self) {
        let mut admin = self.omar.clone();
        admin.admin = true;
        self.write(&self.omar, move |tx| {
            items::archive(tx, &admin, "SALT_1", None)
        })
        .unwrap();
    }

    fn discards(&self, number: Number) -> Result<SheetRow> {
        let omar = self.omar.clone();
        self.write(&self.omar, move |tx| discard(tx, &omar, number, None))
    }
}

fn wrong(problem: &Problem) -> Vec<(&str, &str)> {
    problem
        .errors
        .iter()
        .map(|e| (e.pointer.as_str(), e.code))
        .collect()
}

#[test]
fn the_differences_of_a_count_become_movements_of_one_group() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let number = room.sheet_of_tea(Mode::Count);
    room.sets(number, "TEA-500", counted(11)).unwrap();
    room.sets(number, "SALT_1", counted(3)).unwrap();
    room.sets(number, "OLD", counted(0)).unwrap();

    let done = room.applies(number).unwrap();

    let [salt, tea] = done.movements.as_slice() else {
        panic!("{done:?}")
    };
    assert_eq!(
        (tea.kind, tea.delta, tea.balance_after),
        (Kind::Count, -1, 11)
    );
    assert_eq!(
        (salt.kind, salt.delta, salt.balance_after),
        (Kind::Count, 3, 3)
    );
    assert_eq!(
        (tea.sheet.as_deref(), tea.reference.as_deref()),
        (Some("CS-1"), Some("CS-1"))
    );
    assert_eq!((tea.group.is_some(), &tea.group), (true, &salt.group));
    let head = &done.sheet.row.head;
    assert_eq!((head.status, head.version), (Status::Applied, 5));
    assert_eq!(
        (head.closed_by.as_deref(), head.closed_at.is_some()),
        (Some("Omar"), true)
    );
    let lines: Vec<_> = done
        .sheet
        .lines
        .iter()
        .map(|l| (l.sku.as_str(), l.on_hand, l.difference))
        .collect();
    let wanted = [
        ("OLD", Some(0), Some(0)),
        ("SALT_1", Some(0), Some(3)),
        ("TEA-500", Some(12), Some(-1)),
    ];
    assert_eq!(lines, wanted);
    let told = room.told();
    assert_eq!((told.0.as_str(), told.1.len()), ("apply", 3));
    room.is_sound();
}

#[test]
fn what_came_in_is_added_whatever_moved_meanwhile() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let number = room.sheet_of_tea(Mode::Receive);
    room.sets(number, "TEA-500", counted(6)).unwrap();
    room.moves(Requested::Issue, 2).unwrap();
    assert!(!room.sees(number).lines[0].conflict);

    let done = room.applies(number).unwrap();

    assert_eq!(
        (done.movements[0].kind, done.movements[0].delta),
        (Kind::Receive, 6)
    );
    assert_eq!(room.row().on_hand, 16);
    assert_eq!(done.sheet.lines[0].on_hand, Some(10));
    room.is_sound();
}

#[test]
fn stock_that_moved_under_a_count_is_a_conflict_until_a_person_resolves_it() {
    for (resolution, left) in [(Resolution::KeepCount, 11), (Resolution::KeepDifference, 7)] {
        let room = Room::new();
        room.moves(Requested::Receive, 12).unwrap();
        let number = room.sheet_of_tea(Mode::Count);
        room.sets(number, "TEA-500", counted(11)).unwrap();
        room.moves(Requested::Issue, 4).unwrap();

        let refused = problem(room.applies(number));

        assert_eq!(refused.code, Code::StockChanged);
        assert!(
            refused.detail.contains("TEA-500 moved since CS-1"),
            "{}",
            refused.detail
        );
        let line = &refused.current.unwrap()["lines"][0];
        assert_eq!(
            (&line["conflict"], &line["on_hand"], &line["expected"]),
            (&true.into(), &8.into(), &12.into())
        );
        let line = room.sets(number, "TEA-500", resolved(resolution)).unwrap();
        assert_eq!((line.conflict, line.resolution), (true, Some(resolution)));
        assert_eq!(line.difference, Some(left - 8));
        room.applies(number).unwrap();
        assert_eq!(room.row().on_hand, left);
        room.is_sound();
    }
}

#[test]
fn who_kept_a_count_did_so_for_the_stock_that_they_saw() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let number = room.sheet_of_tea(Mode::Count);
    room.moves(Requested::Issue, 1).unwrap();
    room.sets(number, "TEA-500", SetLine { ..counted(11) })
        .unwrap();
    room.sets(number, "TEA-500", resolved(Resolution::KeepCount))
        .unwrap();

    room.moves(Requested::Issue, 1).unwrap();

    assert_eq!(room.sees(number).lines[0].resolution, None);
    assert_eq!(code(room.applies(number)), Code::StockChanged);
    room.sets(number, "TEA-500", resolved(Resolution::KeepDifference))
        .unwrap();
    room.moves(Requested::Issue, 1).unwrap();
    room.applies(number).unwrap();
    assert_eq!(room.row().on_hand, 8, "a difference needs no basis");
    room.is_sound();
}

#[test]
fn a_resolution_for_stock_that_moved_unseen_is_refused() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let number = room.sheet_of_tea(Mode::Count);
    room.sets(number, "TEA-500", counted(11)).unwrap();
    room.moves(Requested::Issue, 1).unwrap();
    let seen = room.sees(number).lines[0].on_hand_version;
    let keep = SetLine {
        on_hand_version: Some(seen),
        ..resolved(Resolution::KeepCount)
    };
    room.moves(Requested::Issue, 1).unwrap();

    let refused = problem(room.sets(number, "TEA-500", keep.clone()));

    assert_eq!(refused.code, Code::StockChanged);
    let line = &refused.current.unwrap()["lines"][0];
    assert_eq!(
        (&line["on_hand"], &line["resolution"]),
        (&10.into(), &serde_json::Value::Null)
    );
    let seen = line["on_hand_version"].as_i64();
    let keep = SetLine {
        on_hand_version: seen,
        ..keep
    };
    let line = room.sets(number, "TEA-500", keep).unwrap();
    assert_eq!(line.resolution, Some(Resolution::KeepCount));
    room.is_sound();
}

#[test]
fn only_what_is_counted_and_included_is_checked_and_applied() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let number = room.sheet_of_tea(Mode::Count);
    room.sets(number, "SALT_1", counted(3)).unwrap();
    room.moves(Requested::Issue, 4).unwrap();

    room.applies(number).unwrap();

    assert_eq!((room.row().on_hand, room.stock_of(SALT)), (8, 3));
    let line = room.sees(number).lines.pop().unwrap();
    assert_eq!(
        (line.sku.as_str(), line.on_hand, line.difference),
        ("TEA-500", None, None)
    );
    let empty = room.sheet_of_tea(Mode::Count);
    room.sets(
        empty,
        "TEA-500",
        SetLine {
            included: Some(false),
            ..counted(1)
        },
    )
    .unwrap();
    assert_eq!(wrong(&problem(room.applies(empty))), [("/lines", "empty")]);
    assert_eq!(room.sees(empty).row.head.status, Status::Open);
}

#[test]
fn a_sheet_is_applied_once_and_a_discarded_one_never() {
    let room = Room::new();
    let number = room.sheet_of_tea(Mode::Count);
    room.sets(number, "TEA-500", counted(5)).unwrap();
    room.applies(number).unwrap();

    let refused = problem(room.applies(number));

    assert_eq!(refused.code, Code::SheetClosed);
    assert_eq!(refused.detail, "Omar applied CS-1.");
    assert_eq!(refused.current.unwrap()["status"], "applied");
    assert_eq!(
        code(room.sets(number, "TEA-500", counted(6))),
        Code::SheetClosed
    );
    assert_eq!(code(room.scans(number, "TEA-500", 1)), Code::SheetClosed);
    assert_eq!(code(room.discards(number)), Code::SheetClosed);
    let given_up = room.sheet_of_tea(Mode::Count);
    assert_eq!(
        room.discards(given_up).unwrap().head.status,
        Status::Discarded
    );
    assert_eq!(code(room.applies(given_up)), Code::SheetClosed);
    assert_eq!(code(room.undoes(given_up)), Code::SheetNotApplied);
    assert_eq!(room.row().on_hand, 5);
    room.is_sound();
}

#[test]
fn every_line_that_the_ledger_refuses_is_named_and_nothing_is_applied() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let number = room.sheet_of_tea(Mode::Count);
    room.sets(number, "TEA-500", counted(2)).unwrap();
    room.sets(number, "SALT_1", counted(3)).unwrap();
    room.moves(Requested::Issue, 5).unwrap();
    room.sets(number, "TEA-500", resolved(Resolution::KeepDifference))
        .unwrap();
    room.archives_salt();

    let refused = problem(room.applies(number));

    let named = [
        ("/lines/SALT_1", "archived"),
        ("/lines/TEA-500", "insufficient_stock"),
    ];
    assert_eq!(
        (refused.code, wrong(&refused)),
        (Code::Validation, named.to_vec())
    );
    assert_eq!((room.row().on_hand, room.stock_of(SALT)), (7, 0));
    assert_eq!(room.sees(number).row.head.status, Status::Open);
    room.is_sound();
}

#[test]
fn a_balance_beyond_all_bounds_is_refused() {
    let room = Room::new();
    room.moves(Requested::Receive, 2).unwrap();
    let number = room.sheet_of_tea(Mode::Receive);
    room.sets(number, "TEA-500", counted(MAX_QUANTITY)).unwrap();

    assert_eq!(
        wrong(&problem(room.applies(number))),
        [("/lines/TEA-500/quantity", "range")]
    );
    room.is_sound();
}

#[test]
fn policy_judges_a_count_like_any_movement() {
    let room = Room::new();
    room.moves(Requested::Receive, 15).unwrap();
    room.tea_policy();
    let number = room.sheet_of_tea(Mode::Count);
    room.sets(number, "TEA-500", counted(3)).unwrap();

    room.applies(number).unwrap();

    assert_eq!(room.order().quantity, 12);
    room.undoes(number).unwrap();
    assert_eq!(room.row().pending, 0);
    room.is_sound();
}
