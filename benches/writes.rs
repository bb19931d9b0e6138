//! How many movements a second are durable, beside one commit for each.
//!
//! `cargo bench --bench writes` measures SQLite; with `DATABASE_URL=postgres://…` naming an empty database also
//! PostgreSQL. Each write is a real one: all that `POST /api/movements` does in the database, events and policy
//! included. Prints the table of `docs/PERFORMANCE.md`.
#![expect(clippy::print_stdout, reason = "the table is the output")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use aims::config::Config;
use aims::domain::access::User;
use aims::domain::items::{self, NewItem};
use aims::domain::movements::{self, NewMovement, Requested};
use aims::domain::people;
use aims::domain::warehouses::{self, NewWarehouse};
use aims::error::Result;
use aims::events::Actor;
use aims::store::Store;
use futures_util::future::join_all;

/// Long enough for a few thousand commits, short enough to be run often.
const MEASURED: Duration = Duration::from_secs(4);
const ITEMS: usize = 100;
const CALLERS: [usize; 3] = [1, 8, 64];

fn main() {
    actix_web::rt::System::new().block_on(async {
        println!("| backend | commits | warehouses | callers | writes/s | p50 ms | p99 ms |");
        println!("|---|---|--:|--:|--:|--:|--:|");
        for batch in [1, 128] {
            for callers in CALLERS {
                let dir = tempfile::tempdir().expect("a folder for the database");
                let url = format!("sqlite://{}", dir.path().join("bench.db").display());
                let config = Config {
                    write_batch: batch,
                    ..Config::for_database(url)
                };
                let how = if batch == 1 { "one each" } else { "in groups" };
                report(
                    "SQLite",
                    how,
                    &Load::run(&config, 1, callers).await.expect("a load"),
                );
            }
        }
        if let Some(url) = postgres() {
            for (warehouses, callers) in [(1, 1), (1, 8), (1, 64), (8, 64)] {
                let config = Config::for_database(&url);
                let load = Load::run(&config, warehouses, callers)
                    .await
                    .expect("a load");
                report("PostgreSQL", "one each", &load);
            }
        }
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "the benchmark is told its server here"
)]
fn postgres() -> Option<String> {
    std::env::var("DATABASE_URL")
        .ok()
        .filter(|url| url.starts_with("postgres"))
}

#[expect(clippy::cast_precision_loss, reason = "the counts are small")]
fn report(backend: &str, how: &str, load: &Load) {
    let rate = load.waits.len() as f64 / MEASURED.as_secs_f64();
    println!(
        "| {backend} | {how} | {} | {} | {rate:.0} | {:.1} | {:.1} |",
        load.warehouses,
        load.callers,
        load.percentile(50).as_secs_f64() * 1000.0,
        load.percentile(99).as_secs_f64() * 1000.0,
    );
}

struct Load {
    warehouses: usize,
    callers: usize,
    /// How long each write took, shortest first.
    waits: Vec<Duration>,
}

impl Load {
    async fn run(config: &Config, warehouses: usize, callers: usize) -> Result<Self> {
        let store = Store::open(config)?;
        let tag = uuid::Uuid::now_v7().simple().to_string();
        let user = prepare(&store, tag.clone(), warehouses).await?;
        let until = Instant::now() + MEASURED;
        let calls = (0..callers).map(|n| {
            let warehouse = format!("{tag}-{}", n % warehouses);
            call(
                store.clone(),
                user.clone(),
                warehouse,
                (n, tag.clone()),
                until,
            )
        });
        let mut waits: Vec<Duration> = join_all(calls).await.into_iter().flatten().collect();
        waits.sort_unstable();
        Ok(Self {
            warehouses,
            callers,
            waits,
        })
    }

    fn percentile(&self, percent: usize) -> Duration {
        self.waits
            .get(self.waits.len() * percent / 100)
            .copied()
            .unwrap_or_default()
    }
}

async fn call(
    store: Store,
    user: User,
    warehouse: String,
    (first, tag): (usize, String),
    until: Instant,
) -> Vec<Duration> {
    let mut waits = Vec::new();
    for n in first.. {
        let begin = Instant::now();
        if begin >= until {
            break;
        }
        let movement = NewMovement {
            warehouse: warehouse.clone(),
            sku: format!("{tag}-{}", n * 7 % ITEMS),
            kind: if n % 2 == 0 {
                Requested::Receive
            } else {
                Requested::Adjust
            },
            quantity: 1,
            reason: Some("benchmark".into()),
            note: None,
            occurred_at: None,
            r#ref: None,
        };
        let who = user.clone();
        let written = store
            .write(user.actor(), move |tx| {
                movements::record(tx, &who, &movement)
            })
            .await;
        if let Err(error) = written {
            panic!("a write failed: {error}");
        }
        waits.push(begin.elapsed());
    }
    waits
}

async fn prepare(store: &Store, tag: String, warehouses: usize) -> Result<User> {
    let prepared = store.write(Actor::system(), move |tx| {
        let id = people::add(tx, &tag, "Bench", true)?;
        let (login, name, roles) = (tag.clone(), "Bench".into(), BTreeMap::new());
        let user = User {
            id,
            login,
            name,
            admin: true,
            roles,
        };
        for n in 0..warehouses {
            let (code, name) = (format!("{tag}-{n}"), "Bench".into());
            warehouses::create(tx, &user, &NewWarehouse { code, name })?;
        }
        for n in 0..ITEMS {
            items::create(tx, &user, &item(format!("{tag}-{n}")))?;
        }
        Ok(user)
    });
    prepared.await
}

fn item(sku: String) -> NewItem {
    let (name, category, unit) = (sku.clone(), String::new(), "piece".into());
    NewItem {
        sku,
        name,
        category,
        unit,
        barcodes: Vec::new(),
    }
}
