//! The second look: at one place, twice as large, over sizes and tilts between those of the first.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "parts of a photo have a hundred pixels a side"
)]

use std::ops::Range;

use super::pyramid::Pyramid;
use super::search::Place;
use super::template::{Model, Pose, Template};

/// How much larger the second look is.
const CLOSER: f32 = 2.0;
/// Sizes against that of the first look.
const FINER: [f32; 3] = [0.93, 1.0, 1.07];
/// Degrees of tilt against that of the first look.
const TURNS: [f32; 3] = [-3.0, 0.0, 3.0];
/// Pixels by which it goes astray from where the first one pointed.
const STRAY: usize = 3;

/// Looks closer, for one look on one photo.
pub(super) struct Closer<'a> {
    pyramid: &'a Pyramid<'a>,
    model: &'a Model,
    shrink: f32,
    /// Drawn when first needed: the same few poses come again and again.
    templates: Vec<(Pose, Vec<(Pose, Template)>)>,
}

impl<'a> Closer<'a> {
    pub(super) fn new(pyramid: &'a Pyramid<'a>, model: &'a Model, shrink: f32) -> Self {
        Self {
            pyramid,
            model,
            shrink: shrink * CLOSER,
            templates: Vec::new(),
        }
    }

    /// The best place near one that was found, in pixels of the photo.
    pub(super) fn look(&mut self, at: (f32, f32), pose: Pose) -> Option<Place> {
        let shrink = self.shrink;
        let room = (2 * STRAY + 2) as f32 / shrink;
        let reach = |pixels: f32| pixels * pose.scale * FINER[2] + room;
        let size = (reach(self.model.size.0), reach(self.model.size.1));
        let (part, corner) = self.pyramid.part(shrink, at, size);
        let mut best: Option<Place> = None;
        for (pose, template) in self.templates(pose) {
            let half = (template.width as f32 / 2.0, template.height as f32 / 2.0);
            let left = (at.0 - corner.0) * shrink - half.0;
            let top = (at.1 - corner.1) * shrink - half.1;
            for y in around(top, template.height, part.height) {
                for x in around(left, template.width, part.width) {
                    let likeness = part.likeness(template, x, y).unwrap_or(0.0);
                    if best.is_none_or(|best| likeness > best.likeness) {
                        let x = corner.0 + (x as f32 + half.0) / shrink;
                        let y = corner.1 + (y as f32 + half.1) / shrink;
                        let (at, pose) = ((x, y), *pose);
                        best = Some(Place { at, pose, likeness });
                    }
                }
            }
        }
        best
    }

    fn templates(&mut self, pose: Pose) -> &[(Pose, Template)] {
        let known = self.templates.iter().position(|(of, _)| *of == pose);
        let at = known.unwrap_or_else(|| {
            let finer = FINER
                .into_iter()
                .flat_map(|finer| TURNS.map(|turn| (finer, turn)));
            let templates = finer.map(|(finer, turn)| {
                let (scale, tilt) = (pose.scale * finer, pose.tilt + turn);
                let pose = Pose { scale, tilt };
                (pose, self.model.template(pose, self.shrink))
            });
            self.templates.push((pose, templates.collect()));
            self.templates.len() - 1
        });
        &self.templates[at].1
    }
}

/// Where a template may begin, around where it is expected.
fn around(expected: f32, size: usize, room: usize) -> Range<usize> {
    if size > room {
        return 0..0;
    }
    let (middle, last) = (expected.round().max(0.0) as usize, room - size);
    middle.saturating_sub(STRAY).min(last)..(middle + STRAY + 1).min(last + 1)
}
