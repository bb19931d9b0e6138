//! What was seen on a photo: boxes, and what is in them.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Kind, State};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ItemId, ScanId, WarehouseId};
use crate::on_db;
use crate::schema::{detection, item};
use crate::store::Tx;

/// One thing on a photo, as shown.
#[derive(Clone, Debug, Queryable, Serialize, ToSchema)]
pub struct DetectionRow {
    /// Its number on this photo, from 1.
    pub n: i64,
    /// What kind of label it is.
    pub kind: Kind,
    /// Of a code, such as `EAN-13`.
    pub symbology: Option<String>,
    /// The code's text, the class's name, or the SKU of what was taught or drawn.
    pub label: String,
    /// The item that it is; null where nobody knows.
    pub sku: Option<String>,
    /// The item's name.
    pub name: Option<String>,
    /// Whether the item has a level in this warehouse; null where there is no item.
    pub stocked: Option<bool>,
    /// Units that it stands for; 0 where it only locates.
    pub units: i64,
    /// How sure the detector is, 0 to 1, where it says so.
    pub confidence: Option<f64>,
    /// The left edge of the box, in parts of the photo's width.
    pub x: f64,
    /// Its upper edge, in parts of the height.
    pub y: f64,
    /// Its width.
    pub w: f64,
    /// Its height.
    pub h: f64,
    /// What people think of it.
    pub state: State,
}

/// A detection on its way into its table.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = detection)]
pub(super) struct New {
    pub(super) scan_id: ScanId,
    pub(super) n: i64,
    pub(super) kind: Kind,
    pub(super) symbology: Option<String>,
    pub(super) label: String,
    pub(super) found_item_id: Option<ItemId>,
    pub(super) item_id: Option<ItemId>,
    pub(super) units: i64,
    pub(super) confidence: Option<f64>,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
    pub(super) state: State,
}

/// Everything seen on a photo, by number.
pub(super) fn of(db: &mut Db, id: ScanId, at: WarehouseId) -> Result<Vec<DetectionRow>> {
    // An id of ours alone is written into the text.
    let stocked = format!(
        "(CASE WHEN detection.item_id IS NULL THEN NULL ELSE EXISTS (SELECT 1 FROM inventory v \
         WHERE v.item_id = detection.item_id AND v.warehouse_id = {}) END)",
        at.0
    );
    Ok(on_db!(db, c => detection::table
        .left_join(item::table.on(item::id.nullable().eq(detection::item_id)))
        .filter(detection::scan_id.eq(id))
        .order(detection::n)
        .select((
            detection::n,
            detection::kind,
            detection::symbology,
            detection::label,
            item::sku.nullable(),
            item::name.nullable(),
            sql::<Nullable<Bool>>(&stocked),
            detection::units,
            detection::confidence,
            detection::x,
            detection::y,
            detection::w,
            detection::h,
            detection::state,
        ))
        .load(c))?)
}

/// Puts these in the place of what was seen on a photo before.
pub(super) fn replace(tx: &mut Tx<'_>, id: ScanId, seen: &[New]) -> Result<()> {
    on_db!(&mut *tx.db, c =>
        diesel::delete(detection::table.filter(detection::scan_id.eq(id))).execute(c))?;
    seen.iter().try_for_each(|one| insert(tx, one))
}

/// Adds one.
pub(super) fn insert(tx: &mut Tx<'_>, new: &New) -> Result<()> {
    on_db!(&mut *tx.db, c => diesel::insert_into(detection::table).values(new).execute(c))?;
    Ok(())
}
