//! The rows of a room, as the API shows them, and the places they are exact for.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_rt::time::timeout;
use serde_json::Value;

use crate::client::{Client, Reply};
use crate::tally::Tally;

/// How long a list may take; longer, and the line is taken for dead.
const SOON: Duration = Duration::from_secs(5);

/// Which of the room's lists a row is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum List {
    /// By SKU.
    Inventory,
    /// By number.
    Orders,
}

/// Rows by list and key.
pub(crate) type Rows = BTreeMap<(List, String), Value>;

/// Both lists, each exact for a place of its own.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub(crate) epoch: String,
    /// By [`List`].
    pub(crate) exact: [i64; 2],
    pub(crate) rows: Rows,
}

impl List {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Inventory, Self::Orders];

    /// The list that an event is about; `None` for the catalogue, which is not the room's own.
    pub(crate) fn of(event: &str) -> Option<Self> {
        match event {
            "inventory-updated" => Some(Self::Inventory),
            "replenishment-updated" => Some(Self::Orders),
            _ => None,
        }
    }

    /// The name of a row.
    pub(crate) fn key(self, row: &Value) -> String {
        let field = match self {
            Self::Inventory => "sku",
            Self::Orders => "number",
        };
        row[field].as_str().unwrap_or_default().to_owned()
    }

    fn path(self, room: &str) -> String {
        match self {
            Self::Inventory => {
                format!("/api/inventory?warehouse={room}&include_archived=true&limit=500")
            }
            Self::Orders => format!("/api/orders?warehouse={room}&limit=500"),
        }
    }
}

/// Loads a room; `None` where there was no whole answer, or one that asks to come back.
pub(crate) async fn load(caller: &Client, room: &str, tally: &Tally) -> Option<Snapshot> {
    let mut snapshot = Snapshot {
        epoch: String::new(),
        exact: [0, 0],
        rows: Rows::new(),
    };
    for list in List::ALL {
        let path = list.path(room);
        let reply = timeout(SOON, caller.try_get(&path)).await.ok()??;
        let answer = rows_of(&reply, &path, tally)?;
        let epoch = answer["epoch"].as_str()?.to_owned();
        // Two lists of two logs do not belong together.
        if list == List::Orders && epoch != snapshot.epoch {
            return None;
        }
        snapshot.epoch = epoch;
        snapshot.exact[list as usize] = answer["seq"].as_i64()?;
        for row in answer["data"].as_array()? {
            snapshot.rows.insert((list, list.key(row)), row.clone());
        }
    }
    Some(snapshot)
}

fn rows_of(reply: &Reply, path: &str, tally: &Tally) -> Option<Value> {
    match reply.status {
        // Null where the answer was cut off.
        200 if reply.json.is_null() => None,
        200 => {
            if !reply.json["next_cursor"].is_null() {
                tally.wrong(path, "the test expects all rows on one page");
            }
            Some(reply.json.clone())
        }
        503 => None,
        status => {
            tally.wrong(
                path,
                format_args!("expected 200 or 503, got {status}: {}", reply.text),
            );
            None
        }
    }
}

/// What a row held by a client says otherwise than the true one. Statistics come with lists alone; and an
/// order that is done keeps the name that its item had when it was done.
pub(crate) fn difference(list: List, held: &Value, truth: &Value) -> Option<String> {
    let done = list == List::Orders && !truth["closed_at"].is_null();
    let (held, truth) = (held.as_object()?, truth.as_object()?);
    let differs = |field: &&String| {
        let kept_aside = *field == "stats" || done && matches!(field.as_str(), "name" | "unit");
        !kept_aside
            && truth
                .get(*field)
                .is_some_and(|value| *value != held[*field])
    };
    let field = held.keys().find(differs)?;
    Some(format!(
        "{field} is {}, expected {}",
        held[field], truth[field]
    ))
}
