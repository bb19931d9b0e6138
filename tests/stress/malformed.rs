//! What no honest client sends: each kind with its name, and the code that the server must answer it with.

use aims::realtime::protocol::{Close, MESSAGE_LIMIT};

/// One kind: its name, the bytes after the handshake, and how the server ends it.
pub(crate) type Kind = (&'static str, Vec<u8>, Close);

/// Texts that are no frames of the protocol.
const TEXTS: &[(&str, &str)] = &[
    ("nothing", ""),
    ("blanks", "  \n "),
    ("a word", "hello"),
    ("a string", r#""join""#),
    ("a number", "1"),
    ("null", "null"),
    ("true", "true"),
    ("an array", r#"[{"type":"join","room":"north"}]"#),
    ("the members of a join in an array", r#"["join","north"]"#),
    ("half an object", r#"{"type":"join","room":"#),
    ("single quotes", "{'type':'join','room':'north'}"),
    ("a comma too many", r#"{"type":"join","room":"north",}"#),
    (
        "a byte order mark",
        "\u{feff}{\"type\":\"join\",\"room\":\"north\"}",
    ),
    (
        "two objects",
        r#"{"type":"leave","room":"a"}{"type":"leave","room":"a"}"#,
    ),
    (
        "words after the object",
        r#"{"type":"leave","room":"a"} and so on"#,
    ),
    ("no type", r#"{"room":"north"}"#),
    ("no members", "{}"),
    ("an unknown type", r#"{"type":"sing","room":"north"}"#),
    (
        "a type of another case",
        r#"{"type":"Join","room":"north"}"#,
    ),
    ("a type that is a number", r#"{"type":1,"room":"north"}"#),
    ("a type that is null", r#"{"type":null}"#),
    (
        "two types",
        r#"{"type":"join","type":"leave","room":"north"}"#,
    ),
    (
        "a frame of the server",
        r#"{"type":"event","room":"north","seq":1}"#,
    ),
    ("a join without a room", r#"{"type":"join"}"#),
    ("a join of a number", r#"{"type":"join","room":7}"#),
    ("a join of null", r#"{"type":"join","room":null}"#),
    (
        "a join of many rooms",
        r#"{"type":"join","room":["north","harbour"]}"#,
    ),
    (
        "a join of two rooms",
        r#"{"type":"join","room":"north","room":"harbour"}"#,
    ),
    (
        "an epoch without a place",
        r#"{"type":"join","room":"north","epoch":"x"}"#,
    ),
    (
        "a place without an epoch",
        r#"{"type":"join","room":"north","seq":1}"#,
    ),
    (
        "a place below nothing",
        r#"{"type":"join","room":"north","epoch":"x","seq":-1}"#,
    ),
    (
        "a place in words",
        r#"{"type":"join","room":"north","epoch":"x","seq":"1"}"#,
    ),
    (
        "half a place",
        r#"{"type":"join","room":"north","epoch":"x","seq":1.5}"#,
    ),
    (
        "a place beyond all",
        r#"{"type":"join","room":"north","epoch":"x","seq":9223372036854775808}"#,
    ),
    (
        "a place too large for anything",
        r#"{"type":"join","room":"north","epoch":"x","seq":1e400}"#,
    ),
    (
        "an epoch that is a number",
        r#"{"type":"join","room":"north","epoch":1,"seq":1}"#,
    ),
    ("a leave without a room", r#"{"type":"leave"}"#),
    ("a pong without its ping", r#"{"type":"pong"}"#),
    ("a pong below nothing", r#"{"type":"pong","id":-1}"#),
    ("a pong in words", r#"{"type":"pong","id":"0"}"#),
    ("half a surrogate", r#"{"type":"join","room":"\ud800"}"#),
    (
        "a control character",
        "{\"type\":\"join\",\"room\":\"a\nb\"}",
    ),
];

/// Frames that break RFC 6455, and the section that says so.
const FRAMES: &[(&str, &[u8])] = &[
    ("a frame that is not masked (5.1)", b"\x81\x02{}"),
    ("a close that is not masked (5.1)", b"\x88\x00"),
    ("the first reserved bit (5.2)", b"\xc1\x80\x01\x02\x03\x04"),
    ("the second reserved bit (5.2)", b"\xa1\x80\x01\x02\x03\x04"),
    ("the third reserved bit (5.2)", b"\x91\x80\x01\x02\x03\x04"),
    ("a reserved kind of data (5.2)", b"\x83\x80\x01\x02\x03\x04"),
    (
        "another reserved kind of data (5.2)",
        b"\x87\x80\x01\x02\x03\x04",
    ),
    (
        "a reserved kind of control (5.2)",
        b"\x8b\x80\x01\x02\x03\x04",
    ),
    (
        "another reserved kind of control (5.2)",
        b"\x8f\x80\x01\x02\x03\x04",
    ),
    (
        "two bytes of length for five (5.2)",
        b"\x81\xfe\x00\x05\x01\x02\x03\x04",
    ),
    (
        "eight bytes of length for five (5.2)",
        b"\x81\xff\0\0\0\0\0\0\0\x05\x01\x02\x03\x04",
    ),
    ("a last piece of nothing (5.4)", b"\x80\x80\x01\x02\x03\x04"),
    ("a piece of nothing (5.4)", b"\x00\x80\x01\x02\x03\x04"),
    (
        "a text within a text (5.4)",
        b"\x01\x80\x01\x02\x03\x04\x01\x80\x01\x02\x03\x04",
    ),
    ("a ping in pieces (5.5)", b"\x09\x80\x01\x02\x03\x04"),
    ("a close in pieces (5.5)", b"\x08\x80\x01\x02\x03\x04"),
    (
        "a ping of 126 bytes (5.5)",
        b"\x89\xfe\x00\x7e\x01\x02\x03\x04",
    ),
    (
        "a close with half a code (5.5.1)",
        b"\x88\x81\x01\x02\x03\x04\x00",
    ),
];

/// A masked frame; the mask is zero, which masks nothing.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    let mut bytes = vec![first];
    match u8::try_from(length) {
        Ok(short) if short < 126 => bytes.push(0x80 | short),
        _ => {
            let length = u16::try_from(length).unwrap();
            bytes.push(0xfe);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// A text in one frame.
pub(crate) fn text(text: &str) -> Vec<u8> {
    frame(0x81, text.as_bytes())
}

/// All kinds.
pub(crate) fn kinds() -> Vec<Kind> {
    let texts = TEXTS
        .iter()
        .map(|&(name, said)| (name, text(said), Close::Malformed));
    let frames = FRAMES
        .iter()
        .map(|&(name, bytes)| (name, bytes.to_vec(), Close::Malformed));
    texts
        .chain(frames)
        .chain([deep()])
        .chain(not_text())
        .chain(too_large())
        .chain(floods())
        .collect()
}

fn deep() -> Kind {
    let nested = format!(
        r#"{{"type":"join","room":{}"#,
        "[".repeat(MESSAGE_LIMIT / 2)
    );
    (
        "arrays in arrays in arrays",
        text(&nested),
        Close::Malformed,
    )
}

fn not_text() -> Vec<Kind> {
    let kinds: [(&str, Vec<u8>); 7] = [
        (
            "a binary frame",
            frame(0x82, br#"{"type":"join","room":"north"}"#),
        ),
        ("an empty binary frame", frame(0x82, b"")),
        ("binary in pieces", frame(0x02, b"{")),
        (
            "a byte that is no text",
            frame(0x81, b"{\"type\":\"\xff\"}"),
        ),
        ("a slash in two bytes", frame(0x81, b"\xc0\xaf")),
        ("half a pair of surrogates", frame(0x81, b"\xed\xa0\x80")),
        (
            "pieces that are no text",
            [frame(0x01, b"{"), frame(0x80, b"\xff}")].concat(),
        ),
    ];
    kinds
        .into_iter()
        .map(|(name, bytes)| (name, bytes, Close::NotText))
        .collect()
}

fn too_large() -> Vec<Kind> {
    let announced = |name, length: u64| {
        let mut bytes = vec![0x81, 0xff];
        bytes.extend(length.to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(vec![b' '; 100_000]);
        (name, bytes, Close::TooLarge)
    };
    let half = vec![b' '; MESSAGE_LIMIT / 2 + 1];
    vec![
        (
            "a byte too much",
            frame(0x81, &vec![b' '; MESSAGE_LIMIT + 1]),
            Close::TooLarge,
        ),
        (
            "pieces that are too much",
            [frame(0x01, &half), frame(0x80, &half)].concat(),
            Close::TooLarge,
        ),
        announced("a gigabyte", 1 << 30),
        announced("more than there is", u64::MAX),
        announced("a length with the highest bit (5.2)", 1 << 63),
    ]
}

fn floods() -> Vec<Kind> {
    let leave = text(r#"{"type":"leave","room":"attic"}"#);
    vec![
        ("a flood of leaves", leave.repeat(1000), Close::Flood),
        (
            "a flood of pings",
            frame(0x89, b"").repeat(1000),
            Close::Flood,
        ),
        (
            "a flood of pongs",
            frame(0x8a, b"").repeat(1000),
            Close::Flood,
        ),
        (
            "a flood of empty pieces",
            [frame(0x01, b""), frame(0x00, b"").repeat(1000)].concat(),
            Close::Flood,
        ),
        (
            "a megabyte of joins",
            text(r#"{"type":"join","room":"north"}"#).repeat(30_000),
            Close::Flood,
        ),
    ]
}
