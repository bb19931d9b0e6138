//! Models that cannot be used, and what is said of them.

use std::time::Instant;

use aims_vision::onnx::Onnx;
use aims_vision::{Detector, Failure, Layout, OnnxSettings, Photo, Wanted, Watch};

use crate::{Files, LIMIT, grey, look_at, models};

#[test]
fn what_cannot_be_used_says_why() {
    let not_configured = Onnx::new(&OnnxSettings::default(), LIMIT)
        .ready()
        .unwrap_err();
    assert!(
        not_configured.contains("AIMS_ONNX_MODEL"),
        "{not_configured}"
    );

    let classifier = models::constant(&[("scores", &[1, 10], &[0.0; 10])], None);
    let refused = Files::with("classifier", &classifier)
        .detector()
        .ready()
        .unwrap_err();
    assert!(refused.contains("scores [1, 10]"), "{refused}");

    let misnamed = Files::with("misnamed", &classifier);
    let settings = OnnxSettings {
        layout: Some(Layout::YoloV8),
        ..misnamed.settings()
    };
    let refused = Onnx::new(&settings, LIMIT).ready().unwrap_err();
    assert!(
        refused.contains("AIMS_ONNX_LAYOUT") && refused.contains("[1, 10]"),
        "{refused}"
    );

    let nowhere = OnnxSettings {
        model: Some("/nowhere/model.onnx".into()),
        ..OnnxSettings::default()
    };
    let refused = Onnx::new(&nowhere, LIMIT).ready().unwrap_err();
    assert!(refused.contains("cannot be read"), "{refused}");
    let failure = look_at(&Onnx::new(&nowhere, LIMIT), &Photo::from_pixels(grey(8, 8)));
    assert_eq!(failure, Err(Failure::Unavailable(refused)));
}

#[test]
fn a_damaged_model_is_refused_without_a_panic() {
    let whole = models::constant(&[("output0", &[1, 2, 6], &[0.5; 12])], Some("{0: 'tea'}"));
    // The last 60 bytes are no part of the graph: versions and names.
    for end in (0..whole.len() - 60).step_by(7) {
        let cut = Files::with(&format!("cut-{end}"), &whole[..end]);
        assert!(cut.detector().ready().is_err(), "the first {end} bytes");
    }
    for at in 0..whole.len() {
        let mut bent = whole.clone();
        bent[at] ^= 0x55;
        // Some bytes are names, or numbers to be answered: it may be usable, but nothing may panic.
        let files = Files::with(&format!("bent-{at}"), &bent);
        drop(files.detector().ready());
    }
    let garbage: Vec<u8> = (0..100_000_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    assert!(Files::with("garbage", &garbage).detector().ready().is_err());
}

#[test]
fn nobody_waits_for_what_was_cancelled() {
    let files = Files::with("cancelled", &models::red());
    let watch = Watch {
        deadline: Instant::now() + LIMIT,
        cancelled: &|| true,
        progress: &|_| {},
    };
    let photo = Photo::from_pixels(grey(64, 64));

    let report = files.detector().detect(&photo, &Wanted::default(), &watch);

    assert_eq!(report, Err(Failure::Cancelled));
}
