//! Photos to try counting with: drawn shelves of what the shop sells. Nobody photographed them.

use aims_vision::draw::{Level, Shelf, shelf};
use aims_vision::{Photo, Symbology};

use super::shop::{ean13, products};
use crate::error::{Error, Result};

/// A photo: the file's name, what one reads of it, and its JPEG.
pub(super) type Sample = (&'static str, &'static str, fn() -> Result<Vec<u8>>);

/// The photos.
pub const SAMPLES: &[Sample] = &[
    ("shelf.jpg", "a photo of the tea shelf", tea_shelf),
    ("delivery.jpg", "a photo of a delivery in cases", delivery),
];

/// A code of the range that GS1 leaves to shops, which this shop does not use.
const SOMETHING_ELSE: usize = 777;

/// The number of a product's first case code; see `opening`.
const CASES: usize = 100;

/// Packs of tea and coffee, and two that are not in the catalogue.
fn tea_shelf() -> Result<Vec<u8>> {
    let known = [
        ("TEA-500", "BLACK TEA", 4),
        ("TEA-EG-100", "EARL GREY", 5),
        ("TEA-GRN-50", "SENCHA", 3),
        ("TEA-PEP-20", "PEPPERMINT", 6),
        ("TEA-CHA-20", "CHAMOMILE", 2),
        ("COF-DEC-500", "DECAF", 2),
    ];
    let known = known.map(|(sku, word, count)| (code(sku, 0), word, count));
    let new = (ean13(SOMETHING_ELSE), "BISCUITS", 2);
    drawn(known.into_iter().chain([new]), 41)
}

/// Cases, each of which stands for its pack quantity.
fn delivery() -> Result<Vec<u8>> {
    let cases = [
        ("PAS-SPA-500", "SPAGHETTI", 3),
        ("TOM-CAN-400", "TOMATOES", 4),
        ("OIL-OLV-750", "OLIVE OIL", 2),
    ];
    let cases = cases.map(|(sku, word, count)| (code(sku, CASES), word, count));
    drawn(cases.into_iter(), 42)
}

/// The code of a product, `from` being the number of the first product's.
fn code(sku: &str, from: usize) -> String {
    let n = products().position(|product| product.sku == sku);
    ean13(from + n.unwrap_or_default())
}

/// Draws packs: the code of each, what is printed on it, and how many there are.
fn drawn(packs: impl Iterator<Item = (String, &'static str, usize)>, seed: u64) -> Result<Vec<u8>> {
    let (labels, words) = packs
        .map(|(code, word, count)| ((code, Symbology::Ean13, count), word))
        .unzip();
    let wanted = Shelf {
        labels,
        words,
        width: 1920,
        height: 1440,
        level: Level::Medium,
        seed,
    };
    let (pixels, _) = shelf(&wanted).map_err(Error::internal)?;
    Photo::from_pixels(pixels)
        .to_jpeg()
        .map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sample_photos_show_what_the_shop_sells() {
        for (file, _, draw) in SAMPLES {
            let photo = Photo::read(&draw().unwrap()).unwrap();

            assert_eq!((photo.width(), photo.height()), (1920, 1440), "{file}");
        }
        assert_eq!(code("TEA-500", 0), ean13(0));
        assert_eq!(code("TEA-EG-100", CASES), ean13(101));
    }
}
