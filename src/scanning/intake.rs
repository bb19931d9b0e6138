//! Photos on their way in: read, turned upright and encoded anew before anybody is told that they were taken.
//!
//! One photo of 50 million pixels takes some 300 MB while it is decoded, so one is decoded at a time, and few are
//! held as they came.

use std::sync::Arc;

use aims_vision::{Area, BadPhoto, Photo};
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::hand::{Hand, Panicked};
use crate::domain::photos::Kept;
use crate::error::{Code, Error, Result};

/// Photos that are received or decoded at once; each has 15 MB at most.
const AT_ONCE: usize = 8;

/// Pixels of a crop's side at least: with fewer, anything looks like it.
const LEAST_SIDE: u32 = 24;

/// The least likeness of a fresh look.
const THRESHOLD: f64 = 0.8;

/// Where photos come in.
#[derive(Debug)]
pub(super) struct Intake {
    hand: Hand,
    places: Arc<Semaphore>,
}

/// A place for one photo, from before its first byte is read.
#[derive(Debug)]
pub struct Place {
    intake: Arc<Intake>,
    _held: OwnedSemaphorePermit,
}

/// A part of a photo, as a detector may be taught it.
#[derive(Debug)]
pub struct Crop {
    /// The crop, as PNG.
    pub png: Vec<u8>,
    /// The least likeness at which something is taken for it.
    pub threshold: f64,
}

impl Intake {
    pub(super) fn start() -> Result<Self> {
        Ok(Self {
            hand: Hand::start("aims-photos", AT_ONCE)?,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    pub(super) fn place(self: &Arc<Self>) -> Result<Place> {
        let held = Arc::clone(&self.places).try_acquire_owned();
        let held = held.map_err(|_full| {
            let detail = format!("{AT_ONCE} photos are coming in already; send yours in a moment.");
            Error::refused(Code::Busy, detail)
        })?;
        Ok(Place {
            intake: Arc::clone(self),
            _held: held,
        })
    }
}

impl Place {
    /// Makes of a file that somebody sent what is kept of it.
    ///
    /// # Errors
    /// `image_too_large`, `unsupported_image`.
    pub async fn take(self, file: Vec<u8>) -> Result<Kept> {
        self.work(move || prepare(&file)).await
    }

    /// Cuts a part out of a photo.
    ///
    /// # Errors
    /// `validation` when it is too small to be known again.
    pub async fn cut(self, jpeg: Vec<u8>, area: Area) -> Result<Crop> {
        self.work(move || cut(&jpeg, area)).await
    }

    async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let intake = Arc::clone(&self.intake);
        let done = intake.hand.does(move || {
            // The place goes with the work: a caller who hangs up does not end it.
            let _place = self;
            work()
        })?;
        match done.await.map_err(Error::internal)? {
            Ok(result) => result,
            Err(Panicked) => Err(Error::internal("reading a photo panicked")),
        }
    }
}

fn prepare(file: &[u8]) -> Result<Kept> {
    let photo = Photo::read(file).map_err(|bad| refusal(&bad))?;
    let digest = Sha256::digest(file);
    Ok(Kept {
        sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        jpeg: photo.to_jpeg().map_err(Error::internal)?,
        width: photo.width().into(),
        height: photo.height().into(),
    })
}

fn refusal(bad: &BadPhoto) -> Error {
    let code = match bad {
        BadPhoto::TooLarge(_) => Code::ImageTooLarge,
        BadPhoto::NotAnImage | BadPhoto::Animated | BadPhoto::Damaged => Code::UnsupportedImage,
    };
    Error::refused(code, bad.to_string())
}

fn cut(jpeg: &[u8], area: Area) -> Result<Crop> {
    let photo = Photo::read(jpeg).map_err(|bad| refusal(&bad))?;
    let crop = photo.crop(area);
    if crop.width().min(crop.height()) < LEAST_SIDE {
        let detail = format!("The box must be {LEAST_SIDE} pixels wide and high at least.");
        return Err(Error::field("/w", "range", detail));
    }
    Ok(Crop {
        png: crop.to_png().map_err(Error::internal)?,
        threshold: THRESHOLD,
    })
}
