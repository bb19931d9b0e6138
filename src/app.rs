//! Building and running the server: migrate → pool → store → broadcaster → HTTP; and the order of
//! leaving.

mod commands;

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::rt::task::spawn_blocking;
use actix_web::{App as HttpApp, HttpServer, web};

use aims_vision::Detectors;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::realtime::Live;
use crate::scanning::Scanning;
use crate::store::Store;
use crate::web::auth::Known;
use crate::web::pages::Rooms;
use crate::web::routes;
use crate::web::samples::Samples;
use crate::web::shared::Shared;
use crate::web::sign_in::Attempts;
use crate::web::snapshot::Written;
use crate::web::socket::set_up_sockets;
use crate::{demo, jobs};

pub use commands::main;

/// Connections that may wait to be accepted. A restart makes every screen come back at once; a shorter
/// queue makes them wait for a retransmitted SYN, a second or more.
const ACCEPT_QUEUE: u32 = 4096;

/// Seconds that requests under way may take after the server was asked to stop.
const DRAIN_SECONDS: u64 = 10;

/// The last of the live sessions is asked to come back after so long, the others spread before it …
const COME_BACK_WITHIN: Duration = Duration::from_secs(2);

/// … and where there are many, after so long for each: the next server answers a handshake, a join and
/// a snapshot for each of them, in a millisecond or so.
const COME_BACK_EACH: Duration = Duration::from_millis(1);

/// A running server.
#[derive(Debug)]
pub struct App {
    /// Where it listens; the port is real even where 0 was asked for.
    pub addr: SocketAddr,
    /// Its database.
    pub store: Store,
    /// Its live connections.
    pub live: Live,
    scanning: Scanning,
    handle: ServerHandle,
}

/// Starts a server in the actix system at hand, and answers once it listens.
///
/// # Errors
/// `unavailable` when the database does not answer, `internal` when the address cannot be listened on.
pub async fn start(config: Config) -> Result<App> {
    let settings = config.detectors.settings().map_err(Error::internal)?;
    // A model file is read here, which takes a moment.
    let detectors = spawn_blocking(move || Detectors::new(settings))
        .await
        .map_err(Error::internal)?;
    start_with(config, detectors).await
}

/// The same with these detectors, whatever is configured.
///
/// # Errors
/// As for [`start`].
pub async fn start_with(config: Config, detectors: Detectors) -> Result<App> {
    raise_descriptor_limit();
    let opening = config.clone();
    let store = spawn_blocking(move || Store::open(&opening))
        .await
        .map_err(Error::internal)??;
    jobs::start(store.clone(), &config);
    let (app_store, app_config) = (store.clone(), web::Data::new(config.clone()));
    let attempts = web::Data::new(Attempts::default());
    let known = web::Data::new(Known::default());
    let lists = web::Data::new(Shared::<Written>::default());
    let rooms = web::Data::new(Rooms::new(&config));
    let live = Live::start(&store, &config);
    let app_live = web::Data::new(live.clone());
    let scanning = Scanning::start(&store, detectors, &config)?;
    let app_scanning = web::Data::new(scanning.clone());
    let samples = if config.demo {
        Samples::of(demo::SAMPLES)
    } else {
        Samples::default()
    };
    let samples = web::Data::new(samples);
    let server = HttpServer::new(move || {
        HttpApp::new()
            .app_data(app_live.clone())
            .app_data(app_scanning.clone())
            .app_data(samples.clone())
            .app_data(web::Data::new(app_store.clone()))
            .app_data(app_config.clone())
            .app_data(attempts.clone())
            .app_data(known.clone())
            .app_data(lists.clone())
            .app_data(rooms.clone())
            .configure(routes)
    })
    .on_connect(set_up_sockets(&config))
    // A client that is gone is noticed at once, also while it waits for an answer.
    .h1_allow_half_closed(false)
    .backlog(ACCEPT_QUEUE)
    .workers(threads(config.workers))
    .shutdown_timeout(DRAIN_SECONDS)
    .disable_signals()
    .bind(config.listen)
    .map_err(|e| Error::internal(format!("cannot listen on {}: {e}", config.listen)))?;
    let addr = server.addrs().first().copied().unwrap_or(config.listen);
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok(App {
        addr,
        store,
        live,
        scanning,
        handle,
    })
}

impl App {
    /// Stops accepting, sends the live sessions away, finishes the requests under way, and when all are gone or
    /// after `DRAIN_SECONDS` stops what is looked at; last, since a request may still queue a photo.
    pub async fn stop(self) {
        // Accepting ends with the call; the rest is waited for.
        let stopped = self.handle.stop(true);
        let sessions = u32::try_from(self.live.sessions()).unwrap_or(u32::MAX);
        let spread = COME_BACK_WITHIN.max(COME_BACK_EACH * sessions);
        self.live.drain(spread).await;
        stopped.await;
        self.scanning.stop().await;
    }
}

/// Every client takes a descriptor, and many systems give a program a thousand unless it asks for more.
fn raise_descriptor_limit() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => log::debug!("descriptors={limit}"),
        Err(error) => log::warn!("no more file descriptors can be had cause={error}"),
    }
}

fn threads(asked: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    if asked == 0 { cores } else { asked }
}
