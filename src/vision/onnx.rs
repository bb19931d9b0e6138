//! The detector `onnx`: a model file of the user's own, run in process. AIMS ships no weights.

mod decode;
mod letterbox;
mod names;
mod network;
mod shape;

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use image::RgbImage;

use crate::overlap::{in_reading_order, keep_best};
use crate::{
    Detection, Detector, Failure, Kind, Layout, OnnxSettings, Photo, Pixels, Report, Wanted, Watch,
};
use decode::{Raw, Reading};
use network::Network;

/// Overlap beyond which two boxes of one class are one thing.
const OVERLAP: f64 = 0.45;
/// Boxes that are compared with each other at most, the surest first.
const COMPARED: usize = 3000;
/// Boxes that are reported at most.
const REPORTED: usize = 1000;
/// Bytes of a file with names at most.
const NAMES_BYTES: u64 = 1024 * 1024;

/// Runs a model of the user's own.
pub struct Onnx {
    limit: Duration,
    model: Result<Model, String>,
}

/// A model that answered what can be read.
struct Model {
    network: Network,
    layout: Layout,
    pixels: Pixels,
    threshold: f32,
    names: Vec<String>,
    version: String,
}

impl Onnx {
    /// Loads the model that is configured, and runs it once to see what it answers. If it cannot be used,
    /// [`Detector::ready`] says why.
    pub fn new(settings: &OnnxSettings, limit: Duration) -> Self {
        let model = Model::load(settings);
        if let (Some(_), Err(why)) = (&settings.model, &model) {
            log::error!("the detector onnx is not ready: {why}");
        }
        Self { limit, model }
    }
}

impl Detector for Onnx {
    fn name(&self) -> &'static str {
        "onnx"
    }

    fn version(&self) -> String {
        self.model
            .as_ref()
            .map_or_else(|_| String::new(), |model| model.version.clone())
    }

    fn ready(&self) -> Result<(), String> {
        self.model.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    fn time_limit(&self) -> Duration {
        self.limit
    }

    fn detect(&self, photo: &Photo, _: &Wanted, watch: &Watch<'_>) -> Result<Report, Failure> {
        let model = self
            .model
            .as_ref()
            .map_err(|why| Failure::Unavailable(why.clone()))?;
        if watch.is_over() {
            return Err(over(watch));
        }
        let (letterbox, outputs) = model
            .network
            .run(photo.pixels(), model.pixels)
            .map_err(Failure::Unavailable)?;
        if (watch.cancelled)() {
            return Err(Failure::Cancelled);
        }
        (watch.progress)(90);
        let raw = model.reading().boxes(&outputs);
        let detections = raw
            .into_iter()
            .filter_map(|raw| model.detection(&raw, &letterbox));
        Ok(model.report(detections.collect()))
    }
}

fn over(watch: &Watch<'_>) -> Failure {
    if (watch.cancelled)() {
        Failure::Cancelled
    } else {
        Failure::TimedOut
    }
}

impl Model {
    fn load(settings: &OnnxSettings) -> Result<Self, String> {
        let missing = "No model is configured: AIMS_ONNX_MODEL names the file of one.";
        let file = settings.model.as_deref().ok_or(missing)?;
        let network = Network::load(file)?;
        let grey = RgbImage::from_pixel(network.size.0, network.size.1, image::Rgb([114; 3]));
        let (_, outputs) = network.run(&grey, settings.pixels)?;
        let layout = match settings.layout {
            Some(layout) => shape::check(layout, &outputs, network.size).map(|()| layout),
            None => shape::recognise(&outputs, network.size),
        }?;
        let names = match &settings.labels {
            Some(file) => labels(file)?,
            None => said(&network),
        };
        let version = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Self {
            network,
            layout,
            pixels: settings.pixels,
            threshold: settings.threshold,
            names,
            version,
        })
    }

    fn reading(&self) -> Reading {
        Reading {
            layout: self.layout,
            size: self.network.size,
            classes: self.names.len(),
            least: self.threshold,
        }
    }

    fn detection(&self, raw: &Raw, letterbox: &letterbox::Letterbox) -> Option<Detection> {
        let name = self.names.get(raw.class).filter(|name| !name.is_empty());
        Some(Detection {
            kind: Kind::Class,
            label: name
                .cloned()
                .unwrap_or_else(|| format!("class {}", raw.class)),
            confidence: Some(raw.score.clamp(0.0, 1.0)),
            area: letterbox.area(raw.corners)?,
        })
    }

    fn report(&self, mut found: Vec<Detection>) -> Report {
        found.sort_by(|a, b| {
            b.confidence
                .unwrap_or(0.0)
                .total_cmp(&a.confidence.unwrap_or(0.0))
        });
        let many = found.len() > COMPARED;
        found.truncate(COMPARED);
        // The others were told apart by the model itself.
        if !matches!(self.layout, Layout::Nms | Layout::Detr) {
            found = keep_best(found, |a, b| {
                a.label == b.label && a.area.overlap(&b.area) > OVERLAP
            });
        }
        let truncated = many || found.len() > REPORTED;
        found.truncate(REPORTED);
        Report {
            detections: in_reading_order(found),
            truncated,
            warnings: Vec::new(),
        }
    }
}

/// The names that the model says: as YOLO's exporters write them, or as `PaddleDetection`'s do.
fn said(network: &Network) -> Vec<String> {
    let literal = network.metadata("names").map(names::from_literal);
    let lines = || network.metadata("character").map(names::from_lines);
    literal.or_else(lines).unwrap_or_default()
}

fn labels(file: &Path) -> Result<Vec<String>, String> {
    let name = file.display();
    let unreadable = |error| format!("The labels file {name} cannot be read: {error}.");
    if fs::metadata(file).map_err(unreadable)?.len() > NAMES_BYTES {
        return Err(format!("The labels file {name} has more than 1 MB."));
    }
    Ok(names::from_lines(
        &fs::read_to_string(file).map_err(unreadable)?,
    ))
}

impl fmt::Debug for Onnx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Onnx")
            .field("ready", &self.ready())
            .finish_non_exhaustive()
    }
}
