//! The log: what changed, in commit order, without a gap per warehouse.
//!
//! An event carries the row as it is after the change, so that a reader never has to ask again and a
//! duplicate does no harm. [`append`] takes the event's [`Seq`] from the warehouse's row, which stays
//! locked until commit; that is why the order of `seq` is the order of commits.

mod prune;

use std::sync::Arc;

use diesel::prelude::*;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{UserId, WarehouseId};
use crate::on_db;
use crate::schema::{event, log, warehouse};
use crate::time::Time;

pub use prune::{Keep, prune};

/// A place in the log of one warehouse; the first event has 1.
pub type Seq = i64;

/// The identity of the log. Positions of different epochs must not be compared.
pub type Epoch = String;

/// What kind of row an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventName {
    /// A level, its thresholds or its policy.
    InventoryUpdated,
    /// A replenishment order.
    ReplenishmentUpdated,
    /// A warehouse, an item or its barcodes.
    CatalogUpdated,
    /// A photo on its way through a detector, and what was found on it.
    ScanUpdated,
    /// A count sheet and the lines that changed.
    CountUpdated,
}

impl EventName {
    /// The name on the wire and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InventoryUpdated => "inventory-updated",
            Self::ReplenishmentUpdated => "replenishment-updated",
            Self::CatalogUpdated => "catalog-updated",
            Self::ScanUpdated => "scan-updated",
            Self::CountUpdated => "count-updated",
        }
    }
}

/// Who did it: a person, or AIMS itself (`id` is `None`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub id: Option<UserId>,
    /// The name shown beside the change.
    pub name: String,
}

impl Actor {
    /// AIMS itself: policy, expiry, the demo's generator.
    pub fn system() -> Self {
        Self {
            id: None,
            name: "AIMS".into(),
        }
    }
}

/// What happened, in a word of the users' language, and by how much.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Change {
    /// The verb, the same word as in the route: `issue`, `approve`, `policy`.
    pub verb: &'static str,
    /// Units added to (or taken from) the stock, for movements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta: Option<i64>,
    /// The ledger's line, for movements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movement: Option<i64>,
}

impl Change {
    /// A change without a quantity.
    pub const fn verb(verb: &'static str) -> Self {
        Self {
            verb,
            delta: None,
            movement: None,
        }
    }
}

/// An event on its way into the log.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The room it belongs to.
    pub warehouse: WarehouseId,
    /// What kind of row.
    pub name: EventName,
    /// The row's human key, such as `TEA-500` or `RO-1042`.
    pub entity: String,
    /// What happened to it.
    pub change: Change,
    /// The row as it is now, as JSON.
    pub data: Box<RawValue>,
}

impl Draft {
    /// An event about `row` as it is now.
    pub fn new(
        warehouse: WarehouseId,
        name: EventName,
        entity: impl Into<String>,
        change: Change,
        row: &impl Serialize,
    ) -> Result<Self> {
        let data = serde_json::value::to_raw_value(row).map_err(Error::internal)?;
        Ok(Self {
            warehouse,
            name,
            entity: entity.into(),
            change,
            data,
        })
    }
}

/// An event of the log. Serialises to the wire's `event` frame, but for its `type`.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// The warehouse it belongs to.
    #[serde(skip)]
    pub warehouse: WarehouseId,
    /// Its name, such as `inventory-updated`.
    pub event: String,
    /// The warehouse's code.
    pub room: String,
    /// Its place.
    pub seq: Seq,
    /// When.
    pub at: Time,
    /// Who, as shown to people.
    pub by: String,
    /// The row as it was after the change.
    pub data: Box<RawValue>,
    /// What happened to the row.
    pub change: Box<RawValue>,
}

/// Where a room's log stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The log's identity.
    pub epoch: Epoch,
    /// The last event's place; 0 where there is none.
    pub seq: Seq,
}

/// Events that are in the log for good. Sent by the store after COMMIT; a hint, see invariant 2.
#[derive(Clone, Debug, actix::Message)]
#[rtype(result = "()")]
pub struct Committed(pub Arc<[Event]>);

/// Writes the event at the next place of its room. Must run in the transaction of the change.
pub fn append(db: &mut Db, draft: Draft, by: &Actor, at: Time) -> Result<Event> {
    let (seq, room) = on_db!(&mut *db, c => diesel::update(warehouse::table.find(draft.warehouse))
        .set(warehouse::last_seq.eq(warehouse::last_seq + 1))
        .returning((warehouse::last_seq, warehouse::code))
        .get_result::<(Seq, String)>(c))?;
    let change = serde_json::value::to_raw_value(&draft.change).map_err(Error::internal)?;
    on_db!(db, c => diesel::insert_into(event::table)
        .values((
            event::warehouse_id.eq(draft.warehouse),
            event::seq.eq(seq),
            event::name.eq(draft.name.as_str()),
            event::entity.eq(&draft.entity),
            event::change.eq(change.get()),
            event::payload.eq(draft.data.get()),
            event::user_id.eq(by.id),
            event::by_name.eq(&by.name),
            event::at.eq(at),
        ))
        .execute(c))?;
    Ok(Event {
        warehouse: draft.warehouse,
        event: draft.name.as_str().into(),
        room,
        seq,
        at,
        by: by.name.clone(),
        data: draft.data,
        change,
    })
}

/// The identity of this database's log; made on first use.
pub fn epoch(db: &mut Db) -> Result<Epoch> {
    let fresh = uuid::Uuid::now_v7().to_string();
    on_db!(&mut *db, c => diesel::insert_into(log::table)
        .values((log::id.eq(1), log::epoch.eq(&fresh)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(on_db!(db, c => log::table.select(log::epoch).first(c))?)
}

/// Gives the log another identity, so that no position of the old one is taken for one in it.
pub fn renew_epoch(db: &mut Db) -> Result<()> {
    on_db!(&mut *db, c => diesel::delete(log::table).execute(c))?;
    epoch(db).map(drop)
}

/// Where the log of a warehouse stands.
pub fn position(db: &mut Db, id: WarehouseId) -> Result<Position> {
    Ok(Position {
        epoch: on_db!(&mut *db, c => log::table.select(log::epoch).first(c))?,
        seq: on_db!(db, c => warehouse::table.find(id).select(warehouse::last_seq).first(c))?,
    })
}

type Row = (String, String, Seq, Time, String, String, String);

fn event_of(id: WarehouseId, row: Row) -> Result<Event> {
    let (event, room, seq, at, by, payload, change) = row;
    let raw = |text| RawValue::from_string(text).map_err(Error::internal);
    Ok(Event {
        warehouse: id,
        event,
        room,
        seq,
        at,
        by,
        data: raw(payload)?,
        change: raw(change)?,
    })
}

macro_rules! rows {
    () => {
        event::table.inner_join(warehouse::table).select((
            event::name,
            warehouse::code,
            event::seq,
            event::at,
            event::by_name,
            event::payload,
            event::change,
        ))
    };
}

/// The events after `after`, oldest first, at most `limit`; `None` when some of them were pruned.
pub fn since(db: &mut Db, id: WarehouseId, after: Seq, limit: usize) -> Result<Option<Vec<Event>>> {
    let pruned: Seq =
        on_db!(&mut *db, c => warehouse::table.find(id).select(warehouse::pruned_seq).first(c))?;
    if after < pruned {
        return Ok(None);
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<Row> = on_db!(db, c => rows!()
        .filter(event::warehouse_id.eq(id).and(event::seq.gt(after)))
        .order(event::seq)
        .limit(limit)
        .load(c))?;
    rows.into_iter()
        .map(|row| event_of(id, row))
        .collect::<Result<_>>()
        .map(Some)
}

/// The newest events, newest first.
pub fn latest(db: &mut Db, id: WarehouseId, limit: i64) -> Result<Vec<Event>> {
    let rows: Vec<Row> = on_db!(db, c => rows!()
        .filter(event::warehouse_id.eq(id))
        .order(event::seq.desc())
        .limit(limit)
        .load(c))?;
    rows.into_iter().map(|row| event_of(id, row)).collect()
}

/// What happened to one row, oldest first.
pub fn of_entity(
    db: &mut Db,
    id: WarehouseId,
    name: EventName,
    entity: &str,
) -> Result<Vec<Event>> {
    let rows: Vec<Row> = on_db!(db, c => rows!()
        .filter(event::warehouse_id.eq(id))
        .filter(event::name.eq(name.as_str()).and(event::entity.eq(entity)))
        .order(event::seq)
        .load(c))?;
    rows.into_iter().map(|row| event_of(id, row)).collect()
}
