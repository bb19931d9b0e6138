//! Where on a photo something may be that looks like an item: a first look at everything, small, and a second
//! look, twice as large, at what was found.

use super::pyramid::Pyramid;
use super::raster::Raster;
use super::template::{Model, Pose};

/// Pixels of a crop's short side when everything is searched; up to a fifth more.
const SMALL: f32 = 16.0;
/// How much larger the second look is.
const CLOSER: f32 = 2.0;
/// Pixels of a photo that is searched, at most; a look that would need more is too small to be told.
const MOST: f32 = 2_500_000.0;
/// Sizes against the crop's.
const SCALES: [f32; 7] = [0.52, 0.6, 0.69, 0.79, 0.91, 1.04, 1.2];
/// Tilts in degrees.
const TILTS: [f32; 3] = [-6.0, 0.0, 6.0];
/// What the first look may be short of the threshold.
const SLACK: f32 = 0.15;
/// Places that get a second look, at most.
const CANDIDATES: usize = 300;
/// Pixels by which the second look goes astray from where the first one pointed.
const STRAY: usize = 3;

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
    let mut map = Map::of(small);
    for (pose, number) in poses().zip(0..) {
        if stop() || !map.add(small, model, (pose, number), shrink, stop) {
            return Found {
                places: Vec::new(),
                truncated: true,
            };
        }
    }
    let peaks = map.peaks(least - SLACK, (SMALL / 4.0) as usize);
    let mut places = Vec::new();
    let mut truncated = peaks.len() > CANDIDATES;
    for (x, y, number) in peaks.into_iter().take(CANDIDATES) {
        if stop() {
            truncated = true;
            break;
        }
        let at = ((x as f32) / shrink, (y as f32) / shrink);
        let pose = poses().nth(number).unwrap_or(UPRIGHT);
        places.extend(look_closer(pyramid, model, (at, pose), shrink * CLOSER));
    }
    places.retain(|place| place.likeness >= least);
    Found { places, truncated }
}

const UPRIGHT: Pose = Pose {
    scale: 1.0,
    tilt: 0.0,
};

fn poses() -> impl Iterator<Item = Pose> {
    SCALES
        .into_iter()
        .flat_map(|scale| TILTS.map(|tilt| Pose { scale, tilt }))
}

/// The best likeness around each pixel, and the pose that has it.
struct Map {
    width: usize,
    best: Vec<(f32, usize)>,
}

impl Map {
    fn of(small: &Raster) -> Self {
        Self {
            width: small.width,
            best: vec![(0.0, 0); small.width * small.height],
        }
    }

    fn add(
        &mut self,
        small: &Raster,
        model: &Model,
        (pose, number): (Pose, usize),
        shrink: f32,
        stop: &dyn Fn() -> bool,
    ) -> bool {
        let template = model.template(pose, shrink);
        let (w, h) = (template.width, template.height);
        if w > small.width || h > small.height {
            return true;
        }
        for y in 0..=small.height - h {
            if y % 32 == 31 && stop() {
                return false;
            }
            for x in 0..=small.width - w {
                let Some(likeness) = small.likeness(&template, x, y) else {
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

    /// The best first, none within `apart` pixels of a better one: x, y and the number of the pose.
    fn peaks(&self, least: f32, apart: usize) -> Vec<(usize, usize, usize)> {
        let mut order: Vec<_> = (0..self.best.len())
            .filter(|&here| self.best[here].0 >= least)
            .collect();
        order.sort_by(|&a, &b| self.best[b].0.total_cmp(&self.best[a].0));
        let mut near = vec![false; self.best.len()];
        let mut peaks = Vec::new();
        for here in order {
            if near[here] {
                continue;
            }
            let (x, y) = (here % self.width, here / self.width);
            let rows = self.best.len() / self.width;
            for row in y.saturating_sub(apart)..(y + apart + 1).min(rows) {
                let from = row * self.width + x.saturating_sub(apart);
                let to = row * self.width + (x + apart + 1).min(self.width);
                near[from..to].fill(true);
            }
            peaks.push((x, y, self.best[here].1));
        }
        peaks
    }
}

/// The best place near one that was found, over sizes and tilts between those of the first look.
fn look_closer(
    pyramid: &Pyramid<'_>,
    model: &Model,
    (at, pose): ((f32, f32), Pose),
    shrink: f32,
) -> Option<Place> {
    let room = (2 * STRAY + 2) as f32 / shrink;
    let largest = pose.scale * 1.08;
    let size = (model.size.0 * largest + room, model.size.1 * largest + room);
    let (part, corner) = pyramid.part(shrink, at, size);
    let mut best: Option<Place> = None;
    for finer in [0.93, 1.0, 1.07] {
        for turn in [-3.0, 0.0, 3.0] {
            let pose = Pose {
                scale: pose.scale * finer,
                tilt: pose.tilt + turn,
            };
            let template = model.template(pose, shrink);
            let (w, h) = (template.width, template.height);
            let expected = (
                (at.0 - corner.0) * shrink - w as f32 / 2.0,
                (at.1 - corner.1) * shrink - h as f32 / 2.0,
            );
            let (xs, ys) = (
                around(expected.0, w, part.width),
                around(expected.1, h, part.height),
            );
            for y in ys {
                for x in xs.clone() {
                    let likeness = part.likeness(&template, x, y).unwrap_or(0.0);
                    if best.is_none_or(|best| likeness > best.likeness) {
                        let x = corner.0 + (x as f32 + w as f32 / 2.0) / shrink;
                        let y = corner.1 + (y as f32 + h as f32 / 2.0) / shrink;
                        best = Some(Place {
                            at: (x, y),
                            pose,
                            likeness,
                        });
                    }
                }
            }
        }
    }
    best
}

fn around(expected: f32, size: usize, room: usize) -> std::ops::Range<usize> {
    if size > room {
        return 0..0;
    }
    let middle = expected.round().max(0.0) as usize;
    middle.saturating_sub(STRAY).min(room - size)..(middle + STRAY + 1).min(room - size + 1)
}
