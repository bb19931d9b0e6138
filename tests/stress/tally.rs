//! What is counted in a run, and what was found wrong.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Display;

/// Findings beyond this many repeat the first ones.
const FINDINGS: usize = 20;

/// Counters of one run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Scenarios that passed.
    pub(crate) scenarios: Cell<u64>,
    /// Clients that followed the log.
    pub(crate) clients: Cell<u64>,
    /// Writes that were acknowledged.
    pub(crate) writes: Cell<u64>,
    /// Events that clients heard and checked.
    pub(crate) events: Cell<u64>,
    /// Faults that were injected, by kind.
    pub(crate) faults: RefCell<BTreeMap<&'static str, u64>>,
    /// What was found wrong.
    wrong: RefCell<Vec<String>>,
}

impl Tally {
    /// Counts one more.
    pub(crate) fn count(counter: &Cell<u64>) {
        counter.update(|n| n + 1);
    }

    /// Counts a fault.
    pub(crate) fn fault(&self, kind: &'static str) {
        *self.faults.borrow_mut().entry(kind).or_default() += 1;
    }

    /// How many faults there were, of all kinds.
    pub(crate) fn total_faults(&self) -> u64 {
        self.faults.borrow().values().sum()
    }

    /// Notes that something is not as it must be: who saw it, and what they expected.
    pub(crate) fn wrong(&self, who: &str, what: impl Display) {
        let mut wrong = self.wrong.borrow_mut();
        if wrong.len() < FINDINGS {
            wrong.push(format!("{who}: {what}"));
        }
    }

    /// What was found wrong so far.
    pub(crate) fn take_wrong(&self) -> Vec<String> {
        self.wrong.take()
    }

    /// Whether anything was found wrong.
    pub(crate) fn is_well(&self) -> bool {
        self.wrong.borrow().is_empty()
    }
}
