//! When two boxes are one thing: the best stays, what lies over it goes.

use crate::{Area, Detection};

impl Area {
    /// What both cover, in parts of the photo.
    pub(crate) fn shared(&self, other: &Self) -> f64 {
        let w = (self.x + self.w).min(other.x + other.w) - self.x.max(other.x);
        let h = (self.y + self.h).min(other.y + other.h) - self.y.max(other.y);
        w.max(0.0) * h.max(0.0)
    }

    /// What both cover over what either covers, 0 to 1.
    pub(crate) fn overlap(&self, other: &Self) -> f64 {
        let shared = self.shared(other);
        shared / (self.size() + other.size() - shared)
    }

    /// The part of the photo that it covers.
    pub(crate) fn size(&self) -> f64 {
        self.w * self.h
    }
}

/// Keeps the surest of those that `same` takes for one thing.
pub(crate) fn keep_best(
    mut found: Vec<Detection>,
    same: impl Fn(&Detection, &Detection) -> bool,
) -> Vec<Detection> {
    found.sort_by(|a, b| {
        b.confidence
            .unwrap_or(0.0)
            .total_cmp(&a.confidence.unwrap_or(0.0))
    });
    let mut kept: Vec<Detection> = Vec::new();
    for one in found {
        if !kept.iter().any(|better| same(better, &one)) {
            kept.push(one);
        }
    }
    kept
}

/// Puts detections in the order in which people read: by rows, each from left to right. A row is what begins
/// above the middle of the row's first.
pub(crate) fn in_reading_order(mut found: Vec<Detection>) -> Vec<Detection> {
    found.sort_by(|a, b| a.area.y.total_cmp(&b.area.y));
    let mut rest = found.as_mut_slice();
    while let Some(first) = rest.first() {
        let middle = first.area.y + first.area.h / 2.0;
        let row = rest.partition_point(|one| one.area.y < middle).max(1);
        let (this, below) = rest.split_at_mut(row);
        this.sort_by(|a, b| a.area.x.total_cmp(&b.area.x));
        rest = below;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{in_reading_order, keep_best};
    use crate::{Area, Detection, Kind};

    fn at(x: f64, y: f64, confidence: f32) -> Detection {
        Detection {
            kind: Kind::Class,
            label: format!("{x} {y}"),
            confidence: Some(confidence),
            area: Area {
                x,
                y,
                w: 0.1,
                h: 0.1,
            },
        }
    }

    #[test]
    fn of_two_that_overlap_the_surer_stays() {
        let found = vec![at(0.1, 0.1, 0.5), at(0.11, 0.1, 0.9), at(0.5, 0.5, 0.3)];

        let kept = keep_best(found, |a, b| a.area.overlap(&b.area) > 0.45);

        assert_eq!(kept, [at(0.11, 0.1, 0.9), at(0.5, 0.5, 0.3)]);
    }

    #[test]
    fn a_row_that_is_not_quite_level_is_read_from_left_to_right() {
        let found = vec![
            at(0.5, 0.3, 0.5),
            at(0.4, 0.12, 0.5),
            at(0.1, 0.13, 0.5),
            at(0.7, 0.1, 0.5),
        ];

        let read = in_reading_order(found);

        let order: Vec<_> = read.iter().map(|one| one.area.x).collect();
        assert_eq!(order, [0.1, 0.4, 0.7, 0.5]);
    }
}
