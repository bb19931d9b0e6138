//! Reading a long list in pages, by key instead of by number: a row that comes or goes meanwhile shifts
//! nothing.
//!
//! A cursor is the sort key of the last row that was read, as opaque text. It belongs to one order: the
//! order's name is in it, so that a cursor is never compared with another order's keys.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::{Code, Error, Result};

/// Rows on a page when the caller does not say.
pub const DEFAULT_LIMIT: i64 = 50;
/// Rows on a page at most.
pub const MAX_LIMIT: i64 = 500;
/// Rows in an export whose caller does not say; enough for a whole stock room, and a bound on memory.
pub const EXPORT_LIMIT: i64 = 50_000;

/// Which part of a list is wanted; `K` is the sort key, which must tell all rows apart.
#[derive(Clone, Debug)]
pub struct Page<K> {
    order: String,
    limit: Option<i64>,
    export: bool,
    /// The key of the last row read before; `None` at the start.
    pub after: Option<K>,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The rows, in order.
    pub data: Vec<T>,
    /// What to send as `cursor` for the next page; null at the end.
    pub next_cursor: Option<String>,
}

impl<K: Serialize + DeserializeOwned> Page<K> {
    /// The part that `limit` and `cursor` of a query name, of the list sorted by `order`.
    ///
    /// # Errors
    /// `validation` for a limit outside 1 to [`MAX_LIMIT`], `malformed` for a cursor that is not of
    /// this order.
    pub fn new(order: &str, limit: Option<i64>, cursor: Option<&str>) -> Result<Self> {
        if limit.is_some_and(|limit| !(1..=MAX_LIMIT).contains(&limit)) {
            let detail = format!("limit must be 1 to {MAX_LIMIT}.");
            return Err(Error::field("limit", "range", detail));
        }
        Ok(Self {
            order: order.into(),
            limit,
            export: false,
            after: cursor.map(|text| decode(order, text)).transpose()?,
        })
    }

    /// The same for an export, which takes up to [`EXPORT_LIMIT`] rows unless the caller named a limit.
    #[must_use]
    pub fn exporting(mut self, export: bool) -> Self {
        self.export = export;
        self
    }

    /// Rows on this page.
    fn limit(&self) -> i64 {
        let most = if self.export {
            EXPORT_LIMIT
        } else {
            DEFAULT_LIMIT
        };
        self.limit.unwrap_or(most)
    }

    /// Rows to ask the database for: one more than the page, which tells whether there is a next one.
    pub fn fetch(&self) -> i64 {
        self.limit() + 1
    }

    /// Makes the page of the rows that the database gave for [`Page::fetch`].
    pub fn cut<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> K) -> List<T> {
        let limit = usize::try_from(self.limit()).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more);
        List {
            next_cursor: last.map(|row| encode(&self.order, &key(row))),
            data: rows,
        }
    }
}

impl<T> List<T> {
    /// The same page with each row turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> List<U> {
        List {
            data: self.data.into_iter().map(f).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

fn encode(order: &str, key: &impl Serialize) -> String {
    let json = serde_json::to_vec(&(order, key)).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

fn decode<K: DeserializeOwned>(order: &str, text: &str) -> Result<K> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let json = bytes.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    // No key of ours has a control character, and PostgreSQL fails at a null.
    let parsed = json
        .filter(is_text)
        .and_then(|json| serde_json::from_value::<(String, K)>(json).ok());
    match parsed {
        Some((of, key)) if of == order => Ok(key),
        _ => Err(Error::refused(
            Code::Malformed,
            "This cursor is not of this list in this order; start again without one.",
        )),
    }
}

fn is_text(json: &Value) -> bool {
    match json {
        Value::String(text) => !text.chars().any(char::is_control),
        Value::Array(parts) => parts.iter().all(is_text),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: i64, cursor: Option<&str>) -> Page<(String, i64)> {
        Page::new("name", Some(limit), cursor).unwrap()
    }

    fn key(row: &(String, i64)) -> (String, i64) {
        row.clone()
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_or_a_repeat() {
        let rows: Vec<_> = (0..5).map(|n| (format!("ä“{n}"), n)).collect();
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = page(2, cursor.as_deref());
            let rest = rows.iter().filter(|row| Some(*row) > page.after.as_ref());
            let fetched = rest.take(page.fetch().try_into().unwrap()).cloned();
            let list = page.cut(fetched.collect(), key);
            seen.extend(list.data);
            cursor = list.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, rows);
    }

    #[test]
    fn a_page_that_is_exactly_full_is_the_last() {
        let list = page(2, None).cut(vec![("a".into(), 1), ("b".into(), 2)], key);
        assert_eq!(list.next_cursor, None);
    }

    #[test]
    fn a_cursor_of_another_order_or_of_nobody_is_refused() {
        let cursor = encode("sku", &("TEA", 1));
        let forged = encode("name", &("\0", 1));
        for text in [cursor.as_str(), &forged, "", "%", "bm9uc2Vuc2U"] {
            let error = Page::<(String, i64)>::new("name", None, Some(text)).unwrap_err();
            assert_eq!(error.code(), Code::Malformed, "{text}");
        }
    }

    #[test]
    fn a_limit_is_one_to_five_hundred() {
        for limit in [0, -1, 501] {
            let error = Page::<i64>::new("id", Some(limit), None).unwrap_err();
            assert_eq!(error.code(), Code::Validation, "{limit}");
        }
    }

    #[test]
    fn an_export_takes_more_unless_a_limit_was_named() {
        let page = |limit| Page::<i64>::new("id", limit, None).unwrap();
        assert_eq!(page(None).fetch(), DEFAULT_LIMIT + 1);
        assert_eq!(page(None).exporting(true).fetch(), EXPORT_LIMIT + 1);
        assert_eq!(page(Some(7)).exporting(true).fetch(), 8);
    }
}
