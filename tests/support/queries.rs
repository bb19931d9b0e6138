//! Counts what reaches a database.

use std::collections::HashMap;
use std::sync::{Mutex, Once, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

/// Statements so far, by the address of the database.
static COUNTS: Mutex<Option<HashMap<String, u64>>> = Mutex::new(None);

/// Counts for every connection that this process opens from now on.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let set = set_default_instrumentation(|| Some(Box::new(Counter::default())));
        set.expect("nobody else has set one");
    });
}

/// How many statements this process has sent to that database, the beginnings and ends of transactions
/// among them.
pub(crate) fn sent_to(url: &str) -> u64 {
    let counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = counts.as_ref().and_then(|counts| counts.get(name(url)));
    known.copied().unwrap_or_default()
}

fn name(url: &str) -> &str {
    url.strip_prefix("sqlite://").unwrap_or(url)
}

/// Knows which database one connection goes to.
#[derive(Default)]
struct Counter(String);

impl Instrumentation for Counter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                name(url).clone_into(&mut self.0);
            }
            InstrumentationEvent::StartQuery { .. }
            | InstrumentationEvent::BeginTransaction { .. }
            | InstrumentationEvent::CommitTransaction { .. }
            | InstrumentationEvent::RollbackTransaction { .. } => {
                let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
                let counts = counts.get_or_insert_default();
                *counts.entry(self.0.clone()).or_default() += 1;
            }
            _ => {}
        }
    }
}
