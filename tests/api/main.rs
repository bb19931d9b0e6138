//! AIMS as its users meet it: over HTTP and WebSocket, on both databases. One file per noun.

#![expect(
    clippy::unwrap_used,
    reason = "the lint exempts test functions alone, not what they call"
)]

mod access;
mod crash;
mod health;
mod inventory;
mod log;
mod movements;
mod once;
mod orders;
mod policy;
mod races;
mod store;
mod support;
#[path = "../support/mod.rs"]
mod tools;
mod transfers;
