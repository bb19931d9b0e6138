//! Shelves at random, with the least that is accepted of each level and of all.

use aims_vision::draw::Level;

use crate::judge::{Score, report};
use crate::scenes;

const SMALL: (u32, u32) = (1920, 1080);
const LARGE: (u32, u32) = (4000, 3000);

/// What is judged: 63 photos of 20 to 60 labels.
const SERIES: [Series; 4] = [
    Series {
        size: SMALL,
        level: Level::Medium,
        counts: &[20, 30, 40],
        photos: 21,
        seed: 0,
    },
    Series {
        size: LARGE,
        level: Level::Medium,
        counts: &[20, 40, 60],
        photos: 9,
        seed: 100_000,
    },
    Series {
        size: SMALL,
        level: Level::Hard,
        // With more, there is no room for labels of this level.
        counts: &[20, 22, 24],
        photos: 24,
        seed: 200_000,
    },
    Series {
        size: LARGE,
        level: Level::Hard,
        counts: &[20, 40, 60],
        photos: 9,
        seed: 300_000,
    },
];

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
fn judged(series: &Series, times: u64) -> Score {
    let photos = series.photos * times;
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

#[test]
fn shelves_are_counted() {
    are_counted(1);
}

#[test]
#[ignore = "takes a quarter of an hour"]
fn ten_times_as_many_shelves_are_counted() {
    are_counted(10);
}

fn are_counted(times: u64) {
    let scores = std::thread::scope(|scope| {
        let judges = SERIES
            .each_ref()
            .map(|series| scope.spawn(|| judged(series, times)));
        judges.map(|judge| judge.join().unwrap())
    });

    for (series, score) in SERIES.iter().zip(&scores) {
        let recall = match series.level {
            Level::Hard => 0.95,
            Level::Easy | Level::Medium => 0.99,
        };
        assert!(score.recall() >= recall, "{score:?}");
        assert!(score.precision() >= 0.99, "{score:?}");
    }
    let all = scores.into_iter().fold(Score::default(), Score::and);
    println!("all: exact {} of {} items", all.exact, all.items);
    assert!(all.exactness() >= 0.95, "{all:?}");
}
