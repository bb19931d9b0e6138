//! The command line; no logic.

use std::process::ExitCode;

use aims::app;
use aims::config::Cli;
use clap::Parser;

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("info"))
        // Below it, requests are written down byte by byte, and with them the keys of remote detectors.
        .filter_module("ureq", log::LevelFilter::Info)
        .init();
    app::main(Cli::parse())
}
