//! What is no photo, or no form, is refused with a clear word, and nothing is changed.

use actix_web::http::Method;
use image::{GrayImage, ImageFormat};
use serde_json::json;

use super::files::{animated_png, animated_webp, lying_png};
use crate::support::detectors::Square::Tea;
use crate::support::detectors::wall;
use crate::support::form::Form;
use crate::support::on_both;
use crate::support::shelf::{Shelf, encoded, number, photo};
use crate::support::stock::pointers;

/// Nothing was taken in.
async fn nothing_came_of_it(shelf: &Shelf) {
    let scans = shelf.vera().get("/api/scans").await.done();
    assert_eq!(scans["data"], json!([]));
    let photos: i64 = shelf
        .store()
        .read(|db| {
            use diesel::prelude::*;
            Ok(aims::on_db!(db, c => aims::schema::photo::table.count().get_result(c))?)
        })
        .await
        .unwrap();
    assert_eq!(photos, 0);
}

on_both! {
    async fn what_is_no_photo_is_refused_at_once(shelf: Shelf) {
        let jpeg = photo(&[Tea; 60]);
        let gif = b"GIF89a\x01\0\x01\0\0\0\0;".to_vec();
        let cut = jpeg[..200].to_vec();
        let png = encoded(&wall(&[Tea; 60], 6), ImageFormat::Png);
        for (file, words) in [
            (Vec::new(), "not a JPEG, PNG or WebP"),
            (b"a shelf, in words".to_vec(), "not a JPEG, PNG or WebP"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "not a JPEG, PNG or WebP"),
            (gif, "not a JPEG, PNG or WebP"),
            (animated_png(), "animated"),
            (animated_webp(), "animated"),
            (cut, "damaged or incomplete"),
            (png[..png.len() / 2].to_vec(), "damaged or incomplete"),
            (b"\x89PNG\r\n\x1a\n".to_vec(), "damaged or incomplete"),
            (lying_png(4000, 3000), "damaged or incomplete"),
        ] {
            let reply = shelf.omar().upload(&Form::of(&file, "north")).await;
            let refused = reply.refused(415, "unsupported_image");
            assert!(refused["detail"].as_str().unwrap().contains(words), "{words}: {refused}");
        }
        nothing_came_of_it(&shelf).await;
    }

    async fn a_photo_of_another_warehouses_items_says_so_and_changes_nothing(shelf: Shelf) {
        shelf.tea(3).await;
        let elsewhere = Form::of(&photo(&[Tea, Tea]), "harbour");
        let scan = number(&shelf.omar().upload(&elsewhere).await.done());

        let done = shelf.until(&scan, "done").await;

        let word = "Never stocked in this warehouse: Tea 500 g. Applying stocks them here.";
        assert_eq!((&done["warnings"], &done["detections"][0]["stocked"]), (&json!([word]), &false.into()));
        let harbour = shelf.vera().get("/api/inventory?warehouse=harbour").await.done();
        assert_eq!(harbour["data"], json!([]));
        assert_eq!(shelf.scans(&photo(&[Tea])).await["warnings"], json!([]));
        assert_eq!(shelf.row().await["on_hand"], 3);
    }

    async fn what_is_too_large_is_refused_before_it_is_decoded(shelf: Shelf) {
        let bomb = encoded_grey(&GrayImage::new(8000, 8000));
        assert!(bomb.len() < 1 << 20, "it is small as a file: {}", bomb.len());
        for (file, words) in [
            (lying_png(60_000, 60_000), "60000 x 60000 pixels"),
            (lying_png(1, 12_001), "1 x 12001 pixels"),
            (bomb, "8000 x 8000 pixels"),
            (vec![0xFF; 16 << 20], "15 MB at most"),
            (vec![0xFF; 20 << 20], "15 MB at most"),
        ] {
            let reply = shelf.omar().upload(&Form::of(&file, "north")).await;
            let refused = reply.refused(413, "image_too_large");
            assert!(refused["detail"].as_str().unwrap().contains(words), "{words}: {refused}");
        }
        nothing_came_of_it(&shelf).await;
    }

    async fn every_mistake_in_a_form_is_named(shelf: Shelf) {
        let tea = photo(&[Tea]);
        let image = || Form::default().file("image", &tea);
        for (form, wrong) in [
            (Form::default(), &["/image"][..]),
            (Form::default().field("warehouse", b"north"), &["/image"]),
            (image(), &["/warehouse"]),
            (image().field("warehouse", b" "), &["/warehouse"]),
            (Form::of(&tea, "north").file("image", &tea), &["/image"]),
            (Form::of(&tea, "north").field("warehouse", b"harbour"), &["/warehouse"]),
            (Form::of(&tea, "north").field("shelf", b"3"), &["/"]),
            (Form::of(&tea, "north").field("", b"3"), &["/"]),
            (Form::of(&tea, "north").field("place", b"\xFF\xFE"), &["/place"]),
            (Form::of(&tea, "north").field("place", b"a\0b"), &["/place"]),
            (Form::of(&tea, "north").field("place", &[b'x'; 201]), &["/place"]),
            (Form::of(&tea, "north").field("place", &[b'x'; 5000]), &["/place"]),
            (Form::of(&tea, "north").field("detector", b"magic"), &["/detector"]),
            (Form::default().field("place", b"\xFF").field("x", b"y"), &["/place", "/", "/image"]),
        ] {
            let refused = shelf.omar().upload(&form).await.refused(422, "validation");
            assert_eq!(pointers(&refused), wrong, "{refused}");
        }
        nothing_came_of_it(&shelf).await;
    }

    async fn what_a_form_names_must_be_there(shelf: Shelf) {
        let tea = photo(&[Tea]);
        let sheet = |warehouse: &'static str| json!({ "warehouse": warehouse, "mode": "count" });
        let closed = shelf.omar().post("/api/sheets", sheet("north")).await.done();
        assert_eq!(closed["number"], "CS-1");
        shelf.omar().post("/api/sheets/CS-1/discard", json!({})).await.done();
        shelf.omar().post("/api/sheets", sheet("harbour")).await.done();
        let form = || Form::of(&tea, "north");
        for (form, status, code) in [
            (Form::of(&tea, "attic"), 404, "not_found"),
            (Form::of(&tea, "NORTH"), 404, "not_found"),
            (form().field("sheet", b"CS-1"), 409, "sheet_closed"),
            (form().field("sheet", b"CS-2"), 404, "not_found"),
            (form().field("sheet", b"CS-9"), 404, "not_found"),
            (form().field("sheet", b"SC-1"), 404, "not_found"),
            (form().field("detector", b"absent"), 409, "detector_not_ready"),
            (form().field("detector", b"taught"), 409, "detector_not_ready"),
        ] {
            shelf.omar().upload(&form).await.refused(status, code);
        }
        nothing_came_of_it(&shelf).await;
    }

    async fn what_is_no_form_is_refused(shelf: Shelf) {
        let whole = Form::of(&photo(&[Tea]), "north").bytes();
        let omar = shelf.omar();
        for kind in ["application/json", "image/jpeg", "multipart/form-data", "multipart/form-data; boundary=", "x"] {
            let reply = omar.with("content-type", kind).send(Method::POST, "/api/scans", whole.clone()).await;
            reply.refused(415, "unsupported_media_type");
        }
        for cut in [0, 10, 100, 300, whole.len() - 30] {
            omar.upload_raw(whole[..cut].to_vec()).await.refused(400, "malformed");
        }
        let fields = (0..40).fold(Form::default(), |form, _| form.field("place", b"x"));
        omar.upload(&fields).await.refused(400, "malformed");
        nothing_came_of_it(&shelf).await;
    }

    async fn text_with_control_characters_is_a_mistake_wherever_it_stands(shelf: Shelf) {
        shelf.tea(3).await;
        shelf.scans(&photo(&[Tea])).await;
        let omar = shelf.omar();
        let boxed = |field: &str| {
            let mut body = json!({ "sku": "TEA-500", "x": 0.1, "y": 0.1, "w": 0.5, "h": 0.5 });
            body[field] = "a\0".into();
            body
        };
        let mut lesson = boxed("sku");
        lesson["scan"] = "SC-1".into();
        let count = |field: &str, wrong: serde_json::Value| {
            let mut body = json!({ "warehouse": "north", "mode": "count" });
            body[field] = wrong;
            body
        };
        let label = |field: &str| {
            let mut body = json!({ "kind": "class", "label": "box", "warehouse": "north", "sku": "TEA-500" });
            body[field] = "a\0".into();
            body
        };
        omar.post("/api/sheets", count("skus", json!(["TEA-500"]))).await.done();
        for (path, body, pointer) in [
            ("/api/scans/SC-1/detections", boxed("sku"), "/sku"),
            ("/api/looks", boxed("scan"), "/scan"),
            ("/api/looks", lesson, "/sku"),
            ("/api/labels", label("label"), "/label"),
            ("/api/labels", label("warehouse"), "/warehouse"),
            ("/api/labels", label("sku"), "/sku"),
            ("/api/sheets", count("warehouse", "a\0".into()), "/warehouse"),
            ("/api/sheets", count("skus", json!(["TEA-500", "a\0"])), "/skus/1"),
            ("/api/sheets", count("category", "a\0".into()), "/category"),
            ("/api/sheets/CS-1/tally", json!({ "code": "a\0b" }), "/code"),
            ("/api/sheets/CS-1/tally", json!({ "sku": "a\0b" }), "/sku"),
            ("/api/scans/SC-1/retry", json!({ "detector": "a\0b" }), "/detector"),
        ] {
            let refused = omar.post(path, body).await.refused(422, "validation");
            assert_eq!(pointers(&refused), [pointer], "{path}");
        }
        let refused = omar.patch("/api/scans/SC-1/detections/1", json!({ "sku": "a\0" })).await;
        assert_eq!(pointers(&refused.refused(422, "validation")), ["/sku"]);
    }

    async fn the_other_routes_keep_their_limit(shelf: Shelf) {
        let json = shelf.omar().with("content-type", "application/json");

        let huge = json.send(Method::POST, "/api/looks", vec![b' '; 300 * 1024]).await;

        huge.refused(413, "too_large");
    }
}

fn encoded_grey(picture: &GrayImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}
