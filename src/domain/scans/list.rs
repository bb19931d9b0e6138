//! Reading scans.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DetectionRow, Number, Status, detections};
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::page::{List, Page};
use crate::domain::photos;
use crate::error::{Code, Error, Result};
use crate::ids::{ScanId, WarehouseId};
use crate::on_db;
use crate::schema::{scan, warehouse};
use crate::time::Time;

/// A scan, as shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScanRow {
    /// The scan's key.
    #[serde(skip)]
    pub id: ScanId,
    /// The warehouse's key.
    #[serde(skip)]
    pub warehouse_id: WarehouseId,
    /// Its name among people.
    #[schema(example = "SC-12")]
    pub number: String,
    /// The warehouse's code.
    pub warehouse: String,
    /// Where it is in its life.
    pub status: Status,
    /// How far the detector is, in percent.
    pub progress: i64,
    /// What is on the photo, in the words of who sent it: `shelf 3`.
    pub place: Option<String>,
    /// Which detector looks at it.
    pub detector: String,
    /// What answered: the detector's version, or the model's name.
    pub detector_version: Option<String>,
    /// Pixels from left to right, upright.
    pub width: i64,
    /// Pixels from top to bottom.
    pub height: i64,
    /// Where the photo is found; null once it was removed.
    pub photo: Option<String>,
    /// Where the photo is found as a small picture for lists; null once it was removed.
    pub thumbnail: Option<String>,
    /// Earlier scans of the same file in this warehouse, the newest first; the last five.
    pub same_photo: Vec<String>,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// What people should know of the result.
    pub warnings: Vec<String>,
    /// Whether there may be more on the photo than was found.
    pub truncated: bool,
    /// Milliseconds that the detector took.
    pub took_ms: Option<i64>,
    /// Detections that are not ignored.
    pub found: i64,
    /// Those of them of which nobody knows what they are.
    pub unmapped: i64,
    /// The count sheet that was made of it.
    pub sheet: Option<String>,
    /// Who sent it.
    pub by: String,
    /// When.
    pub created_at: Time,
    /// When its life ended.
    pub finished_at: Option<Time>,
    /// Counts its changes; what `If-Match` names.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Time,
    /// What was found, in reading order; left out in lists and while nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detections: Option<Vec<DetectionRow>>,
}

/// A scan with those of its detections that changed; what `scan-updated` carries after a review, and when a detector
/// is done.
#[derive(Debug, Serialize)]
pub(super) struct Change<'a> {
    /// The scan.
    #[serde(flatten)]
    pub(super) row: &'a ScanRow,
    /// The detections that changed, as they are now; null when there are too many to tell: load the scan.
    pub(super) detections: Option<Vec<&'a DetectionRow>>,
}

/// Which scans.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In these warehouses.
    pub warehouses: Vec<WarehouseId>,
    /// In any of these statuses; empty for all.
    pub status: Vec<Status>,
}

#[derive(Queryable)]
struct Row {
    id: ScanId,
    warehouse_id: WarehouseId,
    warehouse: String,
    #[diesel(embed)]
    life: (Status, i64, Option<String>, Option<String>),
    #[diesel(embed)]
    detector: (String, Option<String>, bool, Option<i64>),
    #[diesel(embed)]
    photo: (i64, i64, bool, Option<String>),
    place: Option<String>,
    #[diesel(embed)]
    counts: (i64, i64),
    sheet: Option<String>,
    by: String,
    #[diesel(embed)]
    times: (Time, Option<Time>, i64, Time),
}

const FOUND: &str =
    "(SELECT COUNT(*) FROM detection d WHERE d.scan_id = scan.id AND d.state <> 'ignored')";

const UNMAPPED: &str = "(SELECT COUNT(*) FROM detection d \
    WHERE d.scan_id = scan.id AND d.state <> 'ignored' AND d.item_id IS NULL)";

const IS_KEPT: &str = "EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = scan.photo_sha256)";

/// Few: a photo that a camera sends every minute has thousands.
const SAME_PHOTO: &str = "(SELECT string_agg(CAST(earlier.id AS TEXT), ',') FROM \
    (SELECT same.id FROM scan same WHERE same.photo_sha256 = scan.photo_sha256 \
        AND same.warehouse_id = scan.warehouse_id AND same.id < scan.id ORDER BY same.id DESC LIMIT 5) earlier)";

const SHEET: &str = "(CASE WHEN scan.sheet_id IS NULL THEN NULL \
    ELSE 'CS-' || CAST(scan.sheet_id AS TEXT) END)";

const BY: &str =
    "COALESCE((SELECT sender.name FROM \"user\" sender WHERE sender.id = scan.created_by), 'AIMS')";

macro_rules! rows {
    () => {
        scan::table.inner_join(warehouse::table).select((
            scan::id,
            scan::warehouse_id,
            warehouse::code,
            (scan::status, scan::progress, scan::error, scan::warnings),
            (
                scan::detector,
                scan::detector_version,
                scan::truncated,
                scan::took_ms,
            ),
            (
                scan::width,
                scan::height,
                sql::<Bool>(IS_KEPT),
                sql::<Nullable<Text>>(SAME_PHOTO),
            ),
            scan::place,
            (sql::<BigInt>(FOUND), sql::<BigInt>(UNMAPPED)),
            sql::<Nullable<Text>>(SHEET),
            sql::<Text>(BY),
            (
                scan::created_at,
                scan::finished_at,
                scan::version,
                scan::updated_at,
            ),
        ))
    };
}

/// A page of scans, the newest first, without what was found on them.
pub fn list(db: &mut Db, filter: &Filter, page: &Page<i64>) -> Result<List<ScanRow>> {
    let rows: Vec<Row> = on_db!(&mut *db, c => {
        let mut query = rows!()
            .filter(scan::warehouse_id.eq_any(filter.warehouses.clone()))
            .into_boxed();
        if !filter.status.is_empty() {
            query = query.filter(scan::status.eq_any(filter.status.clone()));
        }
        if let Some(after) = page.after {
            query = query.filter(scan::id.lt(ScanId(after)));
        }
        query.order(scan::id.desc()).limit(page.fetch()).load(c)
    })?;
    Ok(page.cut(rows, |row| row.id.0).map(Row::shown))
}

/// The scan of that id, without what was found on it.
///
/// # Errors
/// `not_found`.
pub fn find(db: &mut Db, id: ScanId) -> Result<ScanRow> {
    let found: Option<Row> =
        on_db!(&mut *db, c => rows!().filter(scan::id.eq(id)).first(c).optional())?;
    found.map(Row::shown).ok_or_else(|| missing(Number(id)))
}

/// The scan of that number with what was found on it, for somebody who may see it.
///
/// # Errors
/// `not_found` when there is none, or none they may see.
pub fn see(db: &mut Db, user: &User, number: Number) -> Result<ScanRow> {
    let mut row = find(db, number.0)?;
    may_see(user, row.warehouse_id, number)?;
    row.detections = Some(detections::of(db, row.id, row.warehouse_id)?);
    Ok(row)
}

/// The photo of a scan, as JPEG, and the hash of its file, for somebody who may see it.
///
/// # Errors
/// `not_found` when there is no such scan, or none they may see; `photo_gone` once it was removed.
pub fn photo(db: &mut Db, user: &User, number: Number) -> Result<(String, Vec<u8>)> {
    let sha256 = photo_seen(db, user, number)?;
    let jpeg = photos::read(db, &sha256)?.ok_or_else(|| gone(number))?;
    Ok((sha256, jpeg))
}

/// The same as a small picture.
///
/// # Errors
/// The same.
pub fn thumbnail(db: &mut Db, user: &User, number: Number) -> Result<(String, Vec<u8>)> {
    let sha256 = photo_seen(db, user, number)?;
    let jpeg = photos::thumbnail(db, &sha256)?.ok_or_else(|| gone(number))?;
    Ok((sha256, jpeg))
}

/// The hash of a scan's file, for somebody who may see it.
fn photo_seen(db: &mut Db, user: &User, number: Number) -> Result<String> {
    let found: Option<(WarehouseId, String)> = on_db!(&mut *db, c => scan::table
        .find(number.0)
        .select((scan::warehouse_id, scan::photo_sha256))
        .first(c)
        .optional())?;
    let (at, sha256) = found.ok_or_else(|| missing(number))?;
    may_see(user, at, number)?;
    Ok(sha256)
}

pub(super) fn missing(number: Number) -> Error {
    Error::not_found(format_args!("scan {number}"))
}

pub(super) fn gone(number: Number) -> Error {
    let detail = format!("The photo of {number} was removed; what was found on it is kept.");
    Error::refused(Code::PhotoGone, detail)
}

fn may_see(user: &User, at: WarehouseId, number: Number) -> Result<()> {
    match user.role_in(at) {
        Some(role) if role >= Role::Viewer => Ok(()),
        _ => Err(missing(number)),
    }
}

/// Ids with commas between them, as names: the newest first, whatever order the database gave them.
fn numbers(ids: &str) -> Vec<String> {
    let mut ids: Vec<i64> = ids.split(',').filter_map(|id| id.parse().ok()).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.into_iter()
        .map(|id| Number(ScanId(id)).to_string())
        .collect()
}

impl Row {
    fn shown(self) -> ScanRow {
        let number = Number(self.id).to_string();
        let (status, progress, error, warnings) = self.life;
        let (detector, detector_version, truncated, took_ms) = self.detector;
        let (width, height, is_kept, same_photo) = self.photo;
        let (created_at, finished_at, version, updated_at) = self.times;
        let warnings = warnings.and_then(|text| serde_json::from_str(&text).ok());
        ScanRow {
            id: self.id,
            warehouse_id: self.warehouse_id,
            warehouse: self.warehouse,
            status,
            progress,
            place: self.place,
            detector,
            detector_version,
            width,
            height,
            photo: is_kept.then(|| format!("/api/scans/{number}/photo")),
            thumbnail: is_kept.then(|| format!("/api/scans/{number}/thumbnail")),
            same_photo: same_photo.as_deref().map_or_else(Vec::new, numbers),
            error,
            warnings: warnings.unwrap_or_default(),
            truncated,
            took_ms,
            found: self.counts.0,
            unmapped: self.counts.1,
            sheet: self.sheet,
            by: self.by,
            created_at,
            finished_at,
            version,
            updated_at,
            number,
            detections: None,
        }
    }
}
