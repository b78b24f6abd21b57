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
        crowd,
        feature::Series,
        gathering::{Entry, Gathered},
        link_candidates::proposes,
        mixture::mixture,
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
                (group[0].0, crowd::of_series(corpus, applicants, group[0].0, &uses))
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
        are_several(applicants, &uses).then(|| crowd::of(corpus, applicants, &uses))
    }

    /// The crowd of those in the series of this key, if they are more than one applicant.
    pub(super) fn crowd_of_series(
        corpus: &Corpus,
        applicants: &Applicants,
        key: u64,
        uses: &[AppIx],
    ) -> Option<Crowd> {
        are_several(applicants, uses).then(|| crowd::of_series(corpus, applicants, key, uses))
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
        let switchboard = kind == Some(AttributeKind::Phone) && seen.is_switchboard();
        if switchboard || (desk && seen.is_agencys()) || ((desk || premises) && seen.is_desks()) {
            return (Bits::ZERO, Some(taken(Bits::ZERO, BackgroundClass::AgencyContact)), true);
        }
        let (bits, hub) = mixture(shared, seen, kind, self.days(), &policy.link);
        (bits, (shared.bits > bits).then(|| taken(bits, shared.class)), hub > 0.5)
    }
}

impl Corroboration {
    /// What both share besides something of another family.
    pub fn corroborated(&self) -> impl Iterator<Item = Trace> {
        let other = |family| self.families.iter().any(|f| *f != family);
        self.traces.iter().filter(move |(_, family)| other(*family)).map(|(trace, _)| *trace)
    }
}

/// Whether these are of more than one applicant.
fn are_several(applicants: &Applicants, uses: &[AppIx]) -> bool {
    let Some(&first) = uses.first() else { return false };
    uses.iter().any(|&app| applicants.of(app) != applicants.of(first))
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
