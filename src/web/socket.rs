//! `GET /ws`: the live connection's handshake, and what the kernel is told about sockets.

use std::any::Any;

use actix_web::dev::Extensions;
use actix_web::http::header;
use actix_web::rt::net::TcpStream;
use actix_web::{HttpRequest, web};
use socket2::SockRef;

use super::auth::{May, Viewer};
use super::origin::same_origin;
use super::respond::Response;
use crate::config::Config;
use crate::error::{Code, Error};
use crate::realtime::Live;

/// Answers the handshake and starts a session.
///
/// # Errors
/// `cross_origin` when a page of another site asks: browsers let it, and send our cookie along.
pub async fn open(
    user: May<Viewer>,
    request: HttpRequest,
    payload: web::Payload,
    live: web::Data<Live>,
    config: web::Data<Config>,
) -> Response {
    if request.headers().contains_key(header::ORIGIN) && !same_origin(&request, &config) {
        let detail = "A page of another site may not open a live connection.";
        return Err(Error::refused(Code::CrossOrigin, detail));
    }
    live.answer(user.into_user(), &request, payload).await
}

/// For `HttpServer::on_connect`: sends what is written at once, and bounds what a client that stopped reading costs
/// the kernel, and how long.
///
/// Without `TCP_NODELAY` the second of two events that come close together waits until the first is acknowledged
/// (RFC 9293 section 3.7.4), which a client that has nothing to say delays by up to 40 ms. Frames are written in
/// one piece, whatever came together, so there is nothing that waiting could put together.
///
/// A session whose socket is blocked does not run, so nothing in the process can end it. The kernel
/// does: after `unacked` without progress it drops the connection (`TCP_USER_TIMEOUT`, tcp(7)), whether the
/// peer vanished or reads no more. Until then the kernel keeps no more of what was sent than `send_buffer`.
pub fn set_up_sockets(
    config: &Config,
) -> impl Fn(&dyn Any, &mut Extensions) + Send + Sync + Clone + 'static {
    let (unacked, send_buffer) = (config.unacked, config.send_buffer * 1024);
    move |io, _| {
        let Some(socket) = io.downcast_ref::<TcpStream>().map(SockRef::from) else {
            return;
        };
        let done = socket
            .set_tcp_user_timeout(Some(unacked))
            .and_then(|()| socket.set_send_buffer_size(send_buffer))
            .and_then(|()| socket.set_tcp_nodelay(true));
        if let Err(error) = done {
            log::warn!("a socket could not be set up cause={error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::rt::System;
    use actix_web::rt::net::TcpListener;

    use super::*;

    #[test]
    fn what_is_written_is_sent_at_once_and_what_the_kernel_keeps_is_bounded() {
        System::new().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let _client = std::net::TcpStream::connect(address).unwrap();
            let (accepted, _) = listener.accept().await.unwrap();
            let mut config = Config::for_database("");
            config.unacked = Duration::from_secs(7);
            config.send_buffer = 100;

            set_up_sockets(&config)(&accepted, &mut Extensions::new());

            let socket = SockRef::from(&accepted);
            // It counts its own records too (socket(7), SO_SNDBUF).
            assert_eq!(socket.send_buffer_size().unwrap(), 2 * 100 * 1024);
            assert_eq!(socket.tcp_user_timeout().unwrap(), Some(config.unacked));
            assert!(socket.tcp_nodelay().unwrap());
        });
    }
}
