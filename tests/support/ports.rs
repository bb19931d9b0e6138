//! Free ports.

use std::net::{SocketAddr, TcpListener};

/// Ports that the system does not give to outgoing connections: while a program that is started again
/// is down, nobody else comes by its port.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// An address on this machine that nobody listens on.
pub(crate) fn free_address() -> SocketAddr {
    let port = || rand::random_range(PORTS);
    std::iter::repeat_with(port)
        .map(|port| SocketAddr::from(([127, 0, 0, 1], port)))
        .find(|address| TcpListener::bind(address).is_ok())
        .unwrap()
}
