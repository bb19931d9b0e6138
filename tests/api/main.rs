//! AIMS as its users meet it: over HTTP and WebSocket, on both databases. One file per noun.

#![expect(
    clippy::unwrap_used,
    reason = "the lint exempts test functions alone, not what they call"
)]

mod access;
mod backup;
mod catalogue;
mod command;
mod crash;
mod edges;
mod events;
mod guards;
mod health;
mod inventory;
mod items;
mod leaving;
mod live;
mod live_faults;
mod live_random;
mod live_refusals;
mod log;
mod movements;
mod once;
mod orders;
mod outage;
mod pages;
mod people;
mod policy;
mod races;
mod scans;
mod schema;
mod sheet_races;
mod sheet_refusals;
mod sheets;
mod sign_in;
#[path = "../support/signals.rs"]
mod signals;
mod store;
mod support;
mod tokens;
#[path = "../support/mod.rs"]
mod tools;
mod transfers;
mod warehouses;
