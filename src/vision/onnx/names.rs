//! The names of a model's classes.

use std::collections::BTreeMap;

/// Reads a Python or JSON literal: `{0: 'tea', 1: "farmer's milk"}`, `{"0": "tea"}`, or `['tea', 'milk']`.
/// Numbers that are left out get no name.
pub(super) fn from_literal(text: &str) -> Vec<String> {
    let mut names = BTreeMap::new();
    let mut number = None;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit() || c == '\'' || c == '"') {
        let (_, from) = rest.split_at(at);
        if from.starts_with(|c: char| c.is_ascii_digit()) {
            let end = from
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(from.len());
            let (digits, after) = from.split_at(end);
            number = digits.parse::<usize>().ok();
            rest = after;
            continue;
        }
        let (word, after) = quoted(from);
        rest = after;
        if after.trim_start().starts_with(':') {
            number = word.parse().ok();
            continue;
        }
        let next = names.last_key_value().map_or(0, |(last, _)| last + 1);
        names.insert(number.take().unwrap_or(next), word);
    }
    in_a_row(names)
}

/// Reads one name a line.
pub(super) fn from_lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.trim().to_owned());
    let mut names: Vec<_> = lines.collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names
}

/// A word in quotes, and what comes after it.
fn quoted(text: &str) -> (String, &str) {
    let mut chars = text.char_indices();
    let quote = chars.next().map(|(_, quote)| quote);
    let mut word = String::new();
    while let Some((at, c)) = chars.next() {
        if Some(c) == quote {
            return (word, text.split_at(at + 1).1);
        }
        if c == '\\' {
            word.extend(chars.next().map(|(_, escaped)| escaped));
        } else {
            word.push(c);
        }
    }
    (word, "")
}

/// A number that is beyond all sense would make a list of as many empty names.
fn in_a_row(names: BTreeMap<usize, String>) -> Vec<String> {
    const MOST: usize = 100_000;
    let mut row = Vec::new();
    for (number, name) in names.into_iter().filter(|(number, _)| *number < MOST) {
        row.resize(number, String::new());
        row.push(name);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::{from_lines, from_literal};

    #[test]
    fn names_are_read_as_the_exporters_write_them() {
        let tea_and_milk = ["tea", "farmer's milk"];

        assert_eq!(
            from_literal(r#"{0: 'tea', 1: "farmer's milk"}"#),
            tea_and_milk
        );
        assert_eq!(
            from_literal(r"{0: 'tea', 1: 'farmer\'s milk'}"),
            tea_and_milk
        );
        assert_eq!(
            from_literal(r#"{"0": "tea", "1": "farmer's milk"}"#),
            tea_and_milk
        );
        assert_eq!(from_literal(r#"['tea', "farmer's milk"]"#), tea_and_milk);
        assert_eq!(from_lines("tea\r\nfarmer's milk\n\n"), tea_and_milk);
    }

    #[test]
    fn a_number_that_is_left_out_has_no_name() {
        assert_eq!(from_literal("{2: 'tea'}"), ["", "", "tea"]);
        assert!(from_literal("{99999999999: 'tea', }").is_empty() || from_literal("").is_empty());
    }

    #[test]
    fn what_is_no_literal_is_no_reason_to_panic() {
        for text in [
            "",
            "{",
            "'",
            "\"\\",
            "{0: 'é",
            "9999999999999999999999: 'x'",
            "'日本': '",
        ] {
            let names = from_literal(text);
            assert!(names.len() < 3, "{text}: {names:?}");
        }
    }
}
