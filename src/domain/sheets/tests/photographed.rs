//! What moved since a photo was sent.

use super::filling::seen;
use super::*;
use crate::domain::fixture::code;
use crate::domain::movements::Requested;
use crate::error::Code;
use crate::time::Time;

/// The moment after everything that was written: what is recorded from now on is later.
fn after_all_that() -> Time {
    let now = Time::now();
    while Time::now() <= now {}
    Time::now()
}

/// A photo of tea that was sent at that moment.
fn sent(since: Time, units: i64) -> Vec<Seen> {
    vec![Seen {
        since,
        ..seen(TEA, units)
    }]
}

#[test]
fn what_moved_after_the_photo_was_sent_is_a_conflict_however_late_the_sheet_is_made() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let taken = after_all_that();
    room.moves(Requested::Issue, 3).unwrap();

    let number = room.starts(&room.omar, sent(taken, 12)).unwrap();

    let tea = room.line_of(number, "TEA-500");
    assert_eq!((tea.expected, tea.expected_version), (Some(12), 1));
    assert_eq!((tea.on_hand, tea.conflict), (Some(9), true));
    assert_eq!(code(room.applies(number)), Code::StockChanged);
    let keep = resolved(Resolution::KeepDifference);
    assert_eq!(
        room.sets(number, "TEA-500", keep).unwrap().difference,
        Some(0)
    );
    room.applies(number).unwrap();
    assert_eq!(room.stock_of(TEA), 9);
    room.is_sound();
}

#[test]
fn what_moved_before_the_photo_was_sent_is_none() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    room.moves(Requested::Issue, 3).unwrap();
    let taken = after_all_that();

    let number = room.starts(&room.omar, sent(taken, 8)).unwrap();

    let tea = room.line_of(number, "TEA-500");
    assert_eq!((tea.expected, tea.expected_version), (Some(9), 2));
    assert!(!tea.conflict);
    room.applies(number).unwrap();
    assert_eq!(room.stock_of(TEA), 8);
}

#[test]
fn goods_that_came_after_the_photo_was_sent_were_not_expected_on_it() {
    let room = Room::new();
    let taken = after_all_that();
    room.moves(Requested::Receive, 6).unwrap();

    let number = room.starts(&room.omar, sent(taken, 2)).unwrap();

    let tea = room.line_of(number, "TEA-500");
    assert_eq!((tea.expected, tea.expected_version), (Some(0), 0));
    assert!(tea.conflict);
}

#[test]
fn a_line_of_before_goes_back_to_an_older_photo_that_shows_it_and_is_resolved_anew() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let (taken, number) = (after_all_that(), room.starts(&room.omar, vec![]).unwrap());
    room.moves(Requested::Issue, 3).unwrap();
    room.sets(number, "TEA-500", counted(9)).unwrap();
    room.moves(Requested::Issue, 1).unwrap();
    room.sets(number, "TEA-500", resolved(Resolution::KeepDifference))
        .unwrap();

    room.fills(number, sent(taken, 12)).unwrap();

    let tea = room.line_of(number, "TEA-500");
    assert_eq!((tea.expected, tea.expected_version), (Some(12), 1));
    assert_eq!((tea.conflict, tea.resolution), (true, None));
    room.fills(number, sent(Time::now(), 11)).unwrap();
    assert_eq!(room.line_of(number, "TEA-500").expected, Some(12));
}

#[test]
fn stock_that_moved_and_is_back_is_no_conflict_whatever_was_kept() {
    let room = Room::new();
    room.moves(Requested::Receive, 4).unwrap();
    let taken = after_all_that();
    let before = room.starts(&room.omar, sent(taken, 3)).unwrap();
    room.applies(before).unwrap();
    room.undoes(before).unwrap();

    let number = room.starts(&room.omar, sent(taken, 3)).unwrap();

    let tea = room.line_of(number, "TEA-500");
    assert_eq!((tea.expected, tea.on_hand), (Some(4), Some(4)));
    assert_ne!(tea.expected_version, tea.on_hand_version);
    assert_eq!((tea.conflict, tea.difference), (false, Some(-1)));
    for keep in [Resolution::KeepCount, Resolution::KeepDifference] {
        let line = room.sets(number, "TEA-500", resolved(keep)).unwrap();
        assert_eq!((line.conflict, line.difference), (false, Some(-1)));
    }
    room.applies(number).unwrap();
    assert_eq!(room.stock_of(TEA), 3);
    room.is_sound();
}

#[test]
fn stock_that_only_happens_to_be_what_was_expected_is_a_conflict() {
    let room = Room::new();
    room.moves(Requested::Receive, 10).unwrap();
    let taken = after_all_that();
    room.moves(Requested::Issue, 3).unwrap();
    room.moves(Requested::Receive, 3).unwrap();

    let number = room.starts(&room.omar, sent(taken, 7)).unwrap();

    let tea = room.line_of(number, "TEA-500");
    assert_eq!((tea.expected, tea.on_hand), (Some(10), Some(10)));
    assert!(
        tea.conflict,
        "nobody knows whether it was counted before what left, or after"
    );
    assert_eq!(code(room.applies(number)), Code::StockChanged);
}

#[test]
fn what_is_seen_is_compared_with_the_stock_of_the_photos_that_are_left() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let taken = after_all_that();
    let number = room.starts(&room.omar, sent(taken, 12)).unwrap();
    room.moves(Requested::Issue, 3).unwrap();
    assert!(room.line_of(number, "TEA-500").conflict);
    let again = after_all_that();

    room.fills(number, sent(again, 9)).unwrap();

    let tea = room.line_of(number, "TEA-500");
    assert_eq!((tea.expected, tea.expected_version), (Some(9), 2));
    assert_eq!((tea.conflict, tea.difference), (false, Some(0)));
}

#[test]
fn an_older_photo_that_shows_as_much_makes_a_conflict_too() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let taken = after_all_that();
    room.moves(Requested::Issue, 3).unwrap();
    let later = after_all_that();
    let number = room.starts(&room.omar, sent(later, 9)).unwrap();
    assert!(!room.line_of(number, "TEA-500").conflict);

    room.fills(number, sent(taken, 9)).unwrap();

    assert!(room.line_of(number, "TEA-500").conflict);
}
