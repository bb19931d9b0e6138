//! How far the search is, and whether it must end.

use super::Code;
use super::frame::Frame;
use crate::Watch;

/// Steps of the search: four thresholds for bars, five for matrices.
const STEPS: usize = 9;

/// The detector's side of its caller's [`Watch`].
pub(super) struct Pace<'a> {
    watch: &'a Watch<'a>,
    step: usize,
    told: u8,
    cut: bool,
}

impl<'a> Pace<'a> {
    pub(super) fn new(watch: &'a Watch<'a>) -> Self {
        Self {
            watch,
            step: 0,
            told: 0,
            cut: false,
        }
    }

    /// Whether to stop: between two places, two passes, two patches.
    pub(super) fn is_over(&mut self) -> bool {
        self.cut |= self.watch.is_over();
        self.cut
    }

    /// Whether something was left out.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// So many of a step's places are done.
    pub(super) fn done(&mut self, places: usize, all: usize) {
        let part = places as f32 / all.max(1) as f32;
        self.tell(((self.step as f32 + part) / STEPS as f32 * 99.0) as u8);
    }

    /// A step is done.
    pub(super) fn next_step(&mut self) {
        self.step += 1;
        self.done(0, 1);
    }

    /// Says how far it is, in percent: never less than before.
    pub(super) fn tell(&mut self, percent: u8) {
        if percent > self.told {
            self.told = percent;
            (self.watch.progress)(percent);
        }
    }
}

/// Places that were looked at. A low energy finds most of those again that a high one found.
#[derive(Default)]
pub(super) struct Tried(Vec<Frame>);

impl Tried {
    /// Whether a place has neither been looked at nor is on a code that was read.
    pub(super) fn is_new(&mut self, place: &Frame, codes: &[Code]) -> bool {
        let is_read = codes.iter().any(|code| code.frame.holds(place.centre));
        let is_new = !is_read && !self.0.iter().any(|tried| tried.is_like(place));
        if is_new {
            self.0.push(*place);
        }
        is_new
    }
}
