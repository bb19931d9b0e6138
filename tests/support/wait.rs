//! Waiting for a condition, with a deadline: no test sleeps for a fixed time.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long anything may take that should happen at once. Generous, since it is only ever used up by a
/// test that fails: a loaded machine must not fail one.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Asks until there is an answer.
///
/// # Panics
/// When there is none within [`PATIENCE`].
#[expect(
    clippy::disallowed_methods,
    reason = "between two looks at a condition"
)]
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        sleep(Duration::from_millis(10));
    }
}
