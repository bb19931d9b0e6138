//! What a client that stops reading costs, while 100,000 events pass: memory, the delay of another
//! client, and how soon its socket is free again. `cargo bench --bench slow_client`
//!
//! The server runs with its defaults, on a SQLite file, in this process. The same is measured first
//! without the slow client, so that the delays can be compared.

#![expect(clippy::print_stdout, reason = "the table is the output")]

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use actix_web::rt;
use aims::app::{self, App};
use aims::config::Config;
use aims::error::Result;
use aims::events::{Actor, Change, Draft, EventName};
use aims::ids::WarehouseId;
use aims::time::Time;
use awc::ws::{Frame, Message};
use futures_util::{SinkExt, StreamExt};

mod parts;

use parts::Room;

const EVENTS: i64 = 100_000;
/// Events of one transaction; a busy room's commits hold as many.
const TOGETHER: i64 = 50;
/// How long the kernel may take to give up on the slow client, as promised.
const FREED_WITHIN: Duration = Duration::from_secs(30);

fn main() {
    rt::System::new().block_on(async {
        println!("| | p50 ms | p99 ms | worst ms | memory grew by | socket freed after |");
        println!("|---|--:|--:|--:|--:|--:|");
        for slow in [false, true] {
            let dir = tempfile::tempdir().expect("a folder for the database");
            let url = format!("sqlite://{}", dir.path().join("bench.db").display());
            let app = app::start(Config::for_database(url))
                .await
                .expect("a server");
            measure(&app, slow).await.expect("a run");
            app.stop().await;
        }
    });
}

async fn measure(app: &App, slow: bool) -> Result<()> {
    let Room {
        id, code, tokens, ..
    } = parts::room(&app.store, 2, 0).await?;
    let join = format!(r#"{{"type":"join","room":"{code}"}}"#);
    let address = app.addr.to_string();
    let reader = rt::spawn(delays(address.clone(), tokens[0].clone(), join.clone()));
    let stalled = slow.then(|| stall(&address, &tokens[1], &join));
    let sessions = if slow { 2 } else { 1 };
    while app.live.sessions() < sessions {
        rt::time::sleep(Duration::from_millis(5)).await;
    }
    rt::time::sleep(Duration::from_millis(200)).await;
    let (before, mut most) = (parts::resident("self"), 0);
    for _ in 0..EVENTS / TOGETHER {
        app.store
            .write(Actor::system(), move |tx| {
                (0..TOGETHER).try_for_each(|_| tx.record(event(id)?))
            })
            .await?;
        most = most.max(parts::resident("self"));
    }
    let passed = Instant::now();
    let mut delays = reader.await.expect("the reader lives");
    while app.live.sessions() > 0 && passed.elapsed() < FREED_WITHIN {
        rt::time::sleep(Duration::from_millis(50)).await;
    }
    let freed = if app.live.sessions() == 0 {
        passed.elapsed()
    } else {
        Duration::MAX
    };
    drop(stalled);
    report(slow, &mut delays, most.saturating_sub(before), freed);
    Ok(())
}

fn report(slow: bool, delays: &mut [i64], grown: u64, freed: Duration) {
    delays.sort_unstable();
    let at = |percent: usize| milliseconds(delays[(delays.len() - 1) * percent / 100]);
    let who = if slow {
        "beside a client that reads nothing"
    } else {
        "alone"
    };
    let freed = if slow {
        format!("{:.1} s", freed.as_secs_f64())
    } else {
        "–".into()
    };
    println!(
        "| {who} | {:.1} | {:.1} | {:.1} | {} KiB | {freed} |",
        at(50),
        at(99),
        at(100),
        grown
    );
}

#[expect(clippy::cast_precision_loss, reason = "delays are small")]
fn milliseconds(micros: i64) -> f64 {
    micros as f64 / 1000.0
}

/// Reads every event, and how many microseconds after its transaction began each came.
async fn delays(addr: String, token: String, join: String) -> Vec<i64> {
    let request = awc::Client::new().ws(format!("http://{addr}/ws"));
    let request = request.set_header("Authorization", format!("Bearer {token}"));
    let (_, mut socket) = request
        .max_frame_size(1 << 20)
        .connect()
        .await
        .expect("a connection");
    socket
        .send(Message::Text(join.into()))
        .await
        .expect("the server reads");
    let mut delays = Vec::new();
    while delays.len() < usize::try_from(EVENTS).unwrap_or_default() {
        let Some(Ok(Frame::Text(text))) = socket.next().await else {
            continue;
        };
        let frame: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        match frame["type"].as_str() {
            Some("event") => {
                let at: Time = serde_json::from_value(frame["at"].clone()).expect("a moment");
                delays.push(Time::now().0 - at.0);
            }
            Some("ping") => {
                let pong = format!(r#"{{"type":"pong","id":{}}}"#, frame["id"]);
                socket
                    .send(Message::Text(pong.into()))
                    .await
                    .expect("the server reads");
            }
            _ => {}
        }
    }
    delays
}

/// Joins the room, and reads nothing, not even the welcome.
fn stall(addr: &str, token: &str, join: &str) -> TcpStream {
    let mut socket = TcpStream::connect(addr).expect("the server listens");
    let handshake = format!(
        "GET /ws HTTP/1.1\r\nHost: {addr}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Authorization: Bearer {token}\r\n\r\n"
    );
    let join = join.as_bytes();
    let length = 0x80 | u8::try_from(join.len()).expect("a short frame");
    let frame = [&[0x81, length, 0, 0, 0, 0], join].concat();
    socket
        .write_all(handshake.as_bytes())
        .expect("the server reads");
    socket.write_all(&frame).expect("the server reads");
    socket
}

/// An event of the size of a real row.
fn event(room: WarehouseId) -> Result<Draft> {
    let row = "x".repeat(600);
    Draft::new(
        room,
        EventName::InventoryUpdated,
        "BENCH",
        Change::verb("issue"),
        &row,
    )
}
