//! Beginning a sheet: empty, or with a line for each item of a list, a category, a part of the shelves, or all.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::list::{self, Sheet};
use super::step::{self, Lines, add_lines, advance};
use super::{MAX_LINES, Mode, Source, Status};
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::text;
use crate::domain::warehouses;
use crate::error::{Error, FieldError, Result};
use crate::ids::{ItemId, SheetId, WarehouseId};
use crate::on_db;
use crate::schema::{count_sheet as sheet, inventory, item};
use crate::store::Tx;

/// A sheet that is to be begun, with one of `skus`, `category`, `bin` and `all`, or none: then it is empty.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewSheet {
    /// The warehouse's code.
    #[garde(custom(text::line(1, 64)))]
    pub warehouse: String,
    /// What its quantities mean.
    pub mode: Mode,
    /// What is counted, in words.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::line(0, 100))))]
    pub title: Option<String>,
    /// Whether it hides what is expected until it is closed.
    #[serde(default)]
    pub blind: bool,
    /// These items, archived or not; at most 5,000.
    #[garde(inner(length(max = MAX_LINES as usize), inner(custom(text::line(1, 64)))))]
    pub skus: Option<Vec<String>>,
    /// What the warehouse stocks of this category.
    #[garde(inner(custom(text::line(1, 100))))]
    pub category: Option<String>,
    /// What lies in the bins whose names begin like this, in upper or lower case.
    #[garde(inner(custom(text::line(1, 100))))]
    pub bin: Option<String>,
    /// Everything that the warehouse stocks.
    #[serde(default)]
    pub all: bool,
}

/// A sheet about to be written.
pub(super) struct Draft {
    pub(super) warehouse: WarehouseId,
    pub(super) title: Option<String>,
    pub(super) source: Source,
    pub(super) mode: Mode,
    pub(super) blind: bool,
}

/// Begins a sheet.
///
/// # Errors
/// `not_found` and `forbidden` for the warehouse; `validation`, which names every SKU that there is not, and a
/// category or bin that matches nothing.
pub fn open(tx: &mut Tx<'_>, user: &User, new: NewSheet) -> Result<Sheet> {
    let warehouse = warehouses::find(tx.db, user, &new.warehouse, Role::Operator)?;
    text::valid(&new)?;
    tx.db.lock_warehouse(warehouse.id)?;
    let items = chosen(tx.db, warehouse.id, &new)?;
    let draft = Draft {
        warehouse: warehouse.id,
        title: new.title,
        source: Source::Manual,
        mode: new.mode,
        blind: new.blind,
    };
    let id = insert(tx, &draft)?;
    add_lines(tx, (warehouse.id, id), &items)?;
    advance(tx, id)?;
    let row = step::announce(tx, id, "open", &Lines::All, Vec::new())?.row;
    list::whole(tx.db, row)
}

/// Writes an open sheet without lines, which nobody was told of yet: its version is 0.
pub(super) fn insert(tx: &mut Tx<'_>, new: &Draft) -> Result<SheetId> {
    let (now, by) = (tx.now(), tx.actor.id);
    Ok(on_db!(&mut *tx.db, c => diesel::insert_into(sheet::table)
        .values((
            sheet::warehouse_id.eq(new.warehouse),
            sheet::title.eq(&new.title),
            sheet::source.eq(new.source),
            sheet::mode.eq(new.mode),
            sheet::status.eq(Status::Open),
            sheet::blind.eq(new.blind),
            (sheet::created_by.eq(by), sheet::created_at.eq(now)),
            (sheet::version.eq(0), sheet::updated_at.eq(now)),
        ))
        .returning(sheet::id)
        .get_result(c))?)
}

/// The items that a new sheet asks for.
fn chosen(db: &mut Db, at: WarehouseId, new: &NewSheet) -> Result<Vec<ItemId>> {
    let ways = [
        ("/skus", new.skus.is_some()),
        ("/category", new.category.is_some()),
        ("/bin", new.bin.is_some()),
        ("/all", new.all),
    ];
    let mut said = ways.iter().filter(|(_, said)| *said).map(|(way, _)| *way);
    match (said.next(), said.next()) {
        (_, Some(second)) => {
            let detail = "Say one of skus, category, bin and all.";
            Err(Error::field(second, "ambiguous", detail))
        }
        (None, None) => Ok(Vec::new()),
        (Some(_), None) => match &new.skus {
            Some(skus) => listed(db, skus),
            None => must_match(new, stocked(db, at, new)?),
        },
    }
}

/// Refuses an empty sheet where the category or the bins were named: whoever named them expects something there.
fn must_match(new: &NewSheet, found: Vec<ItemId>) -> Result<Vec<ItemId>> {
    let (field, detail) = match (&new.category, &new.bin) {
        (Some(category), _) => (
            "/category",
            format!("Nothing of the category “{category}” is stocked here."),
        ),
        (_, Some(bin)) => (
            "/bin",
            format!("No bin with goods begins with “{bin}” here."),
        ),
        (None, None) => return Ok(found),
    };
    if found.is_empty() {
        return Err(Error::field(field, "empty", detail));
    }
    Ok(found)
}

/// The items of these SKUs; one that is named twice has one line.
fn listed(db: &mut Db, skus: &[String]) -> Result<Vec<ItemId>> {
    let known: Vec<(String, ItemId)> = on_db!(db, c => item::table
        .filter(item::sku.eq_any(skus))
        .select((item::sku, item::id))
        .load(c))?;
    let known: BTreeMap<_, _> = known.into_iter().collect();
    let (mut items, mut errors) = (BTreeSet::new(), Vec::new());
    for (n, sku) in skus.iter().enumerate() {
        match known.get(sku) {
            Some(&item) => drop(items.insert(item)),
            None => errors.push(FieldError {
                pointer: format!("/skus/{n}"),
                detail: format!("There is no item “{sku}”."),
                code: "not_found",
            }),
        }
    }
    if errors.is_empty() {
        Ok(items.into_iter().collect())
    } else {
        Err(Error::invalid(errors))
    }
}

diesel::define_sql_function! {
    /// Lower case, as the database understands it.
    fn lower(text: Nullable<Text>) -> Nullable<Text>
}

/// What the warehouse stocks, archived items left out: all of it, or by category or bin.
fn stocked(db: &mut Db, at: WarehouseId, new: &NewSheet) -> Result<Vec<ItemId>> {
    Ok(on_db!(db, c => {
        let mut query = inventory::table
            .inner_join(item::table)
            .filter(inventory::warehouse_id.eq(at).and(item::archived.eq(false)))
            .into_boxed();
        if let Some(category) = &new.category {
            query = query.filter(item::category.eq(category));
        }
        if let Some(bin) = &new.bin {
            query = query.filter(
                lower(inventory::bin)
                    .like(lower(Some(beginning(bin))))
                    .escape('\\'),
            );
        }
        // One more than there may be, which `add_lines` then refuses.
        query.select(item::id).limit(i64::from(MAX_LINES) + 1).load(c)
    })?)
}

/// `text` as a LIKE pattern of what begins with it, with `\` as the escape character.
fn beginning(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%");
    format!("{}%", escaped.replace('_', "\\_"))
}
