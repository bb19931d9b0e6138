//! Services that do not answer: they hold up their own scans and nobody else's.

use aims::events::Actor;
use aims::ids::ScanId;
use aims::on_db;
use aims::schema::scan;
use diesel::prelude::*;
use serde_json::json;

use crate::support::detectors::Square::Tea;
use crate::support::form::Form;
use crate::support::on_both;
use crate::support::shelf::{Shelf, photo};

async fn until_running(shelf: &Shelf, scan: &str) {
    while shelf.scan(scan).await["status"] != "running" {
        actix_rt::task::yield_now().await;
    }
}

/// Asks of a detector that never answers as often as it may be asked at once.
async fn keep_waiting(shelf: &Shelf, detector: &str, times: usize) -> Vec<String> {
    let mut scans = Vec::new();
    for _ in 0..times {
        scans.push(shelf.asks_of(detector).await);
    }
    for scan in &scans {
        until_running(shelf, scan).await;
    }
    scans
}

on_both! {
    async fn a_service_that_hangs_holds_up_no_detector_of_ones_own(shelf: Shelf) {
        let waiting = keep_waiting(&shelf, "service", 2).await;

        let own = shelf.asks_of("barcode").await;

        shelf.until(&own, "done").await;
        for scan in &waiting {
            assert_eq!(shelf.scan(scan).await["status"], "running");
        }
        shelf.door.open();
        for scan in &waiting {
            shelf.until(scan, "done").await;
        }
    }

    async fn a_service_is_asked_by_a_few_at_once_in_the_order_of_the_scans(shelf: Shelf) {
        keep_waiting(&shelf, "service", 4).await;
        let [fifth, sixth] = [shelf.asks_of("service").await, shelf.asks_of("service").await];
        let own = shelf.asks_of("barcode").await;
        shelf.until(&own, "done").await;
        assert_eq!(shelf.scan(&fifth).await["status"], "queued");

        shelf.omar().post("/api/scans/SC-1/cancel", json!({})).await.done();

        until_running(&shelf, &fifth).await;
        assert_eq!(shelf.scan(&sixth).await["status"], "queued");
    }

    async fn detectors_that_are_slow_hold_up_no_service(shelf: Shelf) {
        keep_waiting(&shelf, "slow", 2).await;

        let asked = shelf.asks_of("service").await;

        until_running(&shelf, &asked).await;
    }

    async fn a_queue_that_is_full_of_photos_for_a_service_has_room_for_others(shelf: Shelf) {
        keep_waiting(&shelf, "service", 4).await;
        for _ in 0..24 {
            shelf.asks_of("service").await;
        }
        let form = Form::of(&photo(&[Tea]), "north").field("detector", b"service");
        shelf.omar().upload(&form).await.refused(503, "busy");

        let own = shelf.asks_of("barcode").await;

        shelf.until(&own, "done").await;
        let again = json!({ "detector": "service" });
        shelf.omar().post(&format!("/api/scans/{own}/retry"), again).await.refused(503, "busy");
    }

    async fn a_scan_for_a_detector_that_is_gone_fails_and_says_so(shelf: Shelf) {
        keep_waiting(&shelf, "slow", 2).await;
        shelf.asks_of("service").await;
        let orphan = shelf.asks_of("barcode").await;
        let renamed = shelf.store().write(Actor::system(), |tx| {
            on_db!(&mut *tx.db, c => diesel::update(scan::table.find(ScanId(4)))
                .set(scan::detector.eq("last-years"))
                .execute(c))?;
            Ok(())
        });
        renamed.await.unwrap();

        shelf.door.open();

        let failed = shelf.until(&orphan, "failed").await;
        assert_eq!(failed["error"], "The detector “last-years” is not set up any more.");
    }
}
