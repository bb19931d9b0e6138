//! Being known to the Broadcaster, whatever the transport; and the one way in and out.

use std::sync::Arc;

use actix::Recipient;

use super::Live;
use super::hub::SubscriberId;
use super::messages::{Closed, Connect, Pulse, Push};
use super::protocol::Close;

/// Being known to the Broadcaster. Ends when it is dropped, whatever the reason.
#[derive(Debug)]
pub(super) struct Membership {
    live: Live,
    pub(super) id: SubscriberId,
    /// Counted when it ends, if there is a reason.
    pub(super) why: Option<Close>,
}

impl Live {
    /// Makes somebody known who is told by `push`.
    ///
    /// # Errors
    /// [`Close::Restarting`] when the server is on its way down.
    pub(super) async fn connect(
        &self,
        push: Recipient<Push>,
        pulse: Arc<Pulse>,
    ) -> Result<Membership, Close> {
        let answer = self.broadcaster.send(Connect { push, pulse }).await;
        let id = answer.unwrap_or(Err(Close::Restarting))?;
        Ok(Membership {
            live: self.clone(),
            id,
            why: None,
        })
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        let (id, why) = (self.id, self.why);
        // Where this finds no room, the next ping finds that nobody is there.
        self.live.broadcaster.try_send(Closed { id, why }).ok();
    }
}
