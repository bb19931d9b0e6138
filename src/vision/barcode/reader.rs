//! Reads rows of black and white.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::BitArray;
use rxing::oned::{MultiFormatOneDReader, OneDReader};
use rxing::{DecodeHints, RXingResult};

use super::row::SAMPLES;
use crate::Symbology;

/// Samples of a piece of a row that may hold another code.
const PIECE: usize = 60 * SAMPLES;
/// Modules of white on both sides of a short code, without which it may be a part of a longer one. GS1 General
/// Specifications section 5.2.3.4 asks for seven; blur takes of them.
const QUIET: f32 = 5.0;

/// What a row says, and between which samples.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) symbology: Symbology,
    pub(super) start: f32,
    pub(super) end: f32,
}

/// Reads codes of bars.
pub(super) struct Reader {
    library: MultiFormatOneDReader,
    hints: DecodeHints,
}

impl Reader {
    pub(super) fn new() -> Self {
        let bars = Symbology::ALL.into_iter().filter(|kind| !kind.is_matrix());
        let hints = DecodeHints {
            PossibleFormats: Some(bars.map(Symbology::format).collect::<HashSet<_>>()),
            AllowedLengths: Some(vec![14]),
            AssumeGs1: Some(true),
            ..DecodeHints::default()
        };
        Self {
            library: MultiFormatOneDReader::new(&hints),
            hints,
        }
    }

    /// Everything that a row says.
    pub(super) fn read(&mut self, row: &[bool]) -> Vec<Words> {
        let mut all = Vec::new();
        let mut pieces = vec![(0, row.len())];
        while let Some((from, to)) = pieces.pop() {
            if to - from < PIECE {
                continue;
            }
            let Some(mut words) = self.read_either_way(&row[from..to]) else {
                continue;
            };
            words.start += from as f32;
            words.end += from as f32;
            pieces.push((from, (words.start as usize).max(from)));
            pieces.push(((words.end as usize).min(to), to));
            all.push(words);
        }
        all
    }

    fn read_either_way(&mut self, row: &[bool]) -> Option<Words> {
        self.read_one(row).or_else(|| {
            let reversed: Vec<_> = row.iter().rev().copied().collect();
            let words = self.read_one(&reversed)?;
            let mirrored = |at: f32| row.len() as f32 - at;
            Some(Words {
                start: mirrored(words.end),
                end: mirrored(words.start),
                ..words
            })
        })
    }

    fn read_one(&mut self, row: &[bool]) -> Option<Words> {
        let mut bits = BitArray::with_size(row.len());
        for at in (0..row.len()).filter(|at| row[*at]) {
            bits.set(at);
        }
        // What confuses the library so much that it panics is not a code.
        let read = || self.library.decode_row(0, &bits, &self.hints);
        let found = catch_unwind(AssertUnwindSafe(read)).ok()?.ok()?;
        let words = understood(&found)?;
        is_plausible(&words, row).then_some(words)
    }
}

fn understood(found: &RXingResult) -> Option<Words> {
    let [start, end] = [found.getPoints().first()?, found.getPoints().get(1)?].map(|at| at.x);
    Some(Words {
        text: found.getText().into(),
        symbology: Symbology::of(*found.getBarcodeFormat())?,
        start,
        end,
    })
}

/// Whether it is more than a part of another code, or a pattern that looks like one.
fn is_plausible(words: &Words, row: &[bool]) -> bool {
    let modules = match words.symbology {
        Symbology::Itf14 => return words.text.len() == 14 && is_checked(&words.text),
        Symbology::Ean8 => 64.0,
        Symbology::UpcE => 46.5,
        _ => return !words.text.is_empty(),
    };
    let module = (words.end - words.start) / modules;
    let quiet = (QUIET * module) as usize;
    // Both points lie in the middle of the guards, not more than three modules from the white beside them.
    let inner = (3.5 * module) as usize;
    let is_white = |from: usize, to: usize| {
        let side = &row[from.min(row.len())..to.min(row.len())];
        side.windows(quiet.max(1))
            .any(|white| !white.contains(&true))
    };
    let (start, end) = (words.start as usize, words.end as usize);
    is_white(start.saturating_sub(inner + quiet), start) && is_white(end, end + inner + quiet)
}

/// Whether the last digit checks the others: weights 3 and 1 from the left of 14 digits (GS1 General Specifications
/// section 7.9).
fn is_checked(digits: &str) -> bool {
    let weighted = digits.chars().zip([3, 1].into_iter().cycle());
    let sum: Option<u32> = weighted
        .map(|(digit, weight)| digit.to_digit(10).map(|digit| digit * weight))
        .sum();
    sum.is_some_and(|sum| sum % 10 == 0)
}
