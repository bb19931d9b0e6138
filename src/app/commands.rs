//! What the command line asks for.

use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::process::ExitCode;

use actix_web::rt::System;
use actix_web::rt::signal::unix::{SignalKind, signal};
use futures_util::future;

use super::start;
use crate::config::{Cli, Command, Config};
use crate::domain::check;
use crate::domain::links::Purpose;
use crate::domain::people;
use crate::error::{Error, Result};
use crate::events::Actor;
use crate::store::Store;
use crate::{backup, db, demo};

/// Runs the command line: serves until SIGINT or SIGTERM, or does what was asked instead.
pub fn main(cli: Cli) -> ExitCode {
    let done = match cli.command {
        None => System::new().block_on(serve(cli.config)),
        Some(Command::Check) => verify(&cli.config.database),
        Some(Command::Backup { file }) => copy(&cli.config.database, &file),
        Some(Command::Restore { file }) => restore(&cli.config.database, &file),
    };
    done.unwrap_or_else(|error| {
        match error {
            Error::Refused(problem) => log::error!("{}", problem.detail),
            Error::Failed { cause, .. } => log::error!("{cause}"),
        }
        ExitCode::FAILURE
    })
}

async fn serve(config: Config) -> Result<ExitCode> {
    let app = if config.demo {
        let app = start(demo::on_its_own_database(config.clone())?).await?;
        demo::make(&app.store, &config).await?.print(app.addr);
        app
    } else {
        let app = start(config).await?;
        log::info!("AIMS serves on http://{}", app.addr);
        invite_first(&app.store, app.addr).await?;
        app
    };
    asked_to_stop().await?;
    log::info!("stopping: finishing what is under way");
    app.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// On a database into which nobody can sign in yet, says how the first administrator does.
#[expect(
    clippy::print_stdout,
    reason = "this is said to whoever starts the server; logs are kept"
)]
async fn invite_first(store: &Store, addr: SocketAddr) -> Result<()> {
    if let Some(secret) = store
        .write(Actor::system(), people::first_administrator)
        .await?
    {
        let path = Purpose::SetPassword.path(&secret);
        println!(
            "\nNobody can sign in yet. Set the password of “admin” here, once:\n\n  http://{addr}{path}\n"
        );
    }
    Ok(())
}

async fn asked_to_stop() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::internal)?;
    future::select(pin!(terminate.recv()), pin!(interrupt.recv())).await;
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "the findings are the output of this command"
)]
fn verify(url: &str) -> Result<ExitCode> {
    let findings = check::check(&mut db::connect_existing(url)?)?;
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("All is well: levels, balances, orders and the log agree.");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

fn copy(url: &str, file: &Path) -> Result<ExitCode> {
    backup::backup(url, file)?;
    log::info!(
        "{} is a copy of the database as it was just now",
        file.display()
    );
    Ok(ExitCode::SUCCESS)
}

fn restore(url: &str, file: &Path) -> Result<ExitCode> {
    if let Some(kept) = backup::restore(url, file)? {
        log::info!("what was there is kept as {}", kept.display());
    }
    Ok(ExitCode::SUCCESS)
}
