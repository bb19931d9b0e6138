//! Models run in process: small files that the tests write themselves.

#![cfg(feature = "onnx")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    reason = "writing a file format, and a panic is how a test says what is wrong"
)]

mod file;
mod layouts;
mod models;
mod refusals;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use aims_vision::onnx::Onnx;
use aims_vision::{
    Area, Detection, Detector, Failure, Kind, OnnxSettings, Photo, Report, Wanted, Watch,
};
use image::{Rgb, RgbImage};

/// A directory of the test's own, with a model in it.
struct Files(PathBuf);

impl Files {
    fn with(test: &str, model: &[u8]) -> Self {
        let directory =
            std::env::temp_dir().join(format!("aims-onnx-{}-{test}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("model.onnx"), model).unwrap();
        Self(directory)
    }

    fn settings(&self) -> OnnxSettings {
        OnnxSettings {
            model: Some(self.0.join("model.onnx")),
            ..OnnxSettings::default()
        }
    }

    fn detector(&self) -> Onnx {
        Onnx::new(&self.settings(), LIMIT)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

const LIMIT: Duration = Duration::from_mins(2);

fn look_at(onnx: &Onnx, photo: &Photo) -> Result<Report, Failure> {
    let watch = Watch {
        deadline: Instant::now() + LIMIT,
        cancelled: &|| false,
        progress: &|_| {},
    };
    onnx.detect(photo, &Wanted::default(), &watch)
}

fn grey(width: u32, height: u32) -> RgbImage {
    RgbImage::from_pixel(width, height, Rgb([128; 3]))
}

fn class(label: &str, confidence: f32, [x, y, w, h]: [f64; 4]) -> Detection {
    let kind = Kind::Class;
    let (label, confidence) = (label.to_owned(), Some(confidence));
    Detection {
        kind,
        label,
        confidence,
        area: Area { x, y, w, h },
    }
}

#[test]
fn the_boxes_follow_the_picture() {
    let files = Files::with("red", &models::red());
    let onnx = files.detector();
    assert_eq!(onnx.ready(), Ok(()));
    assert_eq!(onnx.version(), "model.onnx");
    // 128 x 64 pixels become 64 x 32 in the middle of the model's 64 x 64.
    for (column, row) in [(0, 0), (3, 1), (7, 3), (5, 2)] {
        let mut picture = grey(128, 64);
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            if x / 16 == column && y / 16 == row {
                *pixel = Rgb([255, 0, 0]);
            }
        }
        let report = look_at(&onnx, &Photo::from_pixels(picture)).unwrap();

        let area = [f64::from(column) / 8.0, f64::from(row) / 4.0, 0.125, 0.25];
        assert_eq!(report.detections.len(), 1, "{column} {row}: {report:?}");
        let seen = &report.detections[0];
        assert_eq!((seen.kind, &*seen.label), (Kind::Class, "red tin"));
        assert!(seen.confidence.unwrap() > 0.8, "{seen:?}");
        let is = [seen.area.x, seen.area.y, seen.area.w, seen.area.h];
        let off = is
            .iter()
            .zip(area)
            .map(|(is, is_to_be)| (is - is_to_be).abs());
        assert!(off.fold(0.0, f64::max) < 1e-6, "{seen:?}");
    }
    let nothing = look_at(&onnx, &Photo::from_pixels(grey(50, 80))).unwrap();
    assert_eq!(nothing, Report::default());
}
