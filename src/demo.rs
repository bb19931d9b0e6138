//! A believable shop to look at: `aims --demo`.
//!
//! Nothing here writes a row by itself. The people of the shop do what people do, day by day for
//! `DAYS` days, through the same functions that serve their clicks, with the clock set back: customers
//! buy, policy suggests, an approver decides in the morning, goods come in after their lead time, something
//! breaks now and then. So the ledger adds up, the charts show something true, and `aims check` has nothing
//! to say. The dice are seeded: the same shop every time, but for the date and the secrets.

mod days;
mod dice;
mod opening;
mod photos;
mod shop;
mod welcome;

use std::fs;
use std::io::ErrorKind;

use crate::config::Config;
use crate::db;
use crate::error::{Error, Result};
use crate::events::Actor;
use crate::store::Store;
use crate::time::Time;
use days::Shop;
use shop::BRANCHES;

pub use photos::SAMPLES;
pub use welcome::Welcome;

/// Days of history. Longer makes the start slower, by about a hundredth of a second a day.
const DAYS: i64 = 120;

/// The same settings, with the demo's own database, from which everything of the last time is removed.
///
/// # Errors
/// `internal` while another demo is running on it.
pub fn on_its_own_database(mut config: Config) -> Result<Config> {
    config.database = format!("sqlite://{}", config.demo_file.display());
    if config.demo_file.exists() {
        db::refuse_if_in_use(&config.database)?;
    }
    for ending in ["", "-wal", "-shm"] {
        let mut file = config.demo_file.clone().into_os_string();
        file.push(ending);
        match fs::remove_file(&file) {
            Err(e) if e.kind() != ErrorKind::NotFound => {
                return Err(Error::internal(format!("{}: {e}", file.display())));
            }
            _ => {}
        }
    }
    Ok(config)
}

/// Fills an empty database with the shop and its history.
pub async fn make(store: &Store, config: &Config) -> Result<Welcome> {
    let now = Time::now();
    let opened = Time(now.day() * Time::DAY).plus_days(-DAYS);
    let mut shops = store
        .write(Actor::system(), move |tx| {
            tx.set_now(opened.plus_seconds(6 * 3600));
            let people = opening::open(tx)?;
            Ok(BRANCHES
                .each_ref()
                .map(|branch| Shop::new(branch, people.clone())))
        })
        .await?;
    for days_left in (0..DAYS).rev() {
        shops = store
            .write(Actor::system(), move |tx| {
                shops
                    .iter_mut()
                    .try_for_each(|shop| shop.day(tx, now, days_left))?;
                Ok(shops)
            })
            .await?;
    }
    let [north, _] = shops;
    welcome::prepare(store, config, north.people).await
}
