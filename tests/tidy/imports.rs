//! Who may import whom: imports point one way.

use crate::sources::{Source, sources};

/// What part of AIMS a row of the tables is about, and what it names.
type Row = (&'static str, &'static [&'static str]);

/// What each part may use of AIMS. The longest name that fits a file decides; a part may always use
/// itself. `error`, `ids` and `time` are everybody's.
const MAY_USE: &[Row] = &[
    ("error", &[]),
    ("ids", &[]),
    ("time", &[]),
    ("schema", &[]),
    ("config", &[]),
    ("db", &["config", "schema"]),
    ("backup", &["config", "db", "schema", "events"]),
    ("events", &["db", "schema"]),
    ("store", &["config", "db", "events", "schema"]),
    ("domain", &["db", "events", "schema", "store"]),
    ("realtime::protocol", &["events"]),
    ("realtime::hub", &["events", "realtime::protocol"]),
    (
        "realtime",
        &[
            "config",
            "domain::access",
            "domain::warehouses",
            "events",
            "store",
        ],
    ),
    (
        "scanning",
        &["config", "db::Backend", "domain", "events", "store"],
    ),
    (
        "web",
        &[
            "config", "db::Db", "domain", "events", "realtime", "scanning", "store",
        ],
    ),
    ("jobs", &["config", "domain", "events", "store"]),
    (
        "demo",
        &["config", "db", "domain", "events", "schema", "store"],
    ),
    ("app", EVERYTHING),
    ("main", EVERYTHING),
    ("lib", EVERYTHING),
];

const EVERYTHING: &[&str] = &[""];

const EVERYBODYS: &[&str] = &["error", "ids", "time"];

/// Crates that only some parts may use.
const CRATES: &[Row] = &[
    (
        "diesel",
        &[
            "app", "backup", "db", "demo", "domain", "error", "events", "ids", "schema", "store",
            "time",
        ],
    ),
    ("diesel_migrations", &["db"]),
    ("actix", &["app", "events", "jobs", "realtime", "store"]),
    (
        "actix_web",
        &["app", "jobs", "realtime::session", "scanning", "web"],
    ),
    ("actix_multipart", &["web::multipart", "web::looking"]),
    ("rustix", &["scanning"]),
    ("actix_web_actors", &["realtime::session"]),
    ("socket2", &["web::socket"]),
    ("tera", &["web"]),
    ("rust_embed", &["web"]),
    ("clap", &["config", "main"]),
    (
        "aims_vision",
        &[
            "app",
            "config",
            "demo",
            "domain::looks",
            "domain::scans",
            "jobs",
            "scanning",
            "vision",
            "web::looking",
        ],
    ),
    ("image", &["vision"]),
    ("rxing", &["vision"]),
    ("env_logger", &["main"]),
];

/// A file of `src` as a path of modules: `realtime::hub` for `src/realtime/hub.rs`.
fn module(source: &Source) -> String {
    let path = source.path.with_extension("");
    let parts: Vec<&str> = path
        .iter()
        .skip(1)
        .map(|part| part.to_str().unwrap())
        .collect();
    parts.join("::").trim_end_matches("::mod").to_owned()
}

/// Whether a path of modules is `part` or below it.
fn is_within(path: &str, part: &str) -> bool {
    let rest = path.strip_prefix(part);
    part.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// What is compiled into the program: no comments, and none of the tests at the end of a file.
fn code(source: &Source) -> String {
    if ["tests.rs", "fixture.rs"]
        .iter()
        .any(|tests| source.path.ends_with(tests))
    {
        return String::new();
    }
    let program = source.text.split("#[cfg(test)]").next().unwrap();
    let lines = program.lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The paths that follow each `prefix` in `code`, two names deep, groups taken apart.
fn paths_after(code: &str, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let (before, after) = code.split_at(at);
        let part_of_another = |c: char| is_name(c) || c == ':' || c == '$';
        if !before.ends_with(part_of_another) {
            found.extend(paths(after.strip_prefix(prefix).unwrap()));
        }
    }
    found
}

/// `a::b` of `a::b::c`, and of `{a::{b, c}, d}` each one: `a::b`, `a::c`, `d`.
fn paths(text: &str) -> Vec<String> {
    let text = text.trim_start();
    if !text.starts_with('{') {
        let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
        let (first, rest) = text.split_at(end);
        let below = rest.strip_prefix("::").map(paths).unwrap_or_default();
        let deeper = below.iter().map(|name| format!("{first}::{name}"));
        let found: Vec<String> = deeper.collect();
        return if found.is_empty() {
            vec![first.to_owned()]
        } else {
            found
        };
    }
    members(text).into_iter().flat_map(paths).collect()
}

/// The members of a group `{a, b::{c, d}}`.
fn members(group: &str) -> Vec<&str> {
    let mut depth = 0;
    let end = group.find(|c| {
        depth += nesting(c);
        depth == 0
    });
    let inside = group.split_at(end.unwrap()).0.strip_prefix('{').unwrap();
    let members = inside.split(|c| {
        depth += nesting(c);
        c == ',' && depth == 0
    });
    let members = members.map(str::trim);
    members.filter(|member| !member.is_empty()).collect()
}

fn nesting(c: char) -> i32 {
    i32::from(c == '{') - i32::from(c == '}')
}

/// Macros stand at the root of the crate wherever they are written.
fn home(path: &str) -> &str {
    if path == "on_db" { "db" } else { path }
}

fn row_for(module: &str) -> &'static Row {
    let fitting = MAY_USE.iter().filter(|(part, _)| is_within(module, part));
    let longest = fitting.max_by_key(|(part, _)| part.len());
    longest.unwrap_or_else(|| panic!("{module} has no row in MAY_USE"))
}

/// The files of the crate `aims`. `src/vision` is a crate of its own, which knows nothing of this one.
fn program() -> Vec<Source> {
    let mut all = sources(&["src"], &["rs"]);
    all.retain(|source| !source.path.starts_with("src/vision"));
    all
}

#[test]
fn imports_point_one_way() {
    for source in &program() {
        let module = module(source);
        let (part, may_use) = row_for(&module);
        for path in paths_after(&code(source), "crate::") {
            let path = home(&path);
            let allowed = |of: &&str| is_within(path, of);
            let fine =
                allowed(part) || may_use.iter().any(allowed) || EVERYBODYS.iter().any(allowed);
            assert!(fine, "{module} uses crate::{path}; it may use {may_use:?}");
        }
    }
}

/// `super` may lead out of a file, never out of a part.
#[test]
fn super_stays_within_a_part() {
    for source in &program() {
        let module = module(source);
        let depth = module.split("::").count() - usize::from(source.path.ends_with("mod.rs"));
        let ups = "super::".repeat(depth.max(1));
        assert!(
            !code(source).contains(&ups) || depth == 0,
            "{module} uses {ups}"
        );
    }
}

#[test]
fn crates_are_used_where_they_belong() {
    let all = sources(&["src"], &["rs"]);
    for (name, users) in CRATES {
        for source in &all {
            let module = module(source);
            let uses = !paths_after(&code(source), &format!("{name}::")).is_empty();
            let may = users.iter().any(|part| is_within(&module, part));
            assert!(!uses || may, "{module} uses {name}; only {users:?} may");
        }
    }
}

#[test]
fn only_config_reads_the_environment() {
    for source in &sources(&["src"], &["rs"]) {
        let module = module(source);
        let reads = ["env::var", "env::vars", "option_env!"].map(|way| code(source).contains(way));
        assert!(module == "config" || !reads.contains(&true), "{module}");
    }
}

/// Invariant 1: one way to write.
#[test]
fn only_the_store_opens_a_write_transaction() {
    for source in &sources(&["src"], &["rs"]) {
        let module = module(source);
        let opens = [".transaction(", "begin_transaction"].map(|way| code(source).contains(way));
        let may = ["store", "db", "backup"]
            .iter()
            .any(|part| is_within(&module, part));
        assert!(may || !opens.contains(&true), "{module}");
    }
}

/// The reader of imports reads what people write.
#[test]
fn groups_are_taken_apart() {
    let text =
        "use crate::{error::Result, domain::{access::{Role, User}, items}};\ncrate::db::x();";

    let found = paths_after(text, "crate::");

    let expected = [
        "error::Result",
        "domain::access::Role",
        "domain::access::User",
        "domain::items",
        "db::x",
    ];
    assert_eq!(found, expected);
    assert!(paths_after("mycrate::x; $crate::y; a::crate::z", "crate::").is_empty());
    let text = "let a = 1; // crate::web\n#[cfg(test)]\nmod tests { use crate::web; }".into();
    let example = Source {
        path: "src/a.rs".into(),
        text,
    };
    assert_eq!(code(&example), "let a = 1; ");
}
