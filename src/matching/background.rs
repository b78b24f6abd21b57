//! The background: what a shared value is judged against. A widely shared value is never cut off by a count.
//! Each is taken for a mixture of two things: an artefact that one hand passes around, or a hub that unrelated
//! people use. Its crowd tells which: how many of its users share something else as well with another user of it,
//! and for values of one's own whether they came in one season, and from how many states.
//!
//! Not responsible for the weights of the classes (`policy`), for the crowd (`crowd`) nor for adding up (`combine`).
//!
//! Invariant: depends only on who uses a value and on evidence from other, rarer values; never on its own weight.

use crate::{
    matching::{
        Corpus, Crowd, Policy, Rulings, Shared, crowd,
        feature::{Own, Series},
        policy::LinkPolicy,
        series,
        sorting::sorted_by_key,
    },
    model::{
        AppIx, ApplicantIx, AttributeIx, AttributeKind, BackgroundClass, Bits, Discount, Family,
        Share, ValueVerdict,
    },
};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Who uses which value and which series, and how far its users have other things in common.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Background {
    /// Of each attribute number, where its crowd stands in `crowds`; `ALONE` and `NOBODY` need none.
    values: Arc<Vec<u32>>,
    /// Crowds of at least two.
    crowds: Arc<Vec<Crowd>>,
    /// Series with at least two users, sorted by key.
    series: Arc<Vec<(u64, Crowd)>>,
    /// What one applicant more has than was counted: the one that is being screened.
    #[serde(skip)]
    newcomer: Newcomer,
    /// How many days the store covers, as a power of two, so that it hardly ever changes.
    days: u32,
}

/// Values and series of an applicant who is not in the background.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Newcomer {
    values: Vec<AttributeIx>,
    series: Vec<u64>,
}

/// The place of a value that one applicant uses.
const ALONE: u32 = u32::MAX;
/// The place of a value that nobody uses any more.
const NOBODY: u32 = u32::MAX - 1;

/// What evidence is about: a value, or a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trace {
    /// A value that both use.
    Value(AttributeIx),
    /// A series that both belong to.
    Series(u64),
}

/// Evidence between two applicants from values that few use, by family: what can corroborate a busier value.
#[derive(Debug, Clone)]
pub struct Corroboration {
    /// One applicant.
    pub a: ApplicantIx,
    /// The other.
    pub b: ApplicantIx,
    /// Families that link them, each as `Family::independent`.
    pub families: Vec<Family>,
    /// What they share, each with the family it counts in.
    pub traces: Vec<(Trace, Family)>,
}

impl Background {
    /// The background of a corpus resolved into applicants, before any corroboration is known.
    #[must_use]
    pub fn new(
        corpus: &Corpus,
        applicant_of: &[ApplicantIx],
        passages: &[(u64, Vec<AppIx>)],
    ) -> Self {
        let counted: Vec<Crowd> = (0..corpus.attribute_numbers().len())
            .into_par_iter()
            .with_min_len(4_096)
            .map(AttributeIx::new)
            .filter(|&ix| corpus.uses(ix) > 1)
            .map(|ix| {
                let uses: Vec<AppIx> = corpus.uses_of(ix).map(|(app, _)| app).collect();
                crowd::of(corpus, applicant_of, &uses)
            })
            .collect();
        let (mut values, mut crowds) = (Vec::new(), Vec::new());
        let mut next = counted.into_iter();
        for ix in corpus.attribute_numbers() {
            values.push(match corpus.uses(ix) {
                0 => NOBODY,
                1 => ALONE,
                _ => match next.next() {
                    Some(crowd) if crowd.users > 1 => {
                        crowds.push(crowd);
                        u32::try_from(crowds.len() - 1).unwrap_or(NOBODY)
                    }
                    _ => ALONE,
                },
            });
        }
        let keys = (0..corpus.len())
            .into_par_iter()
            .with_min_len(1_024)
            .fold(Vec::new, |mut all, i| {
                series::keys(&corpus.app(AppIx::new(i)), |key| all.push((key, AppIx::new(i).0)));
                all
            })
            .reduce(Vec::new, |mut a, mut b| {
                a.append(&mut b);
                a
            });
        let keys = sorted_by_key(keys);
        let groups: Vec<&[(u64, u32)]> =
            keys.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1).collect();
        let mut series: Vec<(u64, Crowd)> = groups
            .par_iter()
            .map(|group| {
                let uses: Vec<AppIx> = group.iter().map(|(_, app)| AppIx(*app)).collect();
                (group[0].0, crowd::of(corpus, applicant_of, &uses))
            })
            .chain(
                passages
                    .par_iter()
                    .map(|(key, uses)| (*key, crowd::of(corpus, applicant_of, uses))),
            )
            .filter(|(_, crowd)| crowd.users > 1)
            .collect();
        series.par_sort_unstable_by_key(|(key, _)| *key);
        series.dedup_by_key(|(key, _)| *key);
        Self {
            values: Arc::new(values),
            crowds: Arc::new(crowds),
            series: Arc::new(series),
            newcomer: Newcomer::default(),
            days: days(corpus),
        }
    }

    /// The same background, knowing which users have other things in common. O(pairs × what they share).
    #[must_use]
    pub fn with<'a>(mut self, pairs: impl Iterator<Item = &'a Corroboration>) -> Self {
        let mut seen: FxHashMap<Trace, FxHashSet<ApplicantIx>> = FxHashMap::default();
        for pair in pairs {
            for &(trace, family) in &pair.traces {
                if pair.families.iter().any(|f| *f != family) {
                    seen.entry(trace).or_default().extend([pair.a, pair.b]);
                }
            }
        }
        let (crowds, series) = (Arc::make_mut(&mut self.crowds), Arc::make_mut(&mut self.series));
        for (trace, users) in seen {
            let corroborated = u32::try_from(users.len()).unwrap_or(u32::MAX);
            let crowd = match trace {
                Trace::Value(ix) => crowds.get_mut(self.values[ix.at()] as usize),
                Trace::Series(key) => {
                    series.binary_search_by_key(&key, |(k, _)| *k).ok().map(|at| &mut series[at].1)
                }
            };
            if let Some(crowd) = crowd {
                crowd.corroborated = corroborated;
            }
        }
        self
    }

    /// The same background with one applicant more, of whom these are the values and the series.
    #[must_use]
    pub fn with_newcomer(&self, values: Vec<AttributeIx>, series: Vec<u64>) -> Self {
        Self { newcomer: Newcomer { values, series }, ..self.clone() }
    }

    /// Number of attributes it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it knows no attribute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Who uses a value.
    #[must_use]
    pub fn of(&self, attribute: AttributeIx) -> Crowd {
        let known = match self.values.get(attribute.at()) {
            Some(&ALONE) => Crowd { users: 1, inside: 1, ..Crowd::default() },
            Some(&place) => self.crowds.get(place as usize).copied().unwrap_or_default(),
            None => Crowd::default(),
        };
        with_more(known, self.newcomer.values.contains(&attribute))
    }

    /// Of several series, the one with the fewest users says most of what two share.
    pub fn put_rarest_first(&self, keys: &mut Series) {
        if keys[1] != 0 {
            keys.sort_by_key(|&key| match self.series_crowd(key) {
                _ if key == 0 => u32::MAX,
                Some(crowd) => crowd.users,
                // A passage outside the sample may have any number of users.
                None => u32::MAX - 1,
            });
        }
    }

    /// Who belongs to a series, if more than one applicant does.
    #[must_use]
    pub fn series_crowd(&self, key: u64) -> Option<Crowd> {
        let at = self.series.binary_search_by_key(&key, |(k, _)| *k).ok()?;
        Some(with_more(self.series[at].1, self.newcomer.series.contains(&key)))
    }

    /// Who belongs to what two applicants share, if it is a value or a series.
    #[must_use]
    pub fn crowd(&self, shared: &Shared) -> Option<Crowd> {
        match shared.trace()? {
            Trace::Value(ix) => Some(self.of(ix)),
            Trace::Series(key) => self.series_crowd(key),
        }
    }

    /// What a shared value is worth against its background, the discount that was taken off, and whether it is
    /// rather a hub than an artefact.
    #[must_use]
    pub fn weigh(
        &self,
        corpus: &Corpus,
        shared: &Shared,
        rulings: &Rulings,
        policy: &Policy,
    ) -> (Bits, Option<Discount>, bool) {
        let Some(seen) = self.crowd(shared) else { return (shared.bits, None, false) };
        let taken = |bits: Bits, class| Discount {
            users: seen.users,
            corroborated: Share::of(seen.corroborated as usize, seen.users as usize),
            bits: shared.bits - bits,
            class,
        };
        match shared.attribute.and_then(|attribute| rulings.value(attribute)) {
            Some(ValueVerdict::Common) => {
                return (Bits::ZERO, Some(taken(Bits::ZERO, BackgroundClass::JudgedCommon)), true);
            }
            Some(ValueVerdict::KnownBad) => {
                let bits = shared.bits + policy.link.known_bad;
                return (bits, Some(taken(bits, BackgroundClass::JudgedBad)), false);
            }
            None => {}
        }
        let kind = shared.attribute.map(|attribute| corpus.kind(attribute));
        // An agency's desk gives its own contact and uses its own computer, network and files.
        let desk = match kind {
            Some(kind) => matches!(
                kind,
                AttributeKind::Email
                    | AttributeKind::Phone
                    | AttributeKind::Document
                    | AttributeKind::Device
                    | AttributeKind::Ip
            ),
            None => shared.class == BackgroundClass::Template,
        };
        if desk && seen.is_agencys() {
            let class = BackgroundClass::AgencyContact;
            return (Bits::ZERO, Some(taken(Bits::ZERO, class)), true);
        }
        let home = kind == Some(AttributeKind::Address);
        let (bits, hub) = mixture(shared, seen, home, self.days, &policy.link);
        (bits, (shared.bits > bits).then(|| taken(bits, shared.class)), hub > 0.5)
    }
}

/// Bits of a value that is an artefact with some probability and a hub otherwise, and how probable the hub is.
fn mixture(shared: &Shared, seen: Crowd, home: bool, days: u32, link: &LinkPolicy) -> (Bits, f64) {
    // A mail drop, a campus or a divided building is a hub by its class.
    let by_class = match shared.class {
        BackgroundClass::MailDrop | BackgroundClass::Campus => 0.98,
        _ => shared.hub,
    };
    let users = seen.users.max(2);
    let with = f64::from(seen.corroborated);
    // Log-odds of "hub": each user with nothing else in common speaks for it, each one with something against.
    let alone = ((1.0 - link.corroboration_hub) / (1.0 - link.corroboration_ring)).log2();
    let together = (link.corroboration_ring / link.corroboration_hub).log2();
    let prior = (by_class / (1.0 - by_class)).log2();
    // Two users are no crowd: the first two tell nothing about a hub. Of a thing of one's own a few more do not,
    // since a careful hand passes around nothing else; a whole crowd of whom nobody shares anything else has no
    // hand behind it.
    let mut full = shared.bits.get();
    let counted = shared.own == Own::Not;
    let telling = if counted { 2.0 } else { f64::from(link.careful) };
    // Of a series strangers are expected, and its class says so.
    let a_value = counted || shared.attribute.is_some();
    let strangers = if a_value { (f64::from(users) - with - telling).max(0.0) } else { 0.0 };
    let mut log_odds = prior + strangers * alone - with * together;
    if !counted && seen.is_organisation() {
        log_odds += link.organisation.get();
    } else if !counted && shared.own != Own::Cohort {
        let further = f64::from(seen.inside.saturating_sub(2));
        log_odds += f64::from(seen.outside()) * link.out_of_season.get();
        if seen.outside() * 3 <= seen.inside {
            // Strangers come at any time that the store covers, or of three years: the shorter the season, the
            // less by chance.
            let chance = f64::from(seen.days.max(15)) / f64::from(days.min(1_024));
            let each = -chance.log2().min(0.0) * link.in_season;
            log_odds -= (further * each).min(link.season_cap.get());
            if shared.own == Own::Local {
                log_odds += local(seen, link);
            }
            // The more people one hand's artefact has in a season, the less it is a coincidence.
            full += (further * link.further.get() * each.min(1.0)).min(link.further_cap.get());
        }
    }
    let hub = 1.0 / (1.0 + (-log_odds * std::f64::consts::LN_2).exp());
    // On a hub a person has all its other users as innocent company.
    let on_hub = 0.3 / f64::from(users - 1);
    let mixed = ((1.0 - hub) * full.exp2() + hub * on_hub).max(1e-9).log2();
    let crowd = if home && shared.class == BackgroundClass::Dwelling {
        // Those who come and go over the years are tenants of one house with many doors.
        let at_once = f64::from(seen.inside) - f64::from(seen.outside());
        (at_once - 4.0).max(0.0) * link.crowd.get() * (1.0 - hub)
    } else {
        0.0
    };
    (Bits::new(mixed.max(-12.0) + crowd.min(link.crowd_cap.get())), hub)
}

/// A crowd with one user more, who came in its season, if there is one more.
fn with_more(crowd: Crowd, more: bool) -> Crowd {
    let one = u32::from(more);
    Crowd {
        users: crowd.users.saturating_add(one),
        inside: crowd.inside.saturating_add(one),
        ..crowd
    }
}

/// The days from the first to the last application, rounded down to a power of two.
fn days(corpus: &Corpus) -> u32 {
    let times = || corpus.apps().filter_map(|app| corpus.submitted(app)).map(|t| t.0);
    let seconds = times().max().zip(times().min()).map_or(0, |(last, first)| last - first);
    let days = u32::try_from(seconds / 86_400).unwrap_or(u32::MAX).max(16);
    1 << days.ilog2()
}

/// What the states its users claim to live in say for a hub: libraries, offices and landlines are used by people
/// of one place, and personas claim to live all over the country.
fn local(seen: Crowd, link: &LinkPolicy) -> f64 {
    let (states, inside) = (f64::from(seen.states), f64::from(seen.inside.max(2)));
    if states >= 2.0 && states >= 0.6 * inside {
        -((states - 1.0) * link.state.get()).min(link.state_cap.get())
    } else if seen.inside > 2 && seen.homes > 1 && states <= 0.34 * inside {
        link.state.get()
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::feature::NO_SERIES;

    fn weigh(crowd: Crowd, class: BackgroundClass, hub: f64, own: Own) -> f64 {
        let link = LinkPolicy::default();
        let (attribute, bits) = (Some(AttributeIx(0)), link.phone.bits());
        let shared = Shared { attribute, series: NO_SERIES, class, bits, hub, own };
        mixture(&shared, crowd, false, 1_024, &link).0.get()
    }

    fn crowd(users: u32, corroborated: u32) -> Crowd {
        Crowd { users, corroborated, inside: 2, ..Crowd::default() }
    }

    #[test]
    fn a_value_shared_by_hundreds_who_share_nothing_else_explains_itself() {
        let personal = BackgroundClass::Personal;
        assert!(weigh(crowd(2, 0), personal, 0.001, Own::Anywhere) > 6.0);
        assert!(weigh(crowd(300, 3), personal, 0.001, Own::Anywhere) < 0.1);
    }

    #[test]
    fn a_busy_value_whose_users_corroborate_each_other_keeps_its_weight() {
        let personal = BackgroundClass::Personal;
        assert!(weigh(crowd(40, 30), personal, 0.001, Own::Anywhere) > 6.0);
        assert!(weigh(crowd(40, 30), BackgroundClass::MailDrop, 0.02, Own::Not) > 6.0);
        assert!(weigh(crowd(40, 2), BackgroundClass::MailDrop, 0.02, Own::Not) < 0.1);
    }

    #[test]
    fn more_corroboration_never_makes_a_value_worth_less() {
        for users in [2, 3, 5, 20, 100] {
            let mut last = f64::NEG_INFINITY;
            for corroborated in 0..=users {
                let bits = weigh(
                    crowd(users, corroborated),
                    BackgroundClass::Personal,
                    0.05,
                    Own::Anywhere,
                );
                assert!(bits >= last, "{users} {corroborated}");
                last = bits;
            }
        }
    }

    #[test]
    fn strangers_of_one_season_and_many_states_share_what_one_hand_passes_around() {
        let season = |inside, users, states| Crowd { users, inside, states, ..Crowd::default() };
        let weigh = |crowd| weigh(crowd, BackgroundClass::SharedDevice, 0.02, Own::Local);
        assert!(weigh(season(5, 5, 5)) > weigh(season(2, 2, 1)) + 1.0);
        assert!(weigh(season(5, 60, 5)) < 1.0, "a library's computer");
    }

    #[test]
    fn a_whole_crowd_of_one_season_without_anything_else_in_common_explains_itself() {
        let weigh = |users, corroborated| {
            let crowd = Crowd { users, corroborated, inside: users, ..Crowd::default() };
            weigh(crowd, BackgroundClass::Personal, 0.001, Own::Anywhere)
        };
        assert!(weigh(8, 0) > 6.0, "a careful hand");
        assert!(weigh(30, 0) < 1.0, "an agency's phone");
        assert!(weigh(30, 15) > 6.0);
    }

    #[test]
    fn what_one_employer_or_school_has_is_the_organisations() {
        let crowd = |fellows| Crowd { users: 5, inside: 5, states: 3, fellows, ..Crowd::default() };
        let weigh = |crowd| weigh(crowd, BackgroundClass::Personal, 0.05, Own::Anywhere);
        assert!(weigh(crowd(1)) > weigh(crowd(3)) + 2.0);
    }
}
