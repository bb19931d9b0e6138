//! What a live connection that does not keep to the rules gets: a documented code, and nothing else happens.

use std::io::Read;
use std::time::Duration;

use actix_rt::task::spawn_blocking;
use aims::domain::access::Role;
use aims::realtime::protocol::{Close, MESSAGE_LIMIT};
use awc::ws::{CloseCode, CloseReason, Message};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::app::App;
use crate::support::on_both;
use crate::support::rows::write;
use crate::support::socket::Socket;
use crate::tools::people::ROOMS;

/// The session ends with that code and leaves nothing behind, and somebody else notices nothing.
async fn ends_with(app: &App, mut socket: Socket, why: Close) -> String {
    let goodbye = socket.goodbye().await;
    assert_eq!(goodbye.code, why.code(), "{}", goodbye.reason);
    assert!(goodbye.reason.starts_with(why.name()), "{}", goodbye.reason);
    assert_eq!(goodbye.retry_after_ms, 0);
    drop(socket);

    let figures = app.until_gone().await;
    assert_eq!((figures.subscribers, figures.subscriptions), (0, 0));
    assert_eq!(figures.closes.get(&why), Some(&1), "{:?}", figures.closes);
    goodbye.reason
}

on_both! {
    async fn a_stranger_is_let_in_nowhere(app: App) {
        assert_eq!(app.connect().await.err(), Some(401));
        assert_eq!(app.with("authorization", "Bearer aims_wrong").connect().await.err(), Some(401));
        assert_eq!(app.live().sessions(), 0);
    }

    async fn a_page_of_another_site_is_refused(app: App) {
        let vera = app.as_role(Role::Viewer);
        for (origin, site) in [
            ("https://evil.example", None),
            ("null", None),
            ("http://127.0.0.1:1", None),
            ("http://127.0.0.1", Some("cross-site")),
        ] {
            let mut page = vera.with("origin", origin);
            if let Some(site) = site {
                page = page.with("sec-fetch-site", site);
            }
            assert_eq!(page.connect().await.err(), Some(403), "{origin}");
        }
        let ours = vera.with("origin", app.base());
        assert!(ours.connect().await.is_ok());
    }

    async fn a_plain_request_is_told_what_is_missing(app: App) {
        let reply = app.as_role(Role::Viewer).get("/ws").await;

        reply.refused(400, "malformed");
        assert_eq!(app.live().sessions(), 0);
    }

    async fn frames_that_are_none_of_ours_end_the_session(app: App) {
        for (frame, reason) in [
            ("hello", "a frame is a JSON object"),
            ("", "a frame is a JSON object"),
            ("{\"type\":\"join\"", "EOF"),
            ("{\"type\":\"focus\",\"item\":\"TEA-500\"}", "unknown variant `focus`"),
            ("{\"type\":\"join\",\"room\":\"north\",\"seq\":3}", "epoch and seq go together"),
            ("{\"type\":\"pong\",\"id\":\"7\"}", "invalid type"),
            ("[]", "a frame is a JSON object"),
        ] {
            let server = app.beside(|_| {}).await;
            let mut socket = server.as_role(Role::Viewer).live().await;
            socket.join("north", None).await;
            socket.send(Message::Text(frame.into())).await;
            let told = ends_with(&server, socket, Close::Malformed).await;
            assert!(told.contains(reason), "{frame}: {told}");
        }
    }

    async fn a_long_reason_is_cut_where_a_character_ends(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;
        let frame = json!({ "type": "ééééééééééééééééééééééééééééééééééééééééééééééééééééé" });
        socket.say(frame).await;

        let told = ends_with(&app, socket, Close::Malformed).await;

        assert!((100..=123).contains(&told.len()), "{told}");
    }

    async fn binary_is_not_text(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;
        socket.send(Message::Binary(b"{}"[..].into())).await;
        ends_with(&app, socket, Close::NotText).await;
    }

    async fn bytes_that_are_no_utf8_are_not_text(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;
        socket.say_in_pieces(&[b"{\"type\":\"", b"\xff\xfe", b"\"}"]).await;
        ends_with(&app, socket, Close::NotText).await;
    }

    async fn a_message_in_pieces_is_one_message(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;

        socket.say_in_pieces(&[b"{\"type\":\"join\",", b"", b"\"room\":\"north\"}"]).await;

        assert_eq!(socket.next().await["type"], "joined");
    }

    async fn a_frame_or_its_pieces_may_not_be_too_large(app: App) {
        let text = |length: usize| format!("{{\"type\":\"leave\",\"room\":\"{}\"}}", "x".repeat(length - 26));
        let mut socket = app.as_role(Role::Viewer).live().await;
        socket.send(Message::Text(text(MESSAGE_LIMIT).into())).await;
        assert_eq!(socket.next().await["code"], "not_joined", "the largest is taken");
        socket.send(Message::Text(text(MESSAGE_LIMIT + 1).into())).await;
        ends_with(&app, socket, Close::TooLarge).await;

        let app = app.beside(|_| {}).await;
        let mut socket = app.as_role(Role::Viewer).live().await;
        let piece = vec![b'x'; MESSAGE_LIMIT / 2];
        socket.say_in_pieces(&[&piece, &piece, b"x", b""]).await;
        ends_with(&app, socket, Close::TooLarge).await;
    }

    async fn a_flood_ends_the_session(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;
        for _ in 0..200 {
            socket.say(json!({ "type": "pong", "id": 0 })).await;
        }
        ends_with(&app, socket, Close::Flood).await;
    }

    async fn who_joins_no_room_is_sent_away(app: App) {
        let app = app.beside(|config| config.join_within = Duration::from_millis(50)).await;
        let mut socket = app.as_role(Role::Viewer).live().await;
        socket.join("attic", None).await;
        ends_with(&app, socket, Close::NeverJoined).await;
    }

    async fn who_joined_in_time_may_stay(app: App) {
        let app = app.beside(|config| config.join_within = Duration::from_millis(200)).await;
        let mut socket = app.as_role(Role::Viewer).live().await;
        socket.join("north", None).await;
        actix_rt::time::sleep(Duration::from_millis(250)).await;

        write(app.store(), ROOMS[0], 1).await;

        assert_eq!(socket.seqs(1).await, [1]);
    }

    async fn frames_out_of_turn_are_refused_and_the_session_goes_on(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;

        socket.say(json!({ "type": "leave", "room": "north" })).await;
        let refused = socket.next().await;
        assert_eq!((&refused["code"], &refused["room"]), (&"not_joined".into(), &"north".into()));

        socket.say(json!({ "type": "pong", "id": 7 })).await;
        let refused = socket.next().await;
        assert_eq!((&refused["code"], &refused["room"]), (&"not_asked".into(), &json!(null)));

        assert_eq!(socket.join("north", None).await["mode"], "live");
    }

    async fn only_so_many_sessions_fit(app: App) {
        let app = app.beside(|config| config.max_sessions = 2).await;
        let vera = app.as_role(Role::Viewer);
        let first = vera.live().await;
        let _second = vera.live().await;

        assert_eq!(vera.connect().await.err(), Some(503));
        drop(first);
        while app.live().sessions() > 1 {
            actix_rt::time::sleep(Duration::from_millis(5)).await;
        }

        vera.live().await;
    }

    async fn a_client_that_says_goodbye_gets_it_back(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;
        socket.join("north", None).await;
        let reason = CloseReason { code: CloseCode::Normal, description: None };
        socket.send(Message::Close(Some(reason.clone()))).await;

        assert_eq!(socket.closed().await, Some(reason));
        assert_eq!(app.until_gone().await.closes, [].into());
    }

    async fn a_frame_that_announces_a_gigabyte_is_refused_before_it_comes(app: App) {
        let mut giant = vec![0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4];
        giant.resize(300_000, 7);
        assert_eq!(raw(&app, giant).await, Some(Close::TooLarge.code()));
    }

    async fn broken_frames_end_the_session(app: App) {
        let frames = [
            &b"\x81\x02{}"[..],          // not masked
            b"\xc1\x80\x01\x02\x03\x04", // a reserved bit
            b"\x83\x80\x01\x02\x03\x04", // no such opcode
            b"\x80\x80\x01\x02\x03\x04", // goes on with nothing
            b"\x09\x80\x01\x02\x03\x04", // a ping in pieces
            b"\x89\xfe\x00\x7e\x01\x02\x03\x04", // a ping of 126 bytes
            b"\x88\x81\x01\x02\x03\x04\x00", // a close with half a code
        ];
        let ends = frames.map(|frame| raw(&app, [frame, &[0; 200]].concat()));

        let codes = join_all(ends).await;

        assert_eq!(codes, [Some(Close::Malformed.code()); 7]);
        assert_eq!(app.until_gone().await.subscribers, 0);
    }
}

/// Sends bytes after a handshake, and answers the code of the close frame that comes back.
async fn raw(app: &App, bytes: Vec<u8>) -> Option<u16> {
    let mut socket = app.as_role(Role::Viewer).connect_raw(bytes).await;
    let heard = spawn_blocking(move || {
        let mut heard = Vec::new();
        socket.read_to_end(&mut heard).expect("an orderly end");
        heard
    });
    let heard = heard.await.unwrap();
    // The close frame is the last and has a short text: one byte of length, two of code.
    let close = heard.windows(2).rposition(|w| w[0] == 0x88)?;
    Some(u16::from_be_bytes([heard[close + 2], heard[close + 3]]))
}
