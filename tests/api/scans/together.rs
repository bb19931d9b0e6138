//! Several photos on one sheet: added, the same one twice, taken off again.

use aims::domain::access::Role;
use serde_json::{Value, json};

use crate::support::detectors::Square::{Class, Ean, Tea};
use crate::support::form::Form;
use crate::support::on_both;
use crate::support::shelf::{Shelf, number, photo};

/// Begins a sheet, the first one; with a line of tea.
async fn begin(shelf: &Shelf) {
    let new = json!({ "warehouse": "north", "mode": "count", "skus": ["TEA-500"] });
    shelf.omar().post("/api/sheets", new).await.done();
}

/// Adds a photo to the first sheet; answers with the scan's number once that is done.
async fn add(shelf: &Shelf, photo: &[u8]) -> String {
    let form = Form::of(photo, "north").field("sheet", b"CS-1");
    let scan = number(&shelf.omar().upload(&form).await.done());
    shelf.until(&scan, "done").await;
    scan
}

async fn sheet(shelf: &Shelf) -> Value {
    shelf.vera().get("/api/sheets/CS-1").await.done()
}

/// What the photos of the first sheet show, by SKU.
async fn seen(shelf: &Shelf) -> Vec<(String, Option<i64>)> {
    let sheet = sheet(shelf).await;
    let lines = sheet["lines"].as_array().unwrap().iter();
    lines
        .map(|line| (line["sku"].as_str().unwrap().into(), line["seen"].as_i64()))
        .collect()
}

fn tea(seen: impl Into<Option<i64>>) -> Vec<(String, Option<i64>)> {
    vec![("TEA-500".into(), seen.into())]
}

on_both! {
    async fn the_same_photo_twice_on_a_sheet_counts_once(shelf: Shelf) {
        shelf.tea(9).await;
        begin(&shelf).await;
        let (two, other) = (photo(&[Tea, Tea]), photo(&[Tea, Tea, Tea]));
        let first = add(&shelf, &two).await;
        add(&shelf, &two).await;
        assert_eq!(seen(&shelf).await, tea(2));
        add(&shelf, &other).await;
        assert_eq!(seen(&shelf).await, tea(5));

        let ignored = json!({ "state": "ignored" });
        shelf.omar().patch(&format!("/api/scans/{first}/detections/1"), ignored).await.done();

        assert_eq!(seen(&shelf).await, tea(4), "what a person said of the first one holds");
    }

    async fn of_the_same_photo_counts_the_scan_that_found_something(shelf: Shelf) {
        shelf.tea(9).await;
        begin(&shelf).await;
        let two = photo(&[Class, Class]);
        let (first, second) = (add(&shelf, &two).await, add(&shelf, &two).await);
        let drawn = json!({ "sku": "TEA-500", "x": 0.1, "y": 0.1, "w": 0.2, "h": 0.2 });
        shelf.omar().post(&format!("/api/scans/{first}/detections"), drawn.clone()).await.done();
        assert_eq!(seen(&shelf).await, tea(1), "no detector knew anything on it");

        for n in 1..=2 {
            let path = format!("/api/scans/{second}/detections/{n}");
            shelf.omar().patch(&path, json!({ "sku": "TEA-500" })).await.done();
        }

        assert_eq!(seen(&shelf).await, tea(2));
        shelf.omar().post(&format!("/api/scans/{first}/detections"), drawn).await.done();
        assert_eq!(seen(&shelf).await, tea(2));
    }

    async fn the_same_photo_twice_is_one_answer_of_the_detector(shelf: Shelf) {
        shelf.tea(9).await;
        begin(&shelf).await;
        let two = photo(&[Tea, Tea]);
        add(&shelf, &two).await;
        add(&shelf, &two).await;

        shelf.applies("CS-1").await.done();

        let labels = shelf.as_role(Role::Admin).get("/api/labels").await.done();
        assert_eq!(labels["data"][0]["accepted"], 2, "{labels}");
    }

    async fn where_no_detector_found_anything_counts_what_people_drew(shelf: Shelf) {
        shelf.tea(9).await;
        begin(&shelf).await;
        let nothing = photo(&[Class]);
        let (first, second) = (add(&shelf, &nothing).await, add(&shelf, &nothing).await);
        let drawn = json!({ "sku": "TEA-500", "x": 0.1, "y": 0.1, "w": 0.2, "h": 0.2 });

        shelf.omar().post(&format!("/api/scans/{second}/detections"), drawn.clone()).await.done();
        assert_eq!(seen(&shelf).await, tea(1));

        shelf.omar().post(&format!("/api/scans/{first}/detections"), drawn).await.done();
        assert_eq!(seen(&shelf).await, tea(1), "of one photo one scan counts");
    }

    async fn a_sheet_takes_a_hundred_photos(shelf: Shelf) {
        shelf.tea(0).await;
        begin(&shelf).await;
        let form = Form::of(&photo(&[Tea]), "north").field("sheet", b"CS-1");
        let mut last = String::new();
        for _ in 0..100 {
            last = number(&shelf.omar().upload_when_there_is_room(&form).await.done());
        }

        let refused = shelf.omar().upload_when_there_is_room(&form).await.refused(422, "validation");

        assert_eq!(refused["errors"][0]["pointer"], "/sheet", "{refused}");
        shelf.until(&last, "done").await;
        assert_eq!(sheet(&shelf).await["scans"].as_array().unwrap().len(), 100);
    }

    async fn a_photo_is_taken_off_its_sheet_and_can_be_counted_anew(shelf: Shelf) {
        shelf.tea(9).await;
        begin(&shelf).await;
        let two = photo(&[Tea, Tea]);
        let (first, again) = (add(&shelf, &two).await, add(&shelf, &two).await);
        let other = add(&shelf, &photo(&[Tea])).await;
        let mut vera = shelf.vera().live().await;
        vera.join("north", None).await;
        let omar = shelf.omar();
        let on = |scan: &str| format!("/api/sheets/CS-1/scans/{scan}");

        let change = omar.delete(&on(&other)).await.done();

        assert_eq!((&change["scans"], &change["lines"][0]["seen"]), (&json!([first, again]), &2.into()));
        let told = [vera.next().await, vera.next().await];
        assert_eq!((&told[0]["event"], &told[0]["data"]["sheet"]), (&"scan-updated".into(), &Value::Null));
        assert_eq!((&told[1]["event"], &told[1]["data"]["version"]), (&"count-updated".into(), &change["version"]));
        omar.delete(&on(&first)).await.done();
        assert_eq!(seen(&shelf).await, tea(2), "the other scan of the same photo stands in");
        omar.delete(&on(&again)).await.done();
        assert_eq!(seen(&shelf).await, tea(None));
        let counted = omar.post(&format!("/api/scans/{first}/count"), json!({ "mode": "receive" })).await;
        assert_eq!((counted.status, &counted.done()["number"]), (201, &"CS-2".into()));
    }

    async fn a_photo_is_not_taken_off_by_anybody_nor_at_any_time(shelf: Shelf) {
        shelf.tea(9).await;
        begin(&shelf).await;
        let scan = add(&shelf, &photo(&[Tea])).await;
        let elsewhere = number(&shelf.scans(&photo(&[Ean])).await);
        let on = |scan: &str| format!("/api/sheets/CS-1/scans/{scan}");
        let omar = shelf.omar();

        shelf.vera().delete(&on(&scan)).await.refused(403, "forbidden");
        shelf.stranger().await.delete(&on(&scan)).await.refused(404, "not_found");
        for wrong in [on(&elsewhere), on("SC-99"), on("x"), "/api/sheets/CS-9/scans/SC-1".into()] {
            omar.delete(&wrong).await.refused(404, "not_found");
        }
        omar.with("if-match", "\"1\"").delete(&on(&scan)).await.refused(412, "stale_version");
        let version = sheet(&shelf).await["version"].clone();
        let apply = omar.with("if-match", &format!("\"{version}\""));
        apply.post("/api/sheets/CS-1/apply", json!({})).await.done();
        omar.delete(&on(&scan)).await.refused(409, "sheet_closed");
        shelf.as_role(Role::Admin).delete(&on(&scan)).await.refused(409, "sheet_closed");
        assert_eq!(sheet(&shelf).await["scans"], json!([scan]));
    }

    async fn a_scan_is_not_counted_as_something_else_than_its_open_sheet_says(shelf: Shelf) {
        shelf.tea(9).await;
        shelf.scans(&photo(&[Tea])).await;
        let (omar, count) = (shelf.omar(), "/api/scans/SC-1/count");
        omar.post(count, json!({ "mode": "receive" })).await.done();

        let refused = omar.post(count, json!({ "mode": "count" })).await.refused(409, "scan_not_open");

        assert_eq!(refused["detail"], "SC-1 is on CS-1, which is open and says what came in; change that there.");
        assert_eq!(refused["current"]["sheet"], "CS-1");
        assert_eq!(omar.post(count, json!({ "mode": "receive" })).await.status, 200);
        assert_eq!(sheet(&shelf).await["mode"], "receive");
    }
}
