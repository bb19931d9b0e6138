//! Who is asking. Handlers name the right they need as the type of a parameter.

use std::marker::PhantomData;
use std::ops::Deref;

use crate::domain::access::{Role, User};

/// The caller, who has the role `R` in at least one warehouse; the domain checks which.
#[derive(Clone, Debug)]
pub struct May<R> {
    user: User,
    right: PhantomData<R>,
}

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
    /// The role.
    const ROLE: Role;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Right for $name {
            const ROLE: Role = Role::$name;
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
