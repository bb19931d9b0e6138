//! The wire: every frame that passes over `GET /ws`, each JSON in one text frame.
//!
//! This file and `tests/fixtures/frames/*.json` are the protocol; the browser's tests read the same
//! fixtures. Types that are shared with nothing else: a change here is a change of the protocol, and
//! [`VERSION`] counts those that old clients would not understand.
//!
//! A client joins rooms (a room is a warehouse, by its code). `event` frames of a room come in the order
//! of `seq` without a gap, beginning after the `seq` of `joined`; a client ignores those whose `seq` it
//! has already. A `ping` tells the newest `seq` of every joined room, so that a client that has less
//! knows that it missed something and joins that room again, with its position.
//!
//! Left for later: presence and `focus`, which is refused as unknown until then.

mod close;

use std::collections::BTreeMap;
use std::time::Duration;

use bytestring::ByteString;
use serde::{Deserialize, Serialize};

pub use close::Close;

use crate::events::{Epoch, Event, Seq};

/// Counts changes that old clients would not understand.
pub const VERSION: u32 = 1;

/// Bytes of a message from a client at most, its fragments taken together. The longest of the protocol
/// has some 200; larger only helps those who want to fill the memory.
pub const MESSAGE_LIMIT: usize = 16 * 1024;

/// What the server says.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Server<'a> {
    /// The first frame: the handshake is done, and this is who you are.
    Welcome {
        /// [`VERSION`].
        protocol: u32,
        /// Who is signed in.
        user: Who<'a>,
        /// Milliseconds between two pings. Nothing heard for twice as long means that the line is dead.
        heartbeat_ms: u64,
    },
    /// The answer to [`Join`]. Every later event of the room follows.
    Joined {
        /// The room.
        room: &'a str,
        /// The log's identity, to be sent back in the next `join`.
        epoch: &'a str,
        /// The place after which events follow.
        seq: Seq,
        /// What the client has to do.
        mode: Mode,
    },
    /// Something changed.
    Event(&'a Event),
    /// Are you there? To be answered with `pong` and the same id.
    Ping {
        /// Counts pings.
        id: u64,
        /// The newest event of each joined room, by the room's code.
        heads: BTreeMap<&'a str, Seq>,
    },
    /// How long the way there and back took, measured between a `ping` and its `pong`.
    Rtt {
        /// Milliseconds, to a tenth.
        ms: f64,
    },
    /// The answer to [`Client::Leave`]. No event of the room follows.
    Left {
        /// The room.
        room: &'a str,
    },
    /// Something that the client asked for is refused; the connection goes on.
    Error {
        /// Which refusal, for programs.
        code: Refusal,
        /// A sentence for people.
        detail: &'a str,
        /// The room that it is about.
        room: Option<&'a str>,
    },
    /// The last frame, before the WebSocket's own close with the same code.
    Bye {
        /// [`Close::code`].
        code: u16,
        /// [`Close::name`].
        reason: &'static str,
        /// Milliseconds to stay away at least, before the client's own back-off.
        retry_after_ms: u64,
    },
}

/// Somebody, as others see them.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Who<'a> {
    /// What they type to sign in.
    pub login: &'a str,
    /// What is shown.
    pub name: &'a str,
}

/// What `joined` means for what the client holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The client named no position. Events follow from here on; what was before is in the snapshot.
    Live,
    /// The position fits: what was missed since follows at once.
    Resumed,
    /// The position does not fit the log any more, or too much was missed: load the snapshot.
    Reset,
}

/// Why something is refused while the connection goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// There is no such room, or none that this person may see.
    NotFound,
    /// The room to leave was not joined.
    NotJoined,
    /// No more rooms fit on one connection.
    TooManyRooms,
    /// The pong answers no ping.
    NotAsked,
}

impl Server<'_> {
    /// The last word.
    pub fn bye(why: Close, retry_after: Duration) -> Self {
        Self::Bye {
            code: why.code(),
            reason: why.name(),
            retry_after_ms: u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The frame's text. Whoever sends it to many encodes it once.
    ///
    /// # Panics
    /// Never: the frames have nothing in them that JSON cannot say.
    pub fn encode(&self) -> ByteString {
        serde_json::to_string(self)
            .expect("frames are structs of text and numbers")
            .into()
    }
}

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Client {
    /// Tell me everything that happens in this room.
    Join(Join),
    /// Tell me no more of this room.
    Leave {
        /// The room.
        room: String,
    },
    /// I am here.
    Pong {
        /// The ping's.
        id: u64,
    },
}

/// A wish to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// The room: a warehouse's code.
    pub room: String,
    /// What the client holds already, if anything.
    pub have: Option<Have>,
}

/// Up to where a client knows a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Have {
    /// The identity of the log in which `seq` is a place.
    pub epoch: Epoch,
    /// The last event it has applied, or the place its snapshot is exact for.
    pub seq: Seq,
}

/// As it stands on the wire.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Spoken {
    Join {
        room: String,
        epoch: Option<Epoch>,
        seq: Option<Seq>,
    },
    Leave {
        room: String,
    },
    Pong {
        id: u64,
    },
}

impl Client {
    /// Reads a frame. Members that it does not know are ignored, a `type` that it does not know is not.
    ///
    /// # Errors
    /// What is wrong with it, in words; the connection is closed with [`Close::Malformed`].
    pub fn parse(text: &str) -> Result<Self, String> {
        // Serde would take an array of the members' values as well.
        if !text.trim_ascii_start().starts_with('{') {
            return Err("a frame is a JSON object".into());
        }
        match serde_json::from_str(text).map_err(|e| e.to_string())? {
            Spoken::Join { room, epoch, seq } => {
                let have = match (epoch, seq) {
                    (None, None) => None,
                    (Some(epoch), Some(seq)) if seq >= 0 => Some(Have { epoch, seq }),
                    (Some(_), Some(_)) => return Err("seq must not be negative".into()),
                    _ => return Err("epoch and seq go together".into()),
                };
                Ok(Self::Join(Join { room, have }))
            }
            Spoken::Leave { room } => Ok(Self::Leave { room }),
            Spoken::Pong { id } => Ok(Self::Pong { id }),
        }
    }
}

#[cfg(test)]
mod tests;
