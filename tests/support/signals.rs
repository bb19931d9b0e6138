//! Signals to a running program.

use std::process::Command;

use crate::tools::aims::Aims;
use crate::tools::guard::has_ended;
use crate::tools::wait;

/// Sends a signal, such as `TERM`.
pub(crate) fn signal(aims: &Aims, name: &str) {
    let number = aims.guard.as_ref().unwrap().process.to_string();
    let sent = Command::new("kill").args(["-s", name, &number]).status();
    assert!(sent.unwrap().success());
}

/// Waits until it has ended by itself.
pub(crate) fn until_ended(aims: &Aims) {
    let process = aims.guard.as_ref().unwrap().process;
    wait::until("aims ends", || has_ended(process).then_some(()));
}
