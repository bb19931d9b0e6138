//! The API's document, made from the code, and the page that shows it, without any outside host. Both
//! are open: they tell what this program can do, and nothing of the stock.

use std::sync::{Arc, LazyLock};

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_swagger_ui::Config;

use super::respond::Response;
use super::{Document, auth, nowhere};
use crate::error::Error;

/// The document, OpenAPI 3.1.
pub static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(|| {
    let mut document = Document::openapi();
    document.info.title = "AIMS".into();
    document.info.description = Some(INTRODUCTION.into());
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("aims_…")
        .build();
    let cookie = ApiKey::Cookie(ApiKeyValue::new(auth::COOKIE));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    document
});

const INTRODUCTION: &str = include_str!("openapi.md");

static PAGE: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from("/api/openapi.json")));

/// The document.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().json(&*DOCUMENT)
}

/// Sends `/api/docs` on to where its page's relative addresses are right.
pub async fn to_page() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, "/api/docs/"))
        .finish()
}

/// The page that shows the document, and its parts.
pub async fn page(path: web::Path<String>) -> Response {
    let file = utoipa_swagger_ui::serve(&path, Arc::clone(&PAGE))
        .map_err(Error::internal)?
        .ok_or_else(nowhere)?;
    let mut response = HttpResponse::Ok();
    if file.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    Ok(response
        .content_type(file.content_type)
        .body(file.bytes.into_owned()))
}
