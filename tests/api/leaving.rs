//! The program is asked to stop: nobody new, an answer for everybody who was asked for one, and a word to
//! whoever listens.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_rt::task::spawn_blocking;
use aims::domain::access::Role;
use aims::realtime::protocol::Close;
use aims::store::Store;
use futures_util::future::join;

use crate::signals::{signal, until_ended};
use crate::support::client::Client;
use crate::support::rows::write;
use crate::support::{Database, on_both};
use crate::tools::aims::Aims;
use crate::tools::people;
use crate::tools::wait::{PATIENCE, until};

/// What is left of the server's patience when everybody was told and has gone.
const SOON: Duration = Duration::from_secs(6);

/// Sends a request but for its last byte.
fn ask_for_most(aims: &Aims, token: &str) -> TcpStream {
    let body = r#"{"sku":"TEA-1","name":"Tea","category":"Tea","unit":"pack"}"#;
    let address = aims.url().replace("http://", "");
    let mut socket = TcpStream::connect(&address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = format!(
        "POST /api/items HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let (most, _) = request.as_bytes().split_at(request.len() - 1);
    socket.write_all(most).unwrap();
    socket
}

/// The server's patience, and some for a machine under load.
const BOUND: Duration = Duration::from_secs(20);

fn is_refused(aims: &Aims) -> Option<()> {
    TcpStream::connect(aims.url().replace("http://", ""))
        .is_err()
        .then_some(())
}

on_both! {
    async fn a_program_that_is_stopped_leaves_nobody_without_a_word(database: Rc<Database>) {
        let store = Store::open(&database.config()).unwrap();
        let tokens = people::settle(&store).await;
        let epoch = store.epoch().clone();
        drop(store);
        let token = |role| tokens.iter().find(|(held, _)| *held == role).unwrap().1.clone();
        let aims = Aims::start(&["--database", &database.url]);
        let vera = Client::new(aims.url()).with_token(&token(Role::Viewer));
        let mut socket = vera.live().await;
        socket.join("north", None).await;
        let mut stream = vera.stream("/api/events?room=north").await.unwrap();
        stream.entry().await;
        let mut asked = ask_for_most(&aims, &token(Role::Admin));
        let path = format!("/api/events?room=harbour&epoch={epoch}&after=0&wait=30");
        let poll = vera.get(&path);
        let stop = async {
            actix_rt::time::sleep(Duration::from_millis(300)).await;
            signal(&aims, "TERM");
        };

        let began = Instant::now();
        let (polled, ()) = join(poll, stop).await;

        let bye = polled.done()["bye"].take();
        assert_eq!(bye["code"], Close::Restarting.code());
        assert_eq!(stream.entry().await.frame["code"], Close::Restarting.code());
        assert_eq!(socket.goodbye().await.code, Close::Restarting.code());
        let asked = spawn_blocking(move || {
            until("nobody new is let in", || is_refused(&aims));
            asked.write_all(b"}").unwrap();
            let mut answer = String::new();
            asked.read_to_string(&mut answer).unwrap();
            until_ended(&aims);
            answer
        });
        let answer = asked.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
        assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    }

    async fn a_program_that_is_stopped_does_not_wait_for_whoever_reads_nothing(database: Rc<Database>) {
        let store = Store::open(&database.config()).unwrap();
        let tokens = people::settle(&store).await;
        write(&store, people::ROOMS[0], 2000).await;
        let epoch = store.epoch().clone();
        drop(store);
        let (_, token) = tokens.iter().find(|(role, _)| *role == Role::Operator).unwrap();
        let aims = Aims::start(&["--database", &database.url, "--send-buffer", "1", "--unacked", "600"]);
        let omar = Client::new(aims.url()).with_token(token);
        // More was missed than two kernels take for somebody who reads nothing.
        let join = format!(r#"{{"type":"join","room":"north","epoch":"{epoch}","seq":0}}"#);
        let length = 0x80 | u8::try_from(join.len()).unwrap();
        let frame = [&[0x81, length, 0, 0, 0, 0], join.as_bytes()].concat();
        let stalled = omar.connect_raw(frame).await;
        let mut reader = omar.live().await;
        reader.join("north", None).await;

        let began = Instant::now();
        signal(&aims, "TERM");

        assert_eq!(reader.goodbye().await.code, Close::Restarting.code());
        spawn_blocking(move || until_ended(&aims)).await.unwrap();
        assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
        drop(stalled);
    }
}
