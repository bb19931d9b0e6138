//! What people said a label means, and how often it turned out to be right.
//!
//! A label is what a detector reports: the text of a code, or a class of a model. Of a warehouse, or of all of
//! them; the warehouse's own wins. It overrides the barcode of the same text: a code at a shelf's edge marks a
//! facing, not one unit, and with 0 units it only locates.

mod figures;

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use figures::{Key, list};

use super::access::{Role, User};
use super::scans::{self, Kind};
use super::{barcodes, subject, text, warehouses};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ItemId, LabelId, WarehouseId};
use crate::on_db;
use crate::schema::{inventory, item, vision_label as label};
use crate::store::Tx;

/// Units that one label stands for at most.
const MOST_UNITS: i64 = 1_000_000;

/// Names that a detector is told to look for at most: some are asked in words, which must stay few.
const WANTED: i64 = 200;

/// A label, as shown. One that nobody gave a meaning, but a detector has seen, has no id and no item.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LabelRow {
    /// Its key.
    #[schema(value_type = Option<i64>)]
    pub id: Option<LabelId>,
    /// What kind of label it is.
    pub kind: Kind,
    /// The code's text, or the class's name; as it was seen, where it was.
    pub label: String,
    /// The warehouse for which it is remembered; null for all.
    pub warehouse: Option<String>,
    /// The item that it is; of a label that nobody gave a meaning, as which item it was found.
    pub sku: Option<String>,
    /// Units that it stands for; 0 where it only locates.
    pub units: Option<i64>,
    /// How often people left it as it was found, on sheets that were applied. For administrators.
    pub accepted: Option<i64>,
    /// How often they said that it is something else.
    pub corrected: Option<i64>,
    /// How often they ignored it.
    pub ignored: Option<i64>,
}

/// What a label is to mean from now on.
#[derive(Clone, Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewLabel {
    /// `barcode` or `class`.
    pub kind: Kind,
    /// The code's text, or the class's name, as a detector reports it.
    #[serde(deserialize_with = "text::trimmed")]
    #[garde(custom(text::line(1, 200)))]
    pub label: String,
    /// The code of the warehouse for which it holds; for all when left out, which is for administrators.
    #[serde(default)]
    #[garde(inner(custom(text::line(1, 64))))]
    pub warehouse: Option<String>,
    /// The item that it is.
    #[garde(custom(text::line(1, 64)))]
    pub sku: String,
    /// Units that it stands for, 1 when left out; 0 where it only locates.
    #[serde(default = "one")]
    #[garde(range(min = 0, max = MOST_UNITS))]
    pub units: i64,
}

fn one() -> i64 {
    1
}

/// The form in which a label is kept and looked up: a code has one however it was read.
fn normalised(kind: Kind, text: &str) -> String {
    if kind == Kind::Barcode {
        barcodes::normalised(text)
    } else {
        text.to_owned()
    }
}

/// What is remembered of these labels in a warehouse, by the labels as they were given.
pub(super) fn remembered(
    db: &mut Db,
    at: WarehouseId,
    kind: Kind,
    texts: &BTreeSet<&str>,
) -> Result<BTreeMap<String, (ItemId, i64)>> {
    let keys: BTreeMap<&str, String> = texts
        .iter()
        .map(|text| (*text, normalised(kind, text)))
        .collect();
    let rows: Vec<(String, Option<WarehouseId>, ItemId, i64)> = on_db!(db, c => label::table
        .filter(label::kind.eq(kind).and(label::label.eq_any(keys.values())))
        .filter(label::warehouse_id.eq(at).or(label::warehouse_id.is_null()))
        .select((label::label, label::warehouse_id, label::item_id, label::units))
        .load(c))?;
    let mut meant = BTreeMap::new();
    for (key, own, item, units) in rows {
        let better = own.is_some() || !meant.contains_key(&key);
        if better {
            meant.insert(key, (item, units));
        }
    }
    let found = keys
        .into_iter()
        .filter_map(|(text, key)| Some((text.to_owned(), *meant.get(&key)?)));
    Ok(found.collect())
}

/// Names for a detector to look for in a warehouse: classes that people know, and what is kept there.
pub(super) fn wanted(db: &mut Db, at: WarehouseId) -> Result<Vec<String>> {
    let mut names: Vec<String> = on_db!(&mut *db, c => label::table
        .filter(label::kind.eq(Kind::Class))
        .filter(label::warehouse_id.eq(at).or(label::warehouse_id.is_null()))
        .order(label::label)
        .limit(WANTED)
        .select(label::label)
        .load(c))?;
    let items: Vec<String> = on_db!(db, c => inventory::table
        .inner_join(item::table)
        .filter(inventory::warehouse_id.eq(at).and(item::archived.eq(false)))
        .order(item::name)
        .limit(WANTED)
        .select(item::name)
        .load(c))?;
    names.extend(items);
    let mut known = BTreeSet::new();
    names.retain(|name| known.insert(name.clone()));
    names.truncate(usize::try_from(WANTED).unwrap_or(usize::MAX));
    Ok(names)
}

/// Remembers what a label means, in place of what it meant before.
///
/// # Errors
/// `not_found`; `forbidden` for other than operators there, or for all without being an administrator;
/// `validation`.
pub fn remember(tx: &mut Tx<'_>, user: &User, new: &NewLabel) -> Result<LabelRow> {
    let at = match &new.warehouse {
        Some(code) => Some(warehouses::find(tx.db, user, code, Role::Operator)?),
        None => None,
    };
    if !matches!(new.kind, Kind::Barcode | Kind::Class) {
        let detail = "kind must be barcode or class.";
        return Err(Error::field("/kind", "word", detail));
    }
    let item = subject::item(tx.db, &new.sku)?;
    let at = at.map(|warehouse| warehouse.id);
    let id = put(tx, user, (new.kind, &new.label, at), (item, new.units))?;
    Ok(LabelRow {
        id: Some(id),
        kind: new.kind,
        label: normalised(new.kind, &new.label),
        warehouse: new.warehouse.clone(),
        sku: Some(new.sku.clone()),
        units: Some(new.units),
        accepted: None,
        corrected: None,
        ignored: None,
    })
}

/// Writes what a label means.
pub(super) fn put(
    tx: &mut Tx<'_>,
    user: &User,
    (kind, text, at): (Kind, &str, Option<WarehouseId>),
    (item, units): (ItemId, i64),
) -> Result<LabelId> {
    match at {
        Some(at) => user.require(at, Role::Operator)?,
        None => user.require_anywhere(Role::Admin)?,
    }
    let (key, now) = (normalised(kind, text), tx.now());
    let key = scans::clean(&key).unwrap_or(key);
    on_db!(&mut *tx.db, c => {
        let same = diesel::delete(label::table)
            .filter(label::kind.eq(kind).and(label::label.eq(&key)))
            .into_boxed();
        match at {
            Some(at) => same.filter(label::warehouse_id.eq(at)).execute(c),
            None => same.filter(label::warehouse_id.is_null()).execute(c),
        }
    })?;
    Ok(on_db!(&mut *tx.db, c => diesel::insert_into(label::table)
        .values((
            label::kind.eq(kind),
            label::label.eq(&key),
            label::warehouse_id.eq(at),
            label::item_id.eq(item),
            label::units.eq(units),
            label::created_by.eq(user.id),
            label::created_at.eq(now),
        ))
        .returning(label::id)
        .get_result(c))?)
}

/// Forgets what a label means.
///
/// # Errors
/// `not_found` when there is none, or none they may see; `forbidden` as for [`remember`].
pub fn forget(tx: &mut Tx<'_>, user: &User, id: LabelId) -> Result<()> {
    let missing = || Error::not_found(format_args!("label {}", id.0));
    let found: Option<Option<WarehouseId>> = on_db!(&mut *tx.db, c => label::table
        .find(id)
        .select(label::warehouse_id)
        .first(c)
        .optional())?;
    match found.ok_or_else(missing)? {
        Some(at) if user.role_in(at).is_none() => return Err(missing()),
        Some(at) => user.require(at, Role::Operator)?,
        None => user.require_anywhere(Role::Admin)?,
    }
    on_db!(&mut *tx.db, c => diesel::delete(label::table.find(id)).execute(c))?;
    Ok(())
}
