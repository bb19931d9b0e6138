//! What a client holds of one room, by the rules of `docs/PROTOCOL.md` and nothing else. Pure.
//!
//! It checks what it is told: on a connection the events of a room come one after the other from the place
//! that `joined` named, each once; a ping promises nothing that did not come; a row never gets older.

use serde_json::Value;

use crate::snapshot::{List, Rows, Snapshot, difference};

/// What is not as the protocol says, in words.
pub(crate) type Wrong = String;

/// A place in a log.
pub(crate) type Position = (String, i64);

/// A client's picture of one room.
#[derive(Clone, Debug)]
pub(crate) struct Mirror {
    /// The room.
    pub(crate) room: String,
    epoch: String,
    /// Everything up to here was applied.
    pub(crate) seq: i64,
    rows: Rows,
    /// The places that the lists were loaded for: an event up to there is in them.
    exact: [i64; 2],
    /// There is nothing yet, or it cannot be continued: a snapshot is due.
    pub(crate) is_loading: bool,
    /// Events that came while a snapshot loads.
    kept: Vec<Value>,
    /// The last event that came over this connection, while the room is joined.
    heard: Option<i64>,
    /// A leave was not answered yet.
    is_leaving: bool,
    /// Joins that were not answered yet, with the positions they named.
    asked: Vec<Option<i64>>,
    /// Counts the answers that asked for a snapshot, so that an older one is not taken for it.
    pub(crate) loads: u32,
    /// The place of the last `joined`, of which a snapshot loaded after it must know.
    joined_at: i64,
    /// How it was let in, each time.
    pub(crate) modes: Vec<String>,
}

impl Mirror {
    /// Of a room of which nothing is known.
    pub(crate) fn new(room: &str) -> Self {
        Self {
            room: room.into(),
            epoch: String::new(),
            seq: 0,
            rows: Rows::new(),
            exact: [0, 0],
            is_loading: true,
            kept: Vec::new(),
            heard: None,
            is_leaving: false,
            asked: Vec::new(),
            loads: 0,
            joined_at: 0,
            modes: Vec::new(),
        }
    }

    /// Of a room that was loaded before.
    pub(crate) fn of(room: &str, snapshot: &Snapshot) -> Self {
        let mut mirror = Self::new(room);
        mirror.begin(snapshot.clone());
        mirror
    }

    /// The position to join with, noted as asked for; `None` where there is nothing to continue.
    pub(crate) fn ask(&mut self) -> Option<Position> {
        let have = (!self.is_loading).then(|| (self.epoch.clone(), self.seq));
        self.asked.push(have.as_ref().map(|(_, seq)| *seq));
        have
    }

    /// Forgets the room, as a page does that is loaded anew.
    pub(crate) fn forget(&mut self) {
        *self = Self::new(&self.room);
    }

    /// Begins to leave the room, where it is joined and nothing else is under way; answers whether.
    pub(crate) fn leave(&mut self) -> bool {
        let may = self.heard.is_some() && self.asked.is_empty() && !self.is_leaving;
        self.is_leaving |= may;
        may
    }

    /// The answer to a join. A snapshot is due where [`Self::is_loading`] says so afterwards.
    pub(crate) fn joined(&mut self, frame: &Value) -> Result<(), Wrong> {
        if self.asked.is_empty() {
            return Err(format!("expected no answer without a join, got {frame}"));
        }
        let have = self.asked.remove(0);
        let (mode, head) = (text(&frame["mode"]), number(&frame["seq"])?);
        let epoch = text(&frame["epoch"]);
        self.modes.push(mode.into());
        match (mode, have) {
            ("resumed", Some(have)) if epoch == self.epoch && head >= have => {
                self.heard = Some(have);
            }
            ("live", None) | ("reset", Some(_)) => {
                self.heard = Some(head);
                self.is_loading = true;
                self.kept.clear();
                self.loads += 1;
                self.joined_at = head;
                epoch.clone_into(&mut self.epoch);
            }
            _ => {
                let epoch = &self.epoch;
                return Err(format!(
                    "expected an answer to a join with {have:?} of {epoch}, got {frame}"
                ));
            }
        }
        Ok(())
    }

    /// The room was left.
    pub(crate) fn left(&mut self) -> Result<(), Wrong> {
        self.heard = None;
        let asked = std::mem::take(&mut self.is_leaving);
        asked
            .then_some(())
            .ok_or_else(|| "expected no `left` without a leave".into())
    }

    /// An event came.
    pub(crate) fn event(&mut self, frame: Value) -> Result<(), Wrong> {
        let seq = number(&frame["seq"])?;
        let Some(heard) = self.heard else {
            return Err(format!(
                "expected no event of a room that is not joined, got {seq}"
            ));
        };
        if seq != heard + 1 {
            return Err(format!("expected event {}, got {seq}", heard + 1));
        }
        self.heard = Some(seq);
        if self.is_loading {
            self.kept.push(frame);
            return Ok(());
        }
        self.take(&frame, seq)
    }

    /// A ping came, which says how far the room is.
    pub(crate) fn ping(&self, head: i64) -> Result<(), Wrong> {
        let last = self.heard.unwrap_or(head);
        if head > last {
            return Err(format!(
                "a ping promises event {head}, and {last} was the last that came"
            ));
        }
        Ok(())
    }

    /// A snapshot was loaded.
    pub(crate) fn loaded(&mut self, snapshot: Snapshot) -> Result<(), Wrong> {
        let least = snapshot.exact[0].min(snapshot.exact[1]);
        if snapshot.epoch == self.epoch && least < self.joined_at {
            let at = self.joined_at;
            return Err(format!(
                "a snapshot loaded after joining at {at} is exact for {least} only"
            ));
        }
        let kept = std::mem::take(&mut self.kept);
        self.begin(snapshot);
        kept.iter()
            .try_for_each(|frame| self.take(frame, number(&frame["seq"])?))
    }

    fn begin(&mut self, snapshot: Snapshot) {
        self.epoch = snapshot.epoch;
        self.exact = snapshot.exact;
        self.seq = self.exact[0].min(self.exact[1]);
        self.rows = snapshot.rows;
        self.is_loading = false;
    }

    /// The connection is at its end, with everything that was under way on it.
    pub(crate) fn ended(&mut self) {
        self.heard = None;
        self.is_leaving = false;
        self.asked.clear();
        self.kept.clear();
    }

    fn take(&mut self, frame: &Value, seq: i64) -> Result<(), Wrong> {
        if seq <= self.seq {
            return Ok(());
        }
        if seq != self.seq + 1 {
            return Err(format!(
                "expected to apply event {}, got {seq}",
                self.seq + 1
            ));
        }
        self.seq = seq;
        let Some(list) = List::of(text(&frame["event"])) else {
            return Ok(());
        };
        if seq <= self.exact[list as usize] {
            return Ok(());
        }
        let row = frame["data"].clone();
        let key = (list, list.key(&row));
        if let Some(held) = self.rows.get(&key) {
            for counter in ["version", "policy_version"] {
                if held[counter].as_i64() > row[counter].as_i64() {
                    return Err(format!(
                        "event {seq} brings an older {} than is held",
                        key.1
                    ));
                }
            }
        }
        self.rows.insert(key, row);
        Ok(())
    }

    /// What is held and is not so.
    pub(crate) fn difference(&self, truth: &Rows) -> Option<Wrong> {
        for (key, row) in truth {
            let Some(held) = self.rows.get(key) else {
                return Some(format!("{} is missing, expected {row}", key.1));
            };
            if let Some(found) = difference(key.0, held, row) {
                return Some(format!("{} {found}", key.1));
            }
        }
        let more = self.rows.keys().find(|key| !truth.contains_key(*key));
        more.map(|key| format!("{} is held, expected none", key.1))
    }
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> Result<i64, Wrong> {
    value
        .as_i64()
        .ok_or_else(|| format!("expected a place, got {value}"))
}
