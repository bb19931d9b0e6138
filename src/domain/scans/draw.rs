//! What a person adds to what was seen: a box that they drew.

use aims_vision::Area;
use diesel::prelude::*;
use serde::Deserialize;
use utoipa::ToSchema;

use super::count::reviewed;
use super::detections::{self, New};
use super::review::{MOST_BOXES, MOST_UNITS, open};
use super::{Kind, Number, ScanRow, State};
use crate::domain::access::User;
use crate::domain::{subject, text};
use crate::error::{Error, Result};
use crate::on_db;
use crate::schema::detection;
use crate::store::Tx;

/// A box that a person drew around something that was not found.
#[derive(Clone, Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Drawn {
    /// What is in it.
    #[garde(custom(text::line(1, 64)))]
    pub sku: String,
    /// How many of it.
    #[serde(default = "one")]
    #[garde(range(min = 0, max = MOST_UNITS))]
    pub units: i64,
    /// The left edge, in parts of the photo's width.
    pub x: f64,
    /// The upper edge, in parts of its height.
    pub y: f64,
    /// The width.
    pub w: f64,
    /// The height.
    pub h: f64,
}

fn one() -> i64 {
    1
}

/// The part of a drawn box that is on the photo.
///
/// # Errors
/// `validation` where nothing of it is.
pub(in crate::domain) fn area(x: f64, y: f64, w: f64, h: f64) -> Result<Area> {
    Area::clipped(x, y, w, h).ok_or_else(|| {
        let detail = "The box must lie on the photo: x, y, w and h from 0 to 1, w and h above 0.";
        Error::field("/w", "range", detail)
    })
}

/// Adds a box that a person drew.
///
/// # Errors
/// `scan_not_open` while the scan is queued or running, or once what was found was applied; `not_found` without such an item;
/// `validation`; `stale_version`.
pub fn add(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: Option<i64>,
    drawn: &Drawn,
) -> Result<ScanRow> {
    let held = open(tx, user, number, expected)?;
    let item = subject::item(tx.db, &drawn.sku)?;
    let Area { x, y, w, h } = area(drawn.x, drawn.y, drawn.w, drawn.h)?;
    let last: Option<i64> = on_db!(&mut *tx.db, c => detection::table
        .filter(detection::scan_id.eq(held.id))
        .select(diesel::dsl::max(detection::n))
        .first(c))?;
    let n = last.unwrap_or(0) + 1;
    if usize::try_from(n).is_ok_and(|n| n > MOST_BOXES) {
        let detail = format!("A photo may have {MOST_BOXES} boxes.");
        return Err(Error::field("", "range", detail));
    }
    let new = New {
        scan_id: held.id,
        n,
        kind: Kind::Drawn,
        symbology: None,
        label: drawn.sku.clone(),
        found_item_id: None,
        item_id: Some(item),
        units: drawn.units,
        confidence: None,
        x,
        y,
        w,
        h,
        state: State::Added,
    };
    detections::insert(tx, &new)?;
    reviewed(tx, user, &held, &[n])
}
