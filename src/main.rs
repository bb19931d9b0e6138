//! The command line; no logic.

use std::process::ExitCode;

use aims::app;
use aims::config::Cli;
use clap::Parser;

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("info"))
        // At the level below it writes requests byte by byte, and with them the keys of remote detectors.
        .filter_module("ureq_proto", log::LevelFilter::Debug)
        .init();
    app::main(Cli::parse())
}
