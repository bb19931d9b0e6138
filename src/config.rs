//! Every setting, once: flag, environment variable, default, unit and meaning.
//!
//! `aims --help` is generated from this file. Nothing else reads the environment, but for `RUST_LOG`,
//! which is `env_logger`'s own.

mod detectors;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aims_vision::Secret;
use clap::{Args, Parser, Subcommand};

pub use detectors::DetectorConfig;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "aims",
    version,
    about = "A stock room that every screen sees at the same instant"
)]
pub struct Cli {
    /// The settings of the server.
    #[command(flatten)]
    pub config: Config,
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What `aims` does besides serving.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Verify that levels, running balances, orders and the event log agree; exits with 1 if not.
    Check,
    /// Write a consistent copy of the SQLite database to FILE, also while it is being served.
    Backup {
        /// A file that does not exist yet.
        file: PathBuf,
    },
    /// Put the copy in FILE in the database's place; stop the server first.
    Restore {
        /// A file that `aims backup` wrote.
        file: PathBuf,
    },
}

/// The settings of a server.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Address and port to serve on; port 0 takes a free one.
    #[arg(
        long,
        env = "AIMS_LISTEN",
        default_value = "127.0.0.1:3000",
        value_name = "ADDR",
        global = true
    )]
    pub listen: SocketAddr,

    /// `sqlite://FILE`, or `postgres://USER@HOST/NAME`.
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://aims.db",
        value_name = "URL",
        global = true
    )]
    pub database: String,

    /// Serve a believable shop from a database of its own, made afresh at every start.
    #[arg(long)]
    pub demo: bool,

    /// Where the demo keeps its database.
    #[arg(
        long,
        env = "AIMS_DEMO_FILE",
        default_value = "aims-demo.db",
        value_name = "FILE",
        hide = true
    )]
    pub demo_file: PathBuf,

    /// Address that browsers use, such as `https://stock.example`, where a proxy changes it. Decides
    /// which `Origin` is ours, and `https` makes cookies `Secure`.
    #[arg(long, env = "AIMS_ORIGIN", value_name = "URL")]
    pub origin: Option<String>,

    /// Threads that answer HTTP; 0 takes one per core.
    #[arg(long, env = "AIMS_WORKERS", default_value_t = 0, value_name = "N")]
    pub workers: usize,

    /// Database connections: readers on SQLite (beside its one writer), all on PostgreSQL.
    #[arg(long, env = "AIMS_CONNECTIONS", value_parser = clap::value_parser!(u32).range(1..=1000), default_value_t = 8, value_name = "N")]
    pub connections: u32,

    /// Writes that may wait for the database; more are answered 503. Larger trades memory and
    /// waiting for fewer refusals.
    #[arg(
        long,
        env = "AIMS_WRITE_QUEUE", value_parser = at_least_one,
        default_value_t = 1024,
        value_name = "N"
    )]
    pub write_queue: usize,

    /// Writes in one SQLite commit at most. Larger helps little, since the flush of the disk is shared by
    /// then, and makes the first of them wait for the last; 1 is one commit for each write.
    #[arg(
        long,
        env = "AIMS_WRITE_BATCH", value_parser = at_least_one,
        default_value_t = 128,
        value_name = "N",
        hide = true
    )]
    pub write_batch: usize,

    /// Seconds between two pings of the live connection; two unanswered ones end a session.
    #[arg(long, env = "AIMS_HEARTBEAT", default_value = "25", value_name = "SECONDS", value_parser = seconds)]
    pub heartbeat: Duration,

    /// Seconds that data sent to a client may stay unacknowledged before the kernel ends the
    /// connection; this frees the sockets of clients that stopped reading.
    #[arg(long, env = "AIMS_UNACKED", default_value = "20", value_name = "SECONDS", value_parser = seconds)]
    pub unacked: Duration,

    /// Live sessions at once; more are answered 503. Each takes a file descriptor and about 10 KiB.
    #[arg(
        long,
        env = "AIMS_MAX_SESSIONS",
        default_value_t = 20_000,
        value_name = "N"
    )]
    pub max_sessions: usize,

    /// Seconds in which a new live session must join a room, so that it does not only take a place.
    #[arg(long, env = "AIMS_JOIN_WITHIN", default_value = "30", value_name = "SECONDS", value_parser = seconds, hide = true)]
    pub join_within: Duration,

    /// KiB of sent data that the kernel may keep for a client who does not read; it counts twice that,
    /// for its own records. Left alone it keeps some 4 MiB for each. Smaller slows down long lines: 128
    /// KiB a round trip are 10 Mbit/s at 100 ms.
    #[arg(
        long,
        env = "AIMS_SEND_BUFFER",
        default_value_t = 128,
        value_name = "KIB"
    )]
    pub send_buffer: usize,

    /// Messages that may wait for one live session; a session with more is evicted and resumes.
    #[arg(long, env = "AIMS_MAILBOX", value_parser = at_least_one, default_value_t = 256, value_name = "N")]
    pub mailbox: usize,

    /// Events of each room kept in memory for those who come back.
    #[arg(long, env = "AIMS_REPLAY", value_parser = at_least_one, default_value_t = 1024, value_name = "N")]
    pub replay: usize,

    /// Events that a client coming back is sent at most; one that missed more loads a snapshot.
    #[arg(
        long,
        env = "AIMS_RESUME_LIMIT", value_parser = at_least_one,
        default_value_t = 2000,
        value_name = "N"
    )]
    pub resume_limit: usize,

    /// Days that events stay in the log. A client away for longer loads a snapshot.
    #[arg(long, env = "AIMS_LOG_DAYS", default_value_t = 30, value_name = "DAYS")]
    pub log_days: i64,

    /// Events of each warehouse that stay in the log, however young. An event takes about a kilobyte.
    #[arg(
        long,
        env = "AIMS_LOG_EVENTS",
        default_value_t = 1_000_000,
        value_name = "N"
    )]
    pub log_events: i64,

    /// Days after which a signed-in browser that was not used must sign in again.
    #[arg(
        long,
        env = "AIMS_LOGIN_DAYS",
        default_value_t = 30,
        value_name = "DAYS"
    )]
    pub login_days: i64,

    /// Memory in KiB that hashing a password takes (argon2id); the default is the recommendation of
    /// OWASP's Password Storage Cheat Sheet.
    #[arg(long, env = "AIMS_PASSWORD_MEMORY", default_value_t = 19 * 1024, value_name = "KIB", hide = true)]
    pub password_memory: u32,

    /// Days after which a photo is removed; what was found on it stays. A photo takes some megabytes.
    #[arg(long, env = "AIMS_PHOTO_DAYS", value_parser = clap::value_parser!(i64).range(1..), default_value_t = 90, value_name = "DAYS")]
    pub photo_days: i64,

    /// Seconds that a photo may take to arrive, beside those that its bytes take at 256 kbit/s.
    #[arg(long, env = "AIMS_PHOTO_PATIENCE", default_value = "15", value_name = "SECONDS", value_parser = seconds, hide = true)]
    pub photo_patience: Duration,

    /// Photos that AIMS's own detectors look at side by side; 0 takes one less than there are cores. More of them
    /// take the processor from each other, not from requests: their threads have a low priority. Services are asked
    /// about four more at once.
    #[arg(long, env = "AIMS_SCAN_THREADS", default_value_t = 0, value_name = "N")]
    pub scan_threads: usize,

    /// Photos that may wait to be looked at, and as many for services; more are answered 503.
    #[arg(
        long,
        env = "AIMS_SCAN_QUEUE", value_parser = at_least_one,
        default_value_t = 64,
        value_name = "N"
    )]
    pub scan_queue: usize,

    /// Which detectors there are.
    #[command(flatten)]
    pub detectors: DetectorConfig,
}

impl Config {
    /// The defaults, for a database: what tests and benchmarks start from.
    ///
    /// # Panics
    /// Never: the defaults parse.
    pub fn for_database(url: impl Into<String>) -> Self {
        let mut config = Cli::parse_from(["aims"]).config;
        config.database = url.into();
        config.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        config
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.01..=86_400.0).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("expected seconds between 0.01 and 86400".into()),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("expected a number of at least 1".into()),
    }
}

/// A key, from the environment or the first line of a file. No flag takes one: others can read a program's
/// arguments.
#[expect(
    clippy::disallowed_methods,
    reason = "clap would show a variable without a flag as an argument"
)]
fn secret(variable: &str, file: Option<&Path>) -> Result<Option<Secret>, String> {
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("the key in {}: {error}", path.display()))?;
        let line = text.lines().next().unwrap_or_default().trim();
        return Ok(Some(Secret::from(line.to_owned())));
    }
    let key = std::env::var(variable).ok();
    Ok(key.filter(|key| !key.is_empty()).map(Secret::from))
}
