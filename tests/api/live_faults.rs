//! What happens to a live connection when something goes wrong: never a silent hole.

use std::net::TcpStream;
use std::pin::pin;
use std::time::Duration;

use aims::domain::access::Role;
use aims::events::{Committed, Event, since};
use aims::ids::WarehouseId;
use aims::realtime::hub::Figures;
use aims::realtime::messages::Stats;
use aims::realtime::protocol::Close;
use futures_util::future::{Either, select};
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::on_both;
use crate::support::rows::write;
use crate::support::socket::Socket;
use crate::tools::people::ROOMS;

const NORTH: WarehouseId = ROOMS[0];

/// Writes events that `app` is not told of: another server does it, on the same database.
async fn write_unannounced(app: &App, n: usize) -> Vec<Event> {
    let elsewhere = app.beside(|_| {}).await;
    write(elsewhere.store(), NORTH, n).await;
    let all = app.store().read(|db| since(db, NORTH, 0, usize::MAX));
    all.await.unwrap().expect("nothing was pruned")
}

fn announce(app: &App, events: &[&Event]) {
    let events = events.iter().map(|&event| event.clone()).collect();
    app.live()
        .broadcaster()
        .try_send(Committed(events))
        .unwrap();
}

async fn joined(app: &App) -> Socket {
    let mut socket = app.as_role(Role::Viewer).live().await;
    assert_eq!(socket.join("north", None).await["type"], "joined");
    socket
}

async fn figures(app: &App) -> Figures {
    app.live().broadcaster().send(Stats).await.unwrap()
}

on_both! {
    async fn announcements_in_any_order_are_put_in_order(app: App) {
        let mut socket = joined(&app).await;
        let events = write_unannounced(&app, 4).await;
        let [one, two, three, four] = [&events[0], &events[1], &events[2], &events[3]];

        announce(&app, &[three]);
        announce(&app, &[four, two, three]);
        announce(&app, &[one]);

        assert_eq!(socket.seqs(4).await, [1, 2, 3, 4]);
        socket.is_quiet().await;
        let figures = figures(&app).await;
        assert_eq!((figures.events, figures.held), (4, 3));
    }

    async fn what_is_never_announced_is_read_from_the_log(app: App) {
        let mut socket = joined(&app).await;
        let events = write_unannounced(&app, 1200).await;

        announce(&app, &[&events[1199]]);

        assert_eq!(socket.seqs(1200).await, (1..=1200).collect::<Vec<_>>());
        socket.is_quiet().await;
    }

    async fn events_that_found_the_broadcaster_busy_are_read_from_the_log(app: App) {
        let mut socket = joined(&app).await;
        let store = app.store().clone();

        // The Broadcaster lives in this thread, so it stands still until the writes are done.
        std::thread::spawn(move || {
            actix_rt::System::new().block_on(async {
                for _ in 0..1100 {
                    write(&store, NORTH, 1).await;
                }
            });
        })
        .join()
        .unwrap();

        assert_eq!(socket.seqs(1100).await, (1..=1100).collect::<Vec<_>>());
        let figures = figures(&app).await;
        assert_eq!(figures.subscribers, 1);
    }

    async fn who_read_ahead_of_the_announcements_gets_no_event_twice(app: App) {
        let epoch = app.store().epoch().clone();
        let _present = joined(&app).await;
        let events = write_unannounced(&app, 3).await;
        let mut ahead = app.as_role(Role::Viewer).live().await;

        let answer = ahead.join("north", Some((&epoch, 2))).await;
        announce(&app, &events.iter().collect::<Vec<_>>());

        assert_eq!((&answer["mode"], &answer["seq"]), (&"resumed".into(), &2.into()));
        assert_eq!(ahead.seqs(1).await, [3]);
        ahead.is_quiet().await;
    }

    async fn who_answers_no_ping_is_sent_away(app: App) {
        let app = app.beside(|config| config.heartbeat = Duration::from_millis(100)).await;
        let mut silent = joined(&app).await;
        let mut lively = joined(&app).await;

        let answering = async {
            loop {
                let id = lively.ping().await["id"].clone();
                lively.say(json!({ "type": "pong", "id": id })).await;
            }
        };
        let Either::Left((goodbye, _)) = select(pin!(silent.goodbye()), pin!(answering)).await;

        assert_eq!(goodbye.code, Close::NoPong.code());
        let figures = figures(&app).await;
        assert_eq!((figures.subscribers, figures.closes), (1, [(Close::NoPong, 1)].into()));
    }

    async fn a_server_that_stops_says_when_to_come_back(app: App) {
        let mut sockets = Vec::new();
        for _ in 0..4 {
            sockets.push(joined(&app).await);
        }

        let drained = app.live().drain(Duration::from_secs(1)).await;

        assert_eq!(drained, 4);
        let mut waits = Vec::new();
        for socket in &mut sockets {
            let goodbye = socket.goodbye().await;
            assert_eq!(goodbye.code, Close::Restarting.code());
            waits.push(goodbye.retry_after_ms);
        }
        waits.sort_unstable();
        assert_eq!(waits, [0, 250, 500, 750]);
        let mut late = app.as_role(Role::Viewer).live().await;
        assert_eq!(late.goodbye().await.code, Close::Restarting.code());
        drop((sockets, late));
        assert_eq!(app.until_gone().await.subscribers, 0);
    }

    async fn who_stops_reading_is_evicted_and_freed_and_others_notice_nothing(app: App) {
        let app = app.beside(|config| {
            config.mailbox = 8;
            // Long enough for a busy machine to write too much, or the kernel is first.
            config.unacked = Duration::from_secs(10);
        }).await;
        let mut reader = joined(&app).await;
        let stalled = stalled(&app).await;
        while figures(&app).await.subscriptions < 2 {
            actix_rt::task::yield_now().await;
        }

        let mut written = 0;
        while figures(&app).await.subscribers == 2 {
            write(app.store(), NORTH, 100).await;
            written += 100;
            assert_eq!(reader.seqs(100).await.last(), Some(&written));
        }

        let figures = figures(&app).await;
        assert_eq!((figures.subscribers, figures.closes), (1, [(Close::SlowConsumer, 1)].into()));
        // The stalled socket is open still; the kernel gives up on it.
        drop(reader);
        app.until_gone().await;
        drop(stalled);
    }

    async fn a_slow_client_that_reads_again_is_told_to_come_back(app: App) {
        let app = app.beside(|config| config.mailbox = 8).await;
        let mut slow = joined(&app).await;

        let mut written = 0;
        while figures(&app).await.subscribers == 1 {
            write(app.store(), NORTH, 200).await;
            written += 200;
        }

        let mut heard = 0;
        let goodbye = slow.goodbye_after(|frame: &Value| {
            heard += 1;
            assert_eq!(frame["seq"], heard, "without a gap up to the end");
        });
        assert_eq!(goodbye.await.code, Close::SlowConsumer.code());
        let epoch = app.store().epoch().clone();
        let mut again = app.as_role(Role::Viewer).live().await;
        let answer = again.join("north", Some((&epoch, heard))).await;
        assert_eq!((&answer["mode"], &answer["seq"]), (&"resumed".into(), &written.into()));
    }
}

/// Joins a room and reads nothing, not even the welcome.
async fn stalled(app: &App) -> TcpStream {
    let join = br#"{"type":"join","room":"north"}"#;
    let length = 0x80 | u8::try_from(join.len()).unwrap();
    let frame = [&[0x81, length, 0, 0, 0, 0], &join[..]].concat();
    app.as_role(Role::Viewer).connect_raw(frame).await
}
