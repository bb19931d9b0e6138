//! GS1 data as it is printed below a symbol: each element behind its application identifier in brackets, such as
//! `(01)04006381333931(10)A1`. So people know it, and so the stock room finds the trade item number in it.

/// Readers put this in front of GS1 data: for Code 128, `DataMatrix` and QR (ISO/IEC 15424).
pub(super) const MARKS: [&str; 3] = ["]C1", "]d2", "]Q3"];
/// Ends an element whose length is not fixed (GS1 General Specifications section 7.8.3).
pub(super) const SEPARATOR: char = '\u{1d}';

/// A code's text; GS1 data in brackets. What is marked as such and is none is kept as it is.
pub(super) fn printed(text: String) -> String {
    let Some(data) = MARKS.iter().find_map(|mark| text.strip_prefix(mark)) else {
        return text;
    };
    bracketed(data).unwrap_or_else(|| data.into())
}

fn bracketed(data: &str) -> Option<String> {
    let (mut rest, mut all) = (data, String::new());
    while !rest.is_empty() {
        let (identifier, tail) = rest.split_at_checked(identifier(rest)?)?;
        let whole = fixed(identifier).unwrap_or_else(|| tail.find(SEPARATOR).unwrap_or(tail.len()));
        let (value, tail) = tail.split_at_checked(whole)?;
        if value.is_empty() || !identifier.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        all.extend(["(", identifier, ")", value]);
        rest = tail.strip_prefix(SEPARATOR).unwrap_or(tail);
    }
    Some(all)
}

/// Digits of the identifier in front (GS1 General Specifications section 3.2).
fn identifier(data: &str) -> Option<usize> {
    Some(match data.get(..2)? {
        "23" | "24" | "25" | "40" | "41" | "42" | "71" => 3,
        "31" | "32" | "33" | "34" | "35" | "36" | "39" | "43" | "70" | "72" | "80" | "81"
        | "82" => 4,
        _ => 2,
    })
}

/// The length of a value that needs no separator (GS1 General Specifications figure 7.8.5-2).
fn fixed(identifier: &str) -> Option<usize> {
    Some(match identifier.get(..2)? {
        "00" => 18,
        "01" | "02" | "03" => 14,
        "04" => 16,
        "11" | "12" | "13" | "14" | "15" | "16" | "17" | "18" | "19" | "31" | "32" | "33"
        | "34" | "35" | "36" => 6,
        "20" => 2,
        "41" => 13,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn elements_are_told_by_their_identifiers() {
        for (read, expected) in [
            ("]C10104006381333931", "(01)04006381333931"),
            (
                "]C1010400638133393110A-1\u{1d}17271231",
                "(01)04006381333931(10)A-1(17)271231",
            ),
            (
                "]d20104006381333931310300125021XY",
                "(01)04006381333931(3103)001250(21)XY",
            ),
            ("]Q3240B7\u{1d}", "(240)B7"),
        ] {
            assert_eq!(printed(read.into()), expected);
        }
    }

    #[test]
    fn what_is_no_gs1_data_is_kept() {
        for (read, expected) in [
            ("0104006381333931", "0104006381333931"),
            ("]C1010400638", "010400638"),
            ("]C1AB12", "AB12"),
            ("]C1", ""),
        ] {
            assert_eq!(printed(read.into()), expected);
        }
    }
}
