//! Programs that some tests need. Where one is missing, its tests say so and pass; named in
//! `AIMS_TEST_REQUIRE` (a comma list, such as `postgres,browser,node`) they fail instead.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

/// Says once per program that its tests are skipped.
///
/// # Panics
/// Where `AIMS_TEST_REQUIRE` names the program.
pub(crate) fn skip(program: &'static str, why: &str) {
    static SAID: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    assert!(
        !is_required(program),
        "AIMS_TEST_REQUIRE names {program}, but {why}"
    );
    if SAID.lock().unwrap().insert(program) {
        // Not `eprintln`, which the test runner keeps to itself where a test passes.
        let line = format!("skipped: every test that needs {program}, because {why}\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a setting of the tests, not of AIMS"
)]
fn is_required(program: &str) -> bool {
    let required = std::env::var("AIMS_TEST_REQUIRE").unwrap_or_default();
    required.split(',').any(|name| name.trim() == program)
}

/// Where a program is, if anywhere on the search path.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let found = Command::new("sh")
        .args(["-c", "command -v \"$0\"", program])
        .output()
        .unwrap();
    let path = String::from_utf8(found.stdout).unwrap();
    found.status.success().then(|| path.trim().into())
}
