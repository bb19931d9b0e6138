//! The real program as a process of its own, to be killed and started again.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;

use tempfile::TempDir;

use super::guard::{Guard, Guarded, has_ended};
use super::ports::free_address;
use super::wait;

/// What it writes down: also each reading of a list, which benchmarks count.
const LOG: &str = "info,aims::web::shared=debug";

/// A running `aims`; dropping it kills it.
#[derive(Debug)]
pub(crate) struct Aims {
    /// The process, while it runs.
    pub(crate) guard: Option<Guard>,
    /// What it is started with the next time.
    pub(crate) arguments: Vec<String>,
    /// Variables of its environment, the next time.
    pub(crate) environment: Vec<(String, String)>,
    address: SocketAddr,
    directory: TempDir,
}

impl Aims {
    /// Starts it with these arguments on a free port; answers once it is ready.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let address = free_address();
        let mut all = vec![format!("--listen={address}")];
        all.extend(arguments.iter().map(|&argument| argument.to_owned()));
        let mut aims = Self {
            guard: None,
            arguments: all,
            environment: Vec::new(),
            address,
            directory: tempfile::tempdir().unwrap(),
        };
        aims.restart();
        aims
    }

    /// Ends it at once (SIGKILL): nothing is flushed, nobody is told.
    pub(crate) fn kill(&mut self) {
        self.guard = None;
    }

    /// Starts it again, on the same port.
    pub(crate) fn restart(&mut self) {
        let log = self.log();
        std::fs::remove_file(&log).ok();
        let guarded = Guarded {
            end: "KILL",
            remove: None,
            log: &log,
            user: None,
        };
        let arguments = self.arguments.iter().map(String::as_str);
        let command = [env!("CARGO_BIN_EXE_aims")].into_iter().chain(arguments);
        let environment = self.environment.iter();
        let environment = environment.map(|(name, value)| (name.as_str(), value.as_str()));
        let environment: Vec<_> = environment.chain([("RUST_LOG", LOG)]).collect();
        let guard = self.guard.insert(guarded.start(command, &environment));
        let process = guard.process;
        wait::until("aims is ready", || {
            let log = self.said();
            assert!(!log.contains(" ERROR ") && !has_ended(process), "{log}");
            self.is_ready().then_some(())
        });
    }

    /// Where it listens: `http://HOST:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it printed since it was started.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    fn is_ready(&self) -> bool {
        let Ok(mut socket) = TcpStream::connect(self.address) else {
            return false;
        };
        let mut answer = String::new();
        let asked = socket.write_all(b"GET /readyz HTTP/1.0\r\n\r\n");
        asked
            .and_then(|()| socket.read_to_string(&mut answer))
            .is_ok()
            && answer.contains(" 200 ")
    }
}
