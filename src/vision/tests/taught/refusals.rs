//! What cannot be taught, and what is not searched for any longer.

use std::time::Duration;

use aims_vision::taught::{BadCrop, MAX_LOOKS, teach};
use aims_vision::{Area, Failure, Look, Photo};
use image::{Rgb, RgbImage};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::{look_for, search};

/// A photo of 800 x 600 pixels with nothing but grain.
fn grain() -> Photo {
    let mut rng = StdRng::seed_from_u64(500);
    Photo::from_pixels(RgbImage::from_fn(800, 600, |_, _| {
        Rgb([0; 3].map(|_: u8| rng.random()))
    }))
}

fn area(x: f64, y: f64, w: f64, h: f64) -> Area {
    Area { x, y, w, h }
}

/// A look at blocks of grain.
fn look(label: &str, side: u32) -> Look {
    let mut rng = StdRng::seed_from_u64(501);
    let mut crop = RgbImage::new(side, side);
    for top in (0..side).step_by(10) {
        for left in (0..side).step_by(10) {
            let colour = Rgb([0; 3].map(|_: u8| rng.random()));
            let block = RgbImage::from_pixel(10, 10, colour);
            image::imageops::replace(&mut crop, &block, left.into(), top.into());
        }
    }
    Look {
        label: label.into(),
        crop,
        threshold: 0.8,
    }
}

#[test]
fn a_box_that_teaches_nothing_is_refused_with_a_sentence() {
    let photo = grain();
    let plain = Photo::from_pixels(RgbImage::from_pixel(800, 600, Rgb([200, 20, 20])));
    for (photo, drawn, why) in [
        (&photo, area(0.1, 0.1, 0.02, 0.02), BadCrop::TooSmall),
        (&photo, area(0.99, 0.1, 0.5, 0.5), BadCrop::TooSmall),
        (&photo, area(2.0, 0.1, 0.5, 0.5), BadCrop::TooSmall),
        (&photo, area(f64::NAN, 0.1, 0.5, 0.5), BadCrop::TooSmall),
        (&photo, area(0.1, 0.1, -0.5, 0.5), BadCrop::TooSmall),
        (&photo, area(0.0, 0.1, 1.0, 0.06), BadCrop::TooLong),
        (&plain, area(0.1, 0.1, 0.5, 0.5), BadCrop::TooPlain),
    ] {
        let refused = teach(photo, drawn).unwrap_err();

        assert_eq!(refused, why, "{drawn:?}");
        assert!(refused.to_string().ends_with('.'));
    }
}

#[test]
fn a_box_of_more_pixels_than_can_be_held_is_refused() {
    let photo = Photo::from_pixels(RgbImage::from_fn(4000, 1000, |x, y| {
        let tile = x / 40 * 7 + y / 40 * 13;
        Rgb([0, 1, 2].map(|ink| [20, 70, 120, 170, 220][(tile + ink) as usize % 5]))
    }));

    let most = teach(&photo, area(0.0, 0.0, 0.5, 1.0));
    let more = teach(&photo, area(0.0, 0.0, 0.501, 1.0));

    assert!(most.is_ok(), "{most:?}");
    assert_eq!(more.unwrap_err(), BadCrop::TooLarge);
}

#[test]
fn a_search_ends_at_its_deadline_and_when_it_is_cancelled() {
    let (photo, looks) = (grain(), vec![look("1", 100); 5]);

    let late = search(looks.clone(), &photo, Duration::ZERO, &|| false);
    let cancelled = search(looks, &photo, Duration::from_mins(10), &|| true);

    assert_eq!(late, Err(Failure::TimedOut));
    assert_eq!(cancelled, Err(Failure::Cancelled));
}

#[test]
fn without_a_look_there_is_nothing_to_search_for() {
    let failure = look_for_nothing();

    assert!(matches!(failure, Failure::Unavailable(why) if why.contains("taught")));
}

fn look_for_nothing() -> Failure {
    search(Vec::new(), &grain(), Duration::from_mins(10), &|| false).unwrap_err()
}

#[test]
fn more_looks_than_are_searched_for_are_named_in_a_warning() {
    let plain = Photo::from_pixels(RgbImage::from_pixel(64, 64, Rgb([90; 3])));

    let report = look_for(vec![look("1", 40); MAX_LOOKS + 1], &plain);

    assert!(report.truncated && report.detections.is_empty());
    assert_eq!(report.warnings.len(), 1, "{:?}", report.warnings);
}

#[test]
fn a_look_that_is_larger_than_the_photo_or_of_one_pixel_is_no_reason_to_panic() {
    for (side, photo) in [(1, 300), (2, 1), (800, 40), (30, 1)] {
        let photo = Photo::from_pixels(RgbImage::from_pixel(photo, photo, Rgb([90; 3])));
        let report = look_for(vec![look("1", side)], &photo);

        assert!(report.detections.is_empty());
    }
}
