//! Photos to try counting with, where there are any: the demo draws some.
//!
//! Each is drawn when somebody first asks for it. Anybody may: they show nothing of anybody's.

use std::sync::OnceLock;

use actix_web::{HttpRequest, web};
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::nowhere;
use super::respond::{self, Response};
use crate::error::{Error, Result};

/// Draws a photo, as JPEG.
type Draw = fn() -> Result<Vec<u8>>;

/// A photo to try counting with.
#[derive(Debug, Serialize)]
pub struct Sample {
    /// What one reads of it.
    title: &'static str,
    /// Where it is.
    address: String,
    #[serde(skip)]
    file: &'static str,
    #[serde(skip)]
    draw: Draw,
    #[serde(skip)]
    jpeg: OnceLock<Vec<u8>>,
}

/// The photos that there are; none but in the demo.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Samples(Vec<Sample>);

impl Samples {
    /// These: the file's name, what one reads of it, and what draws it.
    pub fn of(drawn: &[(&'static str, &'static str, Draw)]) -> Self {
        let sample = |&(file, title, draw): &(_, _, _)| Sample {
            title,
            address: format!("/samples/{file}"),
            file,
            draw,
            jpeg: OnceLock::new(),
        };
        Self(drawn.iter().map(sample).collect())
    }

    fn jpeg(&self, file: &str) -> Result<&[u8]> {
        let sample = self.0.iter().find(|sample| sample.file == file);
        let sample = sample.ok_or_else(nowhere)?;
        if let Some(jpeg) = sample.jpeg.get() {
            return Ok(jpeg);
        }
        let jpeg = (sample.draw)()?;
        Ok(sample.jpeg.get_or_init(|| jpeg))
    }
}

/// A photo.
pub async fn file(
    request: HttpRequest,
    name: web::Path<String>,
    samples: web::Data<Samples>,
) -> Response {
    let drawn = spawn_blocking(move || samples.jpeg(&name).map(<[u8]>::to_vec));
    let jpeg = drawn.await.map_err(Error::internal)??;
    let etag = format!("sample-{}", jpeg.len());
    Ok(respond::picture(&request, &etag, "image/jpeg", jpeg))
}
