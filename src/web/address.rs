//! Addresses that can be read: UTF-8 without control characters once their escapes are undone.
//!
//! No address of ours has any, PostgreSQL cannot hold a null in a text, and half-decoded text would be
//! stored or looked up as something that nobody typed. So such an address is refused before anybody
//! reads it.

use actix_web::http::Uri;

use crate::error::{Code, Error, Result};

/// Refuses an address whose path or query is not readable text.
///
/// # Errors
/// `malformed`.
pub fn readable(uri: &Uri) -> Result<()> {
    let query = uri.query().unwrap_or_default();
    if is_text(uri.path()) && is_text(query) {
        return Ok(());
    }
    Err(Error::refused(
        Code::Malformed,
        "The address must be UTF-8 without control characters, percent-encoded.",
    ))
}

fn is_text(escaped: &str) -> bool {
    let Some(bytes) = unescape(escaped) else {
        return false;
    };
    std::str::from_utf8(&bytes).is_ok_and(|text| !text.chars().any(char::is_control))
}

/// Undoes percent-encoding (RFC 3986 section 2.1); `None` where a `%` has no two digits behind it.
fn unescape(escaped: &str) -> Option<Vec<u8>> {
    let mut bytes = escaped.bytes();
    let mut plain = Vec::with_capacity(escaped.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'%' => digit(bytes.next()?)? * 16 + digit(bytes.next()?)?,
            other => other,
        });
    }
    Some(plain)
}

fn digit(byte: u8) -> Option<u8> {
    let value = char::from(byte).to_digit(16)?;
    u8::try_from(value).ok()
}

/// Escapes text as one segment of a path: everything but the unreserved characters of RFC 3986.
pub fn segment(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_line_breaks_and_broken_utf_8_are_refused() {
        for bad in [
            "/a%00", "/a%0Ab", "/?q=%7F", "/%C3", "/?q=%ff", "/%", "/%4", "/%zz",
        ] {
            let uri: Uri = bad.parse().unwrap();
            assert!(readable(&uri).is_err(), "{bad}");
        }
        for good in ["/", "/api/items/50%25%20off", "/?q=T%C3%A9&x=%2B", "/a%2Fb"] {
            let uri: Uri = good.parse().unwrap();
            assert!(readable(&uri).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_segment_reads_back_as_what_it_was() {
        for text in ["TEA-500", "50%", "a+b&c?d#e", "Grün"] {
            let escaped = segment(text);
            assert_eq!(unescape(&escaped).unwrap(), text.as_bytes());
            assert!(!escaped.contains(['/', '?', '#', ' ']));
        }
    }
}
