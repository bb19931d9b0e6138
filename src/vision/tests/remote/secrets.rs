//! Keys are sent, and appear nowhere else: in no log line, no failure, no `Debug` output.

use std::fmt::Write as _;
use std::sync::Mutex;

use aims_vision::remote::{Http, OpenAi, Roboflow};
use aims_vision::{
    Detector, Detectors, HttpSettings, OpenAiSettings, RoboflowSettings, Secret, Settings,
    TimeLimits,
};
use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::stub::{Says, Stub};
use crate::{PATIENT, ask};

const KEY: &str = "k3y-of-the-house";

/// Everything that was logged, as far as `aims` lets it through at its most talkative.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Keeper;

impl Log for Keeper {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        // Below, the HTTP library writes requests byte by byte; the server's main function drops that.
        !about.target().starts_with("ureq") || about.level() <= Level::Info
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            writeln!(
                LOGGED.lock().unwrap(),
                "{} {}",
                record.target(),
                record.args()
            )
            .unwrap();
        }
    }

    fn flush(&self) {}
}

fn settings(url: &str, key: &str) -> Settings {
    let key = Some(Secret::from(key.to_owned()));
    Settings {
        http: HttpSettings {
            url: Some(format!("{url}/?token={KEY}")),
            key: key.clone(),
            header: None,
        },
        roboflow: RoboflowSettings {
            url: url.into(),
            model: Some("shelves/3".into()),
            key: key.clone(),
            ..RoboflowSettings::default()
        },
        openai: OpenAiSettings {
            url: Some(url.into()),
            model: Some("seeing-7b".into()),
            key,
            ..OpenAiSettings::default()
        },
        ..Settings::default()
    }
}

fn remote(url: &str, key: &str, limits: TimeLimits) -> [Box<dyn Detector>; 3] {
    let settings = settings(url, key);
    [
        Box::new(Http::new(settings.http, limits)),
        Box::new(Roboflow::new(settings.roboflow, limits)),
        Box::new(OpenAi::new(settings.openai, limits)),
    ]
}

#[test]
fn a_key_is_sent_and_appears_nowhere_else() {
    log::set_logger(&Keeper).unwrap();
    log::set_max_level(LevelFilter::Trace);
    let mut seen = String::new();
    for say in [
        Says::json("{}"),
        Says::json(KEY),
        Says::Answer(401, "", KEY.into()),
        Says::Answer(500, "", KEY.into()),
        Says::Answer(302, "location: /elsewhere\r\n", Vec::new()),
        Says::HangsUp,
    ] {
        let stub = Stub::that([say]);
        for detector in remote(&stub.url(), KEY, PATIENT) {
            let answer = ask(&*detector, &[]);
            writeln!(
                seen,
                "{answer:?} {:?} {}",
                detector.ready(),
                detector.version()
            )
            .unwrap();
        }
        let sent = format!("{:?}", stub.asked());
        assert!(
            sent.matches(KEY).count() >= 4,
            "in the address, two headers and a body: {sent}"
        );
    }
    for detector in remote(
        "http://127.0.0.1:1",
        "letters that are\r\nno header",
        PATIENT,
    ) {
        writeln!(seen, "{:?}", ask(&*detector, &[])).unwrap();
    }
    let settings = settings("http://127.0.0.1:1", KEY);
    writeln!(seen, "{settings:?}").unwrap();
    writeln!(seen, "{:?}", Detectors::new(settings)).unwrap();

    assert!(!seen.contains(KEY), "{seen}");
    assert!(!seen.contains("letters that are"), "{seen}");
    let logged = LOGGED.lock().unwrap();
    assert!(!logged.contains(KEY), "{logged}");
}

#[test]
fn a_key_may_travel_in_a_header_of_another_name() {
    let stub = Stub::that([Says::json(r#"{"detections": []}"#)]);
    let settings = HttpSettings {
        url: Some(stub.url()),
        key: Some(Secret::from(KEY.to_owned())),
        header: Some("X-Api-Key".into()),
    };

    ask(&Http::new(settings, PATIENT), &[]).unwrap();

    let head = stub.asked()[0].head.to_lowercase();
    assert!(head.contains(&format!("x-api-key: {KEY}\r\n")), "{head}");
    assert!(!head.contains("authorization"), "{head}");
}
