//! Photos as people send them: sniffed, measured, decoded within limits, turned upright, re-encoded.

mod whole;

use std::io::Cursor;
use std::panic::catch_unwind;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage,
    imageops,
};

use whole::is_whole;

/// Bytes of a photo at most: phones make up to 12 MB.
pub const MAX_BYTES: usize = 15 * 1024 * 1024;
/// Pixels of a photo at most. Decoded it takes three bytes for each.
pub const MAX_PIXELS: u64 = 50_000_000;
/// Pixels of a side at most.
pub const MAX_SIDE: u32 = 12_000;
/// Bytes that a decoder may allocate.
const DECODER_MEMORY: u64 = 256 * 1024 * 1024;
/// JPEG quality of what is kept. Lower blurs the bars of small codes.
const QUALITY: u8 = 92;
/// Pixels of a thumbnail's longer side: twice what a list gives it, for screens with two pixels a point.
const SMALL: u32 = 192;
/// JPEG quality of a thumbnail, which has some 8 kB.
const SMALL_QUALITY: u8 = 75;

/// A photo, upright.
#[derive(Clone, Debug)]
pub struct Photo {
    pixels: RgbImage,
}

/// Why something is not taken as a photo.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPhoto {
    /// Neither JPEG, nor PNG, nor WebP, whatever its name says.
    #[error("This is not a JPEG, PNG or WebP image.")]
    NotAnImage,
    /// More than one picture.
    #[error("This image is animated; send a photo.")]
    Animated,
    /// More bytes, or more pixels, than are taken.
    #[error("{0}")]
    TooLarge(String),
    /// It begins like an image and does not go on like one.
    #[error("The image is damaged or incomplete.")]
    Damaged,
}

impl Photo {
    /// Decodes what somebody sent. The dimensions are read and judged before any pixel is.
    ///
    /// # Errors
    /// [`BadPhoto`].
    pub fn read(bytes: &[u8]) -> Result<Self, BadPhoto> {
        if bytes.len() > MAX_BYTES {
            let megabytes = MAX_BYTES / 1024 / 1024;
            return Err(BadPhoto::TooLarge(format!(
                "A photo may have {megabytes} MB at most."
            )));
        }
        Self::read_stored(bytes)
    }

    /// Decodes what [`Photo::to_jpeg`] or [`Photo::to_png`] made. It may have more bytes than what was sent, as grain
    /// has at the quality that is kept; its pixels are limited all the same.
    ///
    /// # Errors
    /// [`BadPhoto`].
    pub fn read_stored(bytes: &[u8]) -> Result<Self, BadPhoto> {
        // No decoder is known to panic; if one does, it is the file's fault and not the caller's.
        catch_unwind(|| decode(bytes)).unwrap_or(Err(BadPhoto::Damaged))
    }

    /// A photo of these pixels.
    pub fn from_pixels(pixels: RgbImage) -> Self {
        Self { pixels }
    }

    /// The pixels.
    pub fn pixels(&self) -> &RgbImage {
        &self.pixels
    }

    /// The pixels, without the photo.
    pub fn into_pixels(self) -> RgbImage {
        self.pixels
    }

    /// Pixels from left to right.
    pub fn width(&self) -> u32 {
        self.pixels.width()
    }

    /// Pixels from top to bottom.
    pub fn height(&self) -> u32 {
        self.pixels.height()
    }

    /// The photo as PNG: nothing of it is lost, as it is for small crops of which every pixel counts.
    ///
    /// # Errors
    /// When the encoder fails, which is a bug.
    pub fn to_png(&self) -> Result<Vec<u8>, image::ImageError> {
        let mut bytes = Vec::new();
        self.pixels
            .write_with_encoder(PngEncoder::new(&mut bytes))?;
        Ok(bytes)
    }

    /// The photo as JPEG, without any metadata.
    ///
    /// # Errors
    /// When the encoder fails, which is a bug.
    pub fn to_jpeg(&self) -> Result<Vec<u8>, image::ImageError> {
        let mut bytes = Vec::new();
        self.pixels
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
        Ok(bytes)
    }

    /// The photo as a small JPEG, for lists.
    ///
    /// # Errors
    /// When the encoder fails, which is a bug.
    pub fn to_thumbnail(&self) -> Result<Vec<u8>, image::ImageError> {
        let (width, height) = self.pixels.dimensions();
        let longer = width.max(height).max(SMALL);
        let reduced = |side: u32| (side * SMALL / longer).max(1);
        let small = imageops::thumbnail(&self.pixels, reduced(width), reduced(height));
        let mut bytes = Vec::new();
        small.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, SMALL_QUALITY))?;
        Ok(bytes)
    }
}

fn decode(bytes: &[u8]) -> Result<Photo, BadPhoto> {
    let format = image::guess_format(bytes).map_err(|_error| BadPhoto::NotAnImage)?;
    if is_animated(bytes, format)? {
        return Err(BadPhoto::Animated);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    judge(width, height)?;
    if decoder.total_bytes() > DECODER_MEMORY {
        return Err(too_much_memory());
    }
    if format == ImageFormat::Jpeg && !is_whole(bytes) {
        return Err(BadPhoto::Damaged);
    }
    let orientation = decoder.orientation().map_err(|error| refusal(&error))?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    image.apply_orientation(orientation);
    let pixels = if image.color().has_alpha() {
        on_white(&image.into_rgba8())
    } else {
        image.into_rgb8()
    };
    Ok(Photo { pixels })
}

/// What shows through is white, as paper is; left to itself it would be whatever the file hides there.
fn on_white(image: &RgbaImage) -> RgbImage {
    let pixels = image.pixels().flat_map(|pixel| {
        let [red, green, blue, alpha] = pixel.0.map(u16::from);
        [red, green, blue].map(|value| blend(value, alpha))
    });
    let (width, height) = image.dimensions();
    RgbImage::from_raw(width, height, pixels.collect()).unwrap_or_default()
}

fn blend(value: u16, alpha: u16) -> u8 {
    u8::try_from((value * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_MEMORY);
    limits
}

fn is_animated(bytes: &[u8], format: ImageFormat) -> Result<bool, BadPhoto> {
    let from = Cursor::new(bytes);
    let animated = match format {
        ImageFormat::Png => PngDecoder::with_limits(from, limits()).and_then(|png| png.is_apng()),
        ImageFormat::WebP => WebPDecoder::new(from).map(|webp| webp.has_animation()),
        _ => Ok(false),
    };
    animated.map_err(|error| refusal(&error))
}

fn judge(width: u32, height: u32) -> Result<(), BadPhoto> {
    let pixels = u64::from(width) * u64::from(height);
    if width <= MAX_SIDE && height <= MAX_SIDE && pixels <= MAX_PIXELS {
        return Ok(());
    }
    let most = MAX_PIXELS / 1_000_000;
    Err(BadPhoto::TooLarge(format!(
        "The image says it has {width} x {height} pixels; {most} million, and {MAX_SIDE} on a side, are taken."
    )))
}

fn refusal(error: &ImageError) -> BadPhoto {
    match error {
        ImageError::Unsupported(_) => BadPhoto::NotAnImage,
        ImageError::Limits(_) => too_much_memory(),
        _ => BadPhoto::Damaged,
    }
}

fn too_much_memory() -> BadPhoto {
    BadPhoto::TooLarge("The image takes too much memory.".into())
}
