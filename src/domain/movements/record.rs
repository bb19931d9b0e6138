//! What people record by hand: goods in, goods out, waste, corrections; one at a time or a whole list.

use std::collections::BTreeMap;

use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Entry, Kind, Movement, Posted, post};
use crate::domain::access::{Role, User};
use crate::domain::inventory::{InventoryRow, MAX_QUANTITY};
use crate::domain::subject::Subject;
use crate::domain::text;
use crate::domain::words::words;
use crate::error::{Error, FieldError, Result};
use crate::store::Tx;
use crate::time::Time;

words! {
    /// What kind of movement people record by hand.
    Requested {
        /// Goods came in.
        Receive "receive",
        /// Goods were used or sold.
        Issue "issue",
        /// Goods were damaged, expired or lost; needs a reason.
        Waste "waste",
        /// A correction by a signed quantity; needs a reason.
        Adjust "adjust",
    }
}

/// A movement as asked for.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMovement {
    /// The warehouse's code.
    #[garde(custom(text::line(1, 64)))]
    pub warehouse: String,
    /// The item's human key.
    #[garde(custom(text::line(1, 64)))]
    pub sku: String,
    /// What kind.
    #[garde(skip)]
    pub kind: Requested,
    /// Units; positive, but for `adjust`, whose sign says which way.
    #[garde(custom(fits(self.kind)))]
    pub quantity: i64,
    /// Why, in a word; required for `waste` and `adjust`.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)), custom(explains(self.kind)))]
    pub reason: Option<String>,
    /// Anything else.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    pub note: Option<String>,
    /// When it happened, if that was before now.
    #[garde(skip)]
    pub occurred_at: Option<Time>,
    /// What it belongs to, such as a delivery slip.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::line(0, 100))))]
    pub r#ref: Option<String>,
}

fn fits(kind: Requested) -> impl Fn(&i64, &()) -> garde::Result {
    move |&quantity, ()| {
        let least = if kind == Requested::Adjust {
            -MAX_QUANTITY
        } else {
            1
        };
        if quantity != 0 && (least..=MAX_QUANTITY).contains(&quantity) {
            Ok(())
        } else {
            let detail = format!("must be {least} to {MAX_QUANTITY}, and not 0");
            Err(garde::Error::new(detail))
        }
    }
}

fn explains(kind: Requested) -> impl Fn(&Option<String>, &()) -> garde::Result {
    move |reason, ()| {
        let needed = matches!(kind, Requested::Waste | Requested::Adjust);
        if needed
            && reason
                .as_deref()
                .is_none_or(|reason| reason.trim().is_empty())
        {
            let detail = format!("a movement of kind {} needs a reason", kind.as_str());
            Err(garde::Error::new(detail))
        } else {
            Ok(())
        }
    }
}

impl NewMovement {
    fn entry<'a>(&self, subject: &'a Subject) -> Result<Entry<'a>> {
        text::valid(self)?;
        let (kind, delta) = match self.kind {
            Requested::Receive => (Kind::Receive, self.quantity),
            Requested::Issue => (Kind::Issue, -self.quantity),
            Requested::Waste => (Kind::Waste, -self.quantity),
            Requested::Adjust => (Kind::Adjust, self.quantity),
        };
        Ok(Entry {
            reason: self.reason.clone(),
            note: self.note.clone(),
            reference: self.r#ref.clone(),
            occurred_at: self.occurred_at,
            ..Entry::new(subject, kind, delta)
        })
    }
}

/// Records one movement.
///
/// # Errors
/// What [`post`] refuses, and `validation` for a quantity of the wrong sign or a missing reason.
pub fn record(tx: &mut Tx<'_>, user: &User, movement: &NewMovement) -> Result<Posted> {
    let subject = Subject::find(
        tx.db,
        user,
        &movement.warehouse,
        &movement.sku,
        Role::Operator,
    )?;
    post(tx, &movement.entry(&subject)?)
}

/// Records all of a list or, with every line's mistakes told, none of it.
///
/// # Errors
/// `validation` with an error for each line that was refused, whatever the reason.
pub fn batch(
    tx: &mut Tx<'_>,
    user: &User,
    lines: &[NewMovement],
) -> Result<(Vec<Movement>, Vec<InventoryRow>)> {
    let mut errors = Vec::new();
    let mut subjects = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        match Subject::find(tx.db, user, &line.warehouse, &line.sku, Role::Operator) {
            Ok(subject) => subjects.push((n, line, subject)),
            Err(error) => told(&place(n), error, &mut errors)?,
        }
    }
    let mut warehouses: Vec<_> = subjects.iter().map(|(_, _, s)| s.warehouse.id).collect();
    warehouses.sort_unstable();
    warehouses.dedup();
    for warehouse in warehouses {
        tx.db.lock_warehouse(warehouse)?;
    }
    let (mut movements, mut rows) = (Vec::new(), BTreeMap::new());
    for (n, line, subject) in &subjects {
        match line.entry(subject).and_then(|entry| post(tx, &entry)) {
            Ok(posted) => {
                movements.push(posted.movement);
                rows.insert((subject.warehouse.id, subject.item), posted.inventory);
            }
            Err(error) => told(&place(*n), error, &mut errors)?,
        }
    }
    if errors.is_empty() {
        Ok((movements, rows.into_values().collect()))
    } else {
        Err(Error::invalid(errors))
    }
}

fn place(n: usize) -> String {
    format!("/movements/{n}")
}

/// Turns the refusal of a line into errors with its place; a failure that is nobody's mistake ends the
/// batch.
pub(in crate::domain) fn told(
    place: &str,
    error: Error,
    errors: &mut Vec<FieldError>,
) -> Result<()> {
    let Error::Refused(problem) = error else {
        return Err(error);
    };
    if problem.errors.is_empty() {
        errors.push(FieldError {
            pointer: place.into(),
            detail: problem.detail,
            code: problem.code.as_str(),
        });
    } else {
        errors.extend(problem.errors.into_iter().map(|error| FieldError {
            pointer: format!("{place}{}", error.pointer),
            ..error
        }));
    }
    Ok(())
}
