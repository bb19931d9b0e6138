//! Codes of bars: places where blocks agree on a direction, read in rows across the bars.

use super::Code;
use super::frame::Frame;
use super::pace::{Pace, Tried};
use super::plane::Plane;
use super::reader::{self, Words};
use super::regions::{self, Region};
use super::row::{Edges, Line, Pass};
use super::symbols::{self, Hit, Symbol};
use super::tensor::Tensor;

/// Energies of bars, in turn. High ones part neighbours, low ones find what is faint.
const ENERGIES: [f32; 4] = [2600.0, 1200.0, 600.0, 300.0];
/// Ways of sampling, in turn, until a place is read.
const PASSES: [Pass; 8] = [
    Pass::new(0.0, 5, Edges::Halfway),
    Pass::new(2.0, 7, Edges::Halfway),
    Pass::new(4.0, 9, Edges::Halfway),
    Pass::new(2.0, 3, Edges::Halfway),
    Pass::new(6.0, 11, Edges::Halfway),
    Pass::new(2.0, 7, Edges::Turning),
    Pass::new(4.0, 9, Edges::Turning),
    Pass::new(6.0, 11, Edges::Turning),
];
/// Pixels beside a place that are read with it, for the white beside the bars.
const MARGIN: f32 = 16.0;
/// The part of a place's height in which rows are read.
const HEIGHT: f32 = 0.85;
/// Pixels between two rows, and how many there are at least and at most.
const STEP: f32 = 7.0;
const ROWS: (f32, f32) = (9.0, 90.0);
/// The part of a place that its symbols cover when nothing more is to be read.
const READ: f32 = 0.25;
/// Bars that a row shows at least, after so many passes: else it is no code, but a letter or stripes. UPC-E has 17.
const BARS: usize = 10;
const SURE: usize = 3;
/// Radians between the bars' normal and the direction in which a place lies that are perspective: less is none, more
/// is several codes.
const SLANT: std::ops::Range<f32> = 0.03..0.45;

/// The codes of bars of a photo.
pub(super) fn find(plane: &Plane, tensor: &Tensor, pace: &mut Pace<'_>) -> Vec<Code> {
    let (mut codes, mut tried) = (Vec::<Code>::new(), Tried::default());
    for energy in ENERGIES {
        if pace.is_over() {
            break;
        }
        let spots = regions::of_bars(tensor, energy);
        for (at, region) in spots.iter().enumerate() {
            if pace.is_over() {
                return codes;
            }
            pace.done(at, spots.len());
            let Some(spot) = Spot::of(region) else {
                continue;
            };
            if tried.is_new(&spot.frame, &codes) {
                codes.extend(spot.codes(plane, pace));
            }
        }
        pace.next_step();
    }
    codes
}

/// Where bars seem to be.
struct Spot {
    frame: Frame,
    /// How much bars fan out, in radians a pixel.
    fan: f32,
    /// Directions of rows: across the bars, and along the place where perspective slants it.
    angles: Vec<f32>,
    /// How far rows are from the centre, along the bars.
    heights: Vec<f32>,
    /// How far they are from each other.
    step: f32,
}

impl Spot {
    /// Nothing if it is too small for a code.
    fn of(region: &Region<'_>) -> Option<Self> {
        let angle = region.direction();
        let frame = region.frame(angle)?;
        if frame.half_length < 20.0 || frame.half_height < 6.0 {
            return None;
        }
        let lie = region.lie();
        let slanted = SLANT.contains(&regions::bend(angle, lie));
        let span = 2.0 * frame.half_height * HEIGHT;
        let rows = (span / STEP).clamp(ROWS.0, ROWS.1).floor();
        let step = span / (rows - 1.0);
        Some(Self {
            frame,
            fan: region.fan(&frame),
            angles: [Some(angle), slanted.then_some(lie)]
                .into_iter()
                .flatten()
                .collect(),
            heights: (0..rows as usize)
                .map(|row| row as f32 * step - span / 2.0)
                .collect(),
            step,
        })
    }

    fn codes(&self, plane: &Plane, pace: &mut Pace<'_>) -> Vec<Code> {
        let (mut hits, mut symbols, mut bars) = (Vec::new(), Vec::new(), 0);
        for (at, pass) in PASSES.into_iter().enumerate() {
            if pace.is_over() || (at == SURE && bars < BARS) {
                break;
            }
            for angle in &self.angles {
                for height in &self.heights {
                    let line = self.line(*angle, *height);
                    let row = line.black(plane, pass);
                    let edges = row.windows(2).filter(|pair| pair[0] != pair[1]);
                    bars = bars.max(edges.count() / 2);
                    let hit = |words| self.hit(&line, *height, words);
                    hits.extend(reader::read(&row).into_iter().map(hit));
                }
            }
            symbols = symbols::gathered(&hits, self.step);
            let read: f32 = symbols.iter().map(|symbol| symbol.size(self.step)).sum();
            if read >= READ * 4.0 * self.frame.half_length * self.frame.half_height {
                break;
            }
        }
        let code = |symbol: Symbol| symbol.code(&self.frame);
        symbols.into_iter().map(code).collect()
    }

    /// The row at this height.
    fn line(&self, angle: f32, height: f32) -> Line {
        let mut along = (angle.cos(), angle.sin());
        if along.0 * self.frame.along.0 + along.1 * self.frame.along.1 < 0.0 {
            along = (-along.0, -along.1);
        }
        let half = self.frame.half_length + MARGIN;
        let middle = self.frame.at(0.0, height);
        Line {
            from: (middle.0 - half * along.0, middle.1 - half * along.1),
            along,
            down: self.frame.down(),
            fan: self.fan,
            length: 2.0 * half,
        }
    }

    fn hit(&self, line: &Line, height: f32, words: Words) -> Hit {
        let [start, end] =
            [words.start, words.end].map(|sample| self.frame.within(line.at(sample)).0);
        Hit {
            words,
            height,
            start,
            end,
        }
    }
}
