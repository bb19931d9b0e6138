//! AIMS in real windows: headless Chromium against the real program.

#![expect(
    clippy::unwrap_used,
    reason = "the lint exempts test functions alone, not what they call"
)]

mod count;
mod driver;
mod fallback;
mod focus;
mod keyboard;
mod live;
mod paste;
mod proxy;
mod restart;
mod review;
mod scan;
mod sign_in;
mod stage;
mod tour;
mod window;

#[path = "../support/mod.rs"]
mod tools;
