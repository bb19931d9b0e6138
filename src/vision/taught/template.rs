//! A look at one size and one tilt, ready to be compared.

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

/// What is left of each side of a crop that was turned: the corners of the rest come from outside.
pub(super) const CUT: f32 = 0.94;

/// Pixels of the short side of the crop that templates are drawn from, at most.
const DRAWN: u32 = 96;

/// How a template differs from the crop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pose {
    /// Its size over that of the crop.
    pub(super) scale: f32,
    /// Its tilt in degrees, clockwise.
    pub(super) tilt: f32,
}

/// A crop at a certain size and tilt, its mean taken off.
pub(super) struct Template {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) samples: Vec<i16>,
    /// Of the samples: not quite zero, as they are rounded.
    pub(super) total: f64,
    /// The sum of the squares of what differs from the mean.
    pub(super) spread: f64,
}

/// What templates of a look are drawn from.
pub(super) struct Model {
    crop: RgbImage,
    /// Width and height of the crop on the photo, in its pixels.
    pub(super) size: (f32, f32),
}

impl Model {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a side has at most 12 000 pixels"
    )]
    pub(super) fn new(crop: &RgbImage) -> Self {
        let size = (crop.width() as f32, crop.height() as f32);
        let short = crop.width().min(crop.height()).max(1);
        let crop = if short > DRAWN {
            let drawn = |pixels: u32| (pixels * DRAWN / short).max(1);
            imageops::thumbnail(crop, drawn(crop.width()), drawn(crop.height()))
        } else {
            crop.clone()
        };
        Self { crop, size }
    }

    /// The template for photos shrunk by `shrink`.
    pub(super) fn template(&self, pose: Pose, shrink: f32) -> Template {
        let cut = cut(pose);
        let side = |pixels: f32| pixels_of(pixels * shrink * pose.scale * cut);
        let (width, height) = (side(self.size.0), side(self.size.1));
        let drawn = imageops::resize(&self.turned(pose), width, height, FilterType::Triangle);
        Template::of(&drawn)
    }

    /// The mean square by which samples differ from the mean of their channel. Hue alone is no liveliness: a
    /// plain red box is like all that is red.
    pub(super) fn liveliness(&self, shrink: f32) -> f64 {
        let side = |pixels: f32| pixels_of(pixels * shrink);
        let (width, height) = (side(self.size.0), side(self.size.1));
        let drawn = imageops::resize(&self.crop, width, height, FilterType::Triangle);
        let count = f64::from(width * height);
        let spread = |channel: usize| {
            let values = drawn.pixels().map(|pixel| f64::from(pixel.0[channel]));
            let mean = values.clone().sum::<f64>() / count;
            values.map(|value| (value - mean).powi(2)).sum::<f64>() / count
        };
        (0..3).map(spread).sum::<f64>() / 3.0
    }

    #[expect(clippy::cast_precision_loss, reason = "drawn crops are small")]
    fn turned(&self, pose: Pose) -> RgbImage {
        if pose.tilt == 0.0 {
            return self.crop.clone();
        }
        let (sin, cos) = pose.tilt.to_radians().sin_cos();
        let (w, h) = (self.crop.width() as f32, self.crop.height() as f32);
        let (width, height) = (pixels_of(w * CUT), pixels_of(h * CUT));
        RgbImage::from_fn(width, height, |x, y| {
            let dx = x as f32 + 0.5 - width as f32 / 2.0;
            let dy = y as f32 + 0.5 - height as f32 / 2.0;
            let x = (w / 2.0 + dx * cos + dy * sin - 0.5).clamp(0.0, w - 1.0);
            let y = (h / 2.0 - dx * sin + dy * cos - 0.5).clamp(0.0, h - 1.0);
            imageops::interpolate_bilinear(&self.crop, x, y).unwrap_or(Rgb([0; 3]))
        })
    }
}

impl Template {
    #[expect(clippy::cast_precision_loss, reason = "templates are small")]
    fn of(drawn: &RgbImage) -> Self {
        let values = drawn.as_raw();
        let sum: u64 = values.iter().map(|&value| u64::from(value)).sum();
        let mean = i16::try_from(sum / (values.len() as u64).max(1)).unwrap_or(0);
        let samples: Vec<_> = values
            .iter()
            .map(|&value| i16::from(value) - mean)
            .collect();
        let total: f64 = samples.iter().map(|&sample| f64::from(sample)).sum();
        let square: f64 = samples
            .iter()
            .map(|&sample| f64::from(sample).powi(2))
            .sum();
        Self {
            width: drawn.width() as usize,
            height: drawn.height() as usize,
            total,
            spread: square - total * total / samples.len() as f64,
            samples,
        }
    }
}

/// What a template shows of each side of the crop.
pub(super) fn cut(pose: Pose) -> f32 {
    if pose.tilt == 0.0 { 1.0 } else { CUT }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides of pictures"
)]
fn pixels_of(side: f32) -> u32 {
    side.round().max(1.0) as u32
}
