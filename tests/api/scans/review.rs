//! People judge what was found; a count sheet follows; labels are remembered, and how often they were right is told.

use aims::domain::access::Role;
use serde_json::{Value, json};

use crate::support::detectors::Square::{Class, Ean, Tea, Upc};
use crate::support::form::Form;
use crate::support::on_both;
use crate::support::shelf::{Shelf, number, photo};

const DETECTIONS: &str = "/api/scans/SC-1/detections";

async fn edit(shelf: &Shelf, n: i64, body: Value) -> Value {
    let path = format!("{DETECTIONS}/{n}");
    shelf.omar().patch(&path, body).await.done()
}

/// The lines of a sheet: SKU, seen, included.
async fn lines(shelf: &Shelf, sheet: &str) -> Vec<(String, Value, Value)> {
    let path = format!("/api/sheets/{sheet}");
    let sheet = shelf.vera().get(&path).await.done();
    let lines = sheet["lines"].as_array().unwrap().iter();
    lines
        .map(|line| {
            let sku = line["sku"].as_str().unwrap().to_owned();
            (sku, line["seen"].clone(), line["included"].clone())
        })
        .collect()
}

fn line(sku: &str, seen: i64, included: bool) -> (String, Value, Value) {
    (sku.into(), seen.into(), included.into())
}

async fn count(shelf: &Shelf, scan: &str) -> crate::support::client::Reply {
    let path = format!("/api/scans/{scan}/count");
    shelf.omar().post(&path, json!({ "mode": "count" })).await
}

/// Applies a sheet as it is.
async fn apply(shelf: &Shelf, sheet: &str) {
    let path = format!("/api/sheets/{sheet}");
    let version = shelf.vera().get(&path).await.done()["version"].clone();
    let omar = shelf.omar().with("if-match", &format!("\"{version}\""));
    omar.post(&format!("{path}/apply"), json!({})).await.done();
}

/// The rows of the list of labels, as Ada sees them.
async fn labels(shelf: &Shelf) -> Vec<Value> {
    let ada = shelf.as_role(Role::Admin);
    let list = ada.get("/api/labels?warehouse=north").await.done();
    list["data"].as_array().unwrap().clone()
}

on_both! {
    async fn a_person_confirms_ignores_assigns_and_adds(shelf: Shelf) {
        shelf.tea(3).await;
        shelf.item("SALT", "Salt").await;
        shelf.scans(&photo(&[Tea, Tea, Class])).await;
        let mut vera = shelf.vera().live().await;
        vera.join("north", None).await;

        edit(&shelf, 1, json!({ "state": "confirmed" })).await;
        edit(&shelf, 2, json!({ "state": "ignored" })).await;
        edit(&shelf, 3, json!({ "sku": "SALT", "units": 4 })).await;
        let drawn = json!({ "sku": "TEA-500", "units": 2, "x": 0.9, "y": 0.5, "w": 0.2, "h": 0.25 });
        let reply = shelf.omar().post(DETECTIONS, drawn).await;

        assert_eq!((reply.status, reply.header("etag")), (201, "\"7\""));
        let scan = reply.done();
        let of = |n: usize| scan["detections"][n].clone();
        assert_eq!((&of(0)["state"], &of(1)["state"]), (&"confirmed".into(), &"ignored".into()));
        assert_eq!((&of(2)["state"], &of(2)["sku"], &of(2)["units"]), (&"confirmed".into(), &"SALT".into(), &4.into()));
        assert_eq!((&of(3)["state"], &of(3)["kind"], &of(3)["label"]),
            (&"added".into(), &"drawn".into(), &"TEA-500".into()));
        assert!((of(3)["w"].as_f64().unwrap() - 0.1).abs() < 1e-9, "what is beside the photo is cut off");
        assert_eq!((&scan["found"], &scan["unmapped"]), (&3.into(), &0.into()));
        for (version, n) in (4..=7).zip(1..) {
            let event = vera.next().await;
            let told: Vec<_> = event["data"]["detections"].as_array().unwrap().iter().map(|one| &one["n"]).collect();
            assert_eq!(told, [n], "the box that changed, and no other");
            assert_eq!((&event["change"]["verb"], &event["data"]["version"]), (&"review".into(), &version.into()));
        }
        let back = edit(&shelf, 2, json!({ "state": "auto" })).await;
        assert_eq!(back["detections"][1]["state"], "auto");
        let moved = edit(&shelf, 4, json!({ "sku": "SALT", "state": "confirmed" })).await;
        assert_eq!((&moved["detections"][3]["state"], &moved["detections"][3]["label"]),
            (&"added".into(), &"SALT".into()));
    }

    async fn a_review_that_makes_no_sense_is_refused(shelf: Shelf) {
        shelf.tea(3).await;
        shelf.scans(&photo(&[Tea])).await;
        let omar = shelf.omar();
        let at = |n: &str| format!("{DETECTIONS}/{n}");
        for (n, body, status, code) in [
            ("2", json!({ "state": "ignored" }), 404, "not_found"),
            ("0", json!({}), 404, "not_found"),
            ("x", json!({}), 404, "not_found"),
            ("1", json!({ "sku": "NONE" }), 404, "not_found"),
            ("1", json!({ "state": "added" }), 422, "validation"),
            ("1", json!({ "state": "wrong" }), 422, "validation"),
            ("1", json!({ "units": -1 }), 422, "validation"),
            ("1", json!({ "sku": null, "remember": "warehouse" }), 422, "validation"),
            ("1", json!({ "remember": "everywhere" }), 403, "forbidden"),
            ("1", json!({ "label": "x" }), 422, "validation"),
        ] {
            omar.patch(&at(n), body).await.refused(status, code);
        }
        let drawn = |x: f64, w: f64| json!({ "sku": "TEA-500", "x": x, "y": 0, "w": w, "h": 1 });
        for (x, w) in [(1.0, 0.5), (0.5, 0.0), (0.5, -0.1), (-2.0, 1.0)] {
            omar.post(DETECTIONS, drawn(x, w)).await.refused(422, "validation");
        }
        let stale = omar.with("if-match", "\"1\"").patch(&at("1"), json!({ "state": "ignored" })).await;
        assert_eq!(stale.refused(412, "stale_version")["current"]["version"], 3);
        omar.post("/api/scans/SC-1/ignore", json!({ "below": 1.5 })).await.refused(422, "validation");
        assert_eq!(shelf.scan("SC-1").await["version"], 3);
        let slow = shelf.asks_of("slow").await;
        omar.post(&format!("/api/scans/{slow}/ignore"), json!({ "below": 0.5 })).await.refused(409, "scan_not_open");
        count(&shelf, &slow).await.refused(409, "scan_not_open");
        shelf.door.open();
        shelf.until(&slow, "done").await;
    }

    async fn equal_labels_are_named_in_one_step_or_not_at_all(shelf: Shelf) {
        shelf.tea(3).await;
        shelf.item("SALT", "Salt").await;
        shelf.scans(&photo(&[Class, Class, Tea, Class, Upc])).await;
        let mut vera = shelf.vera().live().await;
        vera.join("north", None).await;
        let omar = shelf.omar();
        let all = |numbers: &[i64], change: Value| json!({ "numbers": numbers, "change": change });
        let ignored = json!({ "state": "ignored" });
        for (body, status, code) in [
            (all(&[1, 2, 9], ignored.clone()), 404, "not_found"),
            (all(&[1, 2], json!({ "sku": "NONE" })), 404, "not_found"),
            (all(&[], ignored.clone()), 422, "validation"),
            (all(&[1; 2001], ignored.clone()), 422, "validation"),
            (all(&[1, 2], json!({ "units": -1 })), 422, "validation"),
            (all(&[1, 3], json!({ "sku": null, "remember": "warehouse" })), 422, "validation"),
            (all(&[1, 2], json!({ "sku": "SALT", "remember": "everywhere" })), 403, "forbidden"),
            (json!({ "numbers": [1] }), 422, "validation"),
        ] {
            omar.patch(DETECTIONS, body).await.refused(status, code);
        }
        let stale = omar.with("if-match", "\"1\"").patch(DETECTIONS, all(&[1], ignored.clone())).await;
        assert_eq!(stale.refused(412, "stale_version")["current"]["version"], 3);
        shelf.vera().patch(DETECTIONS, all(&[1], ignored.clone())).await.refused(403, "forbidden");

        let salt = all(&[1, 2, 4], json!({ "sku": "SALT", "units": 6, "remember": "warehouse" }));
        let reply = omar.with("if-match", "\"3\"").patch(DETECTIONS, salt).await;

        assert_eq!((reply.status, reply.header("etag")), (200, "\"4\""));
        let scan = reply.done();
        let each = scan["detections"].as_array().unwrap().iter();
        let each: Vec<_> = each.map(|one| json!([one["sku"], one["units"], one["state"]])).collect();
        let named = json!(["SALT", 6, "confirmed"]);
        assert_eq!(each, [named.clone(), named.clone(), json!(["TEA-500", 1, "auto"]), named,
            json!([null, 1, "auto"])]);
        let event = vera.next().await;
        let told: Vec<_> = event["data"]["detections"].as_array().unwrap().iter().map(|one| &one["n"]).collect();
        assert_eq!((told, &event["data"]["version"]), (vec![&json!(1), &json!(2), &json!(4)], &4.into()));
        let mixed = omar.patch(DETECTIONS, all(&[3, 5], ignored)).await.done();
        assert_eq!((&mixed["version"], &mixed["found"], &mixed["unmapped"]), (&5.into(), &3.into(), &0.into()));
        let next = shelf.scans(&photo(&[Class])).await;
        assert_eq!((&next["detections"][0]["sku"], &next["detections"][0]["units"]), (&"SALT".into(), &6.into()));
    }

    async fn a_threshold_ignores_what_the_detector_is_less_sure_of(shelf: Shelf) {
        let scan = shelf.asks_of("sure").await;
        shelf.until(&scan, "done").await;
        edit(&shelf, 1, json!({ "state": "confirmed" })).await;

        let scan = shelf.omar().post("/api/scans/SC-1/ignore", json!({ "below": 0.6 })).await.done();

        let states: Vec<_> = scan["detections"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
        assert_eq!(states, ["confirmed", "ignored", "auto", "auto", "auto"]);
    }

    async fn a_sheet_is_made_of_a_scan_and_follows_it(shelf: Shelf) {
        shelf.tea(3).await;
        let case = json!({ "sku": "SALT", "name": "Salt", "unit": "bag",
            "barcodes": [{ "code": "4006381333931", "pack_quantity": 12 }] });
        shelf.as_role(Role::Admin).post("/api/items", case).await.done();
        shelf.item("BOX", "box").await;
        shelf.scans(&photo(&[Tea, Tea, Ean, Class, Upc])).await;

        let reply = count(&shelf, "SC-1").await;

        assert_eq!((reply.status, reply.header("location")), (201, "/api/sheets/CS-1"));
        let sheet = reply.done();
        assert_eq!((&sheet["source"], &sheet["scans"]), (&"vision".into(), &json!(["SC-1"])));
        let expected = [line("BOX", 1, false), line("SALT", 12, true), line("TEA-500", 2, true)];
        let mut found = lines(&shelf, "CS-1").await;
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, expected);
        assert_eq!(shelf.scan("SC-1").await["sheet"], "CS-1");

        edit(&shelf, 3, json!({ "state": "ignored" })).await;
        edit(&shelf, 4, json!({ "state": "confirmed" })).await;
        edit(&shelf, 5, json!({ "sku": "TEA-500" })).await;
        assert_eq!(lines(&shelf, "CS-1").await.len(), 2);
        assert!(lines(&shelf, "CS-1").await.contains(&line("BOX", 1, true)));
        assert!(lines(&shelf, "CS-1").await.contains(&line("TEA-500", 3, true)));
        assert_eq!(count(&shelf, "SC-1").await.status, 200);

        let more = Form::of(&photo(&[Tea]), "north").field("sheet", b"CS-1");
        let more = number(&shelf.omar().upload(&more).await.done());
        shelf.until(&more, "done").await;
        assert!(lines(&shelf, "CS-1").await.contains(&line("TEA-500", 4, true)));

        apply(&shelf, "CS-1").await;
        assert_eq!(shelf.row().await["on_hand"], 4);
        let path = format!("{DETECTIONS}/1");
        let late = shelf.omar().patch(&path, json!({ "state": "ignored" })).await;
        late.refused(409, "scan_not_open");
        count(&shelf, "SC-1").await.refused(409, "scan_not_open");
        let again = shelf.omar().post("/api/scans/SC-1/retry", json!({})).await;
        again.refused(409, "scan_not_open");
    }

    async fn what_moved_between_the_photo_and_the_sheet_is_a_conflict(shelf: Shelf) {
        shelf.tea(2).await;
        shelf.scans(&photo(&[Tea, Tea])).await;
        shelf.moves("issue", 1).await.done();

        let sheet = count(&shelf, "SC-1").await.done();

        let line = &sheet["lines"][0];
        assert_eq!((&line["expected"], &line["expected_version"], &line["on_hand"]), (&2.into(), &1.into(), &1.into()));
        assert_eq!((&line["seen"], &line["conflict"]), (&2.into(), &true.into()));
        let omar = shelf.omar().with("if-match", &format!("\"{}\"", sheet["version"]));
        omar.post("/api/sheets/CS-1/apply", json!({})).await.refused(409, "stock_changed");
        let keep = json!({ "resolution": "keep_difference" });
        shelf.omar().put("/api/sheets/CS-1/lines/TEA-500", keep).await.done();
        apply(&shelf, "CS-1").await;
        assert_eq!(shelf.row().await["on_hand"], 1);
    }

    async fn of_a_failed_scan_there_is_an_empty_sheet(shelf: Shelf) {
        let scan = shelf.asks_of("fails").await;
        shelf.until(&scan, "failed").await;

        let sheet = count(&shelf, &scan).await.done();

        assert_eq!((&sheet["line_count"], &sheet["scans"]), (&0.into(), &json!(["SC-1"])));
    }

    async fn a_remembered_label_is_known_the_next_time(shelf: Shelf) {
        shelf.tea(3).await;
        shelf.item("SALT", "Salt").await;
        shelf.scans(&photo(&[Class, Class, Class, Upc])).await;
        edit(&shelf, 2, json!({ "state": "ignored" })).await;

        let scan = edit(&shelf, 1, json!({ "sku": "SALT", "units": 6, "remember": "warehouse" })).await;
        let code = json!({ "kind": "barcode", "label": "0036000291452", "warehouse": "north", "sku": "TEA-500",
            "units": 0 });
        shelf.omar().post("/api/labels", code).await.done();

        let skus = |scan: &Value| -> Vec<Value> {
            let each = scan["detections"].as_array().unwrap().iter();
            each.map(|one| json!([one["sku"], one["units"], one["state"]])).collect()
        };
        assert_eq!(skus(&scan)[..3], [json!(["SALT", 6, "confirmed"]), json!([null, 1, "ignored"]),
            json!(["SALT", 6, "auto"])]);
        let next = shelf.scans(&photo(&[Class, Upc])).await;
        assert_eq!(skus(&next), [json!(["SALT", 6, "auto"]), json!(["TEA-500", 0, "auto"])]);
        let elsewhere = Form::of(&photo(&[Class]), "harbour");
        let elsewhere = number(&shelf.omar().upload(&elsewhere).await.done());
        assert_eq!(skus(&shelf.until(&elsewhere, "done").await), [json!([null, 1, "auto"])]);
        let all = shelf.vera().get("/api/labels?warehouse=north").await.done();
        let class = all["data"].as_array().unwrap().iter().find(|row| row["kind"] == "class").unwrap().clone();
        assert_eq!((&class["sku"], &class["warehouse"], &class["accepted"]),
            (&"SALT".into(), &"north".into(), &Value::Null));
        let path = format!("/api/labels/{}", class["id"]);
        shelf.vera().delete(&path).await.refused(403, "forbidden");
        shelf.omar().delete(&path).await.done();
        shelf.omar().delete(&path).await.refused(404, "not_found");
        assert_eq!(skus(&shelf.scans(&photo(&[Class])).await), [json!([null, 1, "auto"])]);
    }

    async fn a_label_for_all_is_an_administrators(shelf: Shelf) {
        shelf.tea(0).await;
        let label = json!({ "kind": "class", "label": "box", "sku": "TEA-500" });
        shelf.omar().post("/api/labels", label.clone()).await.refused(403, "forbidden");
        let ada = shelf.as_role(Role::Admin);
        ada.post("/api/labels", label).await.done();
        let drawn = json!({ "kind": "drawn", "label": "box", "sku": "TEA-500" });
        ada.post("/api/labels", drawn).await.refused(422, "validation");
        let blank = json!({ "kind": "class", "label": " ", "sku": "TEA-500" });
        ada.post("/api/labels", blank).await.refused(422, "validation");

        let elsewhere = Form::of(&photo(&[Class]), "harbour");
        let scan = number(&shelf.omar().upload(&elsewhere).await.done());

        assert_eq!(shelf.until(&scan, "done").await["detections"][0]["sku"], "TEA-500");
        let [row] = &labels(&shelf).await[..] else { panic!("one label") };
        let id = row["id"].clone();
        shelf.omar().delete(&format!("/api/labels/{id}")).await.refused(403, "forbidden");
        ada.delete(&format!("/api/labels/{id}")).await.done();
    }

    async fn how_often_a_label_was_right_is_counted_on_applied_sheets(shelf: Shelf) {
        shelf.tea(3).await;
        shelf.item("SALT", "Salt").await;
        shelf.scans(&photo(&[Tea, Tea, Tea, Class, Class, Upc])).await;
        edit(&shelf, 2, json!({ "sku": "SALT" })).await;
        edit(&shelf, 3, json!({ "state": "ignored" })).await;
        edit(&shelf, 4, json!({ "sku": "SALT", "remember": "warehouse" })).await;
        let sheet = number(&count(&shelf, "SC-1").await.done());
        let before = labels(&shelf).await;
        assert_eq!((before.len(), &before[0]["accepted"]), (1, &0.into()), "nothing was applied yet");

        apply(&shelf, &sheet).await;

        let told = |row: &Value| json!([row["kind"], row["label"], row["warehouse"], row["sku"],
            row["accepted"], row["corrected"], row["ignored"]]);
        let rows: Vec<_> = labels(&shelf).await.iter().map(told).collect();
        assert_eq!(rows, [
            json!(["barcode", "036000291452", null, null, 0, 0, 0]),
            json!(["barcode", "TEA-500", null, "TEA-500", 1, 1, 1]),
            json!(["class", "box", "north", "SALT", 0, 2, 0]),
        ]);
        let first = shelf.as_role(Role::Admin).get("/api/labels?warehouse=north&limit=2").await.done();
        let cursor = first["next_cursor"].as_str().unwrap();
        let rest = format!("/api/labels?warehouse=north&limit=2&cursor={cursor}");
        let rest = shelf.as_role(Role::Admin).get(&rest).await.done();
        assert_eq!((rest["data"].as_array().unwrap().len(), &rest["data"][0]["kind"]), (1, &"class".into()));
    }
}
