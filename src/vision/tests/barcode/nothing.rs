//! Pictures without a code.

use aims_vision::Photo;
use aims_vision::draw::{Dice, Level, photographed, write};
use image::{Rgb, RgbImage};

use crate::judge::report;

const SIZE: (u32, u32) = (1280, 960);

type Paint = fn(&mut RgbImage, &mut Dice);

/// Every pixel at random.
fn sand(picture: &mut RgbImage, dice: &mut Dice) {
    for pixel in picture.pixels_mut() {
        *pixel = Rgb([dice.between(0.0, 255.0) as u8; 3]);
    }
}

/// A page of digits and letters.
fn page(picture: &mut RgbImage, dice: &mut Dice) {
    let words = [
        "4006381333931",
        "SKU-12345",
        "LOT 0042",
        "HTTPS://A.EXAMPLE/",
        "ITEMS",
    ];
    for line in 0..50 {
        for column in 0..6 {
            let word = words[dice.below(words.len())];
            let scale = 1 + dice.below(3) as u32;
            write(picture, (column * 215, line * 20), scale, Rgb([0; 3]), word);
        }
    }
}

/// Bars and spaces as wide as those of a code, in no order that says anything.
fn stripes(picture: &mut RgbImage, dice: &mut Dice) {
    let mut x = 0;
    while x < picture.width() {
        let black = dice.chance(0.5);
        let width = (2.2 * (1 + dice.below(4)) as f32) as u32;
        for x in (x..x + width).filter(|_| black) {
            for y in (0..picture.height()).filter(|y| y % 120 > 30) {
                if let Some(pixel) = picture.get_pixel_mut_checked(x, y) {
                    *pixel = Rgb([20; 3]);
                }
            }
        }
        x += width;
    }
}

/// Squares of black and white at random, in blocks with a white rim, like matrices that nobody can read.
fn modules(picture: &mut RgbImage, dice: &mut Dice) {
    let (mut dots, module) = (Vec::new(), 4);
    for _ in 0..SIZE.0 / module * (SIZE.1 / module) {
        dots.push(dice.chance(0.5));
    }
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let rim = x % 160 < 30 || y % 160 < 30;
        let dot = dots[((y / module) * (SIZE.0 / module) + x / module) as usize];
        if dot && !rim {
            *pixel = Rgb([10; 3]);
        }
    }
}

/// A weave of threads, over and under.
fn weave(picture: &mut RgbImage, dice: &mut Dice) {
    let (thread, turn) = (dice.between(4.0, 9.0), dice.between(0.0, 1.5));
    let (sin, cos) = turn.sin_cos();
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (x, y) = (x as f32, y as f32);
        let across = ((x * cos - y * sin) / thread).sin();
        let down = ((x * sin + y * cos) / thread).sin();
        *pixel = Rgb([(128.0 + 100.0 * across.max(down)) as u8; 3]);
    }
}

/// Boxes of all sizes, one over the other.
fn boxes(picture: &mut RgbImage, dice: &mut Dice) {
    for _ in 0..400 {
        let colour = Rgb([0; 3].map(|_: u8| dice.between(0.0, 255.0) as u8));
        let (left, top) = (dice.below(1200) as u32, dice.below(900) as u32);
        let (width, height) = (5 + dice.below(150) as u32, 5 + dice.below(150) as u32);
        for y in top..(top + height).min(SIZE.1) {
            for x in left..(left + width).min(SIZE.0) {
                picture.put_pixel(x, y, colour);
            }
        }
    }
}

#[test]
fn a_picture_without_a_code_has_no_labels() {
    let kinds: [(&str, Paint); 6] = [
        ("sand", sand),
        ("page", page),
        ("stripes", stripes),
        ("modules", modules),
        ("weave", weave),
        ("boxes", boxes),
    ];
    for (kind, paint) in kinds {
        for (seed, level) in (600_000..).zip([Level::Easy, Level::Medium, Level::Hard]) {
            let mut dice = Dice::new(seed);
            let mut picture = RgbImage::from_pixel(SIZE.0, SIZE.1, Rgb([240; 3]));
            paint(&mut picture, &mut dice);
            let photo = Photo::from_pixels(photographed(&picture, level, &mut dice));

            assert_eq!(report(&photo).detections, [], "{kind}, {level:?}");
        }
    }
}

#[test]
fn an_image_of_any_size_is_looked_at() {
    for (width, height) in [
        (1, 1),
        (1, 10_000),
        (10_000, 1),
        (7, 9),
        (8, 8),
        (17, 400),
        (5000, 24),
    ] {
        let mut picture = RgbImage::new(width, height);
        sand(&mut picture, &mut Dice::new(u64::from(width)));

        let report = report(&Photo::from_pixels(picture));

        assert_eq!(report.detections, [], "{width} x {height}");
        assert!(!report.truncated);
    }
}
