//! What people type: how it is tidied, and what text may not be.
//!
//! Control characters are refused everywhere: PostgreSQL cannot hold a null, and the others can forge a
//! line of a log or a cell of a table.

use garde::Validate;
use serde::{Deserialize, Deserializer};

use crate::error::{Error, FieldError, Result as Outcome};

/// Characters of a note or a reason at most.
pub const NOTE: usize = 500;

/// Reads text without the blanks around it.
pub fn trimmed<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from).map(|text| text.trim().to_owned())
}

/// The same for a field that may be left out or null.
pub fn trimmed_option<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.map(|text| text.trim().to_owned()))
}

/// The same where blank means the same as nothing.
pub fn filled<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(trimmed_option(from)?.filter(|text| !text.is_empty()))
}

/// The same for an edit, in which null clears a value and leaving it out keeps it.
pub fn edited<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    filled(from).map(Some)
}

/// Reads a value of an edit that is no text: null clears it, and leaving it out keeps it.
pub fn said<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(from).map(Some)
}

/// A note or a reason: a line of at most [`NOTE`] characters.
pub fn note(text: &str, (): &()) -> garde::Result {
    line(0, NOTE)(text, &())
}

/// One line of `min` to `max` characters.
pub fn line(min: usize, max: usize) -> impl Fn(&str, &()) -> garde::Result {
    move |text, ()| {
        let length = text.chars().count();
        if text.chars().any(char::is_control) {
            Err(garde::Error::new("must not have control characters"))
        } else if !(min..=max).contains(&length) {
            Err(garde::Error::new(format!(
                "must have {min} to {max} characters"
            )))
        } else {
            Ok(())
        }
    }
}

/// A stock keeping unit: 1 to 64 visible ASCII characters without `/`, so that it is one segment of an
/// address and reads the same in print, in a barcode and on the phone.
pub fn sku(text: &str, (): &()) -> garde::Result {
    let allowed = text.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
    // Browsers take these two out of an address (RFC 3986 section 5.2.4).
    let dots = text == "." || text == "..";
    if (1..=64).contains(&text.len()) && allowed && !dots {
        Ok(())
    } else {
        Err(garde::Error::new(
            "must be 1 to 64 visible ASCII characters without spaces or “/”",
        ))
    }
}

/// A code in addresses and rooms: 1 to 32 of `a-z 0-9 -`, beginning with a letter or digit.
pub fn code(text: &str, (): &()) -> garde::Result {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (1..=32).contains(&text.len()) && !text.starts_with('-') && text.bytes().all(allowed) {
        Ok(())
    } else {
        Err(garde::Error::new(
            "must be 1 to 32 lower case letters, digits or hyphens",
        ))
    }
}

/// What somebody signs in by: 1 to 64 of `a-z 0-9 . _ - @ +`.
pub fn login(text: &str, (): &()) -> garde::Result {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-@+".contains(&b);
    if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
        Ok(())
    } else {
        Err(garde::Error::new(
            "must be 1 to 64 lower case letters, digits or any of . _ - @ +",
        ))
    }
}

/// Checks what a type says of its values, and names every field that breaks it.
///
/// # Errors
/// `validation`, with a JSON pointer for each.
pub fn valid<T: Validate<Context = ()>>(value: &T) -> Outcome<()> {
    let Err(report) = value.validate() else {
        return Ok(());
    };
    let errors = report
        .iter()
        .map(|(path, error)| FieldError {
            pointer: pointer(&path.to_string()),
            detail: format!("{path}: {error}."),
            code: "range",
        })
        .collect();
    Err(Error::invalid(errors))
}

/// `decisions[2].quantity` as a JSON pointer, `/decisions/2/quantity`; `r#ref` is Rust's way to write `ref`.
pub fn pointer(path: &str) -> String {
    let parts = path
        .split(['.', '['])
        .map(|part| part.trim_end_matches(']').trim_start_matches("r#"));
    parts
        .filter(|part| !part.is_empty())
        .fold(String::new(), |all, part| all + "/" + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_counted_in_characters_and_has_no_control_among_them() {
        assert!(line(1, 3)("äöü", &()).is_ok());
        assert!(line(1, 3)("", &()).is_err());
        assert!(line(1, 3)("äöüß", &()).is_err());
        for text in ["a\0", "a\nb", "\u{85}"] {
            assert!(line(1, 3)(text, &()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_sku_is_one_segment_of_an_address() {
        for good in ["TEA-500", "50%", "a", "#1", &"x".repeat(64)] {
            assert!(sku(good, &()).is_ok(), "{good}");
        }
        for bad in [
            "",
            "A B",
            "A/B",
            "Ä",
            "a\n",
            ".",
            "..",
            "\u{7f}",
            &"x".repeat(65),
        ] {
            assert!(sku(bad, &()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn codes_and_logins_are_lower_case() {
        assert!(code("north-2", &()).is_ok());
        assert!(login("mina.kaya@stock.example", &()).is_ok());
        for bad in ["", "North", "-n", "n_1", "n/1"] {
            assert!(code(bad, &()).is_err(), "{bad}");
        }
        for bad in ["", "Mina", "mina kaya", "mina\0"] {
            assert!(login(bad, &()).is_err(), "{bad}");
        }
    }
}
