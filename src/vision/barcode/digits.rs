//! EAN and UPC: four widths a digit.

use std::ops::Range;

use crate::Symbology;

/// Modules of the four bars and spaces of a digit, in the odd set of EAN; the even one is its mirror image.
const DIGITS: [[u8; 4]; 10] = [
    [3, 2, 1, 1],
    [2, 2, 2, 1],
    [2, 1, 2, 2],
    [1, 4, 1, 1],
    [1, 1, 3, 2],
    [1, 2, 3, 1],
    [1, 1, 1, 4],
    [1, 3, 1, 2],
    [1, 2, 1, 3],
    [3, 1, 1, 2],
];
/// Which of the first six digits of EAN-13 are of the even set, the first of them the highest bit, for each number
/// that they so say (GS1 General Specifications section 5.2.1).
const FIRST: [u8; 10] = [
    0b00_0000, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101,
    0b01_0110, 0b01_1010,
];
/// The same for the check digit of UPC-E in number system 0; number system 1 has the sets exchanged.
const CHECK: [u8; 10] = [
    0b11_1000, 0b11_0100, 0b11_0010, 0b11_0001, 0b10_1100, 0b10_0110, 0b10_0011, 0b10_1010,
    0b10_1001, 0b10_0101,
];
/// How far the widths of a digit may be off, in squared modules.
const OFF: f32 = 0.8;
/// The same, on average over all digits. Of those that are read right it is about 0.1.
const MEAN_OFF: f32 = 0.25;

/// How long a digit may be, and a module of the guards, where they are 1 on average.
const EVEN: Range<f32> = 0.72..1.38;

/// What a digit's four widths say.
struct Digit {
    value: u8,
    is_even: bool,
    off: f32,
}

/// The digit, from four widths and by how much bars are wider than they should be. Bars are even places of a symbol.
fn digit(widths: &[f32], at: usize, spread: f32, both: bool) -> Option<Digit> {
    let widths = &widths[at..at + 4];
    let module = widths.iter().sum::<f32>() / 7.0;
    let part = |place: usize| {
        let ink = if (at + place).is_multiple_of(2) {
            spread
        } else {
            -spread
        };
        (widths[place] / module, (widths[place] - ink) / module)
    };
    let parts = [part(0), part(1), part(2), part(3)];
    let mut best: Option<Digit> = None;
    for (value, pattern) in (0..).zip(DIGITS) {
        for is_even in [false, true] {
            if is_even && !both {
                continue;
            }
            let modules =
                |place: usize| f32::from(pattern[if is_even { 3 - place } else { place }]);
            let pair = |place: usize| {
                parts[place].0 + parts[place + 1].0 - modules(place) - modules(place + 1)
            };
            let single = |place: usize| (parts[place].1 - modules(place)).powi(2);
            let off = pair(0).powi(2)
                + pair(1).powi(2)
                + 0.25 * (single(0) + single(1) + single(2) + single(3));
            if best.as_ref().is_none_or(|best| off < best.off) {
                best = Some(Digit {
                    value,
                    is_even,
                    off,
                });
            }
        }
    }
    best.filter(|digit| digit.off < OFF)
}

/// By how much bars are too wide: half of what guards' bars are wider than their spaces, all of which are a module.
fn spread(widths: &[f32], guards: &[Range<usize>]) -> f32 {
    let mean = |odd: usize| {
        let all = guards.iter().cloned().flatten().filter(|at| at % 2 == odd);
        let (sum, count) = all.fold((0.0, 0.0), |(sum, count), at| {
            (sum + widths[at], count + 1.0)
        });
        sum / count
    };
    (mean(0) - mean(1)) / 2.0
}

/// Digits at these places, which of them are of the even set, and how clear they are.
fn digits(
    widths: &[f32],
    places: impl Iterator<Item = (usize, bool)>,
    guards: &[Range<usize>],
) -> Option<(String, u8, f32)> {
    let spread = spread(widths, guards);
    let (mut text, mut even, mut off) = (String::new(), 0, 0.0);
    let mut lengths = Vec::new();
    for (at, both) in places {
        let digit = digit(widths, at, spread, both)?;
        text.push(char::from(b'0' + digit.value));
        if both {
            even = even << 1 | u8::from(digit.is_even);
        }
        off += digit.off;
        lengths.push(widths[at..at + 4].iter().sum::<f32>());
    }
    let (count, sum) = (lengths.len() as f32, lengths.iter().sum::<f32>());
    // Perspective makes digits at one end longer than at the other, but not by much.
    let is_even_spread = lengths
        .iter()
        .all(|length| EVEN.contains(&(length * count / sum)));
    let guards: usize = guards.iter().map(ExactSizeIterator::len).sum();
    let guard = (widths.iter().sum::<f32>() - sum) / guards as f32;
    let clear = 1.0 - off / count / MEAN_OFF;
    let is_whole = is_even_spread && EVEN.contains(&(guard * 7.0 * count / sum));
    (clear > 0.0 && is_whole).then_some((text, even, clear))
}

pub(super) fn ean_13(widths: &[f32]) -> Option<(String, Symbology, f32)> {
    let places = (0..6).map(|at| (3 + 4 * at, true));
    let places = places.chain((0..6).map(|at| (32 + 4 * at, false)));
    let (rest, even, clear) = digits(widths, places, &[0..3, 27..32, 56..59])?;
    let first = FIRST.iter().position(|sets| *sets == even)?;
    let text = format!("{first}{rest}");
    if !is_checked(&text) {
        return None;
    }
    Some(match text.strip_prefix('0') {
        Some(short) => (short.into(), Symbology::UpcA, clear),
        None => (text, Symbology::Ean13, clear),
    })
}

pub(super) fn ean_8(widths: &[f32]) -> Option<(String, Symbology, f32)> {
    let places = (0..4).map(|at| (3 + 4 * at, true));
    let places = places.chain((0..4).map(|at| (24 + 4 * at, false)));
    let (text, even, clear) = digits(widths, places, &[0..3, 19..24, 40..43])?;
    (even == 0 && is_checked(&text)).then_some((text, Symbology::Ean8, clear))
}

pub(super) fn upc_e(widths: &[f32]) -> Option<(String, Symbology, f32)> {
    let places = (0..6).map(|at| (3 + 4 * at, true));
    let (rest, even, clear) = digits(widths, places, &[0..3, 27..33])?;
    let (system, check) = (0..2).find_map(|system| {
        let sets = if system == 0 { even } else { even ^ 0b11_1111 };
        Some((system, CHECK.iter().position(|known| *known == sets)?))
    })?;
    let text = format!("{system}{rest}{check}");
    is_checked(&upc_a(&text)?).then_some((text, Symbology::UpcE, clear))
}

/// The number of which UPC-E leaves out zeros (GS1 General Specifications section 5.2.2.4.2).
fn upc_a(upc_e: &str) -> Option<String> {
    let part = |from: usize, to: usize| upc_e.get(from..to);
    let (last, check) = (part(6, 7)?, part(7, 8)?);
    Some(match last {
        "0" | "1" | "2" => format!("{}{last}0000{}{check}", part(0, 3)?, part(3, 6)?),
        "3" => format!("{}00000{}{check}", part(0, 4)?, part(4, 6)?),
        "4" => format!("{}00000{}{check}", part(0, 5)?, part(5, 6)?),
        _ => format!("{}0000{last}{check}", part(0, 6)?),
    })
}

/// Whether the last digit checks the others: weights 1 and 3 from the right (GS1 General Specifications section
/// 7.9).
pub(super) fn is_checked(digits: &str) -> bool {
    let weighted = digits.chars().rev().zip([1, 3].into_iter().cycle());
    let sum: Option<u32> = weighted
        .map(|(digit, weight)| digit.to_digit(10).map(|digit| digit * weight))
        .sum();
    sum.is_some_and(|sum| sum % 10 == 0)
}
