//! Counting what is on a photo.
//!
//! A [`Detector`] is given a decoded [`Photo`] and answers with a [`Report`]: labels and boxes. It knows pixels
//! and labels, no rows and no HTTP server; what a label means is the stock room's business (`domain::scans`).
//! Nothing here is ever simulated: a detector that cannot work says why.
//!
//! This is a crate of its own within `src` so that it is compiled with optimisation in every build (a photo of 12
//! million pixels takes minutes without), and so that the compiler keeps it from knowing the rest.

mod barcode;
mod detector;
mod detectors;
#[cfg(feature = "draw")]
pub mod draw;
#[cfg_attr(not(feature = "onnx"), path = "onnx/absent.rs")]
pub mod onnx;
mod overlap;
mod photo;
pub mod remote;
mod secret;
mod settings;
mod symbology;
pub mod taught;

pub use barcode::Barcode;
pub use detector::{Area, Detection, Detector, Failure, Kind, Look, Report, Wanted, Watch};
pub use detectors::{Detectors, NAMES};
pub use photo::{BadPhoto, MAX_BYTES, MAX_PIXELS, MAX_SIDE, Photo};
pub use secret::Secret;
pub use settings::{
    BoxFormat, HttpSettings, Layout, OnnxSettings, OpenAiSettings, Pixels, RoboflowSettings,
    Settings, TimeLimits,
};
pub use symbology::Symbology;
