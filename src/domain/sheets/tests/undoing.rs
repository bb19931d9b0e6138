//! Taking sheets back, whole or in parts.

use super::*;
use crate::domain::fixture::code;
use crate::domain::movements::{self, Movement, Posted, Requested};
use crate::error::Code;

impl Room {
    fn undoes_one(&self, movement: &Movement) -> Result<Vec<Posted>> {
        let (omar, id) = (self.omar.clone(), movement.id);
        self.write(&self.omar, move |tx| {
            movements::reverse(tx, &omar, id, None)
        })
    }
}

#[test]
fn undoing_a_sheet_brings_all_back_once() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let number = room.sheet_of_tea(Mode::Count);
    room.sets(number, "TEA-500", counted(11)).unwrap();
    room.sets(number, "SALT_1", counted(3)).unwrap();
    room.applies(number).unwrap();

    let undone = room.undoes(number).unwrap();

    assert_eq!((room.row().on_hand, room.stock_of(SALT)), (12, 0));
    assert_eq!(undone.movements.len(), 2);
    assert!(
        undone
            .movements
            .iter()
            .all(|m| m.reverses.is_some() && m.sheet.is_some())
    );
    assert_eq!(undone.movements[0].group, undone.movements[1].group);
    assert_eq!(undone.sheet.row.head.status, Status::Undone);
    assert_eq!(
        undone.sheet.lines[0].difference,
        Some(3),
        "what it did is still told"
    );
    assert_eq!(room.told(), ("undo".into(), vec![], vec![]));
    let again = problem(room.undoes(number));
    assert_eq!(
        (again.code, &again.current.unwrap()["status"]),
        (Code::AlreadyReversed, &"undone".into())
    );
    room.is_sound();
}

#[test]
fn one_line_can_be_undone_alone_and_the_rest_with_the_sheet() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let number = room.sheet_of_tea(Mode::Count);
    room.sets(number, "TEA-500", counted(11)).unwrap();
    room.sets(number, "SALT_1", counted(3)).unwrap();
    let [salt, tea] = room.applies(number).unwrap().movements.try_into().unwrap();

    let undone = room.undoes_one(&tea).unwrap();

    assert_eq!(
        (undone.len(), room.row().on_hand, room.stock_of(SALT)),
        (1, 12, 3)
    );
    assert_eq!(room.sees(number).row.head.status, Status::Applied);
    assert_eq!(code(room.undoes_one(&tea)), Code::AlreadyReversed);
    room.is_sound();
    let rest = room.undoes(number).unwrap().movements;
    assert_eq!((rest.len(), rest[0].reverses), (1, Some(salt.id)));
    assert_eq!((room.row().on_hand, room.stock_of(SALT)), (12, 0));
    assert_eq!(code(room.undoes_one(&salt)), Code::AlreadyReversed);
    room.is_sound();
}

#[test]
fn a_sheet_whose_goods_are_gone_cannot_be_undone_at_all() {
    let room = Room::new();
    let number = room.sheet_of_tea(Mode::Receive);
    room.sets(number, "TEA-500", counted(6)).unwrap();
    room.sets(number, "SALT_1", counted(3)).unwrap();
    room.applies(number).unwrap();
    room.moves(Requested::Issue, 1).unwrap();

    assert_eq!(code(room.undoes(number)), Code::InsufficientStock);

    assert_eq!((room.row().on_hand, room.stock_of(SALT)), (5, 3));
    assert_eq!(room.sees(number).row.head.status, Status::Applied);
    room.is_sound();
}
