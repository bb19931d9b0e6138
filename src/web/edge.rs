//! What every request passes on its way in and every answer on its way out: a request id, an address
//! that can be read, headers that keep a browser safe, and one form for all refusals.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest};
use uuid::Uuid;

use super::{address, pages, respond};
use crate::error::{Code, Error};

/// The header that names a request, in both directions.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Everything comes from this server; scripts and styles are files, never in the page.
const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The page that shows the API writes styles into itself.
const DOCS_CONTENT_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Clone, Debug)]
struct RequestId(String);

/// The id of a request, which leads from an answer to the log.
pub fn request_id(request: &HttpRequest) -> String {
    let id = request.extensions().get::<RequestId>().cloned();
    id.map(|id| id.0).unwrap_or_default()
}

/// The middleware around everything.
pub async fn pass(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let id = chosen_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let docs = request.path().starts_with("/api/docs");
    let response = match address::readable(request.uri()) {
        Err(error) => request.error_response(error),
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
    };
    let mut response = explained(response, &id);
    let policy = if docs {
        DOCS_CONTENT_POLICY
    } else {
        CONTENT_POLICY
    };
    protect(response.headers_mut(), policy);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    Ok(response)
}

/// The caller's id where it is harmless in a log, else a fresh one.
fn chosen_id(headers: &HeaderMap) -> String {
    let sent = headers.get(REQUEST_ID).and_then(|v| v.to_str().ok());
    let harmless = |id: &&str| {
        (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    sent.filter(harmless)
        .map_or_else(|| Uuid::now_v7().to_string(), Into::into)
}

fn protect(headers: &mut HeaderMap, policy: &'static str) {
    let safe = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    for (name, value) in safe {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// Puts the request id into a problem's body, and gives actix's own refusals the same form. A failure
/// that is nobody's mistake is logged here, once.
fn explained(response: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let Some(error) = error_in(&response) else {
        return response;
    };
    if let Error::Failed { code, cause } = &error {
        let pattern = response.request().match_pattern().unwrap_or_default();
        let method = response.request().method();
        log::error!("{method} {pattern} [{id}]: {}: {cause}", code.as_str());
    }
    if let Some(page) = pages::refusal(response.request(), &error, id) {
        return response.into_response(page);
    }
    let mut body = respond::problem(&error);
    body["request_id"] = id.into();
    let mut response = response.map_body(|head, _| {
        head.status = respond::status(&error);
        BoxBody::new(body.to_string())
    });
    let problem = HeaderValue::from_static(respond::PROBLEM);
    response.headers_mut().insert(header::CONTENT_TYPE, problem);
    response
}

fn error_in(response: &ServiceResponse<BoxBody>) -> Option<Error> {
    if let Some(error) = response.response().extensions().get::<Error>() {
        return Some(error.clone());
    }
    let Some(foreign) = response.response().error() else {
        // What a resource answers by itself to a method that it has no route for.
        let unrouted = response.status() == StatusCode::METHOD_NOT_ALLOWED;
        let detail = "This address does not take this method.";
        return unrouted.then(|| Error::refused(Code::MethodNotAllowed, detail));
    };
    let code = match response.status().as_u16() {
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        413 => Code::TooLarge,
        415 => Code::UnsupportedMediaType,
        400..500 => Code::Malformed,
        _ => return Some(Error::internal(foreign)),
    };
    Some(Error::refused(code, format!("{foreign}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_forge_a_line_of_the_log_is_replaced() {
        let chosen = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(id).unwrap());
            chosen_id(&headers)
        };
        assert_eq!(chosen("trace-1.a_B"), "trace-1.a_B");
        for id in ["", "a b", "a\tb", "\"", &"x".repeat(65)] {
            assert!(Uuid::parse_str(&chosen(id)).is_ok(), "{id}");
        }
    }
}
