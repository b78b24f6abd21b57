//! The key of a delivery: the same for every try to bring one thing to one recipient. Not responsible for trying.
//!
//! Invariant: it depends on nothing but parcel and recipient, and tells neither.

use crate::model::{Parcel, Recipient};
use sha2::{Digest as _, Sha256};

/// The key of this parcel to this recipient: 32 hexadecimal digits. A receiver that has seen it has the thing already.
#[must_use]
pub fn key_of(parcel: &Parcel, to: &Recipient) -> String {
    hexadecimal(digest(&format!("ringer delivery\u{1f}{parcel}\u{1f}{to}")).iter().take(16))
}

/// A number from 0 to 1 (1 excluded) that is always the same for this try.
pub(super) fn chance(parcel: &Parcel, to: &Recipient, attempt: u32) -> f64 {
    let digest = digest(&format!("ringer backoff\u{1f}{parcel}\u{1f}{to}\u{1f}{attempt}"));
    let drawn = digest.iter().take(4).fold(0, |all: u32, &byte| (all << 8) | u32::from(byte));
    f64::from(drawn) / (f64::from(u32::MAX) + 1.0)
}

/// Bytes as small hexadecimal digits.
pub(super) fn hexadecimal<'b>(bytes: impl IntoIterator<Item = &'b u8>) -> String {
    bytes.into_iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertId, ReportId};

    #[test]
    fn a_key_is_of_one_parcel_and_one_recipient() {
        let (a, b) = (ReportId::derive("a"), ReportId::derive("b"));
        let (ann, ben): (Recipient, Recipient) =
            ("ann@example.com".parse().unwrap(), "ben@example.com".parse().unwrap());
        let key = key_of(&Parcel::Report(a.clone()), &ann);
        assert_eq!(key, key_of(&Parcel::Report(a.clone()), &ann));
        assert_eq!(key.len(), 32);
        assert_ne!(key, key_of(&Parcel::Report(a.clone()), &ben));
        assert_ne!(key, key_of(&Parcel::Report(b), &ann));
        assert_ne!(key, key_of(&Parcel::Alert(AlertId::derive("a")), &ann));
        let chances: Vec<f64> =
            (1..50).map(|n| chance(&Parcel::Report(a.clone()), &ann, n)).collect();
        assert!(chances.iter().all(|c| (0.0..1.0).contains(c)));
        assert!(chances.iter().any(|&c| c < 0.3) && chances.iter().any(|&c| c > 0.7));
    }
}
