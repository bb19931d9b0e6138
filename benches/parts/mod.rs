//! What several benchmarks need: a room with people in it, and what a process costs.

#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each benchmark uses some of it"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use aims::domain::access::User;
use aims::domain::items::{self, NewItem};
use aims::domain::movements::{self, NewMovement, Requested};
use aims::domain::people;
use aims::domain::tokens::{self, NewToken};
use aims::domain::warehouses::{self, NewWarehouse};
use aims::error::Result;
use aims::events::Actor;
use aims::ids::WarehouseId;
use aims::store::{Store, Tx};
use tempfile::TempDir;

/// A second of a process's time, as `/proc` counts it (proc(5), `utime`; `sysconf(_SC_CLK_TCK)` is 100 on
/// every Linux).
const TICKS: u64 = 100;

/// A room of a benchmark's own, and who may enter it.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) id: WarehouseId,
    pub(crate) code: String,
    /// One for each client.
    pub(crate) tokens: Vec<String>,
    /// What is stocked there, ten of each.
    pub(crate) skus: Vec<String>,
}

/// The databases to measure: a SQLite file, and where `DATABASE_URL=postgres://…` names one, PostgreSQL.
pub(crate) fn databases() -> Vec<(&'static str, String, Option<TempDir>)> {
    let dir = tempfile::tempdir().expect("a folder for the database");
    let url = format!("sqlite://{}", dir.path().join("bench.db").display());
    let postgres = postgres().map(|url| ("PostgreSQL", url, None));
    [("SQLite", url, Some(dir))]
        .into_iter()
        .chain(postgres)
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the benchmark is told its server here"
)]
fn postgres() -> Option<String> {
    let url = std::env::var("DATABASE_URL").ok();
    url.filter(|url| url.starts_with("postgres"))
}

/// Opens a room with so many clients and items.
pub(crate) async fn room(store: &Store, clients: usize, stocked: usize) -> Result<Room> {
    let code = format!("bench-{:x}", rand::random::<u64>());
    let opened = store.write(Actor::system(), move |tx| {
        let user = administrator(tx, &code)?;
        let name = "Bench".into();
        let new = NewWarehouse {
            code: code.clone(),
            name,
        };
        let id = warehouses::create(tx, &user, &new)?.id;
        let tokens = (0..clients).map(|_| token(tx, &user));
        let tokens = tokens.collect::<Result<_>>()?;
        let skus = (0..stocked).map(|n| item(tx, &user, &code, n));
        let skus = skus.collect::<Result<_>>()?;
        Ok(Room {
            id,
            code,
            tokens,
            skus,
        })
    });
    opened.await
}

fn administrator(tx: &mut Tx<'_>, login: &str) -> Result<User> {
    let name = "Bench".to_owned();
    let id = people::add(tx, login, &name, true)?;
    Ok(User {
        id,
        login: login.into(),
        name,
        admin: true,
        roles: BTreeMap::new(),
    })
}

fn token(tx: &mut Tx<'_>, user: &User) -> Result<String> {
    let secret = tokens::secret();
    let new = NewToken {
        name: "bench".into(),
        expires_in_days: None,
    };
    tokens::create(tx, user, &secret, &new)?;
    Ok(secret.reveal().to_owned())
}

fn item(tx: &mut Tx<'_>, user: &User, room: &str, n: usize) -> Result<String> {
    let sku = format!("{room}-{n}");
    let new = NewItem {
        sku: sku.clone(),
        name: format!("Item {n}"),
        category: "Bench".into(),
        unit: "piece".into(),
        barcodes: Vec::new(),
    };
    items::create(tx, user, &new)?;
    movements::record(tx, user, &receipt(room, &sku, 10))?;
    Ok(sku)
}

/// The arrival of some pieces.
pub(crate) fn receipt(room: &str, sku: &str, quantity: i64) -> NewMovement {
    NewMovement {
        warehouse: room.into(),
        sku: sku.into(),
        kind: Requested::Receive,
        quantity,
        reason: None,
        note: None,
        occurred_at: None,
        r#ref: None,
    }
}

/// Memory of a process, in KiB (proc(5), `VmRSS`).
pub(crate) fn resident(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}

/// How long a process has worked, in itself and in the kernel for it.
pub(crate) fn worked(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name, in parentheses, may hold anything; the state is the first field after it, `utime` the twelfth.
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    let times = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = times.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}
