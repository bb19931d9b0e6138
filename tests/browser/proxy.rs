//! What stands between people and servers in life: a proxy that refuses WebSockets or swallows them, holds
//! streams back until they end, or lets no request wait. It is told to at any time, and then cuts what it let
//! through before.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::tools::ports::free_address;

/// What can be blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// WebSockets: refused.
    Socket,
    /// WebSockets: never answered.
    Handshake,
    /// Event streams: held back.
    Stream,
    /// Requests that wait: ended too soon.
    Wait,
}

/// How long a request may wait for its answer where none may wait.
const IMPATIENCE: Duration = Duration::from_secs(1);

/// A running proxy; dropping it ends what goes through it.
pub(crate) struct Proxy {
    address: SocketAddr,
    rules: Arc<Rules>,
}

#[derive(Default)]
struct Rules {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    blocked: BTreeSet<Way>,
    /// Ways that somebody tried in vain since they were blocked.
    refused: BTreeSet<Way>,
    /// What goes a way that can be blocked.
    open: Vec<TcpStream>,
    closed: bool,
}

/// The beginning of a request.
struct Head {
    text: String,
    way: Option<Way>,
    length: u64,
}

impl Proxy {
    /// Starts one in front of `server` (`http://HOST:PORT`) that lets everything through.
    pub(crate) fn start(server: &str) -> Self {
        let server: SocketAddr = server.strip_prefix("http://").unwrap().parse().unwrap();
        let address = free_address();
        let listener = TcpListener::bind(address).unwrap();
        let rules = Arc::<Rules>::default();
        let shared = Arc::clone(&rules);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let rules = Arc::clone(&shared);
                if rules.state.lock().unwrap().closed {
                    break;
                }
                // Either side may go at any moment; then there is nobody to tell.
                thread::spawn(move || rules.serve(&client, server).ok());
            }
        });
        Self { address, rules }
    }

    /// Where it listens: `http://HOST:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Blocks these ways and no other; what went one of them is cut, and so is what was held back.
    pub(crate) fn block(&self, ways: &[Way]) {
        let mut state = self.rules.state.lock().unwrap();
        state.blocked = ways.iter().copied().collect();
        state.refused.clear();
        for socket in state.open.drain(..) {
            socket.shutdown(Shutdown::Both).ok();
        }
    }

    /// Whether somebody has tried a blocked way in vain.
    pub(crate) fn has_refused(&self, way: Way) -> bool {
        self.rules.state.lock().unwrap().refused.contains(&way)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.rules.state.lock().unwrap().closed = true;
        self.block(&[]);
        TcpStream::connect(self.address).ok();
    }
}

impl Rules {
    /// Carries one request, the only one of its connection: whether the next is blocked may differ.
    fn serve(&self, client: &TcpStream, server: SocketAddr) -> std::io::Result<()> {
        let mut from = BufReader::new(client.try_clone()?);
        let head = Head::read(&mut from)?;
        let blocked = head.way.and_then(|way| self.pass(way, client));
        if blocked == Some(Way::Socket) {
            return answer(client, "403 Forbidden");
        }
        if blocked == Some(Way::Handshake) {
            return std::io::copy(&mut from, &mut std::io::sink()).map(|_| ());
        }
        let Ok(upstream) = TcpStream::connect(server) else {
            return answer(client, "502 Bad Gateway");
        };
        (&upstream).write_all(head.text.as_bytes())?;
        std::io::copy(&mut (&mut from).take(head.length), &mut &upstream)?;
        if blocked == Some(Way::Stream) {
            self.open(&upstream);
            return std::io::copy(&mut &upstream, &mut std::io::sink()).map(|_| ());
        }
        if blocked == Some(Way::Wait) {
            upstream.set_read_timeout(Some(IMPATIENCE))?;
            if upstream.peek(&mut [0]).is_err() {
                return answer(client, "504 Gateway Timeout");
            }
        }
        let (mut up, mut down) = (upstream.try_clone()?, client.try_clone()?);
        if head.way == Some(Way::Socket) {
            thread::spawn(move || {
                std::io::copy(&mut from, &mut up).ok();
                up.shutdown(Shutdown::Both).ok();
            });
        }
        std::io::copy(&mut &upstream, &mut down).ok();
        client.shutdown(Shutdown::Both)
    }

    /// Notes who goes which way; answers what blocks it.
    fn pass(&self, way: Way, client: &TcpStream) -> Option<Way> {
        let mut state = self.state.lock().unwrap();
        let blocks = |by: &Way| *by == way || (*by, way) == (Way::Handshake, Way::Socket);
        let blocked = state.blocked.iter().copied().find(blocks);
        state.refused.extend(blocked);
        drop(state);
        self.open(client);
        blocked
    }

    fn open(&self, socket: &TcpStream) {
        let mut state = self.state.lock().unwrap();
        state.open.push(socket.try_clone().unwrap());
    }
}

impl Head {
    fn read(from: &mut impl BufRead) -> std::io::Result<Self> {
        let mut lines: Vec<String> = Vec::new();
        loop {
            let mut line = String::new();
            from.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            lines.push(line);
        }
        let has = |start: &str, what: &str| {
            let mut lower = lines.iter().map(|line| line.to_ascii_lowercase());
            lower.any(|line| line.starts_with(start) && line.contains(what))
        };
        let way = if has("upgrade:", "websocket") {
            Some(Way::Socket)
        } else if has("accept:", "text/event-stream") {
            Some(Way::Stream)
        } else {
            has("get /api/events?", "&wait=").then_some(Way::Wait)
        };
        let length = lines.iter().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let named = name.eq_ignore_ascii_case("content-length");
            named.then(|| value.trim().parse().unwrap())
        });
        if way != Some(Way::Socket) {
            lines.retain(|line| !line.to_ascii_lowercase().starts_with("connection:"));
            lines.push("Connection: close\r\n".into());
        }
        Ok(Self {
            text: lines.concat() + "\r\n",
            way,
            length: length.unwrap_or_default(),
        })
    }
}

fn answer(mut client: &TcpStream, status: &str) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    client.write_all(head.as_bytes())?;
    client.shutdown(Shutdown::Both)
}
