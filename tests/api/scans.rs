//! A photo is taken in, looked at, and told about.

mod bad_input;

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
}
