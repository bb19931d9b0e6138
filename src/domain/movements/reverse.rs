//! Undoing a movement by its opposite: the ledger keeps both.

use diesel::prelude::*;

use super::{Entry, Kind, Posted, post};
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::orders;
use crate::domain::subject::Subject;
use crate::error::{Code, Error, Result};
use crate::ids::{ItemId, MovementId, OrderId, SheetId, WarehouseId};
use crate::on_db;
use crate::schema::movement;
use crate::store::Tx;

/// What must be known of a movement to undo it.
#[derive(Queryable)]
struct Line {
    id: MovementId,
    warehouse: WarehouseId,
    item: ItemId,
    kind: Kind,
    delta: i64,
    reason: Option<String>,
    reference: Option<String>,
    order: Option<OrderId>,
    sheet: Option<SheetId>,
    group: Option<String>,
    reverses: Option<MovementId>,
}

macro_rules! lines {
    () => {
        movement::table.select((
            movement::id,
            movement::warehouse_id,
            movement::item_id,
            movement::kind,
            movement::delta,
            movement::reason,
            movement::ref_,
            movement::order_id,
            movement::sheet_id,
            movement::group_id,
            movement::reverses_id,
        ))
    };
}

/// Undoes a movement, once.
///
/// Of a transfer it undoes both legs, and the user must be an operator in both warehouses. Of an order's
/// receipt it takes the quantity back from the order, which is then on its way again. Of a count sheet it
/// undoes this line alone; [`crate::domain::sheets::undo`] takes back the rest.
///
/// # Errors
/// `already_reversed` the second time, or for what is itself a reversal; `insufficient_stock` when the goods
/// that came in are gone.
pub fn reverse(
    tx: &mut Tx<'_>,
    user: &User,
    id: MovementId,
    note: Option<&str>,
) -> Result<Vec<Posted>> {
    let lines = together(tx.db, id)?;
    reverse_all(tx, user, lines, note)
}

/// Undoes the movements of a count sheet that nobody reversed before.
///
/// # Errors
/// `insufficient_stock` when the goods that came in are gone.
pub(in crate::domain) fn reverse_sheet(
    tx: &mut Tx<'_>,
    user: &User,
    sheet: SheetId,
    note: Option<&str>,
) -> Result<Vec<Posted>> {
    let undone: Vec<MovementId> = on_db!(&mut *tx.db, c => movement::table
        .filter(movement::sheet_id.eq(sheet))
        .select(movement::reverses_id.assume_not_null())
        .filter(movement::reverses_id.is_not_null())
        .load(c))?;
    let mut lines: Vec<Line> = on_db!(&mut *tx.db, c => lines!()
        .filter(movement::sheet_id.eq(sheet).and(movement::reverses_id.is_null()))
        .order(movement::id)
        .load(c))?;
    lines.retain(|line| !undone.contains(&line.id));
    reverse_all(tx, user, lines, note)
}

/// Undoes these movements, together or not at all. Where they are several, their reversals share a group.
fn reverse_all(
    tx: &mut Tx<'_>,
    user: &User,
    lines: Vec<Line>,
    note: Option<&str>,
) -> Result<Vec<Posted>> {
    let mut subjects = Vec::new();
    for line in &lines {
        let (at, of) = (line.warehouse, line.item);
        subjects.push(Subject::by_id(tx.db, user, at, of, Role::Operator)?);
    }
    let mut warehouses: Vec<_> = lines.iter().map(|line| line.warehouse).collect();
    warehouses.sort_unstable();
    warehouses.dedup();
    for warehouse in warehouses {
        tx.db.lock_warehouse(warehouse)?;
    }
    let group = (lines.len() > 1).then(|| uuid::Uuid::now_v7().to_string());
    let mut posted = Vec::new();
    // Goods leave where they came to first, so that the refusal names the shelf that lacks them.
    let mut order: Vec<_> = lines.into_iter().zip(&subjects).collect();
    order.sort_by_key(|(line, _)| std::cmp::Reverse(line.delta));
    for (line, subject) in order {
        posted.push(undo(tx, &line, subject, note, group.as_ref())?);
    }
    Ok(posted)
}

fn undo(
    tx: &mut Tx<'_>,
    line: &Line,
    subject: &Subject,
    note: Option<&str>,
    group: Option<&String>,
) -> Result<Posted> {
    if line.reverses.is_some() {
        let detail = "This movement is a reversal; record a new movement instead.";
        return Err(Error::refused(Code::AlreadyReversed, detail));
    }
    let by: Option<MovementId> = on_db!(&mut *tx.db, c => movement::table
        .filter(movement::reverses_id.eq(line.id))
        .select(movement::id)
        .first(c)
        .optional())?;
    if by.is_some() {
        let current = super::find(tx.db, line.id)?;
        let detail = "This movement was reversed before.";
        return Err(Error::refused(Code::AlreadyReversed, detail).with_current(&current));
    }
    if let Some(order) = line.order {
        orders::take_back(tx, order, line.delta)?;
    }
    let posted = post(
        tx,
        &Entry {
            reason: line.reason.clone(),
            note: note.map(str::to_owned),
            reference: line.reference.clone(),
            order: line.order,
            sheet: line.sheet,
            group: group.cloned(),
            reverses: Some(line.id),
            ..Entry::new(subject, line.kind, -line.delta)
        },
    )?;
    if let Some(order) = line.order {
        orders::announce(tx, order, "reverse")?;
    }
    Ok(posted)
}

/// What is undone with a movement: it alone, or both legs of its transfer, since one alone would lose stock.
fn together(db: &mut Db, id: MovementId) -> Result<Vec<Line>> {
    let found: Option<Line> = on_db!(&mut *db, c => lines!()
        .filter(movement::id.eq(id))
        .first(c)
        .optional())?;
    let line = found.ok_or_else(|| Error::not_found(format_args!("movement {}", id.0)))?;
    match (line.kind, &line.group) {
        (Kind::TransferIn | Kind::TransferOut, Some(group)) => Ok(on_db!(db, c => lines!()
            .filter(movement::group_id.eq(group))
            .order(movement::id)
            .load(c))?),
        _ => Ok(vec![line]),
    }
}
