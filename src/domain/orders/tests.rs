//! The life of an order, on a real database.

use super::*;
use crate::domain::access::User;
use crate::domain::fixture::{Room, code};
use crate::domain::movements::{self, Requested};
use crate::error::{Code, Error, Result};
use crate::ids::OrderId;

fn number(room: &Room) -> Number {
    Number(room.order().id)
}

fn decides(
    room: &Room,
    user: &User,
    decide: fn(&mut crate::store::Tx<'_>, &User, Number, &Decision) -> Result<OrderRow>,
    decision: Decision,
) -> Result<OrderRow> {
    let (who, number) = (user.clone(), number(room));
    room.write(user, move |tx| decide(tx, &who, number, &decision))
}

fn note(text: &str) -> Decision {
    Decision {
        note: Some(text.into()),
        ..Decision::default()
    }
}

fn approves(room: &Room) -> Result<OrderRow> {
    decides(room, &room.ana, approve, Decision::default())
}

fn receives(room: &Room, quantity: i64, accept_over: bool) -> Result<Received> {
    let (omar, number) = (room.omar.clone(), number(room));
    let receipt = Receipt {
        quantity,
        accept_over,
        ..Receipt::default()
    };
    room.write(&room.omar, move |tx| receive(tx, &omar, number, receipt))
}

fn requests(room: &Room, quantity: i64) -> Result<OrderRow> {
    let omar = room.omar.clone();
    let asked = Request {
        warehouse: "north".into(),
        sku: "TEA-500".into(),
        quantity,
        note: None,
        supplier: None,
    };
    room.write(&room.omar, move |tx| request(tx, &omar, asked))
}

#[test]
fn approving_counts_as_on_order_and_receiving_becomes_stock() {
    let room = Room::new();
    requests(&room, 10).unwrap();
    assert_eq!((room.row().pending, room.row().on_order), (10, 0));

    let decision = Decision {
        quantity: Some(12),
        ..Decision::default()
    };
    let approved = decides(&room, &room.ana, approve, decision).unwrap();

    assert_eq!(
        (approved.quantity, approved.decided_by.as_deref()),
        (12, Some("Ana"))
    );
    assert_eq!(
        (room.row().pending, room.row().on_order, room.row().on_hand),
        (0, 12, 0)
    );
    let part = receives(&room, 5, false).unwrap();
    assert_eq!(
        (part.order.status, part.order.outstanding),
        (Status::Approved, 7)
    );
    assert_eq!((part.inventory.on_hand, part.inventory.on_order), (5, 7));
    assert_eq!(part.movement.reference, Some(approved.number));
    assert_eq!(code(receives(&room, 8, false)), Code::OverReceipt);
    let rest = receives(&room, 8, true).unwrap();
    assert_eq!(
        (rest.order.status, rest.order.received),
        (Status::Received, 13)
    );
    assert_eq!((rest.inventory.on_hand, rest.inventory.on_order), (13, 0));
    assert_eq!(code(receives(&room, 1, true)), Code::OrderNotOpen);
    room.is_sound();
}

#[test]
fn the_second_decision_is_told_who_was_first() {
    let room = Room::new();
    requests(&room, 10).unwrap();
    approves(&room).unwrap();

    let refused = decides(&room, &room.ana, reject, note("no")).unwrap_err();

    let Error::Refused(problem) = refused else {
        panic!("{refused}")
    };
    assert_eq!(problem.code, Code::OrderAlreadyDecided);
    assert!(
        problem.detail.starts_with("Ana approved RO-1001 at "),
        "{}",
        problem.detail
    );
    assert_eq!(problem.current.unwrap()["status"], "approved");
}

#[test]
fn a_decision_on_what_changed_since_is_stale_while_it_is_pending() {
    let room = Room::new();
    requests(&room, 10).unwrap();
    let (omar, number) = (room.omar.clone(), number(&room));
    let change = Edit {
        quantity: Some(11),
        note: Some(Some("more".into())),
        supplier: None,
    };
    let edited = room
        .write(&room.omar, move |tx| {
            edit(tx, &omar, number, Some(1), &change)
        })
        .unwrap();
    assert_eq!(
        (edited.quantity, edited.version, room.row().pending),
        (11, 2, 11)
    );
    let stale = Decision {
        expected: Some(1),
        ..Decision::default()
    };

    assert_eq!(
        code(decides(&room, &room.ana, approve, stale.clone())),
        Code::StaleVersion
    );
    approves(&room).unwrap();
    assert_eq!(
        code(decides(&room, &room.ana, approve, stale)),
        Code::OrderAlreadyDecided
    );
}

#[test]
fn who_may_not_decide_does_not() {
    let room = Room::new();
    requests(&room, 10).unwrap();

    assert_eq!(
        code(decides(&room, &room.omar, approve, Decision::default())),
        Code::Forbidden
    );
    assert_eq!(
        code(decides(&room, &room.ana, reject, Decision::default())),
        Code::Validation
    );
}

#[test]
fn a_rejected_suggestion_does_not_return_a_second_later() {
    let room = Room::new();
    room.tea_policy();
    room.moves(Requested::Receive, 3).unwrap();
    assert_eq!(
        (room.order().source, room.order().quantity),
        (Source::Policy, 12)
    );

    let rejected = decides(&room, &room.ana, reject, note("supplier on strike")).unwrap();

    assert_eq!(rejected.status, Status::Rejected);
    room.moves(Requested::Issue, 1).unwrap();
    assert_eq!(room.orders().len(), 1, "no other order came in its place");
    assert!(room.row().snoozed_until.is_some());
    room.is_sound();
}

#[test]
fn an_order_is_closed_short_after_a_part_and_cancelled_before() {
    let room = Room::new();
    requests(&room, 10).unwrap();
    approves(&room).unwrap();
    let shut = |room: &Room| {
        let (omar, number) = (room.omar.clone(), number(room));
        room.write(&room.omar, move |tx| close(tx, &omar, number, None, None))
    };

    assert_eq!(code(shut(&room)), Code::OrderNotOpen);
    assert_eq!(
        code(decides(&room, &room.omar, cancel, note("mine"))),
        Code::Forbidden
    );
    receives(&room, 4, false).unwrap();
    assert_eq!(
        code(decides(&room, &room.ana, cancel, note("late"))),
        Code::OrderNotOpen
    );
    let closed = shut(&room).unwrap();

    assert_eq!(
        (closed.status, closed.outstanding),
        (Status::ClosedShort, 0)
    );
    assert_eq!(room.row().on_order, 0);
    requests(&room, 5).unwrap();
    let own = decides(&room, &room.omar, cancel, note("mistake")).unwrap();
    assert_eq!((own.status, room.row().pending), (Status::Cancelled, 0));
    room.is_sound();
}

#[test]
fn a_reversed_receipt_is_on_its_way_again() {
    let room = Room::new();
    requests(&room, 10).unwrap();
    approves(&room).unwrap();
    let id = receives(&room, 10, false).unwrap().movement.id;
    let omar = room.omar.clone();

    room.write(&room.omar, move |tx| {
        movements::reverse(tx, &omar, id, None)
    })
    .unwrap();

    let order = room.order();
    assert_eq!(
        (order.status, order.received, order.closed_at),
        (Status::Approved, 0, None)
    );
    assert_eq!((room.row().on_hand, room.row().on_order), (0, 10));
    room.is_sound();
}

#[test]
fn a_snoozed_suggestion_goes_and_stays_away() {
    let room = Room::new();
    room.tea_policy();
    let (ana, number) = (room.ana.clone(), number(&room));

    let snoozed = room
        .write(&room.ana, move |tx| snooze(tx, &ana, number, None, 3))
        .unwrap();

    assert_eq!(snoozed.status, Status::Cancelled);
    assert_eq!((room.orders().len(), room.row().pending), (1, 0));
    requests(&room, 1).unwrap();
    assert_eq!(room.order().source, Source::Manual);
    room.is_sound();
}

#[test]
fn everything_that_happened_to_an_order_can_be_told() {
    let room = Room::new();
    requests(&room, 10).unwrap();
    approves(&room).unwrap();
    receives(&room, 10, false).unwrap();
    let (vera, number) = (room.vera.clone(), number(&room));

    let told = room.read(move |db| events(db, &vera, number));

    let verbs: Vec<_> = told.iter().map(|event| event.change.get()).collect();
    assert_eq!(
        verbs,
        [
            r#"{"verb":"request"}"#,
            r#"{"verb":"approve"}"#,
            r#"{"verb":"receive"}"#
        ]
    );
}

#[test]
fn the_orders_of_an_item_cannot_add_up_beyond_all_bounds() {
    let room = Room::new();
    requests(&room, crate::domain::inventory::MAX_QUANTITY).unwrap();

    assert_eq!(code(requests(&room, 1)), Code::Validation);
    room.is_sound();
}

#[test]
fn an_order_is_named_with_or_without_its_prefix() {
    let order = Number(OrderId(1042));

    assert_eq!("RO-1042".parse::<Number>().unwrap(), order);
    assert_eq!("1042".parse::<Number>().unwrap(), order);
    assert_eq!(order.to_string(), "RO-1042");
    for wrong in ["", "RO-", "ro-1", "+1", "1e3", "99999999999999999999"] {
        assert!(wrong.parse::<Number>().is_err(), "{wrong}");
    }
}
