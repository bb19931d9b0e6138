//! Detectors elsewhere, against servers of the tests: real requests over real sockets, in the documented shapes
//! and in every other.

#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a test says what is wrong"
)]

mod http;
mod misbehaving;
mod openai;
mod roboflow;
mod secrets;
mod stub;

use std::time::{Duration, Instant};

use aims_vision::{
    Area, Detection, Detector, Failure, Kind, Photo, Report, TimeLimits, Wanted, Watch,
};
use image::{Rgb, RgbImage};

/// Longer than any test should take, on a machine that is busy with something else.
const PATIENT: TimeLimits = TimeLimits {
    embedded: Duration::from_mins(1),
    remote: Duration::from_mins(1),
    connect: Duration::from_mins(1),
};

fn photo() -> Photo {
    Photo::from_pixels(RgbImage::from_pixel(200, 100, Rgb([40, 90, 160])))
}

fn ask(detector: &dyn Detector, labels: &[&str]) -> Result<Report, Failure> {
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    let wanted = Wanted {
        labels,
        ..Wanted::default()
    };
    let watch = Watch {
        deadline: Instant::now() + detector.time_limit(),
        cancelled: &|| false,
        progress: &|_| {},
    };
    detector.detect(&photo(), &wanted, &watch)
}

fn class(label: &str, confidence: Option<f32>, [x, y, w, h]: [f64; 4]) -> Detection {
    let (kind, label) = (Kind::Class, label.to_owned());
    Detection {
        kind,
        label,
        confidence,
        area: Area { x, y, w, h },
    }
}

fn sentence(answer: Result<Report, Failure>) -> String {
    let sentence = answer.unwrap_err().to_string();
    assert!(sentence.ends_with(['.', ')']), "{sentence}");
    sentence
}
