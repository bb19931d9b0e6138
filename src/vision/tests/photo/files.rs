//! Files as cameras, programs and attackers write them.

use std::fmt::Write as _;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A picture of 40 x 24 pixels: four quarters of different colours, so that every turn and mirror shows.
pub(crate) fn quarters() -> RgbImage {
    RgbImage::from_fn(40, 24, |x, y| match (x < 20, y < 12) {
        (true, true) => Rgb([200, 30, 30]),
        (false, true) => Rgb([30, 200, 30]),
        (true, false) => Rgb([30, 30, 200]),
        (false, false) => Rgb([220, 220, 40]),
    })
}

pub(crate) fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    image
        .into()
        .write_to(&mut Cursor::new(&mut bytes), format)
        .unwrap();
    bytes
}

pub(crate) fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 95))
        .unwrap();
    bytes
}

/// The same JPEG with an EXIF block that says how the camera was held. TIFF 6.0, tag 274.
pub(crate) fn held(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}

/// A chunk of a PNG file.
pub(crate) fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&name[..], data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// The same PNG with a chunk after its header, which ends at byte 33.
pub(crate) fn with_chunk(png: &[u8], chunk: &[u8]) -> Vec<u8> {
    [&png[..33], chunk, &png[33..]].concat()
}

/// The same PNG with a header that says another size.
pub(crate) fn saying(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut header = png[16..29].to_vec();
    header[..4].copy_from_slice(&width.to_be_bytes());
    header[4..8].copy_from_slice(&height.to_be_bytes());
    [&png[..8], &chunk(*b"IHDR", &header), &png[33..]].concat()
}

/// The checksum of PNG, Annex D of its specification.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 {
                0xEDB8_8320 ^ (crc >> 1)
            } else {
                crc >> 1
            }
        })
    })
}

/// A WebP file with one still frame in an animation. Container specification: VP8X, ANIM, ANMF.
pub(crate) fn animated_webp() -> Vec<u8> {
    let still = encoded(quarters(), ImageFormat::WebP);
    // The chunk with the pixels begins after RIFF, the length and WEBP.
    let pixels = &still[12..];
    let side = |pixels: u8| [pixels - 1, 0, 0];
    let canvas = [&[0b10, 0, 0, 0][..], &side(40), &side(24)].concat();
    let frame = [&[0; 6][..], &side(40), &side(24), &[100, 0, 0, 0], pixels].concat();
    let riff = |name: [u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        [&name[..], &length, data].concat()
    };
    let chunks = [
        riff(*b"VP8X", &canvas),
        riff(*b"ANIM", &[0; 6]),
        riff(*b"ANMF", &frame),
    ]
    .concat();
    riff(*b"RIFF", &[&b"WEBP"[..], &chunks].concat())
}

/// A JPEG of 8 x 8 pixels in four inks, as Adobe writes them: 255 is no ink. One block an ink, its mean alone.
pub(crate) fn inks(values: [u8; 4]) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    let mut segment = |marker: u8, data: &[u8]| {
        file.extend([0xFF, marker]);
        file.extend(u16::try_from(data.len() + 2).unwrap().to_be_bytes());
        file.extend(data);
    };
    segment(0xEE, b"Adobe\0\x64\0\0\0\0\0");
    // Quantised by 8, the mean of 64 pixels is their value less 128.
    segment(0xDB, &[&[0][..], &[8; 64]].concat());
    let components: Vec<u8> = (1..=4).flat_map(|ink| [ink, 0x11, 0]).collect();
    segment(0xC0, &[&[8, 0, 8, 0, 8, 4][..], &components].concat());
    // Twelve sizes in codes of 4 bits; of what follows the mean, the end alone, in a code of 1 bit.
    let sizes: Vec<u8> = (0..12).collect();
    segment(0xC4, &[&[0, 0, 0, 0, 12][..], &[0; 12], &sizes].concat());
    segment(0xC4, &[&[0x10, 1][..], &[0; 15], &[0]].concat());
    let tables: Vec<u8> = (1..=4).flat_map(|ink| [ink, 0]).collect();
    segment(0xDA, &[&[4][..], &tables, &[0, 63, 0]].concat());
    let mut bits = String::new();
    for value in values {
        let mean = i32::from(value) - 128;
        let size = 32 - mean.unsigned_abs().leading_zeros();
        let code = if mean < 0 {
            mean + (1 << size) - 1
        } else {
            mean
        };
        write!(bits, "{size:04b}").unwrap();
        if size > 0 {
            write!(bits, "{code:0width$b}", width = size as usize).unwrap();
        }
        bits.push('0');
    }
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    for byte in bits.as_bytes().chunks(8) {
        let byte = u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap();
        file.push(byte);
        if byte == 0xFF {
            file.push(0);
        }
    }
    file.extend([0xFF, 0xD9]);
    file
}
