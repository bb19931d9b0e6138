//! A client as `docs/PROTOCOL.md` describes it: it connects, follows its rooms, and when the connection
//! ends it comes back with its position, whatever happened.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use actix_rt::time::sleep;
use aims::realtime::protocol::Close;
use serde_json::Value;

use crate::client::Client;
use crate::dice::Dice;
use crate::mirror::{Mirror, Wrong, text};
use crate::snapshot::{Snapshot, load};
use crate::tally::Tally;
use crate::{reading, watching};

/// Milliseconds of the wait before coming back at most, doubled each time in vain: up to 0.8 s, since a run has
/// little time, and up to 13 s for the patient.
const BACK_OFF: u64 = 50;
const DOUBLED: u32 = 4;
const DOUBLED_BY_THE_PATIENT: u32 = 8;

/// What the server says with every 503, in `Retry-After`.
const BUSY: Duration = Duration::from_secs(1);

/// How a client hears of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// `GET /ws`.
    Socket,
    /// Server-sent events.
    Stream,
    /// Requests that wait.
    LongPoll,
    /// Requests that do not.
    Read,
}

impl Way {
    pub(crate) const ALL: [Self; 4] = [Self::Socket, Self::Stream, Self::LongPoll, Self::Read];

    /// Whether it follows a room over one connection, as long as nothing fails.
    pub(crate) fn is_one_connection(self) -> bool {
        matches!(self, Self::Socket | Self::Stream)
    }
}

/// What a client does besides following its rooms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Habits {
    /// It joins anew, leaves, and breaks off all the time.
    pub(crate) restless: bool,
    /// It waits long, for a handshake and before the next, as browsers do; others have a run that must end.
    pub(crate) patient: bool,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Without a word; or nothing came for too long.
    Broken,
    /// The handshake or the request was answered with that status.
    Refused(u16),
    /// The server said why, and how long to stay away at least.
    Bye(u16, Duration),
    /// The client went.
    Left,
}

/// A client.
pub(crate) struct Model {
    /// Its name in findings.
    pub(crate) name: String,
    pub(crate) way: Way,
    pub(crate) caller: Client,
    pub(crate) habits: Cell<Habits>,
    pub(crate) mirrors: RefCell<Vec<Mirror>>,
    pub(crate) dice: RefCell<Dice>,
    pub(crate) tally: Rc<Tally>,
    /// How its connections ended.
    pub(crate) ends: RefCell<Vec<End>>,
    in_vain: Cell<u32>,
    is_connected: Cell<bool>,
}

impl Model {
    pub(crate) fn new(
        name: String,
        way: Way,
        caller: Client,
        mirrors: Vec<Mirror>,
        (dice, tally): (Dice, Rc<Tally>),
    ) -> Self {
        Self {
            name,
            way,
            caller,
            habits: Cell::default(),
            mirrors: RefCell::new(mirrors),
            dice: RefCell::new(dice),
            tally,
            ends: RefCell::default(),
            in_vain: Cell::new(0),
            is_connected: Cell::new(false),
        }
    }

    /// Follows its rooms until it is aborted.
    pub(crate) async fn follow(self: Rc<Self>) {
        loop {
            let end = match self.way {
                Way::Socket => watching::follow(&self).await,
                Way::Stream => reading::stream(&self).await,
                Way::LongPoll | Way::Read => reading::poll(&self).await,
            };
            self.is_connected.set(false);
            self.mirrors.borrow_mut().iter_mut().for_each(Mirror::ended);
            self.ends.borrow_mut().push(end);
            self.judge(end);
            sleep(self.back_off(end)).await;
        }
    }

    /// Whether an honest client may be sent away like this: for a documented reason that lets it come
    /// back; or because the server is busy (503), or this machine, and a request was long in coming (408).
    fn judge(&self, end: End) {
        match end {
            End::Bye(code, _) => {
                let known = Close::ALL.iter().find(|why| why.code() == code);
                if !known.is_some_and(|why| why.comes_back()) {
                    self.wrong(format_args!(
                        "expected a code to come back after, got {code}"
                    ));
                }
            }
            End::Refused(status) if ![408, 503].contains(&status) => {
                self.wrong(format_args!(
                    "expected to be let in, 408 or 503, got {status}"
                ));
            }
            _ => {}
        }
    }

    fn back_off(&self, end: End) -> Duration {
        let least = match end {
            End::Bye(_, wait) => wait,
            End::Refused(503) => BUSY,
            _ => Duration::ZERO,
        };
        let most = if self.habits.get().patient {
            DOUBLED_BY_THE_PATIENT
        } else {
            DOUBLED
        };
        let doubled = self.in_vain.get().min(most);
        self.in_vain.update(|n| n + 1);
        let most = BACK_OFF << doubled;
        least + self.dice.borrow_mut().millis(1..most + 1)
    }

    /// The connection works: coming back begins anew.
    pub(crate) fn is_in(&self) {
        self.in_vain.set(0);
        self.is_connected.set(true);
    }

    /// Whether it would be told if the server stopped now.
    pub(crate) fn is_connected(&self) -> bool {
        self.way.is_one_connection() && self.is_connected.get()
    }

    /// How it was let into the room since it was let in so many times.
    pub(crate) fn modes(&self, room: &str, since: usize) -> Option<Vec<String>> {
        let mirrors = self.mirrors.borrow();
        let mirror = mirrors.iter().find(|mirror| mirror.room == room)?;
        Some(mirror.modes.iter().skip(since).cloned().collect())
    }

    /// Notes that something is not as it must be.
    pub(crate) fn wrong(&self, what: impl std::fmt::Display) {
        self.tally.wrong(&self.name, what);
    }

    /// Does something with the mirror of a room; answers `None` where that was wrong, or the room is none of
    /// its business.
    pub(crate) fn with<T>(
        &self,
        room: &str,
        act: impl FnOnce(&mut Mirror) -> Result<T, Wrong>,
    ) -> Option<T> {
        let mut mirrors = self.mirrors.borrow_mut();
        let Some(mirror) = mirrors.iter_mut().find(|mirror| mirror.room == room) else {
            self.wrong(format_args!("expected nothing of a room “{room}”"));
            return None;
        };
        let done = act(mirror);
        done.map_err(|wrong| self.wrong(format_args!("{room}: {wrong}")))
            .ok()
    }

    /// An event came.
    pub(crate) fn event(&self, frame: Value) -> Option<()> {
        Tally::count(&self.tally.events);
        let room = text(&frame["room"]).to_owned();
        self.with(&room, |mirror| mirror.event(frame))
    }

    /// Whether a restless client breaks off now, which it does once in `n` times. Half of those who do forget
    /// everything, as a page does that is loaded anew.
    pub(crate) fn breaks_off(&self, n: usize, room: &str) -> bool {
        let mut dice = self.dice.borrow_mut();
        let breaks = self.habits.get().restless && dice.once_in(n);
        if breaks {
            let ask = |mirror: &mut Mirror| {
                let was_loading = mirror.is_loading;
                if dice.once_in(2) {
                    mirror.forget();
                }
                Ok(was_loading)
            };
            let was_loading = self.with(room, ask);
            self.tally.fault(match was_loading {
                Some(true) => "broke off a snapshot",
                _ => "broke off",
            });
        }
        breaks
    }

    /// Loads a room, as often as it takes.
    pub(crate) async fn load(&self, room: &str) -> Snapshot {
        loop {
            if let Some(snapshot) = load(&self.caller, room, &self.tally).await {
                return snapshot;
            }
            let wait = self.dice.borrow_mut().millis(20..200);
            sleep(wait).await;
        }
    }
}
