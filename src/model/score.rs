//! Numbers that mean something: evidence in bits, shares between 0 and 1. Not responsible for how they come about.
//!
//! Invariant: never NaN; a share is always within 0..=1.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, iter::Sum, ops};

/// A log2 likelihood ratio: +1 doubles the odds, -1 halves them. Kept as hundredths of a bit, so that sums
/// are exact and do not depend on their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bits(i32);

impl Bits {
    /// No evidence either way.
    pub const ZERO: Self = Self(0);

    /// `value` bits, rounded to hundredths; NaN counts as zero, and ±10,000 bits is the limit.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "clamped to a range that fits")]
    pub fn new(value: f64) -> Self {
        let hundredths = if value.is_nan() { 0.0 } else { (value * 100.0).round() };
        Self(hundredths.clamp(-1e6, 1e6) as i32)
    }

    /// log2 of `if_true / if_not`, the two probabilities of what was seen.
    #[must_use]
    pub fn ratio(if_true: f64, if_not: f64) -> Self {
        Self::new((if_true.max(1e-12) / if_not.max(1e-12)).log2())
    }

    /// The value in bits.
    #[must_use]
    pub fn get(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// The value in hundredths of a bit.
    #[must_use]
    pub fn hundredths(self) -> i32 {
        self.0
    }
}

impl ops::Add for Bits {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl ops::AddAssign for Bits {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl ops::Sub for Bits {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl ops::Neg for Bits {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Bits {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, |a, b| a + b)
    }
}

impl fmt::Display for Bits {
    /// With sign and one decimal: `+12.3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+.1}", self.get())
    }
}

impl Serialize for Bits {
    /// In formats for people (JSON, TOML) a number of bits, in binary ones the hundredths.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_f64(self.get())
        } else {
            serializer.serialize_i32(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Bits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            f64::deserialize(deserializer).map(Self::new)
        } else {
            i32::deserialize(deserializer).map(Self)
        }
    }
}

/// A proportion, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[serde(from = "f64", into = "f64")]
pub struct Share(f64);

impl Share {
    /// `value` brought into 0..=1; NaN counts as 0.
    #[must_use]
    pub fn new(value: f64) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// `part` of `whole`; 0 when there is no whole.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn of(part: usize, whole: usize) -> Self {
        if whole == 0 { Self(0.0) } else { Self::new(part as f64 / whole as f64) }
    }

    /// The value, 0 to 1.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl From<f64> for Share {
    fn from(value: f64) -> Self {
        Self::new(value)
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> f64 {
        share.0
    }
}

impl fmt::Display for Share {
    /// In per cent without decimals: `85 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} %", self.0 * 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_add_up_exactly_in_any_order() {
        let parts: Vec<Bits> = [0.1, 0.2, 7.33, -3.21].map(Bits::new).to_vec();
        let forward: Bits = parts.iter().copied().sum();
        let backward: Bits = parts.iter().rev().copied().sum();
        assert_eq!(forward, backward);
        assert_eq!(forward.hundredths(), 10 + 20 + 733 - 321);
    }

    #[test]
    fn bits_are_a_number_of_bits_in_json_and_exact_hundredths_in_binary() {
        let bits = Bits::new(-3.21);
        assert_eq!(serde_json::to_string(&bits).unwrap(), "-3.21");
        assert_eq!(serde_json::from_str::<Bits>("-3.21").unwrap(), bits);
        assert_eq!(serde_json::from_str::<Bits>("4").unwrap(), Bits::new(4.0));
        let binary = postcard::to_allocvec(&bits).unwrap();
        assert_eq!(postcard::from_bytes::<Bits>(&binary).unwrap(), bits);
    }

    #[test]
    fn no_number_is_ever_nan_or_infinite() {
        assert_eq!(Bits::new(f64::NAN), Bits::ZERO);
        assert!(Bits::new(f64::INFINITY).get().is_finite());
        assert!(Bits::ratio(0.5, 0.0).get().is_finite());
        assert_eq!(Share::new(f64::NAN).get(), 0.0);
        assert_eq!(Share::of(1, 0).get(), 0.0);
    }
}
