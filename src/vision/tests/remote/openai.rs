//! Language models behind `/chat/completions`, in the shapes of its documentation.

use aims_vision::remote::OpenAi;
use aims_vision::{BoxFormat, Detector, OpenAiSettings, Secret};
use serde_json::json;

use crate::stub::{Asked, Says, Stub};
use crate::{PATIENT, ask, class, sentence};

fn model(stub: &Stub, boxes: BoxFormat) -> OpenAi {
    let settings = OpenAiSettings {
        url: Some(stub.url() + "/v1/"),
        model: Some("seeing-7b".into()),
        key: Some(Secret::from("sk-key".to_owned())),
        boxes,
    };
    OpenAi::new(settings, PATIENT)
}

fn says(content: &str) -> Says {
    finished(content, "stop")
}

fn finished(content: &str, reason: &str) -> Says {
    let answer = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "model": "seeing-7b",
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": content, "refusal": null},
            "finish_reason": reason,
        }],
        "usage": {"prompt_tokens": 900, "completion_tokens": 90, "total_tokens": 990},
    });
    Says::json(&answer.to_string())
}

#[test]
fn the_request_is_what_the_api_documents() {
    let stub = Stub::that([says(r#"{"items": []}"#)]);

    let report = ask(
        &model(&stub, BoxFormat::Xyxy1),
        &["Green tea 500 g", "Milk"],
    )
    .unwrap();

    assert!(report.detections.is_empty() && report.warnings.is_empty());
    let asked = &stub.asked()[0];
    assert!(
        asked
            .head
            .starts_with("POST /v1/chat/completions HTTP/1.1\r\n"),
        "{}",
        asked.head
    );
    assert!(
        asked.head.contains("authorization: Bearer sk-key\r\n"),
        "{}",
        asked.head
    );
    assert_eq!(asked.body["model"], "seeing-7b");
    assert_eq!(asked.body["temperature"], 0);
    assert_eq!(asked.body["response_format"]["type"], "json_schema");
    let parts = &asked.body["messages"][0]["content"];
    assert!(
        parts[0]["text"]
            .as_str()
            .unwrap()
            .contains("- Green tea 500 g\n- Milk\n")
    );
    let image = parts[1]["image_url"]["url"].as_str().unwrap();
    assert!(image.starts_with("data:image/jpeg;base64,/9j/"), "{image}");
}

#[test]
fn boxes_are_read_as_the_model_writes_them() {
    let tea = [class("tea", None, [0.25, 0.5, 0.5, 0.25])];
    for (format, content) in [
        (
            BoxFormat::Xyxy1,
            r#"{"items": [{"label": "tea", "box": [0.25, 0.5, 0.75, 0.75]}]}"#,
        ),
        (
            BoxFormat::Yxyx1000,
            "```json\n[{\"box_2d\": [500, 250, 750, 750], \"label\": \"tea\"}]\n```",
        ),
        (
            BoxFormat::XyxyPixels,
            r#"Sure! [{"bbox_2d": [50, 50, 150, 75], "label": "tea"}]"#,
        ),
    ] {
        let stub = Stub::that([says(content)]);

        let report = ask(&model(&stub, format), &[]).unwrap();

        assert_eq!(report.detections, tea, "{content}");
    }
}

#[test]
fn a_model_that_only_counts_is_taken_at_its_word() {
    let content =
        r#"{"items": [{"label": "tea", "count": 3}, {"label": "milk", "count": 4000000000}]}"#;
    let stub = Stub::that([says(content)]);

    let report = ask(&model(&stub, BoxFormat::None), &[]).unwrap();

    let of = |label: &str| {
        report
            .detections
            .iter()
            .filter(|one| one.label == label)
            .count()
    };
    assert_eq!((of("tea"), of("milk")), (3, 500));
    assert!(
        report.warnings.iter().any(|warning| warning.contains("20")),
        "{:?}",
        report.warnings
    );
}

#[test]
fn a_count_beyond_twenty_comes_with_a_warning() {
    let one = r#"{"label": "tea", "box": [0.25, 0.5, 0.75, 0.75]}"#;
    for (count, warned) in [(20, false), (21, true)] {
        let stub = Stub::that([says(&format!("[{}]", vec![one; count].join(",")))]);

        let report = ask(&model(&stub, BoxFormat::Xyxy1), &[]).unwrap();

        assert_eq!(report.detections.len(), count);
        assert_eq!(
            report
                .warnings
                .iter()
                .any(|warning| warning.contains("unreliably")),
            warned
        );
    }
}

#[test]
fn what_a_server_refuses_is_left_out_of_the_next_question() {
    let refuses = Says::Answer(
        400,
        "",
        br#"{"error": {"message": "unsupported"}}"#.to_vec(),
    );
    let stub = Stub::that([
        refuses.clone(),
        refuses.clone(),
        refuses,
        says(r#"{"items": []}"#),
    ]);
    let model = model(&stub, BoxFormat::Xyxy1);

    ask(&model, &[]).unwrap();
    ask(&model, &[]).unwrap();

    let asked = stub.asked();
    let formats: Vec<_> = asked
        .iter()
        .map(|asked| &asked.body["response_format"]["type"])
        .collect();
    assert_eq!(
        json!(formats),
        json!(["json_schema", "json_object", null, null, null])
    );
    let plain = |asked: &Asked| asked.body["messages"][0]["content"][1]["image_url"].is_string();
    assert!(!asked.iter().take(3).any(plain));
    assert!(asked.iter().skip(3).all(plain), "it is remembered");
}

#[test]
fn a_server_that_refuses_everything_is_asked_four_times() {
    let stub = Stub::that([Says::status(400)]);

    let why = sentence(ask(&model(&stub, BoxFormat::Xyxy1), &[]));

    assert!(why.contains("does not take the request"), "{why}");
    assert_eq!(stub.asked().len(), 4);
}

#[test]
fn half_an_answer_is_none() {
    let half = finished(
        r#"{"items": [{"label": "tea", "box": [0, 0, 1, 1]}]}"#,
        "length",
    );
    let why = sentence(ask(&model(&Stub::that([half]), BoxFormat::Xyxy1), &[]));
    assert!(why.contains("in the middle"), "{why}");

    for nonsense in [
        says("I see about thirty boxes of tea."),
        says(r#"{"items": [{"label": "tea", "box": [0, 0"#),
        says(r#"{"items": [{"label": "tea", "box": "left"}]}"#),
        says(r#"{"items": [{"label": "tea", "box": [NaN, 0, 1, 1]}]}"#),
        says(""),
        finished(r#"{"items": []}"#, "content_filter"),
        Says::json(r#"{"choices": []}"#),
        Says::json(r#"{"choices": [{"message": {"content": null}}]}"#),
        Says::json(r#"{"error": {"message": "no model"}}"#),
    ] {
        let answer = ask(&model(&Stub::that([nonsense]), BoxFormat::Xyxy1), &[]);
        assert!(
            matches!(answer, Err(aims_vision::Failure::Garbage(_))),
            "{answer:?}"
        );
    }
}

#[test]
fn boxes_that_are_none_are_left_out_and_said() {
    let content = r#"[{"label": "tea", "box": [0.9, 0, 0.1, 1]}, {"label": "tea", "box": [0, 0, 1]},
        {"label": "tea"}, {"label": "tea", "box": [3, 3, 4, 4]}]"#;
    let stub = Stub::that([says(content)]);

    let report = ask(&model(&stub, BoxFormat::Xyxy1), &[]).unwrap();

    assert!(report.detections.is_empty());
    assert!(
        report.warnings[0].starts_with("4 of the boxes"),
        "{:?}",
        report.warnings
    );
}

#[test]
fn what_is_not_configured_is_asked_for_by_name() {
    let mut settings = OpenAiSettings::default();
    let why = OpenAi::new(settings.clone(), PATIENT).ready().unwrap_err();
    assert!(why.contains("AIMS_OPENAI_URL"), "{why}");

    settings.url = Some("http://localhost:11434/v1".into());
    let why = OpenAi::new(settings.clone(), PATIENT).ready().unwrap_err();
    assert!(why.contains("AIMS_OPENAI_MODEL"), "{why}");

    settings.model = Some("seeing-7b".into());
    assert_eq!(OpenAi::new(settings, PATIENT).ready(), Ok(()));
}
