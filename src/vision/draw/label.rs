//! Labels: a code in black on white, with its quiet zone, and the digits below.

use rxing::common::BitMatrix;
use rxing::datamatrix::encoder::SymbolShapeHint;
use rxing::{EncodeHints, MultiFormatWriter, Writer};

use super::quad::Point;
use super::{Dice, Undrawable, font};
use crate::Symbology;

/// Dots of a label for each module, on each axis.
const DOTS: usize = 4;
/// Modules of white around bars, at their ends and above.
const QUIET: (usize, usize) = (10, 3);
/// Modules of white around a matrix.
const QUIET_MATRIX: usize = 4;
/// Modules of height that the digits below the bars take.
const DIGITS: usize = 10;
/// How much larger the module of a matrix is than that of bars.
const MATRIX_MODULE: f32 = 1.6;

/// A label, flat.
#[derive(Clone, Debug)]
pub(super) struct Label {
    /// Its size in modules of bars.
    pub(super) size: Point,
    /// Where its code begins and ends, in parts of its size.
    pub(super) code: (Point, Point),
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

impl Label {
    /// The label that says this.
    pub(super) fn new(
        text: &str,
        symbology: Symbology,
        dice: &mut Dice,
    ) -> Result<Self, Undrawable> {
        let code = encoded(text, symbology)?;
        if symbology.is_matrix() {
            return Ok(Self::matrix(&code));
        }
        let bars = code.getWidth() as usize;
        let height = (0.42 * bars as f32).max(36.0) * dice.between(0.55, 1.0);
        let mut label = Self::bars(&code, height as usize);
        label.print(text);
        Ok(label)
    }

    fn bars(code: &BitMatrix, height: usize) -> Self {
        let modules = code.getWidth() as usize;
        let size = (modules + 2 * QUIET.0, height + QUIET.1 + DIGITS);
        let part = |x: usize, y: usize| (x as f32 / size.0 as f32, y as f32 / size.1 as f32);
        let corners = (
            part(QUIET.0, QUIET.1),
            part(QUIET.0 + modules, QUIET.1 + height),
        );
        let mut label = Self::blank(size, 1.0, corners);
        label.fill(|x, y| {
            let inside = (QUIET.1..QUIET.1 + height).contains(&y);
            let at = x.checked_sub(QUIET.0).filter(|at| *at < modules);
            inside && at.is_some_and(|at| code.get(at as u32, 0))
        });
        label
    }

    fn matrix(code: &BitMatrix) -> Self {
        let (w, h) = (code.getWidth() as usize, code.getHeight() as usize);
        let size = (w + 2 * QUIET_MATRIX, h + 2 * QUIET_MATRIX);
        let part = |x: usize, y: usize| (x as f32 / size.0 as f32, y as f32 / size.1 as f32);
        let corners = (
            part(QUIET_MATRIX, QUIET_MATRIX),
            part(QUIET_MATRIX + w, QUIET_MATRIX + h),
        );
        let mut label = Self::blank(size, MATRIX_MODULE, corners);
        label.fill(|x, y| {
            let (x, y) = (x.wrapping_sub(QUIET_MATRIX), y.wrapping_sub(QUIET_MATRIX));
            x < w && y < h && code.get(x as u32, y as u32)
        });
        label
    }

    fn blank(size: (usize, usize), module: f32, code: (Point, Point)) -> Self {
        let (width, height) = (size.0 * DOTS, size.1 * DOTS);
        Self {
            size: (size.0 as f32 * module, size.1 as f32 * module),
            code,
            width,
            height,
            dots: vec![u8::MAX; width * height],
        }
    }

    /// Blackens the modules that are black.
    fn fill(&mut self, is_black: impl Fn(usize, usize) -> bool) {
        for (at, dot) in self.dots.iter_mut().enumerate() {
            let (x, y) = (at % self.width, at / self.width);
            if is_black(x / DOTS, y / DOTS) {
                *dot = 0;
            }
        }
    }

    /// Prints what the code says below it, in the middle.
    fn print(&mut self, text: &str) {
        let scale = DOTS;
        let left = self.width.saturating_sub(font::width(text) * scale) / 2;
        let top = self.height - (font::HEIGHT + 1) * scale;
        for (x, y) in font::dots(text, scale) {
            let (x, y) = (left + x, top + y);
            if x < self.width && y < self.height {
                self.dots[y * self.width + x] = 0;
            }
        }
    }

    /// How bright it is here, both in parts of its size; nothing beside it.
    pub(super) fn shade(&self, u: f32, v: f32) -> Option<u8> {
        if !(0.0..1.0).contains(&u) || !(0.0..1.0).contains(&v) {
            return None;
        }
        let (x, y) = (u * self.width as f32, v * self.height as f32);
        self.dots.get(y as usize * self.width + x as usize).copied()
    }
}

/// The modules of a code: of one row, for bars.
fn encoded(text: &str, symbology: Symbology) -> Result<BitMatrix, Undrawable> {
    let hints = EncodeHints {
        Margin: Some("0".into()),
        DataMatrixShape: Some(SymbolShapeHint::FORCE_SQUARE),
        ..EncodeHints::default()
    };
    MultiFormatWriter
        .encode_with_hints(text, &symbology.format(), 1, 1, &hints)
        .map_err(|error| Undrawable {
            text: text.into(),
            symbology: symbology.name(),
            reason: error.to_string(),
        })
}
