//! Photos as people send them, and what is no photo.

#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a test says what is wrong"
)]

mod bad;
mod files;
mod fuzz;

use aims_vision::{BadPhoto, MAX_BYTES, Photo};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use files::{encoded, held, inks, jpeg, quarters, with_chunk};

/// The colour in the middle of each quarter: upper left, upper right, lower left, lower right.
fn corners(photo: &Photo) -> [Rgb<u8>; 4] {
    let (x, y) = (photo.width() / 4, photo.height() / 4);
    [(x, y), (3 * x, y), (x, 3 * y), (3 * x, 3 * y)].map(|(x, y)| *photo.pixels().get_pixel(x, y))
}

fn near(a: Rgb<u8>, b: Rgb<u8>) -> bool {
    a.0.iter().zip(b.0).all(|(a, b)| a.abs_diff(b) < 16)
}

#[test]
fn a_photo_is_the_same_in_every_format() {
    let original = corners(&Photo::from_pixels(quarters()));
    for bytes in [
        jpeg(&quarters()),
        encoded(quarters(), ImageFormat::Png),
        encoded(quarters(), ImageFormat::WebP),
        encoded(
            DynamicImage::from(quarters()).into_rgb16(),
            ImageFormat::Png,
        ),
        encoded(
            DynamicImage::from(quarters()).into_rgba8(),
            ImageFormat::Png,
        ),
    ] {
        let photo = Photo::read(&bytes).unwrap();

        assert_eq!((photo.width(), photo.height()), (40, 24));
        let seen = corners(&photo);
        assert!(
            seen.into_iter().zip(original).all(|(a, b)| near(a, b)),
            "{seen:?}"
        );
    }
}

#[test]
fn grey_photos_of_any_depth_are_photos() {
    let grey = DynamicImage::from(quarters());
    for bytes in [
        encoded(grey.to_luma8(), ImageFormat::Png),
        encoded(grey.to_luma16(), ImageFormat::Png),
        encoded(grey.to_luma_alpha8(), ImageFormat::Png),
        encoded(grey.to_luma8(), ImageFormat::Jpeg),
    ] {
        let photo = Photo::read(&bytes).unwrap();

        let Rgb([red, green, blue]) = corners(&photo)[0];
        assert!(red == green && green == blue);
    }
}

#[test]
fn what_is_kept_of_a_photo_can_be_read_again_however_many_bytes_it_takes() {
    let mut seed = 1_u32;
    let grain = RgbImage::from_fn(3000, 2800, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, red, green, blue] = seed.to_le_bytes();
        Rgb([red, green, blue])
    });
    let kept = Photo::from_pixels(grain).to_jpeg().unwrap();
    assert!(kept.len() > MAX_BYTES, "{} bytes", kept.len());

    let again = Photo::read_stored(&kept).unwrap();

    assert_eq!((again.width(), again.height()), (3000, 2800));
    let refused = Photo::read(&kept).unwrap_err();
    assert!(matches!(refused, BadPhoto::TooLarge(_)));
}

#[test]
fn however_the_camera_was_held_the_photo_is_upright() {
    let [a, b, c, d] = corners(&Photo::from_pixels(quarters()));
    let jpeg = jpeg(&quarters());
    // Where the corners of what the sensor saw come to lie. EXIF 2.3, 4.6.4 A.
    let turned = [
        [a, b, c, d],
        [b, a, d, c],
        [d, c, b, a],
        [c, d, a, b],
        [a, c, b, d],
        [c, a, d, b],
        [d, b, c, a],
        [b, d, a, c],
    ];
    for (orientation, expected) in (1..).zip(turned) {
        let photo = Photo::read(&held(&jpeg, orientation)).unwrap();

        let lying = orientation > 4;
        let size = if lying { (24, 40) } else { (40, 24) };
        assert_eq!((photo.width(), photo.height()), size, "{orientation}");
        let seen = corners(&photo);
        assert!(
            seen.into_iter().zip(expected).all(|(a, b)| near(a, b)),
            "{orientation}: {seen:?}"
        );
    }
    // No such orientation: as it is.
    for orientation in [0, 9, 255] {
        assert_eq!(Photo::read(&held(&jpeg, orientation)).unwrap().width(), 40);
    }
}

#[test]
fn what_is_kept_is_upright_and_says_nothing_of_the_camera() {
    let photo = Photo::read(&held(&jpeg(&quarters()), 6)).unwrap();

    let kept = photo.to_jpeg().unwrap();

    assert!(!kept.windows(4).any(|bytes| bytes == b"Exif"));
    let again = Photo::read(&kept).unwrap();
    assert_eq!((again.width(), again.height()), (24, 40));
}

#[test]
fn a_thumbnail_is_small_and_keeps_the_shape() {
    for (sides, small) in [
        ((400, 300), (192, 144)),
        ((300, 600), (96, 192)),
        ((12_000, 2), (192, 1)),
        ((40, 30), (40, 30)),
    ] {
        let photo = Photo::from_pixels(RgbImage::new(sides.0, sides.1));

        let thumbnail = Photo::read(&photo.to_thumbnail().unwrap()).unwrap();

        assert_eq!((thumbnail.width(), thumbnail.height()), small, "{sides:?}");
    }
}

#[test]
fn what_shows_through_is_white() {
    let clear = RgbaImage::from_fn(4, 1, |x, _| {
        Rgba([10, 20, 30, [0, 85, 170, 255][x as usize]])
    });
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let photo = Photo::read(&encoded(clear.clone(), format)).unwrap();

        let pixels: Vec<_> = photo.pixels().pixels().map(|pixel| pixel.0).collect();
        assert_eq!(
            pixels,
            [
                [255, 255, 255],
                [173, 176, 180],
                [91, 98, 105],
                [10, 20, 30]
            ]
        );
    }
}

#[test]
fn inks_become_colours() {
    for (values, colour) in [
        ([255, 255, 255, 255], [255, 255, 255]),
        ([255, 255, 255, 0], [0, 0, 0]),
        ([0, 255, 255, 255], [0, 255, 255]),
        ([255, 0, 255, 255], [255, 0, 255]),
    ] {
        let photo = Photo::read(&inks(values)).unwrap();

        let seen = corners(&photo)[0];
        assert!(near(seen, Rgb(colour)), "{values:?}: {seen:?}");
    }
}

#[test]
fn a_film_behind_the_photo_is_not_looked_at() {
    let with_film = [
        jpeg(&quarters()),
        b"\0\0\0\x18ftypmp42\xFF\xD8\xFF".repeat(100),
    ]
    .concat();

    assert_eq!(Photo::read(&with_film).unwrap().width(), 40);
}

#[test]
fn a_comment_in_the_file_is_no_reason_to_refuse_it() {
    let text = files::chunk(*b"tEXt", b"Comment\0shelf 3");

    let photo = Photo::read(&with_chunk(&encoded(quarters(), ImageFormat::Png), &text));

    assert!(photo.is_ok());
}
