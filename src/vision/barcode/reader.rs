//! Reads rows of black and white.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::DecodeHints;
use rxing::common::BitArray;
use rxing::oned::{Code128Reader, OneDReader};

use super::gs1;
use super::row::SAMPLES;
use super::widths::Widths;
use crate::Symbology;

/// Samples of a piece of a row that may hold another code.
const PIECE: usize = 60 * SAMPLES;

/// What a row says, and between which samples.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) symbology: Symbology,
    pub(super) start: f32,
    pub(super) end: f32,
    /// How clearly it says so, 0 to 1.
    pub(super) weight: f32,
}

/// Everything that a row says.
pub(super) fn read(row: &[bool]) -> Vec<Words> {
    let mut all = Widths::of(row).read();
    let mut pieces = gaps(&all, row.len());
    while let Some((from, to)) = pieces.pop() {
        if to < from + PIECE {
            continue;
        }
        let Some(mut words) = code_128(&row[from..to]) else {
            continue;
        };
        words.start += from as f32;
        words.end += from as f32;
        pieces.push((from, words.start as usize));
        pieces.push((words.end as usize, to));
        all.push(words);
    }
    all
}

/// The pieces of a row between its words.
fn gaps(words: &[Words], length: usize) -> Vec<(usize, usize)> {
    let starts = std::iter::once(0).chain(words.iter().map(|words| words.end as usize));
    let ends = words.iter().map(|words| words.start as usize);
    starts.zip(ends.chain([length])).collect()
}

/// The first Code 128 of a row, from left to right or from right to left.
fn code_128(row: &[bool]) -> Option<Words> {
    decoded(row.iter()).or_else(|| {
        let words = decoded(row.iter().rev())?;
        let mirrored = |at: f32| row.len() as f32 - at;
        Some(Words {
            start: mirrored(words.end),
            end: mirrored(words.start),
            ..words
        })
    })
}

fn decoded<'a>(row: impl ExactSizeIterator<Item = &'a bool>) -> Option<Words> {
    let mut bits = BitArray::with_size(row.len());
    for (at, black) in row.enumerate() {
        if *black {
            bits.set(at);
        }
    }
    // GS1 data is then told from text that looks like it.
    let hints = DecodeHints {
        AssumeGs1: Some(true),
        ..DecodeHints::default()
    };
    // What confuses the library so much that it panics is not a code.
    let read = || Code128Reader.decode_row(0, &bits, &hints);
    let found = catch_unwind(AssertUnwindSafe(read)).ok()?.ok()?;
    let [start, end] = [found.getPoints().first()?, found.getPoints().get(1)?].map(|at| at.x);
    // The library takes a check character that is function character 1 for data.
    let text = found.getText().trim_end_matches(gs1::SEPARATOR);
    (!text.is_empty()).then(|| Words {
        text: text.into(),
        symbology: Symbology::Code128,
        start,
        end,
        weight: 1.0,
    })
}
