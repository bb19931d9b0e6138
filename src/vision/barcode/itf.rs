//! ITF-14: five bars a digit, and the five spaces between them another; two of five are wide.

use super::digits::is_checked;
use crate::Symbology;

/// Wide elements of a digit of ITF, the first the highest bit.
const WIDE: [u8; 10] = [
    0b00110, 0b10001, 0b01001, 0b11000, 0b00101, 0b10100, 0b01100, 0b00011, 0b10010, 0b01010,
];
pub(super) fn itf_14(widths: &[f32]) -> Option<(String, Symbology, f32)> {
    let (start, end) = (&widths[..4], &widths[74..]);
    let is_like = |a: f32, b: f32| a < 1.7 * b && b < 1.7 * a;
    let begins = is_like(start[0], start[2]) && is_like(start[1], start[3]);
    let ends = end[0] > 1.4 * end[2] && end[0] > 1.2 * start[0].max(start[2]);
    if !begins || !ends {
        return None;
    }
    let mut text = String::new();
    for pair in 0..7 {
        for colour in 0..2 {
            let at = 4 + 10 * pair + colour;
            text.push(two_of_five(
                [0, 2, 4, 6, 8].map(|place| widths[at + place]),
            )?);
        }
    }
    is_checked(&text).then_some((text, Symbology::Itf14, 1.0))
}

/// The digit whose two wide elements these are: they must stand out.
fn two_of_five(widths: [f32; 5]) -> Option<char> {
    let mut sorted = widths;
    sorted.sort_by(|a, b| b.total_cmp(a));
    let limit = f32::midpoint(sorted[1], sorted[2]);
    if sorted[1] < 1.2 * sorted[2] || sorted[0] > 2.2 * sorted[1] {
        return None;
    }
    let wide = widths
        .iter()
        .fold(0, |bits, width| bits << 1 | u8::from(*width > limit));
    let value = WIDE.iter().position(|known| *known == wide)?;
    Some(char::from(b'0' + value as u8))
}
