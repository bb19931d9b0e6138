//! A PostgreSQL server of the tests' own: made with `initdb` when the first test needs it, reached by a
//! socket in its directory alone, gone with the test process.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock};

use aims::db::{self, Db};
use diesel::connection::SimpleConnection;

use crate::tools::guard::{Guard, Guarded};
use crate::tools::requirements::on_path;
use crate::tools::wait;

/// Commits need not survive a power cut here; whether AIMS waits for them is not the server's matter.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "max_connections=400",
    "fsync=off",
    "full_page_writes=off",
    "timezone=UTC",
];

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    directory: PathBuf,
    /// Held while a database is made, since the template must then have no visitors.
    making: Mutex<u32>,
    _guard: Guard,
}

/// The server, or why there is none.
pub(super) fn server() -> Result<&'static Server, &'static str> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            let programs =
                programs().ok_or("no initdb is on PATH or in /usr/lib/postgresql/*/bin")?;
            Server::start(&programs)
        })
        .as_ref()
        .map_err(String::as_str)
}

/// The directory of the newest server programs.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut found: Vec<PathBuf> = debian
        .map(|version| version.unwrap().path().join("bin"))
        .chain(on_path("initdb").and_then(|p| Some(p.canonicalize().ok()?.parent()?.to_owned())))
        .filter(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
        .collect();
    found.sort();
    found.pop()
}

/// PostgreSQL refuses to run as root; then it runs as whoever else there is.
fn other_user(directory: &Path) -> Option<(u32, u32)> {
    let number = |of, user| {
        let told = Command::new("id").args([of, user]).output().ok()?;
        String::from_utf8(told.stdout).ok()?.trim().parse().ok()
    };
    let is_root = directory.metadata().unwrap().uid() == 0;
    let mut others = ["postgres", "nobody"].into_iter();
    is_root.then(|| others.find_map(|user| Some((number("-u", user)?, number("-g", user)?))))?
}

impl Server {
    fn start(programs: &Path) -> Result<Self, String> {
        // The guard removes it, after the server has ended. Short: a socket's path has 107 characters.
        let directory = tempfile::Builder::new()
            .prefix("aims-pg-")
            .tempdir_in("/tmp");
        let directory = directory.map_err(|e| e.to_string())?.keep();
        let user = other_user(&directory);
        let mut initdb = Command::new(programs.join("initdb"));
        initdb
            .args([
                "--username=aims",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
            ])
            .args(["--no-sync", "--no-instructions", "--pgdata"])
            .arg(directory.join("data"))
            .current_dir(&directory);
        if let Some((uid, gid)) = user {
            chown(&directory, Some(uid), Some(gid)).map_err(|e| e.to_string())?;
            initdb.uid(uid).gid(gid);
        }
        let made = initdb.output().map_err(|e| e.to_string())?;
        if !made.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)));
        }
        Self::serve(programs, directory, user)
    }

    fn serve(
        programs: &Path,
        directory: PathBuf,
        user: Option<(u32, u32)>,
    ) -> Result<Self, String> {
        let mut command = vec![programs.join("postgres")];
        command.extend(["-D", "data", "-k"].map(PathBuf::from));
        command.push(directory.clone());
        command.extend(
            SETTINGS
                .iter()
                .flat_map(|set| ["-c", set].map(PathBuf::from)),
        );
        let log = directory.join("log");
        let guard = Guarded {
            end: "QUIT",
            remove: Some(&directory),
            log: &log,
            user,
        }
        .start(command, &[]);
        let server = Self {
            directory,
            making: Mutex::new(0),
            _guard: guard,
        };
        let mut admin = wait::until("PostgreSQL starts", || {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            // It refuses visitors with that level too, while it starts.
            let fatal = |line: &str| line.contains("FATAL: ") && !line.contains("starting up");
            let ended = said.lines().any(fatal);
            let failed = ended.then(|| Err(format!("PostgreSQL does not start: {said}")));
            server.admin().ok().map(Ok).or(failed)
        })?;
        execute(&mut admin, "CREATE DATABASE template_aims");
        let mut template = db::connect(&server.url("template_aims")).map_err(|e| e.to_string())?;
        template.migrate().map_err(|e| e.to_string())?;
        Ok(server)
    }

    /// The address of a database.
    fn url(&self, name: &str) -> String {
        format!("postgres://aims@/{name}?host={}", self.directory.display())
    }

    fn admin(&self) -> aims::error::Result<Db> {
        db::connect(&self.url("postgres"))
    }

    /// Makes a migrated database; answers its name and address.
    pub(super) fn create(&self) -> (String, String) {
        let mut made: MutexGuard<'_, u32> = self.making.lock().unwrap();
        *made += 1;
        let name = format!("test_{made}");
        let mut admin = self.admin().unwrap();
        execute(
            &mut admin,
            &format!("CREATE DATABASE {name} TEMPLATE template_aims"),
        );
        let url = self.url(&name);
        (name, url)
    }

    /// Ends all connections to a database and lets nobody in.
    pub(super) fn close(&self, name: &str) {
        let mut admin = self.admin().unwrap();
        execute(
            &mut admin,
            &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
        );
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
        execute(&mut admin, &format!("{end} '{name}'"));
    }

    /// Lets everybody in again.
    pub(super) fn open(&self, name: &str) {
        let mut admin = self.admin().unwrap();
        execute(
            &mut admin,
            &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"),
        );
    }

    /// Removes a database, whoever is still connected to it.
    pub(super) fn remove(&self, name: &str) {
        let mut admin = self.admin().unwrap();
        execute(&mut admin, &format!("DROP DATABASE {name} WITH (FORCE)"));
    }
}

fn execute(db: &mut Db, sql: &str) {
    aims::on_db!(db, c => c.batch_execute(sql)).unwrap();
}
