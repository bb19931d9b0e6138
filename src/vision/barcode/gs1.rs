//! GS1 data as people know it: as it is printed below the symbol.

/// Says in place of what follows: "GS1 data" (ISO/IEC 15424, for Code 128).
const GS1: &str = "]C1";

/// The text as printed.
pub(super) fn printed(text: String) -> String {
    text.strip_prefix(GS1).map(String::from).unwrap_or(text)
}
