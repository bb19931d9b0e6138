//! A photo at any smaller size, without looking at all of its pixels each time.

use image::RgbImage;
use image::imageops::{self, FilterType};

use super::raster::Raster;

/// A photo, its half, its quarter, and so on.
pub(super) struct Pyramid<'a> {
    photo: &'a RgbImage,
    halves: Vec<RgbImage>,
}

impl<'a> Pyramid<'a> {
    pub(super) fn new(photo: &'a RgbImage) -> Self {
        let mut halves: Vec<RgbImage> = Vec::new();
        loop {
            let last = halves.last().unwrap_or(photo);
            let (width, height) = (last.width() / 2, last.height() / 2);
            if width.min(height) < 32 {
                break;
            }
            halves.push(imageops::thumbnail(last, width, height));
        }
        Self { photo, halves }
    }

    /// The whole photo, its sides multiplied by `shrink`.
    pub(super) fn whole(&self, shrink: f32) -> Raster {
        let (width, height) = self.size();
        let side = |pixels: f32| pixels_of(pixels * shrink);
        let from = self.level(shrink);
        Raster::new(&imageops::resize(
            from,
            side(width),
            side(height),
            FilterType::Triangle,
        ))
    }

    /// A part of the photo at that size: of the width and height given, in pixels of the photo, around a
    /// point. Answers as well where its top left corner is; what is beyond the photo's edge is left out.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a side has at most 12 000 pixels"
    )]
    pub(super) fn part(
        &self,
        shrink: f32,
        (x, y): (f32, f32),
        (w, h): (f32, f32),
    ) -> (Raster, (f32, f32)) {
        let from = self.level(shrink);
        let across = from.width() as f32 / self.size().0;
        let down = from.height() as f32 / self.size().1;
        let (left, right) = span((x - w / 2.0) * across, (x + w / 2.0) * across, from.width());
        let (top, bottom) = span((y - h / 2.0) * down, (y + h / 2.0) * down, from.height());
        let cut = imageops::crop_imm(from, left, top, right - left, bottom - top);
        let width = pixels_of((right - left) as f32 / across * shrink);
        let height = pixels_of((bottom - top) as f32 / down * shrink);
        let part = imageops::resize(&*cut, width, height, FilterType::Triangle);
        (
            Raster::new(&part),
            (left as f32 / across, top as f32 / down),
        )
    }

    /// Width and height of the photo.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a side has at most 12 000 pixels"
    )]
    pub(super) fn size(&self) -> (f32, f32) {
        (self.photo.width() as f32, self.photo.height() as f32)
    }

    /// The smallest that is not smaller than what is wanted.
    fn level(&self, shrink: f32) -> &RgbImage {
        let mut level = self.photo;
        let mut size = 0.5;
        for half in &self.halves {
            if size < shrink {
                break;
            }
            level = half;
            size /= 2.0;
        }
        level
    }
}

/// From and to, at least one pixel, within the picture.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded and not negative"
)]
fn span(from: f32, to: f32, most: u32) -> (u32, u32) {
    let from = (from.floor().max(0.0) as u32).min(most.saturating_sub(1));
    let to = (to.ceil().max(0.0) as u32).clamp(from + 1, most);
    (from, to)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides of pictures"
)]
fn pixels_of(side: f32) -> u32 {
    side.round().max(1.0) as u32
}
