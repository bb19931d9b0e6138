//! Forms with a photo in them, as a browser or `curl -F` sends them.

use actix_web::http::Method;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::client::{Client, Reply};

const BOUNDARY: &str = "----a-line-that-is-in-no-photo";

/// A form on its way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form(Vec<u8>);

impl Form {
    /// A photo of a warehouse.
    pub(crate) fn of(photo: &[u8], warehouse: &str) -> Self {
        let form = Self::default().file("image", photo);
        form.field("warehouse", warehouse.as_bytes())
    }

    pub(crate) fn field(mut self, name: &str, value: &[u8]) -> Self {
        self.part(&format!("name=\"{name}\""), "", value);
        self
    }

    pub(crate) fn file(mut self, name: &str, bytes: &[u8]) -> Self {
        let head = format!("name=\"{name}\"; filename=\"shelf.jpg\"");
        self.part(&head, "Content-Type: image/jpeg\r\n", bytes);
        self
    }

    fn part(&mut self, disposition: &str, more: &str, bytes: &[u8]) {
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n{more}\r\n");
        self.0.extend(head.as_bytes());
        self.0.extend(bytes);
        self.0.extend(b"\r\n");
    }

    /// The bytes of the whole form.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let end = format!("--{BOUNDARY}--\r\n");
        [&self.0, end.as_bytes()].concat()
    }
}

impl Client {
    /// Sends a form to `/api/scans`.
    pub(crate) async fn upload(&self, form: &Form) -> Reply {
        self.upload_raw(form.bytes()).await
    }

    /// The same, again and again while the queue is full.
    pub(crate) async fn upload_when_there_is_room(&self, form: &Form) -> Reply {
        loop {
            let reply = self.upload(form).await;
            if reply.status != 503 {
                return reply;
            }
        }
    }

    /// The same with a body that may be no form at all.
    pub(crate) async fn upload_raw(&self, body: Vec<u8>) -> Reply {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let client = self.with("content-type", &kind);
        client.send(Method::POST, "/api/scans", body).await
    }

    /// Begins to send a form to `/api/scans`, and leaves it at so many of its bytes.
    pub(crate) async fn begin_upload(&self, form: &Form, part: usize) -> TcpStream {
        let address = self.base.replace("http://", "");
        let body = form.bytes();
        let headers = self.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let head = format!(
            "POST /api/scans HTTP/1.1\r\nHost: {address}\r\n{}Content-Length: {}\r\n\
             Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n",
            headers.concat(),
            body.len()
        );
        let request = [head.as_bytes(), &body[..part]].concat();
        let mut socket = TcpStream::connect(&address).await.unwrap();
        socket.write_all(&request).await.unwrap();
        socket
    }
}
