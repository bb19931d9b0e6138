//! A photo is taken in, looked at, and told about.

mod again;
mod bad_input;
mod files;
mod life;
mod photos;
mod restart;
mod review;
mod sending;
mod services;
mod taught;
mod together;

use serde_json::{Value, json};

use crate::support::detectors::Square::{Class, Ean, Tea, Upc};
use crate::support::form::Form;
use crate::support::on_both;
use crate::support::shelf::{Shelf, number, photo};

fn labels(scan: &Value) -> Vec<(&str, Option<&str>, i64)> {
    let each = scan["detections"].as_array().unwrap().iter();
    each.map(|one| {
        let units = one["units"].as_i64().unwrap();
        (one["label"].as_str().unwrap(), one["sku"].as_str(), units)
    })
    .collect()
}

on_both! {
    async fn a_photo_is_looked_at_and_everybody_in_the_warehouse_hears_of_it(shelf: Shelf) {
        shelf.tea(3).await;
        let salt = json!({ "sku": "SALT", "name": "Salt", "unit": "bag",
            "barcodes": [{ "code": "4006381333931", "pack_quantity": 12 }] });
        shelf.as_role(aims::domain::access::Role::Admin).post("/api/items", salt).await.done();
        let mut vera = shelf.vera().live().await;
        vera.join("north", None).await;
        let form = Form::of(&photo(&[Tea, Tea, Ean, Class, Upc]), "north").field("place", b" shelf 3 ");

        let reply = shelf.omar().upload(&form).await;

        assert_eq!(reply.status, 202, "{}", reply.text);
        assert_eq!(reply.header("location"), "/api/scans/SC-1");
        let scan = reply.done();
        assert_eq!((&scan["status"], &scan["place"]), (&"queued".into(), &"shelf 3".into()));
        let heard = vera.hears("done").await;
        let verbs: Vec<_> = heard.iter().map(|event| event["change"]["verb"].as_str().unwrap()).collect();
        assert_eq!(verbs, ["scan", "progress", "done"]);
        assert_eq!(heard[0]["data"], scan);
        assert_eq!(heard[1]["data"]["status"], "running");
        assert_eq!(heard[1]["data"]["detections"], Value::Null);
        let done = &heard[2]["data"];
        assert_eq!(*done, shelf.scan("SC-1").await);
        assert_eq!(labels(done), [
            ("TEA-500", Some("TEA-500"), 1), ("TEA-500", Some("TEA-500"), 1),
            ("4006381333931", Some("SALT"), 12), ("box", None, 1), ("036000291452", None, 1),
        ]);
        assert_eq!((&done["found"], &done["unmapped"]), (&5.into(), &2.into()));
        assert_eq!((&done["progress"], &done["detector_version"]), (&100.into(), &"squares 1".into()));
        assert_eq!((&done["by"], &done["error"]), (&"Omar Haddad".into(), &Value::Null));
        let stocked = |n: usize| done["detections"][n]["stocked"].clone();
        assert_eq!((stocked(0), stocked(2), stocked(3)), (true.into(), false.into(), Value::Null));
        assert_eq!(done["detections"][3]["confidence"], 0.5);
    }

    async fn the_same_photo_is_kept_once_and_says_so(shelf: Shelf) {
        let tea = photo(&[Tea]);
        let first = shelf.scans(&tea).await;
        let second = shelf.scans(&tea).await;
        let elsewhere = Form::of(&tea, "harbour");
        let third = shelf.omar().upload(&elsewhere).await.done();

        assert_eq!(first["same_photo"], json!([]));
        assert_eq!(second["same_photo"], json!(["SC-1"]));
        assert_eq!(third["same_photo"], json!([]));
        let list = shelf.vera().get("/api/scans?warehouse=north&status=done").await.done();
        let numbers: Vec<_> = list["data"].as_array().unwrap().iter().map(number).collect();
        assert_eq!(numbers, ["SC-2", "SC-1"]);
        assert_eq!(list["data"][0]["same_photo"], json!(["SC-1"]));
        assert_eq!(list["data"][0]["detections"], Value::Null);
    }

    async fn of_a_photo_that_is_sent_all_the_time_the_last_few_scans_are_named(shelf: Shelf) {
        let form = Form::of(&photo(&[Tea]), "north");
        for _ in 0..7 {
            shelf.omar().upload(&form).await.done();
        }

        let list = shelf.vera().get("/api/scans?warehouse=north").await.done();

        let few = json!(["SC-6", "SC-5", "SC-4", "SC-3", "SC-2"]);
        assert_eq!(list["data"][0]["same_photo"], few);
        assert_eq!(shelf.scan("SC-7").await["same_photo"], few);
        assert_eq!(list["data"][4]["same_photo"], json!(["SC-2", "SC-1"]));
    }

    async fn a_request_that_is_sent_twice_is_one_scan(shelf: Shelf) {
        let omar = shelf.omar().with("idempotency-key", "once");
        let tea = Form::of(&photo(&[Tea]), "north");
        let first = omar.upload(&tea).await;
        let again = omar.upload(&tea).await;

        assert_eq!((again.status, again.header("idempotency-replayed")), (202, "true"));
        assert_eq!(first.json, again.json);
        let other = Form::of(&photo(&[Tea]), "harbour");
        omar.upload(&other).await.refused(422, "idempotency_key_reused");
        let all = shelf.vera().get("/api/scans").await.done();
        assert_eq!(all["data"].as_array().unwrap().len(), 1);
    }

    async fn three_hundred_labels_are_three_hundred_and_none_is_none(shelf: Shelf) {
        shelf.tea(0).await;
        let mut vera = shelf.vera().live().await;
        vera.join("north", None).await;

        let many = shelf.scans(&photo(&[Tea; 300])).await;
        let told = vera.hears("done").await.pop().unwrap();
        let none = shelf.scans(&photo(&[])).await;

        assert_eq!((&many["found"], &many["unmapped"]), (&300.into(), &0.into()));
        assert_eq!(many["detections"].as_array().unwrap().len(), 300);
        let told = told["data"].as_object().unwrap();
        assert_eq!(told.get("detections"), Some(&Value::Null), "too many to tell: who wants them loads the scan");
        assert_eq!((&none["status"], &none["found"]), (&"done".into(), &0.into()));
        assert_eq!(none["warnings"], json!(["Nothing was found on this photo."]));
        assert_eq!(none["detections"], json!([]));
    }

    async fn an_item_of_another_warehouse_is_known_and_said_to_be_of_another(shelf: Shelf) {
        shelf.tea(3).await;
        let form = Form::of(&photo(&[Tea]), "harbour");

        let sent = shelf.omar().upload(&form).await.done();

        let scan = shelf.until(&number(&sent), "done").await;
        let tea = &scan["detections"][0];
        assert_eq!((&tea["sku"], &tea["stocked"]), (&"TEA-500".into(), &false.into()));
    }

    async fn scans_are_for_those_who_may_see_the_warehouse(shelf: Shelf) {
        let form = Form::of(&photo(&[Tea]), "north");
        shelf.vera().upload(&form).await.refused(403, "forbidden");
        shelf.upload(&form).await.refused(401, "unauthenticated");
        shelf.sends(&photo(&[Tea])).await;
        shelf.until("SC-1", "done").await;

        let stranger = shelf.stranger().await;
        for path in ["/api/scans/SC-1", "/api/scans/SC-1/photo", "/api/scans?warehouse=north", "/api/scans/SC-2",
            "/api/scans/detectors?warehouse=north", "/api/labels?warehouse=north", "/api/looks?warehouse=north"] {
            stranger.get(path).await.refused(404, "not_found");
        }
        stranger.upload(&form).await.refused(404, "not_found");
        let nothing = stranger.get("/api/scans").await.done();
        assert_eq!(nothing["data"], json!([]));
        for step in ["cancel", "retry"] {
            let path = format!("/api/scans/SC-1/{step}");
            stranger.post(&path, json!({})).await.refused(404, "not_found");
            shelf.vera().post(&path, json!({})).await.refused(403, "forbidden");
        }
        let edit = json!({ "state": "ignored" });
        let path = "/api/scans/SC-1/detections/1";
        stranger.patch(path, edit.clone()).await.refused(404, "not_found");
        shelf.vera().patch(path, edit).await.refused(403, "forbidden");
        shelf.vera().get("/api/scans/SC-1/photo").await.done();
    }

    async fn the_detectors_say_whether_they_are_ready(shelf: Shelf) {
        let offers = shelf.vera().get("/api/scans/detectors?warehouse=north").await.done();

        let of = |name: &str| {
            let mut all = offers["data"].as_array().unwrap().iter();
            all.find(|offer| offer["name"] == name).unwrap().clone()
        };
        assert_eq!(of("barcode"), json!({ "name": "barcode", "title": "Barcodes and QR codes", "ready": true,
            "why": null, "default": true, "version": "squares 1" }));
        assert_eq!(of("absent")["why"], "The model file is missing.");
        assert_eq!((&of("taught")["ready"], &of("slow")["default"]), (&false.into(), &false.into()));
    }
}
