//! One label that was found twice is one label.

use super::Code;

/// How much boxes are grown before they are compared, as a part of their longer side, and pixels at least. Boxes of
/// one label, of a few rows each, may not touch otherwise.
const GROWN: (f32, f32) = (0.06, 7.0);
/// The part of the smaller box that both cover, beyond which both are one.
const COMMON: f32 = 0.2;

/// The codes, each label once. Distance between centres would be no measure: stacked labels are near each other.
pub(super) fn merged(codes: Vec<Code>) -> Vec<Code> {
    let mut labels = Vec::<Code>::new();
    for code in codes {
        match labels.iter_mut().find(|label| label.is(&code)) {
            Some(label) => label.bounds = label.bounds.united(code.bounds),
            None => labels.push(code),
        }
    }
    labels
}

impl Code {
    fn is(&self, other: &Self) -> bool {
        if self.text != other.text || self.symbology != other.symbology {
            return false;
        }
        let [a, b] = [self.bounds, other.bounds]
            .map(|bounds| bounds.grown((GROWN.0 * bounds.longer()).max(GROWN.1)));
        a.common(b) > COMMON * a.size().min(b.size())
    }
}
