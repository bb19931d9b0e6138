//! The pages' templates, embedded in the binary and compiled once.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use rust_embed::RustEmbed;
use serde_json::Value;
use tera::{Context, Tera};

use super::respond::Response;
use super::{assets, filters};
use crate::error::Error;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Files;

static TERA: LazyLock<Tera> =
    LazyLock::new(|| compiled().expect("the templates compile; a test renders them"));

fn compiled() -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    filters::register(&mut tera);
    let globals = tera.global_context();
    globals.insert("assets", &*assets::BASE);
    globals.insert("version", env!("CARGO_PKG_VERSION"));
    let blank = serde_json::from_str::<Value>(include_str!("../../templates/blank.json"));
    globals.insert("blank", &blank.unwrap_or_default());
    let texts: Vec<(String, String)> = Files::iter()
        .filter(|name| name.ends_with(".html"))
        .filter_map(|name| Some((name.to_string(), Files::get(&name)?)))
        .map(|(name, file)| (name, String::from_utf8_lossy(&file.data).into_owned()))
        .collect();
    tera.add_raw_templates(texts)?;
    Ok(tera)
}

/// The page of that name, drawn with `context`.
pub fn page(name: &str, status: StatusCode, context: &Value) -> Response {
    let context = Context::from_serialize(context).map_err(Error::internal)?;
    let html = TERA
        .render(&format!("pages/{name}.html"), &context)
        .map_err(|e| Error::internal(format!("page {name}: {e}")))?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(html))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_compiles() {
        assert!(compiled().unwrap().get_template_names().count() > 15);
    }
}
