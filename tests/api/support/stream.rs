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
    body: LocalBoxStream<'static, Vec<u8>>,
    read: String,
}

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
        let mut request = self.http.get(format!("{}{path}", self.base));
        request = request.insert_header(("accept", "text/event-stream"));
        for (name, value) in &self.headers {
            request = request.append_header((name.as_str(), value.as_str()));
        }
        let response = request.send().await.expect("an answer");
        if !response.status().is_success() {
            return Err(response.status().as_u16());
        }
        let headers = response.headers().clone();
        let body = response.map(|bytes| bytes.expect("the stream is whole").to_vec());
        Ok(Stream {
            headers,
            body: body.boxed_local(),
            read: String::new(),
        })
    }
}

impl Stream {
    /// The next entry; `None` at an orderly end.
    pub(crate) async fn next(&mut self) -> Option<Entry> {
        loop {
            if let Some(end) = self.read.find("\n\n") {
                let rest = self.read.split_off(end + 2);
                let entry = std::mem::replace(&mut self.read, rest);
                return Some(parse(entry.trim_end()));
            }
            let bytes = timeout(PATIENCE, self.body.next()).await;
            let Some(bytes) = bytes.expect("the server says something") else {
                assert_eq!(self.read, "", "the last entry is whole");
                return None;
            };
            self.read += std::str::from_utf8(&bytes).unwrap();
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
