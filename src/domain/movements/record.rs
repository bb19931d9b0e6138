//! What people record by hand: goods in, goods out, waste, corrections; one at a time or a whole list.

use std::collections::BTreeMap;

use super::{Entry, Kind, Movement, Posted, post};
use crate::domain::access::{Role, User};
use crate::domain::inventory::InventoryRow;
use crate::domain::subject::Subject;
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
#[derive(Clone, Debug)]
pub struct NewMovement {
    /// The warehouse's code.
    pub warehouse: String,
    /// The item's human key.
    pub sku: String,
    /// What kind.
    pub kind: Requested,
    /// Units; positive, but for `adjust`, whose sign says which way.
    pub quantity: i64,
    /// Why, in a word.
    pub reason: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// When it happened, if that was before now.
    pub occurred_at: Option<Time>,
    /// What it belongs to, such as a delivery slip.
    pub reference: Option<String>,
}

impl NewMovement {
    fn entry<'a>(&self, subject: &'a Subject) -> Result<Entry<'a>> {
        let (kind, delta) = match self.kind {
            Requested::Receive => (Kind::Receive, self.quantity),
            Requested::Issue => (Kind::Issue, -self.quantity),
            Requested::Waste => (Kind::Waste, -self.quantity),
            Requested::Adjust => (Kind::Adjust, self.quantity),
        };
        let explained = self
            .reason
            .as_deref()
            .is_some_and(|reason| !reason.trim().is_empty());
        let mut errors = Vec::new();
        let mut wrong = |pointer: &str, code, detail: String| {
            errors.push(FieldError {
                pointer: pointer.into(),
                detail,
                code,
            });
        };
        if self.kind != Requested::Adjust && self.quantity <= 0 {
            wrong("/quantity", "range", "The quantity must be above 0.".into());
        }
        if matches!(self.kind, Requested::Waste | Requested::Adjust) && !explained {
            let detail = format!("A movement of kind {} needs a reason.", self.kind.as_str());
            wrong("/reason", "required", detail);
        }
        if !errors.is_empty() {
            return Err(Error::invalid(errors));
        }
        Ok(Entry {
            reason: self.reason.clone(),
            note: self.note.clone(),
            reference: self.reference.clone(),
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
            Err(error) => at_line(n, error, &mut errors)?,
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
            Err(error) => at_line(*n, error, &mut errors)?,
        }
    }
    if errors.is_empty() {
        Ok((movements, rows.into_values().collect()))
    } else {
        Err(Error::invalid(errors))
    }
}

/// Turns the refusal of a line into errors with its place; a failure that is nobody's mistake ends the
/// batch.
fn at_line(n: usize, error: Error, errors: &mut Vec<FieldError>) -> Result<()> {
    let Error::Refused(problem) = error else {
        return Err(error);
    };
    let line = format!("/movements/{n}");
    if problem.errors.is_empty() {
        errors.push(FieldError {
            pointer: line,
            detail: problem.detail,
            code: problem.code.as_str(),
        });
    } else {
        errors.extend(problem.errors.into_iter().map(|error| FieldError {
            pointer: format!("{line}{}", error.pointer),
            ..error
        }));
    }
    Ok(())
}
