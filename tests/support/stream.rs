//! One end of a stream of server-sent events.

use actix_rt::time::timeout;
use awc::http::header::HeaderMap;
use futures_util::StreamExt;
use futures_util::stream::LocalBoxStream;
use serde_json::Value;

use super::client::Client;
use crate::tools::wait::PATIENCE;

/// A stream that is being read.
pub(crate) struct Stream {
    pub(crate) headers: HeaderMap,
    /// Pieces of it; `None` where the connection broke.
    body: LocalBoxStream<'static, Option<Vec<u8>>>,
    read: Vec<u8>,
}

/// The connection ended before the stream did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broken;

/// One entry; empty where a field is missing.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) retry: String,
    /// The data, which is a frame.
    pub(crate) frame: Value,
    /// It is a comment.
    pub(crate) silent: bool,
}

impl Client {
    /// Opens a stream, or says with which status that was refused.
    pub(crate) async fn stream(&self, path: &str) -> Result<Stream, u16> {
        let refused = |status: Option<u16>| status.expect("an answer");
        self.try_stream(path).await.map_err(refused)
    }

    /// The same, where there may be no answer at all.
    pub(crate) async fn try_stream(&self, path: &str) -> Result<Stream, Option<u16>> {
        let mut request = self.http.get(format!("{}{path}", self.base));
        request = request.insert_header(("accept", "text/event-stream"));
        for (name, value) in &self.headers {
            request = request.append_header((name.as_str(), value.as_str()));
        }
        let response = request.send().await.map_err(|_no_answer| None)?;
        if !response.status().is_success() {
            return Err(Some(response.status().as_u16()));
        }
        let headers = response.headers().clone();
        let body = response.map(|bytes| bytes.ok().map(|bytes| bytes.to_vec()));
        Ok(Stream {
            headers,
            body: body.boxed_local(),
            read: Vec::new(),
        })
    }
}

impl Stream {
    /// The next entry; `None` at an orderly end.
    pub(crate) async fn next(&mut self) -> Option<Entry> {
        let next = timeout(PATIENCE, self.try_next()).await;
        let next = next.expect("the server says something");
        next.unwrap_or_else(|Broken| panic!("the stream is whole"))
    }

    /// The same, however long it takes, and where the connection may break. Can be dropped while it
    /// waits, and nothing is lost.
    pub(crate) async fn try_next(&mut self) -> Result<Option<Entry>, Broken> {
        loop {
            if let Some(end) = self.read.windows(2).position(|pair| pair == b"\n\n") {
                let rest = self.read.split_off(end + 2);
                let entry = std::mem::replace(&mut self.read, rest);
                return Ok(Some(parse(str::from_utf8(&entry).unwrap().trim_end())));
            }
            match self.body.next().await {
                Some(bytes) => self.read.extend(bytes.ok_or(Broken)?),
                None if self.read.is_empty() => return Ok(None),
                None => return Err(Broken),
            }
        }
    }

    /// The next entry that is no comment and no ping.
    pub(crate) async fn entry(&mut self) -> Entry {
        loop {
            let entry = self.next().await.expect("the stream goes on");
            if !entry.silent && entry.event != "ping" {
                return entry;
            }
        }
    }

    /// The places of the next `n` entries, which are events under their own ids.
    pub(crate) async fn seqs(&mut self, epoch: &str, n: usize) -> Vec<i64> {
        let mut seqs = Vec::with_capacity(n);
        for _ in 0..n {
            let entry = self.entry().await;
            assert_eq!((&*entry.event, &entry.frame["type"]), ("", &"event".into()));
            let seq = entry.frame["seq"].as_i64().unwrap();
            assert_eq!(entry.id, format!("{epoch}:{seq}"));
            seqs.push(seq);
        }
        seqs
    }
}

fn parse(text: &str) -> Entry {
    let mut entry = Entry::default();
    for line in text.lines() {
        match line.split_once(':') {
            Some(("", _)) => entry.silent = true,
            Some(("id", id)) => entry.id = id.trim_start().into(),
            Some(("event", event)) => entry.event = event.trim_start().into(),
            Some(("retry", retry)) => entry.retry = retry.trim_start().into(),
            Some(("data", data)) => entry.frame = serde_json::from_str(data).expect("JSON"),
            _ => panic!("no line of a stream: {line}"),
        }
    }
    entry
}
