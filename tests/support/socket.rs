//! One end of a live connection.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use actix_http::ws::Item;
use actix_rt::task::spawn_blocking;
use actix_rt::time::timeout;
use awc::BoxedSocket;
use awc::ws::{CloseReason, Codec, Frame, Message};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};

use super::client::Client;
use crate::tools::wait::PATIENCE;

/// Bytes of a frame from the server at most.
const FRAME_LIMIT: usize = 1 << 20;

/// Nothing is to come: long enough for what should not happen to happen, mostly.
const QUIET: Duration = Duration::from_millis(60);

/// A client of the wire.
pub(crate) struct Socket(actix_codec::Framed<BoxedSocket, Codec>);

/// What the server's side of a connection ended with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Goodbye {
    /// The code of the `bye` frame, which must be that of the close frame.
    pub(crate) code: u16,
    pub(crate) retry_after_ms: u64,
    /// The text of the close frame.
    pub(crate) reason: String,
}

impl Client {
    /// Where it sends to: `http://HOST:PORT`.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Opens a live connection and hears the welcome.
    pub(crate) async fn live(&self) -> Socket {
        let mut socket = self.connect().await.expect("the handshake succeeds");
        assert_eq!(socket.next().await["type"], "welcome");
        socket
    }

    /// Opens a live connection on a plain socket and sends bytes over it.
    pub(crate) async fn connect_raw(&self, bytes: Vec<u8>) -> TcpStream {
        let mut headers = self.headers.iter();
        let authorization = headers.find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let (name, value) = authorization.unwrap();
        let address = self.base.replace("http://", "");
        let handshake = format!(
            "GET /ws HTTP/1.1\r\nHost: {address}\r\n{name}: {value}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        let connected = spawn_blocking(move || {
            let mut socket = TcpStream::connect(address).unwrap();
            socket.set_read_timeout(Some(PATIENCE)).unwrap();
            socket.write_all(handshake.as_bytes()).unwrap();
            socket.write_all(&bytes).unwrap();
            socket
        });
        connected.await.unwrap()
    }

    /// Opens a live connection, or says with which status that was refused.
    pub(crate) async fn connect(&self) -> Result<Socket, u16> {
        let refused = |status: Option<u16>| status.expect("an answer");
        self.try_connect().await.map_err(refused)
    }

    /// The same, where there may be no answer at all.
    pub(crate) async fn try_connect(&self) -> Result<Socket, Option<u16>> {
        let mut request = self.http.ws(format!("{}/ws", self.base));
        for (name, value) in &self.headers {
            request = request.set_header(name.as_str(), value.as_str());
        }
        match request.max_frame_size(FRAME_LIMIT).connect().await {
            Ok((_, framed)) => Ok(Socket(framed)),
            Err(awc::error::WsClientError::InvalidResponseStatus(status)) => {
                Err(Some(status.as_u16()))
            }
            Err(_no_answer) => Err(None),
        }
    }
}

impl Socket {
    /// Sends a frame as it is.
    pub(crate) async fn send(&mut self, message: Message) {
        self.0.send(message).await.expect("the server reads");
    }

    pub(crate) async fn say(&mut self, frame: Value) {
        assert!(self.try_say(&frame).await, "the server reads");
    }

    /// The same, where the connection may be at its end; answers whether it was not.
    pub(crate) async fn try_say(&mut self, frame: &Value) -> bool {
        let text = Message::Text(frame.to_string().into());
        self.0.send(text).await.is_ok()
    }

    /// Sends a text in pieces.
    pub(crate) async fn say_in_pieces(&mut self, pieces: &[&[u8]]) {
        for (n, piece) in pieces.iter().enumerate() {
            let bytes = piece.to_vec().into();
            let item = match n {
                0 => Item::FirstText(bytes),
                _ if n + 1 == pieces.len() => Item::Last(bytes),
                _ => Item::Continue(bytes),
            };
            self.send(Message::Continuation(item)).await;
        }
    }

    /// Joins a room, with what it holds already if anything, and hears the answer.
    pub(crate) async fn join(&mut self, room: &str, have: Option<(&str, i64)>) -> Value {
        let mut join = json!({ "type": "join", "room": room });
        if let Some((epoch, seq)) = have {
            join["epoch"] = epoch.into();
            join["seq"] = seq.into();
        }
        self.say(join).await;
        self.next().await
    }

    /// The next frame that is no ping; pings are not answered here.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let frame = self.frame().await.expect("the connection lives");
            if frame["type"] != "ping" {
                return frame;
            }
        }
    }

    /// The next ping.
    pub(crate) async fn ping(&mut self) -> Value {
        loop {
            let frame = self.frame().await.expect("the connection lives");
            if frame["type"] == "ping" {
                return frame;
            }
        }
    }

    /// The places of the next `n` frames, which are events.
    pub(crate) async fn seqs(&mut self, n: usize) -> Vec<i64> {
        let mut seqs = Vec::with_capacity(n);
        for _ in 0..n {
            let frame = self.next().await;
            assert_eq!(frame["type"], "event", "{frame}");
            seqs.push(frame["seq"].as_i64().unwrap());
        }
        seqs
    }

    /// Nothing comes for a while but pings.
    pub(crate) async fn is_quiet(&mut self) {
        let heard = timeout(QUIET, self.next()).await;
        assert!(heard.is_err(), "{heard:?}");
    }

    /// Reads up to the end, which must be a `bye` and a close frame that agree.
    pub(crate) async fn goodbye(&mut self) -> Goodbye {
        self.goodbye_after(|_| {}).await
    }

    /// The same, looking at every event on the way.
    pub(crate) async fn goodbye_after(&mut self, mut each: impl FnMut(&Value)) -> Goodbye {
        let mut bye = Value::Null;
        loop {
            match self.frame().await {
                Ok(frame) => {
                    if frame["type"] == "event" {
                        each(&frame);
                    }
                    bye = frame;
                }
                Err(close) => {
                    let close = close.expect("a close frame comes before the end");
                    let code = u16::from(close.code);
                    assert_eq!((&bye["type"], &bye["code"]), (&"bye".into(), &code.into()));
                    return Goodbye {
                        code,
                        retry_after_ms: bye["retry_after_ms"].as_u64().expect("a number"),
                        reason: close.description.unwrap_or_default(),
                    };
                }
            }
        }
    }

    /// Reads up to the close frame, and the end of the connection after it.
    pub(crate) async fn closed(&mut self) -> Option<CloseReason> {
        let close = loop {
            if let Err(close) = self.frame().await {
                break close;
            }
        };
        assert_eq!(self.frame().await.err(), Some(None));
        close
    }

    /// The next frame, or how the connection ended; `None` without a close frame.
    async fn frame(&mut self) -> Result<Value, Option<CloseReason>> {
        let next = timeout(PATIENCE, self.try_frame()).await;
        next.expect("the server says something")
    }

    /// The same, however long it takes. Can be dropped while it waits, and nothing is lost.
    pub(crate) async fn try_frame(&mut self) -> Result<Value, Option<CloseReason>> {
        match self.0.next().await {
            Some(Ok(Frame::Text(text))) => Ok(serde_json::from_slice(&text).expect("JSON")),
            Some(Ok(Frame::Close(reason))) => Err(reason),
            None | Some(Err(_)) => Err(None),
            Some(Ok(other)) => panic!("a frame of another kind: {other:?}"),
        }
    }
}
