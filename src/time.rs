//! Moments: unix microseconds, UTC, in the database; RFC 3339 on the wire.
//!
//! Microseconds stay below 2^53 until the year 2255, so they are exact in a browser's numbers too.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment, in unix microseconds.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[diesel(sql_type = BigInt)]
#[schema(value_type = String, format = DateTime)]
pub struct Time(pub i64);

impl Time {
    /// Microseconds in a day; AIMS counts days of exactly 24 hours, in UTC.
    pub const DAY: i64 = 86_400 * 1_000_000;

    /// The wall clock. [`crate::store::Tx::now`] is the moment of a write: one for its whole
    /// transaction.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn now() -> Self {
        Self(Utc::now().timestamp_micros())
    }

    /// This moment and `seconds` more (fewer, when negative).
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// This moment and `days` more (fewer, when negative).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(Self::DAY)))
    }

    /// The number of whole days since 1970-01-01, UTC.
    pub fn day(self) -> i64 {
        self.0.div_euclid(Self::DAY)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = DateTime::<Utc>::from_timestamp_micros(self.0).unwrap_or_default();
        f.write_str(&moment.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let moment = DateTime::<chrono::FixedOffset>::deserialize(deserializer)?;
        Ok(Self(moment.timestamp_micros()))
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Time
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Time
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self)
    }
}
