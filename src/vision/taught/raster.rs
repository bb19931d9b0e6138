//! Likeness of a template and a place on a picture: zero-mean normalised cross-correlation over all three
//! channels with one mean for all, so that gain and offset of the light cancel while the hue stays.
//!
//! Samples are `i16`: products of these are summed eight at a time, and sums of integers may be reordered.

use image::RgbImage;

use super::template::Template;

/// Variance of a sample within its channel below which a place is too plain to be compared: what has a hue and
/// nothing else is like everything of that hue.
const PLAIN: f64 = 40.0;

/// A picture, with what it takes to know the sum of any of its windows at once.
pub(super) struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    samples: Vec<i16>,
    /// Of everything above and to the left; a row and a column longer than the picture.
    sums: Vec<Sums>,
}

/// Sums of samples: of each channel, and of the squares of all.
#[derive(Clone, Copy, Default)]
struct Sums {
    channels: [u64; 3],
    squares: u64,
}

impl Raster {
    pub(super) fn new(image: &RgbImage) -> Self {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let stride = width + 1;
        let mut sums = vec![Sums::default(); stride * (height + 1)];
        for (y, row) in image.rows().enumerate() {
            let mut line = Sums::default();
            for (x, pixel) in row.enumerate() {
                let above = sums[y * stride + x + 1];
                for (sum, value) in line.channels.iter_mut().zip(pixel.0.map(u64::from)) {
                    *sum += value;
                    line.squares += value * value;
                }
                sums[(y + 1) * stride + x + 1] = above.with(line, u64::wrapping_add);
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
        let sums = self.window((x, y), (w, h));
        let (pixels, square) = ((w * h) as f64, sums.squares as f64);
        let channels = sums.channels.map(|sum| sum as f64);
        let within = square - channels.map(|sum| sum * sum / pixels).iter().sum::<f64>();
        if within < PLAIN * 3.0 * pixels {
            return None;
        }
        let mean = channels.iter().sum::<f64>() / (3.0 * pixels);
        let spread = square - mean * mean * 3.0 * pixels;
        let mut dot = 0_i64;
        for (row, ours) in template.samples.chunks_exact(3 * w).enumerate() {
            let start = 3 * ((y + row) * self.width + x);
            dot += i64::from(product(ours, &self.samples[start..start + 3 * w]));
        }
        let covariance = dot as f64 - template.total * mean;
        #[expect(clippy::cast_possible_truncation, reason = "it is between -1 and 1")]
        Some((covariance / (template.spread * spread).sqrt()) as f32)
    }

    fn window(&self, (x, y): (usize, usize), (w, h): (usize, usize)) -> Sums {
        let stride = self.width + 1;
        let (above, below) = (y * stride + x, (y + h) * stride + x);
        let to = self.sums[below + w].with(self.sums[above], u64::wrapping_add);
        let from = self.sums[above + w].with(self.sums[below], u64::wrapping_add);
        to.with(from, u64::wrapping_sub)
    }
}

impl Sums {
    fn with(self, other: Self, operation: fn(u64, u64) -> u64) -> Self {
        let channel = |number: usize| operation(self.channels[number], other.channels[number]);
        Self {
            channels: [channel(0), channel(1), channel(2)],
            squares: operation(self.squares, other.squares),
        }
    }
}

/// Far from the bounds of its type: a row has a few hundred samples. Checks for overflow would keep it from being
/// computed eight samples at a time.
fn product(a: &[i16], b: &[i16]) -> i32 {
    let products = a
        .iter()
        .zip(b)
        .map(|(&a, &b)| i32::from(a).wrapping_mul(b.into()));
    products.fold(0, i32::wrapping_add)
}
