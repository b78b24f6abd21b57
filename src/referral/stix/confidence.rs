//! Confidence: from bits and decisions to the 0 to 100 of STIX. Not responsible for the bits.
//!
//! STIX says how sure its creator is that what an object says is correct: 1 to 29 is low, 30 to 69 medium, 70 to 100 high
//! (its appendix A). It is no probability, and nothing here is one.
//!
//! Invariant: more bits never give less; nothing computed is above 95.

use crate::{
    model::{Bits, RingStatus},
    referral::{Heading, LinkLine, Thing},
};

/// Hundredths of a bit and the confidence there; straight lines between. From ten bits on, a thousand to one, it is high.
const STEPS: &[(i32, i32)] = &[(0, 0), (400, 30), (1_000, 70), (2_000, 90), (3_000, 95)];

/// What is not more than this is medium.
const MEDIUM: u8 = 69;

/// What is not more than this is low.
const LOW: u8 = 29;

/// A claimed identity: the name is as claimed and nobody verified it.
pub(super) const CLAIMED: u8 = 15;

/// Confidence of evidence of this weight.
pub(super) fn of(bits: Bits) -> u8 {
    let at = bits.hundredths().max(0);
    let pairs = STEPS.iter().zip(STEPS.iter().skip(1));
    let within = pairs.into_iter().find(|((_, _), (to, _))| at <= *to);
    let value = within.map_or(95, |((from, low), (to, high))| {
        low + (at - from) * (high - low) / (to - from).max(1)
    });
    u8::try_from(value.clamp(0, 95)).unwrap_or(95)
}

/// Confidence that two identities hang together. Medium at most where the link does not bind by itself or the ring is thin
/// there.
pub(super) fn of_link(link: &LinkLine) -> u8 {
    let full = of(link.bits);
    if link.binds && !link.is_weak_bridge { full } else { full.min(MEDIUM) }
}

/// Confidence that who uses a thing hangs together with the ring: medium at most where bystanders use it too, low where they
/// are as many as the named.
pub(super) fn of_thing(thing: &Thing) -> u8 {
    let full = of(thing.bits);
    match usize::try_from(thing.others).unwrap_or(usize::MAX) {
        0 => full,
        others if others < thing.identities.len() => full.min(MEDIUM),
        _ => full.min(LOW),
    }
}

/// Confidence of the whole: what persons decided counts, not how much was computed.
pub(super) fn of_ring(heading: &Heading) -> u8 {
    match (heading.review.is_some(), heading.status) {
        (true, _) => 85,
        (false, RingStatus::Confirmed | RingStatus::Referred) => 70,
        (false, RingStatus::Open) => 50,
        (false, RingStatus::Dismissed) => 10,
    }
}

/// The word for it.
pub(super) fn word(confidence: u8) -> &'static str {
    match confidence {
        0..=LOW => "low",
        30..=MEDIUM => "medium",
        _ => "high",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    #[test]
    fn more_bits_never_give_less_confidence_and_never_certainty() {
        let all: Vec<u8> = (-500..5_000).map(|n| of(Bits::new(f64::from(n) / 100.0))).collect();
        assert!(all.windows(2).all(|w| w[0] <= w[1]));
        assert_eq!((all.first(), all.last()), (Some(&0), Some(&95)));
        for (bits, expected) in [(4.0, 30), (10.0, 70), (12.5, 75), (20.0, 90)] {
            assert_eq!(of(Bits::new(bits)), expected, "{bits}");
        }
        assert_eq!([29, 30, 69, 70].map(word), ["low", "medium", "medium", "high"]);
    }

    #[test]
    fn thin_links_and_things_of_bystanders_are_never_of_high_confidence() {
        let dossier = sample::dossier(8);
        let (firm, bridge) = (&dossier.links[0], &dossier.links[1]);
        assert!(bridge.is_weak_bridge && bridge.bits == firm.bits);
        assert_eq!((of_link(firm), of_link(bridge)), (75, MEDIUM));
        let mut thing = dossier.things[0].clone();
        assert_eq!((thing.others, of_thing(&thing)), (3, MEDIUM));
        thing.others = 8;
        assert_eq!(of_thing(&thing), LOW);
        thing.others = 0;
        assert_eq!(of_thing(&thing), 79);
    }
}
