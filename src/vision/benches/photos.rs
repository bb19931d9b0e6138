//! How long one photo takes: `cargo bench -p aims-vision`, or with `-- hard` only what says so. Seconds on the clock,
//! of one thread; run it on a quiet machine. Seeds are those of tuning: nothing is judged here.

#![expect(
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    reason = "figures are the purpose; seeds choose digits"
)]

use std::time::{Duration, Instant};

use aims_vision::draw::{Dice, Grid, Level, grid};
use aims_vision::{Barcode, Detector, Photo, Symbology, Wanted, Watch};
use image::{Rgb, RgbImage};

#[path = "../tests/barcode/scenes.rs"]
mod scenes;

/// Photos of each kind.
const PHOTOS: u64 = 5;

fn main() {
    println!("photo                                median   longest   labels found");
    for (name, size) in [("1920x1080", (1920, 1080)), ("4000x3000", (4000, 3000))] {
        for level in [Level::Medium, Level::Hard] {
            for count in [20, 40, 60] {
                let photos = (0..PHOTOS).map(|at| {
                    let (photo, _) = scenes::photo(size, count, level, scenes::TUNING + at);
                    photo
                });
                print(&format!("{name}, {count} labels, {level:?}"), photos);
            }
        }
    }
    for symbology in Symbology::ALL {
        let photos = (0..3).map(|at| wall(symbology, scenes::TUNING + at));
        print(&format!("1920x1080, full of {}", symbology.name()), photos);
    }
    print("4000x3000, noise", (0..3).map(noise));
}

/// Measures photos and prints a line about them.
fn print(name: &str, photos: impl Iterator<Item = Photo>) {
    let mut wanted = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"));
    if wanted.any(|word| !name.to_lowercase().contains(&word.to_lowercase())) {
        return;
    }
    let (mut times, mut found) = (Vec::new(), 0);
    for photo in photos {
        let begun = Instant::now();
        let watch = Watch {
            deadline: begun + Duration::from_mins(1),
            cancelled: &|| false,
            progress: &|_| (),
        };
        let report = Barcode
            .detect(&photo, &Wanted::default(), &watch)
            .expect("a photo is read");
        times.push(begun.elapsed().as_secs_f64());
        found += report.detections.len();
    }
    times.sort_by(f64::total_cmp);
    let (median, longest) = (times[times.len() / 2], times[times.len() - 1]);
    println!("{name:34} {median:6.2} s  {longest:6.2} s   {found:6}");
}

fn wall(symbology: Symbology, seed: u64) -> Photo {
    let (image, _) = grid(&Grid {
        text: scenes::text(symbology, &mut Dice::new(seed)),
        symbology,
        width: 1920,
        height: 1080,
        module: 2.0,
        gap: 6.0,
        level: Level::Medium,
        seed,
    })
    .expect("every text suits its symbology");
    Photo::from_pixels(image)
}

fn noise(seed: u64) -> Photo {
    let mut dice = Dice::new(scenes::TUNING + seed);
    let mut picture = RgbImage::new(4000, 3000);
    for pixel in picture.pixels_mut() {
        *pixel = Rgb([(dice.bits() % 256) as u8; 3]);
    }
    Photo::from_pixels(picture)
}
