//! The live connection: joining, hearing, coming back.

use aims::domain::access::Role;
use aims::ids::WarehouseId;
use aims::realtime::messages::Stats;
use serde_json::json;

use crate::support::app::App;
use crate::support::on_both;
use crate::support::rows::write;
use crate::tools::people::ROOMS;

const NORTH: WarehouseId = ROOMS[0];
const HARBOUR: WarehouseId = ROOMS[1];

on_both! {
    async fn the_server_says_who_you_are(app: App) {
        let mut socket = app.as_role(Role::Operator).connect().await.unwrap();

        let welcome = socket.next().await;

        assert_eq!(welcome, json!({
            "type": "welcome", "protocol": 1, "heartbeat_ms": 25_000,
            "user": { "login": "omar", "name": "Omar Haddad" },
        }));
    }

    async fn a_session_is_known_before_its_handshake_is_answered(app: App) {
        let socket = app.as_role(Role::Operator).connect().await.unwrap();

        let figures = app.live().broadcaster().send(Stats).await.unwrap();

        assert_eq!(figures.subscribers, 1);
        drop(socket);
    }

    async fn whoever_joined_hears_of_every_change_in_order(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;
        write(app.store(), NORTH, 2).await;

        let joined = socket.join("north", None).await;
        for _ in 0..3 {
            write(app.store(), NORTH, 2).await;
            write(app.store(), HARBOUR, 1).await;
        }

        let epoch = app.store().epoch();
        assert_eq!(joined, json!({
            "type": "joined", "room": "north", "epoch": epoch, "seq": 2, "mode": "live",
        }));
        let event = socket.next().await;
        assert_eq!(event["seq"], 3);
        assert_eq!(event["room"], "north");
        assert_eq!(event["event"], "catalog-updated");
        assert_eq!(event["by"], "AIMS");
        assert_eq!(event["data"], json!({ "entity": "row-0" }));
        assert_eq!(event["change"], json!({ "verb": "edit" }));
        assert_eq!(socket.seqs(5).await, [4, 5, 6, 7, 8]);
        socket.is_quiet().await;
    }

    async fn one_connection_follows_several_rooms(app: App) {
        let mut socket = app.as_role(Role::Admin).live().await;
        socket.join("north", None).await;
        socket.join("harbour", None).await;

        write(app.store(), HARBOUR, 1).await;
        assert_eq!(socket.next().await["room"], "harbour");
        write(app.store(), NORTH, 1).await;
        assert_eq!(socket.next().await["room"], "north");

        socket.say(json!({ "type": "leave", "room": "harbour" })).await;
        assert_eq!(socket.next().await, json!({ "type": "left", "room": "harbour" }));
        write(app.store(), HARBOUR, 1).await;
        write(app.store(), NORTH, 1).await;
        assert_eq!(socket.next().await["room"], "north");
        socket.is_quiet().await;
    }

    async fn a_room_one_may_not_see_does_not_exist(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;

        for room in ["attic", "NORTH", "", "north/../harbour", "\u{0}"] {
            let refused = socket.join(room, None).await;
            assert_eq!((&refused["type"], &refused["code"]), (&"error".into(), &"not_found".into()));
            assert_eq!(refused["room"], room);
        }
        assert_eq!(socket.join("north", None).await["mode"], "live");
    }

    async fn what_was_missed_follows_at_once(app: App) {
        let epoch = app.store().epoch().clone();
        let mut before = app.as_role(Role::Viewer).live().await;
        before.join("north", None).await;
        write(app.store(), NORTH, 100).await;
        assert_eq!(before.seqs(100).await.last(), Some(&100));

        let mut again = app.as_role(Role::Viewer).live().await;
        let joined = again.join("north", Some((&epoch, 99))).await;
        write(app.store(), NORTH, 1).await;
        assert_eq!((&joined["mode"], &joined["seq"]), (&"resumed".into(), &100.into()));
        assert_eq!(again.seqs(2).await, [100, 101]);

        let joined = before.join("north", Some((&epoch, 0))).await;
        assert_eq!(joined["type"], "event", "the event that came meanwhile is first");
        assert_eq!(before.next().await["mode"], "resumed");
        assert_eq!(before.seqs(101).await, (1..=101).collect::<Vec<_>>());

        let joined = again.join("north", Some((&epoch, 101))).await;
        assert_eq!((&joined["mode"], &joined["seq"]), (&"resumed".into(), &101.into()));
        again.is_quiet().await;
    }

    async fn one_who_was_away_for_1_or_100_or_10_000_events_resumes_or_is_reset(app: App) {
        let epoch = app.store().epoch().clone();
        for _ in 0..10 {
            write(app.store(), NORTH, 1000).await;
        }
        for (have, mode, missed) in [
            (9_999, "resumed", 1),
            (9_900, "resumed", 100),
            // More than memory holds: from the log.
            (8_500, "resumed", 1_500),
            (8_000, "resumed", 2_000),
            (7_999, "reset", 0),
            (0, "reset", 0),
        ] {
            let mut socket = app.as_role(Role::Viewer).live().await;
            let joined = socket.join("north", Some((&epoch, have))).await;
            assert_eq!((&joined["mode"], &joined["seq"]), (&mode.into(), &10_000.into()), "{have}");
            let missing: Vec<_> = (have + 1..).take(missed).collect();
            assert_eq!(socket.seqs(missed).await, missing);
            socket.is_quiet().await;
        }
    }

    async fn a_position_that_never_was_is_reset(app: App) {
        let epoch = app.store().epoch().clone();
        write(app.store(), NORTH, 5).await;
        let mut socket = app.as_role(Role::Viewer).live().await;

        for (epoch, seq) in [(&*epoch, 6), (&*epoch, i64::MAX), ("another", 5), ("", 0)] {
            let joined = socket.join("north", Some((epoch, seq))).await;
            assert_eq!((&joined["mode"], &joined["seq"]), (&"reset".into(), &5.into()));
        }
        write(app.store(), NORTH, 1).await;
        assert_eq!(socket.seqs(1).await, [6]);
    }

    async fn a_room_without_events_resumes_too(app: App) {
        let epoch = app.store().epoch().clone();
        let mut socket = app.as_role(Role::Viewer).live().await;

        let joined = socket.join("harbour", Some((&epoch, 0))).await;

        assert_eq!((&joined["mode"], &joined["seq"]), (&"resumed".into(), &0.into()));
    }

    async fn after_a_restart_nothing_was_missed(app: App) {
        let epoch = app.store().epoch().clone();
        write(app.store(), NORTH, 30).await;
        let restarted = app.beside(|config| config.replay = 10).await;
        let mut socket = restarted.as_role(Role::Viewer).live().await;

        for (have, missed) in [(25, 5), (20, 10), (19, 11), (0, 30)] {
            let joined = socket.join("north", Some((&epoch, have))).await;
            assert_eq!((&joined["mode"], &joined["seq"]), (&"resumed".into(), &30.into()), "{have}");
            assert_eq!(socket.seqs(missed).await, (have + 1..=30).collect::<Vec<_>>());
        }
    }

    async fn a_ping_that_came_before_the_first_join_can_be_answered_after_it(app: App) {
        let app = app.beside(|config| config.heartbeat = std::time::Duration::from_millis(100)).await;
        let mut socket = app.as_role(Role::Viewer).live().await;
        let id = socket.ping().await["id"].clone();

        assert_eq!(socket.join("north", None).await["type"], "joined");
        socket.say(json!({ "type": "pong", "id": id })).await;
        socket.say(json!({ "type": "leave", "room": "north" })).await;

        let mut answer = socket.next().await;
        if answer["type"] == "rtt" {
            answer = socket.next().await;
        }
        assert_eq!(answer["type"], "left", "{answer}");
    }

    async fn a_ping_tells_the_heads_and_its_pong_the_time_it_took(app: App) {
        let app = app.beside(|config| config.heartbeat = std::time::Duration::from_millis(100)).await;
        let mut socket = app.as_role(Role::Viewer).live().await;
        socket.join("north", None).await;
        socket.join("harbour", None).await;
        write(app.store(), NORTH, 3).await;
        socket.seqs(3).await;

        let ping = socket.ping().await;
        socket.say(json!({ "type": "pong", "id": ping["id"] })).await;

        assert_eq!(ping["heads"], json!({ "north": 3, "harbour": 0 }));
        let rtt = socket.next().await;
        assert_eq!(rtt["type"], "rtt");
        assert!(rtt["ms"].as_f64().unwrap() < 10_000.0, "{rtt}");
    }

    async fn whoever_goes_leaves_nothing_behind(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;
        socket.join("north", None).await;
        assert_eq!(app.live().sessions(), 1);

        drop(socket);

        let figures = app.until_gone().await;
        assert_eq!((figures.subscribers, figures.subscriptions), (0, 0));
        assert_eq!(figures.closes, [].into());
    }
}
