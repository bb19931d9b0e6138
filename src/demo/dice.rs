//! Chance, seeded, so that every demo is the same shop.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A seeded source of chance.
#[derive(Debug)]
pub(super) struct Dice(StdRng);

impl Dice {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// A number of `0..limit`; `limit` must be above 0.
    pub(super) fn below(&mut self, limit: i64) -> i64 {
        self.0.random_range(0..limit)
    }

    /// True once in `n` throws.
    pub(super) fn once_in(&mut self, n: i64) -> bool {
        self.below(n) == 0
    }

    /// How many of something that happens `mean` times on average happened this time (Poisson; Knuth's
    /// method, which is exact and quick for the small means of a shop).
    pub(super) fn happened(&mut self, mean: f64) -> i64 {
        let limit = (-mean).exp();
        let (mut product, mut count) = (self.0.random::<f64>(), 0);
        while product > limit {
            product *= self.0.random::<f64>();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_throws_the_same() {
        let throw = || {
            let mut dice = Dice::seeded(7);
            (0..50).map(|_| dice.happened(2.5)).collect::<Vec<_>>()
        };

        assert_eq!(throw(), throw());
    }

    #[test]
    fn counts_average_to_their_mean() {
        let mut dice = Dice::seeded(1);
        let total: i64 = (0..10_000).map(|_| dice.happened(1.5)).sum();

        assert!(
            (14_500..15_500).contains(&total),
            "{total} is far from 15,000"
        );
    }
}
