//! The program is killed while a detector looks at a photo: afterwards the scan ends.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use aims::domain::access::Role;
use aims::store::Store;

use crate::support::client::Client;
use crate::support::detectors::Square::Tea;
use crate::support::form::Form;
use crate::support::shelf::photo;
use crate::support::{Database, on_both, people};
use crate::tools::aims::Aims;
use crate::tools::wait::until;

/// A service that takes photos, and answers once it is told to.
struct Service {
    url: String,
    asked: Arc<AtomicBool>,
    answers: Arc<AtomicBool>,
}

const ANSWER: &str =
    r#"{"detections":[{"label":"TEA-500","symbology":"QR","x":0.1,"y":0.1,"w":0.2,"h":0.2}]}"#;

impl Service {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/count", listener.local_addr().unwrap());
        let (asked, answers) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (has_asked, may) = (Arc::clone(&asked), Arc::clone(&answers));
        thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let (has_asked, may) = (Arc::clone(&has_asked), Arc::clone(&may));
                thread::spawn(move || serve(socket, &has_asked, &may));
            }
        });
        Self {
            url,
            asked,
            answers,
        }
    }
}

/// Reads until nothing more comes, then answers or leaves it open.
fn serve(mut socket: TcpStream, asked: &AtomicBool, may: &AtomicBool) {
    let pause = Duration::from_millis(50);
    socket.set_read_timeout(Some(pause)).unwrap();
    let mut buffer = [0; 4096];
    loop {
        match socket.read(&mut buffer) {
            Ok(0) => return,
            Ok(_) => asked.store(true, Ordering::Relaxed),
            Err(_) if may.load(Ordering::Relaxed) && asked.load(Ordering::Relaxed) => break,
            Err(_) => {}
        }
    }
    let length = ANSWER.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{ANSWER}"
    );
    socket.write_all(answer.as_bytes()).ok();
}

on_both! {
    async fn a_scan_outlives_a_kill(database: Rc<Database>) {
        let store = Store::open(&database.config()).unwrap();
        let tokens = people::settle(&store).await;
        drop(store);
        let service = Service::start();
        let mut aims = Aims::start(&[
            "--database", &database.url, "--detector", "http", "--http-url", &service.url,
            "--detector-seconds", "1", "--detector-remote-seconds", "5",
        ]);
        let (_, token) = tokens.iter().find(|(held, _)| *held == Role::Operator).unwrap();
        // One after a kill has no connection to what was killed.
        let url = aims.url();
        let caller = || Client::new(url.clone()).with_token(token);
        let omar = caller();
        omar.upload(&Form::of(&photo(&[Tea]), "north")).await.done();
        until("the service is asked", || service.asked.load(Ordering::Relaxed).then_some(()));
        assert_eq!(omar.get("/api/scans/SC-1").await.done()["status"], "running");

        aims.kill();
        service.answers.store(true, Ordering::Relaxed);
        aims.restart();

        let omar = caller();
        let scan = loop {
            let scan = omar.get("/api/scans/SC-1").await.done();
            if scan["status"] == "done" {
                break scan;
            }
            assert!(["queued", "running"].map(serde_json::Value::from).contains(&scan["status"]), "{scan}");
            actix_rt::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!((&scan["found"], &scan["detections"][0]["label"]), (&1.into(), &"TEA-500".into()));
    }
}
