//! Signing in and out: by password, by a link, and the work that both the API and the pages need for it.

mod attempts;
mod door;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

pub use attempts::Attempts;
pub use door::Door;

use super::auth::{self, Anyone, May};
use super::input::Body;
use super::people::Me;
use super::respond::{self, Response};
use crate::config::Config;
use crate::domain::{logins, passwords};
use crate::error::{Code, Error, Result};
use crate::events::Actor;
use crate::store::Store;
use crate::time::Time;

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

/// Ends the session of the browser that asks.
pub async fn sign_out(request: &HttpRequest, store: &Store) -> Result<()> {
    let Some(secret) = auth::session_secret(request) else {
        return Ok(());
    };
    store
        .write(Actor::system(), move |tx| logins::delete(tx, &secret))
        .await
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
    Ok(HttpResponse::NoContent()
        .cookie(auth::no_session_cookie(&config))
        .finish())
}
