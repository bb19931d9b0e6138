//! What grey values do in blocks of 8 x 8 pixels: how much they change, and in which direction (the structure
//! tensor; Bigun and Granlund, 1987).

use super::plane::Plane;

/// Pixels of a block's side.
pub(super) const SIDE: usize = 8;

/// The mean of a block: for the changes gx and gy along x and y from the one neighbour to the other,
/// gx² + gy², gx² − gy² and 2·gx·gy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block {
    pub(super) energy: f32,
    pub(super) cos: f32,
    pub(super) sin: f32,
}

impl Block {
    /// How much a block has one direction, from 0 to 1.
    fn coherence(&self) -> f32 {
        self.strength() / (self.energy + 1.0)
    }

    /// The weight of its direction.
    pub(super) fn strength(&self) -> f32 {
        self.cos.hypot(self.sin)
    }

    /// The direction across the bars, along the code; radians, modulo π.
    pub(super) fn direction(&self) -> f32 {
        self.sin.atan2(self.cos) / 2.0
    }
}

/// The blocks of a photo. What is left at the right and at the bottom is less than a block, and is left out.
pub(super) struct Tensor {
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// As measured.
    pub(super) blocks: Vec<Block>,
    /// Energy of the mean of 3 x 3 blocks.
    pub(super) energy: Vec<f32>,
    /// Coherence of the mean of 3 x 3 blocks.
    pub(super) coherence: Vec<f32>,
    /// Direction of the mean of 3 x 3 blocks.
    pub(super) direction: Vec<f32>,
}

impl Tensor {
    /// Measures a photo.
    pub(super) fn of(plane: &Plane) -> Self {
        let (columns, rows) = (plane.width() / SIDE, plane.height() / SIDE);
        let mut blocks = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            blocks.extend(measured(plane, row, columns));
        }
        let smooth: Vec<_> = (0..blocks.len())
            .map(|at| mean(&blocks, columns, at))
            .collect();
        Self {
            columns,
            rows,
            energy: smooth.iter().map(|block| block.energy).collect(),
            coherence: smooth.iter().map(Block::coherence).collect(),
            direction: smooth.iter().map(Block::direction).collect(),
            blocks,
        }
    }

    /// The blocks around a block, diagonal ones too.
    pub(super) fn neighbours(&self, at: usize) -> impl Iterator<Item = usize> {
        around(self.columns, self.rows, at).filter(move |near| *near != at)
    }
}

fn measured(plane: &Plane, row: usize, columns: usize) -> Vec<Block> {
    let mut sums = vec![(0_i32, 0_i32, 0_i32); columns];
    let last = plane.height() - 1;
    for y in row * SIDE..(row + 1) * SIDE {
        let (above, here) = (plane.row(y.saturating_sub(1)), plane.row(y));
        let below = plane.row((y + 1).min(last));
        for (column, sums) in sums.iter_mut().enumerate() {
            for x in column * SIDE..(column + 1) * SIDE {
                let right = (x + 1).min(here.len() - 1);
                let gx = i32::from(here[right]) - i32::from(here[x.saturating_sub(1)]);
                let gy = i32::from(below[x]) - i32::from(above[x]);
                sums.0 += gx * gx + gy * gy;
                sums.1 += gx * gx - gy * gy;
                sums.2 += 2 * gx * gy;
            }
        }
    }
    let pixels = (SIDE * SIDE) as f32;
    let block = |(energy, cos, sin): (i32, i32, i32)| Block {
        energy: energy as f32 / pixels,
        cos: cos as f32 / pixels,
        sin: sin as f32 / pixels,
    };
    sums.into_iter().map(block).collect()
}

/// The mean of a block and of those around it that exist.
fn mean(blocks: &[Block], columns: usize, at: usize) -> Block {
    let (mut sum, mut count) = (Block::default(), 0.0);
    for near in around(columns, blocks.len() / columns, at) {
        let block = blocks[near];
        sum.energy += block.energy;
        sum.cos += block.cos;
        sum.sin += block.sin;
        count += 1.0;
    }
    Block {
        energy: sum.energy / count,
        cos: sum.cos / count,
        sin: sum.sin / count,
    }
}

fn around(columns: usize, rows: usize, at: usize) -> impl Iterator<Item = usize> {
    let (column, row) = (at % columns, at / columns);
    let across = column.saturating_sub(1)..(column + 2).min(columns);
    let down = row.saturating_sub(1)..(row + 2).min(rows);
    down.flat_map(move |row| across.clone().map(move |column| row * columns + column))
}
