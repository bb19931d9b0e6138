//! Whether 20 photos that are looked at make anybody else wait: how long `GET /api/inventory` and the way of a
//! change to a live connection take, with nothing else to do, while 20 photos come in, and while they are looked
//! at.
//!
//! `cargo bench --bench scans`; `AIMS_DETECTOR=taught` in front measures another detector than the default.
//! Prints the table of `docs/PERFORMANCE.md`.
#![expect(clippy::print_stdout, reason = "the table is the output")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::{Duration, Instant};

use actix_web::rt;
use aims::app::{self, App};
use aims::config::Config;
use aims::domain::access::User;
use aims::domain::items::{self, NewItem};
use aims::domain::looks::{self, NewLook};
use aims::domain::movements::{self, NewMovement, Requested};
use aims::domain::people;
use aims::domain::tokens::{self, NewToken};
use aims::domain::warehouses::{self, NewWarehouse};
use aims::error::Result;
use aims::events::Actor;
use aims::time::Time;
use aims_vision::draw::{Level, Shelf, shelf};
use aims_vision::{Photo, Symbology};
use awc::ws::{Frame, Message};
use futures_util::future::{Either, select};
use futures_util::{SinkExt, StreamExt};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;

const PHOTOS: usize = 20;
const ITEMS: usize = 200;
/// Pixels of a phone's photo.
const SIZE: (u32, u32) = (4000, 3000);
/// How long the quiet part is measured.
const QUIET: Duration = Duration::from_secs(10);
/// Between two requests of a client, and between two changes: a busy stock room.
const PAUSE: Duration = Duration::from_millis(10);

fn main() {
    rt::System::new().block_on(async {
        let dir = tempfile::tempdir().expect("a folder for the database");
        let url = format!("sqlite://{}", dir.path().join("bench.db").display());
        let config = Config::for_database(url);
        // Drawing it holds up the clients, which run on this thread too.
        let photo = photo();
        let detector = config.detectors.detector.clone();
        let app = app::start(config).await.expect("a server");
        let token = prepare(&app).await.expect("a stock room");
        let bench = Bench {
            http: awc::Client::builder()
                .timeout(Duration::from_mins(5))
                .finish(),
            base: format!("http://{}", app.addr),
            token,
            over: Cell::new(false),
            requests: RefCell::default(),
            events: RefCell::default(),
        };
        println!(
            "detector {detector}, {PHOTOS} photos of {} x {} pixels\n",
            SIZE.0, SIZE.1
        );
        println!(
            "| | requests | p50 ms | p99 ms | worst ms | events | p50 ms | p99 ms | worst ms | s |"
        );
        println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        bench.measure("nothing else", rt::time::sleep(QUIET)).await;
        bench
            .measure("photos coming in", bench.send_photos(&photo))
            .await;
        bench.measure("photos looked at", bench.until_done()).await;
        app.stop().await;
    });
}

struct Bench {
    http: awc::Client,
    base: String,
    token: String,
    /// Whether the part that is measured has ended.
    over: Cell<bool>,
    /// Microseconds that each took.
    requests: RefCell<Vec<i64>>,
    events: RefCell<Vec<i64>>,
}

impl Bench {
    /// Measures beside `work`, until that is done.
    async fn measure(&self, what: &str, work: impl Future<Output = ()>) {
        self.over.set(false);
        let started = Instant::now();
        let work = async {
            work.await;
            self.over.set(true);
        };
        let others = futures_util::future::join3(self.ask(), self.change(), self.hear());
        futures_util::future::join(work, others).await;
        let (requests, events) = (self.requests.take(), self.events.take());
        println!(
            "| {what} | {} | {} | {:.1} |",
            figures(requests),
            figures(events),
            started.elapsed().as_secs_f64()
        );
    }

    /// Asks for the inventory, again and again.
    async fn ask(&self) {
        while !self.over.get() {
            let started = Instant::now();
            self.get("/api/inventory?warehouse=bench&limit=50").await;
            let took = i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX);
            self.requests.borrow_mut().push(took);
            rt::time::sleep(PAUSE).await;
        }
    }

    /// Changes something, again and again.
    async fn change(&self) {
        let body = serde_json::json!({
            "warehouse": "bench", "sku": "ITEM-0", "kind": "receive", "quantity": 1,
        });
        while !self.over.get() {
            let request = self.http.post(format!("{}/api/movements", self.base));
            let sent = request.bearer_auth(&self.token).send_json(&body).await;
            assert!(sent.expect("an answer").status().is_success());
            rt::time::sleep(PAUSE).await;
        }
    }

    /// Listens, and notes how long after its transaction began each movement came.
    async fn hear(&self) {
        let request = self.http.ws(format!("{}/ws", self.base));
        let request = request.set_header("Authorization", format!("Bearer {}", self.token));
        let connected = request.max_frame_size(1 << 24).connect().await;
        let (_, mut socket) = connected.expect("a connection");
        let join = r#"{"type":"join","room":"bench"}"#;
        let joined = socket.send(Message::Text(join.into())).await;
        joined.expect("the server reads");
        while !self.over.get() {
            let tick = std::pin::pin!(rt::time::sleep(Duration::from_millis(200)));
            let next = match select(socket.next(), tick).await {
                Either::Left((next, _)) => next,
                Either::Right(_) => continue,
            };
            let Some(Ok(Frame::Text(text))) = next else {
                continue;
            };
            let frame: Value = serde_json::from_slice(&text).expect("JSON");
            if frame["event"] == "inventory-updated" {
                let at: Time = serde_json::from_value(frame["at"].clone()).expect("a moment");
                self.events.borrow_mut().push(Time::now().0 - at.0);
            }
        }
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.base));
        let sent = request.bearer_auth(&self.token).send().await;
        let mut answer = sent.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let body = answer.body().limit(1 << 24).await;
        serde_json::from_slice(&body.expect("a body")).expect("JSON")
    }

    async fn send_photos(&self, photo: &[u8]) {
        for n in 0..PHOTOS {
            let boundary = "----a-line-that-is-in-no-photo";
            let head = format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"warehouse\"\r\n\r\nbench\r\n\
                 --{boundary}\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n\r\n"
            );
            let end = format!("\r\n--{boundary}--\r\n");
            let body = [head.as_bytes(), &another(photo, n), end.as_bytes()].concat();
            let request = self.http.post(format!("{}/api/scans", self.base));
            let request = request
                .bearer_auth(&self.token)
                .content_type(format!("multipart/form-data; boundary={boundary}"));
            let answer = request.send_body(body).await.expect("an answer");
            assert_eq!(answer.status().as_u16(), 202);
        }
    }

    async fn until_done(&self) {
        loop {
            let left = self
                .get("/api/scans?warehouse=bench&status=queued,running")
                .await;
            if left["data"].as_array().is_some_and(Vec::is_empty) {
                return;
            }
            rt::time::sleep(Duration::from_millis(250)).await;
        }
    }
}

/// How many, the median, the 99th percentile and the worst.
fn figures(mut micros: Vec<i64>) -> String {
    micros.sort_unstable();
    let at = |percent: usize| {
        let place = micros.len().saturating_sub(1) * percent / 100;
        milliseconds(micros.get(place).copied().unwrap_or_default())
    };
    format!(
        "{} | {:.1} | {:.1} | {:.1}",
        micros.len(),
        at(50),
        at(99),
        at(100)
    )
}

#[expect(clippy::cast_precision_loss, reason = "delays are small")]
fn milliseconds(micros: i64) -> f64 {
    micros as f64 / 1000.0
}

/// A shelf of 40 labels.
fn photo() -> Vec<u8> {
    let wanted = Shelf {
        labels: vec![
            ("4006381333931".into(), Symbology::Ean13, 20),
            ("SKU-12345".into(), Symbology::Code128, 10),
            ("LOT1234567".into(), Symbology::DataMatrix, 10),
        ],
        words: Vec::new(),
        width: SIZE.0,
        height: SIZE.1,
        level: Level::Medium,
        seed: 1,
    };
    let (pixels, _) = shelf(&wanted).expect("every text suits its symbology");
    Photo::from_pixels(pixels).to_jpeg().expect("a JPEG file")
}

/// The same picture as another file: with a comment of its own (JPEG, ITU-T T.81 section B.2.4.5).
fn another(jpeg: &[u8], n: usize) -> Vec<u8> {
    let number = u8::try_from(n).unwrap_or_default();
    [&jpeg[..2], &[0xFF, 0xFE, 0, 3, number], &jpeg[2..]].concat()
}

/// A crop for the detector that looks for taught items.
fn crop() -> Vec<u8> {
    let picture = RgbImage::from_fn(120, 160, |x, y| match (x / 16 + y / 24) % 3 {
        0 => Rgb([200, 30, 40]),
        1 => Rgb([250, 220, 60]),
        _ => Rgb([20, 60, 120]),
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a PNG file");
    bytes.into_inner()
}

async fn prepare(app: &App) -> Result<String> {
    let prepared = app.store.write(Actor::system(), |tx| {
        let id = people::add(tx, "bench", "Bench", true)?;
        let user = User {
            id,
            login: "bench".into(),
            name: "Bench".into(),
            admin: true,
            roles: BTreeMap::new(),
        };
        let new = NewWarehouse {
            code: "bench".into(),
            name: "Bench".into(),
        };
        let at = warehouses::create(tx, &user, &new)?.id;
        for n in 0..ITEMS {
            let sku = format!("ITEM-{n}");
            let new: NewItem = serde_json::from_value(serde_json::json!({
                "sku": sku, "name": format!("Item {n}"), "unit": "piece",
            }))
            .expect("an item");
            items::create(tx, &user, &new)?;
            let received = NewMovement {
                warehouse: "bench".into(),
                sku,
                kind: Requested::Receive,
                quantity: 10,
                reason: None,
                note: None,
                occurred_at: None,
                r#ref: None,
            };
            movements::record(tx, &user, &received)?;
        }
        looks::keep(
            tx,
            at,
            &NewLook {
                sku: "ITEM-0".into(),
                png: crop(),
                threshold: 0.8,
            },
        )?;
        let secret = tokens::secret();
        let new = NewToken {
            name: "bench".into(),
            expires_in_days: None,
        };
        tokens::create(tx, &user, &secret, &new)?;
        Ok(secret.reveal().to_owned())
    });
    prepared.await
}
