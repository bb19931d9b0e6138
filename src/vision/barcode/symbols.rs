//! Rows that say the same, one below the other, are one symbol.

use super::Code;
use super::frame::{Frame, Point};
use super::reader::Words;
use crate::Symbology;

/// Rows that must agree: the digits of an EAN have one check digit alone.
const AGREE: usize = 2;

/// Pixels between two rows of one symbol, at most. Further apart they are two, unless the photo shows that the bars go
/// on from one to the other: labels are stacked.
const GAP: f32 = 14.0;
/// How much more clearly a text must be said than any other in its place: else neither is believed.
const CLEAR: f32 = 1.5;

/// What a row said. Positions are pixels from the centre of the box that is read: along its length and its height.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) words: Words,
    pub(super) height: f32,
    pub(super) start: f32,
    pub(super) end: f32,
}

/// Rows that agree.
#[derive(Clone, Debug)]
pub(super) struct Symbol {
    text: String,
    symbology: Symbology,
    weight: f32,
    hits: f32,
    /// Rows at different heights.
    rows: usize,
    start: f32,
    end: f32,
    top: f32,
    bottom: f32,
    is_contested: bool,
}

impl Symbol {
    fn new(hit: &Hit) -> Self {
        Self {
            text: hit.words.text.clone(),
            symbology: hit.words.symbology,
            weight: hit.words.weight,
            hits: 1.0,
            rows: 1,
            start: hit.start,
            end: hit.end,
            top: hit.height,
            bottom: hit.height,
            is_contested: false,
        }
    }

    fn takes(&self, hit: &Hit, step: f32) -> bool {
        let width = self.end - self.start;
        let gap = GAP.max(2.1 * step);
        self.text == hit.words.text
            && self.symbology == hit.words.symbology
            && (hit.start - self.start).abs() < 0.3 * width
            && hit.height - self.bottom <= gap
    }

    fn take(&mut self, hit: &Hit) {
        self.weight += hit.words.weight;
        self.hits += 1.0;
        self.start += (hit.start - self.start) / self.hits;
        self.end += (hit.end - self.end) / self.hits;
        if hit.height - self.bottom > 1.0 {
            self.rows += 1;
        }
        self.bottom = self.bottom.max(hit.height);
    }

    /// Whether it says something else in the same place, and nearly as clearly.
    fn contests(&self, strong: &Self) -> bool {
        self.text != strong.text && CLEAR * self.weight > strong.weight
    }

    fn covers(&self, (u, v): Point) -> bool {
        (self.start..=self.end).contains(&u) && (self.top - 8.0..=self.bottom + 8.0).contains(&v)
    }

    fn centre(&self) -> Point {
        (
            f32::midpoint(self.start, self.end),
            f32::midpoint(self.top, self.bottom),
        )
    }

    /// What it covers, as high as its rows and one step more.
    pub(super) fn size(&self, step: f32) -> f32 {
        (self.end - self.start) * (self.bottom - self.top + step)
    }

    /// The code that it is, on the photo.
    pub(super) fn code(self, place: &Frame) -> Code {
        let centre = self.centre();
        let frame = Frame {
            centre: place.at(centre.0, centre.1),
            half_length: (self.end - self.start) / 2.0,
            half_height: (self.bottom - self.top) / 2.0 + 3.0,
            ..*place
        };
        Code {
            text: self.text,
            symbology: self.symbology,
            bounds: frame.bounds(),
            frame,
        }
    }
}

/// The symbols of a box whose rows are so far apart.
pub(super) fn gathered(hits: &[Hit], step: f32) -> Vec<Symbol> {
    let mut sorted: Vec<_> = hits.iter().collect();
    sorted.sort_by(|a, b| a.height.total_cmp(&b.height));
    let mut symbols = Vec::<Symbol>::new();
    for hit in sorted {
        match symbols.iter_mut().find(|symbol| symbol.takes(hit, step)) {
            Some(symbol) => symbol.take(hit),
            None => symbols.push(Symbol::new(hit)),
        }
    }
    symbols.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut kept = Vec::<Symbol>::new();
    for symbol in symbols {
        match kept
            .iter_mut()
            .find(|strong| strong.covers(symbol.centre()))
        {
            Some(strong) => strong.is_contested |= symbol.contests(strong),
            None => kept.push(symbol),
        }
    }
    kept.retain(|symbol| symbol.rows >= AGREE && !symbol.is_contested);
    kept
}
