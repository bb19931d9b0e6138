//! Shelves at random, with the least that is accepted of each level.

use aims_vision::draw::Level;

use crate::judge::{Score, report};
use crate::scenes;

const SMALL: (u32, u32) = (1920, 1080);
const LARGE: (u32, u32) = (4000, 3000);

/// Photos of one kind.
struct Series {
    size: (u32, u32),
    level: Level,
    /// Labels, by turns.
    counts: &'static [usize],
    photos: u64,
    /// Where its seeds begin, below `scenes::TUNING`.
    seed: u64,
}

/// Judges a series and prints how it went.
fn judged(series: &Series) -> Score {
    let photos = series.photos * times();
    assert!(series.seed + photos <= scenes::TUNING);
    let mut score = Score::default();
    for at in 0..photos {
        let count = series.counts[at as usize % series.counts.len()];
        let (photo, truths) = scenes::photo(series.size, count, series.level, series.seed + at);
        let one = Score::of(&photo, &truths, &report(&photo));
        if one.right < one.labels || one.right < one.found {
            println!("  seed {}, {count} labels: {one:?}", series.seed + at);
        }
        score = score.and(one);
    }
    println!(
        "{:?} {}x{}: {photos} photos, {} labels, recall {:.4}, precision {:.4}, exact {} of {} items",
        series.level,
        series.size.0,
        series.size.1,
        score.labels,
        score.recall(),
        score.precision(),
        score.exact,
        score.items,
    );
    score
}

/// How many times as many photos to judge.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
fn times() -> u64 {
    std::env::var("AIMS_VISION_PHOTOS").map_or(1, |times| times.parse().unwrap())
}

#[test]
fn shelves_of_medium_difficulty_are_counted() {
    let score = judged(&Series {
        size: SMALL,
        level: Level::Medium,
        counts: &[20, 30, 40],
        photos: 21,
        seed: 0,
    });
    is_accepted(score, 0.99);
}

#[test]
fn large_shelves_of_medium_difficulty_are_counted() {
    let score = judged(&Series {
        size: LARGE,
        level: Level::Medium,
        counts: &[20, 40, 60],
        photos: 9,
        seed: 100_000,
    });
    is_accepted(score, 0.99);
}

#[test]
fn hard_shelves_are_counted() {
    let score = judged(&Series {
        size: SMALL,
        level: Level::Hard,
        counts: &[20, 25, 30],
        photos: 24,
        seed: 200_000,
    });
    is_accepted(score, 0.95);
}

#[test]
fn large_hard_shelves_are_counted() {
    let score = judged(&Series {
        size: LARGE,
        level: Level::Hard,
        counts: &[20, 40, 60],
        photos: 9,
        seed: 300_000,
    });
    is_accepted(score, 0.95);
}

fn is_accepted(score: Score, recall: f64) {
    assert!(score.recall() >= recall, "{score:?}");
    assert!(score.precision() >= 0.99, "{score:?}");
    assert!(score.exactness() >= 0.95, "{score:?}");
}
