//! The frames that both sides of the wire read.

use std::path::Path;

use serde_json::Value;
use serde_json::value::to_raw_value;

use super::*;
use crate::ids::WarehouseId;

fn fixture(name: &str) -> String {
    let path = format!("tests/fixtures/frames/{name}.json");
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

const EPOCH: &str = "0193c2f0-7a3e-7b1c-9f00-3f6f0c1d2e4a";

#[test]
fn the_server_says_what_the_fixtures_say() {
    let user = Who {
        login: "omar",
        name: "Omar Haddad",
    };
    let said = [
        (
            "welcome",
            Server::Welcome {
                protocol: VERSION,
                user,
                heartbeat_ms: 25_000,
            },
        ),
        (
            "joined",
            Server::Joined {
                room: "north",
                epoch: EPOCH,
                seq: 42,
                mode: Mode::Resumed,
            },
        ),
        (
            "ping",
            Server::Ping {
                id: 7,
                heads: [("north", 43), ("harbour", 9)].into(),
            },
        ),
        ("rtt", Server::Rtt { ms: 3.1 }),
        ("left", Server::Left { room: "north" }),
        (
            "error",
            Server::Error {
                code: Refusal::NotFound,
                detail: "There is no warehouse “attic”.",
                room: Some("attic"),
            },
        ),
        (
            "bye",
            Server::Bye {
                code: Close::Restarting.code(),
                reason: Close::Restarting.name(),
                retry_after_ms: 1200,
            },
        ),
    ];
    for (name, frame) in said {
        assert_eq!(value(&frame.encode()), value(&fixture(name)), "{name}");
    }
}

#[test]
fn an_event_is_told_as_it_stands_in_the_log() {
    for name in [
        "event",
        "event-count",
        "event-scan-progress",
        "event-scan-done",
    ] {
        is_told_as_it_stands(&value(&fixture(name)));
    }
}

fn is_told_as_it_stands(told: &Value) {
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    let event = Event {
        warehouse: WarehouseId(1),
        event: text("event"),
        room: text("room"),
        seq: told["seq"].as_i64().unwrap(),
        at: serde_json::from_value(told["at"].clone()).unwrap(),
        by: text("by"),
        data: to_raw_value(&told["data"]).unwrap(),
        change: to_raw_value(&told["change"]).unwrap(),
    };

    assert_eq!(value(&Server::Event(&event).encode()), *told);
}

#[test]
fn what_the_fixtures_say_is_understood() {
    let join = |have| {
        let room = "north".into();
        Client::Join(Join { room, have })
    };
    let have = Have {
        epoch: EPOCH.into(),
        seq: 42,
    };
    let room = "north".into();
    for (name, meant) in [
        ("join", join(Some(have))),
        ("join-first", join(None)),
        ("leave", Client::Leave { room }),
        ("pong", Client::Pong { id: 7 }),
    ] {
        assert_eq!(Client::parse(&fixture(name)), Ok(meant), "{name}");
    }
}

#[test]
fn what_is_no_frame_of_ours_is_refused_with_a_reason() {
    let deep = format!(r#"{{"type":"pong","x":{}"#, "[".repeat(10_000));
    for (text, reason) in [
        ("", "object"),
        ("hello", "object"),
        ("null", "object"),
        (r#"["pong",7]"#, "object"),
        ("{", "EOF"),
        ("{}", "missing field `type`"),
        (r#"{"type":7}"#, "invalid"),
        (
            r#"{"type":"focus","on":"TEA-500"}"#,
            "unknown variant `focus`",
        ),
        (r#"{"type":"JOIN","room":"north"}"#, "unknown variant"),
        (r#"{"type":"join"}"#, "missing field `room`"),
        (r#"{"type":"join","room":7}"#, "invalid type"),
        (r#"{"type":"join","room":"n","epoch":"e"}"#, "go together"),
        (r#"{"type":"join","room":"n","seq":4}"#, "go together"),
        (
            r#"{"type":"join","room":"n","epoch":"e","seq":-1}"#,
            "negative",
        ),
        (
            r#"{"type":"join","room":"n","epoch":"e","seq":1.5}"#,
            "invalid type",
        ),
        (
            r#"{"type":"join","room":"n","epoch":"e","seq":9223372036854775808}"#,
            "invalid",
        ),
        (
            r#"{"type":"join","room":"a","room":"b"}"#,
            "duplicate field",
        ),
        (r#"{"type":"pong","id":-1}"#, "invalid value"),
        (
            r#"{"type":"pong","id":1}{"type":"pong","id":1}"#,
            "trailing",
        ),
        (&deep, "recursion limit"),
    ] {
        let refused = Client::parse(text).unwrap_err();
        assert!(refused.contains(reason), "{text}: {refused}");
    }
}

#[test]
fn a_codes_hundred_says_whether_to_come_back() {
    for close in Close::ALL {
        let hundred = close.code() / 100;
        assert_eq!(
            hundred,
            if close.comes_back() { 41 } else { 45 },
            "{close:?}"
        );
    }
    assert!(Close::SlowConsumer.comes_back());
    assert!(!Close::Malformed.comes_back());
}
