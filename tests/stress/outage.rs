//! The database goes away and comes back.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use aims::db::{Backend, Db};
use diesel::connection::SimpleConnection;

use crate::database::{Away, Database};
use crate::dice::Dice;
use crate::tools::guard::{Guard, Guarded};
use crate::tools::wait;

/// A database that is away.
pub(crate) enum Outage {
    /// Another process holds SQLite's lock.
    Locked(#[expect(dead_code, reason = "dropping it unlocks the file")] Db),
    /// PostgreSQL ended all connections and lets nobody in.
    Closed(#[expect(dead_code, reason = "dropping it opens the database")] Away),
    /// PostgreSQL is not there.
    Stopped(PathBuf),
    /// PostgreSQL is there, and answers nothing.
    Frozen(PathBuf),
}

/// Servers that were started again. Like the first, they end with the test process.
static STARTED: Mutex<Vec<Guard>> = Mutex::new(Vec::new());

impl Outage {
    /// Takes the database away, in one of the ways there are.
    pub(crate) fn begin(database: &Database, dice: &mut Dice) -> Self {
        if database.backend() == Backend::Sqlite {
            let mut db = database.connect();
            aims::on_db!(&mut db, c => c.batch_execute("BEGIN EXCLUSIVE")).unwrap();
            return Self::Locked(db);
        }
        let directory = PathBuf::from(database.url.split("?host=").nth(1).unwrap());
        match dice.below(3) {
            0 => Self::Closed(database.take_away()),
            1 => {
                // An immediate shutdown, as after a crash.
                signal(&server(&directory), "QUIT");
                let file = directory.join("data/postmaster.pid");
                wait::until("PostgreSQL stops", || (!file.exists()).then_some(()));
                Self::Stopped(directory)
            }
            _ => {
                signal_all(&directory, "STOP");
                Self::Frozen(directory)
            }
        }
    }

    /// What it is, for the count.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Locked(_) => "locked the database",
            Self::Closed(_) => "closed the database",
            Self::Stopped(_) => "stopped the database",
            Self::Frozen(_) => "froze the database",
        }
    }

    /// Brings it back.
    pub(crate) fn end(self) {
        match self {
            Self::Locked(_) | Self::Closed(_) => {}
            Self::Stopped(directory) => start(&directory),
            Self::Frozen(directory) => signal_all(&directory, "CONT"),
        }
    }
}

/// The number of the server's first process.
fn server(directory: &Path) -> String {
    let file = std::fs::read_to_string(directory.join("data/postmaster.pid")).unwrap();
    file.lines().next().unwrap().to_owned()
}

/// Sends a signal to all processes of the server. Each is a session of its own; none starts another while the
/// first stands still.
fn signal_all(directory: &Path, name: &str) {
    let first = server(directory);
    signal(&first, name);
    let others = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children"));
    for process in others.unwrap().split_whitespace() {
        signal(process, name);
    }
}

fn signal(process: &str, name: &str) {
    // One that has just ended is as good as signalled.
    Command::new("kill")
        .args(["-s", name, process])
        .status()
        .unwrap();
}

/// Starts a server again as it was started the last time, which it has written down.
fn start(directory: &Path) {
    let command = std::fs::read_to_string(directory.join("data/postmaster.opts")).unwrap();
    let owner = directory.metadata().unwrap();
    let guarded = Guarded {
        end: "QUIT",
        remove: Some(directory),
        log: &directory.join("log"),
        user: (owner.uid() != 0).then(|| (owner.uid(), owner.gid())),
    };
    let guard = guarded.start(["sh", "-c", &format!("exec {command}")], &[]);
    STARTED.lock().unwrap().push(guard);
}
