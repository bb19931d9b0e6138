//! The detector `onnx` in a build without it: it is offered, and says why it cannot work.

use std::time::Duration;

use crate::{Detector, Failure, OnnxSettings, Photo, Report, Wanted, Watch};

/// What stands where models would be run.
#[derive(Clone, Copy, Debug)]
pub struct Onnx;

const WHY: &str = "This AIMS was built without the feature onnx.";

impl Onnx {
    /// Whatever is configured, there is nothing that could run it.
    pub fn new(_: &OnnxSettings, _: Duration) -> Self {
        Self
    }
}

impl Detector for Onnx {
    fn name(&self) -> &'static str {
        "onnx"
    }

    fn version(&self) -> String {
        String::new()
    }

    fn ready(&self) -> Result<(), String> {
        Err(WHY.into())
    }

    fn detect(&self, _: &Photo, _: &Wanted, _: &Watch<'_>) -> Result<Report, Failure> {
        Err(Failure::Unavailable(WHY.into()))
    }
}
