//! What the labels on a photo mean in a warehouse. The first that fits says it:
//!
//! 1. a remembered label of this kind and text, of this warehouse before one of all (`domain::labels`);
//! 2. a code that is a barcode of the catalogue, which names the item and the units of a pack;
//! 3. the text of a Code 128, QR code or `DataMatrix` that is an item's SKU;
//! 4. a class that is the name or the SKU of one item: detectors are told these to look for.
//!
//! A taught look names its item itself. The rest is nobody's until a person says what it is.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::Kind;
use super::report::Kept;
use crate::db::Db;
use crate::domain::{barcodes, labels, looks};
use crate::error::Result;
use crate::ids::{ItemId, WarehouseId};
use crate::on_db;
use crate::schema::{barcode, inventory, item};

/// Characters of a label at most. No code that names a thing is longer; a page of text in a QR code is.
const LABEL: usize = 200;

/// Codes whose text may be a SKU. The others hold numbers that mean something else.
const TEXTS: [&str; 3] = ["Code 128", "QR", "DataMatrix"];

/// What a label stands for.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    pub(super) item: ItemId,
    pub(super) units: i64,
    /// The label for people, where what the detector said is a key of ours.
    pub(super) label: Option<String>,
}

/// What each label of a photo means, by kind and text.
#[derive(Debug, Default)]
pub(super) struct Meanings(BTreeMap<(Kind, String), Meaning>);

impl Meanings {
    pub(super) fn of(&self, seen: &Kept) -> Option<&Meaning> {
        self.0.get(&(seen.kind, seen.label.clone()))
    }

    /// The names of those items that a warehouse never had.
    pub(super) fn never_stocked(&self, db: &mut Db, at: WarehouseId) -> Result<Vec<String>> {
        let counted = self.0.values().filter(|meaning| meaning.units > 0);
        let items: BTreeSet<ItemId> = counted.map(|meaning| meaning.item).collect();
        let stocked = inventory::table
            .filter(inventory::warehouse_id.eq(at))
            .select(inventory::item_id);
        Ok(on_db!(db, c => item::table
            .filter(item::id.eq_any(items).and(item::id.ne_all(stocked)))
            .order(item::name)
            .select(item::name)
            .load(c))?)
    }

    /// The first word counts.
    fn add(&mut self, kind: Kind, label: &str, item: ItemId, units: i64) {
        let meaning = Meaning {
            item,
            units,
            label: None,
        };
        self.0.entry((kind, label.into())).or_insert(meaning);
    }
}

/// A label as it is kept and shown: one line of at most 200 characters, in which control characters are seen as the
/// pictures that Unicode has for them; `None` where nothing is left.
pub fn clean(label: &str) -> Option<String> {
    let visible = label.trim().chars().map(|c| match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(' '),
        c if c.is_control() => ' ',
        c => c,
    });
    let text: String = visible.take(LABEL).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// What these labels mean.
pub(super) fn meanings(db: &mut Db, at: WarehouseId, seen: &[Kept]) -> Result<Meanings> {
    let mut meanings = Meanings::default();
    let of = |kind: Kind| -> BTreeSet<&str> {
        let these = seen.iter().filter(|one| one.kind == kind);
        these.map(|one| one.label.as_str()).collect()
    };
    let (codes, classes, taught) = (of(Kind::Barcode), of(Kind::Class), of(Kind::Taught));
    for (kind, texts) in [(Kind::Barcode, &codes), (Kind::Class, &classes)] {
        for (label, (item, units)) in labels::remembered(db, at, kind, texts)? {
            meanings.add(kind, &label, item, units);
        }
    }
    for (label, (item, units)) in by_barcode(db, &codes)? {
        meanings.add(Kind::Barcode, label, item, units);
    }
    let texts = seen.iter().filter(|one| {
        let symbology = one.symbology.as_deref().unwrap_or_default();
        one.kind == Kind::Barcode && TEXTS.contains(&symbology)
    });
    let texts: BTreeSet<&str> = texts.map(|one| one.label.as_str()).collect();
    for (sku, item) in by_sku(db, &texts)? {
        meanings.add(Kind::Barcode, &sku, item, 1);
    }
    for (name, item) in by_name(db, &classes)? {
        meanings.add(Kind::Class, &name, item, 1);
    }
    for (key, (item, sku)) in looks::items(db, &taught)? {
        let meaning = Meaning {
            item,
            units: 1,
            label: Some(sku),
        };
        meanings.0.insert((Kind::Taught, key), meaning);
    }
    Ok(meanings)
}

fn by_barcode<'a>(
    db: &mut Db,
    labels: &BTreeSet<&'a str>,
) -> Result<BTreeMap<&'a str, (ItemId, i64)>> {
    let codes: BTreeMap<&str, String> = labels.iter().map(|label| (*label, code(label))).collect();
    let rows: Vec<(String, ItemId, i64)> = on_db!(db, c => barcode::table
        .filter(barcode::code.eq_any(codes.values()))
        .select((barcode::code, barcode::item_id, barcode::pack_quantity))
        .load(c))?;
    let known: BTreeMap<String, (ItemId, i64)> = rows
        .into_iter()
        .map(|(code, item, pack)| (code, (item, pack)))
        .collect();
    let found = codes
        .into_iter()
        .filter_map(|(label, code)| Some((label, *known.get(&code)?)));
    Ok(found.collect())
}

/// The text of a code as it stands in the catalogue.
fn code(label: &str) -> String {
    let number = barcodes::normalised(&gs1(label));
    // Without a valid check digit it only looked like GS1 data.
    if number.starts_with("(01)") {
        barcodes::normalised(label)
    } else {
        number
    }
}

/// GS1 data that begins with a trade item number, as it is printed under a symbol: `(01)` and 14 digits. Readers
/// report the separator FNC1 in front of it as a group separator, as a symbology identifier, or not at all
/// (GS1 General Specifications section 7.8).
fn gs1(label: &str) -> String {
    let begins = ["\u{241d}", "]C1", "]d2", "]Q3"];
    let data = begins
        .iter()
        .find_map(|begin| label.strip_prefix(begin))
        .unwrap_or(label);
    let number = data.strip_prefix("01").and_then(|rest| rest.get(..14));
    match number {
        Some(number) if number.bytes().all(|b| b.is_ascii_digit()) => format!("(01){number}"),
        _ => label.to_owned(),
    }
}

fn by_sku(db: &mut Db, texts: &BTreeSet<&str>) -> Result<Vec<(String, ItemId)>> {
    Ok(on_db!(db, c => item::table
        .filter(item::sku.eq_any(texts))
        .select((item::sku, item::id))
        .load(c))?)
}

/// Items by a name that only one of them has, or by their SKU.
fn by_name(db: &mut Db, texts: &BTreeSet<&str>) -> Result<BTreeMap<String, ItemId>> {
    let named: Vec<(String, ItemId)> = on_db!(&mut *db, c => item::table
        .filter(item::name.eq_any(texts).and(item::archived.eq(false)))
        .select((item::name, item::id))
        .load(c))?;
    let mut found = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for (name, item) in named {
        if found.insert(name.clone(), item).is_some() {
            shared.insert(name);
        }
    }
    found.retain(|name, _| !shared.contains(name));
    found.extend(by_sku(db, texts)?);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_can_be_shown_whatever_a_code_holds() {
        assert_eq!(clean(" TEA-500\n").as_deref(), Some("TEA-500"));
        assert_eq!(
            clean("\u{1d}01040\0").as_deref(),
            Some("\u{241d}01040\u{2400}")
        );
        assert_eq!(clean(" \t "), None);
        assert_eq!(clean(&"ä".repeat(5000)).unwrap().chars().count(), 200);
    }

    #[test]
    fn gs1_data_names_a_trade_item_however_it_is_reported() {
        for data in [
            "\u{241d}010400638133393110AB",
            "]d20104006381333931",
            "0104006381333931",
        ] {
            assert_eq!(gs1(data), "(01)04006381333931", "{data}");
        }
        for plain in ["4006381333931", "01-TEA", "01040063813339ä1", "]d2"] {
            assert_eq!(gs1(plain), plain);
        }
    }
}
