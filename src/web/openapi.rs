//! The API's document, made from the code, and the page that shows it, without any outside host. Both
//! are open: they tell what this program can do, and nothing of the stock.

use std::sync::{Arc, LazyLock};

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
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
    let either =
        ["token", "session"].map(|scheme| SecurityRequirement::new::<_, _, String>(scheme, []));
    document.security = Some(either.into());
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.patch,
            &mut item.delete,
        ];
        operations.into_iter().flatten().for_each(name);
    }
    document
});

/// Gives an operation a name that no other has: its handler's, which is unique within its noun only.
fn name(operation: &mut Operation) {
    let noun = operation.tags.iter().flatten().next();
    let handler = operation.operation_id.as_ref();
    if let (Some(noun), Some(handler)) = (noun, handler) {
        operation.operation_id = Some(format!("{noun}_{handler}"));
    }
}

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_document_has_every_route_and_no_other() {
        let table = crate::web::API.iter().flat_map(|(path, methods)| {
            methods
                .iter()
                .map(move |method| (format!("/api{path}"), (*method).to_owned()))
        });
        let document = serde_json::to_value(&*DOCUMENT).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let documented = paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| (path.clone(), method.clone()))
        });
        assert_eq!(
            table.collect::<BTreeSet<_>>(),
            documented.collect::<BTreeSet<_>>()
        );
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let document = serde_json::to_value(&*DOCUMENT).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.values().flat_map(|item| item.as_object().unwrap());
        let mut names = BTreeSet::new();
        for (_, operation) in operations {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{name}");
        }
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        let text = serde_json::to_string(&*DOCUMENT).unwrap();
        let document = serde_json::to_value(&*DOCUMENT).unwrap();
        for part in text.split("\"$ref\":\"#").skip(1) {
            let pointer = part.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
