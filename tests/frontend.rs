//! The scripts of the pages, checked and tested by node.

#![expect(
    clippy::unwrap_used,
    reason = "the lint exempts test functions alone, not what they call"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[path = "support/requirements.rs"]
mod requirements;

use requirements::{on_path, skip};

/// Reads modules without running them; names each.
const PARSE: &str = r#"
const { readFileSync } = require("node:fs");
const { SourceTextModule } = require("node:vm");
for (const path of process.argv.slice(1)) {
  new SourceTextModule(readFileSync(path, "utf8"), { identifier: path });
  console.info(path);
}
"#;

fn node() -> Option<Command> {
    if on_path("node").is_none() {
        skip("node", "no node is on PATH");
        return None;
    }
    let mut node = Command::new("node");
    node.current_dir(env!("CARGO_MANIFEST_DIR"));
    Some(node)
}

/// The files below `folder` whose name ends so.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = folder.read_dir().unwrap();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.ends_with("node_modules") {
            // Types for the editor, which somebody installed.
        } else if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn said(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn every_script_is_a_module_that_can_be_read() {
    let scripts = files(&root().join("static/js"), ".js");
    assert!(scripts.len() > 10, "{scripts:?}");
    let Some(mut node) = node() else { return };

    let output = node
        .args([
            "--experimental-vm-modules",
            "--no-warnings",
            "--eval",
            PARSE,
        ])
        .args(&scripts)
        .output()
        .unwrap();

    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.lines().count(), scripts.len(), "{said}");
}

#[test]
fn the_scripts_pass_their_own_tests() {
    let tests = files(&root().join("tests/frontend"), ".test.js");
    assert!(tests.len() >= 5, "{tests:?}");
    let Some(mut node) = node() else { return };

    let output = node
        .args(["--test", "--test-reporter=tap"])
        .args(&tests)
        .output()
        .unwrap();

    let said = said(&output);
    assert!(output.status.success(), "{said}");
    let passed = said.lines().find_map(|line| line.strip_prefix("# pass "));
    let passed: usize = passed.unwrap_or_default().parse().unwrap();
    assert!(passed >= 30, "only {passed} tests ran:\n{said}");
}
