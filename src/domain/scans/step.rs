//! What people, and time, do with a scan; and telling everybody after.

use diesel::prelude::*;
use serde::Serialize;

use super::list::{gone, missing};
use super::take_in::must_have_room;
use super::{DetectionRow, Line, Number, ScanRow, Status, count, detections, find, list};
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::{photos, sheets};
use crate::error::{Code, Error, Result};
use crate::events::{Change, Draft, EventName};
use crate::ids::{ScanId, SheetId, WarehouseId};
use crate::on_db;
use crate::schema::scan;
use crate::store::Tx;
use crate::time::Time;

/// Times that a scan is begun at most, before it is given up: whatever ends the program may be the photo.
const ATTEMPTS: i64 = 3;

/// Detections that an event carries at most, some 27 kB; who wants more loads the scan.
const BOXES_TOLD: usize = 100;

/// A scan that somebody is about to change: its warehouse is locked, and they have the right.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) id: ScanId,
    pub(super) warehouse: WarehouseId,
    pub(super) status: Status,
    pub(super) sheet: Option<SheetId>,
    /// Whether its sheet was applied with what was found on it.
    on_record: bool,
    /// Whether it leaves its sheet by being changed.
    free: bool,
    photo: String,
}

/// Finds the scan, checks the right and locks the warehouse.
pub(super) fn hold(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: Option<i64>,
) -> Result<Held> {
    let found: Option<WarehouseId> = on_db!(&mut *tx.db, c => scan::table
        .find(number.0)
        .select(scan::warehouse_id)
        .first(c)
        .optional())?;
    let at = found
        .filter(|at| user.role_in(*at).is_some())
        .ok_or_else(|| missing(number))?;
    user.require(at, Role::Operator)?;
    tx.db.lock_warehouse(at)?;
    let (status, sheet, photo, version): (Status, Option<SheetId>, String, i64) = on_db!(&mut *tx.db, c =>
        scan::table
            .find(number.0)
            .select((scan::status, scan::sheet_id, scan::photo_sha256, scan::version))
            .first(c))?;
    if expected.is_some_and(|expected| expected != version) {
        let detail = format!("{number} was changed since you looked at it.");
        let now = shown(tx, number.0)?;
        return Err(Error::refused(Code::StaleVersion, detail).with_current(&now));
    }
    let applied = match sheet {
        Some(sheet) => count::status(tx.db, sheet)? == sheets::Status::Applied,
        None => false,
    };
    // A sheet that was applied before anything was found on the photo has nothing of it.
    let free = applied && !count::has_detections(tx.db, number.0)?;
    Ok(Held {
        id: number.0,
        warehouse: at,
        status,
        sheet: sheet.filter(|_| !free),
        on_record: applied && !free,
        free,
        photo,
    })
}

/// Takes a scan off its sheet.
pub(super) fn leave(tx: &mut Tx<'_>, id: ScanId) -> Result<()> {
    on_db!(&mut *tx.db, c => diesel::update(scan::table.find(id))
        .set(scan::sheet_id.eq(None::<SheetId>))
        .execute(c))?;
    Ok(())
}

impl Held {
    /// Refuses while a detector has the scan, or is to have it, and once what it found was applied.
    pub(super) fn must_be_ours(&self, tx: &mut Tx<'_>) -> Result<()> {
        if self.on_record {
            let number = Number(self.id);
            let detail =
                format!("The sheet of {number} was applied: what was found is on record now.");
            return Err(self.refused(tx, detail)?);
        }
        self.must_be(tx, &[Status::Done, Status::Failed, Status::Cancelled])
    }

    /// Refuses unless the scan is one of these; then it is about to be changed.
    fn must_be(&self, tx: &mut Tx<'_>, allowed: &[Status]) -> Result<()> {
        if !allowed.contains(&self.status) {
            let detail = format!("{} is {}.", Number(self.id), self.status.as_str());
            return Err(self.refused(tx, detail)?);
        }
        if self.free {
            leave(tx, self.id)?;
        }
        Ok(())
    }

    fn refused(&self, tx: &mut Tx<'_>, detail: String) -> Result<Error> {
        let now = shown(tx, self.id)?;
        Ok(Error::refused(Code::ScanNotOpen, detail).with_current(&now))
    }
}

/// Takes a scan out of the queue, or its detector's hands.
///
/// # Errors
/// `scan_not_open` when it has ended; `stale_version`.
pub fn cancel(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: Option<i64>,
) -> Result<ScanRow> {
    let held = hold(tx, user, number, expected)?;
    held.must_be(tx, &[Status::Queued, Status::Running])?;
    let now = tx.now();
    on_db!(&mut *tx.db, c => diesel::update(scan::table.find(held.id))
        .set((
            scan::status.eq(Status::Cancelled),
            scan::finished_at.eq(now),
            scan::version.eq(scan::version + 1),
            scan::updated_at.eq(now),
        ))
        .execute(c))?;
    announce(tx, held.id, "cancel")
}

/// Queues a scan that has ended once more, for this detector, in its line. What was found on it is replaced when that
/// detector is done.
///
/// # Errors
/// `scan_not_open` while it is queued or running, or once what was found was applied; `photo_gone`; `busy` when as
/// many scans wait in the line as may.
pub fn retry(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    detector: &str,
    line: &Line,
) -> Result<ScanRow> {
    let held = hold(tx, user, number, None)?;
    held.must_be_ours(tx)?;
    must_have_room(tx, line)?;
    if !photos::is_kept(tx.db, &held.photo)? {
        return Err(gone(number));
    }
    on_db!(&mut *tx.db, c => diesel::update(scan::table.find(held.id))
        .set((scan::detector.eq(detector), scan::attempts.eq(0)))
        .execute(c))?;
    queue_again(tx, held.id)?;
    announce(tx, held.id, "retry")
}

/// Whether any scan waits or is being looked at, here or on another node.
pub fn any_open(db: &mut Db) -> Result<bool> {
    let open = [Status::Queued, Status::Running];
    Ok(on_db!(db, c => diesel::select(diesel::dsl::exists(
        scan::table.filter(scan::status.eq_any(open))
    ))
    .get_result(c))?)
}

/// Queues what was left running: at start, all of it (`None`), else what was begun before `begun_before`. What was
/// begun too often is given up. Answers how many that were.
pub fn requeue_lost(tx: &mut Tx<'_>, begun_before: Option<Time>) -> Result<usize> {
    let before = begun_before.unwrap_or(Time(i64::MAX));
    let lost: Vec<(WarehouseId, ScanId)> = on_db!(&mut *tx.db, c => scan::table
        .filter(scan::status.eq(Status::Running).and(scan::started_at.lt(before)))
        .order((scan::warehouse_id, scan::id))
        .select((scan::warehouse_id, scan::id))
        .load(c))?;
    let mut again = 0;
    for (at, id) in lost {
        tx.db.lock_warehouse(at)?;
        let attempts: Option<i64> = on_db!(&mut *tx.db, c => scan::table
            .find(id)
            .filter(scan::status.eq(Status::Running).and(scan::started_at.lt(before)))
            .select(scan::attempts)
            .first(c)
            .optional())?;
        match attempts {
            Some(attempts) if attempts < ATTEMPTS => {
                queue_again(tx, id)?;
                announce(tx, id, "retry")?;
            }
            Some(_) => give_up(tx, id)?,
            None => continue,
        }
        again += 1;
    }
    Ok(again)
}

fn give_up(tx: &mut Tx<'_>, id: ScanId) -> Result<()> {
    let now = tx.now();
    let why = format!("The server stopped {ATTEMPTS} times while it looked at this photo.");
    on_db!(&mut *tx.db, c => diesel::update(scan::table.find(id))
        .set((
            scan::status.eq(Status::Failed),
            scan::error.eq(why),
            scan::finished_at.eq(now),
            scan::version.eq(scan::version + 1),
            scan::updated_at.eq(now),
        ))
        .execute(c))?;
    announce(tx, id, "fail").map(drop)
}

/// Makes a scan what it was when it was taken in, but for its attempts.
pub(super) fn queue_again(tx: &mut Tx<'_>, id: ScanId) -> Result<()> {
    let now = tx.now();
    on_db!(&mut *tx.db, c => diesel::update(scan::table.find(id))
        .set((
            scan::status.eq(Status::Queued),
            (scan::progress.eq(0), scan::error.eq(None::<String>)),
            (scan::started_at.eq(None::<Time>), scan::finished_at.eq(None::<Time>)),
            scan::version.eq(scan::version + 1),
            scan::updated_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Tells that the photo of a scan was removed.
pub(in crate::domain) fn announce_pruned(tx: &mut Tx<'_>, id: ScanId) -> Result<()> {
    touch(tx, id)?;
    announce(tx, id, "prune").map(drop)
}

/// Counts a change.
pub(super) fn touch(tx: &mut Tx<'_>, id: ScanId) -> Result<()> {
    let now = tx.now();
    on_db!(&mut *tx.db, c => diesel::update(scan::table.find(id))
        .set((scan::version.eq(scan::version + 1), scan::updated_at.eq(now)))
        .execute(c))?;
    Ok(())
}

/// The scan with what was found on it.
pub(super) fn shown(tx: &mut Tx<'_>, id: ScanId) -> Result<ScanRow> {
    let mut row = find(tx.db, id)?;
    row.detections = Some(detections::of(tx.db, id, row.warehouse_id)?);
    Ok(row)
}

/// Records that a scan changed, and gives it back.
pub(super) fn announce(tx: &mut Tx<'_>, id: ScanId, verb: &'static str) -> Result<ScanRow> {
    let row = find(tx.db, id)?;
    tell(tx, &row, verb, &row)?;
    Ok(row)
}

/// Which detections a step changed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Boxes<'a> {
    /// Those of these numbers.
    Of(&'a [i64]),
    /// All.
    All,
}

/// The same with the detections that changed. Gives back the scan with all that was found on it.
pub(super) fn announce_boxes(
    tx: &mut Tx<'_>,
    id: ScanId,
    verb: &'static str,
    boxes: Boxes<'_>,
) -> Result<ScanRow> {
    let mut row = find(tx.db, id)?;
    let all = detections::of(tx.db, id, row.warehouse_id)?;
    let changed = |one: &&DetectionRow| match boxes {
        Boxes::Of(numbers) => numbers.contains(&one.n),
        Boxes::All => true,
    };
    let changed: Vec<_> = all.iter().filter(changed).collect();
    let change = list::Change {
        row: &row,
        detections: (changed.len() <= BOXES_TOLD).then_some(changed),
    };
    tell(tx, &row, verb, &change)?;
    row.detections = Some(all);
    Ok(row)
}

fn tell(tx: &mut Tx<'_>, row: &ScanRow, verb: &'static str, data: &impl Serialize) -> Result<()> {
    let draft = Draft::new(
        row.warehouse_id,
        EventName::ScanUpdated,
        &row.number,
        Change::verb(verb),
        data,
    )?;
    tx.record(draft)
}
