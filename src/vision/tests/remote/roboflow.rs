//! Roboflow's object detection, in the shapes of its documentation.

use aims_vision::remote::Roboflow;
use aims_vision::{Detector, RoboflowSettings, Secret};

use crate::stub::{Says, Stub};
use crate::{PATIENT, ask, class, sentence};

fn roboflow(stub: &Stub) -> Roboflow {
    let settings = RoboflowSettings {
        url: stub.url() + "/",
        model: Some("shelves/3".into()),
        key: Some(Secret::from("rf_key".to_owned())),
        threshold: 0.5,
    };
    Roboflow::new(settings, PATIENT)
}

#[test]
fn boxes_are_read_from_their_centres_in_pixels_of_the_image_sent() {
    let stub = Stub::that([Says::json(
        r#"{"inference_id": "a", "time": 0.1, "image": {"width": 200, "height": 100}, "predictions": [
            {"x": 100, "y": 50, "width": 50, "height": 50, "confidence": 0.5, "class": "can", "class_id": 3,
             "detection_id": "b"},
            {"x": 25, "y": 50, "width": 100, "height": 25, "confidence": 0.75, "class": "box", "class_id": 1}
        ]}"#,
    )]);

    let report = ask(&roboflow(&stub), &[]).unwrap();

    let seen = [
        class("can", Some(0.5), [0.375, 0.25, 0.25, 0.5]),
        class("box", Some(0.75), [0.0, 0.375, 0.375, 0.25]),
    ];
    assert_eq!(report.detections.len(), 2);
    assert!(
        seen.iter().all(|one| report.detections.contains(one)),
        "{report:?}"
    );
    let asked = &stub.asked()[0];
    assert!(
        asked
            .head
            .starts_with("POST /infer/object_detection HTTP/1.1\r\n"),
        "{}",
        asked.head
    );
    assert_eq!(asked.body["model_id"], "shelves/3");
    assert_eq!(asked.body["api_key"], "rf_key");
    assert_eq!(asked.body["image"]["type"], "base64");
    assert_eq!(asked.body["confidence"], 0.5);
}

#[test]
fn a_full_list_is_taken_for_a_cut_one() {
    let one = r#"{"x":100,"y":50,"width":50,"height":50,"confidence":0.5,"class":"can"}"#;
    let all = vec![one; 300].join(",");
    let stub = Stub::that([Says::json(&format!(r#"{{"predictions":[{all}]}}"#))]);

    let report = ask(&roboflow(&stub), &[]).unwrap();

    assert_eq!(report.detections.len(), 300);
    assert!(report.truncated);
}

#[test]
fn a_wrong_key_or_model_is_said() {
    for (status, word) in [(401, "key"), (403, "key"), (404, "model"), (400, "model")] {
        let stub = Stub::that([Says::status(status)]);

        let why = sentence(ask(&roboflow(&stub), &[]));

        assert!(
            why.contains(word) && why.contains(&status.to_string()),
            "{why}"
        );
        assert_eq!(stub.asked().len(), 1, "asking again would not help");
    }
}

#[test]
fn what_is_not_configured_is_asked_for_by_name() {
    let mut settings = RoboflowSettings::default();
    let why = Roboflow::new(settings.clone(), PATIENT)
        .ready()
        .unwrap_err();
    assert!(why.contains("AIMS_ROBOFLOW_MODEL"), "{why}");

    settings.model = Some("shelves/3".into());
    let why = Roboflow::new(settings.clone(), PATIENT)
        .ready()
        .unwrap_err();
    assert!(why.contains("AIMS_ROBOFLOW_KEY"), "{why}");

    // An inference server at home needs none.
    settings.url = "http://localhost:9001".into();
    assert_eq!(Roboflow::new(settings, PATIENT).ready(), Ok(()));
}
