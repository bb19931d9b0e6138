//! The live connection: who is in which room, and how every event reaches them in order.
//!
//! ```text
//! Store ──Committed──▶ Broadcaster ──Push, try_send──▶ Session ──▶ WebSocket
//!                        carries a Hub                   joins through `join`, which reads the log
//! ```
//!
//! * [`protocol`]: the frames. Pure.
//! * [`hub`]: rooms, subscribers, order, what to do when something is missing. Pure.
//!
//! A subscriber is whoever has a `Recipient<Push>`: nothing but the session knows of WebSockets, so another
//! transport is another user of the same messages.

pub mod hub;
pub mod protocol;
