//! Likeness of a template and a place on a picture: zero-mean normalised cross-correlation over all three
//! channels with one mean for all, so that gain and offset of the light cancel while the hue stays.
//!
//! Samples are `i16`: products of these are summed eight at a time, and sums of integers may be reordered.

use image::RgbImage;

use super::template::Template;

/// Variance of a sample below which a place is too plain to be compared. A plain place is like anything.
pub(super) const PLAIN: f64 = 40.0;

/// A picture, with what it takes to know the sum of any of its windows at once.
pub(super) struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    samples: Vec<i16>,
    /// Of all samples above and to the left, a row and a column longer than the picture.
    sums: Vec<u64>,
    /// The same of their squares.
    squares: Vec<u64>,
}

impl Raster {
    pub(super) fn new(image: &RgbImage) -> Self {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let stride = width + 1;
        let mut sums = vec![0; stride * (height + 1)];
        let mut squares = vec![0; stride * (height + 1)];
        for (y, row) in image.rows().enumerate() {
            let (mut sum, mut square) = (0_u64, 0_u64);
            for (x, pixel) in row.enumerate() {
                for value in pixel.0.map(u64::from) {
                    sum += value;
                    square += value * value;
                }
                let here = (y + 1) * stride + x + 1;
                sums[here] = sums[here - stride] + sum;
                squares[here] = squares[here - stride] + square;
            }
        }
        Self {
            width,
            height,
            samples: image
                .as_raw()
                .iter()
                .map(|&value| i16::from(value))
                .collect(),
            sums,
            squares,
        }
    }

    /// How alike the template and the window at (x, y) are, −1 to 1; `None` where it is plain. The window must
    /// lie within.
    #[expect(
        clippy::cast_precision_loss,
        reason = "sums of a window are far below 2^52"
    )]
    pub(super) fn likeness(&self, template: &Template, x: usize, y: usize) -> Option<f32> {
        let (w, h) = (template.width, template.height);
        let count = (3 * w * h) as f64;
        let sum = self.window(&self.sums, (x, y), (w, h)) as f64;
        let square = self.window(&self.squares, (x, y), (w, h)) as f64;
        let spread = square - sum * sum / count;
        if spread < PLAIN * count {
            return None;
        }
        let mut dot = 0_i64;
        for (row, ours) in template.samples.chunks_exact(3 * w).enumerate() {
            let start = 3 * ((y + row) * self.width + x);
            dot += i64::from(product(ours, &self.samples[start..start + 3 * w]));
        }
        let covariance = dot as f64 - template.total * sum / count;
        #[expect(clippy::cast_possible_truncation, reason = "it is between -1 and 1")]
        Some((covariance / (template.spread * spread).sqrt()) as f32)
    }

    fn window(&self, integral: &[u64], (x, y): (usize, usize), (w, h): (usize, usize)) -> u64 {
        let stride = self.width + 1;
        let (above, below) = (y * stride + x, (y + h) * stride + x);
        integral[below + w] + integral[above] - integral[above + w] - integral[below]
    }
}

fn product(a: &[i16], b: &[i16]) -> i32 {
    a.iter()
        .zip(b)
        .map(|(&a, &b)| i32::from(a) * i32::from(b))
        .sum()
}
