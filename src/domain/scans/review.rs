//! What a person makes of what was seen: right, wrong, something else, or missing.

use aims_vision::Area;
use diesel::prelude::*;
use serde::Deserialize;
use utoipa::ToSchema;

use super::count::reviewed;
use super::detections::{self, New};
use super::step::{Held, hold};
use super::{Kind, Number, ScanRow, State, Status};
use crate::domain::access::User;
use crate::domain::words::words;
use crate::domain::{labels, subject, text};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::on_db;
use crate::schema::detection;
use crate::store::Tx;

/// Units that one detection stands for at most: the pack quantity of a barcode has the same bound.
const MOST_UNITS: i64 = 1_000_000;

/// Boxes on one photo at most, those that people drew included.
const MOST_BOXES: i64 = 2000;

words! {
    /// For whom a label is remembered.
    Remember {
        /// For this warehouse.
        Warehouse "warehouse",
        /// For all; for administrators.
        Everywhere "everywhere",
    }
}

/// What is to be different of a detection; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[garde(allow_unvalidated)]
pub struct EditDetection {
    /// The item that it is; null for nobody knows.
    #[serde(deserialize_with = "text::edited")]
    #[garde(inner(inner(custom(text::line(1, 64)))))]
    #[schema(value_type = Option<String>)]
    pub sku: Option<Option<String>>,
    /// Units that it stands for; 0 where it only locates.
    #[garde(inner(range(min = 0, max = MOST_UNITS)))]
    pub units: Option<i64>,
    /// `confirmed`, `ignored`, or `auto` to take that back. Naming an item or units confirms.
    pub state: Option<State>,
    /// Remember what its label means, and let it mean that for all of this photo that nobody has judged yet.
    pub remember: Option<Remember>,
}

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

#[derive(Queryable)]
struct Before {
    kind: Kind,
    label: String,
    item: Option<ItemId>,
    units: i64,
    state: State,
}

/// Changes one detection.
///
/// # Errors
/// `scan_not_open` unless the scan is done and its sheet not applied; `not_found`; `validation`; `forbidden` for
/// remembering everywhere without being an administrator; `stale_version`.
pub fn edit(
    tx: &mut Tx<'_>,
    user: &User,
    (number, n): (Number, i64),
    expected: Option<i64>,
    edit: &EditDetection,
) -> Result<ScanRow> {
    let held = open(tx, user, number, expected)?;
    let before: Option<Before> = on_db!(&mut *tx.db, c => detection::table
        .find((held.id, n))
        .select((
            detection::kind,
            detection::label,
            detection::item_id,
            detection::units,
            detection::state,
        ))
        .first(c)
        .optional())?;
    let before =
        before.ok_or_else(|| Error::not_found(format_args!("detection {n} on {number}")))?;
    let item = match &edit.sku {
        None => before.item,
        Some(None) => None,
        Some(Some(sku)) => Some(subject::item(tx.db, sku)?),
    };
    let state = state(&before, edit)?;
    let units = edit.units.unwrap_or(before.units);
    let drawn = before.kind == Kind::Drawn;
    if drawn && item.is_none() {
        let detail = "A box that somebody drew has an item; ignore it instead.";
        return Err(Error::field("/sku", "required", detail));
    }
    let label = edit
        .sku
        .clone()
        .flatten()
        .filter(|_| drawn)
        .unwrap_or_else(|| before.label.clone());
    on_db!(&mut *tx.db, c => diesel::update(detection::table.find((held.id, n)))
        .set((
            detection::item_id.eq(item),
            detection::label.eq(&label),
            detection::units.eq(units),
            detection::state.eq(state),
        ))
        .execute(c))?;
    let mut changed = vec![n];
    if let Some(scope) = edit.remember {
        changed.extend(remember(tx, user, &held, &before, (item, units, scope))?);
    }
    reviewed(tx, user, &held, &changed)
}

fn state(before: &Before, edit: &EditDetection) -> Result<State> {
    let drawn = before.kind == Kind::Drawn;
    match edit.state {
        Some(State::Added) if !drawn => {
            let detail = "Only a box that somebody drew is added.";
            Err(Error::field("/state", "word", detail))
        }
        Some(State::Ignored) => Ok(State::Ignored),
        Some(_) if drawn => Ok(State::Added),
        Some(state) => Ok(state),
        None if drawn => Ok(before.state),
        None if edit.sku.is_some() || edit.units.is_some() => Ok(State::Confirmed),
        None => Ok(before.state),
    }
}

/// Remembers what a label means, and says so of its equals on this photo that nobody has judged; answers with their
/// numbers.
fn remember(
    tx: &mut Tx<'_>,
    user: &User,
    held: &Held,
    before: &Before,
    (item, units, scope): (Option<ItemId>, i64, Remember),
) -> Result<Vec<i64>> {
    let of_a_kind = matches!(before.kind, Kind::Barcode | Kind::Class);
    let Some(item) = item.filter(|_| of_a_kind) else {
        let detail =
            "Only the label of a code or a class can be remembered, and only as an item's.";
        return Err(Error::field("/remember", "word", detail));
    };
    let at = (scope == Remember::Warehouse).then_some(held.warehouse);
    labels::put(tx, user, (before.kind, &before.label, at), (item, units))?;
    Ok(on_db!(&mut *tx.db, c => diesel::update(detection::table)
        .filter(detection::scan_id.eq(held.id).and(detection::state.eq(State::Auto)))
        .filter(detection::kind.eq(before.kind).and(detection::label.eq(&before.label)))
        .set((detection::item_id.eq(item), detection::units.eq(units)))
        .returning(detection::n)
        .get_results(c))?)
}

/// Adds a box that a person drew.
///
/// # Errors
/// `scan_not_open` unless the scan is done and its sheet not applied; `not_found` without such an item;
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
    if n > MOST_BOXES {
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

/// Ignores what nobody has judged yet and the detector is less sure of than `below`. What has no confidence stays.
///
/// # Errors
/// `scan_not_open` unless the scan is done and its sheet not applied; `stale_version`.
pub fn ignore_below(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: Option<i64>,
    below: f64,
) -> Result<ScanRow> {
    let held = open(tx, user, number, expected)?;
    let changed: Vec<i64> = on_db!(&mut *tx.db, c => diesel::update(detection::table)
        .filter(detection::scan_id.eq(held.id).and(detection::state.eq(State::Auto)))
        .filter(detection::confidence.lt(below))
        .set(detection::state.eq(State::Ignored))
        .returning(detection::n)
        .get_results(c))?;
    reviewed(tx, user, &held, &changed)
}

fn open(tx: &mut Tx<'_>, user: &User, number: Number, expected: Option<i64>) -> Result<Held> {
    let held = hold(tx, user, number, expected)?;
    held.must_be(tx, &[Status::Done])?;
    Ok(held)
}
