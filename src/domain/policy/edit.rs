//! Setting a policy, and putting it to sleep for a while.

use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::settle;
use crate::domain::access::{Role, User};
use crate::domain::inventory::{self, InventoryRow, MAX_QUANTITY, Mode};
use crate::domain::subject::Subject;
use crate::domain::text;
use crate::error::{Code, Error, Result};
use crate::events::Change;
use crate::ids::{ItemId, WarehouseId};
use crate::on_db;
use crate::schema::inventory as level;
use crate::store::Tx;
use crate::time::Time;

/// A policy as set by a person, all of it: what is left out is none.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema, AsChangeset)]
#[diesel(table_name = level, treat_none_as_null = true)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Whether it acts.
    #[garde(skip)]
    pub mode: Mode,
    /// Order at or below this position.
    #[garde(range(min = 0, max = self.target))]
    pub min: i64,
    /// Order up to this position.
    #[garde(range(min = 0, max = MAX_QUANTITY))]
    pub target: i64,
    /// Order multiples of this. With the target it makes a quantity, since orders are rounded up.
    #[garde(range(min = 1, max = MAX_QUANTITY - self.target.clamp(0, MAX_QUANTITY)))]
    pub pack: i64,
    /// Days from approval to arrival.
    #[garde(range(min = 0, max = 3650))]
    pub lead_time_days: i64,
    /// Where in the warehouse it lies.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::line(0, 40))))]
    pub bin: Option<String>,
    /// Whom to order from.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::line(0, 100))))]
    pub supplier: Option<String>,
    /// Until when it raises nothing.
    #[garde(skip)]
    pub snoozed_until: Option<Time>,
}

/// Sets the policy of an item in a warehouse. `expected` is the `policy_version` that the caller looked at;
/// 0 where there was none.
///
/// # Errors
/// `stale_version` with the row when it was edited since; `validation`.
pub fn edit(
    tx: &mut Tx<'_>,
    user: &User,
    (warehouse, sku): (&str, &str),
    expected: i64,
    policy: &Policy,
) -> Result<InventoryRow> {
    let subject = Subject::find(tx.db, user, warehouse, sku, Role::Approver)?;
    text::valid(policy)?;
    let (at, of) = (subject.warehouse.id, subject.item);
    tx.db.lock_warehouse(at)?;
    inventory::ensure(tx, at, of)?;
    let (now, by) = (tx.now(), tx.actor.id);
    let changed = on_db!(&mut *tx.db, c => diesel::update(level::table.find((at, of)))
        .filter(level::policy_version.eq(expected))
        .set((
            policy,
            level::policy_version.eq(level::policy_version + 1),
            level::updated_at.eq(now),
            level::updated_by.eq(by),
        ))
        .execute(c))?;
    if changed == 0 {
        let current = inventory::row(tx.db, at, of)?;
        let detail = format!("{} changed this policy meanwhile.", current.updated_by);
        return Err(Error::refused(Code::StaleVersion, detail).with_current(&current));
    }
    settle(tx, at, of, Change::verb("policy"))
}

/// Lets the policy raise nothing before `until`; a later end that was set before stays. The caller settles.
///
/// It counts as an edit, so that whoever edits the policy at the same time does not undo it unseen.
pub fn snooze(tx: &mut Tx<'_>, at: WarehouseId, of: ItemId, until: Time) -> Result<()> {
    on_db!(&mut *tx.db, c => diesel::update(level::table.find((at, of)))
        .filter(level::snoozed_until.is_null().or(level::snoozed_until.lt(until)))
        .set((
            level::snoozed_until.eq(until),
            level::policy_version.eq(level::policy_version + 1),
        ))
        .execute(c))?;
    Ok(())
}
