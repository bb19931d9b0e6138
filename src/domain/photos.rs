//! Photos as they are kept: once for each file that was sent, however often that was, without metadata.
//!
//! They are in the database, so that a copy of it is whole, and every node has them. They are large beside
//! all else, and go after some time; what was found on them stays.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::scans::{self, Status};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ScanId, WarehouseId};
use crate::on_db;
use crate::schema::{photo, scan};
use crate::store::Tx;

/// Photos that are removed in one transaction: each has some megabytes.
const TOGETHER: i64 = 10;

/// A photo that is ready to be kept: upright, re-encoded, without metadata.
#[derive(Clone, Debug)]
pub struct Kept {
    /// SHA-256 of the file as it was sent, in hexadecimal digits.
    pub sha256: String,
    /// The photo.
    pub jpeg: Vec<u8>,
    /// The same as a small JPEG.
    pub thumbnail: Vec<u8>,
    /// Pixels from left to right.
    pub width: i64,
    /// Pixels from top to bottom.
    pub height: i64,
}

/// Keeps a photo; one that is there already is only made young again.
pub(super) fn keep(tx: &mut Tx<'_>, kept: &Kept) -> Result<()> {
    let now = tx.now();
    let renewed = on_db!(&mut *tx.db, c => diesel::update(photo::table.find(&kept.sha256))
        .set((photo::created_at.eq(now), photo::thumbnail.eq(&kept.thumbnail)))
        .execute(c))?;
    if renewed == 1 {
        return Ok(());
    }
    on_db!(&mut *tx.db, c => diesel::insert_into(photo::table)
        .values((
            photo::sha256.eq(&kept.sha256),
            photo::jpeg.eq(&kept.jpeg),
            photo::thumbnail.eq(&kept.thumbnail),
            photo::width.eq(kept.width),
            photo::height.eq(kept.height),
            photo::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// The photo, as JPEG; `None` once it was removed.
pub fn read(db: &mut Db, sha256: &str) -> Result<Option<Vec<u8>>> {
    Ok(on_db!(db, c => photo::table
        .find(sha256)
        .select(photo::jpeg)
        .first(c)
        .optional())?)
}

/// The photo as a small JPEG; the photo itself where it was taken in before there were such.
pub(super) fn thumbnail(db: &mut Db, sha256: &str) -> Result<Option<Vec<u8>>> {
    let found: Option<Option<Vec<u8>>> = on_db!(&mut *db, c => photo::table
        .find(sha256)
        .select(photo::thumbnail)
        .first(c)
        .optional())?;
    match found {
        Some(None) => read(db, sha256),
        thumbnail => Ok(thumbnail.flatten()),
    }
}

/// Whether the photo is still there.
pub(super) fn is_kept(db: &mut Db, sha256: &str) -> Result<bool> {
    let found: i64 = on_db!(db, c => photo::table
        .filter(photo::sha256.eq(sha256))
        .count()
        .get_result(c))?;
    Ok(found > 0)
}

/// Removes some of the photos that were sent more than `days` ago and wait for no detector; every scan of them is
/// told anew. Answers whether there may be more.
pub fn prune(tx: &mut Tx<'_>, days: i64) -> Result<bool> {
    let until = tx.now().plus_days(-days);
    let waiting = || {
        scan::table
            .filter(scan::status.eq_any([Status::Queued, Status::Running]))
            .select(scan::photo_sha256)
    };
    let old: Vec<String> = on_db!(&mut *tx.db, c => photo::table
        .filter(photo::created_at.lt(until))
        .filter(photo::sha256.ne_all(waiting()))
        .order(photo::created_at)
        .limit(TOGETHER)
        .select(photo::sha256)
        .load(c))?;
    let theirs: Vec<(WarehouseId, ScanId)> = on_db!(&mut *tx.db, c => scan::table
        .filter(scan::photo_sha256.eq_any(&old))
        .order((scan::warehouse_id, scan::id))
        .select((scan::warehouse_id, scan::id))
        .load(c))?;
    for at in theirs.iter().map(|(at, _)| *at).collect::<BTreeSet<_>>() {
        tx.db.lock_warehouse(at)?;
    }
    // Between the question and the lock somebody may have sent one again, or asked for another look at it.
    let gone = on_db!(&mut *tx.db, c => diesel::delete(photo::table)
        .filter(photo::sha256.eq_any(&old))
        .filter(photo::created_at.lt(until))
        .filter(photo::sha256.ne_all(waiting()))
        .execute(c))?;
    for (_, id) in theirs {
        scans::announce_pruned(tx, id)?;
    }
    Ok(gone > 0)
}
