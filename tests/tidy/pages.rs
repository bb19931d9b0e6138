//! What a browser is given: nothing from another host, nothing inline, nothing parsed from data.

use crate::sources::{Source, sources};

/// Ways to turn text into elements or code, which data could reach.
const PARSERS: &[&str] = &[
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "createContextualFragment",
    "setHTMLUnsafe",
    "eval(",
    "new Function",
];

fn scripts() -> Vec<Source> {
    sources(&["static/js"], &["js"])
}

fn templates() -> Vec<Source> {
    sources(&["templates"], &["html"])
}

/// Whether a line is nothing but a comment, in any of the languages of a page.
fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["//", "/*", "*", "{#", "<!--"]
        .iter()
        .any(|start| line.starts_with(start))
}

fn lines(source: &Source) -> impl Iterator<Item = (String, &str)> {
    let path = source.path.display().to_string();
    (1..)
        .zip(source.text.lines())
        .map(move |(number, line)| (format!("{path}:{number}"), line))
}

#[test]
fn nothing_is_loaded_from_another_host() {
    let all = sources(
        &["static", "templates"],
        &["js", "css", "html", "svg", "webmanifest"],
    );

    assert!(all.len() > 20, "only {} files", all.len());
    for (place, line) in all
        .iter()
        .flat_map(lines)
        .filter(|(_, line)| !is_comment(line))
    {
        let line = line.replace("http://www.w3.org/", "");
        for host in ["http://", "https://", "\"//", "'//", "url(//"] {
            assert!(!line.contains(host), "{place}: {line}");
        }
    }
}

#[test]
fn scripts_never_parse_what_they_show() {
    assert!(!scripts().is_empty());
    for (place, line) in scripts()
        .iter()
        .flat_map(lines)
        .filter(|(_, line)| !is_comment(line))
    {
        let found = PARSERS.iter().find(|parser| line.contains(**parser));
        assert_eq!(found, None, "{place}");
    }
}

#[test]
fn only_one_script_opens_sockets_one_fetches_and_one_uploads() {
    for (word, owner) in [
        ("new WebSocket(", "socket.js"),
        ("fetch(", "api.js"),
        ("new XMLHttpRequest(", "upload.js"),
    ] {
        let callers: Vec<_> = scripts()
            .into_iter()
            .filter(|s| s.text.lines().any(|l| !is_comment(l) && calls(l, word)))
            .map(|s| s.path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(callers, [owner], "{word}");
    }
}

/// Whether a line calls a function of that name, not one whose name ends so.
fn calls(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|start| start.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() && !"_#.".contains(c))
    })
}

#[test]
fn pages_have_no_inline_script_or_style() {
    assert!(!templates().is_empty());
    for source in &templates() {
        for (place, line) in lines(source) {
            let plain = line.to_ascii_lowercase();
            let data = plain.contains("type=\"application/json\"");
            let script = plain.contains("<script") && !plain.contains("src=") && !data;
            let styled = plain.contains("<style") || plain.contains(" style=");
            let handles = plain.contains("javascript:") || has_handler(&plain);
            assert!(!script && !styled && !handles, "{place}: {line}");
        }
    }
}

/// ` onclick=` and its like.
fn has_handler(line: &str) -> bool {
    line.split(" on").skip(1).any(|rest| {
        let name = rest.split('=').next().unwrap();
        rest.contains('=') && !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase())
    })
}

#[test]
fn pages_escape_what_they_show() {
    for source in &templates() {
        for (place, line) in lines(source).filter(|(_, line)| !is_comment(line)) {
            let raw = line.contains("| safe") || line.contains("|safe");
            let json = line.contains("json_encode") || line.contains("| json");
            assert!(!raw || json, "{place}: {line}");
            assert!(!line.contains("autoescape"), "{place}: {line}");
        }
    }
}

#[test]
fn styles_need_no_force() {
    let styles = sources(&["static/css"], &["css"]);
    assert!(!styles.is_empty());
    for (place, line) in styles.iter().flat_map(lines) {
        assert!(!line.contains(concat!("!", "important")), "{place}: {line}");
        assert!(!line.contains("@import url(http"), "{place}: {line}");
    }
}
