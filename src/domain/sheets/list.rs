//! Reading sheets, the newest first.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::line::{self, Line};
use super::{Mode, Number, Source, Status};
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::page::{List, Page};
use crate::error::{Code, Error, Result};
use crate::ids::{ScanId, SheetId, WarehouseId};
use crate::on_db;
use crate::schema::{count_sheet as sheet, scan, sheet_scan, warehouse};
use crate::time::Time;

/// What a sheet's own row says.
#[derive(Clone, Debug, Queryable, Serialize, ToSchema)]
pub struct Head {
    /// The sheet's key.
    #[serde(skip)]
    pub id: SheetId,
    /// The warehouse's key.
    #[serde(skip)]
    pub warehouse_id: WarehouseId,
    /// Its name among people.
    #[schema(example = "CS-5")]
    pub number: String,
    /// The warehouse's code.
    pub warehouse: String,
    /// What is counted, in words.
    pub title: Option<String>,
    /// Who began it.
    pub source: Source,
    /// What its quantities mean.
    pub mode: Mode,
    /// Where it is in its life.
    pub status: Status,
    /// Whether it hides what is expected until it is closed.
    pub blind: bool,
    /// Its lines.
    pub line_count: i64,
    /// Those of them that have a quantity.
    pub counted: i64,
    /// Who began it.
    pub by: String,
    /// When.
    pub created_at: Time,
    /// Who applied, undid or discarded it, whatever was last.
    pub closed_by: Option<String>,
    /// When.
    pub closed_at: Option<Time>,
    /// Counts its changes, those of its lines included; what `If-Match` names.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Time,
}

/// A sheet, as shown in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SheetRow {
    /// Its own row.
    #[serde(flatten)]
    pub head: Head,
    /// The scans of its photos, the oldest first.
    #[schema(example = json!(["SC-12"]))]
    pub scans: Vec<String>,
}

/// A sheet with its lines.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Sheet {
    /// The sheet.
    #[serde(flatten)]
    pub row: SheetRow,
    /// Its lines, in the order of the bins.
    pub lines: Vec<Line>,
}

/// A sheet with those of its lines that changed; what `count-updated` carries.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SheetChange)]
pub struct Change {
    /// The sheet.
    #[serde(flatten)]
    pub row: SheetRow,
    /// The lines that changed, as they are now; null when there are too many to tell: load the sheet.
    pub lines: Option<Vec<Line>>,
    /// The SKUs whose lines are gone.
    pub removed: Vec<String>,
}

/// Which sheets.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In these warehouses.
    pub warehouses: Vec<WarehouseId>,
    /// In any of these statuses; empty for all.
    pub status: Vec<Status>,
    /// Begun by any of these; empty for all.
    pub source: Vec<Source>,
}

const LINES: &str = "(SELECT COUNT(*) FROM count_line line WHERE line.sheet_id = count_sheet.id)";

const COUNTED: &str = "(SELECT COUNT(COALESCE(line.counted, line.seen)) FROM count_line line \
    WHERE line.sheet_id = count_sheet.id)";

const BY: &str = "COALESCE((SELECT opener.name FROM \"user\" opener \
    WHERE opener.id = count_sheet.created_by), 'AIMS')";

const CLOSED_BY: &str = "(CASE WHEN count_sheet.closed_at IS NULL THEN NULL \
    ELSE COALESCE((SELECT closer.name FROM \"user\" closer WHERE closer.id = count_sheet.closed_by), 'AIMS') END)";

macro_rules! heads {
    () => {
        sheet::table.inner_join(warehouse::table).select((
            sheet::id,
            sheet::warehouse_id,
            sql::<Text>("'CS-' || CAST(count_sheet.id AS TEXT)"),
            warehouse::code,
            sheet::title,
            sheet::source,
            sheet::mode,
            sheet::status,
            sheet::blind,
            sql::<BigInt>(LINES),
            sql::<BigInt>(COUNTED),
            sql::<Text>(BY),
            sheet::created_at,
            sql::<Nullable<Text>>(CLOSED_BY),
            sheet::closed_at,
            sheet::version,
            sheet::updated_at,
        ))
    };
}

/// A page of sheets.
pub fn list(db: &mut Db, filter: &Filter, page: &Page<i64>) -> Result<List<SheetRow>> {
    let heads: Vec<Head> = on_db!(&mut *db, c => {
        let mut query = heads!()
            .filter(sheet::warehouse_id.eq_any(filter.warehouses.clone()))
            .into_boxed();
        if !filter.status.is_empty() {
            query = query.filter(sheet::status.eq_any(filter.status.clone()));
        }
        if !filter.source.is_empty() {
            query = query.filter(sheet::source.eq_any(filter.source.clone()));
        }
        if let Some(after) = page.after {
            query = query.filter(sheet::id.lt(after));
        }
        query.order(sheet::id.desc()).limit(page.fetch()).load(c)
    })?;
    let heads = page.cut(heads, |head| head.id.0);
    let ids: Vec<SheetId> = heads.data.iter().map(|head| head.id).collect();
    let mut scans = scans_of(db, &ids)?;
    Ok(heads.map(|head| SheetRow {
        scans: scans.remove(&head.id).unwrap_or_default(),
        head,
    }))
}

/// Sheets of one query: a list for a spreadsheet may have any number, and SQLite takes at most 32,766 values.
const SHEETS_AT_ONCE: usize = 10_000;

/// The numbers of the scans of each of these sheets: that are on it, or that it was applied with.
fn scans_of(db: &mut Db, sheets: &[SheetId]) -> Result<BTreeMap<SheetId, Vec<String>>> {
    let mut found = BTreeSet::<(SheetId, ScanId)>::new();
    for sheets in sheets.chunks(SHEETS_AT_ONCE) {
        let on: Vec<(SheetId, ScanId)> = on_db!(&mut *db, c => scan::table
            .filter(scan::sheet_id.eq_any(sheets))
            .select((scan::sheet_id.assume_not_null(), scan::id))
            .load(c))?;
        let applied: Vec<(SheetId, ScanId)> = on_db!(&mut *db, c => sheet_scan::table
            .filter(sheet_scan::sheet_id.eq_any(sheets))
            .select((sheet_scan::sheet_id, sheet_scan::scan_id))
            .load(c))?;
        found.extend(on.into_iter().chain(applied));
    }
    let mut numbers = BTreeMap::<_, Vec<_>>::new();
    for (sheet, scan) in found {
        let of_sheet = numbers.entry(sheet).or_default();
        of_sheet.push(format!("SC-{}", scan.0));
    }
    Ok(numbers)
}

/// The sheet of that key, without its lines.
///
/// # Errors
/// `not_found`.
pub fn find(db: &mut Db, id: SheetId) -> Result<SheetRow> {
    let head: Option<Head> = on_db!(&mut *db, c => heads!()
        .filter(sheet::id.eq(id))
        .first(c)
        .optional())?;
    let head = head.ok_or_else(|| missing(Number(id)))?;
    let scans = scans_of(db, &[id])?.remove(&id).unwrap_or_default();
    Ok(SheetRow { head, scans })
}

pub(super) fn missing(number: Number) -> Error {
    Error::not_found(format_args!("count sheet {number}"))
}

/// A sheet with all its lines.
pub(super) fn whole(db: &mut Db, row: SheetRow) -> Result<Sheet> {
    let lines = line::load(db, &row.head, None)?;
    let lines = lines
        .into_iter()
        .map(|line| line.shown(&row.head))
        .collect();
    Ok(Sheet { row, lines })
}

/// The sheet of that number with its lines, for somebody who may see it.
///
/// # Errors
/// `not_found` when there is none, or none they may see.
pub fn see(db: &mut Db, user: &User, number: Number) -> Result<Sheet> {
    let row = find(db, number.0)?;
    match user.role_in(row.head.warehouse_id) {
        Some(role) if role >= Role::Viewer => whole(db, row),
        _ => Err(missing(number)),
    }
}

/// The key of a sheet of this warehouse that is open, for what is to be counted into it.
///
/// # Errors
/// `not_found` when the warehouse has no such sheet; `sheet_closed`.
pub fn find_open(db: &mut Db, at: WarehouseId, number: Number) -> Result<SheetId> {
    let row = find(db, number.0)?;
    if row.head.warehouse_id != at {
        return Err(missing(number));
    }
    must_be_open(&row)?;
    Ok(row.head.id)
}

/// Refuses where the sheet is closed, and says by whom.
pub(super) fn must_be_open(row: &SheetRow) -> Result<()> {
    let head = &row.head;
    if head.status == Status::Open {
        return Ok(());
    }
    let who = head.closed_by.as_deref().unwrap_or("AIMS");
    let did = match head.status {
        Status::Discarded => "discarded",
        Status::Undone => "undid",
        Status::Open | Status::Applied => "applied",
    };
    let detail = format!("{who} {did} {}.", head.number);
    Err(Error::refused(Code::SheetClosed, detail).with_current(row))
}
