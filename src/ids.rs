//! Keys of rows, one type each, so that an item is never taken for a warehouse.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => { $(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            AsExpression, FromSqlRow,
        )]
        #[diesel(sql_type = BigInt)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl<DB: Backend> ToSql<BigInt, DB> for $name
        where
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<BigInt, DB> for $name
        where
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(bytes).map(Self)
            }
        }
    )* };
}

ids! {
    /// A person.
    UserId
    /// A warehouse, which is also a room of the live connection.
    WarehouseId
    /// An item of the catalogue.
    ItemId
    /// A line of the ledger.
    MovementId
    /// A replenishment order; people see `RO-<id>`.
    OrderId
    /// An API token.
    TokenId
    /// A photo given to a detector; people see `SC-<id>`.
    ScanId
    /// A count being made; people see `CS-<id>`.
    SheetId
    /// What people said a label means.
    LabelId
    /// How an item looks.
    LookId
}
