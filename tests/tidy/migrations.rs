//! Both dialects have the same migrations, with the same tables, columns and names.

use std::collections::BTreeSet;

use crate::sources::{Source, sources};

/// What is written after these words is a name, and both dialects must have it.
const NAMING: &[&str] = &[
    "CONSTRAINT",
    "CREATE TABLE",
    "CREATE INDEX",
    "CREATE UNIQUE INDEX",
    "CREATE TRIGGER",
    "DROP TABLE",
    "DROP INDEX",
];

fn migrations(dialect: &str) -> Vec<Source> {
    sources(&[&format!("migrations/{dialect}")], &["sql"])
}

fn paths(dialect: &str) -> Vec<String> {
    let folder = format!("migrations/{dialect}/");
    let files = migrations(dialect).into_iter();
    files
        .map(|file| file.path.to_str().unwrap().replace(&folder, ""))
        .collect()
}

/// `CONSTRAINT order_status_known` and the like, of every migration.
fn names(dialect: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for Source { text, .. } in migrations(dialect) {
        for (naming, rest) in NAMING
            .iter()
            .flat_map(|&n| text.split(n).skip(1).map(move |r| (n, r)))
        {
            let end = rest.find(|c: char| " (;,\n".contains(c) && !rest.starts_with(c));
            let name = rest.split_whitespace().next().unwrap_or_default();
            let name = name.trim_matches(|c: char| "(;,".contains(c));
            assert!(
                end.is_some() && !name.is_empty(),
                "{naming} of what? {dialect}"
            );
            found.insert(format!("{naming} {name}"));
        }
    }
    found
}

#[test]
fn both_dialects_have_the_same_migrations() {
    let sqlite = paths("sqlite");

    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, paths("postgres"));
}

/// A violated constraint becomes a refusal by its name: `error.rs` knows one name for both.
#[test]
fn both_dialects_use_the_same_names() {
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));

    assert!(sqlite.len() > 40, "{sqlite:#?}");
    let differing: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(differing.is_empty(), "only one dialect has {differing:#?}");
}

#[test]
fn every_table_is_in_the_schema() {
    let schema = sources(&["src"], &["rs"]);
    let schema = schema
        .iter()
        .find(|s| s.path.ends_with("schema.rs"))
        .unwrap();

    let tables: Vec<String> = names("sqlite")
        .iter()
        .filter_map(|name| Some(name.strip_prefix("CREATE TABLE ")?.replace('"', "")))
        .collect();

    assert!(tables.len() > 10, "{tables:?}");
    for table in tables {
        assert!(schema.text.contains(&format!("\n    {table} (")), "{table}");
    }
}
