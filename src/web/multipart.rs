//! Forms with a file in them (RFC 7578), read with a bound on everything.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};
use actix_web::rt::time::timeout;
use futures_util::StreamExt;

use crate::domain::text;
use crate::error::{Code, Error, FieldError, Result};

/// Bytes of a field that is no file.
const FIELD_BYTES: usize = 1024;

/// Fields of a form at most.
const FIELDS: usize = 16;

/// Bytes of a part that are read over, to tell its sender that it is too large instead of hanging up.
const READ_OVER: usize = 64 * 1024 * 1024;

/// Bytes that must arrive in a second: 256 kbit/s, which a phone has between the shelves too.
const SLOWEST: u32 = 32 * 1024;

/// What a form may have in it.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// The field that is the file.
    pub file: &'static str,
    /// Bytes of the file at most.
    pub most: usize,
    /// The other fields.
    pub fields: &'static [&'static str],
}

/// A form that was read.
#[derive(Debug, Default)]
pub struct Form {
    /// The file.
    pub file: Vec<u8>,
    /// The other fields that were filled in, without the blanks around them.
    pub fields: BTreeMap<String, String>,
}

/// A form on its way.
pub struct Arriving {
    parts: Multipart,
    expected: Expected,
    length: usize,
    within: Duration,
}

impl Arriving {
    /// The form of a request, which is waited for as long as it takes at the slowest, and for `patience` besides.
    pub fn new(
        request: &HttpRequest,
        parts: Multipart,
        expected: Expected,
        patience: Duration,
    ) -> Self {
        let length =
            length(request.headers()).map_or(expected.most, |said| said.min(expected.most));
        let seconds = u32::try_from(length).unwrap_or(u32::MAX).div_ceil(SLOWEST);
        Self {
            parts,
            expected,
            length,
            within: patience + Duration::from_secs(seconds.into()),
        }
    }

    /// Bytes that are held at most while it is read; a line of text is not counted.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Reads it.
    ///
    /// # Errors
    /// `unsupported_media_type` when it is none; `malformed` when it is broken; `too_slow`; `image_too_large`;
    /// `validation` that names every field that is missing, unknown, named twice, or no line of text.
    pub async fn read(self) -> Result<Form> {
        let read = timeout(self.within, collect(self.parts, self.expected));
        read.await.map_err(|_elapsed| too_slow(self.within))?
    }

    /// Reads it over where it is refused unread, so that its sender hears why: whoever still sends when a connection
    /// is closed may lose the answer with it (RFC 9112 section 9.6).
    pub async fn pass_over(self) {
        timeout(self.within, pass_over(self.parts)).await.ok();
    }
}

/// Bytes of the body, where its sender says so. `Transfer-Encoding` overrides `Content-Length` (RFC 9112 section 6.3).
fn length(headers: &HeaderMap) -> Option<usize> {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return None;
    }
    let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
    length.parse().ok()
}

async fn pass_over(mut parts: Multipart) {
    let mut left = READ_OVER;
    while let Some(Ok(mut part)) = parts.next().await {
        while let Some(Ok(chunk)) = part.next().await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                return;
            }
        }
    }
}

async fn collect(mut parts: Multipart, expected: Expected) -> Result<Form> {
    let (mut file, mut fields, mut errors) = (None, BTreeMap::new(), Vec::new());
    let mut count = 0;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| unreadable(&error))?;
        count += 1;
        if count > FIELDS {
            return Err(malformed("it has too many fields"));
        }
        let name = part.name().unwrap_or_default().to_owned();
        if name == expected.file {
            // Only one is held at a time.
            let again = file.take().is_some();
            let bytes = bytes(&mut part, expected.most).await?;
            file = Some(bytes.ok_or_else(|| too_large(expected.most))?);
            if again {
                errors.push(wrong(&name, "duplicate", "One file a request."));
            }
        } else if expected.fields.contains(&name.as_str()) {
            match line(&mut part).await? {
                Ok(text) if fields.contains_key(&name) => {
                    let detail = format!("{name} is named twice (“{text}”).");
                    errors.push(wrong(&name, "duplicate", detail));
                }
                Ok(text) => drop(fields.insert(name, text)),
                Err(why) => errors.push(wrong(&name, "range", format!("{name} {why}."))),
            }
        } else {
            let detail = format!("This form has no field “{}”.", name.escape_debug());
            errors.push(wrong("", "unknown", detail));
            bytes(&mut part, 0).await?;
        }
    }
    if file.is_none() {
        let detail = format!("Send the photo as the field {}.", expected.file);
        errors.push(wrong(expected.file, "required", detail));
    }
    fields.retain(|_, text: &mut String| !text.is_empty());
    match file {
        Some(file) if errors.is_empty() => Ok(Form { file, fields }),
        _ => Err(Error::invalid(errors)),
    }
}

/// The bytes of a part; `None` where there are more than `most`.
async fn bytes(part: &mut Field, most: usize) -> Result<Option<Vec<u8>>> {
    let (mut read, mut length) = (Vec::new(), 0_usize);
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|error| unreadable(&error))?;
        length += chunk.len();
        if length > READ_OVER {
            return Err(too_large(most));
        }
        if length <= most {
            read.extend_from_slice(&chunk);
        } else {
            read = Vec::new();
        }
    }
    Ok((length <= most).then_some(read))
}

/// A part that is a line of text, or why it is none.
async fn line(part: &mut Field) -> Result<Result<String, String>> {
    let Some(bytes) = bytes(part, FIELD_BYTES).await? else {
        return Ok(Err("is too long".into()));
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(Err("must be UTF-8".into()));
    };
    let text = text.trim();
    let checked = text::line(0, 200)(text, &());
    Ok(match checked {
        Ok(()) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    })
}

fn wrong(field: &str, code: &'static str, detail: impl Into<String>) -> FieldError {
    FieldError {
        pointer: format!("/{field}"),
        detail: detail.into(),
        code,
    }
}

fn too_large(most: usize) -> Error {
    if most <= FIELD_BYTES {
        return malformed("a field of it is far too large");
    }
    let detail = format!("A photo may have {} MB at most.", most / 1024 / 1024);
    Error::refused(Code::ImageTooLarge, detail)
}

fn too_slow(within: Duration) -> Error {
    let detail = format!(
        "The photo did not arrive within {} seconds; send it again where the network is better.",
        within.as_secs()
    );
    Error::refused(Code::TooSlow, detail)
}

fn malformed(why: &str) -> Error {
    Error::refused(
        Code::Malformed,
        format!("The form could not be read: {why}."),
    )
}

fn unreadable(error: &MultipartError) -> Error {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible
        | MultipartError::BoundaryMissing => Error::refused(
            Code::UnsupportedMediaType,
            "Send a form, with Content-Type: multipart/form-data; curl does so with -F.",
        ),
        other => malformed(&other.to_string()),
    }
}
