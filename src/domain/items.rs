//! The catalogue: what can be in stock. It is the whole site's; who has a role anywhere may read it.

mod edit;

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use edit::{EditItem, NewItem, archive, create, edit};

use super::barcodes::{self, Barcode};
use super::page::{List, Page};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::on_db;
use crate::schema::{barcode, item};
use crate::time::Time;

/// Something of which units are kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Item {
    /// Its key.
    #[serde(skip)]
    pub id: ItemId,
    /// Its key for people, such as `TEA-500`.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// What it is sorted under; empty for nothing.
    pub category: String,
    /// What is counted, such as `pack`.
    pub unit: String,
    /// The codes that name it.
    pub barcodes: Vec<Barcode>,
    /// Takes no new stock or orders.
    pub archived: bool,
    /// Counts its edits.
    pub version: i64,
    /// When it was added.
    pub created_at: Time,
    /// When it was last edited.
    pub updated_at: Time,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = item)]
struct Row {
    id: ItemId,
    sku: String,
    name: String,
    category: String,
    unit: String,
    archived: bool,
    version: i64,
    created_at: Time,
    updated_at: Time,
}

impl Row {
    fn with(self, barcodes: Vec<Barcode>) -> Item {
        Item {
            id: self.id,
            sku: self.sku,
            name: self.name,
            category: self.category,
            unit: self.unit,
            barcodes,
            archived: self.archived,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// Which items are wanted as to their being archived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum Archived {
    /// Only those that are not.
    #[default]
    #[serde(rename = "false")]
    No,
    /// Only those that are.
    #[serde(rename = "true")]
    Yes,
    /// All.
    #[serde(rename = "any")]
    Any,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// By SKU.
    #[default]
    Sku,
    /// By name.
    Name,
}

impl Sort {
    /// The word in a query, and the page's order.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sku => "sku",
            Self::Name => "name",
        }
    }
}

/// Which items are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Text in the SKU, the name or a barcode. Case is ignored (in ASCII only, on SQLite).
    pub q: Option<String>,
    /// The category, as it is written.
    pub category: Option<String>,
    /// Archived or not.
    pub archived: Archived,
    /// The order.
    pub sort: Sort,
}

diesel::define_sql_function! {
    /// Lower case, as the database understands it.
    fn lower(text: Text) -> Text
}

/// A pattern of LIKE for text that has `q` in it.
fn containing(q: &str) -> String {
    let escaped = q.replace('\\', "\\\\").replace('%', "\\%");
    format!("%{}%", escaped.replace('_', "\\_"))
}

/// The items that pass a filter, as a boxed query.
macro_rules! filtered {
    ($filter:expr) => {{
        let filter: &Filter = $filter;
        let mut query = item::table.into_boxed();
        if filter.archived != Archived::Any {
            query = query.filter(item::archived.eq(filter.archived == Archived::Yes));
        }
        if let Some(category) = &filter.category {
            query = query.filter(item::category.eq(category));
        }
        if let Some(q) = &filter.q {
            let pattern = || lower(containing(q));
            let codes = barcode::table
                .filter(lower(barcode::code).like(pattern()).escape('\\'))
                .select(barcode::item_id);
            query = query.filter(
                lower(item::sku)
                    .like(pattern())
                    .escape('\\')
                    .or(lower(item::name).like(pattern()).escape('\\'))
                    .or(item::id.eq_any(codes)),
            );
        }
        query
    }};
}

/// A page of the catalogue; the page's order is the word of `filter.sort`.
pub fn list(db: &mut Db, filter: &Filter, page: &Page<(String, ItemId)>) -> Result<List<Item>> {
    let rows: Vec<Row> = on_db!(&mut *db, c => {
        let mut query = filtered!(filter);
        query = match (filter.sort, page.after.clone()) {
            (_, None) => query,
            (Sort::Sku, Some((sku, _))) => query.filter(item::sku.gt(sku)),
            (Sort::Name, Some((name, id))) => query.filter(
                item::name.gt(name.clone()).or(item::name.eq(name).and(item::id.gt(id))),
            ),
        };
        query = match filter.sort {
            Sort::Sku => query.order(item::sku),
            Sort::Name => query.order((item::name, item::id)),
        };
        query.limit(page.fetch()).select(Row::as_select()).load(c)
    })?;
    let rows = page.cut(rows, |row| match filter.sort {
        Sort::Sku => (row.sku.clone(), row.id),
        Sort::Name => (row.name.clone(), row.id),
    });
    let ids: Vec<ItemId> = rows.data.iter().map(|row| row.id).collect();
    let mut codes: BTreeMap<_, _> = barcodes::of_items(db, &ids)?;
    Ok(rows.map(|row| {
        let codes = codes.remove(&row.id).unwrap_or_default();
        row.with(codes)
    }))
}

/// The item of that SKU.
///
/// # Errors
/// `not_found`.
pub fn find(db: &mut Db, sku: &str) -> Result<Item> {
    let row: Option<Row> = on_db!(&mut *db, c => item::table
        .filter(item::sku.eq(sku))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    let row = row.ok_or_else(|| Error::not_found(format_args!("item “{sku}”")))?;
    complete(db, row)
}

/// The item with that key.
pub fn get(db: &mut Db, id: ItemId) -> Result<Item> {
    let row: Row = on_db!(&mut *db, c =>
        item::table.find(id).select(Row::as_select()).first(c))?;
    complete(db, row)
}

fn complete(db: &mut Db, row: Row) -> Result<Item> {
    let codes = barcodes::of_items(db, &[row.id])?.remove(&row.id);
    Ok(row.with(codes.unwrap_or_default()))
}
