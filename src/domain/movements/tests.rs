//! The ledger's rules, on a real database.

use super::*;
use crate::domain::fixture::{Room, code, movement};
use crate::domain::inventory;
use crate::error::{Code, Error};
use crate::ids::MovementId;

fn batch_of(room: &Room, lines: Vec<NewMovement>) -> crate::error::Result<usize> {
    let omar = room.omar.clone();
    room.write(&room.omar, move |tx| Ok(batch(tx, &omar, &lines)?.0.len()))
}

fn undo(room: &Room, id: MovementId) -> crate::error::Result<Vec<Posted>> {
    let omar = room.omar.clone();
    room.write(&room.omar, move |tx| reverse(tx, &omar, id, None))
}

fn carry(room: &Room, quantity: i64) -> crate::error::Result<[Movement; 2]> {
    let omar = room.omar.clone();
    let asked = Transfer {
        from: "north".into(),
        to: "harbour".into(),
        sku: "TEA-500".into(),
        quantity,
        note: None,
    };
    room.write(&room.omar, move |tx| transfer(tx, &omar, &asked))
}

#[test]
fn a_movement_writes_level_ledger_and_event_together() {
    let room = Room::new();

    let posted = room.moves(Requested::Receive, 12).unwrap();

    assert_eq!(
        (posted.movement.delta, posted.movement.balance_after),
        (12, 12)
    );
    assert_eq!(posted.movement.by, "Omar");
    assert_eq!(
        (posted.inventory.on_hand, posted.inventory.version),
        (12, 1)
    );
    let event = room.events().remove(0);
    assert_eq!((event.event.as_str(), event.seq), ("inventory-updated", 1));
    let change = format!(
        r#"{{"verb":"receive","delta":12,"movement":{}}}"#,
        posted.movement.id.0
    );
    assert_eq!(event.change.get(), change);
    room.is_sound();
}

#[test]
fn stock_never_goes_below_zero_and_the_refusal_says_what_is_left() {
    let room = Room::new();
    assert_eq!(
        code(room.moves(Requested::Issue, 1)),
        Code::InsufficientStock
    );
    room.moves(Requested::Receive, 2).unwrap();

    let refused = room.moves(Requested::Issue, 3).unwrap_err();

    let Error::Refused(problem) = refused else {
        panic!("{refused}")
    };
    assert_eq!(problem.code, Code::InsufficientStock);
    assert_eq!(
        problem.detail,
        "Only 2 of TEA-500 are left; 3 were asked for."
    );
    assert_eq!(problem.current.unwrap()["on_hand"], 2);
    assert_eq!(room.events().len(), 1);
    room.is_sound();
}

#[test]
fn a_quantity_beyond_all_bounds_is_a_mistake_not_an_overflow() {
    let room = Room::new();
    for quantity in [
        i64::MAX,
        i64::MIN,
        i64::MIN + 1,
        inventory::MAX_QUANTITY + 1,
        0,
    ] {
        assert_eq!(
            code(room.moves(Requested::Adjust, quantity)),
            Code::Validation,
            "{quantity}"
        );
    }
    room.moves(Requested::Receive, inventory::MAX_QUANTITY)
        .unwrap();

    assert_eq!(code(room.moves(Requested::Receive, 1)), Code::Validation);
    room.is_sound();
}

#[test]
fn waste_and_corrections_need_a_reason() {
    let room = Room::new();
    let lines = vec![
        movement("north", "TEA-500", Requested::Waste, -1),
        movement("north", "TEA-500", Requested::Adjust, 1),
    ];

    let Error::Refused(problem) = batch_of(&room, lines).unwrap_err() else {
        panic!()
    };

    let wrong: Vec<_> = problem.errors.iter().map(|e| e.pointer.as_str()).collect();
    assert_eq!(
        wrong,
        [
            "/movements/0/quantity",
            "/movements/0/reason",
            "/movements/1/reason"
        ]
    );
}

#[test]
fn a_batch_is_written_whole_or_not_at_all_with_every_bad_line_named() {
    let room = Room::new();
    let good = movement("north", "TEA-500", Requested::Receive, 5);
    let bad = vec![
        good.clone(),
        movement("north", "NONE", Requested::Receive, 5),
        movement("north", "SALT_1", Requested::Issue, 1),
        movement("north", "OLD", Requested::Receive, 1),
    ];

    let Error::Refused(problem) = batch_of(&room, bad).unwrap_err() else {
        panic!()
    };

    let errors: Vec<_> = problem
        .errors
        .iter()
        .map(|e| (e.pointer.as_str(), e.code))
        .collect();
    let expected = [
        ("/movements/1", "not_found"),
        ("/movements/2", "insufficient_stock"),
        ("/movements/3", "archived"),
    ];
    assert_eq!(errors, expected);
    assert_eq!(room.row().on_hand, 0);
    let lines = vec![good, movement("north", "TEA-500", Requested::Issue, 2)];
    assert_eq!(batch_of(&room, lines).unwrap(), 2);
    assert_eq!(room.row().on_hand, 3);
    room.is_sound();
}

#[test]
fn a_late_slip_keeps_its_day_but_not_the_future() {
    let room = Room::new();
    let at = |seconds: i64| {
        let omar = room.omar.clone();
        room.write(&room.omar, move |tx| {
            let asked = NewMovement {
                occurred_at: Some(tx.now().plus_seconds(seconds)),
                ..movement("north", "TEA-500", Requested::Receive, 1)
            };
            record(tx, &omar, &asked)
        })
    };

    let late = at(-86_400).unwrap().movement;

    assert!(late.occurred_at < late.recorded_at);
    assert_eq!(code(at(3600)), Code::Validation);
    let skewed = at(20).unwrap().movement;
    assert_eq!(skewed.occurred_at, skewed.recorded_at);
}

#[test]
fn a_movement_is_reversed_once_and_a_reversal_never() {
    let room = Room::new();
    room.moves(Requested::Receive, 10).unwrap();
    let issue = room.moves(Requested::Issue, 4).unwrap().movement;

    let undone = undo(&room, issue.id).unwrap().remove(0);

    assert_eq!(
        (undone.movement.delta, undone.movement.reverses),
        (4, Some(issue.id))
    );
    assert_eq!(undone.inventory.on_hand, 10);
    assert_eq!(code(undo(&room, issue.id)), Code::AlreadyReversed);
    assert_eq!(code(undo(&room, undone.movement.id)), Code::AlreadyReversed);
    let shown = room.read(move |db| find(db, issue.id));
    assert_eq!(shown.reversed_by, Some(undone.movement.id));
    room.is_sound();
}

#[test]
fn what_came_in_and_is_gone_cannot_be_reversed() {
    let room = Room::new();
    let receipt = room.moves(Requested::Receive, 10).unwrap().movement;
    room.moves(Requested::Issue, 4).unwrap();

    assert_eq!(code(undo(&room, receipt.id)), Code::InsufficientStock);
}

#[test]
fn a_transfer_is_a_pair_and_is_reversed_as_one() {
    let room = Room::new();
    room.moves(Requested::Receive, 10).unwrap();
    assert_eq!(code(carry(&room, 11)), Code::InsufficientStock);

    let [out, into] = carry(&room, 4).unwrap();

    assert_eq!((out.delta, into.delta), (-4, 4));
    assert_eq!((out.group.is_some(), &out.group), (true, &into.group));
    assert_eq!(room.row().on_hand, 6);
    let undone = undo(&room, into.id).unwrap();
    assert_eq!(undone.len(), 2);
    assert_eq!(room.row().on_hand, 10);
    assert_eq!(code(undo(&room, out.id)), Code::AlreadyReversed);
    room.is_sound();
}

#[test]
fn a_viewer_moves_nothing_and_a_stranger_finds_nothing() {
    let room = Room::new();
    let asked = movement("north", "TEA-500", Requested::Receive, 1);
    let (vera, mut stranger) = (room.vera.clone(), room.vera.clone());
    stranger.roles.clear();

    let (first, second) = (asked.clone(), asked);
    let seen = room.write(&room.vera, move |tx| record(tx, &vera, &first));
    let hidden = room.write(&room.vera, move |tx| record(tx, &stranger, &second));

    assert_eq!(code(seen), Code::Forbidden);
    assert_eq!(code(hidden), Code::NotFound);
}
