//! Whether a JPEG file holds its picture to the end. Decoders forgive a file that was cut, and paint the
//! rest grey; what is missing there would be missing from a count.

/// Whether the end of the picture is in the file. What comes after it, such as the film that some phones
/// append, is not looked at. ITU-T T.81, Annex B.
pub(super) fn is_whole(jpeg: &[u8]) -> bool {
    let mut rest = jpeg;
    loop {
        let Some((marker, after)) = next_marker(rest) else {
            return false;
        };
        rest = match marker {
            END => return true,
            // These have no content: the beginning, restarts, and an old one of arithmetic coding.
            0x01 | 0xD0..=0xD8 => after,
            _ => match skip_content(after) {
                Some(after) => after,
                None => return false,
            },
        };
    }
}

const END: u8 = 0xD9;

/// The next marker and what follows it. What comes before is padding, or the data of a scan, in which FF is
/// followed by 00.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let pairs = bytes.windows(2);
    let at = pairs
        .into_iter()
        .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF))?;
    Some((bytes[at + 1], &bytes[at + 2..]))
}

/// Contents begin with their length, in two bytes, which count themselves.
fn skip_content(bytes: &[u8]) -> Option<&[u8]> {
    let &[high, low, ..] = bytes else {
        return None;
    };
    bytes.get(usize::from(u16::from_be_bytes([high, low])).max(2)..)
}
