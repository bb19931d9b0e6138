//! The house rules, as tests: who may import whom, how long a file may be, what a page may load.

#![expect(
    clippy::unwrap_used,
    reason = "the lint exempts test functions alone, not what they call"
)]

use std::path::Path;

#[path = "tidy/imports.rs"]
mod imports;
#[path = "tidy/migrations.rs"]
mod migrations;
#[path = "tidy/pages.rs"]
mod pages;
#[path = "tidy/sources.rs"]
mod sources;

use sources::{Source, sources};

/// Lines of a file at most, tests included: beyond, one must search rather than look.
const LONGEST: usize = 400;

/// The middle file's length at most. Larger, and a file's name no longer says what is inside.
const MEDIAN: usize = 150;

/// Everything that people write by hand.
fn written() -> Vec<Source> {
    let mut all = sources(
        &["src", "tests", "benches", "static", "templates"],
        &["rs", "js", "ts", "css", "html"],
    );
    all.retain(|source| source.path != Path::new("src/schema.rs"));
    all
}

#[test]
fn no_file_is_too_long() {
    let lengths = written()
        .into_iter()
        .map(|s| (s.text.lines().count(), s.path));
    let long: Vec<_> = lengths.filter(|(lines, _)| *lines > LONGEST).collect();

    assert!(long.is_empty(), "more than {LONGEST} lines: {long:#?}");
}

#[test]
fn the_median_file_fits_on_two_screens() {
    for kind in ["src", "tests"] {
        let mut lengths: Vec<_> = written()
            .into_iter()
            .filter(|source| source.path.starts_with(kind))
            .map(|source| source.text.lines().count())
            .collect();
        lengths.sort_unstable();

        let median = lengths[lengths.len() / 2];
        let files = lengths.len();
        assert!(
            median <= MEDIAN,
            "the median of {files} files in {kind} has {median} lines"
        );
    }
}

#[test]
fn every_rust_file_says_what_it_is_for() {
    for Source { path, text } in sources(&["src", "tests", "benches"], &["rs"]) {
        let generated = text.starts_with("// @generated");
        assert!(
            generated || text.starts_with("//! "),
            "{} must begin with //!",
            path.display()
        );
    }
}

#[test]
fn nothing_is_left_for_later() {
    // Written apart, so that this file is not its own finding.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("HA", "CK"),
        concat!("db", "g!("),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("console", ".log("),
        concat!("debug", "ger;"),
    ];
    for Source { path, text } in written() {
        for (line, number) in text.lines().zip(1..) {
            let found = marks.iter().find(|mark| line.contains(**mark));
            assert_eq!(found, None, "{}:{number}", path.display());
        }
    }
}

#[test]
fn lines_end_where_their_text_ends() {
    let mut all = written();
    all.extend(sources(
        &["migrations", "docs", ".ci"],
        &["sql", "md", "run"],
    ));
    for Source { path, text } in all {
        for (line, number) in text.lines().zip(1..) {
            let clean = line.trim_end() == line && !line.contains('\t');
            assert!(
                clean,
                "{}:{number}: a tab, or space at the end",
                path.display()
            );
        }
        assert!(
            text.ends_with('\n'),
            "{} must end with a newline",
            path.display()
        );
    }
}

#[test]
fn both_sides_of_the_wire_have_the_same_frames_to_read() {
    let frames = sources(&["tests/fixtures/frames"], &["json"]);

    assert!(frames.len() >= 10, "only {} frames", frames.len());
    for Source { path, text } in frames {
        let frame: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(!frame.is_null(), "{}", path.display());
    }
}
