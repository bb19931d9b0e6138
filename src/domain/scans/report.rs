//! What of a detector's report is kept. It may answer anything: what is no box, has no label or is too much is
//! left out, and that is said.

use aims_vision::{Area, Detection, Kind as Seen, Report};

use super::detections::New;
use super::mapping::Meanings;
use super::{Kind, State, clean};
use crate::ids::ScanId;

/// Detections that are kept of one photo. A detector that finds more is cut short.
const MOST: usize = 1000;

/// Characters of an error or a warning at most.
const SENTENCE: usize = 500;

/// Warnings that are kept.
const WARNINGS: usize = 10;

/// Items that one sentence names.
const NAMED: usize = 3;

/// Whether there is more in a report than is kept.
pub(super) fn is_cut(report: &Report) -> bool {
    report.detections.len() > MOST
}

/// A detection as it is kept: a box on the photo, a label that can be shown.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) kind: Kind,
    pub(super) symbology: Option<String>,
    pub(super) label: String,
    confidence: Option<f64>,
    area: Area,
}

/// What of a report can be kept: detectors may answer anything.
pub(super) fn kept(found: &[Detection]) -> Vec<Kept> {
    let sure = |n: f32| n.is_finite().then(|| f64::from(n.clamp(0.0, 1.0)));
    let each = found.iter().take(MOST).filter_map(|one| {
        let Area { x, y, w, h } = one.area;
        let (kind, symbology) = match one.kind {
            Seen::Barcode(symbology) => (Kind::Barcode, Some(symbology.to_owned())),
            Seen::Class => (Kind::Class, None),
            Seen::Taught => (Kind::Taught, None),
        };
        Some(Kept {
            kind,
            symbology,
            label: clean(&one.label)?,
            confidence: one.confidence.and_then(sure),
            area: Area::clipped(x, y, w, h)?,
        })
    });
    each.collect()
}

/// The rows of what was kept, with what each means.
pub(super) fn rows(id: ScanId, seen: Vec<Kept>, meanings: &Meanings) -> Vec<New> {
    let row = |(n, one): (i64, Kept)| {
        let meaning = meanings.of(&one);
        let item = meaning.map(|meaning| meaning.item);
        New {
            scan_id: id,
            n,
            kind: one.kind,
            symbology: one.symbology,
            label: meaning
                .and_then(|meaning| meaning.label.clone())
                .unwrap_or(one.label),
            found_item_id: item,
            item_id: item,
            units: meaning.map_or(1, |meaning| meaning.units),
            confidence: one.confidence,
            x: one.area.x,
            y: one.area.y,
            w: one.area.w,
            h: one.area.h,
            state: State::Auto,
        }
    };
    (1..).zip(seen).map(row).collect()
}

/// The sentences that go with a report, as JSON; `None` where there is nothing to say. `strangers` are names of items
/// on the photo that the warehouse never had.
pub(super) fn warnings(report: &Report, kept: usize, strangers: &[String]) -> Option<String> {
    let mut said: Vec<String> = report.warnings.iter().map(|text| short(text)).collect();
    said.truncate(WARNINGS);
    let lost = report.detections.len().min(MOST) - kept;
    if lost > 0 {
        said.push(format!(
            "{lost} results had no label or lay outside of the photo, and were left out."
        ));
    } else if kept == 0 {
        said.push("Nothing was found on this photo.".into());
    }
    said.extend(never_stocked(strangers));
    (!said.is_empty()).then(|| serde_json::json!(said).to_string())
}

/// What to say of items that the warehouse never had: perhaps the photo is of another one.
fn never_stocked(names: &[String]) -> Option<String> {
    let (first, more) = names.split_at(names.len().min(NAMED));
    let first = first.join(", ");
    let more = match more.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let said =
        format!("Never stocked in this warehouse: {first}{more}. Applying stocks them here.");
    (!names.is_empty()).then(|| short(&said))
}

/// A sentence for people, on one line, that is not too long.
pub(super) fn short(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(SENTENCE).collect()
}
