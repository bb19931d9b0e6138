//! Which detectors there are, and why one cannot be used.

use aims_vision::Detector;
use serde::Serialize;
use utoipa::ToSchema;

use super::Scanning;
use crate::error::{Code, Error, Result};

/// The one that looks for what people taught.
const TAUGHT: &str = "taught";

/// A detector, as people are offered it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Offer {
    /// What a scan names it by.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Whether it can work.
    pub ready: bool,
    /// Why not, for people.
    pub why: Option<String>,
    /// Whether it is used where none is named.
    pub default: bool,
    /// What would answer: a version, or the model's name.
    pub version: String,
}

impl Scanning {
    /// All detectors; `taught` says whether anything was taught in the warehouse in question.
    pub fn offers(&self, taught: bool) -> Vec<Offer> {
        let detectors = &self.inner.detectors;
        let offer = |one: &dyn Detector| {
            let why = why_not(one, taught);
            Offer {
                name: one.name().into(),
                title: title(one.name()).into(),
                ready: why.is_none(),
                why,
                default: one.name() == detectors.default_name(),
                version: one.version(),
            }
        };
        let all = detectors.all().iter();
        all.map(|one| offer(one.as_ref())).collect()
    }

    /// The name of a detector that can work: the one asked for, or the one for those who ask for none.
    ///
    /// # Errors
    /// `validation` when there is none of that name, `detector_not_ready` when it cannot work.
    pub fn choose(&self, asked: Option<&str>, taught: bool) -> Result<String> {
        let detectors = &self.inner.detectors;
        let name = asked.unwrap_or_else(|| detectors.default_name());
        let Some(detector) = detectors.get(name) else {
            let known: Vec<_> = detectors.all().iter().map(|one| one.name()).collect();
            let detail = format!("“{name}” is not one of {}.", known.join(", "));
            return Err(Error::field("/detector", "word", detail));
        };
        match why_not(detector.as_ref(), taught) {
            None => Ok(name.into()),
            Some(why) => Err(Error::refused(Code::DetectorNotReady, why)),
        }
    }
}

fn why_not(detector: &dyn Detector, taught: bool) -> Option<String> {
    if detector.name() == TAUGHT && !taught {
        let why =
            "Nothing was taught in this warehouse yet: draw a box around one pack on a photo.";
        return Some(why.into());
    }
    detector.ready().err()
}

fn title(name: &str) -> &str {
    match name {
        "barcode" => "Barcodes and QR codes",
        TAUGHT => "Taught items",
        "onnx" => "A model of your own",
        "http" => "A service of your own",
        "roboflow" => "Roboflow",
        "openai" => "A language model that sees",
        other => other,
    }
}
