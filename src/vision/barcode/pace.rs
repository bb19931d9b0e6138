//! How far the search is, and whether it must end.

use crate::Watch;

/// Steps of the search: four thresholds for bars, three for matrices.
const STEPS: usize = 7;

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
