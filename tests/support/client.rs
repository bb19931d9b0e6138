//! A caller of the API.

use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use awc::Connector;
use serde_json::Value;

use crate::tools::wait::PATIENCE;

/// Bytes of an answer at most; a list of 500 rows has far fewer.
const ANSWER_LIMIT: usize = 64 << 20;

/// Somebody who sends requests, with a token if they have one.
#[derive(Clone)]
pub(crate) struct Client {
    pub(super) http: awc::Client,
    pub(super) base: String,
    pub(super) headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body as it came.
    pub(crate) text: String,
    /// The body as JSON; null where it is not.
    pub(crate) json: Value,
}

impl Client {
    /// Somebody unknown, at `http://HOST:PORT`.
    pub(crate) fn new(base: String) -> Self {
        // As many connections as there are requests at once: races need them.
        let connector = Connector::new().limit(0).timeout(PATIENCE);
        let builder = awc::Client::builder().connector(connector);
        Self {
            http: builder.timeout(PATIENCE).disable_redirects().finish(),
            base,
            headers: Vec::new(),
        }
    }

    /// The same caller, who also sends a header.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.into(), value.into()));
        other
    }

    /// The same caller, who shows a token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.try_get(path).await.expect("a whole answer")
    }

    /// The same, where there may be no whole answer.
    pub(crate) async fn try_get(&self, path: &str) -> Option<Reply> {
        self.try_send(Method::GET, path, Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send_json(Method::POST, path, &body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send_json(Method::PUT, path, &body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send_json(Method::PATCH, path, &body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, Vec::new()).await
    }

    async fn send_json(&self, method: Method, path: &str, body: &Value) -> Reply {
        let json = self.with(header::CONTENT_TYPE.as_str(), "application/json");
        json.send(method, path, body.to_string()).await
    }

    /// The same, where the server may go away before it has answered.
    pub(crate) async fn try_post(&self, path: &str, body: Value) -> Option<Reply> {
        let json = self.with(header::CONTENT_TYPE.as_str(), "application/json");
        json.try_send(Method::POST, path, body.to_string()).await
    }

    /// Sends a body as it is; its type is for [`Client::with`] to say.
    pub(crate) async fn send(&self, method: Method, path: &str, body: impl Into<Vec<u8>>) -> Reply {
        self.try_send(method, path, body)
            .await
            .expect("a whole answer")
    }

    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: impl Into<Vec<u8>>,
    ) -> Option<Reply> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.append_header((name.as_str(), value.as_str()));
        }
        let mut response = request.send_body(body.into()).await.ok()?;
        let body = response.body().limit(ANSWER_LIMIT).await.ok()?;
        let text = String::from_utf8_lossy(&body).into_owned();
        Some(Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            json: serde_json::from_str(&text).unwrap_or_default(),
            text,
        })
    }
}

impl Reply {
    /// The body of a request that was done.
    #[track_caller]
    pub(crate) fn done(self) -> Value {
        let status = StatusCode::from_u16(self.status).unwrap();
        assert!(status.is_success(), "{status}: {}", self.text);
        self.json
    }

    /// The problem that a request was refused with: it has a form (RFC 9457), a status and a code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        let told = (
            self.status,
            self.json["status"].as_u64(),
            self.json["code"].as_str(),
        );
        assert_eq!(
            told,
            (status, Some(status.into()), Some(code)),
            "{}",
            self.text
        );
        let text = |field: &str| self.json[field].as_str().unwrap_or_default();
        assert!(
            !text("title").is_empty() && !text("detail").is_empty(),
            "{}",
            self.text
        );
        assert_eq!(text("request_id"), self.header("x-request-id"));
        self.json
    }

    /// A header, empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default()
    }
}
