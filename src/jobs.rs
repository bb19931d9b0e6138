//! Timed work: forgetting what has served its time.
//!
//! A function of the noun's file, one line here. Every job writes in small transactions through
//! [`Store::write`], so that nobody waits long behind it.

use std::time::Duration;

use actix_web::rt;

use crate::config::Config;
use crate::domain::{links, logins, photos, policy};
use crate::error::Result;
use crate::events::{self, Actor, Keep};
use crate::store::{Store, forget_keys};

/// How often it is looked after. Rarer means larger pieces of work, oftener more idle writes.
const EVERY: Duration = Duration::from_mins(10);

/// Starts the timed work of a server in the actix system at hand; it ends with the system.
pub fn start(store: Store, config: &Config) {
    let keep = Keep {
        days: config.log_days,
        events: config.log_events,
    };
    let photo_days = config.photo_days;
    rt::spawn(async move {
        loop {
            rt::time::sleep(EVERY).await;
            if let Err(error) = run(&store, keep, photo_days).await {
                log::warn!("timed work failed and will be tried again: {error}");
            }
        }
    });
}

/// Does all timed work once.
pub async fn run(store: &Store, keep: Keep, photo_days: i64) -> Result<()> {
    let system = Actor::system;
    while store
        .write(system(), move |tx| events::prune(tx.db, tx.now(), keep))
        .await?
    {}
    while store
        .write(system(), move |tx| photos::prune(tx, photo_days))
        .await?
    {}
    store.write(system(), logins::prune).await?;
    store.write(system(), links::prune).await?;
    store.write(system(), policy::end_snoozes).await?;
    store.write(system(), forget_keys).await
}
