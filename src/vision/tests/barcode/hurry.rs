//! Deadlines, callers that leave, and more labels than a shelf has.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aims_vision::draw::{Dice, Level};
use aims_vision::{Barcode, Detector, Failure, Photo, Report, Wanted, Watch};
use image::{Rgb, RgbImage};

use crate::judge::Score;
use crate::scenes;

/// What a hurried detector says, and how long it took.
fn hurried(photo: &Photo, time: Duration) -> (Report, Duration) {
    let begun = Instant::now();
    let watch = Watch {
        deadline: begun + time,
        cancelled: &|| false,
        progress: &|_| (),
    };
    let report = Barcode.detect(photo, &Wanted::default(), &watch).unwrap();
    (report, begun.elapsed())
}

fn noise() -> Photo {
    let mut dice = Dice::new(700_000);
    let mut picture = RgbImage::new(4000, 3000);
    // Small squares at random: blocks of every energy, with and without a direction.
    for y in 0..1000 {
        for x in 0..1000 {
            let grey = Rgb([dice.between(0.0, 255.0) as u8; 3]);
            for dot in 0..12 {
                picture.put_pixel(x * 4 + dot % 4, y * 3 + dot / 4, grey);
            }
        }
    }
    Photo::from_pixels(picture)
}

#[test]
fn a_deadline_is_kept_on_noise() {
    let time = Duration::from_millis(100);

    let (report, taken) = hurried(&noise(), time);

    assert!(report.truncated);
    assert_eq!(report.detections, []);
    // Grey values and their directions of 12 million pixels come before the first look at the clock.
    assert!(taken < time + Duration::from_secs(10), "{taken:?}");
}

#[test]
fn what_was_found_until_the_deadline_is_reported() {
    let (photo, truths) = scenes::photo((1920, 1080), 30, Level::Hard, 700_001);
    let mut time = Duration::from_millis(1);
    loop {
        let (report, _) = hurried(&photo, time);
        let score = Score::of(&photo, &truths, &report);
        assert_eq!(score.right, score.found);
        if !report.truncated {
            assert!(score.recall() >= 0.9, "{score:?}");
            return;
        }
        time *= 2;
    }
}

#[test]
fn three_hundred_labels_are_found_or_the_report_says_that_it_is_cut() {
    let (photo, truths) = scenes::photo((4000, 3000), 300, Level::Medium, 700_002);

    let (report, taken) = hurried(&photo, Barcode.time_limit());

    let score = Score::of(&photo, &truths, &report);
    println!(
        "300 labels: {score:?}, {taken:?}, truncated: {}",
        report.truncated
    );
    assert!(report.truncated || score.recall() >= 0.95, "{score:?}");
    assert!(score.precision() >= 0.99, "{score:?}");
    assert!(
        taken < Barcode.time_limit() + Duration::from_secs(10),
        "{taken:?}"
    );
}

#[test]
fn a_scan_that_nobody_waits_for_ends() {
    let (photo, _) = scenes::photo((1920, 1080), 20, Level::Medium, 700_003);
    let left = AtomicBool::new(false);
    let watch = Watch {
        deadline: Instant::now() + Duration::from_mins(1),
        cancelled: &|| left.load(Ordering::Relaxed),
        // The caller leaves while bars are looked for.
        progress: &|percent| left.store(percent >= 5, Ordering::Relaxed),
    };

    let failure = Barcode.detect(&photo, &Wanted::default(), &watch);

    assert_eq!(failure, Err(Failure::Cancelled));
}

#[test]
fn progress_only_grows_and_ends_at_a_hundred() {
    let (photo, _) = scenes::photo((1920, 1080), 20, Level::Medium, 700_004);
    let told = Mutex::new(Vec::new());
    let watch = Watch {
        deadline: Instant::now() + Duration::from_mins(1),
        cancelled: &|| false,
        progress: &|percent| told.lock().unwrap().push(percent),
    };

    let report = Barcode.detect(&photo, &Wanted::default(), &watch).unwrap();

    let told = told.into_inner().unwrap();
    assert!(!report.truncated);
    assert!(told.is_sorted_by(|a, b| a < b), "{told:?}");
    assert!(told.len() > 10, "{told:?}");
    assert_eq!(told.last(), Some(&100));
}
