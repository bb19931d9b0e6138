//! A run: all scenarios in an order that the seed decides, on one database, with the invariants checked
//! after each.

use std::any::Any;
use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_rt::System;
use actix_rt::time::timeout;
use aims::db::Backend;
use futures_util::FutureExt;

use crate::database::Database;
use crate::dice::Dice;
use crate::scenarios::{self, Scenario};
use crate::stage::{Scale, Stage};
use crate::tally::Tally;

/// How long one scenario may take; only ever used up by one that hangs.
const PATIENCE: Duration = Duration::from_mins(5);

const SHORT: Scale = Scale {
    clients: 12,
    writes: 60,
    storm: 250,
    rounds: 1,
};

const LONG: Scale = Scale {
    clients: 40,
    writes: 400,
    storm: 2_000,
    rounds: 3,
};

/// What the environment asks for.
struct Asked {
    first: u64,
    seeds: u64,
    long: bool,
    /// Only scenarios whose names contain this.
    scenario: String,
}

impl Asked {
    #[expect(
        clippy::disallowed_methods,
        reason = "settings of the tests, not of AIMS"
    )]
    fn read() -> Self {
        let text = |name: &str| std::env::var(name).unwrap_or_default();
        let number = |name: &str| match text(name).as_str() {
            "" => 1,
            number => number
                .parse()
                .unwrap_or_else(|_| panic!("{name} is a number")),
        };
        Self {
            first: number("AIMS_STRESS_SEED"),
            seeds: number("AIMS_STRESS_SEEDS"),
            long: !matches!(text("AIMS_STRESS_LONG").as_str(), "" | "0"),
            scenario: text("AIMS_STRESS_SCENARIO"),
        }
    }

    /// The environment that repeats a scenario.
    fn replay(&self, seed: u64, scenario: &str) -> String {
        let long = if self.long { "AIMS_STRESS_LONG=1 " } else { "" };
        format!("{long}AIMS_STRESS_SEED={seed} AIMS_STRESS_SCENARIO={scenario}")
    }
}

/// Runs what is asked for on a database, or says that there is none.
pub(crate) fn run(backend: Backend) {
    let asked = Asked::read();
    // A storm takes a descriptor for each client.
    rlimit::increase_nofile_limit(u64::MAX).unwrap();
    let (began, tally) = (Instant::now(), Rc::<Tally>::default());
    for seed in asked.first..asked.first + asked.seeds {
        let Some(database) = Database::create(backend) else {
            return;
        };
        System::new().block_on(play(database, &asked, seed, &tally));
    }
    say(&format!(
        "stress on {backend:?}: {} scenarios, {} clients, {} writes, {} events checked, {} faults in {:.0} s, \
         replay with AIMS_STRESS_SEED={} AIMS_STRESS_SEEDS={}",
        tally.scenarios.get(),
        tally.clients.get(),
        tally.writes.get(),
        tally.events.get(),
        tally.total_faults(),
        began.elapsed().as_secs_f64(),
        asked.first,
        asked.seeds,
    ));
    note(&format!("faults by kind: {:#?}", tally.faults.borrow()));
}

async fn play(database: Database, asked: &Asked, seed: u64, tally: &Rc<Tally>) {
    let scale = if asked.long { LONG } else { SHORT };
    let backend = database.backend();
    let mut stage = Stage::set(database, scale, Rc::clone(tally)).await;
    let mut scenarios = scenarios::ALL.to_vec();
    scenarios.retain(|(name, _)| name.contains(&asked.scenario));
    assert!(
        !scenarios.is_empty(),
        "no scenario has “{}” in its name",
        asked.scenario
    );
    Dice::of(seed, "order").shuffle(&mut scenarios);
    for (name, scenario) in scenarios {
        let began = Instant::now();
        let (events, faults) = (tally.events.get(), tally.total_faults());
        let failed = perform(&mut stage, scenario, Dice::of(seed, name)).await;
        let replay = asked.replay(seed, name);
        assert!(
            failed.is_empty(),
            "seed {seed}, scenario {name}, {backend:?}:\n  {}\nreplay: {replay} cargo test --test stress",
            failed.join("\n  ")
        );
        Tally::count(&tally.scenarios);
        note(&format!(
            "{backend:?}, seed {seed}, {name}: {:.1} s, {} events, {} faults, the server has {} MiB",
            began.elapsed().as_secs_f64(),
            tally.events.get() - events,
            tally.total_faults() - faults,
            stage.resources().resident / 1024,
        ));
    }
}

/// One scenario and what must hold after it; answers what does not.
async fn perform(stage: &mut Stage, scenario: Scenario, dice: Dice) -> Vec<String> {
    let tally = Rc::clone(&stage.tally);
    let whole = async {
        scenario(stage, dice).await;
        stage.check().await;
    };
    match timeout(PATIENCE, AssertUnwindSafe(whole).catch_unwind()).await {
        Ok(Ok(())) => {}
        Ok(Err(panic)) => tally.wrong("the scenario", words(&*panic)),
        Err(_late) => tally.wrong("the scenario", "expected it to end"),
    }
    tally.take_wrong()
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied())
        .unwrap_or("panicked")
        .into()
}

/// Says something whether the test passes or not.
fn say(line: &str) {
    // Not `eprintln`, which the test runner keeps to itself where a test passes.
    std::io::stderr()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
}

/// Says something that is shown where the test fails, or with `--nocapture`.
#[expect(
    clippy::print_stdout,
    reason = "the test runner decides whether it is shown"
)]
fn note(line: &str) {
    println!("{line}");
}
