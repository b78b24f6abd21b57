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
        Applicants, Corpus, Crowd, Policy, Rulings, Shared,
        blocking::key,
        corpus::Map,
        crowd::{self, FLAT, FULL_FLAT},
        feature::{Own, Series},
        gathering::{Entry, Gathered},
        link_candidates::proposes,
        policy::LinkPolicy,
        series,
        texts::Wanted,
    },
    model::{
        AppIx, ApplicantIx, AttributeIx, AttributeKind, BackgroundClass, Bits, Discount, Family,
        Moment, Share, ValueVerdict,
    },
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Who uses which value and which series, and how far its users have other things in common. Cheap to clone.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Image", from = "Image")]
pub struct Background {
    /// Crowds of at least two, by trace.
    crowds: Map<Crowd>,
    /// How many pairs of texts each passage stands for, by its series: only those have a crowd.
    wanted: Map<u32>,
    /// Users of a value or series who have something else in common with another of them, and how many there are.
    together: Map<()>,
    corroborated: Map<u32>,
    /// What one applicant more has than was counted: the one that is being screened.
    newcomer: Newcomer,
    /// The first and the last submission.
    span: Option<(Moment, Moment)>,
}

/// Values and series of an applicant who is not in the background.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Newcomer {
    values: Vec<AttributeIx>,
    series: Vec<u64>,
}

/// A background as a snapshot keeps it, sorted.
#[derive(Serialize, Deserialize)]
struct Image {
    crowds: Vec<(u64, Crowd)>,
    wanted: Vec<(u64, u32)>,
    together: Vec<u64>,
    corroborated: Vec<(u64, u32)>,
    span: Option<(Moment, Moment)>,
}

impl From<Background> for Image {
    fn from(background: Background) -> Self {
        let mut crowds: Vec<(u64, Crowd)> =
            background.crowds.iter().map(|(k, crowd)| (k, *crowd)).collect();
        crowds.par_sort_unstable_by_key(|(k, _)| *k);
        let mut wanted: Vec<(u64, u32)> = background.wanted.iter().map(|(k, n)| (k, *n)).collect();
        wanted.par_sort_unstable();
        let mut together: Vec<u64> = background.together.iter().map(|(k, ())| k).collect();
        together.par_sort_unstable();
        let mut corroborated: Vec<(u64, u32)> =
            background.corroborated.iter().map(|(k, n)| (k, *n)).collect();
        corroborated.par_sort_unstable();
        Self { crowds, wanted, together, corroborated, span: background.span }
    }
}

impl From<Image> for Background {
    fn from(image: Image) -> Self {
        Self {
            crowds: image.crowds.into_iter().collect(),
            wanted: image.wanted.into_iter().collect(),
            together: image.together.into_iter().map(|k| (k, ())).collect(),
            corroborated: image.corroborated.into_iter().collect(),
            newcomer: Newcomer::default(),
            span: image.span,
        }
    }
}

/// What evidence is about: a value, or a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trace {
    /// A value that both use.
    Value(AttributeIx),
    /// A series that both belong to.
    Series(u64),
}

impl Trace {
    /// A number as good as a hash of it.
    #[must_use]
    pub fn key(self) -> u64 {
        match self {
            Self::Value(ix) => key(75, &[ix.0]),
            Self::Series(series) => series,
        }
    }

    /// The same for it and one of its users.
    fn user(self, user: ApplicantIx) -> u64 {
        let trace = self.key();
        #[expect(clippy::cast_possible_truncation, reason = "halves of a hash")]
        key(79, &[trace as u32, (trace >> 32) as u32, user.0])
    }
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
        applicants: &Applicants,
        passages: &[Wanted],
        pictures: &[(u64, Vec<AppIx>)],
    ) -> Self {
        let values: Vec<(u64, Crowd)> = (0..corpus.attribute_numbers().len())
            .into_par_iter()
            .with_min_len(4_096)
            .map(AttributeIx::new)
            .filter_map(|ix| {
                Some((Trace::Value(ix).key(), Self::crowd_of(corpus, applicants, ix)?))
            })
            .collect();
        let keys = Gathered::from_each(corpus.len(), |i, sink| {
            let x = corpus.app(AppIx::new(i));
            series::keys(corpus, &x, |key| sink.put(key, x.ix.0));
        });
        let near = keys.each_part(|part| {
            let groups = part.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
            let crowd = |group: &[Entry]| {
                let uses: Vec<AppIx> = group.iter().map(|(_, app)| AppIx(*app)).collect();
                (group[0].0, crowd::of(corpus, applicants, &uses))
            };
            groups.map(crowd).collect::<Vec<(u64, Crowd)>>()
        });
        let series: Vec<(u64, Crowd)> = near
            .into_par_iter()
            .flatten_iter()
            .chain(passages.par_iter().map(|w| (w.series, crowd::of(corpus, applicants, &w.users))))
            .chain(
                pictures
                    .par_iter()
                    .map(|(key, users)| (*key, crowd::of(corpus, applicants, users))),
            )
            .filter(|(_, crowd)| crowd.users > 1)
            .collect();
        Self {
            crowds: values.into_iter().chain(series).collect(),
            wanted: passages.iter().map(|w| (w.series, w.pairs)).collect(),
            span: span(corpus),
            ..Self::default()
        }
    }

    /// The crowd of a value of a kind that can say something of two persons, if more than one applicant uses it.
    pub(super) fn crowd_of(
        corpus: &Corpus,
        applicants: &Applicants,
        ix: AttributeIx,
    ) -> Option<Crowd> {
        if corpus.uses(ix) < 2 || !proposes(corpus.kind(ix)) {
            return None;
        }
        let uses: Vec<AppIx> = corpus.uses_of(ix).map(|(app, _)| app).collect();
        Self::crowd_of_apps(corpus, applicants, &uses)
    }

    /// The crowd of these uses, if they are more than one applicant's.
    pub(super) fn crowd_of_apps(
        corpus: &Corpus,
        applicants: &Applicants,
        uses: &[AppIx],
    ) -> Option<Crowd> {
        let first = applicants.of(*uses.first()?);
        let several = uses.iter().any(|&app| applicants.of(app) != first);
        several.then(|| crowd::of(corpus, applicants, uses))
    }

    /// How many days the store covers, as a power of two, so that it hardly ever changes.
    #[must_use]
    pub fn days(&self) -> u32 {
        days(self.span)
    }

    /// The first and the last submission.
    #[must_use]
    pub fn span(&self) -> Option<(Moment, Moment)> {
        self.span
    }

    /// The same background of a store with another first and last submission.
    pub(super) fn set_span(&mut self, span: Option<(Moment, Moment)>) {
        self.span = span;
    }

    /// Whether a passage, by its series, stands for what two texts share.
    pub(super) fn is_wanted(&self, series: u64) -> bool {
        self.wanted.get(series).is_some()
    }

    /// Notes for how many pairs more or fewer a passage stands, and says whether it now has a crowd and had none, or
    /// the reverse.
    pub(super) fn want(&mut self, series: u64, change: i32) -> bool {
        let before = self.wanted.get(series).copied().unwrap_or(0);
        let after = before.saturating_add_signed(change);
        if after == 0 {
            self.wanted.remove(series);
        } else {
            self.wanted.insert(series, after);
        }
        (before == 0) != (after == 0)
    }

    /// Sets the crowd of a value or series, none for less than two users, and says whether it is judged otherwise.
    pub(super) fn set_crowd(&mut self, trace: Trace, crowd: Option<Crowd>) -> bool {
        let key = trace.key();
        let corroborated = self.corroborated.get(key).copied().unwrap_or(0);
        let before = self.crowds.get(key).copied();
        let after = crowd.map(|crowd| Crowd { corroborated, ..crowd });
        if before != after {
            match after {
                Some(crowd) => self.crowds.insert(key, crowd),
                None => drop(self.crowds.remove(key)),
            }
        }
        before.map(Crowd::judged) != after.map(Crowd::judged)
    }

    /// Notes that a user has, or no longer has, something else in common with another; says whether the crowd is
    /// judged otherwise by that.
    pub(super) fn put_together(&mut self, trace: Trace, user: ApplicantIx, is: bool) -> bool {
        let at = trace.user(user);
        if self.together.get(at).is_some() == is {
            return false;
        }
        if is {
            self.together.insert(at, ());
        } else {
            self.together.remove(at);
        }
        let key = trace.key();
        let before = self.corroborated.get(key).copied().unwrap_or(0);
        let after = before.saturating_add_signed(if is { 1 } else { -1 });
        if after == 0 {
            self.corroborated.remove(key);
        } else {
            self.corroborated.insert(key, after);
        }
        let Some(crowd) = self.crowds.get(key).copied() else { return false };
        let changed = Crowd { corroborated: after, ..crowd };
        self.crowds.insert(key, changed);
        crowd.judged() != changed.judged()
    }

    /// The same background, knowing which users have other things in common. O(pairs × what they share).
    #[must_use]
    pub fn with<'a>(mut self, pairs: impl Iterator<Item = &'a Corroboration>) -> Self {
        let mut seen: Vec<(Trace, ApplicantIx)> = Vec::new();
        for pair in pairs {
            for trace in pair.corroborated() {
                seen.extend([(trace, pair.a), (trace, pair.b)]);
            }
        }
        seen.par_sort_unstable();
        seen.dedup();
        for users in seen.chunk_by(|a, b| a.0 == b.0) {
            let key = users[0].0.key();
            let n = u32::try_from(users.len()).unwrap_or(u32::MAX);
            self.corroborated.insert(key, n);
            if self.crowds.get(key).is_some() {
                self.crowds.entry(key, Crowd::default).corroborated = n;
            }
        }
        self.together = seen.into_iter().map(|(trace, user)| (trace.user(user), ())).collect();
        self
    }

    /// The same background with one applicant more, of whom these are the values and the series.
    #[must_use]
    pub fn with_newcomer(&self, values: Vec<AttributeIx>, series: Vec<u64>) -> Self {
        Self { newcomer: Newcomer { values, series }, ..self.clone() }
    }

    /// Who uses a value that somebody uses, as it is judged.
    #[must_use]
    pub fn of(&self, attribute: AttributeIx) -> Crowd {
        let known = self.crowds.get(Trace::Value(attribute).key()).copied();
        let crowd = known.unwrap_or(Crowd::ALONE);
        crowd.with_more(self.newcomer.values.contains(&attribute)).judged()
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

    /// Who belongs to a series, if more than one applicant does, as it is judged.
    #[must_use]
    pub fn series_crowd(&self, key: u64) -> Option<Crowd> {
        let known = self.crowds.get(key).copied()?;
        Some(known.with_more(self.newcomer.series.contains(&key)).judged())
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
        self.weigh_among(corpus, shared, seen, rulings, policy)
    }

    /// The same of a value whose users are this crowd: what it was worth when they were others.
    #[must_use]
    pub fn weigh_among(
        &self,
        corpus: &Corpus,
        shared: &Shared,
        seen: Crowd,
        rulings: &Rulings,
        policy: &Policy,
    ) -> (Bits, Option<Discount>, bool) {
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
        let premises = kind == Some(AttributeKind::Address);
        if (desk && seen.is_agencys()) || ((desk || premises) && seen.is_desks()) {
            return (Bits::ZERO, Some(taken(Bits::ZERO, BackgroundClass::AgencyContact)), true);
        }
        let (bits, hub) = mixture(shared, seen, kind, self.days(), &policy.link);
        (bits, (shared.bits > bits).then(|| taken(bits, shared.class)), hub > 0.5)
    }
}

/// Bits of a value that is an artefact with some probability and a hub otherwise, and how probable the hub is.
fn mixture(
    shared: &Shared,
    seen: Crowd,
    kind: Option<AttributeKind>,
    days: u32,
    link: &LinkPolicy,
) -> (Bits, f64) {
    let home = kind == Some(AttributeKind::Address);
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
    let picture = kind == Some(AttributeKind::Photo);
    let telling = if counted || picture { 2.0 } else { f64::from(link.careful) };
    // Of a series strangers are expected, and its class says so.
    let a_value = counted || shared.attribute.is_some();
    let strangers = if a_value { (f64::from(users) - with - telling).max(0.0) } else { 0.0 };
    // One face under many names shows at once, and stock pictures are in many hands.
    let alone = if picture { alone * link.stock_picture } else { alone };
    let mut log_odds = prior + strangers * alone - with * together;
    if shared.own == Own::Cohort && seen.has_no_common_ground() && seen.outside * 3 <= seen.inside {
        // Who vouches for people of different schools, firms and states who come in one season is no manager of theirs.
        log_odds -= link.organisation.get();
    } else if !counted && seen.is_organisation() {
        log_odds += link.organisation.get();
    } else if !counted && !picture && shared.own != Own::Cohort {
        let further = f64::from(seen.inside.saturating_sub(2));
        log_odds += f64::from(seen.outside) * link.out_of_season.get();
        if seen.outside * 3 <= seen.inside {
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
    // Flatmates may all apply in one summer, and a hall or a shelter has users all the time; whoever has more people in one
    // home than flats hold has them apply together.
    let is_home = home && shared.class == BackgroundClass::Dwelling;
    let at_once = f64::from(seen.families) - f64::from(seen.outside);
    let further = (at_once - f64::from(FLAT)).max(0.0);
    let mut in_season = 0.0;
    let is_crowded = is_home && at_once > f64::from(FULL_FLAT);
    if is_crowded && !seen.is_organisation() && seen.outside * 3 <= seen.inside {
        let chance = f64::from(seen.days.max(15)) / f64::from(days.min(1_024));
        in_season = further * -chance.log2().min(0.0) * link.in_season;
        log_odds -= in_season.min(link.crowd_season_cap.get());
    }
    let hub = 1.0 / (1.0 + (-log_odds * std::f64::consts::LN_2).exp());
    // On a hub a person has all its other users as innocent company.
    let on_hub = 0.3 / f64::from(users - 1);
    let mixed = ((1.0 - hub) * full.exp2() + hub * on_hub).max(1e-9).log2();
    let crowd = if is_home {
        // Those who come and go over the years are tenants of one house with many doors.
        (further * link.crowd.get() + in_season) * (1.0 - hub)
    } else {
        0.0
    };
    (Bits::new(mixed.max(-12.0) + crowd.min(link.crowd_cap.get())), hub)
}

impl Corroboration {
    /// What both share besides something of another family.
    pub fn corroborated(&self) -> impl Iterator<Item = Trace> {
        let other = |family| self.families.iter().any(|f| *f != family);
        self.traces.iter().filter(move |(_, family)| other(*family)).map(|(trace, _)| *trace)
    }
}

/// The first and the last submission. O(n).
pub(super) fn span(corpus: &Corpus) -> Option<(Moment, Moment)> {
    corpus.apps().filter_map(|app| corpus.submitted(app)).fold(None, |span, at| {
        let (first, last) = span.unwrap_or((at, at));
        Some((first.min(at), last.max(at)))
    })
}

/// The days from the first to the last submission, rounded down to a power of two.
pub(super) fn days(span: Option<(Moment, Moment)>) -> u32 {
    let seconds = span.map_or(0, |(first, last)| last.0 - first.0);
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
        mixture(&shared, crowd, None, 1_024, &link).0.get()
    }

    fn crowd(users: u32, corroborated: u32) -> Crowd {
        Crowd { users, corroborated, inside: 2, outside: users - 2, ..Crowd::default() }
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
                let crowd = crowd(users, corroborated);
                let bits = weigh(crowd, BackgroundClass::Personal, 0.05, Own::Anywhere);
                assert!(bits >= last, "{users} {corroborated}");
                last = bits;
            }
        }
    }

    #[test]
    fn strangers_of_one_season_and_many_states_share_what_one_hand_passes_around() {
        let season = |inside, users, states| Crowd {
            users,
            inside,
            outside: users - inside,
            states,
            ..Crowd::default()
        };
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
        let crowd = |organisation: bool| Crowd {
            users: 5,
            inside: 5,
            states: 3,
            traits: if organisation { 2 } else { 0 },
            ..Crowd::default()
        };
        let weigh = |crowd| weigh(crowd, BackgroundClass::Personal, 0.05, Own::Anywhere);
        assert!(weigh(crowd(false)) > weigh(crowd(true)) + 2.0);
    }
}
