//! All looks on one photo, one after the other, until the time is up.

use super::pyramid::Pyramid;
use super::raster::Raster;
use super::search::{Place, find, shrink_for};
use super::template::Model;
use super::{MAX_LOOKS, OVERLAP};
use crate::overlap::{in_reading_order, keep_best};
use crate::{Area, Detection, Failure, Kind, Look, Photo, Report, Wanted, Watch};

/// Finds the looks wanted.
///
/// # Errors
/// When it is cancelled, or not one look was searched for before the deadline.
pub(super) fn hunt(photo: &Photo, wanted: &Wanted, watch: &Watch<'_>) -> Result<Report, Failure> {
    let mut report = Report::default();
    let looks = &wanted.looks[..wanted.looks.len().min(MAX_LOOKS)];
    if looks.len() < wanted.looks.len() {
        report.truncated = true;
        report.warnings.push(format!(
            "Only {MAX_LOOKS} of {} taught looks were searched for.",
            wanted.looks.len()
        ));
    }
    let pyramid = Pyramid::new(photo.pixels());
    let mut models = Vec::new();
    for look in looks {
        let model = Model::new(&look.crop);
        match shrink_for(&model, pyramid.size()) {
            Some(shrink) => models.push((shrink, model, look)),
            None => report.warnings.push(format!(
                "The look of {} is too small for a photo of this size.",
                look.label
            )),
        }
    }
    // Those of like size share one shrunken photo.
    models.sort_by(|a, b| a.0.total_cmp(&b.0));
    let done = search(&pyramid, &models, watch, &mut report);
    if (watch.cancelled)() {
        return Err(Failure::Cancelled);
    }
    if done == 0 && !models.is_empty() {
        return Err(Failure::TimedOut);
    }
    let same = |a: &Detection, b: &Detection| likely_one(&a.area, &b.area);
    report.detections = in_reading_order(keep_best(report.detections, same));
    Ok(report)
}

/// Searches for one after the other; answers for how many it did.
fn search(
    pyramid: &Pyramid<'_>,
    models: &[(f32, Model, &Look)],
    watch: &Watch<'_>,
    report: &mut Report,
) -> usize {
    let mut small: Option<(f32, Raster)> = None;
    for (number, (shrink, model, look)) in models.iter().enumerate() {
        if watch.is_over() {
            report.truncated = true;
            return number;
        }
        if small
            .as_ref()
            .is_none_or(|(of, _)| (of / shrink - 1.0).abs() > 0.01)
        {
            small = Some((*shrink, pyramid.whole(*shrink)));
        }
        let Some((_, raster)) = &small else { continue };
        let stop = || watch.is_over();
        let found = find((pyramid, raster), model, *shrink, look.threshold, &stop);
        report.truncated |= found.truncated;
        let seen = found.places.iter();
        report
            .detections
            .extend(seen.filter_map(|place| detection(place, model, look, pyramid)));
        if found.truncated && watch.is_over() {
            return number + usize::from(!found.places.is_empty());
        }
        let percent = (number + 1) * 100 / models.len();
        (watch.progress)(u8::try_from(percent).unwrap_or(100));
    }
    models.len()
}

fn detection(
    place: &Place,
    model: &Model,
    look: &Look,
    pyramid: &Pyramid<'_>,
) -> Option<Detection> {
    let (width, height) = pyramid.size();
    let (w, h) = (
        model.size.0 * place.pose.scale,
        model.size.1 * place.pose.scale,
    );
    let area = Area::clipped(
        f64::from((place.at.0 - w / 2.0) / width),
        f64::from((place.at.1 - h / 2.0) / height),
        f64::from(w / width),
        f64::from(h / height),
    )?;
    Some(Detection {
        kind: Kind::Taught,
        label: look.label.clone(),
        confidence: Some(place.likeness.clamp(0.0, 1.0)),
        area,
    })
}

/// Whether two finds are one thing: they overlap, or one is mostly within the other.
fn likely_one(a: &Area, b: &Area) -> bool {
    let within = a.shared(b) / a.size().min(b.size());
    a.overlap(b).max(0.7 * within) > OVERLAP
}
