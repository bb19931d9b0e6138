//! The labels, with how often people accepted, corrected or ignored what detectors made of them.
//!
//! Counted is what was on sheets that were applied: only then somebody has looked at all of it. A detector's word
//! for how sure it is says less.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::{not, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};

use super::{LabelRow, normalised};
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::page::{List, Page};
use crate::domain::scans::Kind;
use crate::domain::warehouses::Warehouse;
use crate::error::Result;
use crate::ids::{ItemId, LabelId, WarehouseId};
use crate::on_db;
use crate::schema::{count_sheet, detection, item, scan, vision_label as label};

diesel::allow_columns_to_appear_in_same_group_by_clause!(
    scan::warehouse_id,
    detection::kind,
    detection::label
);

/// Where a label stands in the list: kind, text, and the code of its warehouse ("" for all).
pub type Key = (String, String, String);

type Remembered = (
    LabelId,
    Kind,
    String,
    Option<WarehouseId>,
    Option<String>,
    i64,
);

/// Warehouse, kind and text; as which item it was found; how often accepted, corrected and ignored.
type Counted = (WarehouseId, Kind, String, Option<ItemId>, (i64, i64, i64));

const ACCEPTED: &str = "SUM(CASE WHEN detection.state <> 'ignored' \
    AND detection.item_id = detection.found_item_id THEN 1 ELSE 0 END)";

/// Naming an item where none was found is a correction too: the detector's word was not enough.
const CORRECTED: &str = "SUM(CASE WHEN detection.state <> 'ignored' AND (\
    (detection.item_id IS NULL) <> (detection.found_item_id IS NULL) \
    OR detection.item_id <> detection.found_item_id) THEN 1 ELSE 0 END)";

const IGNORED: &str = "SUM(CASE WHEN detection.state = 'ignored' THEN 1 ELSE 0 END)";

/// Whether an earlier scan of the same photo is what the sheet counted: the detector said the same twice.
const COUNTED_BEFORE: &str = "EXISTS (SELECT 1 FROM scan twin WHERE twin.sheet_id = scan.sheet_id AND twin.id < scan.id \
    AND twin.photo_sha256 = scan.photo_sha256 AND EXISTS (SELECT 1 FROM detection found WHERE found.scan_id = twin.id \
    AND found.kind <> 'drawn' AND found.item_id IS NOT NULL AND found.units > 0))";

/// Items asked for in one query: SQLite takes at most 32,766 values.
const ITEMS_AT_ONCE: usize = 10_000;

/// A label is rarely found as one item and then as another; then it is the one that came to the catalogue last.
const FOUND: &str = "MAX(detection.found_item_id)";

/// A page of what is remembered in these warehouses and for all, and of what else was seen there.
///
/// How often each was right is told of the warehouses in which `user` is an administrator.
pub fn list(
    db: &mut Db,
    user: &User,
    warehouses: &[Warehouse],
    page: &Page<Key>,
) -> Result<List<LabelRow>> {
    let mut rows = remembered(db, warehouses)?;
    let told: Vec<&Warehouse> = warehouses
        .iter()
        .filter(|warehouse| user.role_in(warehouse.id) >= Some(Role::Admin))
        .collect();
    if !told.is_empty() {
        for row in rows.values_mut() {
            count(row, [0; 3]);
        }
        add_figures(db, &told, &mut rows)?;
    }
    let after = rows
        .into_iter()
        .filter(|(key, _)| page.after.as_ref().is_none_or(|after| key > after));
    let most = usize::try_from(page.fetch()).unwrap_or(usize::MAX);
    Ok(page.cut(after.map(|(_, row)| row).take(most).collect(), key))
}

fn key(row: &LabelRow) -> Key {
    let warehouse = row.warehouse.clone().unwrap_or_default();
    let label = normalised(row.kind, &row.label);
    (row.kind.as_str().into(), label, warehouse)
}

fn count(row: &mut LabelRow, [accepted, corrected, ignored]: [i64; 3]) {
    for (all, more) in [
        (&mut row.accepted, accepted),
        (&mut row.corrected, corrected),
        (&mut row.ignored, ignored),
    ] {
        *all = Some(all.unwrap_or(0) + more);
    }
}

fn remembered(db: &mut Db, warehouses: &[Warehouse]) -> Result<BTreeMap<Key, LabelRow>> {
    let codes: BTreeMap<WarehouseId, &String> =
        warehouses.iter().map(|one| (one.id, &one.code)).collect();
    let found: Vec<Remembered> = on_db!(db, c => label::table
        .inner_join(item::table.on(item::id.eq(label::item_id)))
        .filter(label::warehouse_id.eq_any(codes.keys()).or(label::warehouse_id.is_null()))
        .select((label::id, label::kind, label::label, label::warehouse_id, item::sku.nullable(), label::units))
        .load(c))?;
    let rows = found.into_iter().map(|(id, kind, label, at, sku, units)| {
        let row = LabelRow {
            id: Some(id),
            kind,
            label,
            warehouse: at.and_then(|at| codes.get(&at)).map(|&code| code.clone()),
            sku,
            units: Some(units),
            accepted: None,
            corrected: None,
            ignored: None,
        };
        (key(&row), row)
    });
    Ok(rows.collect())
}

/// Adds what was counted to the row that was in force, or to one of its own.
fn add_figures(db: &mut Db, told: &[&Warehouse], rows: &mut BTreeMap<Key, LabelRow>) -> Result<()> {
    let ids: Vec<WarehouseId> = told.iter().map(|warehouse| warehouse.id).collect();
    let counted: Vec<Counted> = on_db!(db, c => detection::table
        .inner_join(scan::table.inner_join(count_sheet::table))
        .filter(count_sheet::status.eq("applied").and(scan::warehouse_id.eq_any(ids)))
        .filter(detection::kind.ne(Kind::Drawn).and(not(sql::<Bool>(COUNTED_BEFORE))))
        .group_by((scan::warehouse_id, detection::kind, detection::label))
        .select((
            scan::warehouse_id,
            detection::kind,
            detection::label,
            sql::<Nullable<BigInt>>(FOUND),
            (sql::<BigInt>(ACCEPTED), sql::<BigInt>(CORRECTED), sql::<BigInt>(IGNORED)),
        ))
        .load(c))?;
    let found: BTreeSet<ItemId> = counted
        .iter()
        .filter_map(|(_, _, _, item, _)| *item)
        .collect();
    let skus = skus(db, &found)?;
    for (at, kind, seen, item, (accepted, corrected, ignored)) in counted {
        let text = normalised(kind, &seen);
        let own = told.iter().find(|warehouse| warehouse.id == at);
        let own = own.map(|own| own.code.clone()).unwrap_or_default();
        let place = |warehouse: String| (kind.as_str().to_owned(), text.clone(), warehouse);
        let places = [place(own), place(String::new())];
        let in_force = places.iter().find(|place| rows.contains_key(place));
        let place = in_force.unwrap_or(&places[1]).clone();
        let row = rows.entry(place).or_insert_with(|| LabelRow {
            id: None,
            kind,
            label: seen.clone(),
            warehouse: None,
            sku: item.and_then(|item| skus.get(&item).cloned()),
            units: None,
            accepted: None,
            corrected: None,
            ignored: None,
        });
        row.label = seen;
        count(row, [accepted, corrected, ignored]);
    }
    Ok(())
}

/// The SKUs of these items.
fn skus(db: &mut Db, items: &BTreeSet<ItemId>) -> Result<BTreeMap<ItemId, String>> {
    let items: Vec<ItemId> = items.iter().copied().collect();
    let mut skus = BTreeMap::new();
    for items in items.chunks(ITEMS_AT_ONCE) {
        let found: Vec<(ItemId, String)> = on_db!(&mut *db, c => item::table
            .filter(item::id.eq_any(items))
            .select((item::id, item::sku))
            .load(c))?;
        skus.extend(found);
    }
    Ok(skus)
}
