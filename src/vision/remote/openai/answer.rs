//! What a language model answered.

use std::iter;

use serde::Deserialize;

use super::super::{between, decode, line, report};
use crate::{Area, BoxFormat, Detection, Failure, Kind, Report};

/// A count beyond which language models are unreliable.
const RELIABLE: usize = 20;
/// What one label may count, where there are no boxes.
const MOST_OF_ONE: usize = 500;
/// The box of what is somewhere.
const SOMEWHERE: Area = Area {
    x: 0.0,
    y: 0.0,
    w: 1.0,
    h: 1.0,
};

#[derive(Deserialize)]
struct Reply {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

/// Models of some makers answer the list alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Items {
    Within { items: Vec<Item> },
    Alone(Vec<Item>),
}

/// The other names are those that models were trained to write.
#[derive(Deserialize)]
struct Item {
    #[serde(alias = "name", alias = "class")]
    label: String,
    #[serde(
        default,
        rename = "box",
        alias = "box_2d",
        alias = "bbox_2d",
        alias = "bbox"
    )]
    corners: Option<Vec<f64>>,
    count: Option<u32>,
}

/// Reads an answer of `/chat/completions` to a photo of this size.
pub(super) fn read(
    body: &[u8],
    host: &str,
    boxes: BoxFormat,
    (width, height): (u32, u32),
) -> Result<Report, Failure> {
    let reply: Reply = decode(body, host)?;
    let choice = reply.choices.into_iter().next();
    let choice = choice.ok_or_else(|| garbage("gave no answer"))?;
    match choice.finish_reason.as_deref() {
        // Half a list would be a count that is too low, and nobody would see it.
        Some("length") => {
            return Err(garbage(
                "stopped in the middle of its answer: there is too much on the photo",
            ));
        }
        Some("content_filter") => return Err(garbage("refused to answer")),
        _ => {}
    }
    let content = choice.message.content.unwrap_or_default();
    let Ok(Items::Within { items } | Items::Alone(items)) =
        serde_json::from_str(json_within(&content))
    else {
        return Err(garbage(
            "did not answer with the JSON that it was asked for",
        ));
    };
    let scale = match boxes {
        BoxFormat::Yxyx1000 => (1000.0, 1000.0),
        BoxFormat::XyxyPixels => (f64::from(width), f64::from(height)),
        BoxFormat::Xyxy1 | BoxFormat::None => (1.0, 1.0),
    };
    let found = items.iter().flat_map(|item| {
        let times = if boxes == BoxFormat::None {
            item.count
                .map_or(1, |count| count as usize)
                .min(MOST_OF_ONE)
        } else {
            1
        };
        iter::repeat_with(move || detection(item, boxes, scale)).take(times)
    });
    let mut report = report(found);
    let count = report.detections.len();
    if count > RELIABLE {
        report.warnings.push(format!(
            "A language model counts unreliably beyond about {RELIABLE}; it found {count} here. Check them."
        ));
    }
    if boxes == BoxFormat::None {
        report
            .warnings
            .push("This model counts and does not say where.".into());
    }
    Ok(report)
}

fn garbage(what: &str) -> Failure {
    Failure::Garbage(format!("The model {what}."))
}

fn detection(item: &Item, boxes: BoxFormat, (across, down): (f64, f64)) -> Option<Detection> {
    let area = match (boxes, item.corners.as_deref()) {
        (BoxFormat::None, _) => SOMEWHERE,
        (BoxFormat::Yxyx1000, Some(&[top, left, bottom, right]))
        | (_, Some(&[left, top, right, bottom])) => {
            between([left / across, top / down, right / across, bottom / down])?
        }
        _ => return None,
    };
    Some(Detection {
        kind: Kind::Class,
        label: line(&item.label)?,
        confidence: None,
        area,
    })
}

/// The JSON in an answer: within its fences, after its thoughts, between its politeness.
fn json_within(content: &str) -> &str {
    let after = content
        .rsplit_once("</think>")
        .map_or(content, |(_, answer)| answer);
    let fenced = after
        .split_once("```")
        .and_then(|(_, rest)| rest.split_once("```"));
    let text = fenced.map_or(after, |(within, _)| within);
    let from = text.find(['{', '[']).unwrap_or(0);
    let to = text.rfind(['}', ']']).map_or(text.len(), |last| last + 1);
    text.get(from..to).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::json_within;

    #[test]
    fn the_json_is_found_whatever_stands_around_it() {
        for answer in [
            r#"{"items":[]}"#,
            "```json\n{\"items\":[]}\n```",
            "```\n{\"items\":[]}\n```\nI hope this helps!",
            "<think>{maybe}</think>\n{\"items\":[]}",
            "Here you are: {\"items\":[]} (none)",
        ] {
            assert_eq!(json_within(answer), r#"{"items":[]}"#, "{answer}");
        }
        for nonsense in ["", "```", "]", "} {", "é"] {
            let found = json_within(nonsense);
            assert!(nonsense.contains(found));
        }
    }
}
