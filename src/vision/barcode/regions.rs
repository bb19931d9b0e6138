//! Blocks that belong together.

use super::frame::{Frame, Point};
use super::tensor::{SIDE, Tensor};

/// Radians by which the directions of two neighbours of one code may differ.
const BEND: f32 = 0.35;
/// Blocks of a region, at least. Fewer are a letter.
const FEWEST: usize = 12;

/// Blocks that touch each other.
pub(super) struct Region<'a> {
    tensor: &'a Tensor,
    blocks: Vec<usize>,
}

/// Regions of bars: blocks of at least this energy that have a direction and agree on it.
pub(super) fn of_bars(tensor: &Tensor, energy: f32) -> Vec<Region<'_>> {
    let joins = |at: usize| tensor.energy[at] > energy && tensor.coherence[at] > 0.6;
    let agree = |a: usize, b: usize| bend(tensor.direction[a], tensor.direction[b]) < BEND;
    found(tensor, joins, agree, 6000)
}

/// Regions of matrices: blocks of at least this energy that have no direction.
pub(super) fn of_matrices(tensor: &Tensor, energy: f32) -> Vec<Region<'_>> {
    let joins = |at: usize| tensor.energy[at] > energy && tensor.coherence[at] < 0.75;
    found(tensor, joins, |_, _| true, 4000)
}

/// The angle between two directions, which have no front: 0 to π/2.
pub(super) fn bend(a: f32, b: f32) -> f32 {
    let apart = (a - b).rem_euclid(std::f32::consts::PI);
    apart.min(std::f32::consts::PI - apart)
}

fn found(
    tensor: &Tensor,
    joins: impl Fn(usize) -> bool,
    agree: impl Fn(usize, usize) -> bool,
    most: usize,
) -> Vec<Region<'_>> {
    let mut free: Vec<bool> = (0..tensor.blocks.len()).map(joins).collect();
    let mut regions = Vec::new();
    for first in 0..free.len() {
        if !std::mem::take(&mut free[first]) {
            continue;
        }
        let (mut blocks, mut next) = (vec![first], 0);
        while let Some(&at) = blocks.get(next) {
            for near in tensor.neighbours(at) {
                if free[near] && agree(at, near) {
                    free[near] = false;
                    blocks.push(near);
                }
            }
            next += 1;
        }
        if (FEWEST..=most).contains(&blocks.len()) {
            regions.push(Region { tensor, blocks });
        }
    }
    regions
}

impl Region<'_> {
    /// The direction of its code, across its bars.
    pub(super) fn direction(&self) -> f32 {
        let (mut cos, mut sin) = (0.0, 0.0);
        for block in self.blocks.iter().map(|at| self.tensor.blocks[*at]) {
            cos += block.cos;
            sin += block.sin;
        }
        f32::atan2(sin, cos) / 2.0
    }

    /// Radians by which this direction turns for each pixel along it, away from the middle of a box: perspective.
    pub(super) fn fan(&self, frame: &Frame) -> f32 {
        let angle = frame.along.1.atan2(frame.along.0);
        let half = SIDE as f32 / 2.0;
        let (mut turned, mut spread) = (0.0, f32::EPSILON);
        for ((x, y), at) in self.corners().zip(&self.blocks) {
            let block = self.tensor.blocks[*at];
            let (u, _) = frame.within((x + half, y + half));
            let turn = (2.0 * (block.direction() - angle)).sin() / 2.0;
            turned += block.strength() * u * turn;
            spread += block.strength() * u * u;
        }
        turned / spread
    }

    /// The direction of its rows or columns, of which a matrix has two at a right angle.
    pub(super) fn grain(&self) -> f32 {
        let (mut cos, mut sin) = (0.0, 0.0);
        for block in self.blocks.iter().map(|at| self.tensor.blocks[*at]) {
            let (s, c) = (4.0 * block.direction()).sin_cos();
            cos += block.strength() * c;
            sin += block.strength() * s;
        }
        f32::atan2(sin, cos) / 4.0
    }

    /// The direction in which its blocks lie.
    pub(super) fn lie(&self) -> f32 {
        let count = self.blocks.len() as f32;
        let mean = |sum: Point, at: Point| (sum.0 + at.0 / count, sum.1 + at.1 / count);
        let centre = self.corners().fold((0.0, 0.0), mean);
        let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
        for (x, y) in self.corners() {
            let (dx, dy) = (x - centre.0, y - centre.1);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        f32::atan2(2.0 * xy, xx - yy) / 2.0
    }

    /// The box around its blocks in this direction.
    pub(super) fn frame(&self, angle: f32) -> Option<Frame> {
        let side = SIDE as f32;
        let square = [(0.0, 0.0), (side, 0.0), (0.0, side), (side, side)];
        let points = self
            .corners()
            .flat_map(|(x, y)| square.map(|(right, down)| (x + right, y + down)));
        Frame::around(points, angle)
    }

    /// Square pixels of its blocks.
    pub(super) fn size(&self) -> f32 {
        (self.blocks.len() * SIDE * SIDE) as f32
    }

    /// The upper left corners of its blocks.
    fn corners(&self) -> impl Iterator<Item = Point> {
        self.blocks.iter().map(|at| {
            let (column, row) = (at % self.tensor.columns, at / self.tensor.columns);
            ((column * SIDE) as f32, (row * SIDE) as f32)
        })
    }
}
