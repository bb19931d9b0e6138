//! Random joins, leaves, drops and writes: whatever happens, every screen ends equal to the database.

use std::collections::{BTreeMap, BTreeSet};

use aims::domain::access::Role;
use aims::error::Result;
use aims::events::{Actor, Change, Draft, Event, EventName, position, since};
use aims::ids::WarehouseId;
use aims::store::{Store, Tx};
use futures_util::future::try_join_all;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::on_both;
use crate::support::socket::Socket;
use crate::tools::people::ROOMS;

const NORTH: WarehouseId = ROOMS[0];

/// Windows that look at the room at the same time.
const WINDOWS: usize = 4;

/// Sequences of steps for each database.
const RUNS: u8 = 12;

#[derive(Clone, Debug)]
enum Step {
    /// One transaction with so many events.
    Write(u8),
    /// So many transactions at once.
    Race(u8),
    /// Another server writes, and this one is not told.
    WriteElsewhere(u8),
    Join(usize),
    Leave(usize),
    /// The line breaks, with everything in it.
    Drop(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let window = || 0..WINDOWS;
    prop_oneof![
        4 => (1..6_u8).prop_map(Step::Write),
        1 => (30..60_u8).prop_map(Step::Write),
        3 => (2..6_u8).prop_map(Step::Race),
        1 => (1..4_u8).prop_map(Step::WriteElsewhere),
        6 => window().prop_map(Step::Join),
        1 => window().prop_map(Step::Leave),
        2 => window().prop_map(Step::Drop),
    ]
}

/// What a screen shows: a value for each row.
type Rows = BTreeMap<String, i64>;

/// One window of a browser.
#[derive(Default)]
struct Window {
    socket: Option<Socket>,
    joined: bool,
    /// The epoch and place that `rows` are exact for.
    has: Option<(String, i64)>,
    rows: Rows,
    /// Events up to here may come although they are applied.
    loaded: i64,
    /// How it was let in, each time.
    modes: Vec<String>,
}

async fn touch(store: &Store, events: u8) -> Result<()> {
    let one = |tx: &mut Tx<'_>, n: u8| {
        let entity = format!("row-{}", n % 8);
        let row = json!({ "entity": entity, "value": position(tx.db, NORTH)?.seq });
        let change = Change::verb("edit");
        tx.record(Draft::new(
            NORTH,
            EventName::CatalogUpdated,
            entity,
            change,
            &row,
        )?)
    };
    let write = store.write(Actor::system(), move |tx| {
        (0..events).try_for_each(|n| one(tx, n))
    });
    write.await
}

/// The rows as the database has them, and the place that they are exact for.
async fn snapshot(store: &Store) -> (i64, Rows) {
    let all = store.read(|db| since(db, NORTH, 0, usize::MAX));
    let all = all.await.unwrap().expect("nothing was pruned");
    let row = |event: &Event| serde_json::from_str(event.data.get()).unwrap();
    let rows = all.iter().map(|event| entry(&row(event))).collect();
    (all.last().map_or(0, |event| event.seq), rows)
}

fn entry(row: &Value) -> (String, i64) {
    let entity = row["entity"].as_str().unwrap().to_owned();
    (entity, row["value"].as_i64().unwrap())
}

impl Window {
    /// Joins, over the same line if there is one.
    async fn join(&mut self, app: &App) {
        if self.socket.is_none() {
            self.socket = Some(app.as_role(Role::Viewer).live().await);
        }
        let mut join = json!({ "type": "join", "room": "north" });
        if let Some((epoch, seq)) = &self.has {
            join["epoch"] = epoch.as_str().into();
            join["seq"] = (*seq).into();
        }
        self.line().say(join).await;
        let joined = self.read_until("joined").await;
        self.joined = true;
        self.modes.push(joined["mode"].as_str().unwrap().into());
        if joined["mode"] == "resumed" {
            // What came between asking and this answer comes again.
            self.loaded = self.seq();
        } else {
            let (seq, rows) = snapshot(app.store()).await;
            assert!(seq >= joined["seq"].as_i64().unwrap());
            self.has = Some((joined["epoch"].as_str().unwrap().into(), seq));
            // What comes while a snapshot loads may be in it.
            (self.loaded, self.rows) = (seq, rows);
        }
    }

    async fn leave(&mut self) {
        let leave = json!({ "type": "leave", "room": "north" });
        self.line().say(leave).await;
        self.read_until("left").await;
        self.joined = false;
    }

    fn line(&mut self) -> &mut Socket {
        self.socket.as_mut().expect("the window has a line")
    }

    /// Applies events until there is a frame of that type.
    async fn read_until(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.line().next().await;
            if frame["type"] == kind {
                return frame;
            }
            self.apply(&frame);
        }
    }

    fn apply(&mut self, event: &Value) {
        assert_eq!(event["type"], "event", "{event}");
        let seq = event["seq"].as_i64().unwrap();
        let (_, has) = self.has.as_mut().expect("events come after a snapshot");
        if seq > self.loaded {
            assert_eq!(seq, *has + 1, "none is skipped, none comes twice");
            *has = seq;
            self.rows.extend([entry(&event["data"])]);
        }
    }

    fn seq(&self) -> i64 {
        self.has.as_ref().map_or(-1, |(_, seq)| *seq)
    }
}

/// Takes the steps and lets everybody catch up; answers how windows were let in.
async fn run(app: &App, elsewhere: &App, steps: &[Step]) -> Vec<String> {
    let mut windows: [Window; WINDOWS] = Default::default();
    for step in steps {
        match *step {
            Step::Write(n) => touch(app.store(), n).await.unwrap(),
            Step::Race(n) => {
                try_join_all((0..n).map(|n| touch(app.store(), n + 1)))
                    .await
                    .unwrap();
            }
            Step::WriteElsewhere(n) => touch(elsewhere.store(), n).await.unwrap(),
            Step::Join(n) => windows[n].join(app).await,
            Step::Leave(n) if windows[n].joined => windows[n].leave().await,
            Step::Leave(_) => {}
            Step::Drop(n) => {
                windows[n].socket = None;
                windows[n].joined = false;
            }
        }
    }
    touch(app.store(), 1).await.unwrap();
    let (head, rows) = snapshot(app.store()).await;
    for window in &mut windows {
        if !window.joined {
            window.join(app).await;
        }
        while window.seq() < head {
            let frame = window.line().next().await;
            window.apply(&frame);
        }
        assert_eq!((window.seq(), &window.rows), (head, &rows));
        window.line().is_quiet().await;
    }
    windows
        .into_iter()
        .flat_map(|window| window.modes)
        .collect()
}

on_both! {
    async fn every_screen_ends_equal_to_the_database(app: App) {
        // Little is kept and resumed, so that every way back is taken.
        let small = app.beside(|config| (config.replay, config.resume_limit) = (16, 48)).await;
        let mut modes = BTreeSet::new();
        for seed in 0..RUNS {
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
            let mut runner = TestRunner::new_with_rng(Config::default(), rng);
            let steps = vec(step(), 10..50).new_tree(&mut runner).unwrap().current();
            #[expect(clippy::print_stdout, reason = "it is shown where the test fails")]
            {
                println!("seed {seed}: {steps:?}");
            }
            modes.extend(run(&small, &app, &steps).await);
        }
        assert_eq!(modes, ["live", "reset", "resumed"].map(String::from).into());
        assert_eq!(small.until_gone().await.subscriptions, 0);
    }
}
