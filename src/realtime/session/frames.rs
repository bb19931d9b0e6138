//! From the bytes of a WebSocket to whole messages, within limits.
//!
//! Everything between the socket and what is said over it. A [`Session`](super::Session) is built on it, and
//! so is the echo in `tests/rfc6455.rs`, by which this is shown to be RFC 6455.

use std::io;
use std::num::NonZeroU32;
use std::time::Duration;

use actix::prelude::*;
use actix_http::ws::Item;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use actix_web_actors::ws::{
    CloseReason, Message, ProtocolError, WebsocketContext, WsResponseBuilder,
};
use bytestring::ByteString;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::intake::{Fault, Intake};
use crate::error::{Code, Error, Result};
use crate::realtime::protocol::{Close, MESSAGE_LIMIT};

/// Messages a second that a client may send in the long run. An honest one sends a pong each heartbeat and
/// a join for each room.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

/// Messages that it may send at once: more than a join for every room it can have.
const AT_ONCE: NonZeroU32 = NonZeroU32::new(100).expect("not zero");

/// How long the client is listened to after it was sent away. A socket that is closed while the client is
/// still sending is reset, and the reason is lost with it.
const LINGER: Duration = Duration::from_secs(2);

/// What is taken in.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a message at most, its fragments together.
    pub bytes: usize,
    /// Whether it may be binary.
    pub binary: bool,
}

impl Default for Limits {
    /// The protocol's.
    fn default() -> Self {
        Self {
            bytes: MESSAGE_LIMIT,
            binary: false,
        }
    }
}

/// What a message comes to.
#[derive(Debug)]
pub enum Taken {
    /// A whole text.
    Text(ByteString),
    /// Whole bytes, where they may be sent.
    Binary(Bytes),
    /// To be answered with the same bytes.
    Ping(Bytes),
    /// The client goes.
    Close(Option<CloseReason>),
    /// A part of a message, or a pong: nothing to do.
    Nothing,
}

/// One connection's way from messages of the codec to whole ones.
#[derive(Debug)]
pub struct Frames {
    assembly: Assembly,
    budget: Budget,
    /// What the intake found wrong.
    fault: Fault,
}

/// Makes the actor of a connection, and the answer to its handshake, with which it begins to run. `make` is
/// given what it takes messages by.
///
/// # Errors
/// `malformed` when this is no WebSocket handshake.
pub fn answer<A>(
    make: impl FnOnce(Frames) -> A,
    limits: Limits,
    request: &HttpRequest,
    payload: Payload,
) -> Result<(Addr<A>, HttpResponse)>
where
    A: Actor<Context = WebsocketContext<A>> + StreamHandler<Result<Message, ProtocolError>>,
{
    let fault = Fault::default();
    let frames = Frames {
        assembly: Assembly::new(limits),
        budget: Budget::default(),
        fault: fault.clone(),
    };
    let intake = Intake::new(payload, limits.bytes, fault);
    WsResponseBuilder::new(make(frames), request, intake)
        .frame_size(limits.bytes)
        .start_with_addr()
        .map_err(|e| Error::refused(Code::Malformed, format!("A WebSocket only: {e}.")))
}

/// Says why, and goes as soon as the client does, or soon.
pub fn part<A>(reason: CloseReason, ctx: &mut WebsocketContext<A>)
where
    A: Actor<Context = WebsocketContext<A>>,
{
    ctx.close(Some(reason));
    ctx.run_later(LINGER, |_, ctx| ctx.stop());
}

impl Frames {
    /// What a message comes to.
    ///
    /// # Errors
    /// Why the connection cannot go on.
    pub fn take(&mut self, message: Result<Message, ProtocolError>) -> Result<Taken, Close> {
        let message = message.map_err(|error| meaning(&error))?;
        if !self.budget.allows() {
            return Err(Close::Flood);
        }
        self.assembly.take(message)
    }

    /// What the last messages were followed by that was not one; `None` where the client is gone. To be
    /// asked when there are no more.
    pub fn fault(&self) -> Option<Close> {
        self.fault.get()
    }
}

/// Puts fragments together (RFC 6455 section 5.4). The codec sees to their order.
#[derive(Debug)]
struct Assembly {
    limits: Limits,
    parts: Vec<u8>,
    /// How many bytes of a text are known to be UTF-8; `None` where they need not be.
    sound: Option<usize>,
}

impl Assembly {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            parts: Vec::new(),
            sound: None,
        }
    }

    fn take(&mut self, message: Message) -> Result<Taken, Close> {
        match message {
            Message::Text(text) => Ok(Taken::Text(text)),
            Message::Ping(payload) => Ok(Taken::Ping(payload)),
            Message::Close(reason) => Ok(Taken::Close(reason)),
            Message::Pong(_) | Message::Nop => Ok(Taken::Nothing),
            Message::Binary(_) | Message::Continuation(Item::FirstBinary(_))
                if !self.limits.binary =>
            {
                Err(Close::NotText)
            }
            Message::Binary(bytes) => Ok(Taken::Binary(bytes)),
            Message::Continuation(item) => self.continued(item),
        }
    }

    fn continued(&mut self, item: Item) -> Result<Taken, Close> {
        match item {
            Item::FirstText(part) => {
                self.sound = Some(0);
                self.add(&part).map(|()| Taken::Nothing)
            }
            Item::FirstBinary(part) => {
                self.sound = None;
                self.add(&part).map(|()| Taken::Nothing)
            }
            Item::Continue(part) => self.add(&part).map(|()| Taken::Nothing),
            Item::Last(part) => {
                self.add(&part)?;
                let whole = Bytes::from(std::mem::take(&mut self.parts));
                if self.sound.is_none() {
                    return Ok(Taken::Binary(whole));
                }
                let text = ByteString::try_from(whole);
                text.map(Taken::Text).map_err(|_not_utf8| Close::NotText)
            }
        }
    }

    fn add(&mut self, part: &[u8]) -> Result<(), Close> {
        if self.parts.len() + part.len() > self.limits.bytes {
            return Err(Close::TooLarge);
        }
        self.parts.extend_from_slice(part);
        if let Some(sound) = &mut self.sound {
            *sound += sound_start(&self.parts[*sound..])?;
        }
        Ok(())
    }
}

/// How many bytes of a text's part are whole characters; the next may go on in the next part. What can be no
/// character any more is refused at once (RFC 6455 section 8.1).
fn sound_start(part: &[u8]) -> Result<usize, Close> {
    match str::from_utf8(part) {
        Ok(_) => Ok(part.len()),
        Err(e) if e.error_len().is_none() => Ok(e.valid_up_to()),
        Err(_) => Err(Close::NotText),
    }
}

/// How much a client may still say.
#[derive(Debug)]
struct Budget(DefaultDirectRateLimiter);

impl Default for Budget {
    fn default() -> Self {
        let quota = Quota::per_second(PER_SECOND).allow_burst(AT_ONCE);
        Self(RateLimiter::direct(quota))
    }
}

impl Budget {
    /// Whether one more message is within it.
    fn allows(&self) -> bool {
        self.0.check().is_ok()
    }
}

/// What an error of the codec tells about the client.
fn meaning(error: &ProtocolError) -> Close {
    match error {
        ProtocolError::Overflow => Close::TooLarge,
        // The way actix-web-actors reports a text that is not UTF-8.
        ProtocolError::Io(e) if e.kind() == io::ErrorKind::Other => Close::NotText,
        _ => Close::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(items: Vec<Item>) -> Result<Vec<String>, Close> {
        let mut assembly = Assembly::new(Limits::default());
        let taken = items
            .into_iter()
            .map(|item| assembly.take(Message::Continuation(item)));
        taken
            .filter_map(|taken| match taken {
                Ok(Taken::Text(text)) => Some(Ok(text.to_string())),
                Ok(_) => None,
                Err(why) => Some(Err(why)),
            })
            .collect()
    }

    fn part(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    #[test]
    fn fragments_are_put_together_even_within_a_character() {
        let cut = [&b"\xc3"[..], &b"\xa9"[..]].map(Bytes::from_static);
        let [first, last] = cut;
        let items = vec![
            Item::FirstText(part("caf")),
            Item::Continue(first),
            Item::Last(last),
            Item::FirstText(part("a")),
            Item::Last(part("b")),
        ];
        assert_eq!(take(items), Ok(vec!["café".into(), "ab".into()]));
    }

    #[test]
    fn fragments_together_may_not_be_larger_than_one_frame() {
        let half = Bytes::from(vec![b'x'; MESSAGE_LIMIT / 2]);
        let items = |last| {
            vec![
                Item::FirstText(half.clone()),
                Item::Continue(half.clone()),
                Item::Last(last),
            ]
        };
        assert_eq!(take(items(part(""))).map(|texts| texts.len()), Ok(1));
        assert_eq!(take(items(part("x"))), Err(Close::TooLarge));
    }

    #[test]
    fn what_is_binary_or_no_utf8_is_not_text() {
        let binary = vec![Item::FirstBinary(part("x"))];
        assert_eq!(take(binary), Err(Close::NotText));
        let bytes = Bytes::from_static;
        for broken in [&b"\xff"[..], b"\xed\xa0\x80", b"\xc3"] {
            let items = vec![Item::FirstText(part("x")), Item::Last(bytes(broken))];
            assert_eq!(take(items), Err(Close::NotText));
        }
        let early = vec![Item::FirstText(bytes(b"\xc3")), Item::Continue(bytes(b"x"))];
        assert_eq!(take(early), Err(Close::NotText), "before the rest came");
    }

    #[test]
    fn a_client_may_say_much_at_once_but_not_without_end() {
        let budget = Budget::default();
        let allowed = (0..1000).take_while(|_| budget.allows()).count();
        assert!((100..150).contains(&allowed), "{allowed}");
    }
}
