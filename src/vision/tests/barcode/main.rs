//! Whether the barcode detector counts right: on drawn shelves, on full grids, on pictures without a code, and when
//! it is hurried.
//!
//! `cargo test -p aims-vision --test barcode -- --nocapture` prints the figures; with `--ignored` those of ten times
//! as many photos.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "helpers of tests; figures are what one reads of them; pixels are small numbers"
)]

mod drawing;
mod grids;
mod hurry;
mod judge;
mod nothing;
mod scenes;
mod shelves;
mod upright;
