//! Taking back an applied sheet.

use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::apply::Applied;
use super::list;
use super::step::{self, Lines, advance, lock, must_be_at};
use super::{Number, Status};
use crate::domain::access::User;
use crate::domain::movements;
use crate::domain::text;
use crate::error::{Code, Error, Result};
use crate::on_db;
use crate::schema::count_sheet as sheet;
use crate::store::Tx;

/// What goes with undoing a sheet.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Undoing {
    /// The version that was looked at, if that matters to the caller; over HTTP the `If-Match`.
    #[serde(skip)]
    #[garde(skip)]
    pub expected: Option<i64>,
    /// Why, for each of the reversals.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    pub note: Option<String>,
}

/// Undoes a sheet, once: reverses those of its movements that nobody reversed before.
///
/// # Errors
/// `already_reversed` the second time; `sheet_not_applied` for one that changed nothing; `stale_version`;
/// `insufficient_stock` when goods that it found are gone.
pub fn undo(tx: &mut Tx<'_>, user: &User, number: Number, asked: &Undoing) -> Result<Applied> {
    let held = lock(tx, user, number)?;
    text::valid(asked)?;
    match held.head.status {
        Status::Applied => must_be_at(&held, asked.expected)?,
        Status::Undone => {
            let detail = format!("{number} was undone before.");
            return Err(Error::refused(Code::AlreadyReversed, detail).with_current(&held));
        }
        Status::Open | Status::Discarded => {
            let detail = format!("{number} changed no stock; there is nothing to undo.");
            return Err(Error::refused(Code::SheetNotApplied, detail).with_current(&held));
        }
    }
    let id = held.head.id;
    let posted = movements::reverse_sheet(tx, user, id, asked.note.as_deref())?;
    let (now, by) = (tx.now(), tx.actor.id);
    on_db!(&mut *tx.db, c => diesel::update(sheet::table.find(id))
        .set((
            sheet::status.eq(Status::Undone),
            (sheet::closed_by.eq(by), sheet::closed_at.eq(now)),
        ))
        .execute(c))?;
    advance(tx, id)?;
    let row = step::announce(tx, id, "undo", &Lines::Of(&[]), Vec::new())?.row;
    Ok(Applied {
        sheet: list::whole(tx.db, row)?,
        movements: posted.into_iter().map(|posted| posted.movement).collect(),
    })
}
