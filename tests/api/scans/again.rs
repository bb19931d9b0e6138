//! Looking at a photo once more: after its sheet was closed, after a cancellation, after somebody hung up.

use std::time::Duration;

use actix_rt::time::timeout;
use serde_json::{Value, json};

use crate::support::detectors::Square::Tea;
use crate::support::on_both;
use crate::support::shelf::{Shelf, number, photo};
use crate::support::{Backend, run};

async fn retry(shelf: &Shelf, detector: Value) -> crate::support::client::Reply {
    let body = json!({ "detector": detector });
    shelf.omar().post("/api/scans/SC-1/retry", body).await
}

/// Makes a sheet of the scan; answers with its number.
async fn count(shelf: &Shelf) -> String {
    let asked = json!({ "mode": "count" });
    number(
        &shelf
            .omar()
            .post("/api/scans/SC-1/count", asked)
            .await
            .done(),
    )
}

async fn until_running(shelf: &Shelf) {
    while shelf.scan("SC-1").await["status"] != "running" {
        actix_rt::task::yield_now().await;
    }
}

on_both! {
    async fn a_photo_whose_sheet_was_given_up_or_undone_can_be_looked_at_again(shelf: Shelf) {
        shelf.tea(3).await;
        shelf.scans(&photo(&[Tea, Tea])).await;
        for end in ["discard", "undo"] {
            let sheet = count(&shelf).await;
            if end == "undo" {
                shelf.applies(&sheet).await.done();
            }
            shelf.sheet_step(&shelf.omar(), &sheet, end, json!({})).await.done();

            retry(&shelf, Value::Null).await.done();

            let done = shelf.until("SC-1", "done").await;
            assert_eq!((&done["sheet"], &done["found"]), (&Value::Null, &2.into()), "{end}");
        }
        assert_eq!(count(&shelf).await, "CS-3");
    }

    async fn what_a_sheet_counted_that_is_applied_meanwhile_stays(shelf: Shelf) {
        shelf.tea(3).await;
        shelf.scans(&photo(&[Tea, Tea])).await;
        let sheet = count(&shelf).await;
        retry(&shelf, "slow".into()).await.done();
        until_running(&shelf).await;

        shelf.applies(&sheet).await.done();

        shelf.door.open();
        let failed = shelf.until("SC-1", "failed").await;
        assert_eq!(failed["error"], "CS-1 was applied meanwhile; what was found before is on record.");
        assert_eq!((&failed["sheet"], &failed["found"]), (&"CS-1".into(), &2.into()));
    }

    async fn a_cancellation_that_is_sent_twice_does_not_stop_the_look_after_it(shelf: Shelf) {
        shelf.asks_of("slow").await;
        until_running(&shelf).await;
        let omar = shelf.omar().with("idempotency-key", "enough");
        omar.post("/api/scans/SC-1/cancel", json!({})).await.done();
        retry(&shelf, Value::Null).await.done();
        until_running(&shelf).await;

        omar.post("/api/scans/SC-1/cancel", json!({})).await.done();

        shelf.door.open();
        shelf.until("SC-1", "done").await;
    }
}

#[test]
fn a_scan_is_looked_at_also_where_the_client_hung_up_before_it_was_queued() {
    run(Backend::Sqlite, |shelf: Shelf| async move {
        shelf.scans(&photo(&[Tea])).await;
        let away = shelf.database().take_away();

        let asked = timeout(Duration::from_secs(1), retry(&shelf, Value::Null)).await;

        assert!(asked.is_err(), "it waits for the lock");
        // The server sees that nobody listens any more.
        actix_rt::time::sleep(Duration::from_millis(200)).await;
        drop(away);
        while shelf.scan("SC-1").await["version"] == 3 {
            actix_rt::task::yield_now().await;
        }
        shelf.until("SC-1", "done").await;
    });
}
