//! A scan says what both sides of the wire agreed on.

use std::path::Path;

use serde_json::{Value, json};

use super::{DetectionRow, Kind, ScanRow, State, Status};
use crate::ids::{ScanId, WarehouseId};

fn fixture(name: &str) -> Value {
    let path = format!("tests/fixtures/frames/{name}.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let mut frame: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    frame["data"].take()
}

fn time(text: &str) -> crate::time::Time {
    let text = format!("2026-03-02T10:12:{text}Z");
    serde_json::from_value(json!(text)).unwrap()
}

fn running() -> ScanRow {
    ScanRow {
        id: ScanId(12),
        warehouse_id: WarehouseId(1),
        number: "SC-12".into(),
        warehouse: "north".into(),
        status: Status::Running,
        progress: 42,
        place: Some("shelf 3".into()),
        detector: "barcode".into(),
        detector_version: None,
        width: 4000,
        height: 3000,
        photo: Some("/api/scans/SC-12/photo".into()),
        thumbnail: Some("/api/scans/SC-12/thumbnail".into()),
        same_photo: vec!["SC-9".into()],
        error: None,
        warnings: Vec::new(),
        truncated: false,
        took_ms: None,
        found: 0,
        unmapped: 0,
        sheet: None,
        by: "Ali Demir".into(),
        created_at: time("00.250000"),
        finished_at: None,
        version: 3,
        updated_at: time("03.250000"),
        detections: None,
    }
}

fn tea() -> DetectionRow {
    DetectionRow {
        n: 1,
        kind: Kind::Barcode,
        symbology: Some("EAN-13".into()),
        label: "4006381333931".into(),
        sku: Some("TEA-500".into()),
        name: Some("Tea 500 g".into()),
        stocked: Some(true),
        units: 6,
        confidence: None,
        x: 0.125,
        y: 0.25,
        w: 0.0625,
        h: 0.03125,
        state: State::Auto,
    }
}

fn bottle() -> DetectionRow {
    DetectionRow {
        n: 2,
        kind: Kind::Class,
        symbology: None,
        label: "bottle".into(),
        sku: None,
        name: None,
        stocked: None,
        units: 1,
        confidence: Some(0.5),
        x: 0.5,
        y: 0.25,
        w: 0.125,
        h: 0.25,
        state: State::Auto,
    }
}

#[test]
fn a_scan_says_what_the_fixtures_say() {
    let done = ScanRow {
        status: Status::Done,
        progress: 100,
        detector_version: Some("barcode 1".into()),
        same_photo: Vec::new(),
        took_ms: Some(812),
        found: 2,
        unmapped: 1,
        sheet: Some("CS-5".into()),
        finished_at: Some(time("04.500000")),
        version: 4,
        updated_at: time("04.500000"),
        detections: Some(vec![tea(), bottle()]),
        ..running()
    };

    assert_eq!(json!(running()), fixture("event-scan-progress"));
    assert_eq!(json!(done), fixture("event-scan-done"));
}
