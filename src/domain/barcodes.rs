//! Barcodes: which item a code names, and how many units one scan of it stands for.
//!
//! A trade item number has one form here, the GTIN of 14 digits (GS1 General Specifications section 3.3): readers
//! report the same symbol as UPC-A or EAN-13. The carton's GTIN-14 is a code of its own with its pack
//! quantity, so its indicator digit is never taken off. Whatever is no such number is kept as it is.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::text;
use crate::db::Db;
use crate::error::{Error, FieldError, Result};
use crate::ids::ItemId;
use crate::on_db;
use crate::schema::barcode;
use crate::store::Tx;

/// Digits of the one form.
const GTIN: usize = 14;

/// A code of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Barcode {
    /// What a reader reports. A number with a valid check digit becomes its GTIN of 14 digits.
    #[serde(deserialize_with = "text::trimmed")]
    #[garde(custom(text::line(1, 80)))]
    pub code: String,
    /// Units that one scan stands for.
    #[serde(default = "one")]
    #[garde(range(min = 1, max = 1_000_000))]
    pub pack_quantity: i64,
}

fn one() -> i64 {
    1
}

/// The one form of a code: for storing it and for looking it up alike.
pub fn normalised(code: &str) -> String {
    let code = code.trim();
    // GS1 element strings as printed under a symbol: the application identifier 01 is the GTIN.
    let number = code
        .strip_prefix("(01)")
        .and_then(|rest| rest.get(..GTIN))
        .unwrap_or(code);
    let padded = format!("{number:0>GTIN$}");
    match number.len() {
        8 | 12 | 13 | 14 if is_gtin(&padded) => padded,
        8 => upc_a(number)
            .map(|number| format!("{number:0>GTIN$}"))
            .filter(|padded| is_gtin(padded))
            .unwrap_or_else(|| code.into()),
        _ => code.into(),
    }
}

/// Whether these are 14 digits of which the last checks the others: weights 3 and 1 from the left, modulo
/// 10 (GS1 General Specifications section 7.9).
fn is_gtin(padded: &str) -> bool {
    let weighted = padded.chars().zip([3, 1].into_iter().cycle());
    let sum = weighted
        .map(|(digit, weight)| digit.to_digit(10).map(|digit| digit * weight))
        .sum::<Option<u32>>();
    padded.len() == GTIN && sum.is_some_and(|sum| sum % 10 == 0)
}

/// UPC-E as the UPC-A that it abbreviates (GS1 General Specifications section 5.2.2.4.2).
fn upc_a(upc_e: &str) -> Option<String> {
    let part = |from: usize, to: usize| upc_e.get(from..to);
    let (last, check) = (part(6, 7)?, part(7, 8)?);
    if !matches!(part(0, 1)?, "0" | "1") {
        return None;
    }
    Some(match last {
        "0" | "1" | "2" => format!("{}{last}0000{}{check}", part(0, 3)?, part(3, 6)?),
        "3" => format!("{}00000{}{check}", part(0, 4)?, part(4, 6)?),
        "4" => format!("{}00000{}{check}", part(0, 5)?, part(5, 6)?),
        _ => format!("{}0000{last}{check}", part(0, 6)?),
    })
}

/// The codes of each of these items, in order.
pub(super) fn of_items(db: &mut Db, items: &[ItemId]) -> Result<BTreeMap<ItemId, Vec<Barcode>>> {
    let rows: Vec<(ItemId, String, i64)> = on_db!(db, c => barcode::table
        .filter(barcode::item_id.eq_any(items))
        .order((barcode::item_id, barcode::code))
        .select((barcode::item_id, barcode::code, barcode::pack_quantity))
        .load(c))?;
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for (item, code, pack_quantity) in rows {
        found.entry(item).or_default().push(Barcode {
            code,
            pack_quantity,
        });
    }
    Ok(found)
}

/// Gives an item these codes in place of those it had.
///
/// # Errors
/// `validation` when one is named twice, `duplicate_barcode` when another item has one.
pub(super) fn replace(tx: &mut Tx<'_>, item: ItemId, codes: &[Barcode]) -> Result<()> {
    let codes = distinct(codes)?;
    on_db!(&mut *tx.db, c =>
        diesel::delete(barcode::table.filter(barcode::item_id.eq(item))).execute(c))?;
    for (code, pack) in &codes {
        on_db!(&mut *tx.db, c => diesel::insert_into(barcode::table)
            .values((
                barcode::code.eq(code),
                barcode::item_id.eq(item),
                barcode::pack_quantity.eq(pack),
            ))
            .execute(c))?;
    }
    Ok(())
}

fn distinct(codes: &[Barcode]) -> Result<BTreeMap<String, i64>> {
    let (mut packs, mut errors) = (BTreeMap::new(), Vec::new());
    for (place, barcode) in codes.iter().enumerate() {
        let code = normalised(&barcode.code);
        if packs.contains_key(&code) {
            errors.push(FieldError {
                pointer: format!("/barcodes/{place}/code"),
                detail: format!("“{}” is named twice.", barcode.code),
                code: "duplicate",
            });
        }
        packs.insert(code, barcode.pack_quantity);
    }
    if errors.is_empty() {
        Ok(packs)
    } else {
        Err(Error::invalid(errors))
    }
}

/// The item that a code names, with the code as it is kept.
///
/// # Errors
/// `not_found` when no item has it.
pub fn find(db: &mut Db, code: &str) -> Result<(ItemId, Barcode)> {
    let code = normalised(code);
    let found: Option<(ItemId, i64)> = on_db!(db, c => barcode::table
        .find(&code)
        .select((barcode::item_id, barcode::pack_quantity))
        .first(c)
        .optional())?;
    let (item, pack_quantity) =
        found.ok_or_else(|| Error::not_found(format_args!("item with the barcode “{code}”")))?;
    let barcode = Barcode {
        code,
        pack_quantity,
    };
    Ok((item, barcode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trade_item_number_has_one_form_however_it_was_read() {
        for (read, kept) in [
            ("4006381333931", "04006381333931"),
            (" 036000291452 ", "00036000291452"),
            ("0036000291452", "00036000291452"),
            ("96385074", "00000096385074"),
            ("10036000291459", "10036000291459"),
            ("(01)04006381333931(10)AB", "04006381333931"),
            // UPC-E of 042100005264.
            ("04252614", "00042100005264"),
        ] {
            assert_eq!(normalised(read), kept, "{read}");
        }
    }

    #[test]
    fn what_is_no_such_number_stays_as_it_is() {
        for text in [
            "4006381333932",
            "TEA-500",
            "12345",
            "123456789012345",
            "٤٠٠٦٣٨١٣٣٣٩٣١",
            "(01)0400638133393ä",
            "",
        ] {
            assert_eq!(normalised(text), text);
        }
    }
}
