//! Codes of two dimensions: places where blocks have no direction, read as patches that are turned upright.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::HybridBinarizer;
use rxing::datamatrix::DataMatrixReader;
use rxing::qrcode::QRCodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult, Reader};

use super::Code;
use super::frame::{Frame, Point};
use super::pace::Pace;
use super::plane::Plane;
use super::regions::{self, Region};
use super::tensor::Tensor;
use crate::Symbology;

/// Energies of matrices, in turn.
const ENERGIES: [f32; 3] = [3000.0, 1500.0, 500.0];
/// How much a patch is enlarged and how many pixels around the place it shows, in turn, until it is read.
const PATCHES: [(f32, f32); 3] = [(2.0, 12.0), (3.0, 8.0), (1.0, 20.0)];
/// Pixels of half a place's shorter side, at least.
const SMALLEST: f32 = 14.0;
/// How much longer than high a place may be.
const LONGEST: f32 = 2.6;

/// Adds the matrices of a photo to its codes.
pub(super) fn find(plane: &Plane, tensor: &Tensor, codes: &mut Vec<Code>, pace: &mut Pace<'_>) {
    for energy in ENERGIES {
        let places = regions::of_matrices(tensor, energy);
        for (at, region) in places.iter().enumerate() {
            if pace.is_over() {
                return;
            }
            pace.done(at, places.len());
            let Some(place) = place(region) else {
                continue;
            };
            if !codes.iter().any(|code| code.frame.holds(place.centre)) {
                codes.extend(read(plane, &place, pace));
            }
        }
        pace.next_step();
    }
}

/// Where a matrix seems to be; nothing if it has not the shape of one.
fn place(region: &Region<'_>) -> Option<Frame> {
    let frame = region.frame(region.grain())?;
    let shorter = frame.half_length.min(frame.half_height);
    let longer = frame.half_length.max(frame.half_height);
    (shorter >= SMALLEST && longer <= LONGEST * shorter).then_some(frame)
}

fn read(plane: &Plane, place: &Frame, pace: &mut Pace<'_>) -> Option<Code> {
    PATCHES.into_iter().find_map(|(scale, margin)| {
        if pace.is_over() {
            return None;
        }
        let patch = Patch::of(plane, place, scale, margin);
        let found = patch.read()?;
        let points = found.getPoints().iter().map(|at| patch.at((at.x, at.y)));
        code(&found, points.collect(), place)
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
    fn of(plane: &Plane, place: &Frame, scale: f32, margin: f32) -> Self {
        let frame = Frame {
            half_length: place.half_length + margin,
            half_height: place.half_height + margin,
            ..*place
        };
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
                let grey = plane.at(patch.at((x as f32 + 0.5, y as f32 + 0.5)));
                patch.grey.push(grey as u8);
            }
        }
        patch
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

    fn read(&self) -> Option<RXingResult> {
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
                .or_else(|_| QRCodeReader.decode_with_hints(&mut picture, &hints))
                .or_else(|_| DataMatrixReader.decode_with_hints(&mut picture, &hints))
        };
        catch_unwind(AssertUnwindSafe(read)).ok()?.ok()
    }
}

/// The code that was read. Its own points say where it is; the place, which may be much larger and would hide
/// neighbours, only where they say nothing.
fn code(found: &RXingResult, points: Vec<Point>, place: &Frame) -> Option<Code> {
    let symbology = Symbology::of(*found.getBarcodeFormat())?;
    let angle = place.along.1.atan2(place.along.0);
    // The points of QR are the centres of its finders.
    let border = if symbology == Symbology::Qr {
        0.2
    } else {
        0.04
    };
    let frame = Frame::around(points.into_iter(), angle)
        .filter(|frame| frame.half_length.max(frame.half_height) >= 4.0)
        .map_or(*place, |frame| {
            let border = border * 2.0 * frame.half_length.max(frame.half_height);
            Frame {
                half_length: frame.half_length + border,
                half_height: frame.half_height + border,
                ..frame
            }
        });
    let text = found.getText();
    (!text.is_empty()).then(|| Code {
        text: text.into(),
        symbology,
        bounds: frame.bounds(),
        frame,
    })
}
