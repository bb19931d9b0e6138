//! The grey values of a photo.

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

use super::frame::Point;
use crate::Photo;

/// Pixels of the longer side that are looked at. A photo that has more is reduced: codes of it are large enough.
const LONGEST: u32 = 4000;

/// Grey values, 0 to 255.
pub(super) struct Plane {
    grey: GrayImage,
}

impl Plane {
    /// The grey values of a photo, reduced if it is larger than need be.
    pub(super) fn of(photo: &Photo) -> Self {
        let (width, height) = (photo.width(), photo.height());
        let mut grey = GrayImage::new(width, height);
        for (to, from) in grey.pixels_mut().zip(photo.pixels().pixels()) {
            let [red, green, blue] = from.0.map(u32::from);
            // Rec. 601, in parts of 256.
            *to = Luma([((77 * red + 150 * green + 29 * blue) >> 8) as u8]);
        }
        let longer = width.max(height);
        if longer > LONGEST {
            let reduced = |side: u32| (side * LONGEST / longer).max(1);
            let (width, height) = (reduced(width), reduced(height));
            grey = imageops::resize(&grey, width, height, FilterType::Triangle);
        }
        Self { grey }
    }

    pub(super) fn width(&self) -> usize {
        self.grey.width() as usize
    }

    pub(super) fn height(&self) -> usize {
        self.grey.height() as usize
    }

    /// A line of pixels.
    pub(super) fn row(&self, y: usize) -> &[u8] {
        let width = self.width();
        &self.grey.as_raw()[y * width..(y + 1) * width]
    }

    /// The grey value at a point: between pixel centres, what lies between them. Beyond the edge it goes on as it
    /// ends.
    pub(super) fn at(&self, (x, y): Point) -> f32 {
        let (width, height) = (self.width(), self.height());
        let x = (x - 0.5).clamp(0.0, (width - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (height - 1) as f32);
        let (column, row) = (x as u32 as usize, y as u32 as usize);
        let (right, below) = (x - column as f32, y - row as f32);
        let (across, down) = (
            usize::from(column + 1 < width),
            if row + 1 < height { width } else { 0 },
        );
        let start = row * width + column;
        let near = &self.grey.as_raw()[start..=start + across + down];
        let grey = |at: usize| f32::from(near[at]);
        let upper = grey(0) + right * (grey(across) - grey(0));
        let lower = grey(down) + right * (grey(down + across) - grey(down));
        upper + below * (lower - upper)
    }
}
