//! Photos as they are kept: without what they tell of their owner, for a while, and in every copy of the database.

use aims::backup::backup;
use aims::db;
use aims::events::{Actor, Keep};
use aims::jobs;
use aims::on_db;
use aims::schema::photo as photos;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::files::telltale_jpeg;
use crate::support::detectors::Square::Tea;
use crate::support::detectors::wall;
use crate::support::form::Form;
use crate::support::shelf::{Shelf, encoded, number, photo};
use crate::support::{Backend, on_both, run};

const PHOTO: &str = "/api/scans/SC-1/photo";

/// Makes every photo that old.
async fn age(shelf: &Shelf, days: i64) {
    let aged = shelf.store().write(Actor::system(), move |tx| {
        let then = tx.now().plus_days(-days);
        on_db!(&mut *tx.db, c => diesel::update(photos::table)
            .set(photos::created_at.eq(then))
            .execute(c))?;
        Ok(())
    });
    aged.await.unwrap();
}

/// Leaves the photos as they were taken in before there were thumbnails.
async fn forget_thumbnails(shelf: &Shelf) {
    let forgotten = shelf.store().write(Actor::system(), |tx| {
        on_db!(&mut *tx.db, c => diesel::update(photos::table)
            .set(photos::thumbnail.eq(None::<Vec<u8>>))
            .execute(c))?;
        Ok(())
    });
    forgotten.await.unwrap();
}

async fn prune(shelf: &Shelf) {
    let keep = Keep {
        days: 30,
        events: 1000,
    };
    jobs::run(shelf.store(), keep, 90).await.unwrap();
}

on_both! {
    async fn a_photo_loses_its_metadata_and_stands_upright(shelf: Shelf) {
        let sent = telltale_jpeg(&photo(&[Tea; 3]));
        let has = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
        assert!(has(&sent, b"Exif") && has(&sent, b"owner's house"));

        let scan = shelf.scans(&sent).await;
        let reply = shelf.vera().get(PHOTO).await;

        assert_eq!((&scan["width"], &scan["height"]), (&40.into(), &240.into()), "it was 240 x 40, on its side");
        assert_eq!((reply.status, reply.header("content-type")), (200, "image/jpeg"));
        assert!(reply.header("cache-control").contains("private"));
        let kept = shelf.store().read(|db| Ok(on_db!(db, c => photos::table
            .select(photos::jpeg)
            .first::<Vec<u8>>(c))?)).await.unwrap();
        assert!(kept.starts_with(b"\xFF\xD8"), "a JPEG file");
        for tell in [&b"Exif"[..], b"owner's house", b"GPS"] {
            assert!(!has(&kept, tell));
        }
        let again = shelf.vera().with("if-none-match", reply.header("etag")).get(PHOTO).await;
        assert_eq!(again.status, 304);
        shelf.get(PHOTO).await.refused(401, "unauthenticated");
    }

    async fn a_list_has_small_pictures_of_the_photos(shelf: Shelf) {
        let sent = photo(&[Tea; 10]);
        shelf.scans(&sent).await;
        let list = shelf.vera().get("/api/scans?warehouse=north").await.done();
        let path = list["data"][0]["thumbnail"].as_str().unwrap().to_owned();

        let small = shelf.vera().get(&path).await;
        forget_thumbnails(&shelf).await;
        let whole = shelf.vera().get(&path).await;

        assert_eq!((small.status, small.header("content-type")), (200, "image/jpeg"));
        assert_eq!(whole.text, shelf.vera().get(PHOTO).await.text, "it is from before there were any");
        assert_ne!(whole.text, small.text);
        shelf.scans(&sent).await;
        assert_eq!(shelf.vera().get(&path).await.text, small.text, "the same file came again");
        shelf.get(&path).await.refused(401, "unauthenticated");
    }

    async fn every_kind_of_photo_is_looked_at(shelf: Shelf) {
        for format in [image::ImageFormat::Jpeg, image::ImageFormat::Png, image::ImageFormat::WebP] {
            let scan = shelf.scans(&encoded(&wall(&[Tea, Tea], 2), format)).await;
            assert_eq!(scan["found"], 2, "{format:?}");
        }
    }

    async fn an_old_photo_goes_and_what_was_found_stays(shelf: Shelf) {
        shelf.tea(0).await;
        shelf.scans(&photo(&[Tea])).await;
        let slow = shelf.asks_of("slow").await;
        shelf.scans(&photo(&[Tea, Tea])).await;
        age(&shelf, 89).await;
        prune(&shelf).await;
        assert_eq!(shelf.vera().get(PHOTO).await.status, 200);
        age(&shelf, 91).await;
        // The same file is sent once more, so it is young again.
        let form = Form::of(&photo(&[Tea, Tea]), "harbour");
        let young = number(&shelf.omar().upload(&form).await.done());
        shelf.until(&young, "done").await;
        let mut vera = shelf.vera().live().await;
        vera.join("north", None).await;

        // The slow detector looks at the photo of SC-1 too.
        prune(&shelf).await;
        assert_eq!(shelf.vera().get(PHOTO).await.status, 200);
        shelf.door.open();
        shelf.until(&slow, "done").await;
        prune(&shelf).await;

        let told = vera.hears("prune").await;
        assert_eq!(told.last().unwrap()["data"]["photo"], Value::Null);
        shelf.vera().get(PHOTO).await.refused(404, "photo_gone");
        shelf.vera().get("/api/scans/SC-1/thumbnail").await.refused(404, "photo_gone");
        let scan = shelf.scan("SC-1").await;
        assert_eq!((&scan["photo"], &scan["found"]), (&Value::Null, &1.into()));
        shelf.omar().post("/api/scans/SC-1/retry", json!({})).await.refused(404, "photo_gone");
        let lesson = json!({ "scan": "SC-1", "sku": "TEA-500", "x": 0, "y": 0, "w": 1, "h": 1 });
        shelf.omar().post("/api/looks", lesson).await.refused(404, "photo_gone");
        assert_ne!(shelf.scan("SC-3").await["photo"], Value::Null);
    }
}

#[test]
fn a_copy_of_the_database_has_the_photos() {
    run(Backend::Sqlite, |shelf: Shelf| async move {
        shelf.scans(&photo(&[Tea])).await;
        let directory = tempfile::tempdir().unwrap();
        let copy = directory.path().join("copy.db");
        backup(&shelf.database().url, &copy).unwrap();

        let mut copy = db::connect_existing(copy.to_str().unwrap()).unwrap();
        let kept: Vec<i64> =
            on_db!(&mut copy, c => photos::table.select(photos::width).load(c)).unwrap();
        assert_eq!(kept, [240]);
    });
}
