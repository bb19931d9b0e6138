//! A look from a box that a person drew: the crop, and how alike things must be.

use std::time::{Duration, Instant};

use image::RgbImage;
use image::imageops;

use super::pyramid::Pyramid;
use super::search::{find, shrink_for};
use super::template::Model;
use crate::{Area, Photo};

/// Pixels of the short side of a crop at least.
const SMALLEST: u32 = 24;
/// The long side over the short one at most.
const LONGEST: u32 = 8;
/// Variance of a sample at least, at the size at which it is searched for.
const LIVELY: f64 = 60.0;
/// What a threshold is below the best likeness on the teaching photo.
const MARGIN: f32 = 0.12;
/// How much a crop is like itself at least, wherever its pixels come to lie.
const LIKELY: f32 = 0.92;
/// How long the teaching photo is searched.
const PATIENCE: Duration = Duration::from_secs(3);

/// What was learned from one box.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// What is in the box.
    pub crop: RgbImage,
    /// The suggested threshold, for [`Look::threshold`](crate::Look::threshold).
    pub threshold: f32,
}

/// Why a box teaches nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCrop {
    /// Too few pixels.
    #[error(
        "The box is too small: {SMALLEST} pixels a side are needed, and 100 are better. Come closer with the camera."
    )]
    TooSmall,
    /// A strip.
    #[error("The box is too long and thin: draw it around one whole pack.")]
    TooLong,
    /// Hardly anything on it.
    #[error(
        "What is in the box is too plain to be told from other things: it has hardly any print or edges."
    )]
    TooPlain,
}

/// Learns from the box `area` on a photo. Searches the whole photo, which takes up to three seconds: not for
/// a thread that others wait for.
///
/// # Errors
/// [`BadCrop`], a sentence for the person who drew the box.
pub fn teach(photo: &Photo, area: Area) -> Result<Lesson, BadCrop> {
    let crop = cut_out(photo, area)?;
    let model = Model::new(&crop);
    let pyramid = Pyramid::new(photo.pixels());
    let shrink = shrink_for(&model, pyramid.size()).ok_or(BadCrop::TooSmall)?;
    if model.liveliness(shrink) < LIVELY {
        return Err(BadCrop::TooPlain);
    }
    let until = Instant::now() + PATIENCE;
    let small = pyramid.whole(shrink);
    let stop = || Instant::now() >= until;
    let found = find((&pyramid, &small), &model, shrink, LIKELY, &stop);
    let best = found.places.iter().map(|place| place.likeness);
    let best = best.fold(0.0, f32::max);
    // Found or not, it is there: so much is it like itself.
    let threshold = best.max(LIKELY) - MARGIN;
    Ok(Lesson { crop, threshold })
}

fn cut_out(photo: &Photo, area: Area) -> Result<RgbImage, BadCrop> {
    let area = Area::clipped(area.x, area.y, area.w, area.h).ok_or(BadCrop::TooSmall)?;
    let (left, right) = span(area.x, area.w, photo.width());
    let (top, bottom) = span(area.y, area.h, photo.height());
    let (width, height) = (right - left, bottom - top);
    if width.min(height) < SMALLEST {
        return Err(BadCrop::TooSmall);
    }
    if width.max(height) > LONGEST * width.min(height) {
        return Err(BadCrop::TooLong);
    }
    Ok(imageops::crop_imm(photo.pixels(), left, top, width, height).to_image())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "parts of a side, rounded"
)]
fn span(from: f64, length: f64, pixels: u32) -> (u32, u32) {
    let at = |part: f64| ((part * f64::from(pixels)).round() as u32).min(pixels);
    (at(from), at(from + length))
}
