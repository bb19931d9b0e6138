//! A look from a box that a person drew: the crop, and how alike things must be.

use image::RgbImage;
use image::imageops;

use super::closer::Closer;
use super::pyramid::Pyramid;
use super::search::shrink_for;
use super::template::{Model, Pose};
use crate::{Area, Photo};

/// Pixels of the short side of a crop at least.
const SMALLEST: u32 = 24;
/// The long side over the short one at most.
const LONGEST: u32 = 8;
/// Pixels of a crop at most: thirty looks of this size are 180 MB beside the photo that is searched.
const MOST_PIXELS: u32 = 2_000_000;
/// Variance of a sample at least, at the size at which it is searched for.
const LIVELY: f64 = 60.0;
/// What a threshold is below the crop's likeness to its own place on the photo, once its pixels lie otherwise.
const MARGIN: f32 = 0.14;

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
        "The box is too small: {SMALLEST} pixels a side are needed, and more on large photos. Come closer with the camera."
    )]
    TooSmall,
    /// Too many pixels.
    #[error(
        "The box is too large: it has more than {} million pixels. Draw it around one pack, or step back with the camera.",
        MOST_PIXELS / 1_000_000
    )]
    TooLarge,
    /// A strip.
    #[error("The box is too long and thin: draw it around one whole pack.")]
    TooLong,
    /// Hardly anything on it.
    #[error(
        "What is in the box is too plain to be told from other things: it has hardly any print or edges."
    )]
    TooPlain,
}

/// Learns from the box `area` on a photo. Takes about as long as shrinking the photo does, a tenth of a second.
///
/// # Errors
/// [`BadCrop`], a sentence for the person who drew the box.
#[expect(clippy::cast_possible_truncation, reason = "a place on a photo")]
pub fn teach(photo: &Photo, area: Area) -> Result<Lesson, BadCrop> {
    let area = Area::clipped(area.x, area.y, area.w, area.h).ok_or(BadCrop::TooSmall)?;
    let crop = cut_out(photo, area)?;
    let model = Model::new(&crop);
    let pyramid = Pyramid::new(photo.pixels());
    let shrink = shrink_for(&model, pyramid.size()).ok_or(BadCrop::TooSmall)?;
    if model.liveliness(shrink) < LIVELY {
        return Err(BadCrop::TooPlain);
    }
    let centre = (area.x + area.w / 2.0, area.y + area.h / 2.0);
    let (width, height) = (f64::from(photo.width()), f64::from(photo.height()));
    let at = ((centre.0 * width) as f32, (centre.1 * height) as f32);
    let place = Closer::new(&pyramid, &model, shrink).look(at, UPRIGHT);
    let likeness = place.map_or(1.0, |place| place.likeness);
    Ok(Lesson {
        crop,
        threshold: (likeness - MARGIN).clamp(0.0, 1.0),
    })
}

const UPRIGHT: Pose = Pose {
    scale: 1.0,
    tilt: 0.0,
};

fn cut_out(photo: &Photo, area: Area) -> Result<RgbImage, BadCrop> {
    let (left, right) = span(area.x, area.w, photo.width());
    let (top, bottom) = span(area.y, area.h, photo.height());
    let (width, height) = (right - left, bottom - top);
    if width.min(height) < SMALLEST {
        return Err(BadCrop::TooSmall);
    }
    if width.max(height) > LONGEST * width.min(height) {
        return Err(BadCrop::TooLong);
    }
    if width.saturating_mul(height) > MOST_PIXELS {
        return Err(BadCrop::TooLarge);
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
