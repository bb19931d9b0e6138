//! Codes of two dimensions: places where blocks have no direction, read as patches that are turned upright.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::HybridBinarizer;
use rxing::datamatrix::DataMatrixReader;
use rxing::qrcode::QRCodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{
    BinaryBitmap, DecodeHints, Exceptions, Luma8LuminanceSource, RXingResult,
    RXingResultMetadataType, RXingResultMetadataValue, Reader,
};

use super::Code;
use super::frame::{Frame, Point};
use super::gs1;
use super::pace::{Pace, Tried};
use super::plane::Plane;
use super::regions::{self, Region};
use super::tensor::Tensor;
use crate::Symbology;

/// Energies of matrices, in turn. High ones part neighbours, low ones find what is faint.
const ENERGIES: [f32; 5] = [12_000.0, 6000.0, 3000.0, 1500.0, 500.0];
/// Ways of making a patch, in turn, until it is read.
const LENSES: [Lens; 5] = [
    Lens::new(2.0, 12.0, 0.0),
    Lens::new(3.0, 8.0, 0.0),
    Lens::new(1.0, 20.0, 0.0),
    Lens::new(3.0, 10.0, 2.0),
    Lens::new(4.0, 8.0, 1.0),
];
/// How much further than the library's points a code reaches on every side, as a part of its length: where they are
/// its corners, and where they are the centres of its finders.
const CORNERS: f32 = 0.04;
const FINDERS: f32 = 0.2;
/// Pixels of half a place's shorter side, at least.
const SMALLEST: f32 = 14.0;
/// The part of a place that its blocks fill, at least: a long streak across the grain has a huge box.
const FILLED: f32 = 0.3;
/// Pixels of a patch's longer side, at most. What is larger need not be enlarged.
const LARGEST: f32 = 1200.0;
/// How much longer than high a place may be.
const LONGEST: f32 = 2.6;

/// How a place is looked at.
#[derive(Clone, Copy, Debug)]
struct Lens {
    /// How much it is enlarged.
    scale: f32,
    /// Pixels around it that are seen with it.
    margin: f32,
    /// How much of the blur is undone.
    sharpening: f32,
}

impl Lens {
    const fn new(scale: f32, margin: f32, sharpening: f32) -> Self {
        Self {
            scale,
            margin,
            sharpening,
        }
    }
}

/// Adds the matrices of a photo to its codes.
pub(super) fn find(plane: &Plane, tensor: &Tensor, codes: &mut Vec<Code>, pace: &mut Pace<'_>) {
    let mut tried = Tried::default();
    for energy in ENERGIES {
        let spots = regions::of_matrices(tensor, energy);
        for (at, region) in spots.iter().enumerate() {
            if pace.is_over() {
                return;
            }
            pace.done(at, spots.len());
            let Some(spot) = spot(region) else {
                continue;
            };
            if tried.is_new(&spot, codes) {
                codes.extend(read(plane, &spot, pace));
            }
        }
        pace.next_step();
    }
}

/// Where a matrix seems to be; nothing if it has not the shape of one.
fn spot(region: &Region<'_>) -> Option<Frame> {
    let frame = region.frame(region.grain())?;
    if region.size() < FILLED * 4.0 * frame.half_length * frame.half_height {
        return None;
    }
    let shorter = frame.half_length.min(frame.half_height);
    let longer = frame.half_length.max(frame.half_height);
    (shorter >= SMALLEST && longer <= LONGEST * shorter).then_some(frame)
}

fn read(plane: &Plane, spot: &Frame, pace: &mut Pace<'_>) -> Option<Code> {
    LENSES.into_iter().find_map(|lens| {
        if pace.is_over() {
            return None;
        }
        let patch = Patch::of(plane, spot, lens);
        let (found, border) = patch.read()?;
        let points = found.getPoints().iter().map(|at| patch.at((at.x, at.y)));
        code(&found, points.collect(), border, spot)
    })
}

/// An upright picture of a place.
struct Patch {
    frame: Frame,
    scale: f32,
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Patch {
    fn of(plane: &Plane, spot: &Frame, lens: Lens) -> Self {
        let frame = Frame {
            half_length: spot.half_length + lens.margin,
            half_height: spot.half_height + lens.margin,
            ..*spot
        };
        let longer = 2.0 * frame.half_length.max(frame.half_height);
        let scale = lens.scale.min(LARGEST / longer);
        let mut patch = Self {
            frame,
            scale,
            width: (2.0 * frame.half_length * scale) as usize,
            height: (2.0 * frame.half_height * scale) as usize,
            grey: Vec::new(),
        };
        patch.grey.reserve_exact(patch.width * patch.height);
        for y in 0..patch.height {
            for x in 0..patch.width {
                let point = patch.at((x as f32 + 0.5, y as f32 + 0.5));
                patch.grey.push(plane.at(point) as u8);
            }
        }
        if lens.sharpening > 0.0 {
            patch.sharpen(lens.sharpening);
        }
        patch
    }

    /// Undoes blur: takes off a part of what each pixel has in common with those that are a pixel of the photo away.
    fn sharpen(&mut self, much: f32) {
        let away = (self.scale.round() as usize).max(1);
        let mut sharp = Vec::with_capacity(self.grey.len());
        for y in 0..self.height {
            let row = |y: usize| &self.grey[y * self.width..][..self.width];
            let (above, here) = (row(y.saturating_sub(away)), row(y));
            let below = row((y + away).min(self.height - 1));
            for x in 0..self.width {
                let (left, right) = (x.saturating_sub(away), (x + away).min(self.width - 1));
                let near = [here[left], here[right], above[x], below[x]].map(f32::from);
                let grey = f32::from(here[x]);
                sharp.push((grey + much * (grey - near.iter().sum::<f32>() / 4.0)) as u8);
            }
        }
        self.grey = sharp;
    }

    /// The point of the photo that a point of the patch shows.
    fn at(&self, (x, y): Point) -> Point {
        let Frame {
            half_length,
            half_height,
            ..
        } = self.frame;
        self.frame
            .at(x / self.scale - half_length, y / self.scale - half_height)
    }

    /// What it says, and how much larger the code is than the library's points span.
    fn read(&self) -> Option<(RXingResult, f32)> {
        let hints = DecodeHints {
            TryHarder: Some(true),
            PossibleFormats: Some(
                [Symbology::Qr, Symbology::DataMatrix]
                    .map(Symbology::format)
                    .into(),
            ),
            ..DecodeHints::default()
        };
        let (width, height) = (self.width as u32, self.height as u32);
        let source = Luma8LuminanceSource::new(self.grey.clone(), width, height).ok()?;
        let mut picture = BinaryBitmap::new(HybridBinarizer::new(source));
        // What confuses the library so much that it panics is not a code.
        let read = || {
            QrReader
                .decode_with_hints(&mut picture, &hints)
                .map(|found| (found, CORNERS))
                .or_else(|_| {
                    let found = QRCodeReader.decode_with_hints(&mut picture, &hints)?;
                    Ok::<_, Exceptions>((found, FINDERS))
                })
                .or_else(|_| {
                    let found = DataMatrixReader.decode_with_hints(&mut picture, &hints)?;
                    Ok::<_, Exceptions>((found, CORNERS))
                })
        };
        catch_unwind(AssertUnwindSafe(read)).ok()?.ok()
    }
}

/// The code that was read. Its own points say where it is; the place, which may be much larger and would hide
/// neighbours, only where they say nothing.
fn code(found: &RXingResult, points: Vec<Point>, border: f32, spot: &Frame) -> Option<Code> {
    let symbology = Symbology::of(*found.getBarcodeFormat())?;
    let angle = spot.along.1.atan2(spot.along.0);
    let frame = Frame::around(points.into_iter(), angle)
        .filter(|frame| frame.half_length.max(frame.half_height) >= 4.0)
        .map_or(*spot, |frame| {
            let border = border * 2.0 * frame.half_length.max(frame.half_height);
            Frame {
                half_length: frame.half_length + border,
                half_height: frame.half_height + border,
                ..frame
            }
        });
    let text = marked(found);
    (!text.is_empty()).then_some(Code {
        text,
        symbology,
        bounds: frame.bounds(),
        frame,
    })
}

/// What it says, GS1 data marked as such.
fn marked(found: &RXingResult) -> String {
    let identifier = found
        .getRXingResultMetadata()
        .get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER);
    match identifier {
        Some(RXingResultMetadataValue::SymbologyIdentifier(mark))
            if gs1::MARKS.contains(&mark.as_str()) =>
        {
            format!("{mark}{}", found.getText())
        }
        _ => found.getText().into(),
    }
}
