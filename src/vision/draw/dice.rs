//! Chance that falls alike on every machine and with every version of a library: photos are told by their seed.

/// `SplitMix64` (Steele, Lea and Flood, 2014): small, fast, and good enough to scatter labels and noise.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that fall as this seed says.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 random bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number between these, the second excluded.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        let unit = (self.bits() >> 40) as f32 / (1_u64 << 24) as f32;
        low + (high - low) * unit
    }

    /// A number below `end`, which is not 0.
    pub const fn below(&mut self, end: usize) -> usize {
        (self.bits() >> 1) as usize % end
    }

    /// Whether something happens that happens so often, 0 to 1.
    pub fn chance(&mut self, often: f32) -> bool {
        self.between(0.0, 1.0) < often
    }

    /// A number of the normal distribution around 0 with deviation 1.
    pub fn normal(&mut self) -> f32 {
        let radius = (-2.0 * self.between(f32::EPSILON, 1.0).ln()).sqrt();
        radius * self.between(0.0, std::f32::consts::TAU).cos()
    }

    /// Puts these into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}
