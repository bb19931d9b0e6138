//! A server whose detectors are the test's own, and photos for it.

use std::io::Cursor;
use std::ops::Deref;

use aims::domain::access::{Role, User};
use aims::domain::people;
use aims::domain::tokens::{self, NewToken};
use aims::events::Actor;
use image::{ImageFormat, RgbImage};
use serde_json::Value;

use super::app::App;
use super::client::Client;
use super::detectors::{Door, Square, detectors, wall};
use super::form::Form;
use super::rows::open_warehouse;
use super::socket::Socket;
use super::{Database, Subject};

/// The server, and the door at which its slow detectors wait.
#[derive(Clone)]
pub(crate) struct Shelf {
    app: App,
    pub(crate) door: Door,
}

/// Starts a server with detectors that wait at `door`.
async fn serve(database: &Database, door: &Door) -> aims::app::App {
    let mut config = database.config();
    config.scan_threads = 2;
    config.scan_queue = 24;
    let started = aims::app::start_with(config, detectors(door)).await;
    started.unwrap()
}

impl Subject for Shelf {
    async fn start(database: Database) -> Self {
        let door = Door::default();
        let server = serve(&database, &door).await;
        Self {
            app: App::of(server, database).await,
            door,
        }
    }

    async fn end(self) {
        self.door.open();
        self.app.end().await;
    }
}

impl Deref for Shelf {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

/// A picture in a format.
pub(crate) fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A photo of these squares.
pub(crate) fn photo(squares: &[Square]) -> Vec<u8> {
    encoded(&wall(squares, 6), ImageFormat::Jpeg)
}

impl Shelf {
    /// Another server on the same database, of the same people, with the same detectors.
    pub(crate) async fn beside_it(&self) -> App {
        self.app.next_to(serve(self.database(), &self.door).await)
    }

    /// Sends a photo of the north as Omar; answers with the scan.
    pub(crate) async fn sends(&self, photo: &[u8]) -> Value {
        self.omar().upload(&Form::of(photo, "north")).await.done()
    }

    /// Has a photo looked at by a detector; answers with the scan's number.
    pub(crate) async fn asks_of(&self, detector: &str) -> String {
        let form = Form::of(&photo(&[Square::Tea]), "north");
        let form = form.field("detector", detector.as_bytes());
        number(&self.omar().upload(&form).await.done())
    }

    /// Somebody who works in a warehouse of which nothing else is known.
    pub(crate) async fn stranger(&self) -> Client {
        let secret = self.store().write(Actor::system(), |tx| {
            let id = people::add(tx, "stefan", "Stefan", false)?;
            let attic = open_warehouse(tx, "attic")?;
            people::grant(tx, id, attic, Role::Operator)?;
            let user = User {
                id,
                login: "stefan".into(),
                name: "Stefan".into(),
                admin: false,
                roles: [(attic, Role::Operator)].into(),
            };
            let secret = tokens::secret();
            let asked = NewToken {
                name: "test".into(),
                expires_in_days: None,
            };
            tokens::create(tx, &user, &secret, &asked)?;
            Ok(secret.reveal().to_owned())
        });
        self.with_token(&secret.await.unwrap())
    }

    /// Scans a photo; answers with the scan once it is done.
    pub(crate) async fn scans(&self, photo: &[u8]) -> Value {
        let number = number(&self.sends(photo).await);
        self.until(&number, "done").await
    }

    /// The scan as it is now.
    pub(crate) async fn scan(&self, number: &str) -> Value {
        self.vera()
            .get(&format!("/api/scans/{number}"))
            .await
            .done()
    }

    /// The scan, once it has ended in that status.
    pub(crate) async fn until(&self, number: &str, status: &str) -> Value {
        loop {
            let scan = self.scan(number).await;
            if scan["status"] == status {
                return scan;
            }
            let waits = ["queued", "running"].map(Value::from);
            assert!(waits.contains(&scan["status"]), "{scan}");
            actix_rt::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
}

/// The number of a scan.
pub(crate) fn number(scan: &Value) -> String {
    scan["number"].as_str().unwrap().to_owned()
}

impl Socket {
    /// The events about scans up to the one with that verb.
    pub(crate) async fn hears(&mut self, verb: &str) -> Vec<Value> {
        let mut heard = Vec::new();
        loop {
            let event = self.next().await;
            if event["event"] == "scan-updated" {
                heard.push(event);
            }
            if heard
                .last()
                .is_some_and(|last| last["change"]["verb"] == verb)
            {
                return heard;
            }
        }
    }
}
