//! How the domain's results become HTTP: answers with `ETag` and `Location`, problems as
//! `application/problem+json` (RFC 9457).

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::error::{Code, Error, FieldError, Result};
use crate::store::Answer;

/// The media type of a refusal.
pub const PROBLEM: &str = "application/problem+json";

/// Seconds after which a 503 may be tried again.
const RETRY_AFTER_SECONDS: &str = "1";

/// Seconds after which a 429 may be tried again: by then one more attempt is free.
pub const RATE_LIMIT_SECONDS: u64 = 10;

/// 200 with a row and, for versioned rows, its `ETag`.
pub fn row(row: &impl Serialize, version: impl Into<Option<i64>>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(version) = version.into() {
        response.insert_header((header::ETAG, format!("\"{version}\"")));
    }
    response.json(row)
}

/// The same, or 304 where the client has this version already.
pub fn row_unless_current(
    request: &HttpRequest,
    row: &impl Serialize,
    version: i64,
) -> HttpResponse {
    let etag = format!("\"{version}\"");
    if is_current(request, &etag) {
        return HttpResponse::NotModified()
            .insert_header((header::ETAG, etag))
            .finish();
    }
    self::row(row, version)
}

/// A picture, or 304 where the client has it already.
pub fn picture(
    request: &HttpRequest,
    etag: &str,
    kind: &'static str,
    bytes: Vec<u8>,
) -> HttpResponse {
    let etag = format!("\"{etag}\"");
    if is_current(request, &etag) {
        return HttpResponse::NotModified()
            .insert_header((header::ETAG, etag))
            .finish();
    }
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag))
        .content_type(kind)
        .body(bytes)
}

/// The answer of a write, kept or fresh.
pub fn answer(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponseBuilder::new(status);
    if let Some(version) = answer.version {
        response.insert_header((header::ETAG, format!("\"{version}\"")));
    }
    if let Some(location) = answer.location {
        response.insert_header((header::LOCATION, location));
    }
    if answer.replayed {
        response.insert_header((HeaderName::from_static("idempotency-replayed"), "true"));
    }
    response.content_type("application/json").body(answer.body)
}

/// The same, with a secret that is shown to whoever asked first and never kept with the answer.
///
/// # Errors
/// `internal` when the answer is not a JSON object.
pub fn with_secret(mut first: Answer, name: &str, secret: &str) -> Response {
    if !first.replayed {
        let mut body: serde_json::Value =
            serde_json::from_str(&first.body).map_err(Error::internal)?;
        body[name] = secret.into();
        first.body = body.to_string();
    }
    Ok(answer(first))
}

/// Whether the client has this `ETag` already (RFC 9110 section 13.1.2, weak comparison).
pub fn is_current(request: &HttpRequest, etag: &str) -> bool {
    let sent = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok());
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    sent.is_some_and(|sent| {
        sent.split(',')
            .any(|tag| tag.trim() == "*" || plain(tag) == plain(etag))
    })
}

/// The body of a problem. `request_id` is filled in by the middleware that knows it.
pub fn problem(error: &Error) -> serde_json::Value {
    let code = error.code();
    let mut body = json!({
        "type": format!("/problems/{}", code.as_str()),
        "title": code.title(),
        "status": code.status(),
        "code": code.as_str(),
    });
    if let Error::Refused(problem) = error {
        body["detail"] = json!(problem.detail);
        if !problem.errors.is_empty() {
            body["errors"] = json!(problem.errors);
        }
        if let Some(current) = &problem.current {
            body["current"] = current.clone();
        }
    } else {
        body["detail"] = json!(code.title());
    }
    body
}

/// The status that carries an error.
pub fn status(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        status(self)
    }

    /// The answer, which carries the error itself along for the middleware that completes and logs it.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        match self.code() {
            Code::Busy | Code::Unavailable => {
                response.insert_header((header::RETRY_AFTER, RETRY_AFTER_SECONDS));
            }
            Code::RateLimited => {
                response.insert_header((header::RETRY_AFTER, RATE_LIMIT_SECONDS));
            }
            Code::Unauthenticated => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            _ => {}
        }
        let mut response = response
            .content_type(PROBLEM)
            .body(problem(self).to_string());
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// A refusal, as RFC 9457 writes it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `/problems/` and the code.
    r#type: String,
    /// The code in words, the same every time.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What to match on, such as `stale_version`.
    code: String,
    /// What happened this time, for people.
    detail: String,
    /// Leads to the server's log; the same as `X-Request-Id`.
    request_id: String,
    /// Every field that is wrong.
    errors: Option<Vec<FieldError>>,
    /// The row as it is now, where that is the reason.
    current: Option<serde_json::Value>,
}

/// The header that makes a POST safe to repeat.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyKey {
    /// The client's name for this request, 1 to 128 characters; a repeat within 24 hours gets the first
    /// answer and changes nothing.
    #[param(rename = "Idempotency-Key")]
    _idempotency_key: Option<String>,
}

/// The header that names the version the client looked at.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatch {
    /// The `ETag` of the row.
    #[param(rename = "If-Match", example = "\"3\"")]
    _if_match: String,
}

/// What a handler returns.
pub type Response = Result<HttpResponse>;
