//! The rules of count sheets, on a real database.

mod applying;
mod counting;
mod filling;
mod large;
mod photographed;
mod undoing;

use super::*;
use crate::domain::fixture::{NORTH, Room, TEA};
use crate::domain::inventory;
use crate::error::{Error, Problem, Result};
use crate::ids::ItemId;

const SALT: ItemId = ItemId(2);

/// A sheet that is to be begun in the north.
fn new_sheet(mode: Mode) -> NewSheet {
    NewSheet {
        warehouse: "north".into(),
        mode,
        title: None,
        blind: false,
        skus: None,
        category: None,
        bin: None,
        all: false,
    }
}

/// Tea counted by hand: `counted` units of it.
fn counted(counted: i64) -> SetLine {
    SetLine {
        counted: Some(Some(counted)),
        ..SetLine::default()
    }
}

fn resolved(resolution: Resolution) -> SetLine {
    SetLine {
        resolution: Some(Some(resolution)),
        ..SetLine::default()
    }
}

impl Room {
    fn opens(&self, new: NewSheet) -> Result<Number> {
        let omar = self.omar.clone();
        let sheet = self.write(&self.omar, move |tx| open(tx, &omar, new))?;
        Ok(Number(sheet.row.head.id))
    }

    /// A sheet in the north with a line of tea.
    fn sheet_of_tea(&self, mode: Mode) -> Number {
        let skus = Some(vec!["TEA-500".into()]);
        self.opens(NewSheet {
            skus,
            ..new_sheet(mode)
        })
        .unwrap()
    }

    fn sets(&self, number: Number, sku: &str, set: SetLine) -> Result<Line> {
        let (omar, sku) = (self.omar.clone(), sku.to_owned());
        let change = self.write(&self.omar, move |tx| {
            set_line(tx, &omar, (number, &sku), None, &set)
        })?;
        Ok(change.lines.unwrap().remove(0))
    }

    fn scans(&self, number: Number, code: &str, quantity: i64) -> Result<Line> {
        let omar = self.omar.clone();
        let scan = Tally {
            code: Some(code.into()),
            sku: None,
            quantity,
        };
        let change = self.write(&self.omar, move |tx| tally(tx, &omar, number, &scan))?;
        Ok(change.lines.unwrap().remove(0))
    }

    fn applies(&self, number: Number) -> Result<Applied> {
        let omar = self.omar.clone();
        self.write(&self.omar, move |tx| {
            apply(tx, &omar, number, &Application::default())
        })
    }

    fn undoes(&self, number: Number) -> Result<Applied> {
        let omar = self.omar.clone();
        self.write(&self.omar, move |tx| {
            undo(tx, &omar, number, &Undoing::default())
        })
    }

    fn sees(&self, number: Number) -> Sheet {
        let vera = self.vera.clone();
        self.read(move |db| see(db, &vera, number))
    }

    fn stock_of(&self, item: ItemId) -> i64 {
        self.read(move |db| inventory::row(db, NORTH, item)).on_hand
    }

    /// The verb, the SKUs of the lines and those that are gone, of the newest event.
    fn told(&self) -> (String, Vec<String>, Vec<String>) {
        let event = self.events().remove(0);
        assert_eq!(event.event, "count-updated");
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let (change, data) = (json(event.change.get()), json(event.data.get()));
        let skus = |value: &serde_json::Value, key: Option<&str>| {
            let rows = value.as_array().unwrap().iter();
            let sku = |row: &serde_json::Value| key.map_or(row.clone(), |key| row[key].clone());
            rows.map(|row| sku(row).as_str().unwrap().to_owned())
                .collect()
        };
        (
            change["verb"].as_str().unwrap().into(),
            skus(&data["lines"], Some("sku")),
            skus(&data["removed"], None),
        )
    }
}

fn problem<T: std::fmt::Debug>(result: Result<T>) -> Problem {
    match result {
        Err(Error::Refused(problem)) => *problem,
        other => panic!("this should have been refused: {other:?}"),
    }
}

#[test]
fn a_sheet_is_named_with_or_without_its_prefix() {
    let sheet = Number(crate::ids::SheetId(5));

    assert_eq!("CS-5".parse::<Number>().unwrap(), sheet);
    assert_eq!("5".parse::<Number>().unwrap(), sheet);
    assert_eq!(sheet.to_string(), "CS-5");
    for wrong in ["", "CS-", "cs-1", "RO-1", "+1", "99999999999999999999"] {
        assert!(wrong.parse::<Number>().is_err(), "{wrong}");
    }
}
