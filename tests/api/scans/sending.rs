//! Photos on their way in: many at once, and some that trickle.

use std::time::Duration;

use aims::domain::access::Role;
use futures_util::future::join_all;
use tokio::io::AsyncReadExt;

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
