//! What those who wait cost while nothing happens: a server's time, and the queries that reach the database.
//! `cargo bench --bench waiting`; with `DATABASE_URL=postgres://…` also on PostgreSQL.
//!
//! The server is a process of its own with its defaults: this program, which counts the statements of its
//! connections. Streams are left open; polls wait for 30 s and are asked again, each client with a token of its own. A
//! minute is measured after everybody has settled, in which each poll ends and is asked again twice.

#![expect(clippy::print_stdout, reason = "the table is the output")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use actix_web::rt;
use actix_web::rt::time::sleep;
use aims::app;
use aims::config::Config;
use aims::store::Store;
use awc::{Client, Connector};
use futures_util::StreamExt;
use futures_util::future::{join, join_all};

mod parts;
#[path = "../tests/support/queries.rs"]
mod queries;

use parts::Room;

/// How many wait: streams, and polls.
const CROWDS: [(usize, usize); 2] = [(0, 0), (1000, 1000)];

const MEASURED: Duration = Duration::from_mins(1);

/// Until every poll was asked again, the first use of each token was noted, and PostgreSQL's autovacuum, which
/// looks around once a minute, has been at the table of tokens.
const SETTLED: Duration = Duration::from_secs(150);

/// A poll at most; the server ends it sooner.
const PATIENCE: Duration = Duration::from_mins(1);

fn main() {
    let mut arguments = std::env::args().skip(1);
    if let (Some("serve"), Some(url)) = (arguments.next().as_deref(), arguments.next()) {
        return serve(url);
    }
    println!(
        "| database | streams | long polls | CPU of the server in a minute | queries in a minute |"
    );
    println!("|---|--:|--:|--:|--:|");
    rt::System::new().block_on(async {
        rlimit::increase_nofile_limit(u64::MAX).expect("descriptors");
        for (name, url, _dir) in parts::databases() {
            let store = Store::open(&Config::for_database(&url)).expect("a database");
            let room = parts::room(&store, 1000, 0).await.expect("a room");
            let epoch = store.epoch().clone();
            drop(store);
            for (streams, polls) in CROWDS {
                let mut server = Server::start(&url);
                let (address, room, epoch) = (server.address.clone(), room.clone(), epoch.clone());
                let waiting = wait_together(address, room, epoch, (streams, polls));
                let waiting = rt::spawn(waiting);
                sleep(SETTLED).await;
                let (cpu, sent) = (server.worked(), server.queries());
                sleep(MEASURED).await;
                let (cpu, sent) = (server.worked().saturating_sub(cpu), server.queries() - sent);
                let cpu = cpu.as_secs_f64();
                let percent = cpu / MEASURED.as_secs_f64() * 100.0;
                println!("| {name} | {streams} | {polls} | {cpu:.2} s ({percent:.1} %) | {sent} |");
                waiting.abort();
                // Not while it still asks a server that is gone.
                waiting.await.ok();
            }
        }
    });
}

/// The server: prints its address, and for each line that it is told how many statements were sent.
fn serve(url: String) {
    queries::watch();
    rt::System::new().block_on(async {
        let app = app::start(Config::for_database(&url)).await;
        let app = app.expect("a server");
        println!("{}", app.addr);
        let asked = rt::task::spawn_blocking(move || {
            let lines = std::io::stdin().lock().lines();
            lines.for_each(|_| println!("{}", queries::sent_to(&url)));
        });
        asked.await.expect("it is told to end");
        app.stop().await;
    });
}

/// A running server; it ends when its standard input does.
struct Server {
    process: Child,
    says: BufReader<ChildStdout>,
    told: ChildStdin,
    address: String,
}

impl Server {
    fn start(url: &str) -> Self {
        let this = std::env::current_exe().expect("this program");
        let mut process = Command::new(this)
            .args(["serve", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a server");
        let says = process.stdout.take().expect("it speaks");
        let told = process.stdin.take().expect("it listens");
        let mut server = Self {
            process,
            says: BufReader::new(says),
            told,
            address: String::new(),
        };
        server.address = server.line();
        server
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).expect("it speaks");
        line.trim().into()
    }

    fn queries(&mut self) -> u64 {
        self.told.write_all(b"\n").expect("it listens");
        self.line().parse().expect("a number")
    }

    fn worked(&self) -> Duration {
        parts::worked(&self.process.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().expect("it can be ended");
        self.process.wait().expect("it ends");
    }
}

/// Waits with so many streams and polls, until it is dropped.
async fn wait_together(address: String, room: Room, epoch: String, crowd: (usize, usize)) {
    let connector = Connector::new().limit(0).timeout(PATIENCE);
    let http = Client::builder()
        .connector(connector)
        .timeout(PATIENCE)
        .finish();
    let base = format!("http://{address}/api/events?room={}", room.code);
    let (http, base, epoch) = (&http, &base, &epoch);
    let (streams, polls) = crowd;
    let streams = room.tokens.iter().take(streams).map(|token| async move {
        loop {
            let request = http.get(base).bearer_auth(token);
            let request = request.insert_header(("accept", "text/event-stream"));
            let mut answer = request.send().await.expect("an answer");
            if answer.status().is_success() {
                while answer.next().await.is_some() {}
                panic!("a stream ended");
            }
            a_moment().await;
        }
    });
    let polls = room.tokens.iter().take(polls).map(|token| async move {
        // Nothing but the room's opening happened in it.
        let url = format!("{base}&epoch={epoch}&after=1&wait=30");
        loop {
            let answer = http.get(&url).bearer_auth(token).send().await;
            let answered = match answer {
                Ok(mut answer) => answer.body().await.is_ok() && answer.status().is_success(),
                Err(_) => false,
            };
            if !answered {
                a_moment().await;
            }
        }
    });
    join(join_all(streams), join_all(polls)).await;
}

/// When everybody comes at once, some are told to come again.
async fn a_moment() {
    sleep(Duration::from_secs(5).mul_f64(rand::random())).await;
}
