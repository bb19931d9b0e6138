//! Who is asking. Handlers name the right they need as the type of their first parameter.
//!
//! [`recognise`] looks at the credentials once, before any handler reads its input: so 401 and 403 come
//! before every other refusal, and nobody learns from a stranger's mistakes. A bearer token wins over a
//! cookie; a cookie is good for changes only when a page of ours sent it ([`origin`]).

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::body::MessageBody;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, rt, web};

use super::origin;
use crate::config::Config;
use crate::domain::access::{Role, User};
use crate::domain::logins::{self, Found};
use crate::domain::secrets::Secret;
use crate::domain::tokens;
use crate::error::{Code, Error, Result};
use crate::events::Actor;
use crate::store::Store;
use crate::time::Time;

/// The cookie that holds a session's secret.
pub const COOKIE: &str = "aims_session";

/// Days that a browser keeps the cookie, the most that browsers allow (RFC 6265bis section 5.5). How long
/// the session lives is for the server to say, which counts from its last use.
const COOKIE_DAYS: i64 = 400;

/// The caller, who has the role `R` in at least one warehouse; the domain checks which.
#[derive(Clone, Debug)]
pub struct May<R> {
    user: User,
    right: PhantomData<R>,
}

/// The caller, if they are signed in.
#[derive(Clone, Debug)]
pub struct MaybeUser(pub Option<User>);

impl<R> Deref for May<R> {
    type Target = User;

    fn deref(&self) -> &User {
        &self.user
    }
}

impl<R> May<R> {
    /// The caller, to be moved into a transaction.
    pub fn into_user(self) -> User {
        self.user
    }
}

/// A role as a type.
pub trait Right: 'static {
    /// The role; `None` where being signed in is enough.
    const ROLE: Option<Role>;
}

/// Everybody who is signed in, also without a role in any warehouse.
#[derive(Clone, Copy, Debug)]
pub struct Anyone;

impl Right for Anyone {
    const ROLE: Option<Role> = None;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Right for $name {
            const ROLE: Option<Role> = Some(Role::$name);
        }
    )* };
}

rights! {
    /// [`Role::Viewer`].
    Viewer
    /// [`Role::Operator`].
    Operator
    /// [`Role::Approver`].
    Approver
    /// [`Role::Admin`].
    Admin
}

impl<R: Right> FromRequest for May<R> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(recognised(request).and_then(|user| {
            let user = user.ok_or_else(unauthenticated)?;
            if let Some(role) = R::ROLE {
                user.require_anywhere(role)?;
            }
            Ok(Self {
                user,
                right: PhantomData,
            })
        }))
    }
}

impl FromRequest for MaybeUser {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(recognised(request).map(Self))
    }
}

fn unauthenticated() -> Error {
    let detail = "Send Authorization: Bearer with a token, or sign in.";
    Error::refused(Code::Unauthenticated, detail)
}

/// What [`recognise`] found.
#[derive(Clone)]
struct Recognised(Result<Option<User>>);

fn recognised(request: &HttpRequest) -> Result<Option<User>> {
    let found = request.extensions().get::<Recognised>().cloned();
    found.map_or(Ok(None), |found| found.0)
}

/// The middleware that finds out who is asking.
pub async fn recognise(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if let Some(presented) = Presented::by(request.request()) {
        let found = presented.recognise(&request).await;
        request.extensions_mut().insert(Recognised(found));
    }
    next.call(request).await
}

/// What a request says about who sends it.
#[derive(Clone)]
enum Presented {
    Token(Secret),
    Session(Secret),
}

impl Presented {
    fn by(request: &HttpRequest) -> Option<Self> {
        if let Some(header) = request.headers().get(header::AUTHORIZATION) {
            let (scheme, token) = header.to_str().unwrap_or_default().split_once(' ')?;
            return scheme
                .eq_ignore_ascii_case("bearer")
                .then(|| Self::Token(Secret::presented(token.trim())));
        }
        session_secret(request).map(Self::Session)
    }

    async fn recognise(self, request: &ServiceRequest) -> Result<Option<User>> {
        let (Some(store), Some(config)) = (
            request.app_data::<web::Data<Store>>(),
            request.app_data::<web::Data<Config>>(),
        ) else {
            return Err(Error::internal("the routes were set up without a store"));
        };
        let by_cookie = matches!(self, Self::Session(_));
        if by_cookie
            && !request.method().is_safe()
            && !origin::same_origin(request.request(), config)
        {
            let detail = "A session cookie is good for changes from our own pages only.";
            return Err(Error::refused(Code::CrossOrigin, detail));
        }
        let Some(found) = self.clone().find(store).await? else {
            return Ok(None);
        };
        if found.note_due {
            rt::spawn(self.note_use(Store::clone(store), config.login_days));
        }
        Ok(Some(found.user))
    }

    async fn find(self, store: &Store) -> Result<Option<Found>> {
        store
            .read(move |db| match self {
                Self::Token(secret) => tokens::find(db, &secret, Time::now()),
                Self::Session(secret) => logins::find(db, &secret, Time::now()),
            })
            .await
    }

    /// Beside the request, which does not wait for it.
    async fn note_use(self, store: Store, days: i64) {
        let noted = store
            .write(Actor::system(), move |tx| match &self {
                Self::Token(secret) => tokens::note_use(tx, secret),
                Self::Session(secret) => logins::note_use(tx, secret, days),
            })
            .await;
        if let Err(error) = noted {
            log::debug!("a use was not noted: {error}");
        }
    }
}

/// The secret of the browser's session, if the request came with one.
pub fn session_secret(request: &HttpRequest) -> Option<Secret> {
    request
        .cookie(COOKIE)
        .map(|cookie| Secret::presented(cookie.value()))
}

/// The cookie that signs a browser in.
pub fn session_cookie(secret: &Secret, config: &Config) -> Cookie<'static> {
    let https = config
        .origin
        .as_deref()
        .is_some_and(|origin| origin.starts_with("https:"));
    Cookie::build(COOKIE, secret.reveal().to_owned())
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/")
        .secure(https)
        .max_age(time::Duration::days(COOKIE_DAYS))
        .finish()
}

/// The cookie that takes the one before away.
pub fn no_session_cookie(config: &Config) -> Cookie<'static> {
    let mut cookie = session_cookie(&Secret::presented(""), config);
    cookie.make_removal();
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let mut config = Config::for_database("sqlite://:memory:");
        let secret = Secret::presented("s");
        let cookie = session_cookie(&secret, &config).to_string();
        assert_eq!(
            cookie,
            "aims_session=s; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000"
        );
        config.origin = Some("https://stock.example".into());
        assert!(
            session_cookie(&secret, &config)
                .to_string()
                .contains("; Secure")
        );
        assert!(
            no_session_cookie(&config)
                .to_string()
                .contains("Max-Age=0;")
        );
    }
}
