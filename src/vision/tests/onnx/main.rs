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
mod models;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use aims_vision::onnx::Onnx;
use aims_vision::{
    Area, Detection, Detector, Failure, Kind, Layout, OnnxSettings, Photo, Report, Wanted, Watch,
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

/// The rows of a table, one after the other.
fn rows<const N: usize>(rows: &[[f32; N]]) -> Vec<f32> {
    rows.concat()
}

/// Rows become columns.
fn columns<const N: usize>(rows: &[[f32; N]]) -> Vec<f32> {
    (0..N)
        .flat_map(|at| rows.iter().map(move |row| row[at]))
        .collect()
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

/// Two boxes of one class that overlap, one of another class at the same place, one that is unsure.
const YOLO: [[f32; 6]; 4] = [
    [16.0, 16.0, 32.0, 32.0, 0.9, 0.0],
    [18.0, 16.0, 32.0, 32.0, 0.8, 0.0],
    [16.0, 16.0, 32.0, 16.0, 0.0, 0.75],
    [48.0, 48.0, 8.0, 8.0, 0.1, 0.2],
];

fn seen_by_yolo() -> Vec<Detection> {
    vec![
        class("tea", 0.9, [0.0, 0.0, 0.5, 0.5]),
        class("milk", 0.75, [0.0, 0.125, 0.5, 0.25]),
    ]
}

fn seen(test: &str, outputs: &[(&str, &[i64], &[f32])], layout: Option<Layout>) -> Vec<Detection> {
    let model = models::constant(outputs, Some("{0: 'tea', 1: 'milk'}"));
    let files = Files::with(test, &model);
    let settings = OnnxSettings {
        layout,
        ..files.settings()
    };
    let onnx = Onnx::new(&settings, LIMIT);
    assert_eq!(onnx.ready(), Ok(()));
    look_at(&onnx, &Photo::from_pixels(grey(64, 64)))
        .unwrap()
        .detections
}

#[test]
fn yolov8_answers_one_column_a_box() {
    // 84 cells are what a picture of 64 pixels has at strides of 8, 16 and 32.
    let mut boxes = YOLO.to_vec();
    boxes.resize(84, [0.0; 6]);

    let seen = seen("v8", &[("output0", &[1, 6, 84], &columns(&boxes))], None);

    assert_eq!(seen, seen_by_yolo());
}

#[test]
fn yolov5_answers_one_row_a_box_with_an_objectness() {
    let with_objectness = |&[x, y, w, h, tea, milk]: &[f32; 6]| [x, y, w, h, 1.0, tea, milk];
    let mut boxes: Vec<_> = YOLO.iter().map(with_objectness).collect();
    boxes[1][4] = 0.99;
    boxes.resize(3 * 84, [0.0; 7]);

    let seen = seen("v5", &[("output0", &[1, 252, 7], &rows(&boxes))], None);

    assert_eq!(seen, seen_by_yolo());
}

#[test]
fn yolox_answers_relative_to_its_grids() {
    let mut boxes = vec![[0.0; 7]; 84];
    // Row 1, column 2 of the grid of stride 8: around (20, 12), 16 wide and 8 high.
    boxes[10] = [0.5, 0.5, 2.0_f32.ln(), 0.0, 1.0, 0.0, 0.75];

    let seen = seen("x", &[("output", &[1, 84, 7], &rows(&boxes))], None);

    assert_eq!(seen, [class("milk", 0.75, [0.1875, 0.125, 0.25, 0.125])]);
}

#[test]
fn models_that_were_exported_with_nms_are_believed() {
    let boxes = [
        [0.0, 0.0, 32.0, 32.0, 0.75, 1.0],
        [0.0, 0.0, 32.0, 31.0, 0.5, 1.0],
        [0.0, 0.0, 32.0, 32.0, 0.25, 0.0],
        [0.0, 0.0, f32::NAN, 32.0, 0.9, 0.0],
        [0.0, 0.0, 8.0, 8.0, f32::NAN, 0.0],
        [0.0, 0.0, 8.0, 8.0, 0.9, f32::NAN],
    ];

    let seen = seen("nms", &[("output0", &[1, 6, 6], &rows(&boxes))], None);

    let expected = [
        class("milk", 0.75, [0.0, 0.0, 0.5, 0.5]),
        class("milk", 0.5, [0.0, 0.0, 0.5, 31.0 / 64.0]),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn detr_answers_boxes_from_0_to_1_and_logits() {
    let boxes = [[0.25, 0.25, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]];
    // Tea, milk, nothing.
    let logits = [[20.0, 0.0, 0.0], [0.0, 0.0, 20.0]];

    let outputs: [(&str, &[i64], &[f32]); 2] = [
        ("logits", &[1, 2, 3], &rows(&logits)),
        ("pred_boxes", &[1, 2, 4], &rows(&boxes)),
    ];

    assert_eq!(
        seen("detr", &outputs, None),
        [class("tea", 1.0, [0.0, 0.0, 0.5, 0.5])]
    );
}

#[test]
fn a_layout_that_is_named_overrides_the_shape() {
    // By its shape this is a model with NMS.
    let boxes = [[16.0, 16.0, 32.0, 32.0, 0.75, 1.0], [0.0; 6]];

    let seen = seen(
        "named",
        &[("output0", &[1, 2, 6], &rows(&boxes))],
        Some(Layout::YoloV5),
    );

    assert_eq!(seen, [class("tea", 0.75, [0.0, 0.0, 0.5, 0.5])]);
}

#[test]
fn names_of_a_labels_file_come_first_and_a_class_without_one_says_its_number() {
    let boxes = [
        [0.0, 0.0, 8.0, 8.0, 0.75, 0.0],
        [32.0, 0.0, 40.0, 8.0, 0.75, 7.0],
    ];
    let model = models::constant(
        &[("output0", &[1, 2, 6], &rows(&boxes))],
        Some("{0: 'tea'}"),
    );
    let files = Files::with("labels", &model);
    let labels = files.0.join("labels.txt");
    fs::write(&labels, "Tee\nMilch\n").unwrap();
    let settings = OnnxSettings {
        labels: Some(labels),
        ..files.settings()
    };

    let report = look_at(
        &Onnx::new(&settings, LIMIT),
        &Photo::from_pixels(grey(64, 64)),
    )
    .unwrap();

    let names: Vec<_> = report.detections.iter().map(|one| &*one.label).collect();
    assert_eq!(names, ["Tee", "class 7"]);
}

#[test]
fn what_cannot_be_used_says_why() {
    let not_configured = Onnx::new(&OnnxSettings::default(), LIMIT)
        .ready()
        .unwrap_err();
    assert!(
        not_configured.contains("AIMS_ONNX_MODEL"),
        "{not_configured}"
    );

    let classifier = models::constant(&[("scores", &[1, 10], &[0.0; 10])], None);
    let refused = Files::with("classifier", &classifier)
        .detector()
        .ready()
        .unwrap_err();
    assert!(refused.contains("scores [1, 10]"), "{refused}");

    let misnamed = Files::with("misnamed", &classifier);
    let settings = OnnxSettings {
        layout: Some(Layout::YoloV8),
        ..misnamed.settings()
    };
    let refused = Onnx::new(&settings, LIMIT).ready().unwrap_err();
    assert!(
        refused.contains("AIMS_ONNX_LAYOUT") && refused.contains("[1, 10]"),
        "{refused}"
    );

    let nowhere = OnnxSettings {
        model: Some("/nowhere/model.onnx".into()),
        ..OnnxSettings::default()
    };
    let refused = Onnx::new(&nowhere, LIMIT).ready().unwrap_err();
    assert!(refused.contains("cannot be read"), "{refused}");
    let failure = look_at(&Onnx::new(&nowhere, LIMIT), &Photo::from_pixels(grey(8, 8)));
    assert_eq!(failure, Err(Failure::Unavailable(refused)));
}

#[test]
fn a_damaged_model_is_refused_without_a_panic() {
    let whole = models::constant(&[("output0", &[1, 2, 6], &[0.5; 12])], Some("{0: 'tea'}"));
    // The last 60 bytes are no part of the graph: versions and names.
    for end in (0..whole.len() - 60).step_by(7) {
        let cut = Files::with(&format!("cut-{end}"), &whole[..end]);
        assert!(cut.detector().ready().is_err(), "the first {end} bytes");
    }
    for at in 0..whole.len() {
        let mut bent = whole.clone();
        bent[at] ^= 0x55;
        // Some bytes are names, or numbers to be answered: it may be usable, but nothing may panic.
        let files = Files::with(&format!("bent-{at}"), &bent);
        drop(files.detector().ready());
    }
    let garbage: Vec<u8> = (0..100_000_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    assert!(Files::with("garbage", &garbage).detector().ready().is_err());
}

#[test]
fn nobody_waits_for_what_was_cancelled() {
    let files = Files::with("cancelled", &models::red());
    let watch = Watch {
        deadline: Instant::now() + LIMIT,
        cancelled: &|| true,
        progress: &|_| {},
    };
    let photo = Photo::from_pixels(grey(64, 64));

    let report = files.detector().detect(&photo, &Wanted::default(), &watch);

    assert_eq!(report, Err(Failure::Cancelled));
}
