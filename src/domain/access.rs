//! Who may see or do what. The only file that knows.
//!
//! Roles are held per warehouse; each includes the ones below it. A site administrator is admin in every
//! warehouse, and alone may open warehouses and invite people. A warehouse in which somebody has no
//! role does not exist for them: the answer is `not_found`, not `forbidden`.

use std::collections::BTreeMap;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Code, Error, Result};
use crate::events::Actor;
use crate::ids::{UserId, WarehouseId};

/// What somebody may do in a warehouse. The order is the order of rights.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    ToSchema,
)]
#[diesel(sql_type = Text)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees everything in the warehouse.
    Viewer,
    /// Moves stock, asks for orders, receives them.
    Operator,
    /// Decides on orders and sets policy.
    Approver,
    /// Changes the catalogue and the warehouse.
    Admin,
}

impl Role {
    /// The word in the database, on the wire and on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }

    /// The role of that name.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Viewer, Self::Operator, Self::Approver, Self::Admin]
            .into_iter()
            .find(|role| role.as_str() == word)
    }
}

impl<DB: Backend> ToSql<Text, DB> for Role
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.as_str().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for Role
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let word = String::from_sql(bytes)?;
        Self::parse(&word).ok_or_else(|| format!("no role “{word}”").into())
    }
}

/// Somebody who is signed in, with what they may do.
#[derive(Clone, Debug)]
pub struct User {
    /// Their key.
    pub id: UserId,
    /// What they type to sign in.
    pub login: String,
    /// What others see.
    pub name: String,
    /// Site administrator.
    pub admin: bool,
    /// Their role in each warehouse where they have one.
    pub roles: BTreeMap<WarehouseId, Role>,
}

impl User {
    /// Their role in a warehouse.
    pub fn role_in(&self, warehouse: WarehouseId) -> Option<Role> {
        if self.admin {
            Some(Role::Admin)
        } else {
            self.roles.get(&warehouse).copied()
        }
    }

    /// Their highest role anywhere.
    pub fn highest_role(&self) -> Option<Role> {
        if self.admin {
            Some(Role::Admin)
        } else {
            self.roles.values().max().copied()
        }
    }

    /// Refuses unless they have `role` there: `not_found` without any role, `forbidden` with a lower one.
    pub fn require(&self, warehouse: WarehouseId, role: Role) -> Result<()> {
        match self.role_in(warehouse) {
            None => Err(Error::not_found("such warehouse, order or movement")),
            Some(held) if held < role => Err(forbidden(role)),
            Some(_) => Ok(()),
        }
    }

    /// Refuses all but site administrators.
    pub fn require_site_admin(&self) -> Result<()> {
        if self.admin {
            return Ok(());
        }
        let detail = "This is for site administrators.";
        Err(Error::refused(Code::Forbidden, detail))
    }

    /// Refuses unless they have `role` in some warehouse.
    pub fn require_anywhere(&self, role: Role) -> Result<()> {
        if self.highest_role() >= Some(role) {
            Ok(())
        } else {
            Err(forbidden(role))
        }
    }

    /// How their changes are signed.
    pub fn actor(&self) -> Actor {
        Actor {
            id: Some(self.id),
            name: self.name.clone(),
        }
    }
}

fn forbidden(role: Role) -> Error {
    Error::refused(
        Code::Forbidden,
        format!("This needs the role of {} there.", role.as_str()),
    )
}
