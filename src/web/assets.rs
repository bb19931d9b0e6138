//! Styles, scripts and drawings, embedded in the binary.
//!
//! Pages name them below [`BASE`], which changes with their content; what is asked for there never
//! changes, so browsers keep it without asking again. Modules import each other by relative
//! addresses and so stay below the same base.

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use super::nowhere;
use super::respond::{self, Response};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// Bytes of a hash that are enough to tell one build from another.
const HASH_BYTES: usize = 6;

/// A year, which is the longest that caches honour.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// A developer edits the files under a running server: there everything is asked for again.
const FRESH: bool = cfg!(debug_assertions);

/// The address of the current files: `/static/@` and a hash over all of them.
pub static BASE: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut hash = Sha256::new();
    for file in names.iter().filter_map(|name| Files::get(name)) {
        hash.update(file.metadata.sha256_hash());
    }
    format!("/static/@{}", hex(&hash.finalize()))
});

/// A file, by its path below `/static/`, with or without the hash in front.
pub async fn file(request: HttpRequest, path: web::Path<String>) -> Response {
    let (dated, path) = match path.strip_prefix('@').and_then(|rest| rest.split_once('/')) {
        Some((hash, path)) => (BASE.ends_with(&format!("@{hash}")), path.to_owned()),
        None => (false, path.into_inner()),
    };
    let file = Files::get(&path).ok_or_else(nowhere)?;
    let etag = format!("\"{}\"", hex(&file.metadata.sha256_hash()));
    let mut response = HttpResponse::Ok();
    if dated && !FRESH {
        response.insert_header((CACHE_CONTROL, FOREVER));
    }
    let current = respond::is_current(&request, &etag);
    response.insert_header((ETAG, etag));
    if current {
        // A body after a 304 would be read as the next answer (RFC 9112 section 6.3).
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    Ok(response
        .content_type(media_type(&file))
        .body(file.data.into_owned()))
}

fn media_type(file: &EmbeddedFile) -> String {
    match file.metadata.mimetype() {
        text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    }
}

fn hex(hash: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16);
    let bytes = hash.iter().take(HASH_BYTES);
    bytes
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_names_the_content() {
        assert!(BASE.starts_with("/static/@"));
        assert_eq!(BASE.len(), "/static/@".len() + 2 * HASH_BYTES);
    }

    #[test]
    fn scripts_are_served_as_scripts() {
        let app = Files::get("js/app.js").unwrap();

        assert_eq!(media_type(&app), "text/javascript; charset=utf-8");
    }
}
