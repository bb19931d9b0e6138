//! Photos on their way in: read, turned upright and encoded anew before anybody is told that they were taken.
//!
//! One photo of 50 million pixels takes some 300 MB while it is decoded, so one is decoded at a time, and few are
//! held as they came.

use std::sync::Arc;

use aims_vision::taught::teach;
use aims_vision::{Area, BadPhoto, Photo};
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::hand::{Hand, Panicked};
use crate::domain::photos::Kept;
use crate::error::{Code, Error, Result};

/// Photos that are received or decoded at once; each has 15 MB at most.
const AT_ONCE: usize = 8;

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

    /// Learns how something looks from a box on a photo, which takes up to three seconds.
    ///
    /// # Errors
    /// `validation` when it could not be known again.
    pub async fn learn(self, jpeg: Vec<u8>, area: Area) -> Result<Crop> {
        self.work(move || learn(&jpeg, area)).await
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
    Ok(Kept {
        sha256: hash(file),
        jpeg: photo.to_jpeg().map_err(Error::internal)?,
        thumbnail: photo.to_thumbnail().map_err(Error::internal)?,
        width: photo.width().into(),
        height: photo.height().into(),
    })
}

/// SHA-256 in hexadecimal digits.
fn hash(file: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16);
    let digest = Sha256::digest(file);
    let digits = digest
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.flatten().collect()
}

fn refusal(bad: &BadPhoto) -> Error {
    let code = match bad {
        BadPhoto::TooLarge(_) => Code::ImageTooLarge,
        BadPhoto::NotAnImage | BadPhoto::Animated | BadPhoto::Damaged => Code::UnsupportedImage,
    };
    Error::refused(code, bad.to_string())
}

fn learn(jpeg: &[u8], area: Area) -> Result<Crop> {
    let photo = Photo::read_stored(jpeg).map_err(|bad| refusal(&bad))?;
    let lesson =
        teach(&photo, area).map_err(|bad| Error::field("/w", "unsuitable", bad.to_string()))?;
    Ok(Crop {
        png: Photo::from_pixels(lesson.crop)
            .to_png()
            .map_err(Error::internal)?,
        threshold: lesson.threshold.into(),
    })
}
