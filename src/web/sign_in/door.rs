//! The door: every way in, for the API and for the pages.

use std::time::Duration;

use actix_web::HttpRequest;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::{Attempts, Credentials, wrong};
use crate::config::Config;
use crate::domain::links::{self, Guest, Purpose};
use crate::domain::secrets::Secret;
use crate::domain::{logins, passwords, people};
use crate::error::{Error, Result};
use crate::events::Actor;
use crate::ids::UserId;
use crate::store::Store;
use crate::time::Time;

/// Passwords hashed at once. Each takes [`Config::password_memory`], and a core for tens of milliseconds.
static HASHING: Semaphore = Semaphore::const_new(4);

/// How long a password may wait to be hashed before its sender is told 503.
const HASHING_WAIT: Duration = Duration::from_secs(10);

/// Where an attempt to sign in takes place.
#[derive(Debug)]
pub struct Door<'a> {
    /// The database.
    pub store: &'a Store,
    /// The settings.
    pub config: &'a Config,
    /// Who tried lately.
    pub attempts: &'a Attempts,
}

impl Door<'_> {
    /// Signs in by password; the answer is the secret for [`session_cookie`](crate::web::auth::session_cookie).
    ///
    /// # Errors
    /// `wrong_credentials`, `rate_limited`.
    pub async fn sign_in(&self, request: &HttpRequest, typed: Credentials) -> Result<Secret> {
        let login = typed.login.trim().to_lowercase();
        let peer = request.peer_addr().map(|addr| addr.ip());
        self.attempts.count(&login, peer)?;
        let known = if login.chars().any(char::is_control) {
            None
        } else {
            let find = move |db: &mut _| people::credentials(db, &login);
            self.store.read(find).await?
        };
        let (id, kept) = known.map_or((None, None), |known| (Some(known.id), known.password));
        let memory = self.config.password_memory;
        let right = hashing(move || passwords::verify(&typed.password, kept.as_deref(), memory));
        match (right.await?, id) {
            (true, Some(id)) => self.admit(id).await,
            _ => Err(wrong()),
        }
    }

    /// Sets a password by a link, and signs in with it.
    ///
    /// # Errors
    /// `not_found` when the link was used or has expired, `validation` for a password that is too short.
    pub async fn set_password(&self, link: Secret, password: String) -> Result<Secret> {
        self.guest(link.clone(), Purpose::SetPassword).await?;
        passwords::check(&password)?;
        let memory = self.config.password_memory;
        let hash = hashing(move || passwords::hash(&password, memory)).await?;
        let days = self.config.login_days;
        self.store
            .write(Actor::system(), move |tx| {
                let guest = people::set_password(tx, &link, &hash)?;
                logins::create(tx, guest.id, days)
            })
            .await
    }

    /// Signs in by a link of the demo.
    ///
    /// # Errors
    /// `not_found` when the link has expired.
    pub async fn welcome(&self, link: Secret) -> Result<Secret> {
        let guest = self.guest(link, Purpose::SignIn).await?;
        self.admit(guest.id).await
    }

    /// Whom a link is for.
    ///
    /// # Errors
    /// `not_found` when it was used or has expired.
    pub async fn guest(&self, link: Secret, purpose: Purpose) -> Result<Guest> {
        self.store
            .read(move |db| links::find(db, &link, purpose, Time::now()))
            .await
    }

    async fn admit(&self, id: UserId) -> Result<Secret> {
        let days = self.config.login_days;
        self.store
            .write(Actor::system(), move |tx| logins::create(tx, id, days))
            .await
    }
}

/// Runs the slow work of passwords away from the threads that answer, a few at a time.
async fn hashing<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let turn = tokio::time::timeout(HASHING_WAIT, HASHING.acquire());
    let turn = turn.await.map_err(Error::busy)?.map_err(Error::internal)?;
    // The turn goes with the work: a caller who hangs up does not end it.
    let work = move || {
        let _turn = turn;
        work()
    };
    spawn_blocking(work).await.map_err(Error::internal)?
}
