//! Ending an order before it is complete, or before it is decided.

use diesel::prelude::*;

use super::decide::{Decision, Outcome, decide, keep_quiet};
use super::step::{Held, finish, hold, no_longer_pending, not_open};
use super::{Number, OrderRow, Source, Status, find};
use crate::domain::access::{Role, User};
use crate::domain::policy;
use crate::error::{Code, Error, Result};
use crate::on_db;
use crate::schema::replenishment_order as order;
use crate::store::Tx;

/// Closes an order of which a part came: the rest will not, and is not on order any more.
///
/// # Errors
/// `order_not_open` when nothing came yet (cancel it instead) or it is not on its way; `stale_version`.
pub fn close(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: Option<i64>,
    note: Option<String>,
) -> Result<OrderRow> {
    let held = hold(tx, user, number, Role::Operator)?;
    let now = tx.now();
    let changed = on_db!(&mut *tx.db, c => {
        let mut change = diesel::update(order::table)
            .filter(order::id.eq(held.id).and(order::status.eq(Status::Approved)))
            .filter(order::received.gt(0))
            .set((
                order::status.eq(Status::ClosedShort),
                // A note that is not given leaves the one of the approval.
                note.map(|note| order::decision_note.eq(note)),
                order::closed_at.eq(now),
                order::version.eq(order::version + 1),
                order::updated_at.eq(now),
            ))
            .into_boxed();
        if let Some(version) = expected {
            change = change.filter(order::version.eq(version));
        }
        change.execute(c)
    })?;
    if changed == 0 {
        return Err(not_open(tx, held.id, expected, |row| {
            let detail = format!("Nothing of {} came yet: cancel it instead.", row.number);
            Error::refused(Code::OrderNotOpen, detail)
        }));
    }
    finish(tx, &held, "close")
}

/// Withdraws an order of which nothing came: a pending one by who asked for it or an approver, an approved
/// one by an approver.
///
/// # Errors
/// `order_not_open` when something came (close it instead) or it has ended; `forbidden`; `stale_version`.
pub fn cancel(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    decision: &Decision,
) -> Result<OrderRow> {
    let held = hold(tx, user, number, Role::Operator)?;
    let at = held.subject.warehouse.id;
    let row = find(tx.db, held.id)?;
    let own = row.status == Status::Pending && held.requested_by == Some(user.id);
    if !own {
        user.require(at, Role::Approver)?;
    }
    withdraw(tx, &held, decision)?;
    if row.status == Status::Pending && row.source == Source::Policy {
        keep_quiet(tx, &held)?;
    }
    finish(tx, &held, "cancel")
}

fn withdraw(tx: &mut Tx<'_>, held: &Held, decision: &Decision) -> Result<()> {
    let decided = Outcome::now(tx, Status::Cancelled, decision);
    let changed = on_db!(&mut *tx.db, c => {
        let mut change = diesel::update(order::table)
            .filter(order::id.eq(held.id).and(order::received.eq(0)))
            .filter(order::status.eq_any([Status::Pending, Status::Approved]))
            .set((&decided, order::version.eq(order::version + 1)))
            .into_boxed();
        if let Some(version) = decision.expected {
            change = change.filter(order::version.eq(version));
        }
        change.execute(c)
    })?;
    if changed == 1 {
        return Ok(());
    }
    if find(tx.db, held.id)?.status == Status::Pending {
        return Err(no_longer_pending(tx, held.id));
    }
    Err(not_open(tx, held.id, decision.expected, |row| {
        let detail = format!("A part of {} came already: close it instead.", row.number);
        Error::refused(Code::OrderNotOpen, detail)
    }))
}

/// Puts a suggestion to sleep: it goes, and the policy raises nothing for `days` days.
///
/// # Errors
/// `order_not_open` for what a person asked for; `order_already_decided`; `stale_version`.
pub fn snooze(
    tx: &mut Tx<'_>,
    user: &User,
    number: Number,
    expected: Option<i64>,
    days: i64,
) -> Result<OrderRow> {
    let held = hold(tx, user, number, Role::Approver)?;
    if !(1..=90).contains(&days) {
        let detail = "A suggestion sleeps for 1 to 90 days.";
        return Err(Error::field("/days", "range", detail));
    }
    let row = find(tx.db, held.id)?;
    if row.source == Source::Manual {
        let detail = "Only a suggestion of the policy can be snoozed: reject or cancel this one.";
        return Err(Error::refused(Code::OrderNotOpen, detail).with_current(&row));
    }
    let decision = Decision {
        expected,
        quantity: None,
        note: Some(format!("Snoozed for {days} days.")),
    };
    decide(tx, &held, Status::Cancelled, &decision)?;
    let until = tx.now().plus_days(days);
    policy::snooze(tx, held.subject.warehouse.id, held.subject.item, until)?;
    finish(tx, &held, "snooze")
}
