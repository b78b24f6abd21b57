//! Filters: which rings a report is about. Not responsible for what it says of them.
//!
//! Written as words such as `min=5 band=urgent kind=phone status=open,confirmed`; every word narrows it.
//!
//! Invariant: written and read again it is the same filter; the empty one lets every ring through.

use crate::{
    engine::View,
    indicators::{Band, RingAssessment},
    model::{AttributeKind, Ring, RingStatus},
};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// Which rings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Fewest claimed identities.
    pub min: u32,
    /// Any of these statuses; all where there is none.
    pub statuses: BTreeSet<RingStatus>,
    /// Any of these bands; all where there is none.
    pub bands: BTreeSet<Band>,
    /// Its members share a value of any of these kinds; whatever they share where there is none.
    pub kinds: BTreeSet<AttributeKind>,
}

/// A word that is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{word}\" does not filter rings: {why}. Use min=N, status=…, band=… and kind=…, with commas between several"
)]
pub struct FilterError {
    /// The word, shortened.
    word: String,
    /// What is wrong with it.
    why: String,
}

impl Filter {
    /// Whether a ring fits; `assessment` is what indicators make of it, where it is at hand.
    #[must_use]
    pub fn fits(&self, view: &View, ring: &Ring, assessment: Option<&RingAssessment>) -> bool {
        let corpus = view.network.corpus();
        let shares = |kinds: &BTreeSet<AttributeKind>| {
            let shared = ring.artefacts.iter().filter_map(|artefact| artefact.attribute);
            shared.map(|ix| corpus.kind(ix)).any(|kind| kinds.contains(&kind))
        };
        ring.identities >= self.min
            && (self.statuses.is_empty() || self.statuses.contains(&ring.status))
            && (self.kinds.is_empty() || shares(&self.kinds))
            && (self.bands.is_empty() || assessment.is_some_and(|a| self.bands.contains(&a.band())))
    }

    /// Whether every ring fits.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let mut filter = Self::default();
        for word in text.split_whitespace() {
            let wrong = |why: String| FilterError { word: word.chars().take(80).collect(), why };
            let (key, values) =
                word.split_once('=').ok_or_else(|| wrong("it has no =".to_owned()))?;
            let values = values.split(',').filter(|value| !value.is_empty());
            match key {
                "min" => {
                    let text = values.collect::<String>();
                    filter.min = text.parse().map_err(|_| wrong("give a number".to_owned()))?;
                }
                "status" => {
                    for value in values {
                        let status = value
                            .parse()
                            .map_err(|e: <RingStatus as FromStr>::Err| wrong(e.to_string()))?;
                        filter.statuses.insert(status);
                    }
                }
                "kind" => {
                    for value in values {
                        let kind = value
                            .parse()
                            .map_err(|e: <AttributeKind as FromStr>::Err| wrong(e.to_string()))?;
                        filter.kinds.insert(kind);
                    }
                }
                "band" => {
                    for value in values {
                        let band = Band::ALL.iter().copied().find(|b| b.name() == value);
                        let all: Vec<&str> = Band::ALL.iter().map(|b| b.name()).collect();
                        let band =
                            band.ok_or_else(|| wrong(format!("bands are {}", all.join(", "))))?;
                        filter.bands.insert(band);
                    }
                }
                _ => return Err(wrong(format!("there is no filter \"{key}\""))),
            }
        }
        Ok(filter)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        if self.min > 0 {
            words.push(format!("min={}", self.min));
        }
        let mut list = |key: &str, names: Vec<&str>| {
            if !names.is_empty() {
                words.push(format!("{key}={}", names.join(",")));
            }
        };
        list("status", self.statuses.iter().map(|s| s.name()).collect());
        list("band", self.bands.iter().map(|b| b.name()).collect());
        list("kind", self.kinds.iter().map(|k| k.name()).collect());
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_as_it_is_written() {
        for text in ["", "min=5", "min=3 status=open,confirmed band=urgent kind=phone,address"] {
            let filter: Filter = text.parse().unwrap();
            let again: Filter = filter.to_string().parse().unwrap();
            assert_eq!(filter, again);
        }
        for (bad, said) in
            [("min", "no ="), ("min=x", "number"), ("size=3", "no filter"), ("band=red", "urgent")]
        {
            let error = bad.parse::<Filter>().unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
