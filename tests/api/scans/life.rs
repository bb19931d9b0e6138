//! A scan's way through the queue, and detectors that misbehave.

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::detectors::Square::Tea;
use crate::support::form::Form;
use crate::support::on_both;
use crate::support::shelf::{Shelf, number, photo};

async fn cancel(who: &Client, number: &str) -> crate::support::client::Reply {
    who.post(&format!("/api/scans/{number}/cancel"), json!({}))
        .await
}

async fn retry(shelf: &Shelf, number: &str, detector: Value) -> crate::support::client::Reply {
    let body = json!({ "detector": detector });
    shelf
        .omar()
        .post(&format!("/api/scans/{number}/retry"), body)
        .await
}

/// Has both workers stand before the door.
async fn keep_busy(shelf: &Shelf) -> [String; 2] {
    let scans = [shelf.asks_of("slow").await, shelf.asks_of("slow").await];
    for scan in &scans {
        while shelf.scan(scan).await["status"] != "running" {
            actix_rt::task::yield_now().await;
        }
    }
    scans
}

on_both! {
    async fn how_far_it_is_is_told(shelf: Shelf) {
        let mut vera = shelf.vera().live().await;
        vera.join("north", None).await;
        let scan = shelf.asks_of("slow").await;

        let told = loop {
            let event = vera.next().await;
            if event["data"]["progress"] != 0 {
                break event;
            }
        };
        shelf.door.open();

        assert_eq!((&told["data"]["progress"], &told["data"]["status"]), (&42.into(), &"running".into()));
        assert_eq!(told["change"]["verb"], "progress");
        shelf.until(&scan, "done").await;
    }

    async fn a_scan_that_waits_can_be_cancelled(shelf: Shelf) {
        keep_busy(&shelf).await;
        let waiting = shelf.asks_of("barcode").await;

        let cancelled = cancel(&shelf.omar(), &waiting).await.done();

        assert_eq!(cancelled["status"], "cancelled");
        assert_ne!(cancelled["finished_at"], Value::Null);
        cancel(&shelf.omar(), &waiting).await.refused(409, "scan_not_open");
        shelf.door.open();
        let next = shelf.asks_of("barcode").await;
        shelf.until(&next, "done").await;
        assert_eq!(shelf.scan(&waiting).await["status"], "cancelled");
    }

    async fn a_scan_that_runs_can_be_cancelled_and_makes_room(shelf: Shelf) {
        let [first, second] = keep_busy(&shelf).await;

        for scan in [&first, &second] {
            cancel(&shelf.omar(), scan).await.done();
        }

        let next = shelf.asks_of("empty").await;
        shelf.until(&next, "done").await;
        for scan in [&first, &second] {
            let scan = shelf.scan(scan).await;
            assert_eq!((&scan["status"], &scan["found"]), (&"cancelled".into(), &0.into()));
        }
    }

    async fn a_scan_can_be_tried_again_with_another_detector(shelf: Shelf) {
        let scan = shelf.asks_of("fails").await;
        let failed = shelf.until(&scan, "failed").await;
        assert_eq!(failed["error"], "The answer made no sense.");

        let queued = retry(&shelf, &scan, "barcode".into()).await.done();
        assert_eq!((&queued["detector"], &queued["error"]), (&"barcode".into(), &Value::Null));
        let done = shelf.until(&scan, "done").await;
        assert_eq!(done["found"], 1);
        retry(&shelf, &scan, Value::Null).await.done();
        shelf.until(&scan, "done").await;

        retry(&shelf, &scan, "magic".into()).await.refused(422, "validation");
        retry(&shelf, &scan, "absent".into()).await.refused(409, "detector_not_ready");
        retry(&shelf, "SC-99", Value::Null).await.refused(404, "not_found");
        let slow = retry(&shelf, &scan, "slow".into()).await.done();
        retry(&shelf, &scan, "slow".into()).await.refused(409, "scan_not_open");
        assert_eq!(slow["found"], 1, "until the detector is done");
        shelf.door.open();
        assert_eq!(shelf.until(&scan, "done").await["detections"][0]["label"], "box");
    }

    async fn a_full_queue_says_so(shelf: Shelf) {
        keep_busy(&shelf).await;
        for _ in 0..24 {
            shelf.asks_of("empty").await;
        }
        let form = Form::of(&photo(&[Tea]), "north");

        let reply = shelf.omar().upload(&form).await;

        assert_eq!(reply.header("retry-after"), "1");
        let refused = reply.refused(503, "busy");
        assert!(refused["detail"].as_str().unwrap().starts_with("24 photos are waiting"), "{refused}");
        shelf.door.open();
        shelf.until("SC-26", "done").await;
        shelf.omar().upload(&form).await.done();
    }

    async fn a_detector_that_breaks_fails_its_own_scan_only(shelf: Shelf) {
        for (detector, words) in [
            ("panics", "The detector broke on this photo."),
            ("fails", "The answer made no sense."),
            ("gives-up", "The scan was cancelled."),
        ] {
            let (broken, sound) = (shelf.asks_of(detector).await, shelf.asks_of("barcode").await);
            assert_eq!(shelf.until(&broken, "failed").await["error"], words);
            shelf.until(&sound, "done").await;
        }
    }

    async fn a_detector_that_never_answers_is_left_alone(shelf: Shelf) {
        let scan = shelf.asks_of("deaf").await;

        let failed = shelf.until(&scan, "failed").await;

        assert_eq!(failed["error"], "The detector did not answer in time.");
        let next = [shelf.asks_of("barcode").await, shelf.asks_of("barcode").await];
        for scan in next {
            shelf.until(&scan, "done").await;
        }
        shelf.door.open();
    }

    async fn of_garbage_is_kept_what_makes_sense(shelf: Shelf) {
        let garbage = shelf.asks_of("garbage").await;
        let huge = shelf.asks_of("megabytes").await;
        let half = shelf.asks_of("half").await;

        let garbage = shelf.until(&garbage, "done").await;
        let kept = garbage["detections"].as_array().unwrap();
        let found: Vec<_> = kept.iter().map(|one| (&one["label"], &one["confidence"], &one["x"], &one["w"])).collect();
        assert_eq!(found, [
            (&json!("beside itself"), &Value::Null, &json!(0.75), &json!(0.25)),
            (&json!("too sure␀"), &json!(1.0), &json!(0.0), &json!(0.25)),
        ]);
        assert!(garbage["warnings"][0].as_str().unwrap().starts_with("3 results"), "{garbage}");
        let huge = shelf.until(&huge, "done").await;
        assert_eq!((&huge["found"], &huge["truncated"]), (&1000.into(), &true.into()));
        let label = huge["detections"][999]["label"].as_str().unwrap();
        assert_eq!(label.chars().count(), 200);
        let half = shelf.until(&half, "done").await;
        assert_eq!((&half["truncated"], &half["warnings"]),
            (&true.into(), &json!(["Counts over 20 are unreliable. "])));
    }

    async fn a_server_that_stops_leaves_its_scans_to_the_next(shelf: Shelf) {
        let other = shelf.beside_it().await;
        let form = Form::of(&photo(&[Tea]), "north").field("detector", b"slow");
        let scan = number(&other.omar().upload(&form).await.done());
        while shelf.scan(&scan).await["status"] != "running" {
            actix_rt::task::yield_now().await;
        }

        other.stop().await;

        let left = shelf.scan(&scan).await;
        let waits = ["queued", "running"].map(Value::from);
        assert!(waits.contains(&left["status"]), "{left}");
        shelf.door.open();
        shelf.asks_of("empty").await;
        shelf.until(&scan, "done").await;
    }
}
