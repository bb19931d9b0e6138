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
    let packs = [
        ("TEA-500", 4),
        ("TEA-EG-100", 5),
        ("TEA-GRN-50", 3),
        ("TEA-PEP-20", 6),
        ("TEA-CHA-20", 2),
        ("COF-DEC-500", 2),
    ];
    let mut labels: Vec<_> = packs.map(|(sku, count)| (code(sku, 0), count)).into();
    labels.push((ean13(SOMETHING_ELSE), 2));
    drawn(labels, 41)
}

/// Cases, each of which stands for its pack quantity.
fn delivery() -> Result<Vec<u8>> {
    let cases = [("PAS-SPA-500", 3), ("TOM-CAN-400", 4), ("OIL-OLV-750", 2)];
    let labels = cases.map(|(sku, count)| (code(sku, CASES), count));
    drawn(labels.into(), 42)
}

/// The code of a product, `from` being the number of the first product's.
fn code(sku: &str, from: usize) -> String {
    let n = products().position(|product| product.sku == sku);
    ean13(from + n.unwrap_or_default())
}

fn drawn(labels: Vec<(String, usize)>, seed: u64) -> Result<Vec<u8>> {
    let ean = |(text, count)| (text, Symbology::Ean13, count);
    let wanted = Shelf {
        labels: labels.into_iter().map(ean).collect(),
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
