//! What a language model is asked.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::BoxFormat;

/// Labels that are named in the question, at most.
const LABELS: usize = 300;

/// How much of the API is used. Servers differ: what one refuses is left out of the next question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The answer's schema is given.
    Schema,
    /// Any JSON is asked for.
    Object,
    /// Nothing but the prompt asks for JSON; no temperature, which some models refuse.
    Bare,
    /// The same, with the photo's address as a plain string.
    Plain,
}

impl Form {
    /// All of them, in the order in which they are tried.
    pub(super) const ALL: [Self; 4] = [Self::Schema, Self::Object, Self::Bare, Self::Plain];
}

/// The body of the request.
pub(super) fn question(
    model: &str,
    labels: &[String],
    base64: &str,
    boxes: BoxFormat,
    form: Form,
) -> Value {
    let address = format!("data:image/jpeg;base64,{base64}");
    let image = if form == Form::Plain {
        json!(address)
    } else {
        json!({"url": address})
    };
    let mut question = json!({
        "model": model,
        "messages": [{"role": "user", "content": [
            {"type": "text", "text": prompt(labels, boxes)},
            {"type": "image_url", "image_url": image},
        ]}],
    });
    match form {
        Form::Schema => {
            question["temperature"] = json!(0);
            question["response_format"] = json!({
                "type": "json_schema",
                "json_schema": {"name": "shelf", "strict": true, "schema": schema(boxes)},
            });
        }
        Form::Object => {
            question["temperature"] = json!(0);
            question["response_format"] = json!({"type": "json_object"});
        }
        Form::Bare | Form::Plain => {}
    }
    question
}

fn prompt(labels: &[String], boxes: BoxFormat) -> String {
    let mut prompt = String::from(
        "This is a photo of a stock room. Find every single pack of goods that is visible on it, also equal \
         ones side by side, and nothing that you only suspect. ",
    );
    if labels.is_empty() {
        prompt.push_str("As the label write what is printed on the pack, shortly. ");
    } else {
        prompt.push_str("Report only these, with exactly one of these labels:\n");
        for label in labels.iter().take(LABELS) {
            let written = writeln!(prompt, "- {label}");
            debug_assert!(written.is_ok(), "a string takes everything");
        }
    }
    let corners = match boxes {
        BoxFormat::Yxyx1000 => "[top, left, bottom, right], each from 0 to 1000",
        BoxFormat::XyxyPixels => "[left, top, right, bottom] in pixels of this photo",
        BoxFormat::Xyxy1 => "[left, top, right, bottom], each from 0 to 1",
        BoxFormat::None => {
            prompt.push_str(
                "Answer with JSON alone: {\"items\": [{\"label\": \"…\", \"count\": 3}]}, one entry a label.",
            );
            return prompt;
        }
    };
    prompt.push_str("Answer with JSON alone: {\"items\": [{\"label\": \"…\", \"box\": […]}]}, one entry a pack; box is ");
    prompt.push_str(corners);
    prompt.push('.');
    prompt
}

fn schema(boxes: BoxFormat) -> Value {
    let (second, kind) = if boxes == BoxFormat::None {
        ("count", json!({"type": "integer"}))
    } else {
        ("box", json!({"type": "array", "items": {"type": "number"}}))
    };
    let item = json!({
        "type": "object",
        "properties": {"label": {"type": "string"}, second: kind},
        "required": ["label", second],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": {"items": {"type": "array", "items": item}},
        "required": ["items"],
        "additionalProperties": false,
    })
}
