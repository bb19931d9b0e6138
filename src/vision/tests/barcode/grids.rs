//! Equal labels close to each other.

use aims_vision::draw::{Dice, Grid, Level, grid};
use aims_vision::{Photo, Symbology};

use crate::judge::{Score, report};
use crate::scenes::text;

/// Every label is found, and nothing else.
fn is_counted(wanted: &Grid) {
    let (image, truths) = grid(wanted).unwrap();
    let photo = Photo::from_pixels(image);
    let score = Score::of(&photo, &truths, &report(&photo));
    println!(
        "{} of {} equal {} found",
        score.right,
        score.labels,
        wanted.symbology.name()
    );
    assert!(score.labels > 1, "{wanted:?}");
    assert_eq!(
        (score.right, score.found),
        (score.labels, score.labels),
        "{wanted:?}"
    );
}

fn wall(symbology: Symbology, seed: u64) -> Grid {
    Grid {
        text: text(symbology, &mut Dice::new(seed)),
        symbology,
        width: 1920,
        height: 1080,
        module: 2.0,
        gap: 6.0,
        level: Level::Medium,
        seed,
    }
}

#[test]
fn a_wall_of_equal_bars_is_counted() {
    for symbology in Symbology::ALL.into_iter().filter(|kind| !kind.is_matrix()) {
        is_counted(&wall(symbology, 400_001));
    }
}

#[test]
fn a_wall_of_equal_matrices_is_counted() {
    for symbology in [Symbology::Qr, Symbology::DataMatrix] {
        is_counted(&wall(symbology, 400_002));
    }
}

#[test]
fn equal_labels_stacked_without_a_gap_are_counted() {
    for (symbology, width) in [
        (Symbology::Ean13, 260),
        (Symbology::UpcE, 160),
        (Symbology::Code128, 340),
        (Symbology::Qr, 130),
        (Symbology::DataMatrix, 90),
    ] {
        is_counted(&Grid {
            width,
            height: 600,
            gap: 1.0,
            ..wall(symbology, 400_003)
        });
    }
}

#[test]
fn gs1_data_is_reported_as_it_is_printed() {
    // The encoder's sign for function character 1.
    let mark = '\u{f1}';
    let (image, truths) = grid(&Grid {
        text: format!("{mark}010400638133393110A1{mark}17271231"),
        width: 700,
        height: 200,
        ..wall(Symbology::Code128, 400_004)
    })
    .unwrap();
    let photo = Photo::from_pixels(image);

    let found = report(&photo).detections;

    assert_eq!(found.len(), truths.len());
    for found in found {
        assert_eq!(found.label, "(01)04006381333931(10)A1(17)271231");
    }
}

#[test]
fn a_check_character_is_no_part_of_the_text() {
    // This text's is function character 1.
    is_counted(&Grid {
        text: "SKU-68478".into(),
        width: 700,
        height: 200,
        ..wall(Symbology::Code128, 400_005)
    });
}
