//! A photo in the size and the numbers that a model wants, and boxes back on the photo.

use image::RgbImage;
use image::imageops::{self, FilterType};

use crate::{Area, Pixels};

/// The grey around a photo whose sides have another ratio than the model's, as in training.
const PADDING: u8 = 114;

/// What an `ImageNet` photo's red, green and blue are on the mean, and how much they differ, from 0 to 1.
const IMAGENET: [(f32, f32); 3] = [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)];

/// A photo in the middle of a picture of the model's size.
pub(super) struct Letterbox {
    picture: RgbImage,
    /// Of the photo within: left, top, width and height, in pixels.
    inner: [f64; 4],
}

impl Letterbox {
    /// Puts a photo into a picture of this width and height, its sides' ratio kept.
    pub(super) fn new(photo: &RgbImage, (width, height): (u32, u32)) -> Self {
        let across = f64::from(width) / f64::from(photo.width().max(1));
        let down = f64::from(height) / f64::from(photo.height().max(1));
        let scale = across.min(down);
        let w = pixels_of(f64::from(photo.width()) * scale).min(width);
        let h = pixels_of(f64::from(photo.height()) * scale).min(height);
        let (left, top) = ((width - w) / 2, (height - h) / 2);
        let mut picture = RgbImage::from_pixel(width, height, image::Rgb([PADDING; 3]));
        let small = imageops::resize(photo, w, h, FilterType::Triangle);
        imageops::replace(&mut picture, &small, left.into(), top.into());
        Self {
            picture,
            inner: [left, top, w, h].map(f64::from),
        }
    }

    /// Its bytes: one plane a channel, or with the channels of a pixel together.
    pub(super) fn bytes(&self, pixels: Pixels, planes: bool) -> Vec<u8> {
        let raw = self.picture.as_raw();
        let order = if pixels == Pixels::Bgr {
            [2, 1, 0]
        } else {
            [0, 1, 2]
        };
        let channel = |channel: usize| raw.iter().skip(channel).step_by(3).copied();
        if planes {
            order.into_iter().flat_map(channel).collect()
        } else {
            let pixels = raw.chunks_exact(3);
            pixels
                .flat_map(|pixel| order.map(|channel| pixel[channel]))
                .collect()
        }
    }

    /// The same as numbers.
    pub(super) fn numbers(&self, pixels: Pixels, planes: bool) -> Vec<f32> {
        let bytes = self.bytes(pixels, planes);
        let plane = bytes.len() / 3;
        let channel = |at: usize| if planes { at / plane } else { at % 3 };
        let numbers = bytes.into_iter().enumerate();
        let number = |(at, byte): (usize, u8)| match pixels {
            Pixels::Rgb | Pixels::Bgr => f32::from(byte),
            Pixels::Unit => f32::from(byte) / 255.0,
            Pixels::ImageNet => {
                let (mean, deviation) = IMAGENET[channel(at)];
                (f32::from(byte) / 255.0 - mean) / deviation
            }
        };
        numbers.map(number).collect()
    }

    /// A box given by its corners in pixels of the picture, on the photo; `None` if it is not on it.
    pub(super) fn area(&self, [left, top, right, bottom]: [f32; 4]) -> Option<Area> {
        let [x, y, w, h] = self.inner;
        Area::clipped(
            (f64::from(left) - x) / w,
            (f64::from(top) - y) / h,
            f64::from(right - left) / w,
            f64::from(bottom - top) / h,
        )
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides of pictures"
)]
fn pixels_of(side: f64) -> u32 {
    side.round().max(1.0) as u32
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::Letterbox;
    use crate::{Area, Pixels};

    #[test]
    fn a_box_comes_back_to_where_it_was_on_the_photo() {
        let letterbox = Letterbox::new(&RgbImage::new(200, 100), (64, 64));

        // The photo lies in rows 16 to 48.
        let area = letterbox.area([16.0, 16.0, 32.0, 32.0]);

        assert_eq!(
            area,
            Some(Area {
                x: 0.25,
                y: 0.0,
                w: 0.25,
                h: 0.5
            })
        );
        assert_eq!(letterbox.area([0.0, 0.0, 64.0, 15.0]), None);
        assert_eq!(letterbox.area([f32::NAN, 0.0, 64.0, 20.0]), None);
    }

    #[test]
    fn the_numbers_are_what_the_model_was_trained_on() {
        let photo = RgbImage::from_pixel(2, 1, Rgb([255, 0, 51]));
        let letterbox = Letterbox::new(&photo, (2, 1));

        assert_eq!(letterbox.bytes(Pixels::Rgb, true), [255, 255, 0, 0, 51, 51]);
        assert_eq!(letterbox.bytes(Pixels::Bgr, true), [51, 51, 0, 0, 255, 255]);
        assert_eq!(
            letterbox.bytes(Pixels::Rgb, false),
            [255, 0, 51, 255, 0, 51]
        );
        assert_eq!(
            letterbox.numbers(Pixels::Unit, true),
            [1.0, 1.0, 0.0, 0.0, 0.2, 0.2]
        );
        let normal = letterbox.numbers(Pixels::ImageNet, false);
        assert!((normal[4] - (0.0 - 0.456) / 0.224).abs() < 1e-6);
    }
}
