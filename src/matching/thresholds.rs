//! Thresholds: the few numbers of the policy that whoever answers for the decisions may move while Ringer runs, each
//! with its range, and changes of them. Not responsible for what they decide (`policy`) nor for who set them (`engine`).
//!
//! Invariant: an amount is within the range of its threshold, and no text of any length or form is anything else than
//! an amount or refused.

use crate::{matching::Policy, model::Bits};
use std::{collections::BTreeMap, fmt};

/// An amount in hundredths of its unit, so that it is the same however it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i32);

impl Amount {
    const fn whole(n: i32) -> Self {
        Self(n * 100)
    }

    fn of(bits: Bits) -> Self {
        Self(bits.hundredths())
    }

    fn bits(self) -> Bits {
        Bits::new(self.get())
    }

    fn count(n: u32) -> Self {
        Self(i32::try_from(n).unwrap_or(i32::MAX / 100).saturating_mul(100))
    }

    fn units(self) -> u32 {
        u32::try_from(self.0 / 100).unwrap_or(0)
    }

    /// The amount in its unit.
    #[must_use]
    pub fn get(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// The amount that a decimal number with at most two places is; none for any other text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        if !plain(whole, 6) || !plain(part, 2) {
            return None;
        }
        let whole: i32 = whole.parse().ok()?;
        let hundredths: i32 = format!("{part:0<2}").parse().ok()?;
        let amount = whole * 100 + hundredths;
        Some(Self(if negative { -amount } else { amount }))
    }
}

impl fmt::Display for Amount {
    /// As short as it can be said: `3`, `-4.6`, `1.25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        match part {
            0 => write!(f, "{sign}{whole}"),
            part if part % 10 == 0 => write!(f, "{sign}{whole}.{}", part / 10),
            part => write!(f, "{sign}{whole}.{part:02}"),
        }
    }
}

/// A number that may be moved.
#[derive(Debug, Clone, Copy)]
pub struct Threshold {
    /// Its name as in `ringer.toml`, beneath `policy`.
    pub name: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What it is counted in.
    pub unit: &'static str,
    /// The least it may be.
    pub least: Amount,
    /// The most it may be.
    pub most: Amount,
    /// Whether it is a whole number.
    pub is_whole: bool,
    /// What it does, and what moving it does.
    pub about: &'static str,
    of: fn(&Policy) -> Amount,
    put: fn(&mut Policy, Amount),
}

/// Every number that may be moved, in the order they are shown.
pub const THRESHOLDS: &[Threshold] = &[
    Threshold {
        name: "link.threshold",
        label: "A link binds from",
        unit: "bits",
        least: Amount::whole(-2),
        most: Amount::whole(20),
        is_whole: false,
        about: "Two persons who share this much or more can be in one ring. Higher: fewer and smaller rings, and fewer \
                chance ones among them.",
        of: |p| Amount::of(p.link.threshold),
        put: |p, x| p.link.threshold = x.bits(),
    },
    Threshold {
        name: "link.watch",
        label: "A link is shown from",
        unit: "bits",
        least: Amount::whole(-12),
        most: Amount::whole(20),
        is_whole: false,
        about: "Weaker links are not kept at all; between here and the line above they are shown as “watch”, and bind only \
                where several of them corroborate one another. Lower: more to look at, and a slower computation.",
        of: |p| Amount::of(p.link.watch),
        put: |p, x| p.link.watch = x.bits(),
    },
    Threshold {
        name: "link.prior",
        label: "Two persons start from",
        unit: "bits",
        least: Amount::whole(-15),
        most: Amount::whole(-1),
        is_whole: false,
        about: "What is assumed before anything is compared: -4.6 says that about one person in twenty-five has an \
                accomplice among the applicants. Lower: the same evidence counts for less.",
        of: |p| Amount::of(p.link.prior),
        put: |p, x| p.link.prior = x.bits(),
    },
    Threshold {
        name: "link.prior_of_bound",
        label: "Two who are each bound to somebody start from",
        unit: "bits",
        least: Amount::whole(-15),
        most: Amount::whole(0),
        is_whole: false,
        about: "The same for two persons each of whom a link binds to somebody else already. Lower: rings are chained \
                together less.",
        of: |p| Amount::of(p.link.prior_of_bound),
        put: |p, x| p.link.prior_of_bound = x.bits(),
    },
    Threshold {
        name: "ring.min_identities",
        label: "Fewest claimed identities",
        unit: "identities",
        least: Amount::whole(2),
        most: Amount::whole(20),
        is_whole: true,
        about: "Fewer different claimed identities make no ring, but for two with one strong artefact or a judgement. \
                Higher: small rings go.",
        of: |p| Amount::count(p.ring.min_identities),
        put: |p, x| p.ring.min_identities = x.units(),
    },
    Threshold {
        name: "ring.min_families",
        label: "Fewest independent kinds of evidence",
        unit: "families",
        least: Amount::whole(1),
        most: Amount::whole(6),
        is_whole: true,
        about: "A ring needs evidence of this many independent families, or one strong artefact. Higher: rings that one \
                kind of evidence holds together go.",
        of: |p| Amount::count(p.ring.min_families),
        put: |p, x| p.ring.min_families = x.units(),
    },
    Threshold {
        name: "ring.unique_strong",
        label: "One artefact is enough from",
        unit: "bits",
        least: Amount::whole(1),
        most: Amount::whole(30),
        is_whole: false,
        about: "A thing that nobody outside the ring uses stands in for a second family when it is worth this much. \
                Higher: fewer rings rest on a single thing.",
        of: |p| Amount::of(p.ring.unique_strong),
        put: |p, x| p.ring.unique_strong = x.bits(),
    },
    Threshold {
        name: "ring.unique_series",
        label: "One series is enough from",
        unit: "bits",
        least: Amount::whole(1),
        most: Amount::whole(30),
        is_whole: false,
        about: "The same for mailboxes, handles or numbers of one pattern, which strangers hit upon too.",
        of: |p| Amount::of(p.ring.unique_series),
        put: |p, x| p.ring.unique_series = x.bits(),
    },
    Threshold {
        name: "ring.weak_bridge",
        label: "A bridge holds from",
        unit: "bits",
        least: Amount::whole(-10),
        most: Amount::whole(20),
        is_whole: false,
        about: "Two sides that hang together by one link of less than this are shown as two rings. Higher: rings fall \
                apart sooner.",
        of: |p| Amount::of(p.ring.weak_bridge),
        put: |p, x| p.ring.weak_bridge = x.bits(),
    },
];

/// Least evidence of a link that is kept: below it everybody would be linked to everybody.
const SOMETHING: Amount = Amount::whole(1);

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// No number that may be moved has this name.
    #[error("\"{name}\" is no number that can be set here; possible are {}", names())]
    Unknown {
        /// What was given, shortened.
        name: String,
    },
    /// The text is no amount of the threshold.
    #[error(
        "{name} = \"{value}\": it takes a{} from {} to {} {}{}",
        if known(.name).is_some_and(|t| t.is_whole) { " whole number" } else { " number" },
        known(.name).map_or_else(String::new, |t| t.least.to_string()),
        known(.name).map_or_else(String::new, |t| t.most.to_string()),
        known(.name).map_or("", |t| t.unit),
        if known(.name).is_some_and(|t| t.is_whole) { "" } else { ", with at most two places after a point" }
    )]
    Range {
        /// Name of the threshold.
        name: &'static str,
        /// What was given, shortened.
        value: String,
    },
    /// The numbers contradict one another.
    #[error("{0}")]
    Together(String),
}

fn names() -> String {
    THRESHOLDS.iter().map(|t| t.name).collect::<Vec<_>>().join(", ")
}

fn known(name: &str) -> Option<&'static Threshold> {
    THRESHOLDS.iter().find(|t| t.name == name)
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

impl Threshold {
    /// The one of this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn named(name: &str) -> Result<&'static Self, ThresholdError> {
        known(name).ok_or_else(|| ThresholdError::Unknown { name: short(name) })
    }

    /// What it is in a policy.
    #[must_use]
    pub fn of(&self, policy: &Policy) -> Amount {
        (self.of)(policy)
    }

    /// The amount that a text says.
    ///
    /// # Errors
    /// When it says none, or one out of range.
    pub fn read(&self, text: &str) -> Result<Amount, ThresholdError> {
        let fits = |amount: &Amount| {
            (self.least..=self.most).contains(amount) && (!self.is_whole || amount.0 % 100 == 0)
        };
        Amount::read(text)
            .filter(fits)
            .ok_or_else(|| ThresholdError::Range { name: self.name, value: short(text) })
    }
}

/// Numbers to be moved, each to what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes(BTreeMap<&'static str, Amount>);

impl Changes {
    /// What pairs of name and amount say; blank amounts say nothing, and of several the last counts.
    ///
    /// # Errors
    /// The first that names no threshold, or is out of its range.
    pub fn read<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ThresholdError> {
        let mut changes = Self::default();
        for (name, text) in pairs {
            let threshold = Threshold::named(name)?;
            if !text.trim().is_empty() {
                changes.0.insert(threshold.name, threshold.read(text)?);
            }
        }
        Ok(changes)
    }

    /// What takes one policy to the numbers of another.
    #[must_use]
    pub fn between(from: &Policy, to: &Policy) -> Self {
        let moved = THRESHOLDS.iter().filter(|t| t.of(from) != t.of(to));
        Self(moved.map(|t| (t.name, t.of(to))).collect())
    }

    /// Those that are something else in a policy.
    #[must_use]
    pub fn from(&self, policy: &Policy) -> Self {
        let moves = |(t, amount): &(&Threshold, Amount)| t.of(policy) != *amount;
        Self(self.iter().filter(moves).map(|(t, amount)| (t.name, amount)).collect())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a number is to be moved to.
    #[must_use]
    pub fn to(&self, threshold: &Threshold) -> Option<Amount> {
        self.0.get(threshold.name).copied()
    }

    /// Every number with what it is to be moved to, in the order they are shown.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Threshold, Amount)> {
        THRESHOLDS.iter().filter_map(|t| Some((t, self.to(t)?)))
    }

    /// The policy with these numbers.
    ///
    /// # Errors
    /// When numbers contradict one another in it, unless they did before.
    pub fn applied_to(&self, policy: &Policy) -> Result<Policy, ThresholdError> {
        let mut changed = policy.clone();
        self.iter().for_each(|(threshold, amount)| (threshold.put)(&mut changed, amount));
        match contradiction(&changed) {
            Some(what) if contradiction(policy).is_none() => Err(ThresholdError::Together(what)),
            _ => Ok(changed),
        }
    }
}

/// Puts a number in force that was set before. One that this version does not know, or that is out of its range, is
/// passed over.
pub fn put(policy: &mut Policy, name: &str, text: &str) {
    if let Some((threshold, amount)) = known(name).and_then(|t| Some((t, t.read(text).ok()?))) {
        (threshold.put)(policy, amount);
    }
}

/// What contradicts what in a policy, in a sentence.
fn contradiction(policy: &Policy) -> Option<String> {
    let link = &policy.link;
    if link.watch > link.threshold {
        return Some(format!(
            "a link cannot bind from {} bits when it is shown only from {}: link.watch may be at most link.threshold",
            Amount::of(link.threshold),
            Amount::of(link.watch)
        ));
    }
    if link.watch < link.prior + SOMETHING.bits() {
        return Some(format!(
            "two persons start from {} bits, so with a link shown from {} nearly everybody would be linked to everybody: \
             link.watch must be at least {SOMETHING} above link.prior",
            Amount::of(link.prior),
            Amount::of(link.watch)
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_built_in_numbers_are_within_their_ranges_and_do_not_contradict_each_other() {
        let policy = Policy::default();
        assert_eq!(contradiction(&policy), None);
        for t in THRESHOLDS {
            let now = t.of(&policy);
            assert_eq!(t.read(&now.to_string()), Ok(now), "{}", t.name);
            let other = t.read(&t.most.to_string()).unwrap();
            let mut moved = policy.clone();
            put(&mut moved, t.name, &other.to_string());
            assert_eq!(t.of(&moved), other);
            let only: Vec<_> = Changes::between(&policy, &moved).0.into_keys().collect();
            assert_eq!(only, [t.name], "it moves itself and nothing else");
            let back = Changes::between(&moved, &policy).iter().fold(moved, |mut p, (t, x)| {
                (t.put)(&mut p, x);
                p
            });
            assert_eq!(back.hash(), policy.hash());
        }
    }

    #[test]
    fn hostile_numbers_are_refused_with_the_range() {
        for bad in [
            "NaN",
            "inf",
            "-inf",
            "1e400",
            "1e1",
            "0x10",
            "1,5",
            "1.555",
            "1.",
            ".5",
            "--1",
            "+-1",
            "1 5",
            "999999999999999999999",
            "1.00000000000000000000001",
            "٣",
            "21",
            "-2.01",
            "1;2",
            "\u{0}",
            "-",
        ] {
            let refused = Changes::read([("link.threshold", bad)]).unwrap_err();
            let told = refused.to_string();
            assert!(told.contains("from -2 to 20 bits"), "{bad:?}: {told}");
            assert!(told.chars().all(|c| !c.is_control()));
        }
        let families = Changes::read([("ring.min_families", "1.5")]).unwrap_err().to_string();
        assert!(families.contains("a whole number from 1 to 6 families"), "{families}");
        let long = "9".repeat(100_000);
        assert!(
            Changes::read([("link.prior", long.as_str())]).unwrap_err().to_string().len() < 300
        );
        let unknown = Changes::read([("link.pone", "1")]).unwrap_err().to_string();
        assert!(unknown.contains("possible are link.threshold, "), "{unknown}");
        assert_eq!(Changes::read([("link.prior", " ")]), Ok(Changes::default()));
    }

    #[test]
    fn numbers_that_contradict_one_another_are_refused() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            Changes::read(pairs.iter().copied()).unwrap().applied_to(&Policy::default())
        };
        let told = read(&[("link.watch", "2")]).unwrap_err().to_string();
        assert!(told.contains("at most link.threshold"), "{told}");
        assert!(read(&[("link.watch", "2"), ("link.threshold", "3")]).is_ok());
        let told = read(&[("link.prior", "-2")]).unwrap_err().to_string();
        assert!(told.contains("at least 1 above link.prior"), "{told}");
    }

    proptest! {
        #[test]
        fn an_amount_is_read_as_it_is_written(hundredths in -99_999_999_i32..=99_999_999) {
            let amount = Amount(hundredths);
            prop_assert_eq!(Amount::read(&amount.to_string()), Some(amount));
        }

        #[test]
        fn whatever_the_text_an_amount_is_in_range_or_refused(text in ".{0,12}|-?[0-9]{1,7}(\\.[0-9]{0,3})?") {
            for t in THRESHOLDS {
                if let Ok(amount) = t.read(&text) {
                    prop_assert!((t.least..=t.most).contains(&amount));
                    prop_assert!(!t.is_whole || amount.get().fract() == 0.0);
                }
            }
        }
    }
}
