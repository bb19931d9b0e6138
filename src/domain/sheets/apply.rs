//! Applying a sheet: its differences become movements, all of them or none.

use diesel::dsl::exists;
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::line::{self, Row};
use super::list::{self, Sheet, SheetRow};
use super::step::{self, Lines, advance, hold};
use super::{Mode, Number, Status};
use crate::domain::access::User;
use crate::domain::movements::{self, Entry, Kind, Movement};
use crate::domain::subject::Subject;
use crate::domain::text;
use crate::domain::warehouses::Warehouse;
use crate::error::{Code, Error, FieldError, Result};
use crate::ids::SheetId;
use crate::on_db;
use crate::schema::{count_line, count_sheet as sheet, detection, scan, sheet_scan, warehouse};
use crate::store::Tx;

/// What goes with applying a sheet.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The version that was looked at, if that matters to the caller; over HTTP the `If-Match`.
    #[serde(skip)]
    #[garde(skip)]
    pub expected: Option<i64>,
    /// Anything else, for each of the movements.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    pub note: Option<String>,
}

/// What applying a sheet, or undoing it, changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SheetApplied)]
pub struct Applied {
    /// The sheet as it is now.
    pub sheet: Sheet,
    /// The ledger's lines; none for counts that were right.
    pub movements: Vec<Movement>,
}

/// Applies a sheet, once: every line that is included and has a quantity.
///
/// The movements share a group, name the sheet, and are judged by policy like any others.
///
/// # Errors
/// `sheet_closed` the second time; `stale_version`; `stock_changed`, with the sheet as it is, when a conflict is not
/// resolved; `validation` when nothing is counted, or with an error for each line that the ledger refuses, whatever
/// the reason. Nothing is changed then.
pub fn apply(tx: &mut Tx<'_>, user: &User, number: Number, asked: &Application) -> Result<Applied> {
    let held = hold(tx, user, number, asked.expected)?;
    text::valid(asked)?;
    let (id, mode) = (held.head.id, held.head.mode);
    let mut lines = line::load(tx.db, &held.head, None)?;
    lines.retain(Row::counts);
    if lines.is_empty() {
        let detail =
            format!("Nothing on {number} is counted; count something, or discard the sheet.");
        return Err(Error::field("/lines", "empty", detail));
    }
    if mode == Mode::Count {
        must_be_resolved(tx, &held, &lines)?;
    }
    let group = uuid::Uuid::now_v7().to_string();
    close(tx, id, &group)?;
    let poster = Poster {
        sheet: id,
        mode,
        warehouse: of_sheet(tx, &held)?,
        group,
        note: asked.note.clone(),
    };
    let movements = poster.post_all(tx, &lines)?;
    let items: Vec<_> = lines.iter().map(|line| line.item).collect();
    let lines = if held.head.blind {
        Lines::All
    } else {
        Lines::Of(&items)
    };
    let row = step::announce(tx, id, "apply", &lines, Vec::new())?.row;
    let sheet = list::whole(tx.db, row)?;
    Ok(Applied { sheet, movements })
}

/// Refuses while stock moved under a line that nobody resolved.
fn must_be_resolved(tx: &mut Tx<'_>, held: &SheetRow, lines: &[Row]) -> Result<()> {
    let mut open = lines.iter().filter(|line| line.is_unresolved());
    let Some(first) = open.next() else {
        return Ok(());
    };
    let others = match open.count() {
        0 => String::new(),
        1 => " and one other item".into(),
        more => format!(" and {more} other items"),
    };
    let detail = format!(
        "The stock of {}{others} moved since {} was counted; keep the count or the difference.",
        first.sku, held.head.number
    );
    let current = list::whole(tx.db, held.clone())?;
    Err(Error::refused(Code::StockChanged, detail).with_current(&current))
}

fn close(tx: &mut Tx<'_>, id: SheetId, group: &str) -> Result<()> {
    let (now, by) = (tx.now(), tx.actor.id);
    on_db!(&mut *tx.db, c => diesel::update(sheet::table.find(id))
        .set((
            sheet::status.eq(Status::Applied),
            sheet::group_id.eq(group),
            (sheet::closed_by.eq(by), sheet::closed_at.eq(now)),
        ))
        .execute(c))?;
    keep_photos(tx, id)?;
    advance(tx, id)
}

/// Keeps which photos the sheet was made of, so that the ledger leads to them also after an undo, when they may be
/// counted on another.
fn keep_photos(tx: &mut Tx<'_>, id: SheetId) -> Result<()> {
    on_db!(&mut *tx.db, c => scan::table
        .filter(scan::sheet_id.eq(id))
        .filter(exists(detection::table.filter(detection::scan_id.eq(scan::id))))
        .select((scan::sheet_id.assume_not_null(), scan::id))
        .insert_into(sheet_scan::table)
        .into_columns((sheet_scan::sheet_id, sheet_scan::scan_id))
        .execute(c))?;
    Ok(())
}

fn of_sheet(tx: &mut Tx<'_>, held: &SheetRow) -> Result<Warehouse> {
    Ok(on_db!(&mut *tx.db, c => warehouse::table
        .find(held.head.warehouse_id)
        .select(Warehouse::as_select())
        .first(c))?)
}

/// What the movements of a sheet have in common.
struct Poster {
    sheet: SheetId,
    mode: Mode,
    warehouse: Warehouse,
    group: String,
    note: Option<String>,
}

impl Poster {
    /// Posts every line, or says of each that was refused why.
    fn post_all(&self, tx: &mut Tx<'_>, lines: &[Row]) -> Result<Vec<Movement>> {
        let (mut movements, mut errors) = (Vec::new(), Vec::new());
        for line in lines {
            match self.post(tx, line) {
                Ok(movement) => movements.extend(movement),
                Err(error) => movements::told(&format!("/lines/{}", line.sku), error, &mut errors)?,
            }
        }
        refuse_if_any(errors)?;
        Ok(movements)
    }

    /// Posts a line, and keeps with it what was found and what that added.
    fn post(&self, tx: &mut Tx<'_>, line: &Row) -> Result<Option<Movement>> {
        let delta = line.difference(self.mode).unwrap_or(0);
        let subject = Subject {
            warehouse: self.warehouse.clone(),
            item: line.item,
            sku: line.sku.clone(),
        };
        let kind = match self.mode {
            Mode::Count => Kind::Count,
            Mode::Receive => Kind::Receive,
        };
        let entry = Entry {
            note: self.note.clone(),
            reference: Some(Number(self.sheet).to_string()),
            sheet: Some(self.sheet),
            group: Some(self.group.clone()),
            ..Entry::new(&subject, kind, delta)
        };
        let movement = match delta {
            0 => None,
            _ => Some(movements::post(tx, &entry)?.movement),
        };
        on_db!(&mut *tx.db, c => diesel::update(count_line::table.find((self.sheet, line.item)))
            .set((count_line::found.eq(line.on_hand()), count_line::applied.eq(delta)))
            .execute(c))?;
        Ok(movement)
    }
}

fn refuse_if_any(errors: Vec<FieldError>) -> Result<()> {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::invalid(errors))
    }
}
