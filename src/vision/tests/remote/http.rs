//! The plug for any model, as `docs/VISION.md` describes it.

use aims_vision::remote::Http;
use aims_vision::{Area, Detection, Detector, HttpSettings, Kind, Photo};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::stub::{Says, Stub};
use crate::{PATIENT, ask, class};

fn plug(stub: &Stub) -> Http {
    let url = Some(stub.url() + "/count");
    Http::new(
        HttpSettings {
            url,
            ..HttpSettings::default()
        },
        PATIENT,
    )
}

/// What the documentation says that a request and an answer look like.
fn documented() -> Vec<serde_json::Value> {
    let page = include_str!("../../../../docs/VISION.md");
    let blocks = page
        .split("```json\n")
        .skip(1)
        .map(|rest| rest.split_once("```").unwrap().0);
    blocks
        .map(|block| serde_json::from_str(block).unwrap())
        .collect()
}

#[test]
fn the_plug_works_as_it_is_documented() {
    let [question, answer] = &documented()[..] else {
        panic!("the page shows one request and one answer");
    };
    let stub = Stub::that([Says::json(&answer.to_string())]);

    let report = ask(&plug(&stub), &["tea", "milk"]).unwrap();

    let asked = &stub.asked()[0];
    assert!(
        asked.head.starts_with("POST /count HTTP/1.1\r\n"),
        "{}",
        asked.head
    );
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(&asked.body), keys(question));
    assert_eq!(asked.body["labels"], serde_json::json!(["tea", "milk"]));
    assert_eq!(
        (&asked.body["width"], &asked.body["height"]),
        (&200.into(), &100.into())
    );
    let jpeg = STANDARD
        .decode(asked.body["image"].as_str().unwrap())
        .unwrap();
    assert_eq!(Photo::read(&jpeg).unwrap().width(), 200);

    let code = Detection {
        kind: Kind::Barcode("EAN-13"),
        label: "4006381333931".into(),
        confidence: None,
        area: Area {
            x: 0.5,
            y: 0.25,
            w: 0.125,
            h: 0.0625,
        },
    };
    assert_eq!(
        report.detections,
        [class("tea", Some(0.93), [0.25, 0.25, 0.125, 0.25]), code]
    );
    assert_eq!(report.warnings, ["The lower shelf is out of focus."]);
    assert!(!report.truncated);
}

#[test]
fn boxes_off_the_photo_and_senseless_labels_are_left_out_and_said() {
    let stub = Stub::that([Says::json(
        r#"{"detections": [
            {"label": "off", "x": 1.5, "y": 0, "w": 0.1, "h": 0.1},
            {"label": "half", "confidence": 7, "x": -0.5, "y": 0.25, "w": 1, "h": 0.5},
            {"label": " \n ", "x": 0, "y": 0, "w": 0.1, "h": 0.1},
            {"label": "empty", "x": 0.5, "y": 0.5, "w": 0, "h": 0.1},
            {"label": "?", "symbology": "Morse", "x": 0, "y": 0, "w": 0.1, "h": 0.1}
        ], "truncated": true, "more": "than was agreed"}"#,
    )]);

    let report = ask(&plug(&stub), &[]).unwrap();

    assert_eq!(
        report.detections,
        [class("half", None, [0.0, 0.25, 0.5, 0.5])]
    );
    assert!(report.truncated);
    assert!(
        report.warnings[0].starts_with("4 of the boxes"),
        "{:?}",
        report.warnings
    );
}

#[test]
fn of_thousands_of_boxes_the_first_thousand_are_taken() {
    let one = r#"{"label":"tea","x":0.5,"y":0.5,"w":0.1,"h":0.1}"#;
    let boxes = vec![one; 3000].join(",");
    let stub = Stub::that([Says::json(&format!(r#"{{"detections":[{boxes}]}}"#))]);

    let report = ask(&plug(&stub), &[]).unwrap();

    assert_eq!(report.detections.len(), 1000);
    assert!(report.truncated);
}

#[test]
fn what_is_not_configured_is_asked_for_by_name() {
    let none = Http::new(HttpSettings::default(), PATIENT)
        .ready()
        .unwrap_err();
    assert!(none.contains("AIMS_HTTP_URL"), "{none}");

    for url in ["localhost:9000", "ftp://models/", "no address", ""] {
        let settings = HttpSettings {
            url: Some(url.into()),
            ..HttpSettings::default()
        };
        let odd = Http::new(settings, PATIENT);
        assert!(odd.ready().unwrap_err().contains("AIMS_HTTP_URL"), "{url}");
        assert!(ask(&odd, &[]).is_err());
    }
}
