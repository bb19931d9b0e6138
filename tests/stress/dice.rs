//! Chance, seeded: what a scenario does depends on the seed and its own name alone, so that it is the same
//! whether it runs by itself or among others.

use std::ops::Range;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A seeded source of chance.
#[derive(Debug)]
pub(crate) struct Dice(StdRng);

impl Dice {
    /// Of a seed, for something of that name.
    pub(crate) fn of(seed: u64, name: &str) -> Self {
        // FNV-1a (draft-eastlake-fnv), whose results never change.
        let mixed = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(StdRng::seed_from_u64(seed ^ mixed))
    }

    /// Dice of somebody else's, who throws when they like: these do not notice.
    pub(crate) fn hand_out(&mut self) -> Self {
        Self(StdRng::seed_from_u64(self.0.random()))
    }

    /// A number of `0..limit`, which must be above 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0.random_range(0..limit)
    }

    /// True once in `n` throws.
    pub(crate) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A time of so many milliseconds.
    pub(crate) fn millis(&mut self, of: Range<u64>) -> Duration {
        Duration::from_millis(self.0.random_range(of))
    }

    /// Another order.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}
