//! Detectors for the tests: one that sees the squares that a test drew, and some that misbehave.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use aims_vision::{
    Area, Detection, Detector, Detectors, Failure, Kind, Photo, Report, Wanted, Watch,
};
use image::{Rgb, RgbImage};

use crate::tools::wait::PATIENCE;

/// Pixels of a square, and of the grid that squares stand on.
const SIDE: u32 = 24;
pub(crate) const CELL: u32 = 40;

/// What a square of a colour is taken for.
const MEANINGS: [([u8; 3], Kind, &str); 5] = [
    ([220, 0, 0], Kind::Barcode("Code 128"), "TEA-500"),
    ([0, 200, 0], Kind::Barcode("EAN-13"), "4006381333931"),
    ([0, 0, 220], Kind::Class, "box"),
    ([220, 0, 220], Kind::Barcode("UPC-A"), "036000291452"),
    ([0, 200, 200], Kind::Taught, "1"),
];

/// Red, green, blue, magenta and cyan, in the order of [`MEANINGS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Square {
    Tea,
    Ean,
    Class,
    Upc,
    Taught,
}

/// A photo of a white wall with these squares, row by row, `columns` in a row.
pub(crate) fn wall(squares: &[Square], columns: u32) -> RgbImage {
    let count = u32::try_from(squares.len()).unwrap();
    let rows = count.div_ceil(columns).max(1);
    let mut wall = RgbImage::from_pixel(columns * CELL, rows * CELL, Rgb([255; 3]));
    for (n, square) in (0..).zip(squares) {
        let (colour, ..) = MEANINGS[*square as usize];
        let (left, top) = (n % columns * CELL + 8, n / columns * CELL + 8);
        for (x, y) in (0..SIDE).flat_map(|x| (0..SIDE).map(move |y| (x, y))) {
            wall.put_pixel(left + x, top + y, Rgb(colour));
        }
    }
    wall
}

/// Sees the squares of a [`wall`].
struct Squares;

impl Detector for Squares {
    fn name(&self) -> &'static str {
        "barcode"
    }

    fn version(&self) -> String {
        "squares 1".into()
    }

    fn ready(&self) -> Result<(), String> {
        Ok(())
    }

    fn detect(&self, photo: &Photo, _: &Wanted, _: &Watch<'_>) -> Result<Report, Failure> {
        let (columns, rows) = (photo.width() / CELL, photo.height() / CELL);
        let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        Ok(report(cells.filter_map(|cell| seen(photo, cell)).collect()))
    }
}

fn seen(photo: &Photo, (column, row): (u32, u32)) -> Option<Detection> {
    let (x, y) = (column * CELL, row * CELL);
    let middle = photo.pixels().get_pixel(x + CELL / 2, y + CELL / 2).0;
    let near = |colour: &[u8; 3]| colour.iter().zip(middle).all(|(a, b)| a.abs_diff(b) < 40);
    let (_, kind, label) = MEANINGS.iter().find(|(colour, ..)| near(colour))?;
    let (width, height) = (f64::from(photo.width()), f64::from(photo.height()));
    let side = f64::from(SIDE);
    Some(Detection {
        kind: *kind,
        label: (*label).into(),
        confidence: matches!(kind, Kind::Class).then_some(0.5),
        area: Area {
            x: f64::from(x + 8) / width,
            y: f64::from(y + 8) / height,
            w: side / width,
            h: side / height,
        },
    })
}

/// What a detector does with every photo.
type Does = dyn Fn(&Watch<'_>) -> Result<Report, Failure> + Send + Sync;

/// A detector that does one thing.
struct One {
    name: &'static str,
    why_not: Option<&'static str>,
    limit: Duration,
    remote: bool,
    does: Box<Does>,
}

impl Detector for One {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> String {
        format!("{} 1", self.name)
    }

    fn ready(&self) -> Result<(), String> {
        self.why_not.map_or(Ok(()), |why| Err(why.into()))
    }

    fn time_limit(&self) -> Duration {
        self.limit
    }

    fn is_remote(&self) -> bool {
        self.remote
    }

    fn detect(&self, _: &Photo, _: &Wanted, watch: &Watch<'_>) -> Result<Report, Failure> {
        (self.does)(watch)
    }
}

fn one(
    name: &'static str,
    does: impl Fn(&Watch<'_>) -> Result<Report, Failure> + Send + Sync + 'static,
) -> Arc<dyn Detector> {
    Arc::new(One {
        name,
        why_not: None,
        limit: PATIENCE,
        remote: false,
        does: Box::new(does),
    })
}

/// A door at which the detectors `slow` and `service` wait, and `deaf` too, which does not hear that it should stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Door(Arc<(Mutex<bool>, Condvar)>);

impl Door {
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    /// Waits a little; answers whether it is open.
    fn is_open_soon(&self) -> bool {
        let open = self.0.0.lock().unwrap();
        let soon = Duration::from_millis(5);
        *self.0.1.wait_timeout(open, soon).unwrap().0
    }
}

/// One thing that is seen everywhere.
pub(crate) fn thing(label: &str, confidence: Option<f32>, x: f64) -> Detection {
    Detection {
        kind: Kind::Class,
        label: label.into(),
        confidence,
        area: Area {
            x,
            y: 0.25,
            w: 0.5,
            h: 0.5,
        },
    }
}

fn report(detections: Vec<Detection>) -> Report {
    Report {
        detections,
        ..Report::default()
    }
}

/// Finds a box once the door is open.
fn waits_at(door: &Door, watch: &Watch<'_>) -> Result<Report, Failure> {
    (watch.progress)(42);
    while !door.is_open_soon() {
        if watch.is_over() {
            return Err(Failure::Cancelled);
        }
    }
    Ok(report(vec![thing("box", None, 0.0)]))
}

/// A detector that is a service, and answers once the door is open.
fn service_at(door: &Door) -> Arc<dyn Detector> {
    let door = door.clone();
    Arc::new(One {
        name: "service",
        why_not: None,
        limit: PATIENCE,
        remote: true,
        does: Box::new(move |watch| waits_at(&door, watch)),
    })
}

/// All of them; `door` is where the slow ones wait.
pub(crate) fn detectors(door: &Door) -> Detectors {
    let (slow, deaf) = (door.clone(), door.clone());
    let all = vec![
        Arc::new(Squares) as Arc<dyn Detector>,
        one("slow", move |watch| waits_at(&slow, watch)),
        service_at(door),
        Arc::new(One {
            name: "deaf",
            why_not: None,
            limit: Duration::ZERO,
            remote: false,
            does: Box::new(move |_| {
                while !deaf.is_open_soon() {}
                Ok(report(Vec::new()))
            }),
        }),
        Arc::new(One {
            name: "absent",
            why_not: Some("The model file is missing."),
            limit: PATIENCE,
            remote: false,
            does: Box::new(|_| Ok(report(Vec::new()))),
        }),
        one("taught", |_| Ok(report(Vec::new()))),
        one("panics", |_| panic!("a detector that panics, as it should")),
        one("fails", |_| {
            Err(Failure::Garbage("The answer made no sense.".into()))
        }),
        one("gives-up", |_| Err(Failure::Cancelled)),
        one("empty", |_| Ok(report(Vec::new()))),
        one("sure", |_| {
            let sure = [0.2, 0.59, 0.6, 0.9].map(|sure| thing("box", Some(sure), 0.0));
            Ok(report([&sure[..], &[thing("box", None, 0.0)]].concat()))
        }),
        one("half", |_| {
            Ok(Report {
                detections: vec![thing("box", Some(0.9), 0.0)],
                truncated: true,
                warnings: vec!["Counts over 20 are unreliable.\n".into()],
            })
        }),
        one("garbage", |_| {
            Ok(report(vec![
                thing("", None, 0.0),
                thing("outside", None, 7.0),
                thing("nowhere", None, f64::NAN),
                thing("beside itself", Some(f32::NAN), 0.75),
                thing("too sure\u{0}", Some(9.0), -0.25),
            ]))
        }),
        one("megabytes", |_| {
            let long = "ä".repeat(10_000);
            Ok(report(vec![thing(&long, Some(0.5), 0.0); 5000]))
        }),
    ];
    Detectors::of("barcode", all)
}
