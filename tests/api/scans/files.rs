//! Files that are no photos, made byte by byte.

use image::ImageFormat;

use crate::support::detectors::Square::Tea;
use crate::support::detectors::wall;
use crate::support::shelf::encoded;

/// A chunk of a PNG file: its length, name, data and checksum (PNG specification section 5.3).
fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    let named = [&name[..], data].concat();
    let sum = crc(&named).to_be_bytes();
    [&length[..], &named, &sum].concat()
}

/// CRC-32 as PNG has it (PNG specification annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Signature and header: what stands before everything else in a PNG file.
const HEAD: usize = 8 + 25;

fn png() -> Vec<u8> {
    encoded(&wall(&[Tea], 1), ImageFormat::Png)
}

/// A PNG file that says it has so many pixels, and has a handful.
pub(super) fn lying_png(width: u32, height: u32) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    [SIGNATURE, &chunk(*b"IHDR", &header), &png()[HEAD..]].concat()
}

/// A PNG file of two pictures, of which one is there.
pub(super) fn animated_png() -> Vec<u8> {
    let png = png();
    let control = chunk(*b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    [&png[..HEAD], &control, &png[HEAD..]].concat()
}

/// A WebP file whose header says that it is animated.
pub(super) fn animated_webp() -> Vec<u8> {
    let mut body = b"WEBPVP8X".to_vec();
    body.extend(10_u32.to_le_bytes());
    body.extend([0b10, 0, 0, 0, 39, 0, 0, 39, 0, 0]);
    body.extend(b"ANIM");
    body.extend(6_u32.to_le_bytes());
    body.extend([0; 6]);
    let frame = [0_u8; 24];
    body.extend(b"ANMF");
    body.extend(u32::try_from(frame.len()).unwrap().to_le_bytes());
    body.extend(frame);
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [b"RIFF", &length[..], &body].concat()
}

/// A JPEG file, lying on its side, that says where it was taken (Exif 2.3: orientation 6, a description, and a GPS
/// directory).
pub(super) fn telltale_jpeg(jpeg: &[u8]) -> Vec<u8> {
    let text = b"taken at the owner's house\0";
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut bytes = Vec::new();
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value);
        bytes
    };
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    let gps = 8 + 2 + 3 * 12 + 4;
    let described = gps + 2 + 12 + 4;
    let length = u32::try_from(text.len()).unwrap();
    tiff.extend(entry(0x010E, 2, length, u32::to_le_bytes(described)));
    tiff.extend(entry(0x0112, 3, 1, [6, 0, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, u32::to_le_bytes(gps)));
    tiff.extend([0; 4]);
    tiff.extend([1, 0]);
    tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
    tiff.extend([0; 4]);
    tiff.extend(text);
    let exif = [b"Exif\0\0", &tiff[..]].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}
