//! Equal labels, edge to edge: where readers that only read lose count.

use image::{Rgb, RgbImage};

use super::label::Label;
use super::quad::Quad;
use super::{Dice, Level, Truth, Undrawable, photographed};
use crate::Symbology;

/// A picture full of one label.
#[derive(Clone, Debug)]
pub struct Grid {
    /// What each of them says.
    pub text: String,
    /// Their kind.
    pub symbology: Symbology,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Pixels of a module.
    pub module: f32,
    /// Pixels between two labels, each with its quiet zone.
    pub gap: f32,
    /// The camera's level.
    pub level: Level,
    /// Chooses the height of the bars, and the noise.
    pub seed: u64,
}

/// Draws a grid: as many labels as there is room for.
///
/// # Errors
/// [`Undrawable`], when the symbology cannot say the text.
pub fn grid(wanted: &Grid) -> Result<(RgbImage, Vec<Truth>), Undrawable> {
    let mut dice = Dice::new(wanted.seed);
    let label = Label::new(&wanted.text, wanted.symbology, &mut dice)?;
    let (w, h) = (label.size.0 * wanted.module, label.size.1 * wanted.module);
    let mut scene = RgbImage::from_pixel(wanted.width, wanted.height, Rgb([96, 104, 112]));
    let mut truths = Vec::new();
    let mut top = wanted.gap;
    while top + h <= wanted.height as f32 {
        let mut left = wanted.gap;
        while left + w <= wanted.width as f32 {
            let (right, bottom) = (left + w, top + h);
            let quad = Quad([(left, top), (right, top), (right, bottom), (left, bottom)]);
            quad.stick(&mut scene, &label);
            truths.push(Truth::new(&wanted.text, wanted.symbology, &label, &quad));
            left += w + wanted.gap;
        }
        top += h + wanted.gap;
    }
    Ok((photographed(&scene, wanted.level, &mut dice), truths))
}
