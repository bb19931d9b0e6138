//! The WebSocket's frames against RFC 6455, by the core cases of a public case runner (`kosoku`, which runs
//! those of the Autobahn test suite).
//!
//! The cases want an echo, which exists here alone. It is built on the frames of the live connection:
//! the same intake, codec, assembly, budget and ways to end. It differs in what [`ECHO`] says (64 KiB in
//! place of 16, and binary messages, which the cases send), and in its close codes: those of the RFC, where
//! the protocol has its own (`docs/PROTOCOL.md`).

#![expect(
    clippy::unwrap_used,
    reason = "the lint exempts test functions alone, not what they call"
)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;

use actix::prelude::*;
use actix_web::web::{Payload, get};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use actix_web_actors::ws::{CloseCode, Message, ProtocolError, WebsocketContext};
use aims::config::Config;
use aims::error::Error;
use aims::realtime::protocol::Close;
use aims::realtime::session::frames::{self, Frames, Limits, Taken};
use aims::web::socket::set_up_sockets;
use serde_json::Value;

#[path = "support/requirements.rs"]
mod requirements;

use requirements::{on_path, skip};

/// What the echo takes: the largest message of the cases.
const ECHO: Limits = Limits {
    bytes: 64 * 1024,
    binary: true,
};

/// Cases of the groups that are not core: performance (9), and compression (12 and 13), which the live
/// connection does not offer.
const NOT_CORE: [&str; 3] = ["9.*", "12.*", "13.*"];

/// Core cases there are: a runner that finds fewer proves less.
const CORE_CASES: usize = 247;

/// Verdicts that conform; `INFORMATIONAL` is about what the RFC leaves open.
const GOOD: [&str; 2] = ["OK", "INFORMATIONAL"];

/// Cases that the RFC permits to be `NON-STRICT`: a text that is not UTF-8 is refused when its frame is
/// there, not in the middle of the frame.
const LATE: [&str; 2] = ["6.4.3", "6.4.4"];

struct Echo {
    frames: Frames,
    is_ending: bool,
}

impl Echo {
    fn end(&mut self, why: Close, ctx: &mut WebsocketContext<Self>) {
        if !std::mem::replace(&mut self.is_ending, true) {
            let code = match why {
                Close::NotText => CloseCode::Invalid,
                Close::TooLarge => CloseCode::Size,
                Close::Flood => CloseCode::Policy,
                _ => CloseCode::Protocol,
            };
            frames::part(code.into(), ctx);
        }
    }
}

impl Actor for Echo {
    type Context = WebsocketContext<Self>;
}

impl StreamHandler<Result<Message, ProtocolError>> for Echo {
    fn handle(&mut self, message: Result<Message, ProtocolError>, ctx: &mut Self::Context) {
        match self.frames.take(message) {
            Ok(Taken::Close(_)) if self.is_ending => ctx.stop(),
            _ if self.is_ending => {}
            Ok(Taken::Text(text)) => ctx.text(text),
            Ok(Taken::Binary(bytes)) => ctx.binary(bytes),
            Ok(Taken::Ping(payload)) => ctx.pong(&payload),
            Ok(Taken::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            Ok(Taken::Nothing) => {}
            Err(why) => self.end(why, ctx),
        }
    }

    fn finished(&mut self, ctx: &mut Self::Context) {
        match self.frames.fault() {
            Some(why) => self.end(why, ctx),
            None => ctx.stop(),
        }
    }
}

async fn echo(request: HttpRequest, payload: Payload) -> Result<HttpResponse, Error> {
    let make = |frames| Echo {
        frames,
        is_ending: false,
    };
    let (_, answer) = frames::answer(make, ECHO, &request, payload)?;
    Ok(answer)
}

/// Serves the echo until the test process ends.
fn serve() -> SocketAddr {
    let (says, said) = channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(|| App::new().route("/", get().to(echo)))
                .on_connect(set_up_sockets(&Config::for_database("")))
                .h1_allow_half_closed(false)
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .unwrap();
            says.send(server.addrs()[0]).unwrap();
            server.run().await
        })
    });
    said.recv().unwrap()
}

/// The verdicts of a run, for each case: of what was echoed, and of how the connection ended.
fn verdicts(reports: &Path) -> BTreeMap<String, [String; 2]> {
    let index = std::fs::read_to_string(reports.join("index.json")).unwrap();
    let index: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_str(&index).unwrap();
    let cases = index.into_values().flatten();
    let verdict = |told: &Value| told.as_str().unwrap_or("missing").to_owned();
    cases
        .map(|(case, told)| {
            let verdicts = [verdict(&told["behavior"]), verdict(&told["behaviorClose"])];
            (case, verdicts)
        })
        .collect()
}

#[test]
fn the_core_cases_of_rfc_6455_pass() {
    let Some(runner) = on_path("kosoku") else {
        return skip("kosoku", "no kosoku is on PATH (pip install kosoku==0.1.0)");
    };
    let reports = tempfile::tempdir().unwrap();

    let run = Command::new(runner)
        .arg(serve().to_string())
        .args(NOT_CORE.iter().flat_map(|group| ["-x", group]))
        .args(["-p", "4", "-o"])
        .arg(reports.path())
        .output()
        .unwrap();

    let said = String::from_utf8_lossy(&run.stderr);
    let verdicts = verdicts(reports.path());
    let passes = |case: &str, verdict: &str| {
        GOOD.contains(&verdict) || (verdict == "NON-STRICT" && LATE.contains(&case))
    };
    let failed: BTreeMap<_, _> = verdicts
        .iter()
        .filter(|(case, told)| !told.iter().all(|verdict| passes(case, verdict)))
        .collect();
    assert!(failed.is_empty(), "these cases fail: {failed:#?}\n{said}");
    assert_eq!(verdicts.len(), CORE_CASES);
    assert!(run.status.success(), "{said}");
}
