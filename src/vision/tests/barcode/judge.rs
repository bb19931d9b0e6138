//! What was found against what is there.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use aims_vision::draw::Truth;
use aims_vision::{Barcode, Detection, Detector, Photo, Report, Wanted, Watch};

/// Pixels that the centre of what was found may lie outside the label.
const NEAR: f64 = 8.0;

/// What the detector says of a photo, with time enough.
pub(crate) fn report(photo: &Photo) -> Report {
    let watch = Watch {
        deadline: Instant::now() + Duration::from_mins(2),
        cancelled: &|| false,
        progress: &|_| (),
    };
    Barcode
        .detect(photo, &Wanted::default(), &watch)
        .expect("a photo is read")
}

/// How right the detector was, over any number of photos.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    pub(crate) labels: usize,
    pub(crate) found: usize,
    pub(crate) right: usize,
    /// Items of photos, and those whose number of labels was right.
    pub(crate) items: usize,
    pub(crate) exact: usize,
}

impl Score {
    /// Judges one report. Right is what has a label's text and its centre on it, each label once.
    pub(crate) fn of(photo: &Photo, truths: &[Truth], report: &Report) -> Self {
        let mut free: Vec<_> = truths.iter().collect();
        let mut right = 0;
        for found in &report.detections {
            if let Some(at) = free.iter().position(|label| is_it(photo, label, found)) {
                free.swap_remove(at);
                right += 1;
            }
        }
        let mut counts = BTreeMap::<String, (usize, usize)>::new();
        for label in truths {
            counts.entry(normalised(&label.text)).or_default().0 += 1;
        }
        for found in &report.detections {
            counts.entry(normalised(&found.label)).or_default().1 += 1;
        }
        Self {
            labels: truths.len(),
            found: report.detections.len(),
            right,
            items: counts.len(),
            exact: counts
                .values()
                .filter(|(there, seen)| there == seen)
                .count(),
        }
    }

    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            labels: self.labels + other.labels,
            found: self.found + other.found,
            right: self.right + other.right,
            items: self.items + other.items,
            exact: self.exact + other.exact,
        }
    }

    /// The part of the labels that was found.
    pub(crate) fn recall(&self) -> f64 {
        part(self.right, self.labels)
    }

    /// The part of what was found that is a label.
    pub(crate) fn precision(&self) -> f64 {
        part(self.right, self.found)
    }

    /// The part of the items whose count is right.
    pub(crate) fn exactness(&self) -> f64 {
        part(self.exact, self.items)
    }
}

fn part(of: usize, all: usize) -> f64 {
    if all == 0 {
        1.0
    } else {
        of as f64 / all as f64
    }
}

/// A trade item number is the same with zeros in front: readers report UPC-A as EAN-13 and the other way.
pub(crate) fn normalised(text: &str) -> String {
    let is_number = text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        format!("{text:0>14}")
    } else {
        text.into()
    }
}

/// Whether what was found is this label.
pub(crate) fn is_it(photo: &Photo, label: &Truth, found: &Detection) -> bool {
    let area = found.area;
    let x = (area.x + area.w / 2.0) * f64::from(photo.width());
    let y = (area.y + area.h / 2.0) * f64::from(photo.height());
    let within =
        |at: f64, from: f32, to: f32| (f64::from(from) - NEAR..=f64::from(to) + NEAR).contains(&at);
    normalised(&label.text) == normalised(&found.label)
        && within(x, label.left, label.right)
        && within(y, label.top, label.bottom)
}
