//! Photos on their way in: read, turned upright and encoded anew before anybody is told that they were taken.
//!
//! One photo of 50 million pixels takes some 300 MB while it is decoded, so one is decoded at a time. The others wait
//! as they came, which is what [`Room`] bounds.

use std::sync::Arc;

use aims_vision::taught::teach;
use aims_vision::{Area, BadPhoto, Photo};
use sha2::{Digest, Sha256};

use super::hand::{Hand, Panicked};
use super::room::{PIECES, Room, Share};
use crate::domain::photos::Kept;
use crate::error::{Code, Error, Result};
use crate::ids::UserId;

/// Where photos come in.
#[derive(Debug)]
pub(super) struct Intake {
    hand: Hand,
    room: Arc<Room>,
}

/// A place for one photo, from before its first byte is read.
#[derive(Debug)]
pub struct Place {
    intake: Arc<Intake>,
    _held: Share,
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
    /// One for a queue in which so many scans may wait.
    pub(super) fn start(queued: usize) -> Result<Self> {
        Ok(Self {
            // Whatever has room may wait.
            hand: Hand::start("aims-photos", PIECES)?,
            room: Arc::new(Room::new(queued)),
        })
    }

    pub(super) fn place(self: &Arc<Self>, user: UserId, bytes: usize) -> Result<Place> {
        Ok(Place {
            intake: Arc::clone(self),
            _held: self.room.share(user, bytes)?,
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
