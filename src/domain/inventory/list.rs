//! The table of a warehouse: filtered, sorted, paged and counted in the database.

use std::collections::BTreeMap;

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::{InventoryRow, columns, rows};
use crate::db::Db;
use crate::domain::page::{List, Page};
use crate::domain::status::{self, Status};
use crate::domain::words::words;
use crate::error::{Code, Error, Result};
use crate::ids::WarehouseId;
use crate::on_db;
use crate::schema::{inventory, item, warehouse};

words! {
    /// The order of the table; equal rows stand in the order of their ids.
    Sort {
        /// The riskiest first: by priority, then by ratio.
        Risk "-risk",
        /// By name, A first.
        Name "name",
        /// By name, Z first.
        NameDown "-name",
        /// By SKU.
        Sku "sku",
        /// The least on hand first.
        OnHand "on_hand",
        /// The most on hand first.
        OnHandDown "-on_hand",
        /// The longest unchanged first.
        UpdatedAt "updated_at",
        /// The last changed first.
        UpdatedAtDown "-updated_at",
    }
}

impl Sort {
    /// The SQL expression of the key, and whether the greatest comes first.
    const fn key(self) -> (&'static str, bool) {
        match self {
            Self::Risk => (status::RANK_SQL, false),
            Self::Name => ("lower(item.name)", false),
            Self::NameDown => ("lower(item.name)", true),
            Self::Sku => ("item.sku", false),
            Self::OnHand => ("inventory.on_hand", false),
            Self::OnHandDown => ("inventory.on_hand", true),
            Self::UpdatedAt => ("inventory.updated_at", false),
            Self::UpdatedAtDown => ("inventory.updated_at", true),
        }
    }

    const fn by_text(self) -> bool {
        matches!(self, Self::Name | Self::NameDown | Self::Sku)
    }
}

/// Which rows of a warehouse.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Any of these; empty for all.
    pub status: Vec<Status>,
    /// Of this category.
    pub category: Option<String>,
    /// With this in SKU, name or barcode. Case is ignored (in ASCII only, on SQLite).
    pub q: Option<String>,
    /// Only what has a target and is at or below its minimum.
    pub below_min: bool,
    /// Also items that are archived.
    pub include_archived: bool,
}

/// Where a row stands in the table: its sort key, as text, and the item's id for equal keys.
pub type Place = (String, i64);

/// How many items have each status.
pub type Counts = BTreeMap<&'static str, i64>;

/// `text` as a LIKE pattern that finds it anywhere, with `\` as the escape character.
fn containing(text: &str) -> String {
    let escaped = text.chars().flat_map(|c| {
        let escape = matches!(c, '%' | '_' | '\\').then_some('\\');
        escape.into_iter().chain([c])
    });
    std::iter::once('%').chain(escaped).chain(['%']).collect()
}

/// The rows of a warehouse that pass a filter, as a boxed query.
macro_rules! filtered {
    ($at:expr, $filter:expr) => {{
        let filter: &Filter = $filter;
        let mut query = rows!().filter(inventory::warehouse_id.eq($at)).into_boxed();
        if !filter.include_archived {
            query = query.filter(item::archived.eq(false));
        }
        if !filter.status.is_empty() {
            query = query.filter(sql::<Text>(status::STATUS_SQL).eq_any(filter.status.clone()));
        }
        if let Some(category) = &filter.category {
            query = query.filter(item::category.eq(category));
        }
        if filter.below_min {
            query = query.filter(inventory::target.gt(0).and(inventory::on_hand.le(inventory::min)));
        }
        if let Some(q) = &filter.q {
            let pattern = containing(q);
            query = query.filter(
                sql::<Bool>("(lower(item.name) LIKE lower(")
                    .bind::<Text, _>(pattern.clone())
                    .sql(") ESCAPE '\\' OR lower(item.sku) LIKE lower(")
                    .bind::<Text, _>(pattern.clone())
                    .sql(") ESCAPE '\\' OR EXISTS (SELECT 1 FROM barcode WHERE barcode.item_id = item.id \
                        AND lower(barcode.code) LIKE lower(")
                    .bind::<Text, _>(pattern)
                    .sql(") ESCAPE '\\'))"),
            );
        }
        query
    }};
}

/// Adds that the key stands after `$key` in the order.
macro_rules! beyond {
    ($query:expr, $expression:expr, $sign:expr, $sql_type:ty, $key:expr, $id:expr) => {
        $query.filter(
            sql::<Bool>(&format!("({} {} ", $expression, $sign))
                .bind::<$sql_type, _>($key.clone())
                .sql(&format!(" OR ({} = ", $expression))
                .bind::<$sql_type, _>($key)
                .sql(" AND inventory.item_id > ")
                .bind::<BigInt, _>($id)
                .sql("))"),
        )
    };
}

fn not_ours() -> Error {
    let detail = "This cursor is not of this list; start again without one.";
    Error::refused(Code::Malformed, detail)
}

/// A page of a warehouse's table; the page's order is the word of `sort`.
pub fn list(
    db: &mut Db,
    at: WarehouseId,
    filter: &Filter,
    sort: Sort,
    page: &Page<Place>,
) -> Result<List<InventoryRow>> {
    let (key, descending) = sort.key();
    let (sign, direction) = if descending {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    let rows: Vec<(InventoryRow, String)> = on_db!(db, c => {
        let mut query = filtered!(at, filter);
        if let Some((after, id)) = page.after.clone() {
            query = if sort.by_text() {
                beyond!(query, key, sign, Text, after, id)
            } else {
                let after: i64 = after.parse().map_err(|_no_number| not_ours())?;
                beyond!(query, key, sign, BigInt, after, id)
            };
        }
        query
            .select((columns!(), sql::<Text>(&format!("CAST({key} AS TEXT)"))))
            .order(sql::<Text>(&format!("{key} {direction}, inventory.item_id ASC")))
            .limit(page.fetch())
            .load(c)
    })?;
    let list = page.cut(rows, |(row, key)| (key.clone(), row.item.0));
    Ok(list.map(|(row, _)| row))
}

/// How many rows pass a filter.
pub fn total(db: &mut Db, at: WarehouseId, filter: &Filter) -> Result<i64> {
    Ok(on_db!(db, c => filtered!(at, filter).select(count_star()).first(c))?)
}

/// How many items of a warehouse have each status; archived ones are left out.
pub fn counts(db: &mut Db, at: WarehouseId) -> Result<Counts> {
    let found: Vec<(Status, i64)> = on_db!(db, c => inventory::table
        .inner_join(item::table)
        .filter(inventory::warehouse_id.eq(at).and(item::archived.eq(false)))
        .group_by(sql::<Text>(status::STATUS_SQL))
        .select((sql::<Text>(status::STATUS_SQL), sql::<BigInt>("count(*)")))
        .load(c))?;
    let zeros = Status::ALL.iter().map(|status| (status.as_str(), 0));
    let found = found
        .into_iter()
        .map(|(status, count)| (status.as_str(), count));
    Ok(zeros.chain(found).collect())
}

/// The categories of what a warehouse stocks, A first.
pub fn categories(db: &mut Db, at: WarehouseId) -> Result<Vec<String>> {
    Ok(on_db!(db, c => inventory::table
        .inner_join(item::table)
        .filter(inventory::warehouse_id.eq(at).and(item::archived.eq(false)))
        .select(item::category)
        .distinct()
        .order(item::category)
        .load(c))?)
}
