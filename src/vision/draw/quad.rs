//! Four corners on a photo, and what is stretched between them.

use image::{Rgb, RgbImage};

use super::label::Label;

/// Samples a pixel, on each axis. Their mean is what the pixel shows: no aliasing.
const SAMPLES: u32 = 3;

/// A point on a photo, in pixels.
pub(super) type Point = (f32, f32);

/// The corners: upper left, upper right, lower right, lower left, as the label sees itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quad(pub(super) [Point; 4]);

impl Quad {
    /// The upright box around it: left, top, right, bottom.
    pub(super) fn bounds(&self) -> (f32, f32, f32, f32) {
        let mut bounds = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
        for (x, y) in self.0 {
            bounds.0 = bounds.0.min(x);
            bounds.1 = bounds.1.min(y);
            bounds.2 = bounds.2.max(x);
            bounds.3 = bounds.3.max(y);
        }
        bounds
    }

    /// It, moved.
    pub(super) fn moved(&self, dx: f32, dy: f32) -> Self {
        Self(self.0.map(|(x, y)| (x + dx, y + dy)))
    }

    /// The part of it that spans from `from` to `to` of its width and height, 0 to 1.
    pub(super) fn part(&self, from: Point, to: Point) -> Self {
        let map = self.projection();
        let corners = [from, (to.0, from.1), to, (from.0, to.1)];
        Self(corners.map(|(u, v)| apply(&map, u, v)))
    }

    /// The projective map from the unit square to these corners (Heckbert, 1989, section 2.2.3).
    fn projection(&self) -> [f32; 9] {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = self.0;
        let (dx1, dy1) = (x1 - x2, y1 - y2);
        let (dx2, dy2) = (x3 - x2, y3 - y2);
        let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
        let whole = dx1 * dy2 - dx2 * dy1;
        let g = (sx * dy2 - dx2 * sy) / whole;
        let h = (dx1 * sy - sx * dy1) / whole;
        [
            x1 - x0 + g * x1,
            x3 - x0 + h * x3,
            x0,
            y1 - y0 + g * y1,
            y3 - y0 + h * y3,
            y0,
            g,
            h,
            1.0,
        ]
    }

    /// Sticks a label on a photo, its corners here.
    pub(super) fn stick(&self, photo: &mut RgbImage, label: &Label) {
        let back = inverse(&self.projection());
        let (left, top, right, bottom) = self.bounds();
        let across = left.max(0.0) as u32..(right.ceil() as u32 + 1).min(photo.width());
        for y in top.max(0.0) as u32..(bottom.ceil() as u32 + 1).min(photo.height()) {
            for x in across.clone() {
                let (grey, covered) = seen(&back, label, x, y);
                if covered > 0 {
                    blend(photo.get_pixel_mut(x, y), grey, covered);
                }
            }
        }
    }
}

/// The sum of a pixel's samples of a label, and how many of them it covers.
fn seen(back: &[f32; 9], label: &Label, x: u32, y: u32) -> (u32, u32) {
    let (mut grey, mut covered) = (0, 0);
    for sample in 0..SAMPLES * SAMPLES {
        let at = |whole: u32, part: u32| whole as f32 + (part as f32 + 0.5) / SAMPLES as f32;
        let (u, v) = apply(back, at(x, sample % SAMPLES), at(y, sample / SAMPLES));
        if let Some(shade) = label.shade(u, v) {
            grey += u32::from(shade);
            covered += 1;
        }
    }
    (grey, covered)
}

fn blend(pixel: &mut Rgb<u8>, grey: u32, covered: u32) {
    let all = SAMPLES * SAMPLES;
    for channel in &mut pixel.0 {
        *channel = ((u32::from(*channel) * (all - covered) + grey) / all) as u8;
    }
}

fn apply(map: &[f32; 9], x: f32, y: f32) -> Point {
    let row = |of: usize| map[of] * x + map[of + 1] * y + map[of + 2];
    (row(0) / row(6), row(3) / row(6))
}

/// The map back, but for a factor, which a projective map does not mind: the adjugate.
fn inverse(map: &[f32; 9]) -> [f32; 9] {
    let minor = |a: usize, b: usize, c: usize, d: usize| map[a] * map[b] - map[c] * map[d];
    [
        minor(4, 8, 5, 7),
        minor(2, 7, 1, 8),
        minor(1, 5, 2, 4),
        minor(5, 6, 3, 8),
        minor(0, 8, 2, 6),
        minor(2, 3, 0, 5),
        minor(3, 7, 4, 6),
        minor(1, 6, 0, 7),
        minor(0, 4, 1, 3),
    ]
}
