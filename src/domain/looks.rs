//! How items look: crops of photos on which a person drew a box. They belong to the warehouse of the photo, whose
//! light and shelves they show.

use std::collections::{BTreeMap, BTreeSet};

use aims_vision::Area;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Role, User};
use super::page::{List, Page};
use super::scans::{self, Number};
use super::{subject, text};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ItemId, LookId, WarehouseId};
use crate::on_db;
use crate::schema::{item, taught_look as look, warehouse};
use crate::store::Tx;
use crate::time::Time;

/// Looks that a detector is given for one photo, the youngest first: it takes a tenth of a second for each.
const WANTED: i64 = 30;

/// A taught look, as shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LookRow {
    /// Its key.
    #[schema(value_type = i64)]
    pub id: LookId,
    /// The warehouse's code.
    pub warehouse: String,
    /// The item that looks so.
    pub sku: String,
    /// The item's name.
    pub name: String,
    /// Where the crop is found.
    pub picture: String,
    /// The least likeness, 0 to 1, at which something is taken for it.
    pub threshold: f64,
    /// Who taught it.
    pub by: String,
    /// When.
    pub created_at: Time,
}

/// A box around one pack on the photo of a scan.
#[derive(Clone, Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Lesson {
    /// The scan's number.
    #[garde(custom(text::line(1, 64)))]
    pub scan: String,
    /// The item in the box.
    #[garde(custom(text::line(1, 64)))]
    pub sku: String,
    /// The left edge, in parts of the photo's width.
    pub x: f64,
    /// The upper edge, in parts of its height.
    pub y: f64,
    /// The width.
    pub w: f64,
    /// The height.
    pub h: f64,
}

/// A look that is to be kept.
#[derive(Clone, Debug)]
pub struct NewLook {
    /// The item.
    pub sku: String,
    /// The crop.
    pub png: Vec<u8>,
    /// The least likeness.
    pub threshold: f64,
}

/// What a detector is given of a look.
#[derive(Clone, Debug)]
pub struct Crop {
    /// The key by which it reports it.
    pub label: String,
    /// The crop.
    pub png: Vec<u8>,
    /// The least likeness.
    pub threshold: f64,
}

/// The box of a lesson.
///
/// # Errors
/// `validation` where nothing of it is on the photo.
pub fn area(lesson: &Lesson) -> Result<Area> {
    scans::area(lesson.x, lesson.y, lesson.w, lesson.h)
}

type Row = (LookId, String, String, String, f64, String, Time);

const BY: &str = "COALESCE((SELECT teacher.name FROM \"user\" teacher WHERE teacher.id = taught_look.created_by), 'AIMS')";

macro_rules! rows {
    () => {
        look::table
            .inner_join(item::table)
            .inner_join(warehouse::table)
            .select((
                look::id,
                warehouse::code,
                item::sku,
                item::name,
                look::threshold,
                sql::<Text>(BY),
                look::created_at,
            ))
    };
}

fn shown((id, warehouse, sku, name, threshold, by, created_at): Row) -> LookRow {
    LookRow {
        id,
        warehouse,
        sku,
        name,
        picture: format!("/api/looks/{}/picture", id.0),
        threshold,
        by,
        created_at,
    }
}

/// A page of looks, the youngest first.
pub fn list(db: &mut Db, warehouses: &[WarehouseId], page: &Page<i64>) -> Result<List<LookRow>> {
    let rows: Vec<Row> = on_db!(db, c => {
        let mut query = rows!().filter(look::warehouse_id.eq_any(warehouses)).into_boxed();
        if let Some(after) = page.after {
            query = query.filter(look::id.lt(LookId(after)));
        }
        query.order(look::id.desc()).limit(page.fetch()).load(c)
    })?;
    Ok(page.cut(rows, |row: &Row| row.0.0).map(shown))
}

fn find(db: &mut Db, id: LookId) -> Result<LookRow> {
    let found = on_db!(db, c => rows!().filter(look::id.eq(id)).first(c).optional())?;
    found.map(shown).ok_or_else(|| missing(id))
}

fn missing(id: LookId) -> Error {
    Error::not_found(format_args!("taught look {}", id.0))
}

/// Whether anything was taught in a warehouse.
pub fn any(db: &mut Db, warehouses: &[WarehouseId]) -> Result<bool> {
    let count: i64 = on_db!(db, c => look::table
        .filter(look::warehouse_id.eq_any(warehouses))
        .count()
        .get_result(c))?;
    Ok(count > 0)
}

/// What a detector is given to look for in a warehouse.
pub(super) fn crops(db: &mut Db, at: WarehouseId) -> Result<Vec<Crop>> {
    let rows: Vec<(LookId, Vec<u8>, f64)> = on_db!(db, c => look::table
        .filter(look::warehouse_id.eq(at))
        .order(look::id.desc())
        .limit(WANTED)
        .select((look::id, look::png, look::threshold))
        .load(c))?;
    let crop = |(id, png, threshold): (LookId, Vec<u8>, f64)| Crop {
        label: id.0.to_string(),
        png,
        threshold,
    };
    Ok(rows.into_iter().map(crop).collect())
}

/// The items that looks of these keys stand for, with their SKUs.
pub(super) fn items(
    db: &mut Db,
    keys: &BTreeSet<&str>,
) -> Result<BTreeMap<String, (ItemId, String)>> {
    let ids: Vec<LookId> = keys
        .iter()
        .filter_map(|key| key.parse().ok().map(LookId))
        .collect();
    let rows: Vec<(LookId, ItemId, String)> = on_db!(db, c => look::table
        .inner_join(item::table)
        .filter(look::id.eq_any(ids))
        .select((look::id, look::item_id, item::sku))
        .load(c))?;
    let named = rows
        .into_iter()
        .map(|(id, item, sku)| (id.0.to_string(), (item, sku)));
    Ok(named.collect())
}

/// Keeps how an item looks in the warehouse of the scan on whose photo it was seen.
///
/// # Errors
/// `not_found`; `forbidden` for other than operators there.
pub fn teach(tx: &mut Tx<'_>, user: &User, seen_on: Number, new: &NewLook) -> Result<LookRow> {
    let at = scans::see(tx.db, user, seen_on)?.warehouse_id;
    user.require(at, Role::Operator)?;
    keep(tx, at, new)
}

/// Keeps how an item looks in a warehouse.
///
/// # Errors
/// `not_found` without such an item.
pub fn keep(tx: &mut Tx<'_>, at: WarehouseId, new: &NewLook) -> Result<LookRow> {
    let item = subject::item(tx.db, &new.sku)?;
    let (now, by) = (tx.now(), tx.actor.id);
    let id: LookId = on_db!(&mut *tx.db, c => diesel::insert_into(look::table)
        .values((
            look::warehouse_id.eq(at),
            look::item_id.eq(item),
            look::png.eq(&new.png),
            look::threshold.eq(new.threshold),
            look::created_by.eq(by),
            look::created_at.eq(now),
        ))
        .returning(look::id)
        .get_result(c))?;
    find(tx.db, id)
}

/// The crop, as PNG.
///
/// # Errors
/// `not_found` when there is none, or none they may see.
pub fn picture(db: &mut Db, user: &User, id: LookId) -> Result<Vec<u8>> {
    let found: Option<(WarehouseId, Vec<u8>)> = on_db!(db, c => look::table
        .find(id)
        .select((look::warehouse_id, look::png))
        .first(c)
        .optional())?;
    found
        .filter(|(at, _)| user.role_in(*at).is_some())
        .map(|(_, png)| png)
        .ok_or_else(|| missing(id))
}

/// Sets the least likeness.
///
/// # Errors
/// `not_found`; `forbidden` for other than operators.
pub fn set_threshold(tx: &mut Tx<'_>, user: &User, id: LookId, threshold: f64) -> Result<LookRow> {
    may_change(tx, user, id)?;
    on_db!(&mut *tx.db, c => diesel::update(look::table.find(id))
        .set(look::threshold.eq(threshold))
        .execute(c))?;
    find(tx.db, id)
}

/// Forgets a look.
///
/// # Errors
/// `not_found`; `forbidden` for other than operators.
pub fn forget(tx: &mut Tx<'_>, user: &User, id: LookId) -> Result<()> {
    may_change(tx, user, id)?;
    on_db!(&mut *tx.db, c => diesel::delete(look::table.find(id)).execute(c))?;
    Ok(())
}

fn may_change(tx: &mut Tx<'_>, user: &User, id: LookId) -> Result<()> {
    let at: Option<WarehouseId> = on_db!(&mut *tx.db, c => look::table
        .find(id)
        .select(look::warehouse_id)
        .first(c)
        .optional())?;
    let at = at
        .filter(|at| user.role_in(*at).is_some())
        .ok_or_else(|| missing(id))?;
    user.require(at, Role::Operator)
}
