//! The pages outside the stock room: signing in and out, choosing a password, the demo's welcome.
//!
//! They are plain forms, and work without script. A form that another site sends is refused, lest it sign
//! somebody in as another.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::see_other;
use crate::config::Config;
use crate::domain::links::Purpose;
use crate::domain::secrets::Secret;
use crate::error::{Code, Error, Result};
use crate::store::Store;
use crate::web::auth::{self, MaybeUser};
use crate::web::origin;
use crate::web::respond::{self, Response};
use crate::web::sign_in::{self, Attempts, Credentials, Door};
use crate::web::templates;

/// Where to go after signing in.
#[derive(Debug, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// What the sign-in form sends.
#[derive(Deserialize)]
pub struct SignIn {
    #[serde(flatten)]
    next: Next,
    login: String,
    password: String,
}

/// What the form for a new password sends.
#[derive(Deserialize)]
pub struct NewPassword {
    password: String,
    repeat: String,
}

/// What a door needs, in one parameter.
pub struct Doorway {
    request: HttpRequest,
    store: web::Data<Store>,
    config: web::Data<Config>,
    attempts: web::Data<Attempts>,
}

macro_rules! hidden {
    ($($name:ident)*) => { $(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )* };
}
hidden!(SignIn NewPassword Doorway);

impl actix_web::FromRequest for Doorway {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready(Self::of(request))
    }
}

impl Doorway {
    fn of(request: &HttpRequest) -> Result<Self> {
        let missing = || Error::internal("the routes were set up without their data");
        let config: &web::Data<Config> = request.app_data().ok_or_else(missing)?;
        if !request.method().is_safe() && from_elsewhere(request, config) {
            let detail = "This form was sent by another site.";
            return Err(Error::refused(Code::CrossOrigin, detail));
        }
        Ok(Self {
            request: request.clone(),
            config: config.clone(),
            store: request.app_data().cloned().ok_or_else(missing)?,
            attempts: request.app_data().cloned().ok_or_else(missing)?,
        })
    }

    fn door(&self) -> Door<'_> {
        Door {
            store: &self.store,
            config: &self.config,
            attempts: &self.attempts,
        }
    }

    /// Lets a browser in and sends it on.
    fn admit(&self, secret: &Secret, next: &str) -> HttpResponse {
        let cookie = auth::session_cookie(secret, &self.config);
        let mut response = see_other(local(next));
        if let Ok(cookie) = header::HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Whether a browser says that another site sent this. Programs say nothing, and have no one to fool.
fn from_elsewhere(request: &HttpRequest, config: &Config) -> bool {
    let told = ["sec-fetch-site", "origin"];
    told.iter()
        .any(|name| request.headers().contains_key(*name))
        && !origin::same_origin(request, config)
}

/// An address of this server: everything else leads home.
fn local(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if ours { next } else { "/" }
}

/// The sign-in page; those who are signed in pass.
pub async fn sign_in_page(me: MaybeUser, query: web::Query<Next>) -> Response {
    if me.0.is_some() {
        return Ok(see_other(local(&query.next)));
    }
    let context = json!({ "next": query.next, "login": null, "error": null });
    templates::page("sign_in", StatusCode::OK, &context)
}

/// Signs in by password.
pub async fn sign_in(here: Doorway, form: web::Form<SignIn>) -> Response {
    let SignIn {
        next: Next { next },
        login,
        password,
    } = form.into_inner();
    let typed = Credentials {
        login: login.clone(),
        password,
    };
    match here.door().sign_in(&here.request, typed).await {
        Ok(secret) => Ok(here.admit(&secret, &next)),
        Err(error) => again("sign_in", json!({ "next": next, "login": login }), error),
    }
}

/// Signs out.
pub async fn sign_out(_: MaybeUser, here: Doorway) -> Response {
    sign_in::sign_out(&here.request, &here.store).await?;
    let gone = auth::no_session_cookie(&here.config);
    Ok(HttpResponse::SeeOther()
        .cookie(gone)
        .insert_header((header::LOCATION, "/sign-in"))
        .finish())
}

/// The page on which somebody who was invited chooses a password.
pub async fn password_page(here: Doorway, secret: web::Path<String>) -> Response {
    let link = Secret::presented(secret.as_str());
    let guest = here.door().guest(link, Purpose::SetPassword).await?;
    let context = json!({ "secret": *secret, "login": guest.login, "error": null });
    templates::page("set_password", StatusCode::OK, &context)
}

/// Sets the password, and signs in with it.
pub async fn set_password(
    here: Doorway,
    secret: web::Path<String>,
    form: web::Form<NewPassword>,
) -> Response {
    let NewPassword { password, repeat } = form.into_inner();
    let link = Secret::presented(secret.as_str());
    let guest = here
        .door()
        .guest(link.clone(), Purpose::SetPassword)
        .await?;
    let context = json!({ "secret": *secret, "login": guest.login });
    if password != repeat {
        let differ = Error::field("/repeat", "differs", "The two passwords differ.");
        return again("set_password", context, differ);
    }
    match here.door().set_password(link, password).await {
        Ok(session) => Ok(here.admit(&session, "/")),
        Err(error) => again("set_password", context, error),
    }
}

/// The page behind a sign-in link of the demo. Opening it changes nothing: programs that look through
/// links open them too.
pub async fn welcome_page(here: Doorway, secret: web::Path<String>) -> Response {
    let link = Secret::presented(secret.as_str());
    let guest = here.door().guest(link, Purpose::SignIn).await?;
    let context = json!({ "secret": *secret, "name": guest.name });
    templates::page("welcome", StatusCode::OK, &context)
}

/// Signs in by the link.
pub async fn welcome(here: Doorway, secret: web::Path<String>) -> Response {
    let link = Secret::presented(secret.as_str());
    let session = here.door().welcome(link).await?;
    Ok(here.admit(&session, "/"))
}

/// The same form once more, with what was wrong; what is nobody's mistake is passed on.
fn again(page: &str, mut context: Value, error: Error) -> Response {
    let Error::Refused(problem) = &error else {
        return Err(error);
    };
    let field = problem.errors.first().map(|field| field.detail.clone());
    context["error"] = field.unwrap_or_else(|| problem.detail.clone()).into();
    templates::page(page, respond::status(&error), &context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site_after_signing_in() {
        assert_eq!(local("/w/north?tab=way"), "/w/north?tab=way");
        for elsewhere in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil",
            "/a\nb",
        ] {
            assert_eq!(local(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
