//! How a subscriber enters a room, whatever their transport: may they, from where, what did they miss.
//!
//! The order is what makes it safe. First the subscriber is entered, from which moment every event waits in
//! their mailbox; then the log is read up to that moment. What comes twice is dropped by its `seq`.
//!
//! Where a room's log stands is read for each of them, but for those who come back while nothing was committed
//! since it was last read.

use std::sync::Arc;

use bytestring::ByteString;

use super::Live;
use super::hub::{Admission, SubscriberId, Wish};
use super::messages::Subscribe;
use super::protocol::{Close, Join, Mode, Server};
use crate::domain::access::{Role, User};
use crate::domain::warehouses;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Seq};
use crate::ids::WarehouseId;
use crate::store::Since;

/// Bytes of events read from the log for one who comes back; with more they are better served by a
/// snapshot.
const RESUME_BYTES: usize = 1024 * 1024;

/// The rooms, and where their logs stand.
pub(super) type Rooms = Arc<Since<(WarehouseId, Seq)>>;

/// Somebody is in the room.
#[derive(Debug)]
pub struct Joined {
    /// Which.
    pub room: WarehouseId,
    /// Its name on the wire.
    pub code: String,
    /// Every event after this will be pushed.
    pub seq: Seq,
    /// What they have to do.
    pub mode: Mode,
    /// What they missed, up to `seq`: frames of events, oldest first.
    pub missed: Vec<ByteString>,
}

/// Why somebody is not in the room.
#[derive(Debug)]
pub enum Refused {
    /// There is no such room for them; in words.
    NotFound(String),
    /// The connection cannot go on.
    Close(Close),
}

impl From<Close> for Refused {
    fn from(why: Close) -> Self {
        Self::Close(why)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(problem) if problem.code == Code::NotFound => {
                Self::NotFound(problem.detail)
            }
            other => {
                log::warn!("a room could not be joined cause={other}");
                Self::Close(Close::LogUnavailable)
            }
        }
    }
}

impl Live {
    /// Lets `user`, who is the subscriber `id`, into a room.
    pub async fn join(
        &self,
        id: SubscriberId,
        user: User,
        Join { room, have }: Join,
    ) -> Result<Joined, Refused> {
        // PostgreSQL would refuse the query for a NUL in a text.
        if room.contains('\0') {
            return Err(Error::not_found("such warehouse").into());
        }
        let _turn = self.turns.acquire().await.map_err(Error::internal)?;
        let code = room;
        let held = have.as_ref().map(|have| have.seq);
        let (room, logged) = self.place_of(user, code.clone(), held).await?;
        let wish = Wish { room, have, logged };
        let subscribe = Subscribe {
            id,
            code: code.clone(),
            wish,
        };
        let admission = self.broadcaster.send(subscribe).await;
        let (seq, mode, missed) = match admission.map_err(|_gone| Close::Restarting)?? {
            Admission::Live { seq } => (seq, Mode::Live, Vec::new()),
            Admission::Resumed { seq, frames } => (seq, Mode::Resumed, frames),
            Admission::Reset { seq } => (seq, Mode::Reset, Vec::new()),
            Admission::Log { after, seq } => match self.missed(room, after, seq).await? {
                Some(missed) => (seq, Mode::Resumed, missed),
                None => (seq, Mode::Reset, Vec::new()),
            },
        };
        Ok(Joined {
            room,
            code,
            seq,
            mode,
            missed,
        })
    }

    /// A room that `user` may see, and where its log stands. Whoever holds more than what is remembered
    /// saw what another server committed a moment ago.
    async fn place_of(
        &self,
        user: User,
        code: String,
        held: Option<Seq>,
    ) -> Result<(WarehouseId, Seq)> {
        let commits = self.store.commits().await?;
        let remembered = self.rooms.find(commits, &code);
        if let Some((room, logged)) = remembered
            && user.role_in(room).is_some()
            && held.is_some_and(|held| held <= logged)
        {
            return Ok((room, logged));
        }
        let asked = code.clone();
        let found = self.store.read(move |db| {
            let found = warehouses::find(db, &user, &asked, Role::Viewer)?;
            Ok((found.id, events::position(db, found.id)?.seq))
        });
        let found = found.await?;
        self.rooms.remember(commits, code, found);
        Ok(found)
    }

    async fn missed(
        &self,
        room: WarehouseId,
        after: Seq,
        until: Seq,
    ) -> Result<Option<Vec<ByteString>>> {
        let count = usize::try_from(until - after).unwrap_or_default();
        let read = self.store.read(move |db| {
            let events = events::since(db, room, after, count)?;
            Ok(events.and_then(|events| whole(&events, after, until)))
        });
        read.await
    }
}

/// The frames of all events after `after` up to `until`, or nothing.
fn whole(events: &[Event], after: Seq, until: Seq) -> Option<Vec<ByteString>> {
    if !events.iter().map(|event| event.seq).eq(after + 1..=until) {
        return None;
    }
    let mut bytes = 0;
    let frames = events.iter().map(|event| {
        let frame = Server::Event(event).encode();
        bytes += frame.len();
        (bytes <= RESUME_BYTES).then_some(frame)
    });
    frames.collect()
}
