//! Looking at a photo once more: after its sheet was closed, after a cancellation, after somebody hung up.

use std::time::Duration;

use actix_rt::time::timeout;
use serde_json::{Value, json};

use crate::support::detectors::Square::Tea;
use crate::support::form::Form;
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
        for (sheet, photos) in [("CS-1", json!([])), ("CS-2", json!(["SC-1"])), ("CS-3", json!(["SC-1"]))] {
            let sheet = shelf.vera().get(&format!("/api/sheets/{sheet}")).await.done();
            assert_eq!(sheet["scans"], photos, "the ledger leads to the photos of what was applied");
        }
    }

    async fn what_a_look_found_is_reviewed_also_where_the_next_one_failed(shelf: Shelf) {
        shelf.tea(3).await;
        shelf.scans(&photo(&[Tea, Tea])).await;
        let sheet = count(&shelf).await;
        retry(&shelf, "fails".into()).await.done();
        shelf.until("SC-1", "failed").await;

        let path = "/api/scans/SC-1/detections/1";
        shelf.omar().patch(path, json!({ "state": "ignored" })).await.done();

        let sheet = shelf.vera().get(&format!("/api/sheets/{sheet}")).await.done();
        assert_eq!(sheet["lines"][0]["seen"], 1);
    }

    async fn a_photo_that_showed_nothing_before_its_sheet_was_applied_goes_on_without_it(shelf: Shelf) {
        shelf.tea(3).await;
        let new = json!({ "warehouse": "north", "mode": "count", "skus": ["TEA-500"] });
        shelf.omar().post("/api/sheets", new).await.done();
        shelf.omar().put("/api/sheets/CS-1/lines/TEA-500", json!({ "counted": 4 })).await.done();
        let form = Form::of(&photo(&[Tea, Tea]), "north").field("sheet", b"CS-1").field("detector", b"slow");
        shelf.omar().upload(&form).await.done();
        until_running(&shelf).await;
        shelf.applies("CS-1").await.done();

        shelf.omar().post("/api/scans/SC-1/cancel", json!({})).await.done();
        retry(&shelf, "barcode".into()).await.done();

        let done = shelf.until("SC-1", "done").await;
        assert_eq!((&done["sheet"], &done["found"]), (&Value::Null, &2.into()));
        assert_eq!(count(&shelf).await, "CS-2");
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
