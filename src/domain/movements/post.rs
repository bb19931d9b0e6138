//! Writing a line of the ledger, and the level with it.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Kind, Movement};
use crate::db::Db;
use crate::domain::inventory::{self, InventoryRow, MAX_QUANTITY};
use crate::domain::policy;
use crate::domain::subject::Subject;
use crate::error::{Code, Error, Result};
use crate::events::Change;
use crate::ids::{ItemId, MovementId, OrderId, SheetId, WarehouseId};
use crate::on_db;
use crate::schema::{inventory as level, movement};
use crate::store::Tx;
use crate::time::Time;

/// Seconds that a caller's clock may be ahead of ours before a time counts as being in the future.
const CLOCK_SKEW_SECONDS: i64 = 60;

/// A movement about to be written.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// What moves, and where.
    pub subject: &'a Subject,
    /// What kind.
    pub kind: Kind,
    /// Units added, or taken when negative; never 0.
    pub delta: i64,
    /// Why, in a word.
    pub reason: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// What it belongs to, such as a delivery slip.
    pub reference: Option<String>,
    /// The order that was received.
    pub order: Option<OrderId>,
    /// The count sheet that was applied.
    pub sheet: Option<SheetId>,
    /// What the movements of one transfer, or of one sheet, share.
    pub group: Option<String>,
    /// The movement that this one undoes.
    pub reverses: Option<MovementId>,
    /// When it happened, if that was before now. The ledger's order is that of recording all the same.
    pub occurred_at: Option<Time>,
}

impl<'a> Entry<'a> {
    /// A movement that says no more than it must.
    pub fn new(subject: &'a Subject, kind: Kind, delta: i64) -> Self {
        Self {
            subject,
            kind,
            delta,
            reason: None,
            note: None,
            reference: None,
            order: None,
            sheet: None,
            group: None,
            reverses: None,
            occurred_at: None,
        }
    }

    fn verb(&self) -> &'static str {
        match self.reverses {
            Some(_) => "reverse",
            None => self.kind.as_str(),
        }
    }
}

/// A movement that was written, and the row as it is since.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Posted {
    /// The ledger's line.
    pub movement: Movement,
    /// The row as it is now.
    pub inventory: InventoryRow,
}

/// Writes a movement: the level, the ledger's line, what policy makes of it, and the events.
///
/// Takes the warehouse's lock; a transaction that posts to several warehouses locks them first, in the
/// order of their ids.
///
/// # Errors
/// `insufficient_stock` with the row as it is, `archived` for new stock of an archived item,
/// `validation` for a quantity or a time out of bounds.
pub fn post(tx: &mut Tx<'_>, entry: &Entry<'_>) -> Result<Posted> {
    let (at, of) = (entry.subject.warehouse.id, entry.subject.item);
    let occurred_at = happened(entry.occurred_at, tx.now())?;
    if entry.delta == 0 || entry.delta.unsigned_abs() > MAX_QUANTITY.unsigned_abs() {
        let detail = format!("A movement is of 1 to {MAX_QUANTITY} units.");
        return Err(Error::field("/quantity", "range", detail));
    }
    tx.db.lock_warehouse(at)?;
    if entry.delta > 0 {
        entry.subject.must_be_open(tx.db)?;
    }
    let (balance, version) = match shift(tx, at, of, entry.delta)? {
        Some(level) => level,
        None => first_or_refused(tx, entry)?,
    };
    let id = write(tx, entry, (balance, version), occurred_at)?;
    let change = Change {
        verb: entry.verb(),
        delta: Some(entry.delta),
        movement: Some(id.0),
    };
    let inventory = policy::settle(tx, at, of, change)?;
    let movement = super::find(tx.db, id)?;
    Ok(Posted {
        movement,
        inventory,
    })
}

fn happened(occurred_at: Option<Time>, now: Time) -> Result<Time> {
    match occurred_at {
        Some(at) if at > now.plus_seconds(CLOCK_SKEW_SECONDS) => Err(Error::field(
            "/occurred_at",
            "future",
            "A movement cannot have happened in the future.",
        )),
        Some(at) => Ok(at.min(now)),
        None => Ok(now),
    }
}

/// Adds to the level in one statement, so that two at once cannot both take the last unit. `None` when
/// there is no such level, or the balance would leave its bounds.
fn shift(tx: &mut Tx<'_>, at: WarehouseId, of: ItemId, delta: i64) -> Result<Option<(i64, i64)>> {
    let (now, by) = (tx.now(), tx.actor.id);
    Ok(
        on_db!(&mut *tx.db, c => diesel::update(level::table.find((at, of)))
        .filter((level::on_hand + delta).between(0, MAX_QUANTITY))
        .set((
            level::on_hand.eq(level::on_hand + delta),
            level::version.eq(level::version + 1),
            level::updated_at.eq(now),
            level::updated_by.eq(by),
        ))
        .returning((level::on_hand, level::version))
        .get_result(c)
        .optional())?,
    )
}

/// Makes the level if this is its first stock; otherwise says why the movement does not fit.
fn first_or_refused(tx: &mut Tx<'_>, entry: &Entry<'_>) -> Result<(i64, i64)> {
    let (at, of) = (entry.subject.warehouse.id, entry.subject.item);
    if entry.delta > 0 {
        inventory::ensure(tx, at, of)?;
        if let Some(level) = shift(tx, at, of, entry.delta)? {
            return Ok(level);
        }
        let detail = format!("The balance would exceed {MAX_QUANTITY} units.");
        return Err(Error::field("/quantity", "range", detail));
    }
    Err(insufficient(tx.db, entry)?)
}

fn insufficient(db: &mut Db, entry: &Entry<'_>) -> Result<Error> {
    let row = inventory::row(db, entry.subject.warehouse.id, entry.subject.item)?;
    let asked = entry.delta.unsigned_abs();
    let detail = match row.on_hand {
        0 => format!("There is no {} left; {asked} were asked for.", row.sku),
        left => format!(
            "Only {left} of {} are left; {asked} were asked for.",
            row.sku
        ),
    };
    Ok(Error::refused(Code::InsufficientStock, detail).with_current(&row))
}

fn write(
    tx: &mut Tx<'_>,
    entry: &Entry<'_>,
    (balance, version): (i64, i64),
    occurred_at: Time,
) -> Result<MovementId> {
    let (now, by) = (tx.now(), tx.actor.id);
    Ok(
        on_db!(&mut *tx.db, c => diesel::insert_into(movement::table)
        .values((
            movement::warehouse_id.eq(entry.subject.warehouse.id),
            movement::item_id.eq(entry.subject.item),
            movement::kind.eq(entry.kind),
            movement::delta.eq(entry.delta),
            movement::balance_after.eq(balance),
            movement::level_version.eq(version),
            (movement::reason.eq(&entry.reason), movement::note.eq(&entry.note)),
            movement::ref_.eq(&entry.reference),
            (movement::order_id.eq(entry.order), movement::sheet_id.eq(entry.sheet)),
            movement::group_id.eq(&entry.group),
            movement::reverses_id.eq(entry.reverses),
            movement::user_id.eq(by),
            movement::occurred_at.eq(occurred_at),
            movement::recorded_at.eq(now),
        ))
        .returning(movement::id)
        .get_result(c))?,
    )
}
