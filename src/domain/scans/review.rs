//! What a person makes of what was seen: right, wrong, something else, or missing.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::Deserialize;
use utoipa::ToSchema;

use super::count::reviewed;
use super::step::{Held, hold};
use super::{Kind, Number, ScanRow, State};
use crate::domain::access::User;
use crate::domain::words::words;
use crate::domain::{labels, subject, text};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::on_db;
use crate::schema::detection;
use crate::store::Tx;

/// Units that one detection stands for at most: the pack quantity of a barcode has the same bound.
pub(super) const MOST_UNITS: i64 = 1_000_000;

/// Boxes on one photo at most, those that people drew included.
pub(super) const MOST_BOXES: usize = 2000;

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

/// The same of many boxes of a photo.
#[derive(Clone, Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditDetections {
    /// Their numbers.
    #[garde(length(min = 1, max = MOST_BOXES))]
    pub numbers: Vec<i64>,
    /// What is to be different of each.
    #[garde(dive)]
    pub change: EditDetection,
}

#[derive(Queryable)]
struct Before {
    n: i64,
    kind: Kind,
    label: String,
    item: Option<ItemId>,
    units: i64,
    state: State,
}

/// What a detection is after a change: the item, the label, the units and the state.
type After = (Option<ItemId>, String, i64, State);

/// Changes detections of one photo, all or none.
///
/// # Errors
/// `scan_not_open` while the scan is queued or running, or once what was found was applied; `not_found`; `validation`; `forbidden` for
/// remembering everywhere without being an administrator; `stale_version`.
pub fn edit(
    tx: &mut Tx<'_>,
    user: &User,
    (number, numbers): (Number, &[i64]),
    expected: Option<i64>,
    edit: &EditDetection,
) -> Result<ScanRow> {
    let held = open(tx, user, number, expected)?;
    let before = before(tx, &held, numbers)?;
    let item = match &edit.sku {
        Some(Some(sku)) => Some(subject::item(tx.db, sku)?),
        _ => None,
    };
    let mut alike: BTreeMap<After, Vec<i64>> = BTreeMap::new();
    for one in &before {
        alike
            .entry(after(one, item, edit)?)
            .or_default()
            .push(one.n);
    }
    for ((item, label, units, state), of) in &alike {
        on_db!(&mut *tx.db, c => diesel::update(detection::table)
            .filter(detection::scan_id.eq(held.id).and(detection::n.eq_any(of)))
            .set((
                detection::item_id.eq(item),
                detection::label.eq(label),
                detection::units.eq(units),
                detection::state.eq(state),
            ))
            .execute(c))?;
    }
    let mut changed: Vec<i64> = before.iter().map(|one| one.n).collect();
    if let Some(scope) = edit.remember {
        let labels: BTreeMap<_, _> = before
            .iter()
            .map(|one| ((one.kind, &one.label), one))
            .collect();
        for one in labels.into_values() {
            let (item, _, units, _) = after(one, item, edit)?;
            changed.extend(remember(tx, user, &held, one, (item, units, scope))?);
        }
    }
    reviewed(tx, user, &held, &changed)
}

/// The detections of these numbers as they are.
fn before(tx: &mut Tx<'_>, held: &Held, numbers: &[i64]) -> Result<Vec<Before>> {
    let found: Vec<Before> = on_db!(&mut *tx.db, c => detection::table
        .filter(detection::scan_id.eq(held.id).and(detection::n.eq_any(numbers)))
        .order(detection::n)
        .select((
            detection::n,
            detection::kind,
            detection::label,
            detection::item_id,
            detection::units,
            detection::state,
        ))
        .load(c))?;
    let lost = numbers
        .iter()
        .find(|n| !found.iter().any(|one| one.n == **n));
    match lost {
        Some(n) => Err(Error::not_found(format_args!(
            "detection {n} on {}",
            Number(held.id)
        ))),
        None => Ok(found),
    }
}

/// What a change makes of a detection; `item` is the one that the change names.
fn after(before: &Before, item: Option<ItemId>, edit: &EditDetection) -> Result<After> {
    let drawn = before.kind == Kind::Drawn;
    let item = if edit.sku.is_some() {
        item
    } else {
        before.item
    };
    if drawn && item.is_none() {
        let detail = "A box that somebody drew has an item; ignore it instead.";
        return Err(Error::field("/sku", "required", detail));
    }
    let label = edit.sku.clone().flatten().filter(|_| drawn);
    let label = label.unwrap_or_else(|| before.label.clone());
    let units = edit.units.unwrap_or(before.units);
    Ok((item, label, units, state(before, edit)?))
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

/// Ignores what nobody has judged yet and the detector is less sure of than `below`. What has no confidence stays.
///
/// # Errors
/// `scan_not_open` while the scan is queued or running, or once what was found was applied; `stale_version`.
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

pub(super) fn open(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: Option<i64>,
) -> Result<Held> {
    let held = hold(tx, user, number, expected)?;
    held.must_be_ours(tx)?;
    Ok(held)
}
