//! The widths of a row's bars and spaces, and the symbols among them that are nothing but digits.
//!
//! Blur makes all bars wider or narrower alike, where narrow ones come near what the camera resolves. So widths are
//! compared where this cancels out: from an edge to the next edge of the same kind, and bars with bars, spaces with
//! spaces. What these say is still checked by parity, check digit and agreement of rows.

use super::digits::{ean_8, ean_13, upc_e};
use super::itf::itf_14;
use super::reader::Words;
use crate::Symbology;

/// Bars and spaces of a row from the first bar on, in samples.
pub(super) struct Widths {
    first: usize,
    each: Vec<f32>,
    length: usize,
}

impl Widths {
    pub(super) fn of(row: &[bool]) -> Self {
        let first = row.iter().position(|black| *black).unwrap_or(row.len());
        let each = row[first..]
            .chunk_by(|a, b| a == b)
            .map(|run| run.len() as f32)
            .collect();
        Self {
            first,
            each,
            length: row.len(),
        }
    }

    /// Everything that they say, from left to right or from right to left.
    pub(super) fn read(&self) -> Vec<Words> {
        let mut all = Vec::<Words>::new();
        let mut edge = self.first as f32;
        for at in 0..self.each.len() {
            if at % 2 == 0 {
                let free = all.last().is_none_or(|last| edge >= last.end);
                if let Some(words) = free.then(|| self.read_at(at, edge)).flatten() {
                    all.push(words);
                }
            }
            edge += self.each[at];
        }
        all
    }

    fn read_at(&self, at: usize, start: f32) -> Option<Words> {
        type Read = fn(&[f32]) -> Option<(String, Symbology, f32)>;
        let kinds: [(usize, f32, f32, Read); 4] = [
            (59, 95.0, 3.5, ean_13),
            (43, 67.0, 4.5, ean_8),
            (33, 51.0, 4.5, upc_e),
            (77, 125.0, 4.5, itf_14),
        ];
        kinds.into_iter().find_map(|(count, modules, quiet, read)| {
            let widths = self.each.get(at..at + count)?;
            let length: f32 = widths.iter().sum();
            let before = if at == 0 {
                self.first as f32
            } else {
                self.each[at - 1]
            };
            let after = self
                .each
                .get(at + count)
                .copied()
                .unwrap_or(self.length as f32 - start - length);
            if before.min(after) < quiet * length / modules {
                return None;
            }
            let mirrored: Vec<_> = widths.iter().rev().copied().collect();
            // Backwards, some digits say something too, less clearly.
            let ways = [read(widths), read(&mirrored)].into_iter().flatten();
            let (text, symbology, weight) = ways.max_by(|a, b| a.2.total_cmp(&b.2))?;
            Some(Words {
                text,
                symbology,
                start,
                end: start + length,
                weight,
            })
        })
    }
}
