//! The pages' templates, embedded in the binary and compiled once.

use std::num::NonZero;
use std::sync::{Arc, LazyLock};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::rt::task::spawn_blocking;
use rust_embed::RustEmbed;
use serde_json::Value;
use tera::{Context, Tera};
use tokio::sync::Semaphore;

use super::respond::Response;
use super::{assets, filters};
use crate::error::{Error, Result};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Files;

/// Large pages drawn at once: it is work for the processor alone.
static AT_ONCE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
    Arc::new(Semaphore::new(cores))
});

static TERA: LazyLock<Tera> =
    LazyLock::new(|| compiled().expect("the templates compile; a test renders them"));

fn compiled() -> std::result::Result<Tera, tera::Error> {
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
    Ok(answer(status, draw(name, context)?))
}

/// The same on another thread, for a page with tables: drawing one takes milliseconds, for which every live
/// connection of this thread would stand still. As many as there are cores
/// are drawn at once.
pub async fn large_page(name: &'static str, context: Value) -> Response {
    let turn = Arc::clone(&AT_ONCE).acquire_owned();
    let turn = turn.await.map_err(Error::internal)?;
    let drawn = spawn_blocking(move || {
        // It goes with the work: a caller who hangs up does not end it.
        let _held = turn;
        draw(name, &context)
    });
    let html = drawn.await.map_err(Error::internal)??;
    Ok(answer(StatusCode::OK, html))
}

fn draw(name: &str, context: &Value) -> Result<String> {
    let context = Context::from_serialize(context).map_err(Error::internal)?;
    TERA.render(&format!("pages/{name}.html"), &context)
        .map_err(|e| Error::internal(format!("page {name}: {e}")))
}

fn answer(status: StatusCode, html: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_compiles() {
        assert!(compiled().unwrap().get_template_names().count() > 15);
    }
}
