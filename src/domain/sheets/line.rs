//! A line of a sheet: what was counted of one item, and what applying it would do.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::Head;
use super::{Mode, Resolution, Status};
use crate::db::Db;
use crate::error::Result;
use crate::ids::ItemId;
use crate::on_db;
use crate::schema::{count_line as line, inventory, item};

/// A line, as shown.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = SheetLine)]
pub struct Line {
    /// The item's human key.
    pub sku: String,
    /// The item's name.
    pub name: String,
    /// What is counted, such as `pack`.
    pub unit: String,
    /// Where in the warehouse it lies.
    pub bin: Option<String>,
    /// What was on hand when the line was made, or when the oldest photo that shows it was sent; null while a blind
    /// sheet is open.
    pub expected: Option<i64>,
    /// Which version of the level that was.
    pub expected_version: i64,
    /// What is on hand now or, once the sheet was applied, what was there before; null while a blind sheet is
    /// open, and where the line was not applied.
    pub on_hand: Option<i64>,
    /// Which version of the level is there now; a resolution names the one that it is for.
    pub on_hand_version: i64,
    /// Units on order as the line was read: what came of them is received on the order. Null while a blind sheet is open.
    pub on_order: Option<i64>,
    /// Units that detectors saw.
    pub seen: Option<i64>,
    /// Units that a person counted.
    pub counted: Option<i64>,
    /// What holds: `counted`, else `seen`; null when nobody counted yet.
    pub quantity: Option<i64>,
    /// What applying the line adds to the stock or, once it was applied, added; null while a blind sheet is open.
    pub difference: Option<i64>,
    /// Whether the line will be applied, if it has a quantity.
    pub included: bool,
    /// Whether a movement since `expected` was there was not taken back, so that the count and the stock cannot be
    /// compared. Applying needs a resolution then.
    pub conflict: bool,
    /// How the conflict is resolved. Keeping the count holds until stock moves again.
    pub resolution: Option<Resolution>,
    /// The confidence of the least certain box that was counted, 0 to 1; null where no detector gave one.
    pub lowest_confidence: Option<f64>,
    /// Who changed the line last.
    pub updated_by: String,
}

/// A line as the rules need it.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Row {
    pub(super) item: ItemId,
    pub(super) sku: String,
    name: String,
    unit: String,
    bin: Option<String>,
    expected: i64,
    expected_version: i64,
    on_hand: Option<i64>,
    on_order: Option<i64>,
    version: Option<i64>,
    pub(super) seen: Option<i64>,
    pub(super) counted: Option<i64>,
    pub(super) lowest_confidence: Option<f64>,
    pub(super) included: bool,
    pub(super) chosen: bool,
    resolution: Option<Resolution>,
    resolved_version: Option<i64>,
    found: Option<i64>,
    applied: Option<i64>,
    updated_by: Option<String>,
    moved: bool,
}

/// In the order in which somebody walks along the shelves; what has no bin comes last.
const ORDER: &str =
    "(CASE WHEN inventory.bin IS NULL THEN 1 ELSE 0 END), inventory.bin, lower(item.name), item.id";

const UPDATED_BY: &str =
    "(SELECT counter.name FROM \"user\" counter WHERE counter.id = count_line.updated_by)";

/// Whether stock moved since what is expected was there. What was taken back is as if it had not been: a movement and
/// its reversal, both of since then, leave the shelf as it was whenever it was counted.
const MOVED: &str = "(CASE WHEN COALESCE(inventory.version, 0) = count_line.expected_version THEN FALSE ELSE EXISTS (\
    SELECT 1 FROM movement m WHERE m.warehouse_id = inventory.warehouse_id AND m.item_id = count_line.item_id \
    AND m.level_version > count_line.expected_version \
    AND NOT EXISTS (SELECT 1 FROM movement back WHERE back.reverses_id = m.id) \
    AND NOT EXISTS (SELECT 1 FROM movement undone WHERE undone.id = m.reverses_id \
        AND undone.level_version > count_line.expected_version)) END)";

/// The lines of a sheet, or those of these items.
pub(super) fn load(db: &mut Db, head: &Head, items: Option<&[ItemId]>) -> Result<Vec<Row>> {
    let level = inventory::item_id
        .eq(line::item_id)
        .and(inventory::warehouse_id.eq(head.warehouse_id));
    Ok(on_db!(db, c => {
        let mut query = line::table
            .inner_join(item::table)
            .left_join(inventory::table.on(level))
            .filter(line::sheet_id.eq(head.id))
            .select((
                item::id,
                item::sku,
                item::name,
                item::unit,
                inventory::bin.nullable(),
                line::expected,
                line::expected_version,
                inventory::on_hand.nullable(),
                inventory::on_order.nullable(),
                inventory::version.nullable(),
                line::seen,
                line::counted,
                line::lowest_confidence,
                line::included,
                line::chosen,
                line::resolution,
                line::resolved_version,
                line::found,
                line::applied,
                sql::<Nullable<Text>>(UPDATED_BY),
                sql::<Bool>(MOVED),
            ))
            .order(sql::<Text>(ORDER))
            .into_boxed();
        if let Some(items) = items {
            query = query.filter(line::item_id.eq_any(items.to_vec()));
        }
        query.load(c)
    })?)
}

impl Row {
    /// What is on hand; an item that was never stocked here has nothing.
    pub(super) fn on_hand(&self) -> i64 {
        self.on_hand.unwrap_or(0)
    }

    /// The version of the level.
    pub(super) fn version(&self) -> i64 {
        self.version.unwrap_or(0)
    }

    pub(super) fn quantity(&self) -> Option<i64> {
        self.counted.or(self.seen)
    }

    /// The resolution that holds: who kept the count did so for the stock that they saw.
    fn resolution(&self) -> Option<Resolution> {
        self.resolution.filter(|&resolution| {
            resolution == Resolution::KeepDifference
                || self.resolved_version == Some(self.version())
        })
    }

    /// Whether the line will be applied.
    pub(super) fn counts(&self) -> bool {
        self.included && self.quantity().is_some()
    }

    /// Whether a person must resolve a conflict before the line can be applied.
    pub(super) fn is_unresolved(&self) -> bool {
        self.moved && self.resolution().is_none()
    }

    /// What applying the line adds to the stock; `None` without a quantity.
    pub(super) fn difference(&self, mode: Mode) -> Option<i64> {
        let quantity = self.quantity()?;
        let keeps_difference = self.moved && self.resolution() == Some(Resolution::KeepDifference);
        Some(match mode {
            Mode::Receive => quantity,
            Mode::Count if keeps_difference => quantity - self.expected,
            Mode::Count => quantity - self.on_hand(),
        })
    }

    /// The line as the sheet shows it.
    pub(super) fn shown(self, head: &Head) -> Line {
        let open = head.status == Status::Open;
        let hidden = open && head.blind;
        let (on_hand, difference) = if open {
            (Some(self.on_hand()), self.difference(head.mode))
        } else {
            (self.found, self.applied)
        };
        let resolution = if open {
            self.resolution()
        } else {
            self.resolution
        };
        Line {
            quantity: self.quantity(),
            conflict: open && head.mode == Mode::Count && self.moved,
            on_hand_version: self.version(),
            on_order: Some(self.on_order.unwrap_or(0)).filter(|_| !hidden),
            expected: Some(self.expected).filter(|_| !hidden),
            on_hand: on_hand.filter(|_| !hidden),
            difference: difference.filter(|_| !hidden),
            expected_version: self.expected_version,
            resolution,
            sku: self.sku,
            name: self.name,
            unit: self.unit,
            bin: self.bin,
            seen: self.seen,
            counted: self.counted,
            included: self.included,
            lowest_confidence: self.lowest_confidence,
            updated_by: self.updated_by.unwrap_or_else(|| "AIMS".into()),
        }
    }
}
