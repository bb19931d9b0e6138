//! `/api/events`: what happened in a room after a position, for those who have no WebSocket. One read for
//! all of them: at once, as soon as there is something, or as a stream.
//!
//! Whoever waits is a subscriber of the Broadcaster like everybody else, and costs no query while nothing
//! happens, also when they ask again: who they are and where the room stands is then still what it was. The server keeps nothing between two requests, so any of them may go to any server.

mod answer;
mod stream;

use std::time::Duration;

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::auth::{May, Viewer};
use super::input::Params;
use super::respond::{self, Response};
use crate::error::{Error, Result};
use crate::events::Seq;
use crate::realtime::Live;
use crate::realtime::protocol::{Have, Join};

/// Where this is.
const PATH: &str = "/api/events";

/// Whether a request is one of these.
pub fn is_asked(request: &HttpRequest) -> bool {
    request.path() == PATH && request.method().is_safe()
}

/// What somebody wants to hear of.
#[derive(Clone, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Asked {
    /// The room: a warehouse's code.
    pub room: String,
    /// The log that `after` is a place of; as it was told.
    pub epoch: Option<String>,
    /// The last event that is known already, or the place that a snapshot is exact for.
    #[garde(range(min = 0))]
    pub after: Option<Seq>,
    /// Events in one answer at most; a stream has no end.
    #[garde(range(min = 1, max = 10_000))]
    pub limit: Option<usize>,
    /// Seconds to wait, up to 30, where there is nothing yet.
    #[garde(range(max = 30))]
    pub wait: Option<u64>,
}

/// What happened in a room after a position.
///
/// With `wait`, the answer comes as soon as there is something, or empty after that many seconds. With
/// `Accept: text/event-stream` it is a stream that does not end by itself, and `Last-Event-ID` wins over `epoch`
/// and `after`. See `docs/PROTOCOL.md`.
#[utoipa::path(get, path = "/api/events", tag = "events", params(Asked,
        ("Last-Event-ID" = Option<String>, Header, description = "`epoch:seq`, as the stream's `id` was")),
    responses((status = 200, content((answer::Answer = "application/json"), (String = "text/event-stream"))),
        (status = 404, body = respond::ProblemBody), (status = 503, body = respond::ProblemBody)))]
pub async fn read(
    me: May<Viewer>,
    request: HttpRequest,
    asked: Params<Asked>,
    live: web::Data<Live>,
) -> Response {
    let asked = asked.0;
    let streams = streams(&request);
    let have = match last_event_id(&request).filter(|_| streams) {
        Some(have) => Some(have),
        None => asked.have()?,
    };
    let room = asked.room;
    let listening = live.listen(me.into_user(), Join { room, have }).await?;
    if streams {
        return Ok(stream::respond(listening));
    }
    let wait = Duration::from_secs(asked.wait.unwrap_or_default());
    answer::respond(listening, wait, asked.limit.unwrap_or(usize::MAX)).await
}

impl Asked {
    fn have(&self) -> Result<Option<Have>> {
        match (self.epoch.clone(), self.after) {
            (None, None) => Ok(None),
            (Some(epoch), Some(seq)) => Ok(Some(Have { epoch, seq })),
            (None, _) => Err(Error::field("epoch", "required", "after needs its epoch.")),
            (_, None) => Err(Error::field("after", "required", "epoch needs after.")),
        }
    }
}

/// Whether the client asks for a stream. A HEAD would never end.
fn streams(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT);
    let accepted = accepted.and_then(|v| v.to_str().ok()).unwrap_or_default();
    request.method() == Method::GET && accepted.contains("text/event-stream")
}

/// Up to where a stream came before it broke. What was never ours is a place in another log, which
/// leads to a reset: browsers give up on a stream that is refused.
fn last_event_id(request: &HttpRequest) -> Option<Have> {
    let sent = request.headers().get("last-event-id")?;
    let sent = sent.to_str().unwrap_or_default();
    let position = sent.rsplit_once(':').and_then(|(epoch, seq)| {
        let seq = seq.parse().ok()?;
        let epoch = epoch.to_owned();
        Some(Have { epoch, seq })
    });
    let nowhere = || Have {
        epoch: String::new(),
        seq: 0,
    };
    Some(position.unwrap_or_else(nowhere))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn last(id: &str) -> Option<(String, Seq)> {
        let request = TestRequest::get().insert_header(("Last-Event-ID", id));
        last_event_id(&request.to_http_request()).map(|have| (have.epoch, have.seq))
    }

    #[test]
    fn the_position_of_a_stream_is_read_back() {
        assert_eq!(last("0199-ab:42"), Some(("0199-ab".into(), 42)));
        for strange in ["", "42", "a:b", ":", "a:99999999999999999999"] {
            assert_eq!(last(strange), Some((String::new(), 0)), "{strange}");
        }
    }

    #[test]
    fn a_stream_is_for_those_who_ask_for_one() {
        let asks = |request: TestRequest, accept: &str| {
            streams(&request.insert_header(("accept", accept)).to_http_request())
        };
        assert!(asks(TestRequest::get(), "text/event-stream"));
        assert!(asks(TestRequest::get(), "text/event-stream, */*;q=0.1"));
        assert!(!asks(TestRequest::get(), "*/*"));
        assert!(!asks(
            TestRequest::default().method(Method::HEAD),
            "text/event-stream"
        ));
    }
}
