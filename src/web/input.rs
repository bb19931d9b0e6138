//! What clients send, parsed into types at the edge, with every mistake named at once.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::QueryPayloadError;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use garde::Validate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use crate::domain::text;
use crate::error::{Code, Error, Result};
use crate::ids::UserId;
use crate::store::Key;

/// Bytes of a JSON body at most. The largest is a batch of 1,000 movements at some 200 bytes each.
pub const BODY_LIMIT: usize = 256 * 1024;

/// A JSON body that has been read and validated.
///
/// No body at all, without a content type, reads as `{}`: approving needs no more than the address.
///
/// Errors: `unsupported_media_type` without a JSON content type, `too_large`, `malformed` when it is not JSON
/// or not UTF-8, `validation` with a pointer when a value is of the wrong type or out of its range.
#[derive(Debug)]
pub struct Body<T> {
    /// The value.
    pub value: T,
    /// A hash over method, path and body, for idempotency.
    fingerprint: String,
}

/// Query parameters that have been read and validated.
#[derive(Debug)]
pub struct Params<T>(pub T);

/// Which part of a list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// Rows at most, 1 to 500; 50 when left out.
    #[garde(skip)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[garde(skip)]
    pub cursor: Option<String>,
}

impl<T> Body<T> {
    /// The client's `Idempotency-Key`, if it sent one, for this body.
    ///
    /// # Errors
    /// `validation` when the header is not 1 to 128 visible characters.
    pub fn key(&self, request: &HttpRequest, user: UserId) -> Result<Option<Key>> {
        key(request, user, || self.fingerprint.clone())
    }
}

impl<T: DeserializeOwned + Validate<Context = ()> + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let bytes = web::Bytes::from_request(&request, payload);
        Box::pin(async move {
            let kind = request.content_type();
            let json = kind.eq_ignore_ascii_case("application/json");
            if !json && !kind.is_empty() {
                return Err(not_json());
            }
            let bytes = bytes.await.map_err(|e| unreadable(&e))?;
            if !json && !bytes.is_empty() {
                return Err(not_json());
            }
            let value = parse(if json { &bytes } else { b"{}" })?;
            Ok(Self {
                value,
                fingerprint: fingerprint(&request, &bytes),
            })
        })
    }
}

impl<T: DeserializeOwned + Validate<Context = ()> + 'static> FromRequest for Params<T> {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = web::Query::<T>::from_query(request.query_string())
            .map_err(|e| Error::field("", "type", format!("The query: {}.", reason(&e))))
            .and_then(|query| validated(query.into_inner()));
        std::future::ready(parsed.map(Self))
    }
}

/// The client's `Idempotency-Key`, if it sent one, for a request that `fingerprint` tells from others.
///
/// # Errors
/// `validation` when the header is not 1 to 128 visible characters.
pub fn key(
    request: &HttpRequest,
    user: UserId,
    fingerprint: impl FnOnce() -> String,
) -> Result<Option<Key>> {
    let Some(header) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = header.to_str().unwrap_or_default().trim();
    if !(1..=128).contains(&key.len()) {
        let detail = "Idempotency-Key must be 1 to 128 visible ASCII characters.";
        return Err(Error::field("Idempotency-Key", "length", detail));
    }
    Ok(Some(Key {
        user,
        key: key.into(),
        fingerprint: fingerprint(),
    }))
}

fn reason(error: &QueryPayloadError) -> String {
    match error {
        QueryPayloadError::Deserialize(wrong) => wrong.to_string(),
        other => other.to_string(),
    }
}

fn not_json() -> Error {
    let detail = "Send JSON, with Content-Type: application/json.";
    Error::refused(Code::UnsupportedMediaType, detail)
}

fn unreadable(error: &actix_web::Error) -> Error {
    if error.as_response_error().status_code() == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE {
        Error::refused(
            Code::TooLarge,
            format!("A body may have {BODY_LIMIT} bytes."),
        )
    } else {
        Error::refused(
            Code::Malformed,
            format!("The body could not be read: {error}."),
        )
    }
}

fn parse<T: DeserializeOwned + Validate<Context = ()>>(bytes: &[u8]) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|e| {
        if e.inner().is_data() {
            Error::field(
                &text::pointer(&e.path().to_string()),
                "type",
                format!("{}.", e.inner()),
            )
        } else {
            Error::refused(
                Code::Malformed,
                format!("The body is not JSON: {}.", e.inner()),
            )
        }
    })?;
    json.end()
        .map_err(|e| Error::refused(Code::Malformed, format!("The body is not JSON: {e}.")))?;
    validated(value)
}

fn validated<T: Validate<Context = ()>>(value: T) -> Result<T> {
    text::valid(&value)?;
    Ok(value)
}

/// A hash over method, path and body.
pub(super) fn fingerprint(request: &HttpRequest, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(request.method().as_str());
    hash.update(request.uri().to_string());
    hash.update([0]);
    hash.update(body);
    BASE64_URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// The version that `If-Match` names; `None` without the header.
///
/// # Errors
/// `validation` when it is not one quoted number.
pub fn if_match(request: &HttpRequest) -> Result<Option<i64>> {
    let Some(header) = request.headers().get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = header.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .and_then(|t| t.parse().ok());
    version.map(Some).ok_or_else(|| {
        Error::field(
            "If-Match",
            "type",
            "If-Match must be the ETag of the row, such as \"3\".",
        )
    })
}

/// The same where the header is required.
///
/// # Errors
/// `precondition_required` without it.
pub fn if_match_required(request: &HttpRequest) -> Result<i64> {
    if_match(request)?.ok_or_else(|| {
        let detail = "Send If-Match with the ETag of the row you looked at.";
        Error::refused(Code::PreconditionRequired, detail)
    })
}
