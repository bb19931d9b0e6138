//! From what was seen to a count sheet, which follows it while it is open.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::Deserialize;
use utoipa::ToSchema;

use super::step::{Boxes, Held, announce, announce_boxes, hold, shown, touch};
use super::{Kind, Number, ScanRow, State};
use crate::db::Db;
use crate::domain::access::User;
use crate::domain::sheets::{self, Change, Mode, Seen, Sheet};
use crate::error::{Code, Error, Result};
use crate::ids::{ItemId, ScanId, SheetId, UserId};
use crate::on_db;
use crate::schema::{count_sheet, detection, scan};
use crate::store::Tx;
use crate::time::Time;

/// Below this, a model guesses: a person has to say that the line counts.
const SURE: f64 = 0.6;

/// How a scan is counted.
#[derive(Clone, Copy, Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Count {
    /// What the quantities mean.
    pub mode: Mode,
    /// Whether the sheet hides what is expected until it is closed.
    #[serde(default)]
    pub blind: bool,
}

/// The sheet of a scan.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The sheet.
    pub sheet: Sheet,
    /// Whether it was made just now.
    pub fresh: bool,
}

/// Makes a sheet of a scan; where it has one that is open, brings that in step.
///
/// # Errors
/// `scan_not_open` before it has ended, once its sheet was applied, and where its open sheet has another mode; what
/// [`sheets::fill`] refuses.
pub fn count(tx: &mut Tx<'_>, user: &User, number: Number, asked: Count) -> Result<Counted> {
    let held = hold(tx, user, number, None)?;
    held.must_be_ours(tx)?;
    let open = match held.sheet {
        Some(sheet) if is_open(tx.db, sheet)? => Some(sheet),
        _ => None,
    };
    let sheet = match open {
        Some(sheet) => must_mean(tx, &held, sheet, asked.mode)?,
        None => begin(tx, user, &held, asked)?,
    };
    let seen = seen(tx.db, sheet)?;
    sheets::fill(tx, user, sheet, &seen)?;
    Ok(Counted {
        sheet: sheets::see(tx.db, user, sheets::Number(sheet))?,
        fresh: open.is_none(),
    })
}

/// Refuses where what the open sheet says is something else: others may be counting on it.
fn must_mean(tx: &mut Tx<'_>, held: &Held, sheet: SheetId, mode: Mode) -> Result<SheetId> {
    let said: Mode = on_db!(&mut *tx.db, c => count_sheet::table
        .find(sheet)
        .select(count_sheet::mode)
        .first(c))?;
    if said == mode {
        return Ok(sheet);
    }
    let (scan, sheet) = (Number(held.id), sheets::Number(sheet));
    let what = match said {
        Mode::Count => "all there is",
        Mode::Receive => "what came in",
    };
    let detail = format!("{scan} is on {sheet}, which is open and says {what}; change that there.");
    let now = shown(tx, held.id)?;
    Err(Error::refused(Code::ScanNotOpen, detail).with_current(&now))
}

fn begin(tx: &mut Tx<'_>, user: &User, held: &Held, asked: Count) -> Result<SheetId> {
    let sheet = sheets::start(tx, user, held.warehouse, asked.mode, asked.blind)?;
    on_db!(&mut *tx.db, c => diesel::update(scan::table.find(held.id))
        .set(scan::sheet_id.eq(sheet))
        .execute(c))?;
    touch(tx, held.id)?;
    announce(tx, held.id, "review")?;
    Ok(sheet)
}

/// Takes a photo off a sheet that is open, with all that it showed there. `expected` is the version of the sheet that
/// the caller looked at, if that matters to them.
///
/// # Errors
/// `not_found` where the photo is not on the sheet; `sheet_closed`; `stale_version`.
pub fn take_off(
    tx: &mut Tx<'_>,
    user: &User,
    (sheet, number): (sheets::Number, Number),
    expected: Option<i64>,
) -> Result<Change> {
    sheets::hold(tx, user, sheet, expected)?;
    let taken = on_db!(&mut *tx.db, c => diesel::update(scan::table.find(number.0))
        .filter(scan::sheet_id.eq(sheet.0))
        .set(scan::sheet_id.eq(None::<SheetId>))
        .execute(c))?;
    if taken == 0 {
        return Err(Error::not_found(format_args!("photo {number} on {sheet}")));
    }
    touch(tx, number.0)?;
    announce(tx, number.0, "review")?;
    let seen = seen(tx.db, sheet.0)?;
    sheets::refill(tx, user, sheet.0, &seen)
}

/// Where a sheet is in its life.
pub(super) fn status(db: &mut Db, sheet: SheetId) -> Result<sheets::Status> {
    Ok(on_db!(db, c => count_sheet::table
        .find(sheet)
        .select(count_sheet::status)
        .first(c))?)
}

fn is_open(db: &mut Db, sheet: SheetId) -> Result<bool> {
    Ok(status(db, sheet)? == sheets::Status::Open)
}

/// Ends a change of the detections with these numbers: tells it, and has the sheet follow where there is an open one.
pub(super) fn reviewed(
    tx: &mut Tx<'_>,
    user: &User,
    held: &Held,
    changed: &[i64],
) -> Result<ScanRow> {
    touch(tx, held.id)?;
    let row = announce_boxes(tx, held.id, "review", Boxes::Of(changed))?;
    if let Some(sheet) = held.sheet
        && is_open(tx.db, sheet)?
    {
        let seen = seen(tx.db, sheet)?;
        sheets::fill(tx, user, sheet, &seen)?;
    }
    Ok(row)
}

/// The same where a detector is done, for a sheet that is open.
pub(super) fn follow(tx: &mut Tx<'_>, sheet: SheetId) -> Result<()> {
    let seen = seen(tx.db, sheet)?;
    sheets::fill(tx, &aims(), sheet, &seen)
}

/// AIMS itself: whoever sent the photo to the sheet had the right, and may have gone home.
fn aims() -> User {
    User {
        id: UserId(0),
        login: String::new(),
        name: "AIMS".into(),
        admin: true,
        roles: BTreeMap::new(),
    }
}

/// Whether a scan has detections, which a sheet may have counted.
pub(super) fn has_detections(db: &mut Db, id: ScanId) -> Result<bool> {
    let count: i64 = on_db!(db, c => detection::table
        .filter(detection::scan_id.eq(id))
        .count()
        .get_result(c))?;
    Ok(count > 0)
}

/// A photo of a sheet: the scan, the file, and when it was sent.
type Sent = (ScanId, String, Time);

/// How much a scan says of a file: what was found on it weighs more than what was only drawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shows {
    Drawn,
    Found,
}

/// What one detection adds to a sheet: of which scan it is, and what was seen.
type Part = (ScanId, ItemId, Kind, i64, Option<f64>, State);

/// What all photos of a sheet show, by item. What only locates is not counted, or a shelf would be empty because its
/// labels were read.
///
/// One file shows one shelf, however often it was sent to the sheet: the first scan of it counts in which a detector
/// found something to count or, where none did, in which people drew it.
fn seen(db: &mut Db, sheet: SheetId) -> Result<Vec<Seen>> {
    let sent: Vec<Sent> = on_db!(&mut *db, c => scan::table
        .filter(scan::sheet_id.eq(sheet))
        .order(scan::id)
        .select((scan::id, scan::photo_sha256, scan::created_at))
        .load(c))?;
    let parts: Vec<Part> = on_db!(db, c => detection::table
        .inner_join(scan::table)
        .filter(scan::sheet_id.eq(sheet))
        .filter(detection::item_id.is_not_null().and(detection::units.gt(0)))
        .select((
            detection::scan_id,
            detection::item_id.assume_not_null(),
            detection::kind,
            detection::units,
            detection::confidence,
            detection::state,
        ))
        .load(c))?;
    let since = counting(&sent, &parts);
    let mut items = BTreeMap::<ItemId, Seen>::new();
    for &(scan, item, kind, units, confidence, state) in &parts {
        let Some(&since) = since.get(&scan).filter(|_| state != State::Ignored) else {
            continue;
        };
        let seen = items.entry(item).or_insert(Seen {
            item,
            units: 0,
            since,
            included: true,
            lowest_confidence: None,
        });
        seen.units = seen.units.saturating_add(units);
        seen.since = seen.since.min(since);
        seen.included &= is_sure(kind, confidence, state);
        seen.lowest_confidence = match (seen.lowest_confidence, confidence) {
            (Some(lowest), Some(this)) => Some(lowest.min(this)),
            (lowest, this) => lowest.or(this),
        };
    }
    Ok(items.into_values().collect())
}

/// The scans that count, one of each file, with when that file was first sent.
fn counting(sent: &[Sent], parts: &[Part]) -> BTreeMap<ScanId, Time> {
    let mut shows = BTreeMap::<ScanId, Shows>::new();
    for &(scan, _, kind, ..) in parts {
        let what = if kind == Kind::Drawn {
            Shows::Drawn
        } else {
            Shows::Found
        };
        shows
            .entry(scan)
            .and_modify(|shown| *shown = what.max(*shown))
            .or_insert(what);
    }
    let mut files = BTreeMap::<&str, (ScanId, Time)>::new();
    for (id, file, at) in sent {
        let (counts, since) = files.entry(file).or_insert((*id, *at));
        *since = (*since).min(*at);
        if shows.get(id) > shows.get(counts) {
            *counts = *id;
        }
    }
    files.into_values().collect()
}

/// Whether nobody has to look twice: a person said so, a code carries its own check, or the detector is sure.
fn is_sure(kind: Kind, confidence: Option<f64>, state: State) -> bool {
    state != State::Auto
        || kind == Kind::Barcode
        || confidence.is_some_and(|confidence| confidence >= SURE)
}
