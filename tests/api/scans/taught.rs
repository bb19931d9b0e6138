//! Teaching how an item looks.

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::support::detectors::Square::Taught;
use crate::support::form::Form;
use crate::support::on_both;
use crate::support::shelf::{Shelf, encoded, number, photo};

/// A wall with one pack on it, which has a print of its own.
fn pack() -> Vec<u8> {
    let print = |x: u32, y: u32| match (x / 16 + y / 24) % 3 {
        0 => Rgb([200, 30, 40]),
        1 => Rgb([250, 220, 60]),
        _ => Rgb([20, 60, 120]),
    };
    let on_the_pack = |x: u32, y: u32| (100..220).contains(&x) && (80..240).contains(&y);
    let picture = RgbImage::from_fn(400, 320, |x, y| {
        if on_the_pack(x, y) {
            print(x, y)
        } else {
            Rgb([230; 3])
        }
    });
    encoded(&picture, ImageFormat::Jpeg)
}

fn lesson(sku: &str, w: f64, h: f64) -> Value {
    json!({ "scan": "SC-1", "sku": sku, "x": 0.25, "y": 0.25, "w": w, "h": h })
}

on_both! {
    async fn a_box_on_a_photo_teaches_how_an_item_looks(shelf: Shelf) {
        shelf.tea(0).await;
        shelf.scans(&pack()).await;

        let reply = shelf.omar().post("/api/looks", lesson("TEA-500", 0.3, 0.5)).await;

        assert_eq!(reply.header("location"), "/api/looks/1");
        let look = reply.done();
        assert_eq!((&look["sku"], &look["warehouse"], &look["by"]),
            (&"TEA-500".into(), &"north".into(), &"Omar Haddad".into()));
        assert!((0.5..=0.95).contains(&look["threshold"].as_f64().unwrap()), "{look}");
        let picture = shelf.vera().get("/api/looks/1/picture").await;
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
        let ready = async |warehouse: &str| {
            let path = format!("/api/scans/detectors{warehouse}");
            let offers = shelf.vera().get(&path).await.done();
            let mut all = offers["data"].as_array().unwrap().iter();
            all.find(|offer| offer["name"] == "taught").unwrap()["ready"].clone()
        };
        assert_eq!(ready("?warehouse=north").await, true, "where it was taught");
        assert_eq!(ready("?warehouse=harbour").await, false, "it was taught elsewhere");
        assert_eq!(ready("").await, true, "in one of those that Vera may see");

        let seen = shelf.scans(&photo(&[Taught])).await["detections"][0].clone();
        assert_eq!((&seen["kind"], &seen["label"], &seen["sku"]),
            (&"taught".into(), &"TEA-500".into(), &"TEA-500".into()));
        let stricter = shelf.omar().patch("/api/looks/1", json!({ "threshold": 0.97 })).await.done();
        assert_eq!(stricter["threshold"], 0.97);
        let list = shelf.vera().get("/api/looks?warehouse=north").await.done();
        assert_eq!(list["data"], json!([stricter]));

        shelf.omar().delete("/api/looks/1").await.done();
        let unknown = shelf.scans(&photo(&[Taught])).await["detections"][0].clone();
        assert_eq!((&unknown["label"], &unknown["sku"]), (&"1".into(), &Value::Null));
    }

    async fn what_cannot_be_taught_is_said(shelf: Shelf) {
        shelf.tea(0).await;
        shelf.scans(&pack()).await;
        let omar = shelf.omar();
        for (lesson, status, code) in [
            (lesson("TEA-500", 0.01, 0.01), 422, "validation"),
            (lesson("TEA-500", 0.0, 0.5), 422, "validation"),
            (lesson("TEA-500", 0.7, 0.05), 422, "validation"),
            (lesson("NONE", 0.3, 0.5), 404, "not_found"),
            (json!({ "scan": "SC-9", "sku": "TEA-500", "x": 0, "y": 0, "w": 1, "h": 1 }), 404, "not_found"),
            (json!({ "scan": "CS-1", "sku": "TEA-500", "x": 0, "y": 0, "w": 1, "h": 1 }), 404, "not_found"),
        ] {
            omar.post("/api/looks", lesson).await.refused(status, code);
        }
        shelf.vera().post("/api/looks", lesson("TEA-500", 0.3, 0.5)).await.refused(403, "forbidden");
        omar.post("/api/looks", lesson("TEA-500", 0.3, 0.5)).await.done();
        let stranger = shelf.stranger().await;
        stranger.get("/api/looks/1/picture").await.refused(404, "not_found");
        stranger.delete("/api/looks/1").await.refused(404, "not_found");
        stranger.patch("/api/looks/1", json!({ "threshold": 0.5 })).await.refused(404, "not_found");
        shelf.vera().delete("/api/looks/1").await.refused(403, "forbidden");
        omar.patch("/api/looks/1", json!({ "threshold": 1.5 })).await.refused(422, "validation");
        let form = Form::of(&photo(&[]), "north").field("detector", b"taught");
        let scan = number(&omar.upload(&form).await.done());
        shelf.until(&scan, "done").await;
    }
}
