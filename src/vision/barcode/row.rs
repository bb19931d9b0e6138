//! A row across the bars, in black and white.

use std::collections::VecDeque;

use super::frame::Point;
use super::plane::Plane;

/// Samples a pixel.
pub(super) const SAMPLES: usize = 4;
/// Pixels to both sides among which black and white are told apart: uneven light is even so near.
const NEAR: usize = 14;
/// Grey values between dark and bright, at least. Less is noise.
const CONTRAST: f32 = 16.0;

/// The part of the contrast that a turning point stands out by.
const PEAK: f32 = 0.15;

/// How a row is sampled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    /// How much of the blur is undone.
    sharpening: f32,
    /// Lines along the bars that are averaged, a pixel apart: less noise, if the bars are straight.
    band: usize,
    edges: Edges,
}

/// Where black begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Edges {
    /// Below the middle of the darkest and the brightest that is near.
    Halfway,
    /// Halfway between two turning points. This still sees narrow bars that blur keeps from that middle, and noise
    /// sooner.
    Turning,
}

impl Pass {
    pub(super) const fn new(sharpening: f32, band: usize, edges: Edges) -> Self {
        Self {
            sharpening,
            band,
            edges,
        }
    }
}

/// Where a row is: from a point, in a direction, so many pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) from: Point,
    pub(super) along: Point,
    /// The direction of the bars in the middle of the row.
    pub(super) down: Point,
    /// Radians by which this turns for each pixel along the row: perspective fans bars out.
    pub(super) fan: f32,
    pub(super) length: f32,
}

impl Line {
    /// The point of a sample.
    pub(super) fn at(&self, sample: f32) -> Point {
        let away = sample / SAMPLES as f32;
        (
            self.from.0 + away * self.along.0,
            self.from.1 + away * self.along.1,
        )
    }

    /// The direction of the bars at a sample, for a small turn.
    fn down_at(&self, sample: f32) -> Point {
        let turn = self.fan * (sample / SAMPLES as f32 - self.length / 2.0);
        (
            self.down.0 - turn * self.along.0,
            self.down.1 - turn * self.along.1,
        )
    }

    /// Which samples of the row are black.
    pub(super) fn black(&self, plane: &Plane, pass: Pass) -> Vec<bool> {
        let grey = sharpened(&self.grey(plane, pass.band), pass.sharpening);
        let (dark, bright) = (near(&grey, f32::min), near(&grey, f32::max));
        match pass.edges {
            Edges::Halfway => halfway(&grey, &dark, &bright),
            Edges::Turning => turning(&grey, &dark, &bright),
        }
    }

    /// The mean of the band. Photos say nothing finer than half a pixel: every second sample lies between its
    /// neighbours.
    fn grey(&self, plane: &Plane, band: usize) -> Vec<f32> {
        let count = (self.length * SAMPLES as f32) as usize;
        let mut sums = vec![0.0; count / 2 + 2];
        for line in 0..band {
            let off = line as f32 - (band - 1) as f32 / 2.0;
            for (sample, sum) in sums.iter_mut().enumerate() {
                let sample = 2.0 * sample as f32;
                let (x, y) = self.at(sample);
                let (right, down) = self.down_at(sample);
                *sum += plane.at((x + off * right, y + off * down));
            }
        }
        let scale = 1.0 / band as f32;
        let mean = |sample: usize| {
            let (left, right) = (sums[sample / 2], sums[sample.div_ceil(2)]);
            f32::midpoint(left, right) * scale
        };
        (0..count).map(mean).collect()
    }
}

/// The row less a part of its second difference, which undoes blur.
fn sharpened(grey: &[f32], much: f32) -> Vec<f32> {
    let last = grey.len().saturating_sub(1);
    grey.iter()
        .enumerate()
        .map(|(at, here)| {
            let before = grey[at.saturating_sub(SAMPLES)];
            let after = grey[(at + SAMPLES).min(last)];
            here - much / 4.0 * (before + after - 2.0 * here)
        })
        .collect()
}

/// The extreme of what is near each sample: that which `of` prefers. The queue holds what may still become it,
/// best first.
fn near(grey: &[f32], of: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    let reach = NEAR * SAMPLES;
    let mut extremes = Vec::with_capacity(grey.len());
    let mut queue = VecDeque::<usize>::new();
    for next in 0..grey.len() + reach {
        if let Some(&value) = grey.get(next) {
            while queue
                .back()
                .is_some_and(|last| of(grey[*last], value).total_cmp(&value).is_eq())
            {
                queue.pop_back();
            }
            queue.push_back(next);
        }
        let Some(at) = next.checked_sub(reach) else {
            continue;
        };
        while queue.front().is_some_and(|first| first + reach < at) {
            queue.pop_front();
        }
        extremes.extend(queue.front().map(|first| grey[*first]));
    }
    extremes
}

fn halfway(grey: &[f32], dark: &[f32], bright: &[f32]) -> Vec<bool> {
    grey.iter()
        .zip(dark.iter().zip(bright))
        .map(|(grey, (dark, bright))| {
            bright - dark > CONTRAST && *grey < f32::midpoint(*dark, *bright)
        })
        .collect()
}

/// Edges halfway between turning points, dark and bright by turns. One is certain once the row has come back from it
/// by a part of the contrast.
fn turning(grey: &[f32], dark: &[f32], bright: &[f32]) -> Vec<bool> {
    let mut black = vec![false; grey.len()];
    let (mut rises, mut last, mut turn, mut start) = (true, 0, 0, 0);
    for at in 0..grey.len() {
        let goes_on = if rises {
            grey[at] >= grey[turn]
        } else {
            grey[at] <= grey[turn]
        };
        let needed = (PEAK * (bright[at] - dark[at])).max(CONTRAST / 2.0);
        if goes_on {
            turn = at;
        } else if (grey[at] - grey[turn]).abs() > needed {
            let half = f32::midpoint(grey[last], grey[turn]);
            let crosses = |at: &usize| (grey[*at] > half) == rises;
            let edge = (last..turn).find(crosses).unwrap_or(turn);
            if rises {
                black[start.min(edge)..edge].fill(start > 0);
            } else {
                start = edge;
            }
            (rises, last, turn) = (!rises, turn, at);
        }
    }
    black
}
