//! When the Broadcaster reads the log: to open a room, and to find what was not announced.

use std::time::Duration;

use actix::prelude::*;

use super::{Broadcaster, LATE};
use crate::error::Result;
use crate::events::{self, Event, Seq};
use crate::ids::WarehouseId;
use crate::realtime::protocol::Close;

/// Events read at once. Larger holds the reading thread and the Broadcaster longer; smaller makes catching up
/// slower.
const PAGE: usize = 500;

/// The pause after a failed reading, doubled five times at most: a database that comes back is not run over,
/// and nobody waits for more than 8 s.
const REST: Duration = Duration::from_millis(250);

/// What the log has after a place in a room; `None` when that was pruned.
type Page = (WarehouseId, Option<Vec<Event>>);

/// What is known of what is not known.
#[derive(Debug, Default)]
pub(super) struct Mending {
    doing: Doing,
    /// Something was missed, nobody knows how much.
    behind: bool,
    /// A look at the holes is due within [`LATE`].
    due: bool,
    /// How often reading failed since it last succeeded.
    failures: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Doing {
    #[default]
    Nothing,
    /// The log is being read.
    Reading,
    /// It could not be read, and is not tried just now.
    Resting,
}

impl Broadcaster {
    /// Reads where a room stands and its newest events, then lets in those who wait.
    pub(super) fn open(&mut self, room: WarehouseId, ctx: &mut Context<Self>) {
        let (store, replay) = (self.store.clone(), self.replay);
        let limit = i64::try_from(replay).unwrap_or(i64::MAX);
        let read = async move {
            let newest = store.read(move |db| {
                db.snapshot(|db| {
                    let head = events::position(db, room)?.seq;
                    Ok((head, events::latest(db, room, limit)?))
                })
            });
            newest.await
        };
        let read = read.into_actor(self);
        ctx.spawn(read.map(move |read, act, ctx| act.opened(room, read, ctx)));
    }

    fn opened(
        &mut self,
        room: WarehouseId,
        read: Result<(Seq, Vec<Event>)>,
        ctx: &mut Context<Self>,
    ) {
        let parked = self.parked.remove(&room).unwrap_or_default();
        match read {
            Ok((head, mut newest)) => {
                newest.reverse();
                self.hub.open(room, head, &newest);
            }
            Err(error) => {
                ::log::warn!("a room could not be opened room={} cause={error}", room.0);
                self.hub.lose(room);
            }
        }
        for who in parked {
            let admission = if self.hub.is_open(room) {
                self.admit(who.id, &who.wish)
            } else {
                Err(Close::LogUnavailable)
            };
            // Whoever asked may be gone, and is removed for that.
            who.answer.send(admission).ok();
        }
        self.look_for_holes(ctx);
    }

    /// Sees to it that the log is read, at once where nobody knows what was missed, and soon where
    /// something is late.
    pub(super) fn look_for_holes(&mut self, ctx: &mut Context<Self>) {
        self.mending.behind |= self.store.take_missed();
        if self.mending.behind {
            self.mend(ctx);
        } else if !self.mending.due && !self.hub.holes().is_empty() {
            self.mending.due = true;
            ctx.run_later(LATE, |act, ctx| {
                act.mending.due = false;
                act.mend(ctx);
            });
        }
    }

    /// Reads what is missing; does nothing where nothing is.
    pub(super) fn mend(&mut self, ctx: &mut Context<Self>) {
        self.mending.behind |= self.store.take_missed();
        if self.mending.doing != Doing::Nothing {
            return;
        }
        let rooms = if std::mem::take(&mut self.mending.behind) {
            self.hub.heads()
        } else {
            self.hub.holes()
        };
        if rooms.is_empty() {
            return;
        }
        self.mending.doing = Doing::Reading;
        let store = self.store.clone();
        let read = async move {
            let pages = store.read(|db| {
                let page = |(room, after)| Ok((room, events::since(db, room, after, PAGE)?));
                rooms.into_iter().map(page).collect::<Result<Vec<Page>>>()
            });
            pages.await
        };
        let read = read.into_actor(self);
        ctx.spawn(read.map(|pages, act, ctx| act.mended(pages, ctx)));
    }

    /// Leaves the database alone for a while; the longer, the oftener it failed.
    fn rest(&mut self, ctx: &mut Context<Self>) {
        self.mending.doing = Doing::Resting;
        let pause = REST * (1 << self.mending.failures.min(5));
        self.mending.failures += 1;
        ctx.run_later(pause, |act, ctx| {
            act.mending.doing = Doing::Nothing;
            act.mend(ctx);
        });
    }

    fn mended(&mut self, pages: Result<Vec<Page>>, ctx: &mut Context<Self>) {
        self.mending.doing = Doing::Nothing;
        let pages = match pages {
            Ok(pages) => pages,
            Err(error) => {
                ::log::warn!("the log could not be read, and is tried again cause={error}");
                self.mending.behind = true;
                return self.rest(ctx);
            }
        };
        self.mending.failures = 0;
        for (room, page) in pages {
            let Some(events) = page else {
                ::log::warn!("a room was pruned before it was read room={}", room.0);
                let lost = self.hub.lose(room);
                self.part_all(lost.into_iter().map(|id| (id, Some(Close::Evicted))));
                continue;
            };
            self.mending.behind |= events.len() == PAGE;
            self.hub.commit(&events);
        }
        self.flush();
        self.look_for_holes(ctx);
    }
}
