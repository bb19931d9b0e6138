//! The drawn photos themselves.

use aims_vision::Symbology;
use aims_vision::draw::{Level, Shelf, shelf};

fn wanted(text: &str, symbology: Symbology) -> Shelf {
    Shelf {
        labels: vec![(text.into(), symbology, 4)],
        words: Vec::new(),
        width: 640,
        height: 480,
        level: Level::Hard,
        seed: 900_000,
    }
}

#[test]
fn the_same_seed_draws_the_same_photo() {
    let shelf_of = |seed| {
        let tea = wanted("4006381333931", Symbology::Ean13);
        shelf(&Shelf { seed, ..tea }).unwrap()
    };

    assert!(shelf_of(1) == shelf_of(1));
    assert!(shelf_of(1).0 != shelf_of(2).0);
}

#[test]
fn what_a_symbology_cannot_say_is_not_drawn() {
    for (text, symbology) in [
        ("4006381333932", Symbology::Ean13),
        ("tea", Symbology::Itf14),
        ("", Symbology::Code128),
    ] {
        let refused = shelf(&wanted(text, symbology)).unwrap_err();

        assert_eq!(
            (refused.text.as_str(), refused.symbology),
            (text, symbology.name())
        );
    }
}
