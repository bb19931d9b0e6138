//! Counting by hand and with scanners.

use super::*;
use crate::domain::fixture::code;
use crate::domain::inventory::MAX_QUANTITY;
use crate::domain::items::{self, EditItem};
use crate::domain::movements::Requested;
use crate::error::{Code, Error};

/// The pack of six of tea has a code of its own.
const SIX: &str = "10036000291459";

impl Room {
    fn has_codes(&self) {
        let mut admin = self.omar.clone();
        admin.admin = true;
        let edit = serde_json::json!({ "barcodes": [{ "code": SIX, "pack_quantity": 6 }] });
        let edit: EditItem = serde_json::from_value(edit).unwrap();
        self.write(&self.omar, move |tx| {
            items::edit(tx, &admin, "TEA-500", 1, &edit)
        })
        .unwrap();
    }

    fn edits(&self, number: Number, expected: i64, change: Edit) -> Result<Sheet> {
        let omar = self.omar.clone();
        self.write(&self.omar, move |tx| {
            edit(tx, &omar, number, expected, &change)
        })
    }
}

#[test]
fn a_sheet_begins_empty_or_with_a_list_a_category_a_shelf_or_all() {
    let room = Room::new();
    room.moves(Requested::Receive, 2).unwrap();
    room.tea_policy();
    let sheet = || new_sheet(Mode::Count);
    let listed = ["SALT_1", "OLD", "SALT_1"].map(str::to_owned).to_vec();
    let of = |category: &str| Some(category.to_owned());
    #[rustfmt::skip]
    let ways = [
        (sheet(), vec![]),
        (NewSheet { skus: Some(listed), ..sheet() }, vec!["OLD", "SALT_1"]),
        (NewSheet { category: of("Test"), ..sheet() }, vec!["TEA-500"]),
        (NewSheet { bin: of("A-0"), ..sheet() }, vec!["TEA-500"]),
        (NewSheet { all: true, ..sheet() }, vec!["TEA-500"]),
    ];

    for (new, wanted) in ways {
        let number = room.opens(new).unwrap();
        let lines = room.sees(number).lines;
        let skus: Vec<_> = lines.iter().map(|line| line.sku.as_str()).collect();
        assert_eq!(skus, wanted);
        assert!(
            lines
                .iter()
                .all(|line| line.quantity.is_none() && line.included)
        );
    }
    #[rustfmt::skip]
    let nothing = [
        (NewSheet { category: of("Other"), ..sheet() }, ("/category", "empty")),
        (NewSheet { bin: of("A_0"), ..sheet() }, ("/bin", "empty")),
    ];
    for (new, why) in nothing {
        let problem = problem(room.opens(new));
        let error = &problem.errors[0];
        assert_eq!((error.pointer.as_str(), error.code), why);
    }
    room.is_sound();
}

#[test]
fn a_list_with_unknown_items_or_two_lists_is_refused_with_every_mistake_named() {
    let room = Room::new();
    let skus = Some(vec!["TEA-500".into(), "NONE".into(), "NOR-THIS".into()]);

    let Error::Refused(problem) = room
        .opens(NewSheet {
            skus,
            ..new_sheet(Mode::Count)
        })
        .unwrap_err()
    else {
        panic!()
    };

    let wrong: Vec<_> = problem
        .errors
        .iter()
        .map(|e| (e.pointer.as_str(), e.code))
        .collect();
    assert_eq!(wrong, [("/skus/1", "not_found"), ("/skus/2", "not_found")]);
    let both = NewSheet {
        all: true,
        bin: Some("A".into()),
        ..new_sheet(Mode::Count)
    };
    assert_eq!(code(room.opens(both)), Code::Validation);
    let mut elsewhere = new_sheet(Mode::Count);
    elsewhere.warehouse = "attic".into();
    assert_eq!(code(room.opens(elsewhere)), Code::NotFound);
    assert!(room.events().is_empty());
}

#[test]
fn a_count_that_is_equal_is_a_count_and_none_is_none() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let number = room.sheet_of_tea(Mode::Count);
    assert_eq!(room.sees(number).lines[0].difference, None);

    let line = room.sets(number, "TEA-500", counted(12)).unwrap();

    assert_eq!((line.quantity, line.difference), (Some(12), Some(0)));
    assert_eq!(line.updated_by, "Omar");
    let line = room
        .sets(
            number,
            "TEA-500",
            SetLine {
                counted: Some(None),
                ..SetLine::default()
            },
        )
        .unwrap();
    assert_eq!((line.quantity, line.difference), (None, None));
    let head = room.sees(number).row.head;
    assert_eq!((head.line_count, head.counted, head.version), (1, 0, 3));
}

#[test]
fn a_line_is_added_where_it_is_missing_and_can_be_taken_out() {
    let room = Room::new();
    let number = room.opens(new_sheet(Mode::Count)).unwrap();

    room.sets(number, "SALT_1", counted(3)).unwrap();

    let omar = room.omar.clone();
    let removes = |sku: &'static str| {
        let omar = omar.clone();
        room.write(&room.omar, move |tx| {
            remove_line(tx, &omar, (number, sku), None)
        })
    };
    assert_eq!(removes("SALT_1").unwrap().removed, ["SALT_1"]);
    assert_eq!(room.told(), ("edit".into(), vec![], vec!["SALT_1".into()]));
    assert_eq!(code(removes("SALT_1")), Code::NotFound);
    assert_eq!(code(room.sets(number, "NONE", counted(3))), Code::NotFound);
    room.is_sound();
}

#[test]
fn a_count_ticks_its_line_unless_it_is_said_otherwise() {
    let room = Room::new();
    let number = room.sheet_of_tea(Mode::Count);
    let unticked = SetLine {
        included: Some(false),
        ..counted(3)
    };

    assert!(!room.sets(number, "TEA-500", unticked).unwrap().included);
    assert!(room.sets(number, "TEA-500", counted(4)).unwrap().included);
}

#[test]
fn a_scan_adds_the_pack_of_its_code_or_one_of_its_sku() {
    let room = Room::new();
    room.has_codes();
    let number = room.opens(new_sheet(Mode::Receive)).unwrap();

    room.scans(number, SIX, 1).unwrap();
    room.scans(number, "TEA-500", 1).unwrap();
    let line = room.scans(number, SIX, 2).unwrap();

    assert_eq!((line.counted, line.difference), (Some(19), Some(19)));
    assert_eq!(room.scans(number, SIX, -1).unwrap().counted, Some(13));
    assert_eq!(room.told().0, "tally");
    for (scanned, quantity, refused) in [
        ("4006381333931", 1, Code::NotFound),
        (SIX, -3, Code::Validation),
        (SIX, MAX_QUANTITY, Code::Validation),
        (SIX, i64::MAX, Code::Validation),
        (SIX, i64::MIN, Code::Validation),
    ] {
        assert_eq!(
            code(room.scans(number, scanned, quantity)),
            refused,
            "{scanned} {quantity}"
        );
    }
    assert_eq!(room.sees(number).lines[0].counted, Some(13));
}

#[test]
fn a_scan_says_either_a_code_or_a_sku() {
    let room = Room::new();
    let number = room.opens(new_sheet(Mode::Count)).unwrap();
    let scans = |code: Option<&str>, sku: Option<&str>| {
        let scan = Tally {
            code: code.map(str::to_owned),
            sku: sku.map(str::to_owned),
            quantity: 1,
        };
        let omar = room.omar.clone();
        room.write(&room.omar, move |tx| tally(tx, &omar, number, &scan))
    };

    assert_eq!(code(scans(None, None)), Code::Validation);
    assert_eq!(
        code(scans(Some("TEA-500"), Some("TEA-500"))),
        Code::Validation
    );
    assert!(scans(None, Some("TEA-500")).is_ok());
}

#[test]
fn a_quantity_beyond_all_bounds_is_a_mistake_and_changes_nothing() {
    let room = Room::new();
    let number = room.opens(new_sheet(Mode::Count)).unwrap();

    for quantity in [-1, MAX_QUANTITY + 1, i64::MIN, i64::MAX] {
        assert_eq!(
            code(room.sets(number, "TEA-500", counted(quantity))),
            Code::Validation
        );
    }
    assert!(room.sees(number).lines.is_empty());
}

#[test]
fn a_blind_sheet_hides_what_is_expected_until_it_is_closed() {
    let room = Room::new();
    room.moves(Requested::Receive, 12).unwrap();
    let number = room
        .opens(NewSheet {
            all: true,
            blind: true,
            ..new_sheet(Mode::Count)
        })
        .unwrap();

    let line = room.sets(number, "TEA-500", counted(11)).unwrap();

    assert_eq!(
        (line.expected, line.on_hand, line.difference),
        (None, None, None)
    );
    assert_eq!(
        (line.counted, line.quantity, line.conflict),
        (Some(11), Some(11), false)
    );
    let told = room.events().remove(0).data.get().to_owned();
    assert!(
        told.contains(r#""expected":null,"#) && told.contains(r#""on_hand":null"#),
        "{told}"
    );
    room.applies(number).unwrap();
    let line = room.sees(number).lines.remove(0);
    assert_eq!(
        (line.expected, line.on_hand, line.difference),
        (Some(12), Some(12), Some(-1))
    );
}

#[test]
fn an_edit_names_the_version_it_looked_at() {
    let room = Room::new();
    let number = room.sheet_of_tea(Mode::Count);
    let title = |title: &str| Edit {
        title: Some(Some(title.into())),
        mode: None,
    };

    let sheet = room.edits(number, 1, title("Shelf 3")).unwrap();

    assert_eq!(
        (sheet.row.head.title.as_deref(), sheet.row.head.version),
        (Some("Shelf 3"), 2)
    );
    assert_eq!(room.told(), ("edit".into(), vec![], vec![]));
    assert_eq!(
        code(room.edits(number, 1, title("Shelf 4"))),
        Code::StaleVersion
    );
    let receive = Edit {
        title: None,
        mode: Some(Mode::Receive),
    };
    room.edits(number, 2, receive).unwrap();
    assert_eq!(room.told(), ("edit".into(), vec!["TEA-500".into()], vec![]));
}

#[test]
fn a_viewer_counts_nothing_and_a_stranger_finds_nothing() {
    let room = Room::new();
    let number = room.sheet_of_tea(Mode::Count);
    let (vera, mut stranger) = (room.vera.clone(), room.vera.clone());
    stranger.roles.clear();
    let hidden = stranger.clone();

    let counts = move |tx: &mut crate::store::Tx<'_>| {
        set_line(tx, &vera, (number, "TEA-500"), None, &counted(1))
    };
    assert_eq!(code(room.write(&room.vera, counts)), Code::Forbidden);
    let applies =
        move |tx: &mut crate::store::Tx<'_>| apply(tx, &stranger, number, &Application::default());
    assert_eq!(code(room.write(&room.vera, applies)), Code::NotFound);
    let seen = room.read(move |db| Ok(code(see(db, &hidden, number))));
    assert_eq!(seen, Code::NotFound);
}
