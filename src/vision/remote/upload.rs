//! A photo as services are sent it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::imageops::{self, FilterType};

use crate::{Failure, Photo};

/// A photo as JPEG, and its size in pixels.
pub(super) struct Upload {
    pub(super) base64: String,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The photo, its long side shrunk to so many pixels if it has more.
///
/// # Errors
/// When the encoder fails.
pub(super) fn upload(photo: &Photo, longest: u32) -> Result<Upload, Failure> {
    let long = photo.width().max(photo.height());
    let small;
    let photo = if long > longest {
        let side = |pixels: u32| {
            let scaled = u64::from(pixels) * u64::from(longest) / u64::from(long);
            u32::try_from(scaled).unwrap_or(longest).max(1)
        };
        let (width, height) = (side(photo.width()), side(photo.height()));
        let pixels = imageops::resize(photo.pixels(), width, height, FilterType::Triangle);
        small = Photo::from_pixels(pixels);
        &small
    } else {
        photo
    };
    let unsent = |error| Failure::Unavailable(format!("The photo cannot be encoded: {error}."));
    Ok(Upload {
        base64: STANDARD.encode(photo.to_jpeg().map_err(unsent)?),
        width: photo.width(),
        height: photo.height(),
    })
}
