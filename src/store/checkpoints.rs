//! SQLite's checkpoints, on a thread of their own: the writer does not copy what it committed while others wait for it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use crate::db::{self, Db};
use crate::error::{Error, Result};

/// How much later than a commit: what is written often meanwhile is copied once.
const PAUSE: Duration = Duration::from_secs(1);

/// Says that something was committed. The thread ends when this is dropped.
pub(super) struct Checkpoints(SyncSender<()>);

impl Checkpoints {
    pub(super) fn start(url: &str) -> Result<Self> {
        let (said, commits) = sync_channel(1);
        let (url, db) = (url.to_owned(), db::connect(url)?);
        std::thread::Builder::new()
            .name("aims-checkpoint".into())
            .spawn(move || run(db, &url, &commits))
            .map_err(Error::internal)?;
        Ok(Self(said))
    }

    pub(super) fn committed(&self) {
        // Where that was said already, it is enough.
        self.0.try_send(()).ok();
    }
}

fn run(mut db: Db, url: &str, commits: &Receiver<()>) {
    while commits.recv().is_ok() && !is_closed_within(PAUSE, commits) {
        if let Err(error) = db.checkpoint() {
            log::warn!("a checkpoint failed; the next one makes up for it cause={error}");
            if let Ok(fresh) = db::connect(url) {
                db = fresh;
            }
        }
    }
}

/// Waits so long for more commits; answers whether the store was closed meanwhile.
fn is_closed_within(pause: Duration, commits: &Receiver<()>) -> bool {
    let until = Instant::now() + pause;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match commits.recv_timeout(left) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::rt::time::timeout;
    use diesel::prelude::*;

    use super::PAUSE;
    use crate::config::Config;
    use crate::events::Actor;
    use crate::on_db;
    use crate::schema::photo;
    use crate::store::Store;
    use crate::time::Time;

    const MEGABYTE: usize = 1 << 20;

    #[actix_web::test]
    async fn what_was_written_reaches_the_file_with_no_write_after_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("aims.db");
        let url = format!("sqlite://{}", file.display());
        let store = Store::open(&Config::for_database(url)).unwrap();

        let kept = store.write(Actor::system(), |tx| {
            Ok(on_db!(&mut *tx.db, c => diesel::insert_into(photo::table)
                .values((
                    photo::sha256.eq("a photo"),
                    photo::jpeg.eq(vec![7_u8; MEGABYTE]),
                    (photo::width.eq(1), photo::height.eq(1)),
                    photo::created_at.eq(Time::now()),
                ))
                .execute(c))?)
        });
        kept.await.unwrap();

        let copied = async {
            while file.metadata().unwrap().len() < MEGABYTE as u64 {
                actix_web::rt::task::yield_now().await;
            }
        };
        timeout(30 * PAUSE, copied).await.expect("it is copied");
    }
}
