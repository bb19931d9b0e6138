//! A scan in the hands of a detector: taken, told how far it is, ended.

use std::time::Duration;

use aims_vision::Report;
use diesel::prelude::*;

use super::report::short;
use super::step::{Boxes, announce, announce_boxes, leave, queue_again};
use super::{Line, Status, count, detections, mapping, report};
use crate::db::Db;
use crate::domain::{labels, looks, sheets};
use crate::error::Result;
use crate::ids::{ScanId, SheetId, WarehouseId};
use crate::on_db;
use crate::schema::scan;
use crate::store::Tx;
use crate::time::Time;

/// The right to speak for a running scan: it was begun at this moment, by whoever holds this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The scan.
    pub id: ScanId,
    /// Its warehouse.
    pub warehouse: WarehouseId,
    begun: Time,
}

/// A scan that was taken out of the queue.
#[derive(Clone, Debug)]
pub struct Job {
    /// What its later words are known by.
    pub claim: Claim,
    /// Which detector is to look at it.
    pub detector: String,
    /// The hash of its photo.
    pub photo: String,
}

/// What a detector is told before it looks.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Names of things that are known in the warehouse.
    pub labels: Vec<String>,
    /// How taught items look.
    pub looks: Vec<looks::Crop>,
}

/// What a detector found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its report.
    pub report: Report,
    /// What answered.
    pub version: String,
    /// How long it took.
    pub took: Duration,
}

/// Takes the scan that waits longest in that line; `None` where none waits.
pub fn start(tx: &mut Tx<'_>, line: &Line) -> Result<Option<Job>> {
    loop {
        let next: Option<(ScanId, WarehouseId)> = on_db!(&mut *tx.db, c => scan::table
            .filter(scan::status.eq(Status::Queued))
            .filter(scan::detector.eq_any(&line.detectors).ne(line.others))
            .order(scan::id)
            .select((scan::id, scan::warehouse_id))
            .first(c)
            .optional())?;
        let Some((id, warehouse)) = next else {
            return Ok(None);
        };
        // Another node may take it, or a person cancel it, before the lock is had.
        tx.db.lock_warehouse(warehouse)?;
        let begun = tx.now();
        let taken: Option<(String, String)> = on_db!(&mut *tx.db, c => diesel::update(scan::table)
            .filter(scan::id.eq(id).and(scan::status.eq(Status::Queued)))
            .set((
                scan::status.eq(Status::Running),
                scan::attempts.eq(scan::attempts + 1),
                scan::started_at.eq(begun),
                scan::version.eq(scan::version + 1),
                scan::updated_at.eq(begun),
            ))
            .returning((scan::detector, scan::photo_sha256))
            .get_result(c)
            .optional())?;
        if let Some((detector, photo)) = taken {
            announce(tx, id, "progress")?;
            let claim = Claim {
                id,
                warehouse,
                begun,
            };
            return Ok(Some(Job {
                claim,
                detector,
                photo,
            }));
        }
    }
}

/// What is known in a warehouse, for a detector to look for; how things look only for one that `wants_looks`.
pub fn wanted(db: &mut Db, at: WarehouseId, wants_looks: bool) -> Result<Wanted> {
    let looks = if wants_looks {
        looks::crops(db, at)?
    } else {
        Vec::new()
    };
    Ok(Wanted {
        labels: labels::wanted(db, at)?,
        looks,
    })
}

/// Whether the scan is still running for whoever holds `claim`.
pub fn is_held(db: &mut Db, claim: Claim) -> Result<bool> {
    let held: i64 = on_db!(db, c => scan::table
        .filter(scan::id.eq(claim.id).and(scan::status.eq(Status::Running)))
        .filter(scan::started_at.eq(claim.begun))
        .count()
        .get_result(c))?;
    Ok(held > 0)
}

/// One UPDATE of a scan that `claim` still speaks for; answers whether it does.
macro_rules! change {
    ($tx:expr, $claim:expr, $set:expr) => {{
        let (tx, claim): (&mut Tx<'_>, Claim) = ($tx, $claim);
        tx.db.lock_warehouse(claim.warehouse)?;
        let now = tx.now();
        on_db!(&mut *tx.db, c => diesel::update(scan::table)
            .filter(scan::id.eq(claim.id).and(scan::status.eq(Status::Running)))
            .filter(scan::started_at.eq(claim.begun))
            .set(($set, scan::version.eq(scan::version + 1), scan::updated_at.eq(now)))
            .execute(c))?
            == 1
    }};
}

/// Tells how far the detector is; answers whether anybody still wants to know.
pub fn progress(tx: &mut Tx<'_>, claim: Claim, percent: u8) -> Result<bool> {
    let percent = i64::from(percent.min(100));
    let held = change!(tx, claim, scan::progress.eq(percent));
    if held {
        announce(tx, claim.id, "progress")?;
    }
    Ok(held)
}

/// Ends a scan with what was found, and says what each label means here; answers whether it was still running.
///
/// Where the sheet that it belongs to was applied, what that sheet counted stays. One that was given up or undone has
/// nothing to keep: the scan leaves it.
pub fn finish(tx: &mut Tx<'_>, claim: Claim, found: &Found) -> Result<bool> {
    let sheet = sheet_of(tx, claim)?;
    if let Some(applied) = sheet.filter(|sheet| sheet.status == sheets::Status::Applied)
        && count::has_detections(tx.db, claim.id)?
    {
        let sheet = sheets::Number(applied.id);
        let why = format!("{sheet} was applied meanwhile; what was found before is on record.");
        return fail(tx, claim, &why);
    }
    let seen = report::kept(&found.report.detections);
    let meanings = mapping::meanings(tx.db, claim.warehouse, &seen)?;
    let strangers = meanings.never_stocked(tx.db, claim.warehouse)?;
    let warnings = report::warnings(&found.report, seen.len(), &strangers);
    if !succeed(tx, claim, found, warnings)? {
        return Ok(false);
    }
    if sheet.is_some_and(|sheet| !sheet.is_open()) {
        leave(tx, claim.id)?;
    }
    let rows = report::rows(claim.id, seen, &meanings);
    detections::replace(tx, claim.id, &rows)?;
    announce_boxes(tx, claim.id, "done", Boxes::All)?;
    if let Some(open) = sheet.filter(Belongs::is_open) {
        count::follow(tx, open.id)?;
    }
    Ok(true)
}

fn succeed(tx: &mut Tx<'_>, claim: Claim, found: &Found, warnings: Option<String>) -> Result<bool> {
    let now = tx.now();
    let truncated = found.report.truncated || report::is_cut(&found.report);
    let took = i64::try_from(found.took.as_millis()).unwrap_or(i64::MAX);
    let set = (
        (scan::status.eq(Status::Done), scan::progress.eq(100)),
        scan::detector_version.eq(short(&found.version)),
        scan::error.eq(None::<String>),
        (scan::warnings.eq(warnings), scan::truncated.eq(truncated)),
        (scan::took_ms.eq(took), scan::finished_at.eq(now)),
    );
    Ok(change!(tx, claim, set))
}

/// The sheet that a scan belongs to.
#[derive(Clone, Copy)]
struct Belongs {
    id: SheetId,
    status: sheets::Status,
}

impl Belongs {
    fn is_open(&self) -> bool {
        self.status == sheets::Status::Open
    }
}

fn sheet_of(tx: &mut Tx<'_>, claim: Claim) -> Result<Option<Belongs>> {
    tx.db.lock_warehouse(claim.warehouse)?;
    let sheet: Option<SheetId> = on_db!(&mut *tx.db, c => scan::table
        .find(claim.id)
        .select(scan::sheet_id)
        .first(c))?;
    let Some(id) = sheet else { return Ok(None) };
    let status = count::status(tx.db, id)?;
    Ok(Some(Belongs { id, status }))
}

/// Ends a scan of which nothing was found out; answers whether it was still running.
pub fn fail(tx: &mut Tx<'_>, claim: Claim, why: &str) -> Result<bool> {
    let now = tx.now();
    let set = (
        scan::status.eq(Status::Failed),
        scan::error.eq(short(why)),
        scan::finished_at.eq(now),
    );
    let held = change!(tx, claim, set);
    if held {
        announce(tx, claim.id, "fail")?;
    }
    Ok(held)
}

/// Queues a scan again that was begun and could not be gone on with, for no fault of its own.
pub fn give_back(tx: &mut Tx<'_>, claim: Claim) -> Result<bool> {
    let held = change!(tx, claim, scan::attempts.eq(scan::attempts - 1));
    if held {
        queue_again(tx, claim.id)?;
        announce(tx, claim.id, "retry")?;
    }
    Ok(held)
}
