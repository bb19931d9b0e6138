//! A stream of server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>): the
//! WebSocket's frames, with the position as `id`.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::web::Bytes;
use bytestring::ByteString;
use futures_util::stream::{Stream, unfold};

use crate::events::{Epoch, Seq};
use crate::realtime::listen::{Listening, News};
use crate::realtime::protocol::{Close, Server};

/// A line that says nothing is sent after so long without another. Proxies end connections that are silent
/// for a minute, some for half of it, and a client takes 20 s of silence for a proxy that buffers.
const COMMENT_AFTER: Duration = Duration::from_secs(15);

/// When a browser comes back by itself after the stream broke; a `bye` adds to it.
const RETRY: Duration = Duration::from_secs(2);

/// Bytes handed to the connection at once, about. Larger is copied for each client while it waits.
const PIECE: usize = 16 * 1024;

/// Answers with a stream that ends when the server says goodbye, or the client goes.
pub(super) fn respond(listening: Listening) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        // Compressed, it would wait for enough to compress.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .streaming(body(listening))
}

fn body(listening: Listening) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let begin = begin(&listening);
    let flow = Flow {
        listening: Some(listening),
        seq: 0,
        waiting: Vec::new().into_iter(),
    };
    unfold((Some(begin), flow), |(begin, mut flow)| async move {
        let piece = match begin {
            Some(begin) => begin,
            None => flow.next().await?,
        };
        Some((Ok(piece.into()), (None, flow)))
    })
}

/// The first frame. Its `id` is the place before the events that follow, not the head: a stream that breaks
/// between them resumes there.
fn begin(listening: &Listening) -> String {
    let joined = Server::Joined {
        room: &listening.room,
        epoch: &listening.epoch,
        seq: listening.head,
        mode: listening.mode,
    };
    let Listening { epoch, seq, .. } = listening;
    let data = joined.encode();
    let retry = RETRY.as_millis();
    format!("retry: {retry}\nid: {epoch}:{seq}\nevent: joined\ndata: {data}\n\n")
}

struct Flow {
    /// `None` once the last word was said.
    listening: Option<Listening>,
    /// The place before the first of those that wait.
    seq: Seq,
    /// Frames of events that were handed out and not sent yet.
    waiting: std::vec::IntoIter<ByteString>,
}

impl Flow {
    async fn next(&mut self) -> Option<String> {
        let listening = self.listening.as_mut()?;
        if let Some(piece) = piece(&listening.epoch, &mut self.seq, &mut self.waiting) {
            return Some(piece);
        }
        let Ok(news) = timeout(COMMENT_AFTER, listening.next()).await else {
            return Some(":\n\n".into());
        };
        match news {
            News::Events { after, frames } => {
                self.seq = after;
                self.waiting = frames.into_iter();
                piece(&listening.epoch, &mut self.seq, &mut self.waiting)
            }
            News::Ping(frame) => Some(format!("event: ping\ndata: {frame}\n\n")),
            News::End { why, retry_after } => {
                self.listening = None;
                Some(goodbye(why, retry_after))
            }
        }
    }
}

/// The next events, as many as fit; none where none wait.
fn piece(
    epoch: &Epoch,
    seq: &mut Seq,
    waiting: &mut std::vec::IntoIter<ByteString>,
) -> Option<String> {
    let mut piece = String::new();
    while piece.len() < PIECE {
        let Some(frame) = waiting.next() else { break };
        *seq += 1;
        let id = seq.to_string();
        piece.extend(["id: ", epoch, ":", &id, "\ndata: ", &frame, "\n\n"]);
    }
    (!piece.is_empty()).then_some(piece)
}

/// The last word, which also tells a browser when to come back.
fn goodbye(why: Close, retry_after: Duration) -> String {
    let retry = (retry_after + RETRY).as_millis();
    let data = Server::bye(why, retry_after).encode();
    format!("retry: {retry}\nevent: bye\ndata: {data}\n\n")
}
