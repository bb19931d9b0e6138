//! A server that says what it is told to say, to one request after the other, and remembers what it was asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// One request: its first line and headers, and its body.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) head: String,
    pub(crate) body: serde_json::Value,
}

/// What a server does with a request.
#[derive(Clone)]
pub(crate) enum Says {
    /// This status, these further header lines, this body.
    Answer(u16, &'static str, Vec<u8>),
    /// Nothing, ever; the connection stays open.
    Never,
    /// The beginning of an answer, and then a byte now and again, without end.
    Trickles,
    /// Nothing; the connection is closed.
    HangsUp,
    /// So many bytes without any end in sight.
    Floods(usize),
}

impl Says {
    pub(crate) fn json(body: &str) -> Self {
        Self::Answer(200, "", body.as_bytes().to_vec())
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, "", Vec::new())
    }
}

/// A server on a port of its own; it ends with the process.
pub(crate) struct Stub {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stub {
    /// One that says these things in turn, and the last of them from then on.
    pub(crate) fn that(says: impl Into<Vec<Says>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (says, asked) = (says.into(), Arc::new(Mutex::new(Vec::new())));
        let stub = Self {
            port,
            asked: Arc::clone(&asked),
        };
        thread::spawn(move || {
            for (number, socket) in listener.incoming().enumerate() {
                let (socket, asked) = (socket.unwrap(), Arc::clone(&asked));
                let say = says[number.min(says.len() - 1)].clone();
                thread::spawn(move || serve(socket, &say, &asked));
            }
        });
        stub
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut socket: TcpStream, say: &Says, asked: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap() == 0 {
            return;
        }
    }
    let length = head.to_lowercase();
    let length = length
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    let body = serde_json::from_slice(&body).unwrap();
    asked.lock().unwrap().push(Asked { head, body });
    // Whoever has heard enough closes, which is no fault of the server's.
    drop(answer(&mut socket, say));
}

fn answer(socket: &mut TcpStream, say: &Says) -> std::io::Result<()> {
    let open = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    match say {
        Says::Answer(status, headers, body) => {
            let length = body.len();
            write!(
                socket,
                "HTTP/1.1 {status} Status\r\nconnection: close\r\ncontent-length: {length}\r\n"
            )?;
            write!(socket, "{headers}\r\n")?;
            socket.write_all(body)
        }
        Says::Never => until_closed(socket),
        Says::HangsUp => Ok(()),
        Says::Trickles => {
            socket.write_all(open)?;
            socket.write_all(b"content-length: 100000\r\n\r\n")?;
            loop {
                socket.write_all(b" ")?;
                thread::park_timeout(std::time::Duration::from_millis(20));
            }
        }
        Says::Floods(bytes) => {
            socket.write_all(open)?;
            socket.write_all(b"connection: close\r\n\r\n")?;
            let block = vec![b' '; 64 * 1024];
            for _ in 0..bytes / block.len() {
                socket.write_all(&block)?;
            }
            until_closed(socket)
        }
    }
}

fn until_closed(socket: &mut TcpStream) -> std::io::Result<()> {
    socket.read(&mut [0; 1]).map(drop)
}
