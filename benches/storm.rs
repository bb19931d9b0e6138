//! The server is killed and started again, and 2,000 screens come back at the same instant: how long until all
//! of them are live, and how often the database is asked for their lists.
//! `cargo bench --bench storm`; with `DATABASE_URL=postgres://…` also on PostgreSQL.
//!
//! The server is the real program with its defaults. A screen comes back as the dashboard does: it connects, with
//! full jitter after each refusal, and joins with its position. Told `reset`, as everybody is after a restore, it
//! loads its page anew, and the two lists that a client of the API would load. It is live when what it
//! loaded is no older than what it joined at. This program runs on the same cores as the server.

#![expect(clippy::print_stdout, reason = "the table is the output")]
#![expect(
    clippy::unwrap_used,
    reason = "the lint exempts test functions alone, not what they call"
)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use actix_codec::Framed;
use actix_web::rt;
use actix_web::rt::time::sleep;
use aims::config::Config;
use aims::store::Store;
use awc::ws::{Codec, Frame, Message};
use awc::{BoxedSocket, Client, Connector};
use futures_util::future::{Either, join_all, select};
use futures_util::stream::{StreamExt, iter};
use futures_util::{FutureExt, SinkExt};
use serde_json::{Value, json};

mod parts;
#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/support/mod.rs"]
mod tools;

use parts::Room;
use tools::aims::Aims;

const SCREENS: usize = 2000;
const ITEMS: usize = 200;

/// Those who connect at once before the storm.
const GENTLY: usize = 100;

/// An attempt at most; the server answers sooner.
const PATIENCE: Duration = Duration::from_mins(1);

/// The first wait after a refusal; doubled each time, up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Between two movements of stock, where there are any.
const MOVES_EVERY: Duration = Duration::from_millis(20);

/// What a storm is like.
#[derive(Clone, Copy)]
struct Storm {
    name: &'static str,
    /// Positions are of another log.
    reset: bool,
    /// Stock moves meanwhile.
    moves: bool,
}

const STORMS: [Storm; 3] = [
    Storm {
        name: "resumed",
        reset: false,
        moves: false,
    },
    Storm {
        name: "reset",
        reset: true,
        moves: false,
    },
    Storm {
        name: "reset, and stock moves 50 times a second",
        reset: true,
        moves: true,
    },
];

fn main() {
    println!(
        "| database | storm | half are live after | all are live after | refusals | readings of a list \
         | in one second at most |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|");
    rt::System::new().block_on(async {
        rlimit::increase_nofile_limit(u64::MAX).unwrap();
        for (name, url, _dir) in parts::databases() {
            let store = Store::open(&Config::for_database(&url)).unwrap();
            let room = parts::room(&store, SCREENS, ITEMS).await.unwrap();
            let epoch = store.epoch().clone();
            drop(store);
            for storm in STORMS {
                let figures = blow(&url, &room, &epoch, storm).await;
                println!("| {name} | {} | {figures} |", storm.name);
            }
        }
    });
}

/// Everybody is there, the server dies, and everybody comes back.
async fn blow(url: &str, room: &Room, epoch: &str, storm: Storm) -> String {
    let mut server = Aims::start(&["--database", url]);
    let crowd = Crowd::new(&server, room);
    let before = iter(&room.tokens).map(|token| crowd.come_back(token, None, Instant::now()));
    let before: Vec<Screen> = before.buffer_unordered(GENTLY).collect().await;
    let seq = before[0].seq;
    server.kill();
    drop(before);
    server.restart();

    crowd.refusals.set(0);
    let epoch = if storm.reset { "before" } else { epoch };
    let began = Instant::now();
    let screens = room
        .tokens
        .iter()
        .map(|token| crowd.come_back(token, Some((epoch, seq)), began));
    let screens = Box::pin(join_all(screens));
    let moves = Box::pin(crowd.move_stock(storm.moves));
    let Either::Left((screens, _)) = select(screens, moves).await else {
        panic!("stock moves without end");
    };

    let mut after: Vec<f64> = screens.iter().map(|s| s.live_after.as_secs_f64()).collect();
    after.sort_by(f64::total_cmp);
    let (half, all) = (after[SCREENS / 2], after[SCREENS - 1]);
    let (readings, most) = readings(&server.said());
    let refusals = crowd.refusals.get();
    format!("{half:.1} s | {all:.1} s | {refusals} | {readings} | {most}")
}

/// How often lists were read, and how often one of them in the same second, as the log tells.
fn readings(log: &str) -> (usize, usize) {
    let mut each = BTreeMap::<(&str, &str), usize>::new();
    for line in log.lines() {
        if let Some((_, list)) = line.split_once("a list was read ") {
            let (second, _) = line.split_once(' ').unwrap();
            let (_, name) = list.split_once("list=").unwrap();
            *each.entry((second, name)).or_default() += 1;
        }
    }
    (
        each.values().sum(),
        each.values().copied().max().unwrap_or_default(),
    )
}

/// A screen that is live; its socket is open.
struct Screen {
    live_after: Duration,
    seq: i64,
    _socket: Framed<BoxedSocket, Codec>,
}

/// Those who are in one room.
struct Crowd {
    http: Client,
    base: String,
    room: Room,
    refusals: Cell<usize>,
}

impl Crowd {
    fn new(server: &Aims, room: &Room) -> Self {
        let connector = Connector::new().limit(0).timeout(PATIENCE);
        let http = Client::builder().connector(connector).timeout(PATIENCE);
        Self {
            http: http.finish(),
            base: server.url(),
            room: room.clone(),
            refusals: Cell::new(0),
        }
    }

    /// Connects until the screen is live.
    async fn come_back(&self, token: &str, have: Option<(&str, i64)>, began: Instant) -> Screen {
        let (mut socket, head, mode) = self.again(async || self.join(token, have).await).await;
        let mut seq = head;
        if mode == "reset" {
            let code = &self.room.code;
            self.load(token, &format!("/w/{code}/inventory")).await;
            for list in ["inventory", "orders"] {
                let text = self
                    .load(token, &format!("/api/{list}?warehouse={code}"))
                    .await;
                let list: Value = serde_json::from_slice(&text).unwrap();
                seq = list["seq"].as_i64().unwrap();
                assert!(seq >= head, "a list is older than the connection");
            }
        }
        // What is not read piles up in the server.
        while socket.next().now_or_never().is_some() {}
        Screen {
            live_after: began.elapsed(),
            seq,
            _socket: socket,
        }
    }

    /// Repeats what was refused, with full jitter.
    async fn again<T>(&self, attempt: impl AsyncFn() -> Option<T>) -> T {
        let mut longest = FIRST_WAIT;
        loop {
            if let Some(done) = attempt().await {
                return done;
            }
            self.refusals.update(|n| n + 1);
            sleep(longest.mul_f64(rand::random())).await;
            longest = LONGEST_WAIT.min(longest * 2);
        }
    }

    async fn join(
        &self,
        token: &str,
        have: Option<(&str, i64)>,
    ) -> Option<(Framed<BoxedSocket, Codec>, i64, String)> {
        let request = self.http.ws(format!("{}/ws", self.base));
        let request = request.set_header("Authorization", format!("Bearer {token}"));
        let (_, mut socket) = request.max_frame_size(1 << 20).connect().await.ok()?;
        let mut join = json!({"type": "join", "room": self.room.code});
        if let Some((epoch, seq)) = have {
            join["epoch"] = epoch.into();
            join["seq"] = seq.into();
        }
        socket
            .send(Message::Text(join.to_string().into()))
            .await
            .ok()?;
        loop {
            let Frame::Text(text) = socket.next().await?.ok()? else {
                return None;
            };
            let frame: Value = serde_json::from_slice(&text).unwrap();
            if frame["type"] == "joined" {
                let mode = frame["mode"].as_str().unwrap().to_owned();
                return Some((socket, frame["seq"].as_i64().unwrap(), mode));
            }
        }
    }

    async fn load(&self, token: &str, path: &str) -> Vec<u8> {
        let attempt = async || {
            let request = self
                .http
                .get(format!("{}{path}", self.base))
                .bearer_auth(token);
            let request = request.insert_header(("accept-encoding", "gzip"));
            let mut answer = request.send().await.ok()?;
            let body = answer.body().limit(16 << 20).await.ok()?;
            answer.status().is_success().then(|| body.to_vec())
        };
        self.again(attempt).await
    }

    /// Receives stock without end, or does nothing without end.
    async fn move_stock(&self, moves: bool) {
        for sku in self.room.skus.iter().cycle() {
            sleep(MOVES_EVERY).await;
            if moves {
                let movement = json!({
                    "warehouse": self.room.code, "sku": sku, "kind": "receive", "quantity": 1,
                });
                let request = self.http.post(format!("{}/api/movements", self.base));
                let request = request.bearer_auth(&self.room.tokens[0]);
                // One that is refused is none; there are others.
                request.send_json(&movement).await.ok();
            }
        }
    }
}
