//! What is photographed: shelves with items at random.

use aims_vision::draw::{Dice, Level, Shelf, Truth, shelf};
use aims_vision::{Photo, Symbology};

/// The first seed on which constants of the detector may be chosen, and speed is measured. The seeds below judge it:
/// nothing may ever be chosen on them.
pub(crate) const TUNING: u64 = 1_000_000;

/// A shelf of ten items, so many labels of them, photographed at this level.
pub(crate) fn photo(
    size: (u32, u32),
    count: usize,
    level: Level,
    seed: u64,
) -> (Photo, Vec<Truth>) {
    let mut dice = Dice::new(seed);
    let mut kinds = Symbology::ALL.to_vec();
    kinds.extend([(); 2].map(|()| Symbology::ALL[dice.below(Symbology::ALL.len())]));
    let mut labels: Vec<_> = kinds
        .into_iter()
        .map(|kind| (text(kind, &mut dice), kind, 0))
        .collect();
    for _ in 0..count {
        let item = dice.below(labels.len());
        labels[item].2 += 1;
    }
    let (image, truths) = shelf(&Shelf {
        labels,
        words: Vec::new(),
        width: size.0,
        height: size.1,
        level,
        seed: dice.bits(),
    })
    .expect("every text suits its symbology");
    (Photo::from_pixels(image), truths)
}

/// A text at random, as items have it in this symbology.
pub(crate) fn text(symbology: Symbology, dice: &mut Dice) -> String {
    let mut digits = |count: usize| -> String {
        (0..count)
            .map(|_| char::from(b'1' + dice.below(9) as u8))
            .collect()
    };
    match symbology {
        Symbology::Ean13 => checked(&digits(12)),
        Symbology::Ean8 => checked(&digits(7)),
        Symbology::UpcA => checked(&digits(11)),
        // The sixth digit, 5 to 9, says that four zeros were left out in front of it.
        Symbology::UpcE => {
            let (maker, last) = (digits(5), digits(1).replace(['1', '2', '3', '4'], "7"));
            let full = checked(&format!("0{maker}0000{last}"));
            let check = full.chars().last().expect("it has a check digit");
            format!("0{maker}{last}{check}")
        }
        Symbology::Code128 => format!("SKU-{}", digits(5)),
        Symbology::Itf14 => checked(&digits(13)),
        Symbology::Qr => format!("https://aims.example/i/{}", digits(4)),
        Symbology::DataMatrix => format!("LOT{}", digits(7)),
    }
}

/// Digits with the one that checks them: weights 3 and 1 from the right.
fn checked(digits: &str) -> String {
    let weighted = digits.bytes().rev().zip([3, 1].into_iter().cycle());
    let sum: u32 = weighted
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
