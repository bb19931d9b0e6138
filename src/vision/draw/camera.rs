//! What a camera makes of a scene: blur, uneven light, noise, and the losses of JPEG.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, RgbImage};

use super::{Dice, Level};

/// The photo of a scene, as the camera of this level takes it.
///
/// # Panics
/// When JPEG cannot encode or decode what it should, which is a bug.
pub fn photographed(scene: &RgbImage, level: Level, dice: &mut Dice) -> RgbImage {
    let conditions = level.conditions();
    let mut photo = blurred(scene, conditions.blur);
    expose(&mut photo, conditions.light, conditions.noise, dice);
    through_jpeg(&photo, conditions.quality).expect("a picture survives JPEG")
}

/// Gaussian blur of this deviation: once along the rows, once along the columns. The edges go on as they end.
fn blurred(scene: &RgbImage, deviation: f32) -> RgbImage {
    let reach = (3.0 * deviation).ceil() as usize;
    let kernel = bell(reach, deviation);
    let (width, height) = (scene.width() as usize, scene.height() as usize);
    let row = |of: usize| of * width * 3..(of + 1) * width * 3;
    let (mut across, mut photo) = (scene.clone(), scene.clone());
    let mut sums = vec![0.0_f32; width * 3];
    for y in 0..height {
        let from = &scene.as_raw()[row(y)];
        sums.fill(0.0);
        for (offset, weight) in kernel.iter().enumerate() {
            for (x, sum) in sums.chunks_exact_mut(3).enumerate() {
                let near = (x + offset).saturating_sub(reach).min(width - 1) * 3;
                for channel in 0..3 {
                    sum[channel] += weight * f32::from(from[near + channel]);
                }
            }
        }
        store(&sums, &mut across.as_mut()[row(y)]);
    }
    for y in 0..height {
        sums.fill(0.0);
        for (offset, weight) in kernel.iter().enumerate() {
            let near = (y + offset).saturating_sub(reach).min(height - 1);
            for (sum, value) in sums.iter_mut().zip(&across.as_raw()[row(near)]) {
                *sum += weight * f32::from(*value);
            }
        }
        store(&sums, &mut photo.as_mut()[row(y)]);
    }
    photo
}

/// Weights of the neighbours up to `reach` on both sides, which sum to 1.
fn bell(reach: usize, deviation: f32) -> Vec<f32> {
    let weight = |at: usize| (-0.5 * ((at as f32 - reach as f32) / deviation).powi(2)).exp();
    let weights: Vec<_> = (0..=2 * reach).map(weight).collect();
    let sum: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

fn store(sums: &[f32], row: &mut [u8]) {
    for (value, sum) in row.iter_mut().zip(sums) {
        *value = (sum + 0.5) as u8;
    }
}

/// Light that is 1 at a random point and `left` of it at a distance of 1, where a photo is 1 wide and 1 high; and
/// grey noise.
fn expose(photo: &mut RgbImage, left: f32, noise: f32, dice: &mut Dice) {
    let (lamp_x, lamp_y) = (dice.between(0.0, 1.0), dice.between(0.0, 1.0));
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    // A draw of the normal distribution for every pixel would take longer than all else.
    let grain: Vec<f32> = (0..4096).map(|_| dice.normal() * noise).collect();
    for (x, y, pixel) in photo.enumerate_pixels_mut() {
        let away = (x as f32 / width - lamp_x).hypot(y as f32 / height - lamp_y);
        let light = 1.0 + (left - 1.0) * away.min(1.0);
        let grain = grain[dice.below(grain.len())];
        for channel in &mut pixel.0 {
            *channel = (f32::from(*channel) * light + grain).clamp(0.0, 255.0) as u8;
        }
    }
}

fn through_jpeg(photo: &RgbImage, quality: u8) -> Result<RgbImage, image::ImageError> {
    let mut bytes = Vec::new();
    photo.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))?;
    Ok(image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg)?.into_rgb8())
}
