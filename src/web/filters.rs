//! Template filters: how numbers, times and small drawings look when the server draws them.
//!
//! `static/js/format.js` and `static/js/charts.js` draw the same things after a live change, so each
//! of these has a twin there and both must give the same text. Filters know values, not rows of
//! the database.

use chrono::{DateTime, Utc};
use tera::{Kwargs, State, Tera, Value, value::Map};

/// Width of a sparkline's own coordinates; the twin is `SPARK` in `charts.js`.
const SPARK_WIDTH: f64 = 90.0;
/// Height of a sparkline's own coordinates, with a pixel of air kept above and below the line.
const SPARK_HEIGHT: f64 = 24.0;
/// From this many days on cover is "99+ d": nobody plans by a larger figure.
const COVER_CAP_DAYS: f64 = 99.0;

/// Registers every filter the templates use.
pub(crate) fn register(tera: &mut Tera) {
    tera.register_filter("qty", qty);
    tera.register_filter("cover", cover);
    tera.register_filter("fill", fill);
    tera.register_filter("tick", tick);
    tera.register_filter("spark", spark);
    tera.register_filter("moment", moment);
    tera.register_filter("urlencode", urlencode);
    tera.register_filter("json", json);
}

/// Whole units with a comma every three digits: `1234567` is "1,234,567".
fn qty(value: i64, _: Kwargs, _: &State<'_>) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::from(if value < 0 { "−" } else { "" });
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Days the stock on hand lasts at the row's daily use.
fn cover(row: &Map, _: Kwargs, _: &State<'_>) -> String {
    let use_a_day = row
        .get(&"stats".into())
        .and_then(|stats| stats.get_from_path("daily_use")?.as_f64())
        .unwrap_or(0.0);
    if use_a_day <= 0.0 {
        return "no recent use".to_owned();
    }
    let days = number(row, "on_hand") / use_a_day;
    if days >= COVER_CAP_DAYS {
        "99+ d".to_owned()
    } else if days > 0.0 && days < 1.0 {
        "< 1 d".to_owned()
    } else {
        format!("{} d", days.floor())
    }
}

/// On hand as a share of the target, 0 to 100; more than the target is a full bar.
fn fill(row: &Map, _: Kwargs, _: &State<'_>) -> f64 {
    share(number(row, "on_hand"), number(row, "target"))
}

/// Where the bar's tick for `min` stands, 0 to 100.
fn tick(row: &Map, _: Kwargs, _: &State<'_>) -> f64 {
    share(number(row, "min"), number(row, "target"))
}

fn share(part: f64, whole: f64) -> f64 {
    if whole <= 0.0 {
        0.0
    } else {
        (part / whole * 100.0).clamp(0.0, 100.0).round()
    }
}

fn number(row: &Map, field: &'static str) -> f64 {
    row.get(&field.into())
        .and_then(Value::as_f64)
        .unwrap_or(0.0)
}

/// The `d` of a step line through the values, scaled from zero to the largest.
fn spark(values: &[Value], _: Kwargs, _: &State<'_>) -> String {
    let values: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
    let top = values.iter().copied().fold(1.0, f64::max);
    let y = |value: f64| SPARK_HEIGHT - 1.0 - value / top * (SPARK_HEIGHT - 2.0);
    let step = SPARK_WIDTH / values.iter().map(|_| 1.0).sum::<f64>();
    let mut right = 0.0;
    let steps = values.into_iter().map(|value| {
        let begin = if right == 0.0 { "M0 " } else { "V" };
        right += step;
        format!("{begin}{:.1}H{right:.1}", y(value))
    });
    steps.collect::<Vec<_>>().concat()
}

/// A time as people read it where no script turns it into their own zone: "23 Nov 10:12 UTC".
fn moment(time: &str, _: Kwargs, _: &State<'_>) -> String {
    time.parse::<DateTime<Utc>>().map_or_else(
        |_| time.to_owned(),
        |at| at.format("%-d %b %H:%M UTC").to_string(),
    )
}

fn urlencode(text: &str, _: Kwargs, _: &State<'_>) -> String {
    percent_encoded(text)
}

/// One path segment or query value, with everything encoded but what RFC 3986 section 2.3 calls
/// unreserved.
pub(crate) fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(b).to_string()
            }
            _ => format!("%{b:02X}"),
        })
        .collect()
}

/// JSON for a `<script type="application/json">`: `<`, `>` and `&` are escaped, so that no value
/// can close the element.
fn json(value: &Value, _: Kwargs, _: &State<'_>) -> Result<Value, tera::Error> {
    let text = serde_json::to_string(value).map_err(|e| tera::Error::message(e.to_string()))?;
    let text = text
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026");
    Ok(Value::safe_string(&text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn drawn(template: &str, value: &serde_json::Value) -> String {
        let mut tera = Tera::new();
        register(&mut tera);
        tera.add_raw_template("t.html", template).unwrap();
        let context = tera::Context::from_serialize(&json!({ "v": value })).unwrap();
        tera.render("t.html", &context).unwrap()
    }

    #[test]
    fn quantities_are_grouped_and_carry_a_true_minus() {
        let grouped = |n: i64| drawn("{{ v | qty }}", &json!(n));

        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!((grouped(-3), grouped(100)), ("−3".into(), "100".into()));
    }

    #[test]
    fn cover_is_never_a_false_precision() {
        let row = |on_hand: i64, daily: serde_json::Value| {
            let row = json!({ "on_hand": on_hand, "stats": { "daily_use": daily } });
            drawn("{{ v | cover | safe }}", &row)
        };

        assert_eq!(row(9, json!(null)), "no recent use");
        assert_eq!(row(0, json!(2)), "0 d");
        assert_eq!(row(1, json!(2.5)), "< 1 d");
        assert_eq!(row(129, json!(10)), "12 d");
        assert_eq!(row(5000, json!(2)), "99+ d");
    }

    #[test]
    fn a_sparkline_is_one_step_for_each_day() {
        let path = |values: serde_json::Value| drawn("{{ v | spark }}", &values);

        assert_eq!(path(json!([2, 1, 0])), "M0 1.0H30.0V12.0H60.0V23.0H90.0");
        assert_eq!(path(json!([])), "");
    }

    #[test]
    fn nothing_in_a_json_block_can_close_it() {
        let json = drawn("{{ v | json }}", &json!("</script><!-- & -->"));

        assert_eq!(json, r#""\u003c/script\u003e\u003c!-- \u0026 --\u003e""#);
    }

    #[test]
    fn names_of_any_kind_fit_into_an_address() {
        assert_eq!(percent_encoded("A/B ü?-_.~"), "A%2FB%20%C3%BC%3F-_.~");
    }

    #[test]
    fn a_moment_is_said_in_utc() {
        let time = json!("2026-03-02T10:12:00.250000Z");

        assert_eq!(drawn("{{ v | moment }}", &time), "2 Mar 10:12 UTC");
    }
}
