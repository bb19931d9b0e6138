//! The layouts of well-known models, and the names of their classes.

use std::fs;

use aims_vision::onnx::Onnx;
use aims_vision::{Detection, Detector, Layout, OnnxSettings, Photo};

use crate::{Files, LIMIT, class, grey, look_at, models};

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
