//! Taking in a photo.

use diesel::prelude::*;

use super::step::announce;
use super::{Line, ScanRow, Status};
use crate::domain::access::{Role, User};
use crate::domain::photos::{self, Kept};
use crate::domain::{sheets, warehouses};
use crate::error::{Code, Error, Result};
use crate::ids::{SheetId, WarehouseId};
use crate::on_db;
use crate::schema::{scan, warehouse};
use crate::store::Tx;
use crate::time::Time;

/// Photos of one sheet at most: whoever corrects a box has all of theirs counted again.
const MOST_PHOTOS: i64 = 100;

/// A photo that somebody sent.
#[derive(Clone, Debug)]
pub struct NewScan {
    /// The warehouse's code.
    pub warehouse: String,
    /// Which detector is to look at it.
    pub detector: String,
    /// What is on it, in the sender's words.
    pub place: Option<String>,
    /// The number of the open sheet that it is one more photo of.
    pub sheet: Option<String>,
    /// The photo.
    pub photo: Kept,
    /// Where it waits for its detector.
    pub line: Line,
    /// When it began to come in: the shelf looked like that then, however long the way was.
    pub sent: Time,
}

/// Takes in a photo and queues it.
///
/// # Errors
/// `busy` when as many scans wait in the line as may; `archived`; `not_found` or `sheet_closed` for the sheet, and
/// `validation` where that has as many photos as it may.
pub fn take_in(tx: &mut Tx<'_>, user: &User, new: &NewScan) -> Result<ScanRow> {
    let at = warehouses::find(tx.db, user, &new.warehouse, Role::Operator)?.id;
    must_have_room(tx, &new.line)?;
    tx.db.lock_warehouse(at)?;
    let archived: bool = on_db!(&mut *tx.db, c => warehouse::table
        .find(at)
        .select(warehouse::archived)
        .first(c))?;
    if archived {
        let detail = format!("{} is archived and takes no photos.", new.warehouse);
        return Err(Error::refused(Code::Archived, detail));
    }
    let sheet = match &new.sheet {
        Some(number) => Some(sheet_with_room(tx, at, number.parse()?)?),
        None => None,
    };
    photos::keep(tx, &new.photo)?;
    let now = tx.now();
    let id = on_db!(&mut *tx.db, c => diesel::insert_into(scan::table)
        .values((
            scan::warehouse_id.eq(at),
            scan::photo_sha256.eq(&new.photo.sha256),
            (scan::width.eq(new.photo.width), scan::height.eq(new.photo.height)),
            (scan::place.eq(&new.place), scan::sheet_id.eq(sheet)),
            scan::detector.eq(&new.detector),
            scan::status.eq(Status::Queued),
            (scan::progress.eq(0), scan::attempts.eq(0), scan::truncated.eq(false)),
            scan::created_by.eq(user.id),
            scan::version.eq(1),
            (scan::created_at.eq(new.sent.min(now)), scan::updated_at.eq(now)),
        ))
        .returning(scan::id)
        .get_result(c))?;
    announce(tx, id, "scan")
}

/// The open sheet of that number, where it may have one more photo.
fn sheet_with_room(tx: &mut Tx<'_>, at: WarehouseId, number: sheets::Number) -> Result<SheetId> {
    let sheet = sheets::find_open(tx.db, at, number)?;
    let photos: i64 = on_db!(&mut *tx.db, c => scan::table
        .filter(scan::sheet_id.eq(sheet))
        .count()
        .get_result(c))?;
    if photos < MOST_PHOTOS {
        return Ok(sheet);
    }
    let detail =
        format!("{number} has {MOST_PHOTOS} photos, as many as a sheet may; begin another.");
    Err(Error::field("/sheet", "too_many", detail))
}

/// Refuses where the line is full. On several nodes a few more may get in at the same instant.
pub(super) fn must_have_room(tx: &mut Tx<'_>, line: &Line) -> Result<()> {
    let queued: i64 = on_db!(&mut *tx.db, c => scan::table
        .filter(scan::status.eq(Status::Queued))
        .filter(scan::detector.eq_any(&line.detectors).ne(line.others))
        .count()
        .get_result(c))?;
    if queued < line.most {
        return Ok(());
    }
    let detail = format!("{queued} photos are waiting already; send this one again in a moment.");
    Err(Error::refused(Code::Busy, detail))
}
