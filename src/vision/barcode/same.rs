//! One label that was found twice is one label.

use super::Code;
use super::frame::{Frame, Point};
use super::plane::Plane;

/// How much boxes are grown before they are compared, as a part of their longer side, and pixels at least. Boxes of
/// one label, of a few rows each, may not touch otherwise.
const GROWN: (f32, f32) = (0.06, 7.0);
/// The part of the smaller box that both cover, beyond which both are one.
const COMMON: f32 = 0.2;
/// Samples of a row that is followed from one find to another.
const SAMPLES: usize = 160;
/// Pixels from one such row to the next.
const STEP: f32 = 3.0;
/// Samples by which a row may be shifted against the next.
const SHIFT: usize = 3;
/// The least likeness of such rows, from -1 to 1.
const LIKE: f32 = 0.6;

/// The codes, each label once. Distance between centres would be no measure: stacked labels are near each other.
pub(super) fn merged(codes: Vec<Code>, plane: &Plane) -> Vec<Code> {
    let mut labels = Vec::<Code>::new();
    for code in codes {
        let same = |label: &&mut Code| {
            label.text == code.text
                && label.symbology == code.symbology
                && (label.overlaps(&code) || label.goes_on(&code, plane))
        };
        match labels.iter_mut().find(same) {
            Some(label) => label.bounds = label.bounds.united(code.bounds),
            None => labels.push(code),
        }
    }
    labels
}

impl Code {
    fn overlaps(&self, other: &Self) -> bool {
        let [a, b] = [self.bounds, other.bounds]
            .map(|bounds| bounds.grown((GROWN.0 * bounds.longer()).max(GROWN.1)));
        a.common(b) > COMMON * a.size().min(b.size())
    }

    /// Whether bars that were read in two places are the same bars: all the way from one to the other a row across
    /// them looks alike. Between two labels there is white.
    fn goes_on(&self, other: &Self, plane: &Plane) -> bool {
        let (u, v) = self.frame.within(other.frame.centre);
        let length = 2.0 * self.frame.half_length;
        if self.symbology.is_matrix() || u.abs() > 0.3 * length || v.abs() > length {
            return false;
        }
        let (from, to) = (
            ends(&self.frame, &self.frame),
            ends(&other.frame, &self.frame),
        );
        let steps = (v.abs() / STEP).ceil().max(1.0);
        let row = |step: f32| {
            let between = |at: usize| toward(from[at], to[at], step / steps);
            profile(plane, between(0), between(1))
        };
        let (first, last) = (row(0.0), row(steps));
        (1..steps as usize).all(|step| {
            let here = row(step as f32);
            likeness(&first, &here).max(likeness(&last, &here)) > LIKE
        })
    }
}

/// The ends of a code, in the order of another's direction.
fn ends(frame: &Frame, order: &Frame) -> [Point; 2] {
    let ends = [-frame.half_length, frame.half_length].map(|u| frame.at(u, 0.0));
    let same = frame.along.0 * order.along.0 + frame.along.1 * order.along.1 > 0.0;
    if same { ends } else { [ends[1], ends[0]] }
}

fn toward(from: Point, to: Point, part: f32) -> Point {
    (
        from.0 + part * (to.0 - from.0),
        from.1 + part * (to.1 - from.1),
    )
}

fn profile(plane: &Plane, from: Point, to: Point) -> Vec<f32> {
    (0..SAMPLES)
        .map(|sample| plane.at(toward(from, to, sample as f32 / SAMPLES as f32)))
        .collect()
}

/// The correlation of two rows where they fit best: light and contrast may differ.
fn likeness(a: &[f32], b: &[f32]) -> f32 {
    let shifts = 0..=2 * SHIFT;
    shifts
        .map(|shift| {
            let a = &a[SHIFT..SAMPLES - SHIFT];
            correlation(a, &b[shift..shift + a.len()])
        })
        .fold(-1.0, f32::max)
}

fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let mean = |of: &[f32]| of.iter().sum::<f32>() / of.len() as f32;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    ab / (aa * bb).sqrt().max(1.0)
}
