//! Where on a photo something may be that looks like an item: a first look at everything, small, and a second
//! look, twice as large, at what was found.

#![expect(
    clippy::cast_precision_loss,
    reason = "a photo that is searched has some thousand pixels a side"
)]

use super::closer::Closer;
use super::pyramid::Pyramid;
use super::raster::Raster;
use super::template::{Model, Pose, Template};

/// Pixels of a crop's short side when everything is searched; up to a fifth more.
const SMALL: f32 = 16.0;
/// Pixels of a photo that is searched, at most; a look that would need more is too small to be told.
const MOST: f32 = 2_500_000.0;
/// Sizes against the crop's.
const SCALES: [f32; 7] = [0.52, 0.6, 0.69, 0.79, 0.91, 1.04, 1.2];
/// Tilts in degrees.
const TILTS: [f32; 3] = [-6.0, 0.0, 6.0];
/// What the first look may be short of the threshold.
const SLACK: f32 = 0.12;
/// Pixels by which two places of the first look differ at least.
const APART: usize = 4;
/// Places that get a second look, at most.
const CANDIDATES: usize = 300;

/// A place that looks like an item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Its centre, in pixels of the photo.
    pub(super) at: (f32, f32),
    /// Size and tilt against the crop.
    pub(super) pose: Pose,
    /// How alike, −1 to 1.
    pub(super) likeness: f32,
}

/// What was found of one look.
#[derive(Default)]
pub(super) struct Found {
    /// Every place that is at least as alike as wanted.
    pub(super) places: Vec<Place>,
    /// Whether the search was stopped, or there was more than it takes.
    pub(super) truncated: bool,
}

/// How much a photo is shrunk to be searched for a crop; in steps, so that looks of like size share one.
/// `None` if the crop is too small for a photo of so many pixels.
pub(super) fn shrink_for(model: &Model, (width, height): (f32, f32)) -> Option<f32> {
    let short = model.size.0.min(model.size.1);
    let steps = (4.0 * (short / SMALL).log2()).floor();
    let shrink = (-steps / 4.0).exp2();
    (width * height * shrink * shrink <= MOST).then_some(shrink)
}

/// Finds every place that is at least `least` like the model. `small` is the whole photo, shrunk.
pub(super) fn find(
    (pyramid, small): (&Pyramid<'_>, &Raster),
    model: &Model,
    shrink: f32,
    least: f32,
    stop: &dyn Fn() -> bool,
) -> Found {
    let mut found = Found::default();
    let mut map = Map::of(small);
    for (number, pose) in (0..).zip(poses()) {
        if stop() || !map.add(small, &model.template(pose, shrink), number, stop) {
            found.truncated = true;
            return found;
        }
    }
    let peaks = map.peaks(least - SLACK);
    let more = peaks.len() > CANDIDATES;
    let mut closer = Closer::new(pyramid, model, shrink);
    for (count, (x, y, number)) in peaks.into_iter().take(CANDIDATES).enumerate() {
        if stop() {
            found.truncated = true;
            break;
        }
        let at = (x as f32 / shrink, y as f32 / shrink);
        let pose = poses().nth(number);
        let place = pose.and_then(|pose| closer.look(at, pose));
        if let Some(place) = place.filter(|place| place.likeness >= least) {
            found.places.push(place);
            // The likeliest came first. Were there hits to the end, there are more.
            found.truncated |= more && count > CANDIDATES * 9 / 10;
        }
    }
    found
}

fn poses() -> impl Iterator<Item = Pose> {
    let tilted = |scale| TILTS.map(|tilt| Pose { scale, tilt });
    SCALES.into_iter().flat_map(tilted)
}

/// The best likeness around each pixel, and the number of the pose that has it.
struct Map {
    width: usize,
    best: Vec<(f32, u8)>,
}

impl Map {
    fn of(small: &Raster) -> Self {
        Self {
            width: small.width,
            best: vec![(0.0, 0); small.width * small.height],
        }
    }

    /// Compares a template with every place; answers whether it came to the end.
    fn add(
        &mut self,
        small: &Raster,
        template: &Template,
        number: u8,
        stop: &dyn Fn() -> bool,
    ) -> bool {
        let (w, h) = (template.width, template.height);
        if w > small.width || h > small.height {
            return true;
        }
        for y in 0..=small.height - h {
            if y % 32 == 31 && stop() {
                return false;
            }
            for x in 0..=small.width - w {
                let Some(likeness) = small.likeness(template, x, y) else {
                    continue;
                };
                let here = &mut self.best[(y + h / 2) * self.width + x + w / 2];
                if likeness > here.0 {
                    *here = (likeness, number);
                }
            }
        }
        true
    }

    /// The best first, none too near to a better one: x, y and the number of the pose.
    fn peaks(&self, least: f32) -> Vec<(usize, usize, usize)> {
        let likely = |here: &usize| self.best[*here].0 >= least;
        let mut order: Vec<_> = (0..self.best.len()).filter(likely).collect();
        order.sort_by(|&a, &b| self.best[b].0.total_cmp(&self.best[a].0));
        let rows = self.best.len() / self.width;
        let mut near = vec![false; self.best.len()];
        let mut peaks = Vec::new();
        for here in order {
            if near[here] {
                continue;
            }
            let (x, y) = (here % self.width, here / self.width);
            for row in y.saturating_sub(APART)..(y + APART + 1).min(rows) {
                let from = row * self.width + x.saturating_sub(APART);
                let to = row * self.width + (x + APART + 1).min(self.width);
                near[from..to].fill(true);
            }
            peaks.push((x, y, self.best[here].1.into()));
        }
        peaks
    }
}
