//! Services that answer garbage, never, or megabytes, that fail, are busy, or lead elsewhere.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aims_vision::remote::Http;
use aims_vision::{Detector, Failure, HttpSettings, Report, TimeLimits, Wanted, Watch};

use crate::stub::{Says, Stub};
use crate::{PATIENT, ask, photo, sentence};

fn plug(url: String, limits: TimeLimits) -> Http {
    Http::new(
        HttpSettings {
            url: Some(url),
            ..HttpSettings::default()
        },
        limits,
    )
}

fn told(says: impl Into<Vec<Says>>) -> (Result<Report, Failure>, usize) {
    let stub = Stub::that(says);
    let answer = ask(&plug(stub.url(), PATIENT), &[]);
    (answer, stub.asked().len())
}

const NOTHING: &str = r#"{"detections": []}"#;

#[test]
fn garbage_is_called_so_and_not_repeated() {
    for garbage in [
        &b"<html>secret</html>"[..],
        b"",
        b"secret",
        b"[]",
        b"null",
        br#"{"detections": "secret"}"#,
        br#"{"detections": [{"label": "secret"}]}"#,
        br#"{"detections": [{"label": "tea", "x": 0.1, "y": 0.1, "w"#,
        br#"{"detections": [{"label": "tea", "x": NaN, "y": 0, "w": 1, "h": 1}]}"#,
        br#"{"detections": [{"label": "tea", "x": 1e999, "y": 0, "w": 1, "h": 1}]}"#,
        b"{\"detections\": [{\"label\": \"\xff\xfe\", \"x\": 0, \"y\": 0, \"w\": 1, \"h\": 1}]}",
    ] {
        let (answer, asked) = told([Says::Answer(200, "", garbage.to_vec())]);

        assert!(matches!(answer, Err(Failure::Garbage(_))), "{answer:?}");
        let why = sentence(answer);
        assert!(!why.contains("secret"), "{why}");
        assert_eq!(asked, 1);
    }
    let deep = format!("{{\"detections\": {}", "[".repeat(1_000_000));
    assert!(matches!(
        told([Says::json(&deep)]).0,
        Err(Failure::Garbage(_))
    ));
}

#[test]
fn megabytes_are_not_waited_for() {
    let (answer, asked) = told([Says::Floods(64 * 1024 * 1024)]);

    assert!(sentence(answer).contains("4 MB"));
    assert_eq!(asked, 1);
}

#[test]
fn a_service_that_never_answers_is_given_up() {
    let limits = TimeLimits {
        remote: Duration::from_millis(300),
        ..PATIENT
    };
    for say in [Says::Never, Says::Trickles] {
        let stub = Stub::that([say]);
        let start = Instant::now();

        let answer = ask(&plug(stub.url(), limits), &[]);

        assert_eq!(answer, Err(Failure::TimedOut));
        assert!(start.elapsed() < Duration::from_secs(30));
    }
}

#[test]
fn the_deadline_of_the_scan_ends_it_too() {
    let stub = Stub::that([Says::Never]);
    let watch = Watch {
        deadline: Instant::now() + Duration::from_millis(300),
        cancelled: &|| false,
        progress: &|_| {},
    };

    let answer = plug(stub.url(), PATIENT).detect(&photo(), &Wanted::default(), &watch);

    assert_eq!(answer, Err(Failure::TimedOut));
}

#[test]
fn who_cancels_does_not_wait_for_the_answer() {
    let stub = Stub::that([Says::Never]);
    let cancelled = AtomicBool::new(false);
    let watch = Watch {
        deadline: Instant::now() + PATIENT.remote,
        // As soon as the service was asked.
        cancelled: &|| {
            cancelled.fetch_or(!stub.asked().is_empty(), Ordering::Relaxed);
            cancelled.load(Ordering::Relaxed)
        },
        progress: &|_| {},
    };
    let start = Instant::now();

    let answer = plug(stub.url(), PATIENT).detect(&photo(), &Wanted::default(), &watch);

    assert_eq!(answer, Err(Failure::Cancelled));
    assert!(start.elapsed() < PATIENT.remote / 2);
}

#[test]
fn a_busy_or_failing_service_gets_one_more_chance() {
    for first in [
        Says::Answer(429, "retry-after: 1\r\n", Vec::new()),
        Says::status(429),
        Says::status(500),
        Says::status(503),
        Says::HangsUp,
    ] {
        let (answer, asked) = told([first, Says::json(NOTHING)]);

        assert_eq!((answer, asked), (Ok(Report::default()), 2));
    }
}

#[test]
fn and_not_a_third_one() {
    for (say, word) in [
        (Says::status(500), "fails (status 500)"),
        (Says::status(429), "busy (status 429)"),
        (Says::HangsUp, "dropped the connection"),
    ] {
        let (answer, asked) = told([say]);

        let why = sentence(answer);
        assert!(why.contains(word), "{why}");
        assert_eq!(asked, 2);
    }
}

#[test]
fn a_wait_beyond_the_time_limit_is_not_begun() {
    for wait in [
        "retry-after: 86400\r\n",
        "retry-after: 18446744073709551615\r\n",
    ] {
        let start = Instant::now();

        let (answer, asked) = told([Says::Answer(429, wait, Vec::new())]);

        assert!(sentence(answer).contains("busy"));
        assert_eq!(asked, 1);
        assert!(start.elapsed() < PATIENT.remote / 2);
    }
}

#[test]
fn nobody_is_led_elsewhere() {
    let elsewhere = Stub::that([Says::json(NOTHING)]);
    for status in [301, 302, 303, 307, 308] {
        let header = format!("location: {}/\r\n", elsewhere.url());
        let (answer, _) = told([Says::Answer(status, header.leak(), Vec::new())]);

        assert!(sentence(answer).contains("redirects elsewhere"));
    }
    assert!(
        elsewhere.asked().is_empty(),
        "the photo would have gone there"
    );
}

#[test]
fn where_nobody_listens_is_said() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();

    let answer = ask(&plug(format!("http://{free}/"), PATIENT), &[]);

    assert!(sentence(answer).contains("cannot be reached"));
}

#[test]
fn who_speaks_no_http_or_no_tls_is_said() {
    let stub = Stub::that([Says::json(NOTHING)]);
    let tls = plug(stub.url().replace("http:", "https:"), PATIENT);

    assert!(ask(&tls, &[]).is_err());
}
