//! From the WebSocket's messages to texts, within limits.

use std::io;
use std::num::NonZeroU32;

use actix_http::ws::Item;
use actix_web::web::Bytes;
use actix_web_actors::ws::{CloseReason, Message, ProtocolError};
use bytestring::ByteString;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use crate::realtime::protocol::{Close, MESSAGE_LIMIT};

/// Messages a second that a client may send in the long run. An honest one sends a pong each heartbeat and
/// a join for each room.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

/// Messages that it may send at once: more than a join for every room it can have.
const AT_ONCE: NonZeroU32 = NonZeroU32::new(100).expect("not zero");

/// What a message comes to.
#[derive(Debug)]
pub(super) enum Taken {
    /// A whole text.
    Text(ByteString),
    /// To be answered with the same bytes.
    Ping(Bytes),
    /// The client goes.
    Close(Option<CloseReason>),
    /// A part of a text, or a pong: nothing to do.
    Nothing,
}

/// Puts fragments together (RFC 6455 section 5.4). The codec sees to their order.
#[derive(Debug, Default)]
pub(super) struct Assembly(Vec<u8>);

impl Assembly {
    pub(super) fn take(&mut self, message: Message) -> Result<Taken, Close> {
        use Item::{Continue, FirstBinary, FirstText, Last};
        match message {
            Message::Text(text) => Ok(Taken::Text(text)),
            Message::Ping(payload) => Ok(Taken::Ping(payload)),
            Message::Close(reason) => Ok(Taken::Close(reason)),
            Message::Pong(_) | Message::Nop => Ok(Taken::Nothing),
            Message::Binary(_) | Message::Continuation(FirstBinary(_)) => Err(Close::NotText),
            Message::Continuation(FirstText(part) | Continue(part)) => {
                self.add(&part).map(|()| Taken::Nothing)
            }
            Message::Continuation(Last(part)) => {
                self.add(&part)?;
                let text = String::from_utf8(std::mem::take(&mut self.0));
                text.map(|text| Taken::Text(text.into()))
                    .map_err(|_not_utf8| Close::NotText)
            }
        }
    }

    fn add(&mut self, part: &[u8]) -> Result<(), Close> {
        if self.0.len() + part.len() > MESSAGE_LIMIT {
            return Err(Close::TooLarge);
        }
        self.0.extend_from_slice(part);
        Ok(())
    }
}

/// How much a client may still say.
#[derive(Debug)]
pub(super) struct Budget(DefaultDirectRateLimiter);

impl Default for Budget {
    fn default() -> Self {
        let quota = Quota::per_second(PER_SECOND).allow_burst(AT_ONCE);
        Self(RateLimiter::direct(quota))
    }
}

impl Budget {
    /// Whether one more message is within it.
    pub(super) fn allows(&self) -> bool {
        self.0.check().is_ok()
    }
}

/// What an error of the codec tells about the client.
pub(super) fn meaning(error: &ProtocolError) -> Close {
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
        let mut assembly = Assembly::default();
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
        let broken = Bytes::from_static(b"\xff");
        let items = vec![Item::FirstText(part("x")), Item::Last(broken)];
        assert_eq!(take(items), Err(Close::NotText));
    }

    #[test]
    fn a_client_may_say_much_at_once_but_not_without_end() {
        let budget = Budget::default();
        let allowed = (0..1000).take_while(|_| budget.allows()).count();
        assert!((100..150).contains(&allowed), "{allowed}");
    }
}
