//! Photos of shelves, drawn: with labels that can be read, and the truth about where they are.
//!
//! They are the test bed of the detectors and what the demo shows. The same seed draws the same photo, on every
//! machine. What they do not show is glare, curved or crumpled packs, motion and what stands in front of a label:
//! how often a detector is right on them says nothing about a real shelf.
//!
//! ```
//! use aims_vision::Symbology;
//! use aims_vision::draw::{Level, Shelf, shelf};
//!
//! let (photo, labels) = shelf(&Shelf {
//!     labels: vec![("4006381333931".into(), Symbology::Ean13, 3)],
//!     words: vec!["TEA"],
//!     width: 800,
//!     height: 600,
//!     level: Level::Easy,
//!     seed: 1,
//! })?;
//! assert_eq!((photo.width(), photo.height(), labels.len()), (800, 600, 3));
//! # Ok::<(), aims_vision::draw::Undrawable>(())
//! ```

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixels and grey values are small numbers"
)]

mod camera;
mod dice;
mod font;
mod grid;
mod label;
mod level;
mod quad;
mod shelf;

use crate::Symbology;

pub use camera::photographed;
pub use dice::Dice;
pub use font::write;
pub use grid::{Grid, grid};
pub use level::Level;
pub use shelf::{Shelf, shelf};

/// A label that was drawn: what it says, and the upright box around its bars or modules, in pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// What its code says.
    pub text: String,
    /// Its kind.
    pub symbology: Symbology,
    /// The left edge.
    pub left: f32,
    /// The upper edge.
    pub top: f32,
    /// The right edge.
    pub right: f32,
    /// The lower edge.
    pub bottom: f32,
}

/// Why a label cannot be drawn: its symbology has no way to say this text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” cannot be written as {symbology}: {reason}")]
pub struct Undrawable {
    /// What it should say.
    pub text: String,
    /// The kind of code.
    pub symbology: &'static str,
    /// What the encoder says.
    pub reason: String,
}
