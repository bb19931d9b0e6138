//! Photos that say how they are to be turned.

use aims_vision::Photo;
use aims_vision::draw::Level;
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};

use crate::judge::{Score, report};
use crate::scenes;

/// A JPEG whose pixels lie as this EXIF orientation says.
fn turned(upright: &RgbImage, exif: u8) -> Vec<u8> {
    // A quarter to the left undoes one to the right; every other turn undoes itself.
    let back = match exif {
        6 => 8,
        8 => 6,
        other => other,
    };
    let mut image = DynamicImage::from(upright.clone());
    image.apply_orientation(Orientation::from_exif(back).unwrap());
    let jpeg = Photo::from_pixels(image.into_rgb8()).to_jpeg().unwrap();

    // TIFF header, one entry: tag 0x0112, one short (Exif 2.32 section 4.6.2).
    let mut tag = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tag.extend([exif, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(tag.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &tag, &jpeg[2..]].concat()
}

#[test]
fn every_exif_orientation_gives_the_same_labels() {
    let (photo, truths) = scenes::photo((1000, 800), 6, Level::Easy, 800_000);
    for exif in 1..=8 {
        let photo = Photo::read(&turned(photo.pixels(), exif)).unwrap();

        let report = report(&photo);

        let score = Score::of(&photo, &truths, &report);
        assert_eq!((photo.width(), photo.height()), (1000, 800));
        assert_eq!((score.right, score.found), (6, 6), "orientation {exif}");
    }
}
