//! Counting with a scanner: each scan adds to its line, so that two people who scan at once count both.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Number;
use super::edit::ensure_line;
use super::list::Change;
use super::step::{self, Lines, advance, hold};
use crate::db::Db;
use crate::domain::access::User;
use crate::domain::inventory::MAX_QUANTITY;
use crate::domain::{barcodes, subject, text};
use crate::error::{Code, Error, Result};
use crate::ids::ItemId;
use crate::on_db;
use crate::schema::count_line as line;
use crate::store::Tx;

/// One scan, of a code or of an item.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// What the scanner read: a barcode, or a SKU.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::line(1, 80))))]
    pub code: Option<String>,
    /// The item's human key, in place of a code.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::line(1, 64))))]
    pub sku: Option<String>,
    /// How often it was scanned; 1 when left out. Negative takes scans back.
    #[serde(default = "once")]
    #[garde(range(min = -MAX_QUANTITY, max = MAX_QUANTITY))]
    pub quantity: i64,
}

fn once() -> i64 {
    1
}

/// Adds a scan to its line: the pack quantity of the code for each. What a photo saw counts as counted before.
///
/// # Errors
/// `not_found` for a code that names nothing; `sheet_closed`; `validation` for a count out of bounds.
pub fn tally(tx: &mut Tx<'_>, user: &User, number: Number, scan: &Tally) -> Result<Change> {
    let held = hold(tx, user, number, None)?;
    text::valid(scan)?;
    let id = held.head.id;
    let (item, pack) = scanned(tx.db, scan)?;
    let units = pack.checked_mul(scan.quantity).ok_or_else(out_of_bounds)?;
    ensure_line(tx, &held, item)?;
    let (now, by) = (tx.now(), tx.actor.id);
    // Neither term exceeds 63 bits: a pack is of a million at most, a quantity is bounded.
    let sum = || sql::<Nullable<BigInt>>("COALESCE(counted, seen, 0) + ").bind::<BigInt, _>(units);
    let added = on_db!(&mut *tx.db, c => diesel::update(line::table.find((id, item)))
        .filter(sum().between(0, MAX_QUANTITY))
        .set((
            line::counted.eq(sum()),
            (line::included.eq(true), line::chosen.eq(true)),
            (line::updated_at.eq(now), line::updated_by.eq(by)),
        ))
        .execute(c))?;
    if added == 0 {
        return Err(out_of_bounds());
    }
    advance(tx, id)?;
    step::announce(tx, id, "tally", &Lines::Of(&[item]), Vec::new())
}

fn out_of_bounds() -> Error {
    let detail = format!("The count of a line is 0 to {MAX_QUANTITY} units.");
    Error::field("/quantity", "range", detail)
}

/// The item that was scanned, and the units of one scan.
fn scanned(db: &mut Db, scan: &Tally) -> Result<(ItemId, i64)> {
    match (&scan.code, &scan.sku) {
        (Some(code), None) => match barcodes::find(db, code) {
            Ok((item, barcode)) => Ok((item, barcode.pack_quantity)),
            // Shelf labels often carry the SKU itself.
            Err(error) if error.code() == Code::NotFound => subject::item(db, code)
                .map(|item| (item, 1))
                .map_err(|_none| error),
            Err(error) => Err(error),
        },
        (None, Some(sku)) => Ok((subject::item(db, sku)?, 1)),
        (None, None) => Err(Error::field(
            "/code",
            "required",
            "Say what was scanned: code or sku.",
        )),
        (Some(_), Some(_)) => Err(Error::field("/sku", "ambiguous", "Say either code or sku.")),
    }
}
