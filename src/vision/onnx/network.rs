//! A model in memory: loaded once, tried once, run for every photo.
//!
//! The library promises memory safety for whatever a file holds, but not that it never panics, so that every
//! call is caught.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;

use image::RgbImage;
use rten::{DataType, Dimension, Model, NodeId, RunOptions, ThreadPool, Value, ValueType};
use rten_tensor::prelude::*;

use super::letterbox::Letterbox;
use super::shape::Output;
use crate::Pixels;

/// Bytes of a model file at most.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;
/// Pixels of a side of the input at most.
const MOST_SIDE: usize = 4096;
/// Pixels of a side of the input, where the model takes any.
const USUAL_SIDE: usize = 640;

/// A model, and what it takes.
pub(super) struct Network {
    model: Model,
    pool: Arc<ThreadPool>,
    input: NodeId,
    /// Width and height.
    pub(super) size: (u32, u32),
    /// Whether the channels come one after the other, or together for each pixel.
    planes: bool,
    /// Whether it takes bytes instead of numbers.
    bytes: bool,
}

impl Network {
    /// Reads a model file and looks at what it takes.
    ///
    /// # Errors
    /// A sentence for the person who configured it.
    pub(super) fn load(file: &Path) -> Result<Self, String> {
        let name = file.display();
        let unreadable = |error| format!("The model file {name} cannot be read: {error}.");
        let about = fs::metadata(file).map_err(unreadable)?;
        if !about.is_file() || about.len() > MOST_BYTES {
            return Err(format!("The model file {name} is no file of 1 GB at most."));
        }
        let bytes = fs::read(file).map_err(unreadable)?;
        let model = caught(|| Model::load(bytes))
            .map_err(|error| format!("The model file {name} cannot be used: {error}."))?;
        Self::of(model)
    }

    fn of(model: Model) -> Result<Self, String> {
        let &[input] = model.input_ids() else {
            let inputs = model.input_ids().len();
            return Err(format!(
                "The model takes {inputs} inputs; AIMS has one picture to give."
            ));
        };
        let about = model.node_info(input);
        let shape = about
            .as_ref()
            .and_then(rten::NodeInfo::shape)
            .unwrap_or_default();
        let bytes = match about.and_then(|about| about.dtype()) {
            None | Some(ValueType::Tensor(DataType::Float)) => false,
            Some(ValueType::Tensor(DataType::UInt8)) => true,
            Some(other) => return Err(format!("The model takes {other}, which is no picture.")),
        };
        let ((width, height), planes) = picture(&shape)?;
        let threads = available_parallelism()
            .map_or(1, |cores| cores.get() - 1)
            .max(1);
        Ok(Self {
            model,
            pool: Arc::new(ThreadPool::with_num_threads(threads)),
            input,
            size: (width, height),
            planes,
            bytes,
        })
    }

    /// What it says about itself under this name.
    pub(super) fn metadata(&self, name: &str) -> Option<&str> {
        self.model.metadata().get(name)
    }

    /// Runs it on a photo. Outputs that are no numbers are left out.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn run(
        &self,
        photo: &RgbImage,
        pixels: Pixels,
    ) -> Result<(Letterbox, Vec<Output>), String> {
        let letterbox = Letterbox::new(photo, self.size);
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        let shape = if self.planes {
            [1, 3, height, width]
        } else {
            [1, height, width, 3]
        };
        let input = if self.bytes {
            Value::from_shape(shape, letterbox.bytes(pixels, self.planes))
                .map_err(|e| e.to_string())
        } else {
            Value::from_shape(shape, letterbox.numbers(pixels, self.planes))
                .map_err(|e| e.to_string())
        }?;
        let ids = self.model.output_ids();
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let values = caught(|| {
            self.model
                .run(vec![(self.input, input.into())], ids, Some(options))
        })
        .map_err(|error| format!("The model failed: {error}."))?;
        let outputs = ids
            .iter()
            .zip(values)
            .filter_map(|(id, value)| self.output(*id, value));
        Ok((letterbox, outputs.collect()))
    }

    fn output(&self, id: NodeId, value: Value) -> Option<Output> {
        let name = self.model.node_info(id).and_then(|about| about.name());
        let tensor = value.into_tensor::<f32>()?;
        Some(Output {
            name: name.unwrap_or("unnamed").to_owned(),
            shape: tensor.shape().to_vec(),
            values: tensor.into_data(),
        })
    }
}

/// Width and height of the picture wanted, and whether its channels come one after the other.
fn picture(shape: &[Dimension]) -> Result<((u32, u32), bool), String> {
    let fixed = |dimension: &Dimension| match dimension {
        Dimension::Fixed(size) => Some(*size),
        Dimension::Symbolic(_) => None,
    };
    let sizes: Vec<_> = shape.iter().map(fixed).collect();
    let (height, width, planes) = match sizes[..] {
        [None | Some(1), Some(3), height, width] => (height, width, true),
        [None | Some(1), height, width, Some(3)] => (height, width, false),
        _ => {
            return Err(format!(
                "The model takes {shape:?}, which is no picture of three colours."
            ));
        }
    };
    let side = |side: Option<usize>| {
        let side = side.unwrap_or(USUAL_SIDE);
        let fits = (1..=MOST_SIDE).contains(&side);
        let side = fits.then(|| u32::try_from(side).ok()).flatten();
        side.ok_or_else(|| {
            format!("The model takes pictures of more than {MOST_SIDE} pixels a side.")
        })
    };
    Ok(((side(width)?, side(height)?), planes))
}

/// What the library answered, in one line, whether it answered or panicked.
fn caught<T, E: std::fmt::Display>(call: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(answer) => answer.map_err(|error| short(&error.to_string())),
        Err(_panic) => Err("the library gave up on it".into()),
    }
}

fn short(error: &str) -> String {
    let line = error
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches('.');
    line.chars().take(200).collect()
}
