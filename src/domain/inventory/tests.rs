//! The table of a warehouse, on a real database.

use super::*;
use crate::domain::fixture::{NORTH, Room, TEA, code, movement};
use crate::domain::movements::{self, Requested};
use crate::domain::page::{List, Page};
use crate::error::Code;

fn stocked() -> Room {
    let room = Room::new();
    room.tea_policy();
    let omar = room.omar.clone();
    let lines = vec![
        movement("north", "SALT_1", Requested::Receive, 40),
        movement("north", "TEA-500", Requested::Receive, 9),
    ];
    room.write(&room.omar, move |tx| {
        movements::batch(tx, &omar, &lines).map(drop)
    })
    .unwrap();
    room
}

fn skus(room: &Room, filter: Filter, sort: Sort) -> Vec<String> {
    let list = room.read(move |db| list(db, NORTH, &filter, sort, &Page::new("x", None, None)?));
    list.data.into_iter().map(|row| row.sku).collect()
}

fn counts_as(room: &Room, on_hand: i64, expected: Expected) -> Result<InventoryRow> {
    let omar = room.omar.clone();
    let count = Count {
        on_hand,
        expected: Some(expected),
        reason: None,
        note: None,
    };
    room.write(&room.omar, move |tx| {
        Ok(set(tx, &omar, ("north", "TEA-500"), count)?.1)
    })
}

#[test]
fn the_riskiest_stand_first_and_those_without_a_target_last() {
    let room = stocked();

    assert_eq!(
        skus(&room, Filter::default(), Sort::Risk),
        ["TEA-500", "SALT_1"]
    );
    assert_eq!(
        skus(&room, Filter::default(), Sort::Sku),
        ["SALT_1", "TEA-500"]
    );
    assert_eq!(
        skus(&room, Filter::default(), Sort::NameDown),
        ["TEA-500", "SALT_1"]
    );
    assert_eq!(
        skus(&room, Filter::default(), Sort::OnHandDown),
        ["SALT_1", "TEA-500"]
    );
}

#[test]
fn a_search_takes_wildcards_as_what_they_are() {
    let room = stocked();
    let find = |q: &str| {
        let filter = Filter {
            q: Some(q.into()),
            ..Filter::default()
        };
        skus(&room, filter, Sort::Sku)
    };

    assert_eq!(find("tea"), ["TEA-500"]);
    assert_eq!(find("t_1"), ["SALT_1"]);
    assert_eq!(find("%"), [""; 0]);
    assert_eq!(find("\\"), [""; 0]);
}

#[test]
fn filters_and_counts_agree() {
    let room = stocked();
    let low = Filter {
        status: vec![Status::Low, Status::Out],
        below_min: false,
        ..Filter::default()
    };

    assert_eq!(skus(&room, low.clone(), Sort::Risk), ["TEA-500"]);
    let (counts, total) = room.read(move |db| Ok((counts(db, NORTH)?, total(db, NORTH, &low)?)));
    assert_eq!(
        (counts["low"], counts["none"], counts["out"], total),
        (1, 1, 0, 1)
    );
}

#[test]
fn pages_follow_each_other_in_every_order() {
    let room = stocked();
    for &sort in Sort::ALL {
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let at = cursor.clone();
            let List { data, next_cursor } = room.read(move |db| {
                let page = Page::new(sort.as_str(), Some(1), at.as_deref())?;
                list(db, NORTH, &Filter::default(), sort, &page)
            });
            seen.extend(data.into_iter().map(|row| row.sku));
            cursor = next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(
            seen,
            skus(&room, Filter::default(), sort),
            "{}",
            sort.as_str()
        );
    }
}

#[test]
fn a_count_says_what_it_replaces() {
    let room = stocked();

    assert_eq!(
        code(counts_as(&room, 8, Expected::Units(7))),
        Code::StockChanged
    );
    assert_eq!(counts_as(&room, 8, Expected::Units(9)).unwrap().on_hand, 8);
    assert_eq!(
        counts_as(&room, 20, Expected::Anything).unwrap().on_hand,
        20
    );
    let version = counts_as(&room, 20, Expected::Units(20)).unwrap().version;
    assert_eq!(version, 3, "a count that was right moves nothing");
    room.is_sound();
}

#[test]
fn statistics_come_from_the_ledger() {
    let room = stocked();
    room.moves(Requested::Issue, 3).unwrap();

    let line = room.read(|db| line(db, NORTH, TEA, Time::now()));

    assert!((line.stats.daily_use.unwrap() - 3.0).abs() < f64::EPSILON);
    assert_eq!(line.stats.spark.len(), 30);
    assert_eq!(line.stats.spark[28..], [0, 6]);
    let history = room.read(|db| history(db, NORTH, TEA, 90, Time::now()));
    let balances: Vec<_> = history.points.iter().map(|point| point.balance).collect();
    assert_eq!(balances, [9, 6]);
}

#[test]
fn an_item_that_was_never_here_is_an_empty_row_without_history() {
    let room = Room::new();

    let line = room.read(|db| line(db, NORTH, TEA, Time::now()));

    assert_eq!(
        (line.row.on_hand, line.row.version, line.row.policy_version),
        (0, 0, 0)
    );
    assert!(line.stats.daily_use.is_none());
}
