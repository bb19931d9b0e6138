//! Who is asking. Handlers name the right they need as the type of their first parameter.
//!
//! [`recognise`] looks at the credentials once, before any handler reads its input: so 401 and 403 come
//! before every other refusal, and nobody learns from a stranger's mistakes. A bearer token wins over a
//! cookie; a cookie is good for changes only when a page of ours sent it ([`super::origin`]).

mod cookie;
mod known;
mod recognise;

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

pub use cookie::{COOKIE, no_session_cookie, session_cookie, session_secret};
pub use known::Known;
pub use recognise::recognise;
use recognise::recognised;

use crate::domain::access::{Role, User};
use crate::error::{Code, Error, Result};

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
