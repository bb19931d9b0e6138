//! Lists, as JSON or as CSV, by what the client accepts.
//!
//! A spreadsheet runs a cell that begins like a formula. Text that does is prefixed with an apostrophe
//! (OWASP, "CSV Injection"); numbers are left alone, or a negative one would not be a number any more.

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use serde_json::Value;

use super::respond::Response;
use super::snapshot::Written;
use crate::domain::page::List;
use crate::error::{Error, Result};

/// Whether the client asked for CSV rather than JSON.
pub fn wanted(request: &HttpRequest) -> bool {
    let accept = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok());
    accept.is_some_and(|kinds| {
        kinds
            .split(',')
            .any(|kind| kind.split(';').next().map(str::trim) == Some("text/csv"))
    })
}

/// Answers with a page of a list: `{"data", "next_cursor"}`, or the `columns` of it as CSV. Either way
/// `Link` leads to the next page (RFC 8288).
pub fn list<T: Serialize>(request: &HttpRequest, columns: &[&str], list: &List<T>) -> Response {
    list_in(request, columns, list, list)
}

/// The same for a list whose JSON says more: `body` has the list in it.
pub fn list_in<T: Serialize>(
    request: &HttpRequest,
    columns: &[&str],
    list: &List<T>,
    body: &impl Serialize,
) -> Response {
    let mut response = linked(request, list.next_cursor.as_deref());
    if !wanted(request) {
        return Ok(response.json(body));
    }
    let body = table(columns, &list.data)?;
    Ok(response.content_type("text/csv; charset=utf-8").body(body))
}

/// Answers with a page of a list whose JSON is written already.
pub fn written(request: &HttpRequest, Written { json, next_cursor }: &Written) -> HttpResponse {
    let mut response = linked(request, next_cursor.as_deref());
    response
        .content_type(ContentType::json())
        .body(json.clone())
}

fn linked(request: &HttpRequest, next_cursor: Option<&str>) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = next_cursor {
        let link = format!("<{}>; rel=\"next\"", next(request, cursor));
        response.insert_header((header::LINK, link));
    }
    response.insert_header((header::VARY, "Accept"));
    response
}

fn next(request: &HttpRequest, cursor: &str) -> String {
    let kept = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<_> = kept.map(str::to_owned).collect();
    let query = [query, vec![format!("cursor={cursor}")]].concat().join("&");
    format!("{}?{query}", request.path())
}

/// The `columns` of `rows`, by the names that they have in JSON, under a header line.
pub fn table<T: Serialize>(columns: &[&str], rows: &[T]) -> Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(columns).map_err(Error::internal)?;
    for row in rows {
        let row = serde_json::to_value(row).map_err(Error::internal)?;
        let cells = columns.iter().map(|column| cell(&row[*column]));
        csv.write_record(cells).map_err(Error::internal)?;
    }
    csv.into_inner().map_err(Error::internal)
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            format!("'{text}")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde_json::json;

    use super::*;

    #[test]
    fn text_that_looks_like_a_formula_is_kept_from_running() {
        let rows = [
            json!({"name": "=1+1", "delta": -3}),
            json!({"name": "Tea, \"fine\"", "delta": null}),
            json!({"name": "@SUM(A1)", "delta": 2, "other": 1}),
        ];
        let text = String::from_utf8(table(&["name", "delta"], &rows).unwrap()).unwrap();
        assert_eq!(
            text,
            "name,delta\n'=1+1,-3\n\"Tea, \"\"fine\"\"\",\n'@SUM(A1),2\n"
        );
    }

    #[test]
    fn csv_is_for_those_who_ask_for_it() {
        let asks = |accept: &str| {
            let request = TestRequest::get().insert_header(("accept", accept));
            wanted(&request.to_http_request())
        };
        assert!(asks("text/csv"));
        assert!(asks("application/json;q=0.5, text/csv;header=present"));
        assert!(!asks("*/*"));
        assert!(!asks("text/csvx"));
    }

    #[test]
    fn the_link_to_the_next_page_keeps_the_filters() {
        let request = TestRequest::with_uri("/api/items?q=tea%20x&cursor=old&limit=2");
        let link = next(&request.to_http_request(), "new");
        assert_eq!(link, "/api/items?q=tea%20x&limit=2&cursor=new");
    }
}
