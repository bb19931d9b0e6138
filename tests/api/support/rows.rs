//! The least that can be written and read, for tests of the store and the log themselves.

use std::sync::mpsc::{Receiver, Sender, channel};

use aims::db::Db;
use aims::error::Result;
use aims::events::{Actor, Change, Draft, Event, EventName, since};
use aims::ids::WarehouseId;
use aims::on_db;
use aims::schema::warehouse;
use aims::store::{Store, Tx};
use diesel::prelude::*;
use serde_json::json;

pub(crate) use crate::tools::people::open_warehouse;
use crate::tools::wait::PATIENCE;

/// The codes of all warehouses, in the order they were opened.
pub(crate) fn warehouses(db: &mut Db) -> Result<Vec<String>> {
    Ok(on_db!(db, c => warehouse::table.order(warehouse::id).select(warehouse::code).load(c))?)
}

/// Writes an event about a row of that name.
pub(crate) fn record(tx: &mut Tx<'_>, room: WarehouseId, entity: &str) -> Result<()> {
    let change = Change::verb("edit");
    let row = json!({ "entity": entity });
    let draft = Draft::new(room, EventName::CatalogUpdated, entity, change, &row)?;
    tx.record(draft)
}

/// Writes `n` events into a room, in one transaction.
pub(crate) async fn write(store: &Store, room: WarehouseId, n: usize) {
    let write = store.write(Actor::system(), move |tx| {
        (0..n).try_for_each(|row| record(tx, room, &format!("row-{row}")))
    });
    write.await.unwrap();
}

/// The log of a room from its beginning: each event's place and the name of its row.
pub(crate) fn log(db: &mut Db, room: WarehouseId) -> Vec<(i64, String)> {
    let events = since(db, room, 0, usize::MAX)
        .unwrap()
        .expect("nothing was pruned");
    events
        .iter()
        .map(|event| (event.seq, entity(event)))
        .collect()
}

/// The name of the row that [`record`] was given.
pub(crate) fn entity(event: &Event) -> String {
    let row: serde_json::Value = serde_json::from_str(event.data.get()).unwrap();
    row["entity"].as_str().unwrap().to_owned()
}

/// A place where a write stands still until the test lets it go on.
pub(crate) struct Gate {
    reached: Sender<()>,
    open: Receiver<()>,
}

/// The test's side of a [`Gate`].
pub(crate) struct Gatekeeper {
    reached: Receiver<()>,
    open: Sender<()>,
}

/// A closed gate.
pub(crate) fn gate() -> (Gate, Gatekeeper) {
    let (reached, has_reached) = channel();
    let (opens, open) = channel();
    let keeper = Gatekeeper {
        reached: has_reached,
        open: opens,
    };
    (Gate { reached, open }, keeper)
}

impl Gate {
    /// Waits until the test opens it.
    pub(crate) fn pass(&self) {
        self.reached.send(()).unwrap();
        self.open
            .recv_timeout(PATIENCE)
            .expect("the test opens the gate");
    }
}

impl Gatekeeper {
    /// Waits until the write stands before the gate. Blocks the test's thread, not the write's.
    pub(crate) fn wait(&self) {
        self.reached
            .recv_timeout(PATIENCE)
            .expect("the write reaches the gate");
    }

    /// Lets the write go on.
    pub(crate) fn open(self) {
        self.open.send(()).unwrap();
    }
}
