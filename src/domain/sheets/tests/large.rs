//! Sheets as long as they may be.

use diesel::prelude::*;

use super::*;
use crate::domain::fixture::code;
use crate::domain::inventory::ensure;
use crate::domain::movements::Requested;
use crate::error::Code;
use crate::on_db;
use crate::schema::item;
use crate::time::Time;

impl Room {
    /// So many more items, all stocked in the north: nothing of each.
    fn stocks(&self, items: u32) {
        let stocked = self.write(&self.omar, move |tx| {
            for n in 0..items {
                let sku = format!("N-{n}");
                let id: ItemId = on_db!(&mut *tx.db, c => diesel::insert_into(item::table)
                    .values((
                        item::sku.eq(&sku),
                        item::name.eq(&sku),
                        item::category.eq("Many"),
                        item::unit.eq("pack"),
                        item::archived.eq(false),
                        item::version.eq(1),
                        (item::created_at.eq(Time(0)), item::updated_at.eq(Time(0))),
                    ))
                    .returning(item::id)
                    .get_result(c))?;
                ensure(tx, NORTH, id)?;
            }
            Ok(())
        });
        stocked.unwrap();
    }

    fn newest_data(&self) -> serde_json::Value {
        serde_json::from_str(self.events().remove(0).data.get()).unwrap()
    }
}

#[test]
fn a_sheet_has_a_bounded_number_of_lines() {
    let room = Room::new();
    room.stocks(MAX_LINES);
    let all = NewSheet {
        all: true,
        ..new_sheet(Mode::Count)
    };

    let number = room.opens(all.clone()).unwrap();

    assert_eq!(room.sees(number).row.head.line_count, i64::from(MAX_LINES));
    let beyond = problem(room.sets(number, "TEA-500", counted(1)));
    assert_eq!(beyond.errors[0].code, "too_many");
    assert_eq!(code(room.scans(number, "TEA-500", 1)), Code::Validation);
    room.sets(number, "N-7", counted(1)).unwrap();
    room.moves(Requested::Receive, 1).unwrap();
    assert_eq!(problem(room.opens(all)).errors[0].code, "too_many");
    room.is_sound();
}

#[test]
fn an_event_that_would_carry_many_lines_says_to_load_the_sheet() {
    let room = Room::new();
    room.stocks(101);
    let many = NewSheet {
        category: Some("Many".into()),
        ..new_sheet(Mode::Count)
    };

    let number = room.opens(many).unwrap();

    let told = room.newest_data();
    assert_eq!(
        (&told["line_count"], &told["lines"]),
        (&101.into(), &serde_json::Value::Null)
    );
    room.sets(number, "N-7", counted(1)).unwrap();
    assert_eq!(room.newest_data()["lines"][0]["sku"], "N-7");
    room.applies(number).unwrap();
    assert_eq!(room.newest_data()["lines"].as_array().unwrap().len(), 1);
}
