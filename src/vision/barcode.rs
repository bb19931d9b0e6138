//! The detector that counts codes. It needs no model, no account and no network.
//!
//! Readers that are made to read lose count: they miss or merge equal neighbours. So codes are first *found*, by
//! what the grey values do in blocks of 8 x 8 pixels ([`tensor`]): bars are blocks that agree on one direction
//! ([`regions`]), a matrix is a spot without one. Then each place is *read*: along many rows across the bars
//! ([`bars`]), which are gathered into symbols ([`symbols`]), or as an upright patch ([`matrix`]). What was read
//! twice is one label ([`same`]).

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "positions on a photo and grey values are small numbers"
)]

mod bars;
mod digits;
mod frame;
mod gs1;
mod itf;
mod matrix;
mod pace;
mod plane;
mod reader;
mod regions;
mod row;
mod same;
mod symbols;
mod tensor;
mod widths;

use crate::detector::{Area, Detection, Detector, Failure, Kind, Report, Wanted, Watch};
use crate::{Photo, Symbology};

use frame::{Bounds, Frame};
use pace::Pace;
use plane::Plane;
use tensor::Tensor;

/// Labels that are reported of one photo. More is no shelf.
const MOST: usize = 2000;

/// Finds, reads and counts the codes of a photo: see [`Symbology`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Barcode;

/// A code that was read, and where.
#[derive(Clone, Debug)]
struct Code {
    text: String,
    symbology: Symbology,
    /// The box along the code.
    frame: Frame,
    /// The upright box that is reported.
    bounds: Bounds,
}

impl Detector for Barcode {
    fn name(&self) -> &'static str {
        "barcode"
    }

    fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn ready(&self) -> Result<(), String> {
        Ok(())
    }

    fn detect(&self, photo: &Photo, _: &Wanted, watch: &Watch<'_>) -> Result<Report, Failure> {
        let mut pace = Pace::new(watch);
        let plane = Plane::of(photo);
        let tensor = Tensor::of(&plane);
        let mut codes = bars::find(&plane, &tensor, &mut pace);
        matrix::find(&plane, &tensor, &mut codes, &mut pace);
        if (watch.cancelled)() {
            return Err(Failure::Cancelled);
        }
        let mut codes = same::merged(codes, &plane);
        let more = codes.len() > MOST;
        codes.truncate(MOST);
        in_reading_order(&mut codes);
        let size = (plane.width() as f32, plane.height() as f32);
        let detections = codes.into_iter().filter_map(|code| code.detection(size));
        let report = Report {
            detections: detections.collect(),
            truncated: pace.is_cut() || more,
            warnings: Vec::new(),
        };
        pace.tell(100);
        Ok(report)
    }
}

impl Code {
    fn detection(self, (width, height): (f32, f32)) -> Option<Detection> {
        let Bounds {
            left,
            top,
            right,
            bottom,
        } = self.bounds;
        let part = |of: f32, whole: f32| f64::from(of / whole);
        let label = gs1::printed(self.text);
        (!label.is_empty()).then_some(Detection {
            kind: Kind::Barcode(self.symbology.name()),
            label,
            confidence: None,
            area: Area::clipped(
                part(left, width),
                part(top, height),
                part(right - left, width),
                part(bottom - top, height),
            )?,
        })
    }
}

/// Lines from the top, each from the left: a code whose centre is above the foot of a line's first is on that line.
fn in_reading_order(codes: &mut [Code]) {
    let middle = |code: &Code| code.bounds.centre();
    codes.sort_by(|a, b| middle(a).1.total_cmp(&middle(b).1));
    let mut rest = codes;
    while let Some(first) = rest.first() {
        let foot = first.bounds.bottom;
        let line = rest.partition_point(|code| middle(code).1 < foot).max(1);
        let (now, later) = rest.split_at_mut(line);
        now.sort_by(|a, b| middle(a).0.total_cmp(&middle(b).0));
        rest = later;
    }
}
