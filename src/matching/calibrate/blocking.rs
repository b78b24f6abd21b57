//! The blockings that candidate pairs for estimation come from, and the comparisons each of them says nothing of,
//! because it rests on them. Not responsible for the candidates of resolving (`matching::blocking`).
//!
//! Invariant: the pairs depend only on the set of applications.

use crate::{
    matching::{
        Corpus, blocking::key, calibrate::random::ordered, corpus::App, gathering::Gathered,
    },
    model::{AppIx, AttributeKind},
};

/// A way to bring pairs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blocking {
    /// Two names that sound alike.
    Names,
    /// A mailbox, a phone or a profile in common.
    Contact,
    /// A building, or a postal code and a name that sounds alike.
    Home,
    /// A birth date or a government number.
    Papers,
    /// School, subject and year, or employer and title.
    History,
}

/// Every blocking.
pub(super) const ALL: &[Blocking] =
    &[Blocking::Names, Blocking::Contact, Blocking::Home, Blocking::Papers, Blocking::History];

/// Of a value with more users than this, each is paired with the next few only.
const FEW: usize = 12;

impl Blocking {
    /// Whether it rests on a comparison, and so says nothing of it.
    pub(super) fn rests_on(self, comparison: &str) -> bool {
        let on: &[&str] = match self {
            Self::Names => &["given_name", "family_name", "further_names", "suffix"],
            Self::Contact => &["email", "phone", "profile"],
            Self::Home => &["home_address", "unit_name", "area"],
            Self::Papers => &["birth_date", "government_id"],
            Self::History => {
                &["school", "subject", "graduation", "other_graduation", "employer", "job_title"]
            }
        };
        on.contains(&comparison)
    }

    fn keys(self, corpus: &Corpus, x: &App<'_>, mut put: impl FnMut(u64)) {
        let tokens = corpus.tokens();
        match self {
            Self::Names => {
                let all: Vec<_> = x.tokens().filter(|&t| tokens.length(t) > 1).take(4).collect();
                for (i, &p) in all.iter().enumerate() {
                    for &q in &all[i + 1..] {
                        for a in tokens.sounds(p) {
                            tokens.sounds(q).for_each(|b| put(key(1, &[a.min(b), a.max(b)])));
                        }
                    }
                }
            }
            Self::Contact => {
                for (ix, _) in x.used() {
                    if matches!(
                        corpus.kind(ix),
                        AttributeKind::Email | AttributeKind::Phone | AttributeKind::Profile
                    ) {
                        put(key(2, &[ix.0]));
                    }
                }
            }
            Self::Home => {
                if let Some(building) = x.home().and_then(|h| h.building()) {
                    put(key(3, &[building.0]));
                }
            }
            Self::Papers => {
                if let Some(date) = x.birth_date() {
                    put(key(4, &[date.0]));
                }
                if let Some(id) = x.national_id() {
                    put(key(5, &[id.0]));
                }
            }
            Self::History => {
                for e in x.education().filter(|e| e.year != 0) {
                    if let (Some(school), Some(major)) = (e.institution, e.major) {
                        put(key(6, &[school.0, major.0, u32::from(e.year)]));
                    }
                }
                for j in x.employment() {
                    if let (Some(employer), Some(title)) = (j.employer, j.title) {
                        put(key(7, &[employer.0, title.0]));
                    }
                }
            }
        }
    }

    /// Up to `most` pairs that it brings together, those of least hash, sorted by it. O(n log n).
    pub(super) fn pairs(self, corpus: &Corpus, most: usize) -> Vec<(AppIx, AppIx)> {
        let order = ordered(corpus);
        // Within a key by rank, which does not depend on arrival.
        let gathered = Gathered::from_each(order.len(), |at, sink| {
            let rank = u32::try_from(at).unwrap_or(u32::MAX);
            self.keys(corpus, &corpus.app(order[at]), |k| sink.put(k, rank));
        });
        let mut entries = gathered.into_parts().concat();
        entries.dedup();
        let mut pairs: Vec<(u64, u32, u32)> = Vec::new();
        for run in entries.chunk_by(|a, b| a.0 == b.0) {
            let reach = if run.len() <= FEW { run.len() } else { FEW / 2 };
            for (i, &(_, a)) in run.iter().enumerate() {
                for &(_, b) in run[i + 1..].iter().take(reach) {
                    pairs.push((key(78, &[a, b]), a, b));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs.truncate(most);
        let at = |rank: u32| order[rank as usize];
        pairs.into_iter().map(|(_, a, b)| (at(a), at(b))).collect()
    }
}
