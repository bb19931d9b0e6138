//! How hard a photo is.

/// How labels hang, and how the camera sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A tidy shelf and a good camera.
    Easy,
    /// A shelf as it is, photographed with care.
    Medium,
    /// Crooked, small, dim, noisy and not quite in focus.
    Hard,
}

/// What a level means, in numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions {
    /// Radians that a label may be turned by, to either side.
    pub(super) turn: f32,
    /// How often it is turned by a further right angle.
    pub(super) sideways: f32,
    /// The part by which a corner may be off, for perspective.
    pub(super) perspective: f32,
    /// Pixels that a module has, at least and at most.
    pub(super) module: (f32, f32),
    /// The deviation of the blur, in pixels.
    pub(super) blur: f32,
    /// The deviation of the noise, in grey values.
    pub(super) noise: f32,
    /// What is left of the light a photo's width away from where it is brightest.
    pub(super) light: f32,
    /// JPEG quality.
    pub(super) quality: u8,
}

impl Level {
    pub(super) fn conditions(self) -> Conditions {
        let wanted = match self {
            Self::Easy => (3.0, 0.0, 0.0, (2.4, 3.2), 0.3, 2.0, 0.9, 92),
            Self::Medium => (15.0, 0.1, 0.04, (1.8, 2.6), 0.7, 5.0, 0.6, 85),
            Self::Hard => (15.0, 0.2, 0.08, (1.5, 2.2), 1.0, 9.0, 0.45, 75),
        };
        let (degrees, sideways, perspective, module, blur, noise, light, quality) = wanted;
        Conditions {
            turn: f32::to_radians(degrees),
            sideways,
            perspective,
            module,
            blur,
            noise,
            light,
            quality,
        }
    }
}
