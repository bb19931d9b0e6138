//! The room's events for those without a WebSocket: at once, after waiting, as a stream.

use std::time::{Duration, Instant};

use aims::domain::access::Role;
use aims::ids::WarehouseId;
use aims::realtime::messages::Stats;
use aims::realtime::protocol::Close;
use futures_util::future::join;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::client::Client;
use crate::support::on_both;

use crate::support::rows::write;
use crate::tools::people::ROOMS;
use crate::tools::wait::PATIENCE;

const NORTH: WarehouseId = ROOMS[0];

fn vera(app: &App) -> Client {
    app.as_role(Role::Viewer)
}

fn after(app: &App, seq: i64, more: &str) -> String {
    let epoch = app.store().epoch();
    format!("/api/events?room=north&epoch={epoch}&after={seq}{more}")
}

fn seqs(answer: &Value) -> Vec<i64> {
    let events = answer["events"].as_array().unwrap();
    events.iter().map(|e| e["seq"].as_i64().unwrap()).collect()
}

on_both! {
    async fn who_names_no_position_is_told_one(app: App) {
        write(app.store(), NORTH, 3).await;

        let reply = vera(&app).get("/api/events?room=north&wait=30").await;

        assert_eq!(reply.header("cache-control"), "no-store");
        let epoch = app.store().epoch();
        assert_eq!(reply.done(), json!({
            "room": "north", "epoch": epoch, "seq": 3, "mode": "live", "events": [],
        }));
    }

    async fn what_was_missed_comes_at_once_and_in_pages(app: App) {
        write(app.store(), NORTH, 5).await;

        let all = vera(&app).get(&after(&app, 2, "&wait=30")).await.done();
        assert_eq!((seqs(&all), &all["mode"], &all["seq"]), (vec![3, 4, 5], &"resumed".into(), &5.into()));
        let event = &all["events"][0];
        assert_eq!((&event["type"], &event["data"]), (&"event".into(), &json!({ "entity": "row-2" })));

        let page = vera(&app).get(&after(&app, 0, "&limit=2")).await.done();
        assert_eq!((seqs(&page), &page["seq"]), (vec![1, 2], &2.into()));
        let none = vera(&app).get(&after(&app, 5, "")).await.done();
        assert_eq!((seqs(&none), &none["mode"], &none["seq"]), (vec![], &"resumed".into(), &5.into()));
    }

    async fn a_position_that_cannot_be_continued_is_reset_without_waiting(app: App) {
        for _ in 0..3 {
            write(app.store(), NORTH, 1000).await;
        }
        for path in [
            after(&app, 999, "&wait=30"),
            after(&app, 3001, "&wait=30"),
            "/api/events?room=north&epoch=another&after=3000&wait=30".into(),
        ] {
            let answer = vera(&app).get(&path).await.done();
            assert_eq!((seqs(&answer), &answer["mode"], &answer["seq"]), (vec![], &"reset".into(), &3000.into()));
        }
    }

    async fn who_waits_is_answered_by_the_next_event(app: App) {
        let waiting = vera(&app);
        let path = after(&app, 0, "&wait=30");
        let event = async {
            while app.live().broadcaster().send(Stats).await.unwrap().subscriptions == 0 {
                actix_rt::task::yield_now().await;
            }
            write(app.store(), NORTH, 2).await;
        };

        let (reply, ()) = join(waiting.get(&path), event).await;

        assert_eq!(seqs(&reply.done()), [1, 2], "what was committed together comes together");
        assert_eq!(app.until_gone().await.subscribers, 0);
    }

    async fn who_waits_in_vain_is_answered_too(app: App) {
        let began = Instant::now();

        let answer = vera(&app).get(&after(&app, 0, "&wait=1")).await.done();

        assert!(began.elapsed() >= Duration::from_secs(1));
        assert_eq!((seqs(&answer), &answer["mode"], &answer["seq"]), (vec![], &"resumed".into(), &0.into()));
    }

    async fn who_may_not_see_the_room_or_asks_nonsense_is_refused(app: App) {
        let room = "/api/events?room=north";
        app.get(room).await.refused(401, "unauthenticated");
        for attic in ["attic", "NORTH", ""] {
            let path = format!("/api/events?room={attic}");
            vera(&app).get(&path).await.refused(404, "not_found");
            assert_eq!(vera(&app).stream(&path).await.err(), Some(404));
        }
        for (nonsense, pointer) in [
            ("&after=1", "epoch"), ("&epoch=x", "after"), ("&epoch=x&after=-1", "/after"),
            ("&wait=31", "/wait"), ("&limit=0", "/limit"),
        ] {
            let refused = vera(&app).get(&format!("{room}{nonsense}")).await.refused(422, "validation");
            assert_eq!(refused["errors"][0]["pointer"], pointer);
        }
        assert_eq!(app.until_gone().await.subscribers, 0);
    }

    async fn a_stream_tells_everything_under_its_position(app: App) {
        write(app.store(), NORTH, 2).await;
        let epoch = app.store().epoch().clone();

        let mut stream = vera(&app).stream("/api/events?room=north").await.unwrap();

        let header = |name: &str| stream.headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/event-stream");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-accel-buffering"), "no");
        let joined = stream.entry().await;
        assert_eq!((&*joined.event, &*joined.id, &*joined.retry), ("joined", &*format!("{epoch}:2"), "2000"));
        assert_eq!(joined.frame, json!({
            "type": "joined", "room": "north", "epoch": epoch, "seq": 2, "mode": "live",
        }));
        write(app.store(), NORTH, 2).await;
        write(app.store(), ROOMS[1], 1).await;
        write(app.store(), NORTH, 1).await;
        assert_eq!(stream.seqs(&epoch, 3).await, [3, 4, 5]);
    }

    async fn a_stream_that_broke_goes_on_where_it_was(app: App) {
        write(app.store(), NORTH, 300).await;
        let epoch = app.store().epoch().clone();
        let last = vera(&app).with("last-event-id", &format!("{epoch}:100"));

        let mut stream = last.stream(&after(&app, 7, "")).await.unwrap();

        let joined = stream.entry().await;
        assert_eq!((&joined.frame["mode"], &joined.frame["seq"]), (&"resumed".into(), &300.into()));
        assert_eq!(joined.id, format!("{epoch}:100"), "it may break again before the events");
        assert_eq!(stream.seqs(&epoch, 200).await, (101..=300).collect::<Vec<_>>());
        write(app.store(), NORTH, 1).await;
        assert_eq!(stream.seqs(&epoch, 1).await, [301]);

        let foreign = vera(&app).with("last-event-id", "17");
        let mut stream = foreign.stream("/api/events?room=north").await.unwrap();
        let joined = stream.entry().await;
        assert_eq!((&joined.frame["mode"], joined.id), (&"reset".into(), format!("{epoch}:301")));
    }

    async fn a_stream_has_the_heads_in_its_pings(app: App) {
        let app = app.beside(|config| config.heartbeat = Duration::from_millis(100)).await;
        let mut stream = vera(&app).stream("/api/events?room=north").await.unwrap();
        write(app.store(), NORTH, 1).await;

        // More pings than a client may leave unanswered that could answer.
        let mut last = json!(null);
        for _ in 0..5 {
            let ping = loop {
                let entry = stream.next().await.unwrap();
                if entry.event == "ping" {
                    break entry;
                }
            };
            assert_eq!(ping.id, "", "a ping is no place in the log");
            last = ping.frame;
        }
        assert_eq!(last["heads"], json!({ "north": 1 }));
    }

    async fn whoever_closes_a_stream_or_a_waiting_request_leaves_nothing_behind(app: App) {
        let stream = vera(&app).stream("/api/events?room=north").await.unwrap();
        let path = after(&app, 0, "&wait=30");
        let waiting = vera(&app);
        let mut waiting = Box::pin(waiting.get(&path));
        while app.live().sessions() < 2 {
            let moment = Duration::from_millis(5);
            assert!(actix_rt::time::timeout(moment, &mut waiting).await.is_err());
        }
        let began = Instant::now();

        drop((stream, waiting));

        let figures = app.until_gone().await;
        assert_eq!((figures.subscribers, figures.subscriptions), (0, 0));
        assert!(began.elapsed() < Duration::from_secs(10), "not only when the wait is over");
    }

    async fn a_server_that_stops_tells_streams_and_waiting_requests_when_to_come_back(app: App) {
        let mut stream = vera(&app).stream("/api/events?room=north").await.unwrap();
        stream.entry().await;
        let (waiting, path) = (vera(&app), after(&app, 0, "&wait=30"));
        let stop = async {
            while app.live().broadcaster().send(Stats).await.unwrap().subscriptions < 2 {
                actix_rt::task::yield_now().await;
            }
            app.live().drain(Duration::from_secs(1)).await
        };

        let (reply, drained) = join(waiting.get(&path), stop).await;

        assert_eq!(drained, 2);
        let bye = stream.entry().await;
        assert_eq!(bye.event, "bye");
        let stay_away = bye.frame["retry_after_ms"].as_u64().unwrap();
        assert_eq!(bye.retry, (stay_away + 2000).to_string());
        assert!(stream.next().await.is_none(), "the stream ends in order");
        let answer = reply.done();
        for bye in [&bye.frame, &answer["bye"]] {
            assert_eq!((&bye["type"], &bye["code"]), (&"bye".into(), &Close::Restarting.code().into()));
        }
        let waits = [&bye.frame, &answer["bye"]].map(|bye| bye["retry_after_ms"].as_u64().unwrap());
        assert!(waits == [0, 500] || waits == [500, 0], "{waits:?}");
        vera(&app).get(&path).await.refused(503, "busy");
        assert_eq!(app.until_gone().await.subscribers, 0);
    }

    async fn a_stream_that_is_not_read_is_ended_and_can_go_on(app: App) {
        let app = app.beside(|config| {
            config.mailbox = 8;
            // A busy machine takes its time to write what is to be too much.
            config.unacked = PATIENCE;
        }).await;
        let epoch = app.store().epoch().clone();
        let mut stream = vera(&app).stream("/api/events?room=north").await.unwrap();
        stream.entry().await;

        for _ in 0..60 {
            write(app.store(), NORTH, 200).await;
        }

        let mut heard = 0;
        let bye = loop {
            let entry = stream.entry().await;
            if entry.event == "bye" {
                break entry;
            }
            heard += 1;
            assert_eq!(entry.frame["seq"], heard, "without a gap up to the end");
        };
        assert_eq!(bye.frame["code"], Close::SlowConsumer.code());
        let last = vera(&app).with("last-event-id", &format!("{epoch}:{heard}"));
        let mut again = last.stream("/api/events?room=north").await.unwrap();
        assert_eq!(again.entry().await.frame["seq"], 12_000);
    }
}
