//! A bad line: a TCP proxy that delays, cuts in the middle of a frame, or swallows what goes one way.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;

use actix_rt::net::{TcpListener, TcpStream};
use actix_rt::task::JoinHandle;
use actix_rt::time::sleep;
use futures_util::future::select;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::dice::Dice;
use crate::tally::Tally;

/// Bytes read at once. Small, so that frames are cut into pieces.
const PIECE: usize = 1024;

/// What is wrong with the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// Every piece waits for up to so many milliseconds.
    Delay(u64),
    /// A connection is cut after up to so many bytes, mostly within a frame.
    Cut(usize),
    /// After up to so many bytes, what the client says is thrown away.
    SwallowUp(usize),
    /// After up to so many bytes, what the server says is thrown away.
    SwallowDown(usize),
}

/// A running proxy; dropping it cuts everything that passes through it.
pub(crate) struct Proxy {
    address: SocketAddr,
    fault: Rc<Cell<Fault>>,
    accepting: JoinHandle<()>,
    lines: Rc<RefCell<Vec<JoinHandle<()>>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// What is wrong with one connection, and with which dice.
struct Passage {
    fault: Rc<Cell<Fault>>,
    direction: Direction,
    /// How far into the connection the fault strikes, as a share of its limit.
    share: usize,
    /// It swallowed something: nothing after it may pass, or the bytes would not fit together.
    is_dead: bool,
    dice: Dice,
    tally: Rc<Tally>,
}

impl Proxy {
    /// Starts one before a server.
    pub(crate) async fn start(
        server: SocketAddr,
        fault: Fault,
        dice: Dice,
        tally: &Rc<Tally>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let fault = Rc::new(Cell::new(fault));
        let lines = Rc::<RefCell<Vec<JoinHandle<()>>>>::default();
        let accept = accept(
            listener,
            server,
            (Rc::clone(&fault), dice, Rc::clone(tally)),
            Rc::clone(&lines),
        );
        Self {
            address,
            fault,
            accepting: actix_rt::spawn(accept),
            lines,
        }
    }

    /// Where it listens: `http://HOST:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes what is wrong, also with connections that are there.
    pub(crate) fn set(&self, fault: Fault) {
        self.fault.set(fault);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.lines.borrow().iter().for_each(JoinHandle::abort);
    }
}

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    (fault, mut dice, tally): (Rc<Cell<Fault>>, Dice, Rc<Tally>),
    lines: Rc<RefCell<Vec<JoinHandle<()>>>>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let mut passage = |direction| Passage {
            fault: Rc::clone(&fault),
            direction,
            share: dice.below(100) + 1,
            is_dead: false,
            dice: dice.hand_out(),
            tally: Rc::clone(&tally),
        };
        let (up, down) = (passage(Direction::Up), passage(Direction::Down));
        let mut lines = lines.borrow_mut();
        lines.retain(|line| !line.is_finished());
        lines.push(actix_rt::spawn(pass(client, server, up, down)));
    }
}

async fn pass(client: TcpStream, server: SocketAddr, up: Passage, down: Passage) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let up = Box::pin(up.carry(from_client, to_server));
    let down = Box::pin(down.carry(from_server, to_client));
    // When one ends, both sockets close.
    select(up, down).await;
}

impl Passage {
    async fn carry(
        mut self,
        mut from: impl AsyncReadExt + Unpin,
        mut to: impl AsyncWriteExt + Unpin,
    ) {
        let mut piece = [0; PIECE];
        let mut passed = 0;
        loop {
            let most = 1 + self.dice.below(PIECE);
            let read = match from.read(&mut piece[..most]).await {
                Ok(read) if read > 0 => read,
                _ => return,
            };
            let keep = self.keep(passed, read).await;
            passed += read;
            if to.write_all(&piece[..keep]).await.is_err() || keep < read && self.is_cut() {
                return;
            }
        }
    }

    fn is_cut(&self) -> bool {
        matches!(self.fault.get(), Fault::Cut(_))
    }

    /// How many of the bytes go on.
    async fn keep(&mut self, passed: usize, read: usize) -> usize {
        use Direction::{Down, Up};
        if self.is_dead {
            return 0;
        }
        let limit = match (self.fault.get(), self.direction) {
            (Fault::Delay(most), _) => {
                self.tally.fault("delayed a piece");
                sleep(self.dice.millis(0..most + 1)).await;
                return read;
            }
            (Fault::Cut(limit), _)
            | (Fault::SwallowUp(limit), Up)
            | (Fault::SwallowDown(limit), Down) => limit * self.share / 100,
            _ => return read,
        };
        let keep = limit.saturating_sub(passed).min(read);
        if keep < read {
            self.is_dead = true;
            self.tally.fault(if self.is_cut() {
                "cut a line"
            } else {
                "swallowed one direction"
            });
        }
        keep
    }
}
