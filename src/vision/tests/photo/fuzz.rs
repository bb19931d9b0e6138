//! Files that were bent at random: whatever comes of them, it is no panic and no giant.

use aims_vision::{MAX_PIXELS, Photo};
use image::ImageFormat;
use proptest::prelude::*;

use crate::files::{animated_webp, encoded, held, inks, jpeg, quarters};

fn originals() -> Vec<Vec<u8>> {
    vec![
        held(&jpeg(&quarters()), 3),
        inks([9, 120, 200, 255]),
        encoded(quarters(), ImageFormat::Png),
        encoded(quarters(), ImageFormat::WebP),
        animated_webp(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_bent_file_is_read_or_refused(
        which in 0..5_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        cutting in any::<bool>(),
    ) {
        let mut bytes = originals().swap_remove(which);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cutting {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(photo) = Photo::read(&bytes) {
            prop_assert!(u64::from(photo.width()) * u64::from(photo.height()) <= MAX_PIXELS);
        }
    }

    #[test]
    fn noise_is_read_or_refused(noise in proptest::collection::vec(any::<u8>(), 0..300), which in 0..5_usize) {
        let start = originals().swap_remove(which);
        let bytes = [&start[..start.len().min(40)], &noise[..]].concat();

        drop(Photo::read(&bytes));
    }
}
