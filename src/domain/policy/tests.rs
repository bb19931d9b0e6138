//! The policy at work, on a real database.

use super::*;
use crate::domain::fixture::{NORTH, Room, code, sixes};
use crate::domain::inventory::Mode;
use crate::domain::movements::Requested;
use crate::domain::orders::{self, Decision, Number, Source, Status};
use crate::domain::status::Priority;
use crate::error::{Code, Result};
use crate::events::Change;

fn edits(room: &Room, expected: i64, policy: Policy) -> Result<InventoryRow> {
    let ana = room.ana.clone();
    room.write(&room.ana, move |tx| {
        edit(tx, &ana, ("north", "TEA-500"), expected, &policy)
    })
}

fn full_shelf() -> Room {
    let room = Room::new();
    room.moves(Requested::Receive, 20).unwrap();
    room.tea_policy();
    room
}

#[test]
fn falling_to_min_raises_one_order_that_follows_the_need() {
    let room = full_shelf();
    room.moves(Requested::Issue, 13).unwrap();
    assert_eq!(room.orders().len(), 0, "7 is above 6");

    let posted = room.moves(Requested::Issue, 1).unwrap();

    assert_eq!(
        (posted.inventory.pending, posted.inventory.position),
        (12, 18)
    );
    let order = room.order();
    assert_eq!(
        order.why.unwrap().text,
        "6 left, position 6 ≤ min 6; up to 15, in sixes = 12"
    );
    assert_eq!(
        (order.requested_by.as_str(), order.priority),
        ("AIMS", Priority::High)
    );
    room.moves(Requested::Issue, 5).unwrap();
    let order = room.order();
    assert_eq!(
        (order.quantity, order.version, room.orders().len()),
        (18, 2, 1)
    );
    assert_eq!(order.priority, Priority::Critical);
    room.is_sound();
}

#[test]
fn a_suggestion_goes_when_the_need_goes_but_never_what_was_approved() {
    let room = full_shelf();
    room.moves(Requested::Issue, 15).unwrap();
    let (ana, number) = (room.ana.clone(), Number(room.order().id));

    room.moves(Requested::Receive, 10).unwrap();

    let order = room.order();
    assert_eq!(
        (order.status, order.decided_by.as_deref()),
        (Status::Cancelled, Some("AIMS"))
    );
    let note = "No longer needed: position 15 is above min 6.";
    assert_eq!(order.decision_note.as_deref(), Some(note));
    assert_eq!(number.0, order.id);
    room.moves(Requested::Issue, 10).unwrap();
    let second = Number(room.order().id);
    room.write(&room.ana, move |tx| {
        orders::approve(tx, &ana, second, &Decision::default())
    })
    .unwrap();
    room.moves(Requested::Receive, 10).unwrap();
    assert_eq!(room.order().status, Status::Approved);
    room.is_sound();
}

#[test]
fn what_a_person_asked_for_counts_in_the_position() {
    let room = full_shelf();
    room.moves(Requested::Issue, 15).unwrap();
    let omar = room.omar.clone();
    let asked = orders::Request {
        warehouse: "north".into(),
        sku: "TEA-500".into(),
        quantity: 10,
        note: None,
        supplier: None,
    };

    room.write(&room.omar, move |tx| orders::request(tx, &omar, asked))
        .unwrap();

    let open: Vec<_> = room
        .orders()
        .into_iter()
        .filter(|o| o.status == Status::Pending)
        .collect();
    assert_eq!(
        (open.len(), open[0].source, room.row().pending),
        (1, Source::Manual, 10)
    );
    room.is_sound();
}

#[test]
fn a_quantity_that_a_person_typed_stays() {
    let room = full_shelf();
    room.moves(Requested::Issue, 15).unwrap();
    let (omar, number) = (room.omar.clone(), Number(room.order().id));
    let change = orders::Edit {
        quantity: Some(30),
        ..orders::Edit::default()
    };
    room.write(&room.omar, move |tx| {
        orders::edit(tx, &omar, number, None, &change)
    })
    .unwrap();

    room.moves(Requested::Issue, 4).unwrap();

    assert_eq!(
        (room.order().quantity, room.order().quantity_suggested),
        (30, Some(18))
    );
}

#[test]
fn an_edit_names_the_version_it_looked_at() {
    let room = Room::new();

    let row = edits(&room, 0, sixes()).unwrap();

    assert_eq!((row.policy_version, row.bin.as_deref()), (1, Some("A-03")));
    assert_eq!(
        row.pending, 18,
        "an empty shelf is below its minimum at once"
    );
    assert_eq!(code(edits(&room, 0, sixes())), Code::StaleVersion);
    let off = Policy {
        mode: Mode::Off,
        bin: None,
        ..sixes()
    };
    let row = edits(&room, 1, off).unwrap();
    assert_eq!((row.pending, row.bin), (0, None));
    room.is_sound();
}

#[test]
fn a_policy_that_makes_no_sense_is_refused() {
    let room = Room::new();
    let wrong = [
        Policy { min: 16, ..sixes() },
        Policy { min: -1, ..sixes() },
        Policy { pack: 0, ..sixes() },
        Policy {
            pack: i64::MAX,
            ..sixes()
        },
    ];
    for policy in wrong {
        assert_eq!(code(edits(&room, 0, policy)), Code::Validation);
    }
}

#[test]
fn a_run_says_what_it_would_do_and_then_does_it() {
    let room = full_shelf();
    let planned = room.write(&room.ana, |tx| run(tx, NORTH)).unwrap();
    assert_eq!(planned, []);
    room.moves(Requested::Issue, 15).unwrap();
    let (ana, number) = (room.ana.clone(), Number(room.order().id));
    room.write(&room.ana, move |tx| {
        orders::snooze(tx, &ana, number, None, 1)
    })
    .unwrap();
    room.write(&room.ana, |tx| {
        let past = tx.now().plus_seconds(-1);
        crate::on_db!(&mut *tx.db, c => diesel::RunQueryDsl::execute(
            diesel::sql_query(format!("UPDATE inventory SET snoozed_until = {}", past.0)), c))?;
        Ok(())
    })
    .unwrap();

    let dry = room.read(|db| plan(db, NORTH, crate::time::Time::now()));
    let before = room.orders().len();
    let woken = room.write(&room.ana, end_snoozes).unwrap();

    assert_eq!((dry.len(), dry[0].quantity, before), (1, Some(12), 1));
    assert_eq!(
        (woken, room.orders().len(), room.row().snoozed_until),
        (1, 2, None)
    );
    room.is_sound();
}

#[test]
fn settling_without_a_level_changes_nothing() {
    let room = Room::new();

    let row = room
        .write(&room.ana, |tx| {
            settle(tx, NORTH, crate::domain::fixture::TEA, Change::verb("edit"))
        })
        .unwrap();

    assert_eq!((row.version, row.pending), (0, 0));
}
