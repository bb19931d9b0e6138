//! Signing in and out: by password, by a link, and the work that both the API and the pages need for it.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use governor::{DefaultKeyedRateLimiter, Quota};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use utoipa::ToSchema;

use super::auth::{self, Anyone, May};
use super::input::Body;
use super::people::Me;
use super::respond::{self, RATE_LIMIT_SECONDS, Response};
use crate::config::Config;
use crate::domain::links::{self, Guest, Purpose};
use crate::domain::secrets::Secret;
use crate::domain::{logins, passwords, people};
use crate::error::{Code, Error, Result};
use crate::events::Actor;
use crate::ids::UserId;
use crate::store::Store;
use crate::time::Time;

/// Attempts that one address may make for one name at once; then one every [`RATE_LIMIT_SECONDS`].
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(20).expect("20 is not 0");

/// Names and addresses that are remembered before those that have not been seen lately are forgotten.
const REMEMBERED: usize = 10_000;

/// Passwords hashed at once. Each takes [`Config::password_memory`], and a core for tens of milliseconds.
static HASHING: Semaphore = Semaphore::const_new(4);

/// How long a password may wait to be hashed before its sender is told 503.
const HASHING_WAIT: Duration = Duration::from_secs(10);

/// Who tried to sign in lately; one for all threads of a server.
pub struct Attempts(DefaultKeyedRateLimiter<(String, Option<IpAddr>)>);

impl std::fmt::Debug for Attempts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Attempts").field(&self.0.len()).finish()
    }
}

impl Default for Attempts {
    fn default() -> Self {
        let period = Duration::from_secs(RATE_LIMIT_SECONDS);
        let quota = Quota::with_period(period).expect("the period is not 0");
        Self(DefaultKeyedRateLimiter::keyed(quota.allow_burst(ATTEMPTS)))
    }
}

impl Attempts {
    /// Counts an attempt.
    ///
    /// # Errors
    /// `rate_limited` when there were too many for this name from this address.
    fn count(&self, login: &str, from: Option<IpAddr>) -> Result<()> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&(login.into(), from)).map_err(|_until| {
            let detail = "Too many attempts to sign in by this name; wait a little.";
            Error::refused(Code::RateLimited, detail)
        })
    }
}

/// What somebody types to sign in.
#[derive(Clone, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Their name for signing in; capitals make no difference.
    #[garde(length(max = 200))]
    pub login: String,
    /// Their password.
    #[garde(length(max = passwords::MAX_BYTES))]
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({:?})", self.login)
    }
}

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
    /// Signs in by password; the answer is the secret for [`auth::session_cookie`].
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

/// Ends the session of the browser that asks.
pub async fn sign_out(request: &HttpRequest, store: &Store) -> Result<()> {
    let Some(secret) = auth::session_secret(request) else {
        return Ok(());
    };
    store
        .write(Actor::system(), move |tx| logins::delete(tx, &secret))
        .await
}

/// Runs the slow work of passwords away from the threads that answer, a few at a time.
async fn hashing<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let turn = tokio::time::timeout(HASHING_WAIT, HASHING.acquire());
    let _turn = turn.await.map_err(Error::busy)?.map_err(Error::internal)?;
    spawn_blocking(work).await.map_err(Error::internal)?
}

fn wrong() -> Error {
    let detail = "There is nobody who signs in by this name and this password.";
    Error::refused(Code::WrongCredentials, detail)
}

/// Signs a browser in: sets the session's cookie.
#[utoipa::path(post, path = "/api/auth/login", tag = "people", request_body = Credentials,
    responses((status = 200, body = Me), (status = 401, body = respond::ProblemBody),
        (status = 429, body = respond::ProblemBody)), security(()))]
pub async fn login(
    body: Body<Credentials>,
    request: HttpRequest,
    store: web::Data<Store>,
    config: web::Data<Config>,
    attempts: web::Data<Attempts>,
) -> Response {
    let door = Door {
        store: &store,
        config: &config,
        attempts: &attempts,
    };
    let secret = door.sign_in(&request, body.value).await?;
    let presented = secret.clone();
    let me = store
        .read(move |db| {
            let found = logins::find(db, &presented, Time::now())?;
            Me::of(db, &found.ok_or_else(wrong)?.user)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .cookie(auth::session_cookie(&secret, &config))
        .json(me))
}

/// Signs the browser out.
#[utoipa::path(post, path = "/api/auth/logout", tag = "people",
    responses((status = 204), (status = 401, body = respond::ProblemBody)))]
pub async fn logout(
    _: May<Anyone>,
    request: HttpRequest,
    store: web::Data<Store>,
    config: web::Data<Config>,
) -> Response {
    sign_out(&request, &store).await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT)
        .cookie(auth::no_session_cookie(&config))
        .finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_is_slowed_down_for_one_name_and_address_only() {
        let attempts = Attempts::default();
        let here = Some(IpAddr::from([127, 0, 0, 1]));
        for _ in 0..ATTEMPTS.get() {
            attempts.count("mina", here).unwrap();
        }
        let refused = attempts.count("mina", here).unwrap_err();
        assert_eq!(refused.code(), Code::RateLimited);
        attempts.count("omar", here).unwrap();
        attempts
            .count("mina", Some(IpAddr::from([127, 0, 0, 2])))
            .unwrap();
    }
}
