//! What comes from a client, looked at before it is gathered into frames.
//!
//! The codec of actix-http keeps every byte of a frame until the last one is there, and only then asks
//! whether the frame is too large (`ws::Parser::parse`); a client that announces a gigabyte is given it. It
//! takes the same broken header again and again, and a length said in more bytes than it needs. So frame
//! headers are read here first (RFC 6455 section 5.2), and nothing passes that announces too much or breaks
//! the framing.
//!
//! What came before the fault still passes, and then the messages end. Everything that comes later is thrown
//! away: a socket that is closed with unread bytes in it is reset, and the client would never see why.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::error::PayloadError;
use actix_web::rt;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt};

use crate::realtime::protocol::Close;

/// What the intake found wrong, if it did; nothing is taken in after it.
#[derive(Clone, Debug, Default)]
pub(super) struct Fault(Rc<Cell<Option<Close>>>);

impl Fault {
    pub(super) fn get(&self) -> Option<Close> {
        self.0.get()
    }
}

/// The bytes of a request's body, as long as they are frames within the limit.
#[derive(Debug)]
pub(super) struct Intake<S> {
    /// `None` after a fault.
    payload: Option<S>,
    headers: Headers,
    fault: Fault,
}

impl<S> Intake<S> {
    /// Lets frames of at most `limit` bytes pass.
    pub(super) fn new(payload: S, limit: usize, fault: Fault) -> Self {
        Self {
            payload: Some(payload),
            headers: Headers::new(limit),
            fault,
        }
    }
}

impl<S> Stream for Intake<S>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin + 'static,
{
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(payload) = &mut self.payload else {
            return Poll::Ready(None);
        };
        let next = std::task::ready!(Pin::new(payload).poll_next(cx));
        // A connection that broke is at its end; there is nobody to tell.
        let Some(Ok(mut bytes)) = next else {
            return Poll::Ready(None);
        };
        if let Err((good, why)) = self.headers.follow(&bytes) {
            self.fault.0.set(Some(why));
            if let Some(rest) = self.payload.take() {
                rt::spawn(rest.for_each(|_| async {}));
            }
            bytes.truncate(good);
        }
        Poll::Ready(Some(Ok(bytes)))
    }
}

/// Bytes of a frame's header at most, with its mask.
const HEADER: usize = 14;

/// Follows the frames in a stream of bytes.
#[derive(Debug)]
struct Headers {
    /// Bytes of a frame's payload at most.
    limit: usize,
    header: [u8; HEADER],
    /// How many bytes of it are there.
    got: usize,
    /// Bytes of the payload that are still to come.
    payload: usize,
}

impl Headers {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            header: [0; HEADER],
            got: 0,
            payload: 0,
        }
    }

    /// Follows these bytes to their end, or tells how many of them come before the frame that is wrong,
    /// and what is wrong with it.
    fn follow(&mut self, all: &[u8]) -> Result<(), (usize, Close)> {
        let (mut bytes, mut good) = (all, 0);
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.payload > 0 {
                let skipped = self.payload.min(bytes.len());
                self.payload -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            if self.got == 0 {
                good = all.len() - bytes.len();
            }
            self.header[self.got] = byte;
            self.got += 1;
            bytes = rest;
            if self.is_complete().map_err(|why| (good, why))? {
                self.payload = self.length().map_err(|why| (good, why))?;
                self.got = 0;
            }
        }
        Ok(())
    }

    fn is_complete(&self) -> Result<bool, Close> {
        let &[first, second, ..] = &self.header;
        if self.got < 2 {
            return Ok(false);
        }
        // No extension was agreed upon, a client must mask, and these are all the opcodes there are.
        let reserved = first & 0x70 != 0;
        let unmasked = second & 0x80 == 0;
        if reserved || unmasked || !matches!(first & 0x0f, 0..=2 | 8..=10) {
            return Err(Close::Malformed);
        }
        // What controls comes whole and short (section 5.5).
        let controls = first & 0x08 != 0;
        if controls && (first & 0x80 == 0 || second & 0x7f > 125) {
            return Err(Close::Malformed);
        }
        let length = match second & 0x7f {
            127 => 8,
            126 => 2,
            _ => 0,
        };
        Ok(self.got == 2 + length + 4)
    }

    fn length(&self) -> Result<usize, Close> {
        let h = &self.header;
        let (length, least) = match h[1] & 0x7f {
            127 => {
                let long = u64::from_be_bytes([h[2], h[3], h[4], h[5], h[6], h[7], h[8], h[9]]);
                (long, 1 << 16)
            }
            126 => (u64::from(u16::from_be_bytes([h[2], h[3]])), 126),
            short => (u64::from(short), 0),
        };
        if length < least {
            return Err(Close::Malformed);
        }
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        (length <= self.limit)
            .then_some(length)
            .ok_or(Close::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realtime::protocol::MESSAGE_LIMIT;

    const MASK: [u8; 4] = [1, 2, 3, 4];

    fn frame(first: u8, length: &[u8], payload: usize) -> Vec<u8> {
        let mut bytes = vec![first];
        bytes.extend_from_slice(length);
        bytes[1] |= 0x80;
        bytes.extend(MASK);
        bytes.extend(vec![0xff; payload]);
        bytes
    }

    fn follow(bytes: &[u8], at_once: usize) -> Result<(), Close> {
        let mut headers = Headers::new(MESSAGE_LIMIT);
        bytes
            .chunks(at_once)
            .try_for_each(|chunk| headers.follow(chunk))
            .map_err(|(_, why)| why)
    }

    #[test]
    fn frames_within_the_limit_pass_however_they_are_cut() {
        let limit = u16::try_from(MESSAGE_LIMIT).unwrap().to_be_bytes();
        let frames = [
            frame(0x81, &[5], 5),
            frame(0x89, &[0], 0),
            frame(0x01, &[126, 0, 200], 200),
            frame(0x80, &[126, limit[0], limit[1]], MESSAGE_LIMIT),
            frame(0x82, &[3], 3),
            frame(0x88, &[2], 2),
        ];
        for at_once in [1, 2, 3, 7, 100, 100_000] {
            assert_eq!(follow(&frames.concat(), at_once), Ok(()), "{at_once}");
        }
    }

    #[test]
    fn a_frame_that_announces_too_much_is_refused_before_it_comes() {
        let over = u16::try_from(MESSAGE_LIMIT + 1).unwrap().to_be_bytes();
        for length in [
            vec![126, over[0], over[1]],
            vec![127, 0, 0, 0, 0, 0x40, 0, 0, 0],
            vec![127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ] {
            let bytes = [frame(0x81, &[5], 5), frame(0x81, &length, 0)].concat();
            assert_eq!(follow(&bytes, 1), Err(Close::TooLarge), "{length:?}");
        }
    }

    #[test]
    fn a_length_is_said_in_as_few_bytes_as_it_takes() {
        for length in [
            vec![126, 0, 125],
            vec![127, 0, 0, 0, 0, 0, 0, 0, 125],
            vec![127, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
        ] {
            let bytes = frame(0x81, &length, 0);
            assert_eq!(follow(&bytes, 1), Err(Close::Malformed), "{length:?}");
        }
    }

    #[test]
    fn a_control_frame_that_is_long_or_in_pieces_is_refused_before_it_comes() {
        for first in [0x88, 0x89, 0x8a] {
            assert_eq!(
                follow(&frame(first, &[126, 0, 126], 0), 1),
                Err(Close::Malformed)
            );
            assert_eq!(
                follow(&frame(first & 0x0f, &[0], 0), 1),
                Err(Close::Malformed)
            );
        }
    }

    #[test]
    fn a_broken_header_is_refused() {
        let unmasked = [0x81, 5];
        assert_eq!(follow(&unmasked, 2), Err(Close::Malformed));
        for first in [0xc1, 0xa1, 0x91, 0x83, 0x87, 0x8b, 0x8f] {
            assert_eq!(
                follow(&frame(first, &[5], 5), 1),
                Err(Close::Malformed),
                "{first:x}"
            );
        }
    }
    #[test]
    fn what_came_before_a_fault_is_good() {
        let good = [frame(0x81, &[5], 5), frame(0x89, &[0], 0)].concat();
        let bytes = [&good[..], &frame(0xc1, &[5], 5)].concat();
        let mut headers = Headers::new(MESSAGE_LIMIT);
        let fault = Err((good.len(), Close::Malformed));
        assert_eq!(headers.follow(&bytes), fault);
    }
}
