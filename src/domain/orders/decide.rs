//! Approving and rejecting: of all who decide at once, one wins, and the others are told who it was.

use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::step::{Held, finish, hold, no_longer_pending};
use super::{Number, OrderRow, Status};
use crate::domain::access::{Role, User};
use crate::domain::inventory::MAX_QUANTITY;
use crate::domain::policy;
use crate::domain::text;
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::on_db;
use crate::schema::replenishment_order as order;
use crate::store::Tx;
use crate::time::Time;

/// How long the policy raises nothing after somebody said no, so that the same suggestion does not return a
/// second later. Shorter nags; longer hides a need that became real.
const QUIET_SECONDS: i64 = 24 * 60 * 60;

/// What goes with a decision.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The version that was looked at, if that matters to the caller; over HTTP the `If-Match`.
    #[serde(skip)]
    #[garde(skip)]
    pub expected: Option<i64>,
    /// Another quantity than was asked for.
    #[garde(range(min = 1, max = MAX_QUANTITY))]
    pub quantity: Option<i64>,
    /// Why.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    pub note: Option<String>,
}

/// The columns that a decision sets.
#[derive(AsChangeset)]
#[diesel(table_name = order)]
pub(super) struct Outcome {
    pub(super) status: Status,
    pub(super) quantity: Option<i64>,
    pub(super) decided_by: Option<UserId>,
    pub(super) decided_at: Time,
    pub(super) decision_note: Option<String>,
    pub(super) closed_at: Option<Time>,
    pub(super) updated_at: Time,
}

impl Outcome {
    pub(super) fn now(tx: &Tx<'_>, status: Status, decision: &Decision) -> Self {
        let now = tx.now();
        Self {
            status,
            quantity: decision.quantity,
            decided_by: tx.actor.id,
            decided_at: now,
            decision_note: decision.note.clone(),
            closed_at: (status != Status::Approved).then_some(now),
            updated_at: now,
        }
    }
}

/// Approves an order, with another quantity if wished; both are kept. It counts as on order from then on.
///
/// # Errors
/// `order_already_decided` with who and when; `stale_version` when it is pending but was changed since;
/// `archived`.
pub fn approve(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    decision: &Decision,
) -> Result<OrderRow> {
    let held = hold(tx, user, number, Role::Approver)?;
    text::valid(decision)?;
    decide(tx, &held, Status::Approved, decision)?;
    held.subject.must_be_open(tx.db)?;
    finish(tx, &held, "approve")
}

/// Rejects an order, with a reason, and lets the policy raise nothing for a day.
///
/// # Errors
/// `order_already_decided` with who and when; `stale_version`; `validation` without a note.
pub fn reject(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    decision: &Decision,
) -> Result<OrderRow> {
    let held = hold(tx, user, number, Role::Approver)?;
    if decision
        .note
        .as_deref()
        .is_none_or(|note| note.trim().is_empty())
    {
        let detail = "Say why the order is rejected.";
        return Err(Error::field("/note", "required", detail));
    }
    let decision = Decision {
        quantity: None,
        ..decision.clone()
    };
    decide(tx, &held, Status::Rejected, &decision)?;
    keep_quiet(tx, &held)?;
    finish(tx, &held, "reject")
}

/// One guarded UPDATE.
pub(super) fn decide(
    tx: &mut Tx<'_>,
    held: &Held,
    status: Status,
    decision: &Decision,
) -> Result<()> {
    let decided = Outcome::now(tx, status, decision);
    let changed = on_db!(&mut *tx.db, c => {
        let mut change = diesel::update(order::table)
            .filter(order::id.eq(held.id).and(order::status.eq(Status::Pending)))
            .set((&decided, order::version.eq(order::version + 1)))
            .into_boxed();
        if let Some(version) = decision.expected {
            change = change.filter(order::version.eq(version));
        }
        change.execute(c)
    })?;
    if changed == 0 {
        return Err(no_longer_pending(tx, held.id));
    }
    Ok(())
}

/// Lets the policy of the order's level raise nothing for a day.
pub(super) fn keep_quiet(tx: &mut Tx<'_>, held: &Held) -> Result<()> {
    let until = tx.now().plus_seconds(QUIET_SECONDS);
    policy::snooze(tx, held.subject.warehouse.id, held.subject.item, until)
}
