//! Everybody comes at once, as after a restart.

use std::net::{SocketAddr, TcpStream};
use std::rc::Rc;
use std::time::Duration;

use actix_rt::task::spawn_blocking;

use crate::signals::signal;
use crate::support::{Backend, Database, run};
use crate::tools::aims::Aims;

/// Those who come.
const STORM: usize = 2000;

/// A connection that finds no place is tried again by the kernel after a second.
const AT_ONCE: Duration = Duration::from_millis(900);

/// Connections that the system lets wait, whatever a program asks for (tcp(7), listen(2)).
fn longest_queue() -> usize {
    let most = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap();
    most.trim().parse().unwrap()
}

#[test]
fn a_storm_finds_room_in_the_queue_of_those_who_wait_to_be_let_in() {
    run(Backend::Sqlite, |database: Rc<Database>| async move {
        rlimit::increase_nofile_limit(u64::MAX).unwrap();
        let aims = Aims::start(&["--database", &database.url]);
        let address: SocketAddr = aims.url().replace("http://", "").parse().unwrap();
        signal(&aims, "STOP");

        let storm = spawn_blocking(move || {
            let come = |_| TcpStream::connect_timeout(&address, AT_ONCE);
            let storm: Result<Vec<_>, _> = (0..STORM.min(longest_queue())).map(come).collect();
            storm.map(|all| all.len())
        });

        assert_eq!(storm.await.unwrap().unwrap(), STORM.min(longest_queue()));
        signal(&aims, "CONT");
    });
}
