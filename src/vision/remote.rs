//! Detectors elsewhere. The address is the administrator's, never a request's; the photo leaves the house.

mod client;
mod http;
mod openai;
mod retry;
mod roboflow;
mod upload;

pub use http::Http;
pub use openai::OpenAi;
pub use roboflow::Roboflow;

use crate::overlap::in_reading_order;
use crate::{Area, Detection, Failure, Report};

/// Detections that are taken from one answer, at most.
const MOST: usize = 1000;
/// Characters of a label or warning from elsewhere, at most.
const LONGEST: usize = 200;

/// Text from elsewhere in one line of bounded length; `None` if nothing of it is left.
fn line(text: &str) -> Option<String> {
    let clean = text
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    let line: String = clean.take(LONGEST).collect();
    (!line.trim().is_empty()).then_some(line)
}

/// A confidence from elsewhere, if it is one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a confidence needs no more than seven digits"
)]
fn confidence(number: Option<f64>) -> Option<f32> {
    number
        .filter(|number| (0.0..=1.0).contains(number))
        .map(|number| number as f32)
}

/// Decodes JSON. What was answered is not repeated: who knows what it holds.
fn decode<T: serde::de::DeserializeOwned>(body: &[u8], host: &str) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure::Garbage(format!(
            "The service at {host} answered something else than was agreed (line {line}, column {column})."
        ))
    })
}

/// A report of what an answer holds; `None` stands for a box that is not on the photo, or has no label.
fn report(found: impl Iterator<Item = Option<Detection>>) -> Report {
    let mut report = Report::default();
    let mut dropped = 0;
    for one in found {
        match one {
            Some(_) if report.detections.len() == MOST => report.truncated = true,
            Some(detection) => report.detections.push(detection),
            None => dropped += 1,
        }
    }
    if dropped > 0 {
        report.warnings.push(format!(
            "{dropped} of the boxes answered were not on the photo, or had no label; they are left out."
        ));
    }
    report.detections = in_reading_order(report.detections);
    report
}

/// A box given by its corners.
fn between([left, top, right, bottom]: [f64; 4]) -> Option<Area> {
    Area::clipped(left, top, right - left, bottom - top)
}
