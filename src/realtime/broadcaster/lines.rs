//! The ways to the subscribers. Nothing here ever waits.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use actix::prelude::SendError;

use super::super::hub::SubscriberId;
use super::super::messages::{Connect, Pulse, Push};
use super::super::protocol::Close;

/// Bytes of events that may wait in one mailbox before the next is an eviction, so that few large events
/// are bounded as well as many small ones. The bytes are shared until they are written: a stalled client
/// costs its own copy only when it reads again.
const WAITING_BYTES: usize = 1024 * 1024;

/// One way to each subscriber.
#[derive(Debug, Default)]
pub(super) struct Lines(HashMap<SubscriberId, Line>);

#[derive(Debug)]
struct Line {
    push: Recipient<Push>,
    pulse: Arc<Pulse>,
}

/// A subscriber who could not be told, and why it is to be removed, if it is there at all.
pub(super) type Failed = (SubscriberId, Option<Close>);

impl Lines {
    pub(super) fn open(&mut self, id: SubscriberId, Connect { push, pulse }: Connect) {
        self.0.insert(id, Line { push, pulse });
    }

    /// Sends the same to several, and answers who could not take it.
    pub(super) fn send(&self, push: &Push, to: impl Iterator<Item = SubscriberId>) -> Vec<Failed> {
        let sent = to.filter_map(|id| Some((id, self.0.get(&id)?.send(push))));
        sent.filter_map(|(id, sent)| Some((id, sent.err()?)))
            .collect()
    }

    pub(super) fn take_heard(&self, id: SubscriberId) -> bool {
        self.0.get(&id).is_some_and(|line| line.pulse.take_heard())
    }

    pub(super) fn ids(&self) -> Vec<SubscriberId> {
        self.0.keys().copied().collect()
    }

    /// Closes the line; tells why where there is a reason.
    pub(super) fn end(&mut self, id: SubscriberId, why: Option<Close>, retry_after: Duration) {
        let (Some(line), Some(why)) = (self.0.remove(&id), why) else {
            return;
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the last message, once per line: it must get in behind a full mailbox"
        )]
        line.push.do_send(Push::End { why, retry_after });
    }

    /// Closes the line of one who knows.
    pub(super) fn forget(&mut self, id: SubscriberId) {
        self.0.remove(&id);
    }
}

impl Line {
    fn send(&self, push: &Push) -> Result<(), Option<Close>> {
        let Push::Events(batch) = push else {
            return self.try_send(push);
        };
        if self.pulse.waiting_bytes() > WAITING_BYTES {
            return Err(Some(Close::SlowConsumer));
        }
        self.pulse.load(batch);
        self.try_send(push)
    }

    fn try_send(&self, push: &Push) -> Result<(), Option<Close>> {
        self.push.try_send(push.clone()).map_err(|e| match e {
            SendError::Full(_) => Some(Close::SlowConsumer),
            SendError::Closed(_) => None,
        })
    }
}
