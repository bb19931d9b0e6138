//! Codes of bars: places where blocks agree on a direction, read in rows across the bars.

use super::Code;
use super::frame::Frame;
use super::pace::Pace;
use super::plane::Plane;
use super::reader::Reader;
use super::regions::{self, Region};
use super::row::{Line, Pass};
use super::symbols::{self, Hit, Symbol};
use super::tensor::Tensor;

/// Energies of bars, in turn. High ones part neighbours, low ones find what is faint.
const ENERGIES: [f32; 4] = [2600.0, 1200.0, 600.0, 300.0];
/// Ways of sampling, in turn, until a place is read.
const PASSES: [Pass; 5] = [
    Pass {
        sharpening: 0.0,
        band: 5,
    },
    Pass {
        sharpening: 2.0,
        band: 7,
    },
    Pass {
        sharpening: 4.0,
        band: 9,
    },
    Pass {
        sharpening: 2.0,
        band: 3,
    },
    Pass {
        sharpening: 6.0,
        band: 11,
    },
];
/// Pixels beside a place that are read with it, for the white beside the bars.
const MARGIN: f32 = 16.0;
/// The part of a place's height in which rows are read.
const HEIGHT: f32 = 0.85;
/// Pixels between two rows, and how many there are at least and at most.
const STEP: f32 = 7.0;
const ROWS: (f32, f32) = (5.0, 31.0);
/// The part of a place that its symbols cover when nothing more is to be read.
const READ: f32 = 0.25;
/// Radians between the bars' normal and the direction in which a place lies that are perspective: less is none, more
/// is several codes.
const SLANT: std::ops::Range<f32> = 0.03..0.45;

/// The codes of bars of a photo.
pub(super) fn find(plane: &Plane, tensor: &Tensor, pace: &mut Pace<'_>) -> Vec<Code> {
    let mut reader = Reader::new();
    let mut codes = Vec::<Code>::new();
    for energy in ENERGIES {
        let places = regions::of_bars(tensor, energy);
        for (at, region) in places.iter().enumerate() {
            if pace.is_over() {
                return codes;
            }
            pace.done(at, places.len());
            let Some(place) = Place::of(region) else {
                continue;
            };
            if !codes
                .iter()
                .any(|code| code.frame.holds(place.frame.centre))
            {
                codes.extend(place.codes(plane, &mut reader, pace));
            }
        }
        pace.next_step();
    }
    codes
}

/// Where bars seem to be.
struct Place {
    frame: Frame,
    /// Directions of rows: across the bars, and along the place where perspective slants it.
    angles: Vec<f32>,
    /// How far rows are from the centre, along the bars.
    heights: Vec<f32>,
    /// How far they are from each other.
    step: f32,
}

impl Place {
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

    fn codes(&self, plane: &Plane, reader: &mut Reader, pace: &mut Pace<'_>) -> Vec<Code> {
        let mut hits = Vec::new();
        let mut symbols = Vec::new();
        for pass in PASSES {
            if pace.is_over() {
                break;
            }
            for angle in &self.angles {
                for height in &self.heights {
                    hits.extend(self.row(*angle, *height, (plane, pass), reader));
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

    /// What one row says.
    fn row(
        &self,
        angle: f32,
        height: f32,
        (plane, pass): (&Plane, Pass),
        reader: &mut Reader,
    ) -> Vec<Hit> {
        let mut along = (angle.cos(), angle.sin());
        if along.0 * self.frame.along.0 + along.1 * self.frame.along.1 < 0.0 {
            along = (-along.0, -along.1);
        }
        let half = self.frame.half_length + MARGIN;
        let middle = self.frame.at(0.0, height);
        let line = Line {
            from: (middle.0 - half * along.0, middle.1 - half * along.1),
            along,
            down: self.frame.down(),
            length: 2.0 * half,
        };
        let words = reader.read(&line.black(plane, pass));
        words
            .into_iter()
            .map(|words| {
                let ends =
                    [words.start, words.end].map(|sample| self.frame.within(line.at(sample)));
                Hit {
                    height,
                    start: ends[0].0,
                    end: ends[1].0,
                    words,
                }
            })
            .collect()
    }
}
