//! Digits and letters of 5 x 7 dots, for what is printed on packs and below bars.

use image::{Rgb, RgbImage};

/// Dots of a character from top to bottom.
pub(super) const HEIGHT: usize = 7;
/// Dots from one character to the next.
const STEP: usize = 6;

/// Rows from the top, the leftmost dot the highest of five bits.
const GLYPHS: [(char, [u8; HEIGHT]); 39] = [
    ('0', [14, 17, 19, 21, 25, 17, 14]),
    ('1', [4, 12, 4, 4, 4, 4, 14]),
    ('2', [14, 17, 1, 2, 4, 8, 31]),
    ('3', [31, 2, 4, 2, 1, 17, 14]),
    ('4', [2, 6, 10, 18, 31, 2, 2]),
    ('5', [31, 16, 30, 1, 1, 17, 14]),
    ('6', [6, 8, 16, 30, 17, 17, 14]),
    ('7', [31, 1, 2, 4, 8, 8, 8]),
    ('8', [14, 17, 17, 14, 17, 17, 14]),
    ('9', [14, 17, 17, 15, 1, 2, 12]),
    ('A', [14, 17, 17, 31, 17, 17, 17]),
    ('B', [30, 17, 17, 30, 17, 17, 30]),
    ('C', [14, 17, 16, 16, 16, 17, 14]),
    ('D', [28, 18, 17, 17, 17, 18, 28]),
    ('E', [31, 16, 16, 30, 16, 16, 31]),
    ('F', [31, 16, 16, 30, 16, 16, 16]),
    ('G', [14, 17, 16, 23, 17, 17, 15]),
    ('H', [17, 17, 17, 31, 17, 17, 17]),
    ('I', [14, 4, 4, 4, 4, 4, 14]),
    ('J', [7, 2, 2, 2, 2, 18, 12]),
    ('K', [17, 18, 20, 24, 20, 18, 17]),
    ('L', [16, 16, 16, 16, 16, 16, 31]),
    ('M', [17, 27, 21, 21, 17, 17, 17]),
    ('N', [17, 17, 25, 21, 19, 17, 17]),
    ('O', [14, 17, 17, 17, 17, 17, 14]),
    ('P', [30, 17, 17, 30, 16, 16, 16]),
    ('Q', [14, 17, 17, 17, 21, 18, 13]),
    ('R', [30, 17, 17, 30, 20, 18, 17]),
    ('S', [15, 16, 16, 14, 1, 1, 30]),
    ('T', [31, 4, 4, 4, 4, 4, 4]),
    ('U', [17, 17, 17, 17, 17, 17, 14]),
    ('V', [17, 17, 17, 17, 17, 10, 4]),
    ('W', [17, 17, 17, 21, 21, 21, 10]),
    ('X', [17, 17, 10, 4, 10, 17, 17]),
    ('Y', [17, 17, 17, 10, 4, 4, 4]),
    ('Z', [31, 1, 2, 4, 8, 16, 31]),
    ('-', [0, 0, 0, 31, 0, 0, 0]),
    ('.', [0, 0, 0, 0, 0, 12, 12]),
    ('/', [0, 1, 2, 4, 8, 16, 0]),
];

/// Dots that a text takes from left to right.
pub(super) fn width(text: &str) -> usize {
    (text.chars().count() * STEP).saturating_sub(1)
}

/// The pixels that a text blackens, each dot `scale` of them wide and high. Characters that have no shape here
/// are left blank.
pub(super) fn dots(text: &str, scale: usize) -> impl Iterator<Item = (usize, usize)> {
    let characters: Vec<char> = text.to_uppercase().chars().collect();
    let width = characters.len() * STEP;
    (0..width * HEIGHT)
        .filter(move |at| {
            let (x, y) = (at % width, at / width);
            let glyph = GLYPHS
                .iter()
                .find(|(name, _)| *name == characters[x / STEP]);
            let column = x % STEP;
            column < 5 && glyph.is_some_and(|(_, rows)| rows[y] >> (4 - column) & 1 == 1)
        })
        .flat_map(move |at| {
            let (x, y) = (at % width * scale, at / width * scale);
            (0..scale * scale).map(move |dot| (x + dot % scale, y + dot / scale))
        })
}

/// Writes on a picture, from this corner; what leaves the picture is cut off.
pub fn write(picture: &mut RgbImage, (x, y): (u32, u32), scale: u32, colour: Rgb<u8>, text: &str) {
    for (dx, dy) in dots(text, scale as usize) {
        if let Some(pixel) = picture.get_pixel_mut_checked(x + dx as u32, y + dy as u32) {
            *pixel = colour;
        }
    }
}
