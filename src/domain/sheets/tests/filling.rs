//! Sheets that follow what photos show.

use super::*;
use crate::domain::access::User;
use crate::domain::fixture::code;
use crate::domain::movements::Requested;
use crate::error::Code;
use crate::ids::{SheetId, WarehouseId};
use crate::time::Time;

pub(super) fn seen(item: ItemId, units: i64) -> Seen {
    Seen {
        item,
        units,
        since: Time::now(),
        included: true,
        lowest_confidence: None,
    }
}

fn unsure(item: ItemId, units: i64) -> Seen {
    Seen {
        included: false,
        lowest_confidence: Some(0.5),
        ..seen(item, units)
    }
}

impl Room {
    pub(super) fn starts(&self, user: &User, shows: Vec<Seen>) -> Result<Number> {
        let user = user.clone();
        let id = self.write(&self.omar, move |tx| {
            let id = start(tx, &user, NORTH, Mode::Count, false)?;
            fill(tx, &user, id, &shows)?;
            Ok(id)
        })?;
        Ok(Number(id))
    }

    pub(super) fn fills(&self, number: Number, shows: Vec<Seen>) -> Result<()> {
        let omar = self.omar.clone();
        self.write(&self.omar, move |tx| fill(tx, &omar, number.0, &shows))
    }

    pub(super) fn line_of(&self, number: Number, sku: &str) -> Line {
        let mut lines = self.sees(number).lines.into_iter();
        lines.find(|line| line.sku == sku).unwrap()
    }
}

#[test]
fn a_sheet_made_of_a_photo_has_a_line_for_each_item() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();

    let number = room
        .starts(&room.omar, vec![seen(TEA, 10), unsure(SALT, 3)])
        .unwrap();

    let tea = room.line_of(number, "TEA-500");
    assert_eq!((tea.expected, tea.on_hand), (Some(12), Some(12)));
    assert_eq!(
        (tea.seen, tea.counted, tea.quantity),
        (Some(10), None, Some(10))
    );
    assert_eq!(
        (tea.difference, tea.included, tea.conflict),
        (Some(-2), true, false)
    );
    let salt = room.line_of(number, "SALT_1");
    assert_eq!((salt.expected, salt.included), (Some(0), false));
    assert_eq!(salt.lowest_confidence, Some(0.5));
    let head = room.sees(number).row.head;
    assert_eq!(
        (head.source, head.version, head.counted),
        (Source::Vision, 1, 2)
    );
    let (verb, mut lines, removed) = room.told();
    lines.sort_unstable();
    assert_eq!((verb.as_str(), removed), ("open", vec![]));
    assert_eq!(lines, ["SALT_1", "TEA-500"]);
    room.is_sound();
}

#[test]
fn a_photo_that_shows_nothing_makes_an_empty_sheet_that_is_told_of() {
    let room = Room::new();

    let number = room.starts(&room.omar, vec![]).unwrap();

    assert_eq!(room.sees(number).row.head.version, 1);
    assert_eq!(room.told(), ("open".into(), vec![], vec![]));
}

#[test]
fn lines_follow_the_boxes_and_what_is_no_longer_seen_goes() {
    let room = Room::new();
    let number = room
        .starts(&room.omar, vec![seen(TEA, 10), seen(SALT, 3)])
        .unwrap();

    room.fills(number, vec![seen(TEA, 11)]).unwrap();

    assert_eq!(
        room.told(),
        ("fill".into(), vec!["TEA-500".into()], vec!["SALT_1".into()])
    );
    assert_eq!(room.line_of(number, "TEA-500").seen, Some(11));
    assert_eq!(room.sees(number).lines.len(), 1);
    let events = room.events().len();
    room.fills(number, vec![seen(TEA, 11)]).unwrap();
    assert_eq!(
        room.events().len(),
        events,
        "nothing changed, nothing is told"
    );
}

#[test]
fn what_a_person_counted_or_chose_stays() {
    let room = Room::new();
    let number = room
        .starts(&room.omar, vec![seen(TEA, 10), unsure(SALT, 3)])
        .unwrap();
    room.sets(number, "TEA-500", counted(12)).unwrap();
    let untick = SetLine {
        included: Some(false),
        ..SetLine::default()
    };
    room.sets(number, "SALT_1", untick).unwrap();

    room.fills(number, vec![seen(SALT, 4)]).unwrap();

    let tea = room.line_of(number, "TEA-500");
    assert_eq!(
        (tea.seen, tea.counted, tea.quantity),
        (None, Some(12), Some(12))
    );
    let salt = room.line_of(number, "SALT_1");
    assert_eq!(
        (salt.seen, salt.included, salt.lowest_confidence),
        (Some(4), false, None)
    );
    room.fills(number, vec![]).unwrap();
    assert_eq!(room.line_of(number, "SALT_1").quantity, None);
    let (_, _, removed) = room.told();
    assert!(removed.is_empty(), "{removed:?}");
}

#[test]
fn a_line_that_was_uncertain_is_ticked_once_a_person_confirmed_its_boxes() {
    let room = Room::new();
    let number = room.starts(&room.omar, vec![unsure(TEA, 3)]).unwrap();

    room.fills(
        number,
        vec![Seen {
            included: true,
            ..unsure(TEA, 3)
        }],
    )
    .unwrap();

    assert!(room.line_of(number, "TEA-500").included);
}

#[test]
fn a_photo_added_to_a_sheet_made_by_hand_leaves_its_lines_when_it_goes() {
    let room = Room::new();
    let number = room.sheet_of_tea(Mode::Count);
    room.fills(number, vec![seen(TEA, 5)]).unwrap();

    room.fills(number, vec![]).unwrap();

    assert_eq!(room.line_of(number, "TEA-500").seen, None);
}

#[test]
fn a_closed_sheet_follows_nothing_any_more() {
    let room = Room::new();
    let number = room.starts(&room.omar, vec![seen(TEA, 5)]).unwrap();
    room.applies(number).unwrap();

    assert_eq!(code(room.fills(number, vec![])), Code::SheetClosed);
    let nowhere = Number(SheetId(99));
    assert_eq!(code(room.fills(nowhere, vec![])), Code::NotFound);
}

#[test]
fn more_than_there_can_be_is_refused_and_changes_nothing() {
    let room = Room::new();
    let number = room.starts(&room.omar, vec![seen(TEA, 5)]).unwrap();
    let most = crate::domain::inventory::MAX_QUANTITY;

    for units in [-1, most + 1, i64::MAX] {
        let refused = room.fills(number, vec![seen(SALT, 1), seen(TEA, units)]);
        assert_eq!(code(refused), Code::Validation, "{units}");
    }
    assert_eq!(room.sees(number).lines.len(), 1);
}

#[test]
fn only_who_moves_stock_there_starts_a_sheet_or_finds_it() {
    let room = Room::new();
    let mut stranger = room.vera.clone();
    stranger.roles.clear();

    assert_eq!(code(room.starts(&room.vera, vec![])), Code::Forbidden);
    assert_eq!(code(room.starts(&stranger, vec![])), Code::NotFound);
    let number = room.starts(&room.omar, vec![]).unwrap();
    let found = room.read(move |db| {
        let here = find_open(db, NORTH, number)?;
        let elsewhere = find_open(db, WarehouseId(2), number);
        Ok((here, code(elsewhere)))
    });
    assert_eq!(found, (number.0, Code::NotFound));
}
