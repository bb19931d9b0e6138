//! Photos on their way in: many at once, and some that trickle.

use std::time::Duration;

use aims::domain::access::Role;
use futures_util::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::app::App;
use crate::support::detectors::Square::Tea;
use crate::support::form::Form;
use crate::support::on_both;
use crate::support::shelf::{Shelf, photo};

on_both! {
    async fn forty_small_photos_at_once_are_all_taken(app: App) {
        let omar = app.as_role(Role::Operator);
        let form = Form::of(&photo(&[Tea; 6]), "north");

        let replies = join_all((0..40).map(|_| omar.upload(&form))).await;

        let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
        assert_eq!(statuses, [202; 40]);
    }

    async fn a_photo_that_does_not_arrive_is_waited_for_a_while_and_no_longer(app: App) {
        let app = app.beside(|config| config.photo_patience = Duration::from_secs(1)).await;
        let form = Form::of(&photo(&[Tea]), "north");
        let mut socket = app.as_role(Role::Operator).begin_upload(&form, 300).await;

        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();

        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        for word in ["application/problem+json", "\"too_slow\"", "did not arrive within 2 seconds"] {
            assert!(answer.contains(word), "{word}: {answer}");
        }
        app.stop().await;
    }

    async fn what_moves_while_a_photo_comes_in_moves_after_it_was_taken(shelf: Shelf) {
        shelf.tea(2).await;
        let mut shows_two = photo(&[Tea, Tea]);
        shows_two.resize(8 << 20, 0);
        let form = Form::of(&shows_two, "north");
        let mut coming = Vec::new();
        // As much as one person may send is on its way once one more is refused.
        let one_more = Form::of(&vec![0; 8 << 20], "north");
        while shelf.omar().upload(&one_more).await.status != 503 {
            coming.push(shelf.omar().begin_upload(&form, 1000).await);
        }

        shelf.moves("issue", 1).await.done();
        for mut socket in coming {
            // One that came too late for the share is refused, and its socket closed.
            let sent = socket.write_all(&form.bytes()[1000..]).await;
            let mut answer = [0; 12];
            if sent.is_ok() && socket.read_exact(&mut answer).await.is_ok() && &answer == b"HTTP/1.1 202" {
                break;
            }
        }

        shelf.until("SC-1", "done").await;
        let sheet = shelf.omar().post("/api/scans/SC-1/count", json!({ "mode": "count" })).await.done();
        let tea = &sheet["lines"][0];
        assert_eq!((&tea["expected"], &tea["on_hand"], &tea["conflict"]), (&2.into(), &1.into(), &true.into()));
    }

    async fn uploads_of_one_person_that_trickle_keep_nobody_elses_photo_out(shelf: Shelf) {
        let (large, small) = (Form::of(&vec![0; 8 << 20], "north"), Form::of(&photo(&[Tea]), "north"));
        let mut trickling = Vec::new();
        for _ in 0..16 {
            trickling.push(shelf.omar().begin_upload(&large, 1000).await);
        }
        // Until they have arrived so far, one more is read, and is no photo.
        let refused = loop {
            let reply = shelf.omar().upload(&large).await;
            if reply.status != 415 {
                break reply;
            }
        };
        assert_eq!(refused.header("retry-after"), "1");
        let refused = refused.refused(503, "busy");
        assert!(refused["detail"].as_str().unwrap().contains("coming in already"), "{refused}");

        let other = shelf.as_role(Role::Approver).upload(&small).await;

        assert_eq!(other.status, 202, "{}", other.text);
        drop(trickling);
        while shelf.omar().upload(&large).await.status == 503 {
            actix_rt::task::yield_now().await;
        }
    }
}
