//! Shelves of drawn packs, photographed: what stands where is known.

use aims_vision::{Area, Photo};
use image::imageops::interpolate_bilinear;
use image::{Rgb, RgbImage};
use rand::RngExt;
use rand::rngs::StdRng;

/// How untidy a photo is.
#[derive(Clone, Copy)]
pub(crate) struct Level {
    /// Sizes differ by this part.
    size: f32,
    /// Degrees of tilt to either side.
    tilt: f32,
    /// The light in the darkest corner.
    light: f32,
    /// Grey levels of noise.
    noise: f32,
}

pub(crate) const TIDY: Level = Level {
    size: 0.0,
    tilt: 0.0,
    light: 0.85,
    noise: 2.0,
};
pub(crate) const NORMAL: Level = Level {
    size: 0.08,
    tilt: 4.0,
    light: 0.6,
    noise: 4.0,
};
pub(crate) const HARD: Level = Level {
    size: 0.15,
    tilt: 8.0,
    light: 0.45,
    noise: 6.0,
};

/// A pack on a shelf.
pub(crate) struct Pack {
    pub(crate) product: usize,
    pub(crate) area: Area,
}

/// A photo of a shelf, and what is on it.
pub(crate) struct Shelf {
    pub(crate) photo: Photo,
    pub(crate) packs: Vec<Pack>,
}

/// Ten packs, one of each product, as one would photograph them to teach them.
pub(crate) fn one_of_each(fronts: &[RgbImage], rng: &mut StdRng) -> Shelf {
    let order: Vec<_> = (0..fronts.len()).collect();
    shelf(fronts, &order, TIDY, rng)
}

/// 26 to 71 packs, some products more often than others.
pub(crate) fn full(fronts: &[RgbImage], level: Level, rng: &mut StdRng) -> Shelf {
    let count = rng.random_range(26..=71);
    let mut product = 0;
    let order: Vec<_> = (0..count)
        .map(|_| {
            // Equal ones stand together, mostly.
            if rng.random_bool(0.5) {
                product = rng.random_range(0..fronts.len());
            }
            product
        })
        .collect();
    shelf(fronts, &order, level, rng)
}

fn shelf(fronts: &[RgbImage], order: &[usize], level: Level, rng: &mut StdRng) -> Shelf {
    let (width, height) = (1600, 1200);
    let mut pixels = RgbImage::from_pixel(width, height, Rgb([96, 84, 70]));
    let columns = (order.len() as f32 * 1.7).sqrt().ceil();
    let rows = (order.len() as f32 / columns).ceil();
    let cell = (width as f32 / columns, height as f32 / rows);
    // The largest product, upright, stays within its cell.
    let room = (cell.0 / 152.0).min(cell.1 / 192.0) / (1.0 + level.size);
    let nominal = rng.random_range(0.75..1.0_f32).min(room);
    let mut packs = Vec::new();
    for (place, &product) in order.iter().enumerate() {
        let x = (place as f32 % columns + 0.5) * cell.0;
        let y = ((place as f32 / columns).floor() + 0.5) * cell.1;
        let scale = nominal * (1.0 + rng.random_range(-level.size..=level.size));
        let tilt = rng.random_range(-level.tilt..=level.tilt).to_radians();
        let front = &fronts[product];
        stand(&mut pixels, front, (x, y), scale, tilt);
        let (w, h) = (front.width() as f32 * scale, front.height() as f32 * scale);
        let area = [
            (x - w / 2.0) / 1600.0,
            (y - h / 2.0) / 1200.0,
            w / 1600.0,
            h / 1200.0,
        ];
        let [x, y, w, h] = area.map(f64::from);
        packs.push(Pack {
            product,
            area: Area { x, y, w, h },
        });
    }
    expose(&mut pixels, level, rng);
    let jpeg = Photo::from_pixels(pixels).to_jpeg().unwrap();
    Shelf {
        photo: Photo::read(&jpeg).unwrap(),
        packs,
    }
}

/// Draws a pack around a point; each pixel is the mean of four samples.
fn stand(pixels: &mut RgbImage, front: &RgbImage, (cx, cy): (f32, f32), scale: f32, tilt: f32) {
    let (sin, cos) = tilt.sin_cos();
    let (w, h) = (front.width() as f32, front.height() as f32);
    let reach = w.hypot(h) / 2.0 * scale;
    let from = ((cx - reach).max(0.0) as u32, (cy - reach).max(0.0) as u32);
    let to = (
        ((cx + reach) as u32).min(pixels.width() - 1),
        ((cy + reach) as u32).min(pixels.height() - 1),
    );
    for y in from.1..=to.1 {
        for x in from.0..=to.0 {
            let mut sum = [0_u32; 3];
            let mut hits = 0;
            for (ox, oy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let (dx, dy) = ((x as f32 + ox - cx) / scale, (y as f32 + oy - cy) / scale);
                let (u, v) = (w / 2.0 + dx * cos + dy * sin, h / 2.0 - dx * sin + dy * cos);
                if u < 0.0 || v < 0.0 || u >= w || v >= h {
                    continue;
                }
                let (u, v) = ((u - 0.5).clamp(0.0, w - 1.0), (v - 0.5).clamp(0.0, h - 1.0));
                let sample = interpolate_bilinear(front, u, v).unwrap();
                hits += 1;
                for (sum, value) in sum.iter_mut().zip(sample.0) {
                    *sum += u32::from(value);
                }
            }
            let pixel = pixels.get_pixel_mut(x, y);
            for (value, sum) in pixel.0.iter_mut().zip(sum) {
                *value = ((sum + u32::from(*value) * (4 - hits)) / 4) as u8;
            }
        }
    }
}

/// Uneven light, and noise.
fn expose(pixels: &mut RgbImage, level: Level, rng: &mut StdRng) {
    let (x0, y0): (f32, f32) = (rng.random(), rng.random());
    for (x, y, pixel) in pixels.enumerate_pixels_mut() {
        let away = (x as f32 / 1600.0 - x0).hypot(y as f32 / 1200.0 - y0);
        let light = 1.0 - (1.0 - level.light) * away.min(1.0);
        // The sum of three even ones is nearly Gaussian, of deviation 1.
        let noise: f32 = (0..3).map(|_| rng.random_range(-1.0_f32..1.0)).sum();
        for value in &mut pixel.0 {
            *value = (f32::from(*value) * light + noise * level.noise).clamp(0.0, 255.0) as u8;
        }
    }
}
