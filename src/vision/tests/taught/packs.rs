//! Products that do not exist: packs with bands, a badge and lines of print, drawn from a seed.

use image::{Rgb, RgbImage};
use rand::RngExt;
use rand::rngs::StdRng;

/// Products of one shop.
pub(crate) const PRODUCTS: usize = 10;

/// The fronts of ten products; the last two are others in different colours.
pub(crate) fn fronts(rng: &mut StdRng) -> Vec<RgbImage> {
    let mut fronts: Vec<_> = (0..PRODUCTS - 2).map(|_| front(rng)).collect();
    fronts.push(recoloured(&fronts[0]));
    fronts.push(recoloured(&fronts[1]));
    fronts
}

fn front(rng: &mut StdRng) -> RgbImage {
    let (width, height) = (rng.random_range(100..=150), rng.random_range(120..=190));
    let mut front = RgbImage::from_pixel(width, height, colour(rng));
    for _ in 0..rng.random_range(1..=3) {
        let (top, colour) = (rng.random_range(0..height), colour(rng));
        let thick = rng.random_range(10..height / 3);
        fill(&mut front, colour, |_, y| y >= top && y < top + thick);
    }
    badge(&mut front, rng);
    for _ in 0..rng.random_range(3..=7) {
        let (left, top) = (
            rng.random_range(5..width / 2),
            rng.random_range(5..height - 12),
        );
        let (wide, high) = (rng.random_range(20..width / 2), rng.random_range(3..=9));
        let ink = if rng.random_bool(0.5) {
            Rgb([20; 3])
        } else {
            Rgb([240; 3])
        };
        fill(&mut front, ink, |x, y| {
            // Gaps, as between letters.
            x >= left && x < left + wide && y >= top && y < top + high && (x - left) % 9 < 6
        });
    }
    front
}

fn badge(front: &mut RgbImage, rng: &mut StdRng) {
    let (width, height) = (front.width(), front.height());
    let (x, y) = (
        rng.random_range(width / 4..width * 3 / 4),
        rng.random_range(height / 4..height * 3 / 4),
    );
    let radius = f64::from(rng.random_range(width / 6..width / 3));
    let (outer, inner) = (colour(rng), colour(rng));
    let away =
        move |px: u32, py: u32| (f64::from(px) - f64::from(x)).hypot(f64::from(py) - f64::from(y));
    fill(front, outer, |px, py| away(px, py) < radius);
    fill(front, inner, |px, py| away(px, py) < radius * 0.6);
}

fn fill(front: &mut RgbImage, colour: Rgb<u8>, inside: impl Fn(u32, u32) -> bool) {
    for (x, y, pixel) in front.enumerate_pixels_mut() {
        if inside(x, y) {
            *pixel = colour;
        }
    }
}

fn colour(rng: &mut StdRng) -> Rgb<u8> {
    Rgb([0; 3].map(|_: u8| rng.random_range(30..=230)))
}

fn recoloured(front: &RgbImage) -> RgbImage {
    let mut other = front.clone();
    for pixel in other.pixels_mut() {
        let [red, green, blue] = pixel.0;
        pixel.0 = [green, blue, red];
    }
    other
}
