//! The stage of a scenario: the real program on a database of its own, and what must hold when it is over.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_rt::time::sleep;
use aims::domain::access::Role;
use aims::domain::check::check;
use aims::events::position;
use aims::schema::movement;
use aims::store::Store;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::client::Client;
use crate::crowd::Crowd;
use crate::database::Database;
use crate::dice::Dice;
use crate::resources::Resources;
use crate::tally::Tally;
use crate::tools::aims::Aims;
use crate::tools::people::{ROOMS, settle};
use crate::tools::wait::PATIENCE;
use crate::writer;

/// The codes of the rooms, in the order of [`ROOMS`].
pub(crate) const ROOM_CODES: [&str; 2] = ["north", "harbour"];

/// Items in each room.
pub(crate) const ITEMS: usize = 16;

/// KiB by which the program may have grown when everybody has gone again, against what it held when it
/// was warm. Its allocator keeps some of what was given back; a session that stays keeps 10 KiB and more,
/// and its queues a mebibyte.
const GROWN: u64 = 24 * 1024;

/// Descriptors that may be open beyond those of the warm program: requests of the test's own that are kept
/// alive, and connections to the database.
const DESCRIPTORS: usize = 24;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Clients in a crowd.
    pub(crate) clients: usize,
    /// Writes under them.
    pub(crate) writes: usize,
    /// Clients in a storm.
    pub(crate) storm: usize,
    /// How often what takes long is repeated.
    pub(crate) rounds: usize,
}

/// Limits of the server: small, so that a run meets them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Seconds.
    pub(crate) heartbeat: f64,
    /// Seconds.
    pub(crate) join_within: u32,
    /// Seconds.
    pub(crate) unacked: u32,
    /// Messages.
    pub(crate) mailbox: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            heartbeat: 1.0,
            join_within: 20,
            unacked: 3,
            mailbox: 64,
        }
    }
}

/// A running stock room.
pub(crate) struct Stage {
    pub(crate) aims: Aims,
    pub(crate) database: Database,
    pub(crate) scale: Scale,
    pub(crate) tally: Rc<Tally>,
    /// Movements that were acknowledged: they must outlive everything.
    pub(crate) acknowledged: Rc<RefCell<BTreeSet<i64>>>,
    tokens: Vec<(Role, String)>,
    warm: Cell<Resources>,
}

impl Stage {
    /// Builds it.
    pub(crate) async fn set(database: Database, scale: Scale, tally: Rc<Tally>) -> Self {
        let store = Store::open(&database.config()).unwrap();
        let tokens = settle(&store).await;
        drop(store);
        let aims = Aims::start(&["--database", &database.url]);
        let warm = Cell::new(Resources::of(aims.guard.as_ref().unwrap().process));
        let mut stage = Self {
            aims,
            database,
            scale,
            tally,
            acknowledged: Rc::default(),
            tokens,
            warm,
        };
        writer::stock(&stage).await;
        stage.aims.kill();
        stage.reopen(Limits::default(), &[]).await;
        stage
    }

    /// Starts the program with other limits and in another environment, and warms it up. Kills it first
    /// where it runs.
    pub(crate) async fn reopen(&mut self, limits: Limits, environment: &[(String, String)]) {
        self.must_not_have_panicked();
        self.aims.kill();
        let address = self.address();
        let set = |name: &str, value: &dyn ToString| format!("--{name}={}", value.to_string());
        self.aims.arguments = vec![
            set("listen", &address),
            set("database", &self.database.url),
            set("heartbeat", &limits.heartbeat),
            set("join-within", &limits.join_within),
            set("unacked", &limits.unacked),
            set("mailbox", &limits.mailbox),
            set("replay", &64),
            set("resume-limit", &200),
            set("send-buffer", &16),
            set("workers", &2),
            set("connections", &6),
            set("max-sessions", &6000),
        ];
        self.aims.environment = environment.to_vec();
        self.restart().await;
    }

    /// Starts the program again, and warms it up.
    pub(crate) async fn restart(&mut self) {
        self.aims.restart();
        self.warm_up().await;
    }

    /// Uses the program once as it will be used, so that what it holds afterwards is what it needs.
    pub(crate) async fn warm_up(&self) {
        let mut dice = Dice::of(0, "warming up");
        let crowd = Crowd::gather(self, &self.aims.url(), self.scale.clients, &mut dice).await;
        writer::write(self, 10, false, &mut dice).await;
        crowd.finish(self).await;
        self.until_gone(0).await;
        self.is_warm();
    }

    /// From here on the program needs no more than it has.
    pub(crate) fn is_warm(&self) {
        self.warm.set(self.resources());
    }

    /// Where the program listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.aims
            .url()
            .trim_start_matches("http://")
            .parse()
            .unwrap()
    }

    /// The person who has that role in both rooms.
    pub(crate) fn caller(&self, role: Role) -> Client {
        self.caller_by(&self.aims.url(), role)
    }

    /// The same, by another line.
    pub(crate) fn caller_by(&self, url: &str, role: Role) -> Client {
        let (_, token) = self.tokens.iter().find(|(held, _)| *held == role).unwrap();
        Client::new(url.into()).with_token(token)
    }

    /// Where the rooms stand in the database.
    pub(crate) fn heads(&self) -> [i64; 2] {
        let mut db = self.database.connect();
        ROOMS.map(|room| position(&mut db, room).unwrap().seq)
    }

    /// What the live connection says of itself.
    pub(crate) async fn figures(&self) -> Value {
        self.caller(Role::Admin).get("/api/admin/live").await.done()
    }

    pub(crate) fn resources(&self) -> Resources {
        Resources::of(self.aims.guard.as_ref().unwrap().process)
    }

    /// Waits until no more than so many sessions are there, and nothing is left of the others.
    pub(crate) async fn until_gone(&self, sessions: u64) {
        let began = Instant::now();
        loop {
            let figures = self.figures().await;
            let gone = |what: &str| figures[what].as_u64().is_some_and(|n| n <= sessions);
            // Whoever is left is in both rooms at most.
            let subscriptions = figures["subscriptions"].as_u64() <= Some(2 * sessions);
            if gone("sessions") && gone("subscribers") && subscriptions {
                return;
            }
            if began.elapsed() > PATIENCE / 2 {
                let expected = format!("expected {sessions} sessions to be left");
                return self
                    .tally
                    .wrong("the server", format_args!("{expected}, got {figures}"));
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// What must hold when a scenario is over.
    pub(crate) async fn check(&self) {
        self.until_gone(0).await;
        self.resources_came_back().await;
        self.must_not_have_panicked();
        let mut db = self.database.connect();
        let found = check(&mut db).unwrap();
        if !found.is_empty() {
            self.tally.wrong(
                "the database",
                format_args!("expected it to agree with itself, got {found:?}"),
            );
        }
        let kept: Vec<i64> =
            aims::on_db!(&mut db, c => movement::table.select(movement::id).load(c).unwrap());
        let kept: BTreeSet<i64> = kept.into_iter().collect();
        let acknowledged = self.acknowledged.borrow();
        let lost: Vec<_> = acknowledged.difference(&kept).collect();
        if !lost.is_empty() {
            let expected = "expected every acknowledged movement";
            self.tally.wrong(
                "the database",
                format_args!("{expected}, missing are {lost:?}"),
            );
        }
    }

    /// Waits until what the program holds is what it held when it was warm, or a little more.
    pub(crate) async fn resources_came_back(&self) {
        let (began, warm) = (Instant::now(), self.warm.get());
        loop {
            let now = self.resources();
            let few = now.descriptors <= warm.descriptors + DESCRIPTORS;
            if few && now.resident <= warm.resident + GROWN {
                return;
            }
            if began.elapsed() > PATIENCE / 2 {
                let expected = format!("expected about {warm:?}, as when it was warm");
                return self
                    .tally
                    .wrong("the server", format_args!("{expected}, got {now:?}"));
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn must_not_have_panicked(&self) {
        let said = self.aims.said();
        if let Some(line) = said.lines().find(|line| line.contains("panicked")) {
            self.tally
                .wrong("the server", format_args!("expected no panic: {line}"));
        }
    }

    /// Waits until the server is ready again.
    pub(crate) async fn until_ready(&self) {
        let began = Instant::now();
        let nobody = Client::new(self.aims.url());
        loop {
            let reply = nobody.try_get("/readyz").await;
            if reply.is_some_and(|reply| reply.status == 200) {
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "expected /readyz to be green again"
            );
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The key of the item of that number.
pub(crate) fn sku(item: usize) -> String {
    format!("ITEM-{item}")
}

/// A new item.
pub(crate) fn item(number: usize) -> Value {
    json!({ "sku": sku(number), "name": format!("Thé {number}"), "category": "Tea", "unit": "pack" })
}
