//! Changing a sheet by hand: what it is called and means, and what its lines say.

use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::list::{self, Change, Sheet, SheetRow};
use super::step::{self, Lines, add_lines, advance, hold};
use super::{Mode, Number, Resolution, Status};
use crate::domain::access::User;
use crate::domain::inventory::MAX_QUANTITY;
use crate::domain::{subject, text};
use crate::error::{Code, Error, Result};
use crate::ids::{ItemId, SheetId};
use crate::on_db;
use crate::schema::{count_line as line, count_sheet as sheet};
use crate::store::Tx;

/// What to change of a sheet; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema, AsChangeset)]
#[diesel(table_name = sheet)]
#[serde(deny_unknown_fields)]
#[schema(as = SheetEdit)]
pub struct Edit {
    /// What is counted, in words; null clears it.
    #[serde(default, deserialize_with = "text::edited")]
    #[garde(inner(inner(custom(text::line(0, 100)))))]
    pub title: Option<Option<String>>,
    /// What its quantities mean.
    #[garde(skip)]
    pub mode: Option<Mode>,
}

/// What a line is to say; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLine {
    /// Units that were counted, 0 included; null for not counted. A count ticks the line, unless `included` says
    /// otherwise.
    #[serde(default, deserialize_with = "text::said")]
    #[garde(inner(inner(range(min = 0, max = MAX_QUANTITY))))]
    #[schema(value_type = Option<i64>)]
    pub counted: Option<Option<i64>>,
    /// Whether the line will be applied.
    #[garde(skip)]
    pub included: Option<bool>,
    /// How its conflict is resolved; null takes that back.
    #[serde(default, deserialize_with = "text::said")]
    #[garde(skip)]
    #[schema(value_type = Option<Resolution>)]
    pub resolution: Option<Option<Resolution>>,
    /// The line's `on_hand_version` that was looked at: where stock moved since, nothing is changed.
    #[garde(skip)]
    pub on_hand_version: Option<i64>,
}

/// Changes what a sheet is called or means. `expected` is the version that the caller looked at.
///
/// # Errors
/// `sheet_closed`, `stale_version`, `validation`.
pub fn edit(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: i64,
    edit: &Edit,
) -> Result<Sheet> {
    let held = hold(tx, user, number, Some(expected))?;
    text::valid(edit)?;
    let (id, now) = (held.head.id, tx.now());
    on_db!(&mut *tx.db, c => diesel::update(sheet::table.find(id))
        .set((edit, sheet::updated_at.eq(now)))
        .execute(c))?;
    advance(tx, id)?;
    let lines = match edit.mode {
        Some(_) => Lines::All,
        None => Lines::Of(&[]),
    };
    let row = step::announce(tx, id, "edit", &lines, Vec::new())?.row;
    list::whole(tx.db, row)
}

/// Gives a sheet up; it changed nothing, and stays to be read.
///
/// # Errors
/// `sheet_closed`, `stale_version`.
pub fn discard(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: Option<i64>,
) -> Result<SheetRow> {
    let id = hold(tx, user, number, expected)?.head.id;
    let (now, by) = (tx.now(), tx.actor.id);
    on_db!(&mut *tx.db, c => diesel::update(sheet::table.find(id))
        .set((
            sheet::status.eq(Status::Discarded),
            (sheet::closed_by.eq(by), sheet::closed_at.eq(now)),
        ))
        .execute(c))?;
    advance(tx, id)?;
    Ok(step::announce(tx, id, "discard", &Lines::All, Vec::new())?.row)
}

/// Sets what a line says; a sheet without a line of this item gets one.
///
/// # Errors
/// `not_found` for the item; `sheet_closed`; `stale_version` when `expected` is given; `stock_changed`, with the
/// sheet as it is, when `on_hand_version` is and stock moved since; `validation`.
pub fn set_line(
    tx: &mut Tx<'_>,
    user: &User,
    (number, sku): (Number, &str),
    expected: Option<i64>,
    set: &SetLine,
) -> Result<Change> {
    let held = hold(tx, user, number, expected)?;
    text::valid(set)?;
    let (id, item) = (held.head.id, subject::item(tx.db, sku)?);
    let level = step::levels(tx, held.head.warehouse_id, &[item])?;
    let version = level.first().map_or(0, |&(_, _, version)| version);
    if set.on_hand_version.is_some_and(|seen| seen != version) {
        let detail = format!("The stock of {sku} moved since you looked at it; decide again.");
        let current = list::whole(tx.db, held)?;
        return Err(Error::refused(Code::StockChanged, detail).with_current(&current));
    }
    ensure_line(tx, &held, item)?;
    let included = set.included.or(match set.counted {
        Some(Some(_)) => Some(true),
        _ => None,
    });
    let (now, by) = (tx.now(), tx.actor.id);
    on_db!(&mut *tx.db, c => diesel::update(line::table.find((id, item)))
        .set((
            set.counted.map(|counted| line::counted.eq(counted)),
            included.map(|included| (line::included.eq(included), line::chosen.eq(true))),
            set.resolution.map(|resolution| (
                line::resolution.eq(resolution),
                line::resolved_version.eq(resolution.map(|_| version)),
            )),
            (line::updated_at.eq(now), line::updated_by.eq(by)),
        ))
        .execute(c))?;
    advance(tx, id)?;
    step::announce(tx, id, "edit", &Lines::Of(&[item]), Vec::new())
}

/// Takes a line out of a sheet. One that a photo still shows comes back when the boxes of the photo change; it is
/// left out for good by not including it.
///
/// # Errors
/// `not_found` without such a line; `sheet_closed`; `stale_version` when `expected` is given.
pub fn remove_line(
    tx: &mut Tx<'_>,
    user: &User,
    (number, sku): (Number, &str),
    expected: Option<i64>,
) -> Result<Change> {
    let id = hold(tx, user, number, expected)?.head.id;
    let item = subject::item(tx.db, sku)?;
    if !delete_line(tx, id, item)? {
        return Err(Error::not_found(format_args!(
            "line of “{sku}” in {number}"
        )));
    }
    advance(tx, id)?;
    step::announce(tx, id, "edit", &Lines::Of(&[]), vec![sku.into()])
}

/// Adds a line of an item where there is none.
pub(super) fn ensure_line(tx: &mut Tx<'_>, held: &SheetRow, item: ItemId) -> Result<()> {
    let (at, id) = (held.head.warehouse_id, held.head.id);
    let there: Option<ItemId> = on_db!(&mut *tx.db, c => line::table
        .find((id, item))
        .select(line::item_id)
        .first(c)
        .optional())?;
    match there {
        Some(_) => Ok(()),
        None => add_lines(tx, (at, id), &[item]),
    }
}

/// Takes a line out of a sheet; answers whether there was one.
pub(super) fn delete_line(tx: &mut Tx<'_>, sheet: SheetId, item: ItemId) -> Result<bool> {
    let gone = on_db!(&mut *tx.db, c =>
        diesel::delete(line::table.find((sheet, item))).execute(c))?;
    Ok(gone > 0)
}
