//! One answer: what there is, or what comes first.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::rt::time::timeout;
use bytestring::ByteString;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::error::{Error, Result};
use crate::events::Seq;
use crate::realtime::listen::{Listening, News};
use crate::realtime::protocol::{Mode, Server};
use crate::web::respond::Response;

/// What happened in a room.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Events)]
pub(super) struct Answer {
    /// The room.
    room: String,
    /// The log's identity, to be sent back.
    epoch: String,
    /// Up to where these events come; to be sent back as `after`.
    seq: Seq,
    /// `resumed`: these are the next events, if any. `live`: no position was named, `seq` is where to begin.
    /// `reset`: load a snapshot.
    #[schema(value_type = String)]
    mode: Mode,
    /// The events, oldest first, as frames of the WebSocket.
    #[schema(value_type = Vec<serde_json::Value>)]
    events: Vec<Box<RawValue>>,
    /// Why the server answers before anything happened, and when to ask again.
    #[schema(value_type = Option<serde_json::Value>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    bye: Option<Box<RawValue>>,
}

/// Answers with at most `limit` events, after waiting for the first where that is asked for.
pub(super) async fn respond(mut listening: Listening, wait: Duration, limit: usize) -> Response {
    let news = match listening.missed() {
        Some(missed) => Some(missed),
        // With another mode the client has to do something first.
        None if listening.mode == Mode::Resumed && !wait.is_zero() => {
            timeout(wait, something(&mut listening)).await.ok()
        }
        None => None,
    };
    let (mut seq, mut events, mut bye) = (listening.seq, Vec::new(), None);
    match news {
        Some(News::Events { after, mut frames }) => {
            frames.truncate(limit);
            seq = after + Seq::try_from(frames.len()).unwrap_or_default();
            events = frames.iter().map(raw).collect::<Result<_>>()?;
        }
        Some(News::End { why, retry_after }) => {
            bye = Some(raw(&Server::bye(why, retry_after).encode())?);
        }
        Some(News::Ping(_)) | None => {}
    }
    let answer = Answer {
        room: listening.room.clone(),
        epoch: listening.epoch.clone(),
        seq,
        mode: listening.mode,
        events,
        bye,
    };
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    Ok(response.json(answer))
}

/// What comes next and is worth an answer.
async fn something(listening: &mut Listening) -> News {
    loop {
        let news = listening.next().await;
        if !matches!(news, News::Ping(_)) {
            return news;
        }
    }
}

fn raw(frame: &ByteString) -> Result<Box<RawValue>> {
    RawValue::from_string(frame.to_string()).map_err(Error::internal)
}
