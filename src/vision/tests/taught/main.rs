//! Items are found by their looks on shelves of drawn packs, and their neighbours are not taken for them.
//!
//! Constants were chosen on seeds below 100; those here only judge.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "drawing, and a panic is how a test says what is wrong"
)]

mod packs;
mod refusals;
mod shelf;

use std::time::{Duration, Instant};

use aims_vision::taught::{Taught, teach};
use aims_vision::{Area, Detector, Failure, Look, Photo, Report, Wanted, Watch};
use rand::SeedableRng;
use rand::rngs::StdRng;
use shelf::{HARD, Level, NORMAL, Shelf};

/// Searches for as long as it takes.
fn look_for(looks: Vec<Look>, photo: &Photo) -> Report {
    search(looks, photo, Duration::from_mins(10), &|| false).unwrap()
}

fn search(
    looks: Vec<Look>,
    photo: &Photo,
    limit: Duration,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Report, Failure> {
    let wanted = Wanted {
        looks,
        ..Wanted::default()
    };
    let watch = Watch {
        deadline: Instant::now() + limit,
        cancelled,
        progress: &|_| {},
    };
    Taught::new(limit).detect(photo, &wanted, &watch)
}

/// What was seen of what is there, over several photos.
#[derive(Debug, Default)]
struct Tally {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Tally {
    fn add(&mut self, scene: &Shelf, report: &Report, product: usize) {
        let mut there: Vec<_> = scene
            .packs
            .iter()
            .filter(|pack| pack.product == product)
            .collect();
        for one in report
            .detections
            .iter()
            .filter(|one| one.label == product.to_string())
        {
            let found = there.iter().position(|pack| centred(&one.area, &pack.area));
            match found {
                Some(at) => {
                    there.swap_remove(at);
                    self.right += 1;
                }
                None => self.wrong += 1,
            }
        }
        self.missed += there.len();
    }

    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed) as f64
    }

    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong) as f64
    }
}

/// Whether the middle of what was seen is within the middle half of a pack.
fn centred(seen: &Area, pack: &Area) -> bool {
    let near = |seen: f64, pack: f64, length: f64| (seen - pack).abs() < length / 4.0;
    near(seen.x + seen.w / 2.0, pack.x + pack.w / 2.0, pack.w)
        && near(seen.y + seen.h / 2.0, pack.y + pack.h / 2.0, pack.h)
}

/// Teaches some products on a tidy photo each, at their own thresholds, and looks for them on a shelf with all.
fn judge(level: Level, products: &[usize], seeds: std::ops::Range<u64>) {
    let mut tally = Tally::default();
    for seed in seeds {
        let mut rng = StdRng::seed_from_u64(seed);
        let fronts = packs::fronts(&mut rng);
        let tidy = shelf::one_of_each(&fronts, &mut rng);
        let shelf = shelf::full(&fronts, level, &mut rng);
        let learn = |&product: &usize| {
            let lesson = teach(&tidy.photo, tidy.packs[product].area).unwrap();
            Look {
                label: product.to_string(),
                crop: lesson.crop,
                threshold: lesson.threshold,
            }
        };
        let report = look_for(products.iter().map(learn).collect(), &shelf.photo);
        assert!(!report.truncated);
        for &product in products {
            tally.add(&shelf, &report, product);
        }
    }
    assert!(tally.recall() >= 0.9, "{tally:?}");
    assert!(tally.precision() >= 0.9, "{tally:?}");
}

const ALL: [usize; packs::PRODUCTS] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

#[test]
fn ten_taught_products_are_found_on_a_shelf_and_told_apart() {
    judge(NORMAL, &ALL, 100..103);
}

#[test]
fn ten_taught_products_are_found_in_bad_light_tilted_and_of_uneven_size() {
    judge(HARD, &ALL, 200..203);
}

#[test]
fn one_taught_product_is_found_and_neither_its_neighbours_nor_its_recoloured_twin() {
    for product in [0, 9] {
        judge(NORMAL, &[product], 300..304);
        judge(HARD, &[product], 400..404);
    }
}
