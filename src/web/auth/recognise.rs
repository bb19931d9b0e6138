//! Finding out who is asking, once for each request.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, rt, web};

use super::{Known, session_secret};
use crate::config::Config;
use crate::domain::access::User;
use crate::domain::logins::{self, Found};
use crate::domain::secrets::Secret;
use crate::domain::tokens;
use crate::error::{Code, Error, Result};
use crate::events::Actor;
use crate::store::Store;
use crate::time::Time;
use crate::web::{events, origin};

/// What [`recognise`] found.
#[derive(Clone)]
struct Recognised(Result<Option<User>>);

pub(super) fn recognised(request: &HttpRequest) -> Result<Option<User>> {
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
        let (Some(store), Some(config), Some(known)) = (
            request.app_data::<web::Data<Store>>(),
            request.app_data::<web::Data<Config>>(),
            request.app_data::<web::Data<Known>>(),
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
        if events::is_asked(request.request()) {
            return self.recognise_again(store, known, config).await;
        }
        let found = self.clone().find(store).await?;
        Ok(found.map(|found| self.noted(found, store, config)))
    }

    /// The same for those who wait, and ask this often.
    async fn recognise_again(
        self,
        store: &Store,
        known: &Known,
        config: &Config,
    ) -> Result<Option<User>> {
        let (Self::Token(secret) | Self::Session(secret)) = &self;
        let (hash, commits) = (secret.hash(), store.commits().await?);
        if let Some(user) = known.find(commits, &hash, Time::now()) {
            return Ok(Some(user));
        }
        let Some(found) = self.clone().find(store).await? else {
            return Ok(None);
        };
        known.remember(commits, hash, &found);
        Ok(Some(self.noted(found, store, config)))
    }

    /// Whom it was found to be; sees to it that the use is noted.
    fn noted(self, found: Found, store: &Store, config: &Config) -> User {
        if found.note_due {
            rt::spawn(self.note_use(Store::clone(store), config.login_days));
        }
        found.user
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
