//! The hub, without an actor, a socket or a clock.

use serde_json::value::to_raw_value;

use super::*;
use crate::realtime::protocol::Have;
use crate::time::Time;

pub(super) const ROOM: WarehouseId = WarehouseId(1);
pub(super) const OTHER: WarehouseId = WarehouseId(2);

pub(super) const LIMITS: Limits = Limits {
    replay: 8,
    replay_bytes: 100_000,
    resume: 16,
    resume_bytes: 100_000,
};

pub(super) fn event(warehouse: WarehouseId, seq: Seq) -> Event {
    Event {
        warehouse,
        event: "inventory-updated".into(),
        room: format!("room-{}", warehouse.0),
        seq,
        at: Time(0),
        by: "Mina Kaya".into(),
        data: to_raw_value(&seq).unwrap(),
        change: to_raw_value("edit").unwrap(),
    }
}

pub(super) fn events(seqs: impl IntoIterator<Item = Seq>) -> Vec<Event> {
    seqs.into_iter().map(|seq| event(ROOM, seq)).collect()
}

pub(super) fn seq_of(frame: &str) -> Seq {
    let frame: serde_json::Value = serde_json::from_str(frame).unwrap();
    frame["seq"].as_i64().unwrap()
}

fn seqs(frames: &[ByteString]) -> Vec<Seq> {
    frames.iter().map(|frame| seq_of(frame)).collect()
}

fn flushed(hub: &mut Hub) -> Vec<Seq> {
    let batches = hub.flush();
    batches.iter().flat_map(|b| seqs(&b.frames)).collect()
}

pub(super) fn wish(seq: Option<Seq>, logged: Seq) -> Wish {
    let epoch = "e".into();
    let have = seq.map(|seq| Have { epoch, seq });
    let room = ROOM;
    Wish { room, have, logged }
}

/// A hub with the room open at 10, of which 3 to 10 are in memory, and somebody in it.
fn hub_at_ten() -> (Hub, SubscriberId) {
    let mut hub = Hub::new("e".into(), LIMITS);
    assert!(hub.prepare(ROOM, "room-1"));
    hub.open(ROOM, 10, &events(1..=10));
    let id = hub.connect();
    hub.subscribe(id, &wish(None, 10)).unwrap();
    (hub, id)
}

fn joins(hub: &mut Hub, seq: Option<Seq>, logged: Seq) -> Admission {
    let id = hub.connect();
    hub.subscribe(id, &wish(seq, logged)).unwrap()
}

#[test]
fn events_are_handed_on_once_and_in_order() {
    let (mut hub, _) = hub_at_ten();

    hub.commit(&events([11, 12, 11, 10, 3]));

    assert_eq!(flushed(&mut hub), [11, 12]);
    assert_eq!(flushed(&mut hub), Vec::<Seq>::new());
    assert_eq!(hub.figures().duplicates, 3);
}

#[test]
fn what_comes_too_early_waits_for_what_is_missing() {
    let (mut hub, _) = hub_at_ten();

    hub.commit(&events([12, 14, 12]));
    assert_eq!(flushed(&mut hub), Vec::<Seq>::new());
    assert_eq!(hub.holes(), [(ROOM, 10)]);

    hub.commit(&events([11]));
    assert_eq!(flushed(&mut hub), [11, 12]);
    assert_eq!(hub.holes(), [(ROOM, 12)]);

    hub.commit(&events([13]));
    assert_eq!(flushed(&mut hub), [13, 14]);
    assert_eq!(hub.holes(), []);
}

#[test]
fn more_than_memory_holds_is_left_to_the_log() {
    let (mut hub, _) = hub_at_ten();

    hub.commit(&events(12..=40));
    hub.commit(&events([11]));

    assert_eq!(flushed(&mut hub), (11..=19).collect::<Vec<_>>());
    assert_eq!(hub.holes(), [(ROOM, 19)]);
    hub.commit(&events(20..=40));
    assert_eq!(flushed(&mut hub), (20..=40).collect::<Vec<_>>());
    assert_eq!(hub.holes(), []);
}

#[test]
fn a_batch_is_one_room_and_shared() {
    let (mut hub, id) = hub_at_ten();
    hub.prepare(OTHER, "room-2");
    hub.open(OTHER, 0, &[]);
    let other = Wish {
        room: OTHER,
        ..wish(None, 0)
    };
    hub.subscribe(id, &other).unwrap();

    hub.commit(&[event(ROOM, 11), event(OTHER, 1), event(ROOM, 12)]);
    let batches = hub.flush();

    let told: Vec<_> = batches
        .iter()
        .map(|b| (b.room, b.first, seqs(&b.frames)))
        .collect();
    assert_eq!(told, [(ROOM, 11, vec![11, 12]), (OTHER, 1, vec![1])]);
    assert_eq!(hub.members(ROOM).collect::<Vec<_>>(), [id]);
}

#[test]
fn a_batch_gives_what_is_new_or_says_that_something_is_missing() {
    let (mut hub, _) = hub_at_ten();
    hub.commit(&events(11..=13));
    let batch = hub.flush().remove(0);

    let from = |next| batch.from(next).map(seqs);
    assert_eq!(from(11), Some(vec![11, 12, 13]));
    assert_eq!(from(13), Some(vec![13]));
    assert_eq!(from(14), Some(vec![]));
    assert_eq!(from(99), Some(vec![]));
    assert_eq!(from(10), None);
}

#[test]
fn a_room_nobody_asked_for_costs_nothing() {
    let (mut hub, _) = hub_at_ten();

    hub.commit(&[event(OTHER, 1)]);

    assert_eq!(hub.figures().rooms, 1);
    assert!(hub.flush().is_empty());
}

#[test]
fn events_that_come_while_a_room_is_opened_are_kept() {
    let mut hub = Hub::new("e".into(), LIMITS);
    assert!(hub.prepare(ROOM, "room-1"));
    assert!(!hub.prepare(ROOM, "room-1"));
    let id = hub.connect();
    assert_eq!(hub.subscribe(id, &wish(None, 0)), None);

    hub.commit(&events([5, 6, 8]));
    hub.open(ROOM, 5, &events(1..=5));

    assert_eq!(joins(&mut hub, Some(4), 5), resumed(5..=6));
    assert_eq!(hub.holes(), [(ROOM, 6)]);
}

fn resumed(seqs: std::ops::RangeInclusive<Seq>) -> Admission {
    let seq = *seqs.end();
    let missed = events(seqs);
    let frames = missed.iter().map(|e| Server::Event(e).encode()).collect();
    Admission::Resumed { seq, frames }
}

fn resumed_with_nothing(seq: Seq) -> Admission {
    let frames = Vec::new();
    Admission::Resumed { seq, frames }
}

#[test]
fn who_names_no_position_begins_here() {
    let (mut hub, _) = hub_at_ten();

    assert_eq!(joins(&mut hub, None, 10), Admission::Live { seq: 10 });
}

#[test]
fn who_missed_nothing_is_resumed_with_nothing() {
    let (mut hub, _) = hub_at_ten();

    assert_eq!(joins(&mut hub, Some(10), 10), resumed_with_nothing(10));
}

#[test]
fn who_missed_what_memory_has_is_resumed_from_memory() {
    let (mut hub, _) = hub_at_ten();

    assert_eq!(joins(&mut hub, Some(9), 10), resumed(10..=10));
    assert_eq!(joins(&mut hub, Some(2), 10), resumed(3..=10));
}

#[test]
fn who_missed_more_is_resumed_from_the_log() {
    let (mut hub, _) = hub_at_ten();

    let log = |after| Admission::Log { after, seq: 10 };
    assert_eq!(joins(&mut hub, Some(1), 10), log(1));
    assert_eq!(joins(&mut hub, Some(0), 10), log(0));
}

#[test]
fn who_missed_too_much_or_holds_what_never_was_is_reset() {
    let (mut hub, _) = hub_at_ten();
    hub.commit(&events(11..=17));
    let reset = Admission::Reset { seq: 17 };

    assert_eq!(joins(&mut hub, Some(0), 17), reset);
    assert_eq!(joins(&mut hub, Some(18), 17), reset);
    assert_eq!(joins(&mut hub, Some(-1), 17), reset);
    assert_eq!(joins(&mut hub, Some(Seq::MAX), 17), reset);
    let mut elsewhere = wish(Some(17), 17);
    elsewhere.have.as_mut().unwrap().epoch = "f".into();
    let id = hub.connect();
    assert_eq!(hub.subscribe(id, &elsewhere), Some(reset));
}

#[test]
fn too_many_bytes_are_not_resumed() {
    let limits = Limits {
        resume_bytes: 500,
        ..LIMITS
    };
    let mut hub = Hub::new("e".into(), limits);
    hub.prepare(ROOM, "room-1");
    hub.open(ROOM, 10, &events(3..=10));

    assert_eq!(joins(&mut hub, Some(8), 10), resumed(9..=10));
    assert_eq!(joins(&mut hub, Some(4), 10), Admission::Reset { seq: 10 });
}

#[test]
fn what_is_too_many_bytes_for_memory_is_read_from_the_log() {
    let limits = Limits {
        replay_bytes: 500,
        ..LIMITS
    };
    let mut hub = Hub::new("e".into(), limits);
    hub.prepare(ROOM, "room-1");
    hub.open(ROOM, 10, &events(3..=10));

    assert_eq!(joins(&mut hub, Some(8), 10), resumed(9..=10));
    assert_eq!(
        joins(&mut hub, Some(4), 10),
        Admission::Log { after: 4, seq: 10 }
    );

    hub.commit(&events(11..=14));
    assert_eq!(joins(&mut hub, Some(12), 14), resumed(13..=14));
    assert_eq!(
        joins(&mut hub, Some(8), 14),
        Admission::Log { after: 8, seq: 14 }
    );
}

#[test]
fn who_read_ahead_of_the_announcements_continues_there_and_the_hole_is_known() {
    let (mut hub, _) = hub_at_ten();

    assert_eq!(joins(&mut hub, Some(12), 12), resumed_with_nothing(12));
    assert_eq!(hub.holes(), [(ROOM, 10)]);

    hub.commit(&events([11, 12]));
    assert_eq!(hub.holes(), []);
}

#[test]
fn joining_again_changes_no_membership() {
    let (mut hub, id) = hub_at_ten();
    hub.commit(&events([11]));
    hub.flush();

    assert_eq!(
        hub.subscribe(id, &wish(Some(9), 11)),
        Some(resumed(10..=11))
    );
    assert_eq!(hub.figures().subscriptions, 1);
}

#[test]
fn who_left_is_in_no_room_and_hears_nothing() {
    let (mut hub, id) = hub_at_ten();

    hub.unsubscribe(id, ROOM);
    hub.commit(&events([11]));

    assert!(hub.flush().is_empty());
    assert_eq!(hub.figures().subscriptions, 0);
    assert_eq!(joins(&mut hub, Some(10), 11), resumed(11..=11));
}

#[test]
fn one_who_comes_between_two_events_gets_a_batch_without_a_gap() {
    let (mut hub, id) = hub_at_ten();
    hub.commit(&events([11]));
    hub.unsubscribe(id, ROOM);
    hub.commit(&events([12]));
    hub.subscribe(id, &wish(None, 12)).unwrap();

    hub.commit(&events([13]));

    let batch = hub.flush().remove(0);
    assert_eq!((batch.first, seqs(&batch.frames)), (13, vec![13]));
}

#[test]
fn a_removed_subscriber_leaves_nothing_behind_and_is_counted_once() {
    let (mut hub, id) = hub_at_ten();

    assert!(hub.remove(id, Some(Close::SlowConsumer)));
    assert!(!hub.remove(id, Some(Close::NoPong)));

    let figures = hub.figures();
    assert_eq!((figures.subscribers, figures.subscriptions), (0, 0));
    assert_eq!(figures.closes, [(Close::SlowConsumer, 1)].into());
    assert_eq!(hub.subscribe(id, &wish(None, 10)), None);
}

#[test]
fn a_lost_room_names_those_who_were_in_it() {
    let (mut hub, id) = hub_at_ten();
    hub.commit(&events([11]));

    assert_eq!(hub.lose(ROOM), [id].into());
    assert!(hub.flush().is_empty());
    assert!(!hub.is_open(ROOM));
    assert!(hub.lose(ROOM).is_empty());
}

#[test]
fn a_ping_tells_the_heads_and_is_encoded_once_for_the_same_rooms() {
    let mut hub = Hub::new("e".into(), LIMITS);
    hub.prepare(ROOM, "north");
    hub.open(ROOM, 10, &[]);
    let ids: Vec<_> = (0..3 * SLICES).map(|_| hub.connect()).collect();
    for &id in ids.iter().skip(ids.len() / 3) {
        hub.subscribe(id, &wish(None, 10)).unwrap();
    }

    let mut pinged = BTreeSet::new();
    for slice in 0..SLICES {
        let beat = hub.beat(slice, |_| true);
        let sizes: Vec<_> = beat.pings.iter().map(|ping| ping.to.len()).collect();
        assert_eq!(sizes, [1, 2], "those in no room, those in north");
        assert_eq!(
            beat.pings[1].frame,
            format!(
                r#"{{"type":"ping","id":{},"heads":{{"north":10}}}}"#,
                slice + 1
            )
        );
        pinged.extend(beat.pings.into_iter().flat_map(|ping| ping.to));
    }
    assert_eq!(pinged, ids.into_iter().collect());
}

#[test]
fn two_unanswered_pings_are_forgiven_and_no_third_is_sent() {
    let (mut hub, id) = hub_at_ten();
    let mut round = |heard: bool| {
        let beat = hub.beat(id.0, |_| heard);
        (beat.pings.len(), beat.silent)
    };

    assert_eq!(round(false), (1, vec![]));
    assert_eq!(round(false), (1, vec![]));
    assert_eq!(round(true), (1, vec![]));
    assert_eq!(round(false), (1, vec![]));
    assert_eq!(round(false), (0, vec![id]));
}
