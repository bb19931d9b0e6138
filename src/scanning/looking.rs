//! One detector at one photo, on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::{Duration, Instant};

use aims_vision::{Detector, Failure, Look, Photo, Report, Watch};

use crate::domain::looks::Crop;
use crate::domain::scans::Wanted;

/// What is known about a running detector from outside its thread.
#[derive(Clone, Debug, Default)]
pub(super) struct Ear {
    /// Set where nobody waits any more.
    pub(super) cancelled: Arc<AtomicBool>,
    /// How far it is, in percent.
    pub(super) percent: Arc<AtomicU8>,
}

/// What a detector answered, and how long it took.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) report: Result<Report, Failure>,
    pub(super) took: Duration,
}

/// Reads the photo and gives it to the detector. Blocks.
pub(super) fn look(detector: &dyn Detector, jpeg: &[u8], wanted: Wanted, ear: &Ear) -> Looked {
    let started = Instant::now();
    let report = see(detector, jpeg, wanted, ear);
    Looked {
        report,
        took: started.elapsed(),
    }
}

fn see(detector: &dyn Detector, jpeg: &[u8], wanted: Wanted, ear: &Ear) -> Result<Report, Failure> {
    let photo = Photo::read_stored(jpeg).map_err(|bad| Failure::Unavailable(bad.to_string()))?;
    let (looks, unreadable) = looks(wanted.looks);
    let wanted = aims_vision::Wanted {
        labels: wanted.labels,
        looks,
    };
    let watch = Watch {
        deadline: Instant::now() + detector.time_limit(),
        cancelled: &|| ear.cancelled.load(Ordering::Relaxed),
        progress: &|percent| ear.percent.store(percent.min(100), Ordering::Relaxed),
    };
    let mut report = detector.detect(&photo, &wanted, &watch)?;
    report.warnings.extend(unreadable);
    Ok(report)
}

/// The looks, and a warning for each that is no picture any more. A crop goes as soon as it is decoded.
fn looks(crops: Vec<Crop>) -> (Vec<Look>, Vec<String>) {
    let (mut looks, mut unreadable) = (Vec::new(), Vec::new());
    for crop in crops {
        match Photo::read_stored(&crop.png) {
            Ok(photo) => looks.push(Look {
                label: crop.label,
                crop: photo.into_pixels(),
                threshold: narrow(crop.threshold),
            }),
            Err(_bad) => unreadable.push(format!(
                "The taught look {} cannot be read and was not searched for; teach it again.",
                crop.label
            )),
        }
    }
    (looks, unreadable)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a likeness needs no more than seven digits"
)]
fn narrow(likeness: f64) -> f32 {
    likeness as f32
}

#[cfg(test)]
mod tests {
    use aims_vision::MAX_BYTES;
    use image::{Rgb, RgbImage};

    use super::*;

    /// Reports how many looks it was given.
    struct Counter;

    impl Detector for Counter {
        fn name(&self) -> &'static str {
            "counter"
        }

        fn version(&self) -> String {
            "1".into()
        }

        fn ready(&self) -> Result<(), String> {
            Ok(())
        }

        fn detect(
            &self,
            _: &Photo,
            wanted: &aims_vision::Wanted,
            _: &Watch<'_>,
        ) -> Result<Report, Failure> {
            Ok(Report {
                warnings: vec![format!("{} looks", wanted.looks.len())],
                ..Report::default()
            })
        }
    }

    #[test]
    fn a_photo_that_takes_more_bytes_than_may_be_sent_once_it_is_kept_is_looked_at() {
        let mut seed = 1_u32;
        let grain = RgbImage::from_fn(3000, 2800, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [_, red, green, blue] = seed.to_le_bytes();
            Rgb([red, green, blue])
        });
        let jpeg = Photo::from_pixels(grain).to_jpeg().unwrap();
        assert!(jpeg.len() > MAX_BYTES, "{} bytes", jpeg.len());

        let looked = look(&Counter, &jpeg, Wanted::default(), &Ear::default());

        assert!(looked.report.is_ok(), "{:?}", looked.report);
    }

    #[test]
    fn a_look_that_cannot_be_read_is_a_warning_and_the_others_are_searched_for() {
        let photo = Photo::from_pixels(RgbImage::new(32, 32));
        let crop = |label: &str, png: &[u8]| Crop {
            label: label.into(),
            png: png.into(),
            threshold: 0.8,
        };
        let png = photo.to_png().unwrap();
        let wanted = Wanted {
            labels: Vec::new(),
            looks: vec![crop("7", &png[..40]), crop("8", &png)],
        };

        let looked = look(&Counter, &photo.to_jpeg().unwrap(), wanted, &Ear::default());

        let warnings = looked.report.unwrap().warnings;
        assert_eq!(warnings[0], "1 looks");
        assert!(
            warnings[1].contains("look 7 cannot be read"),
            "{warnings:?}"
        );
    }
}
