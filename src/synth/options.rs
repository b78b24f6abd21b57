//! What the caller chooses about a synthetic data set, validated once. Not responsible for any rate that the
//! generator fixes itself: those stand beside the code that uses them.

use crate::synth::SynthError;

/// A factor on every noise rate: 0 is perfect typing, 1 the documented rates, 3 what the tests call noisy.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Noise(f64);

impl Noise {
    /// The documented rates.
    pub const NORMAL: Self = Self(1.0);

    /// A factor from 0 to 10.
    pub fn new(factor: f64) -> Result<Self, SynthError> {
        if factor.is_finite() && (0.0..=10.0).contains(&factor) {
            return Ok(Self(factor));
        }
        Err(SynthError::Option {
            option: "noise",
            value: factor.to_string(),
            expected: "a number from 0 to 10",
        })
    }

    /// The factor.
    #[must_use]
    pub fn factor(self) -> f64 {
        self.0
    }

    /// A base rate under this noise: the factor multiplies the odds, so small rates grow by the factor and large
    /// ones (a field that is often missing) stay below one, and something is always left to see.
    #[must_use]
    pub fn rate(self, base: f64) -> f64 {
        let odds = self.0 * base;
        odds / (1.0 - base + odds)
    }
}

impl Default for Noise {
    fn default() -> Self {
        Self::NORMAL
    }
}

/// How many applications there are for each planted ring, at least 50.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RingSpacing(u64);

impl RingSpacing {
    /// One ring for this many applications.
    pub fn new(applications: u64) -> Result<Self, SynthError> {
        if applications >= 50 {
            return Ok(Self(applications));
        }
        Err(SynthError::Option {
            option: "ring spacing",
            value: applications.to_string(),
            expected: "at least 50 applications for each ring",
        })
    }

    /// Applications for each ring.
    #[must_use]
    pub fn applications(self) -> u64 {
        self.0
    }
}

impl Default for RingSpacing {
    /// 700: about one application in sixty belongs to a ring. Public cases give no base rate; this is rare
    /// enough that chance and households outnumber rings, and common enough to measure on.
    fn default() -> Self {
        Self(700)
    }
}

/// Whether the three rings of the guide are planted as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Story {
    /// Only random people and random rings.
    #[default]
    Without,
    /// Also the three rings that the guide walks through; see `synth::story`.
    With,
}

/// The length of resume texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Resumes {
    /// 60 to 200 words.
    #[default]
    Full,
    /// About half of that, for a small data set that lives beside the code.
    Short,
}

/// What to generate.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How many applications, exactly.
    pub applications: u64,
    /// The seed: the same options give the same bytes.
    pub seed: u64,
    /// Factor on every noise rate.
    pub noise: Noise,
    /// How rare rings are.
    pub spacing: RingSpacing,
    /// Whether the guide's three rings are planted.
    pub story: Story,
    /// How long resumes are.
    pub resumes: Resumes,
}

impl Options {
    /// The documented defaults for so many applications and this seed.
    #[must_use]
    pub fn new(applications: u64, seed: u64) -> Self {
        Self {
            applications,
            seed,
            noise: Noise::NORMAL,
            spacing: RingSpacing::default(),
            story: Story::Without,
            resumes: Resumes::Full,
        }
    }

    /// What `seed_data/` is made with: small, with the story and more rings than usual, so that there is
    /// something to look at.
    #[must_use]
    pub fn seed_data() -> Self {
        Self {
            spacing: RingSpacing(250),
            story: Story::With,
            resumes: Resumes::Short,
            ..Self::new(4_600, 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_a_finite_factor_from_zero_to_ten_and_never_hides_everything() {
        for bad in [-0.1, 10.1, f64::NAN, f64::INFINITY] {
            assert!(Noise::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Noise::new(0.0).unwrap().rate(0.35), 0.0);
        assert!((Noise::NORMAL.rate(0.35) - 0.35).abs() < 1e-12);
        assert!((Noise::new(3.0).unwrap().rate(0.01) - 0.03).abs() < 0.001);
        assert!(Noise::new(10.0).unwrap().rate(0.5) < 0.95);
    }

    #[test]
    fn rings_cannot_be_denser_than_one_in_fifty_applications() {
        assert!(RingSpacing::new(49).is_err());
        assert_eq!(RingSpacing::new(50).unwrap().applications(), 50);
    }
}
