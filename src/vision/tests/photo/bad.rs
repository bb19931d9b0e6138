//! What is refused, and with which word.

use aims_vision::{BadPhoto, MAX_BYTES, Photo};
use image::{GrayImage, ImageFormat, RgbImage};

use crate::files::{animated_webp, chunk, encoded, held, jpeg, quarters, saying, with_chunk};

fn refused(bytes: &[u8]) -> BadPhoto {
    Photo::read(bytes).expect_err("it should be refused")
}

fn is_too_large(bytes: &[u8]) -> bool {
    matches!(refused(bytes), BadPhoto::TooLarge(_))
}

#[test]
fn what_is_not_an_image_is_not_one() {
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    for bytes in [
        &b""[..],
        b"\0",
        b"not an image",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"II*\0\x08\0\0\0",
        b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0",
        gif,
    ] {
        assert_eq!(refused(bytes), BadPhoto::NotAnImage, "{bytes:?}");
    }
}

#[test]
fn an_image_that_says_it_is_huge_is_refused_before_it_is_decoded() {
    let png = encoded(quarters(), ImageFormat::Png);
    for (width, height) in [
        (12_001, 1),
        (1, 12_001),
        (12_000, 12_000),
        (u32::MAX >> 1, u32::MAX >> 1),
    ] {
        assert!(
            is_too_large(&saying(&png, width, height)),
            "{width} x {height}"
        );
    }
    // The height and the width of a JPEG stand five bytes after its frame's marker.
    let mut jpeg = jpeg(&quarters());
    let frame = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .unwrap();
    jpeg[frame + 5..frame + 9].fill(0xFF);
    assert!(is_too_large(&jpeg));
}

#[test]
fn a_bomb_of_zeros_is_refused_before_it_is_decoded() {
    let bomb = encoded(GrayImage::new(12_000, 12_000), ImageFormat::Png);
    assert!(bomb.len() < 1024 * 1024, "{} bytes", bomb.len());

    assert!(is_too_large(&bomb));
}

#[test]
fn what_takes_more_memory_than_a_photo_is_refused() {
    // 49 million pixels of 8 bytes.
    let png = encoded(image::DynamicImage::new_rgba16(2, 2), ImageFormat::Png);

    assert!(is_too_large(&saying(&png, 7000, 7000)));
}

#[test]
fn an_image_that_says_it_is_larger_than_it_is_is_damaged() {
    let png = encoded(quarters(), ImageFormat::Png);

    assert_eq!(refused(&saying(&png, 400, 240)), BadPhoto::Damaged);
    assert_eq!(refused(&saying(&png, 0, 24)), BadPhoto::Damaged);
}

#[test]
fn too_many_bytes_are_refused_whatever_they_are() {
    assert!(is_too_large(&vec![0; MAX_BYTES + 1]));
}

#[test]
fn what_moves_is_no_photo() {
    let animation = chunk(*b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    let png = with_chunk(&encoded(quarters(), ImageFormat::Png), &animation);

    assert_eq!(refused(&png), BadPhoto::Animated);
    assert_eq!(refused(&animated_webp()), BadPhoto::Animated);
}

#[test]
fn a_file_that_was_cut_is_damaged_wherever_it_was_cut() {
    // Noise, so that there is much to cut.
    let noisy = RgbImage::from_fn(64, 64, |x, y| {
        image::Rgb([x * y, x * 31 + y * 17, x ^ y].map(|value| value.to_le_bytes()[0]))
    });
    for whole in [
        jpeg(&noisy),
        held(&jpeg(&noisy), 6),
        encoded(noisy.clone(), ImageFormat::Png),
        encoded(noisy.clone(), ImageFormat::WebP),
    ] {
        assert!(Photo::read(&whole).is_ok());
        // The last chunk of a PNG has no pixels.
        let end = whole.len() - if whole.starts_with(b"\x89PNG") { 16 } else { 1 };
        for cut in (20..end).step_by(97).chain([end]) {
            assert_eq!(
                refused(&whole[..cut]),
                BadPhoto::Damaged,
                "{cut} of {}",
                whole.len()
            );
        }
    }
}

#[test]
fn every_refusal_is_a_sentence() {
    for bad in [
        BadPhoto::NotAnImage,
        BadPhoto::Animated,
        BadPhoto::Damaged,
        refused(&vec![0; MAX_BYTES + 1]),
        refused(&saying(&encoded(quarters(), ImageFormat::Png), 20_000, 10)),
    ] {
        let sentence = bad.to_string();
        assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
    }
}
