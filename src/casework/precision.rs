//! Precision: how often people confirmed the rings they decided about, by what held those rings together. Not responsible
//! for deciding (`engine`) nor for muting a rule (`indicators::fairness`).
//!
//! What is counted is what people looked at, and they look first at what ranks high: this is precision among decided rings,
//! and neither recall nor the precision of rings that nobody has looked at.
//!
//! A ring counts once, by the last verdict in force. One that stands counts as it stands today; one that has dissolved or
//! merged counts with the members it had when it was judged, as far as can be told without assessing it again.
//!
//! Invariant: confirmed, dismissed and open of the classes of one division that are exclusive add up to those of all.

use crate::{
    engine::View,
    indicators::{self, Band, RingAssessment, fairness::raised_on},
    model::{
        ApplicantIx, AttributeKind, Bits, Family, Moment, Ring, RingId, RingStatus, Share, Verdict,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
    sync::Arc,
};

/// Fewest decided rings of which a share is told.
pub const FEWEST: usize = 5;

/// What rings are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The month of the verdict.
    Month,
    /// The indicators raised on them.
    Rule,
    /// The kinds of values their members share.
    Kind,
    /// The families of their evidence.
    Family,
    /// Their claimed identities.
    Size,
    /// The band their assessment amounts to.
    Band,
}

impl By {
    /// Every division.
    pub const ALL: &'static [Self] =
        &[Self::Month, Self::Rule, Self::Kind, Self::Family, Self::Size, Self::Band];

    /// The name in URLs and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Rule => "rule",
            Self::Kind => "kind",
            Self::Family => "family",
            Self::Size => "size",
            Self::Band => "band",
        }
    }
}

/// A word that names no division.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "rings cannot be divided by \"{0}\"; possible are month, rule, kind, family, size and band"
)]
pub struct UnknownDivision(String);

impl FromStr for By {
    type Err = UnknownDivision;

    fn from_str(text: &str) -> Result<Self, UnknownDivision> {
        let known = Self::ALL.iter().find(|by| by.name() == text).copied();
        known.ok_or_else(|| UnknownDivision(text.chars().take(40).collect()))
    }
}

/// A class of rings: the name in URLs, which also sorts, and the words for people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// The name.
    pub key: String,
    /// The words.
    pub label: String,
}

fn class(key: impl Into<String>, label: impl Into<String>) -> Class {
    Class { key: key.into(), label: label.into() }
}

/// A ring, as it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The ring.
    pub ring: RingId,
    /// What was decided, `Open` where nobody did.
    pub status: RingStatus,
    /// When that was said last.
    pub at: Option<Moment>,
    /// Whether it stands today.
    pub stands: bool,
    /// Different claimed identities.
    pub identities: usize,
    /// Its classes in each division; none where they cannot be told.
    pub classes: BTreeMap<By, BTreeSet<Class>>,
}

impl Counted {
    /// The ring with the classes that these make up.
    #[must_use]
    pub fn new(
        ring: RingId,
        (status, at): (RingStatus, Option<Moment>),
        stands: bool,
        identities: usize,
    ) -> Self {
        let mut classes = BTreeMap::from([(By::Size, BTreeSet::from([size(identities)]))]);
        if let Some(month) = at.filter(|_| status != RingStatus::Open).map(month) {
            classes.insert(By::Month, BTreeSet::from([month]));
        }
        Self { ring, status, at, stands, identities, classes }
    }

    fn shares(
        mut self,
        kinds: impl IntoIterator<Item = AttributeKind>,
        families: impl IntoIterator<Item = Family>,
    ) -> Self {
        let kinds = kinds.into_iter().map(|kind| class(kind.name(), kind.plural()));
        self.classes.insert(By::Kind, kinds.collect());
        let families = families.into_iter().map(|family| class(family.name(), family.label()));
        self.classes.insert(By::Family, families.collect());
        self
    }

    fn assessed(mut self, assessment: &RingAssessment) -> Self {
        let title = |id: &str| indicators::all().find(|i| i.id == id).map_or("", |i| i.title);
        let rules = raised_on(assessment).into_iter().map(|id| class(id, title(id)));
        self.classes.insert(By::Rule, rules.collect());
        let band = assessment.band();
        // Ordered as bands are, and not as their names.
        let place = Band::ALL.iter().position(|b| *b == band).unwrap_or(0);
        self.classes.insert(By::Band, BTreeSet::from([class(format!("{place}"), band.name())]));
        self
    }

    fn is_in(&self, by: By, key: &str) -> bool {
        self.classes.get(&by).is_some_and(|classes| classes.iter().any(|class| class.key == key))
    }
}

/// The class of so many claimed identities.
fn size(identities: usize) -> Class {
    match identities {
        0..=2 => class("02", "two"),
        3..=4 => class("03", "three or four"),
        5..=9 => class("05", "five to nine"),
        10..=19 => class("10", "ten to nineteen"),
        _ => class("20", "twenty and more"),
    }
}

fn month(at: Moment) -> Class {
    let month: String = at.day().chars().take(7).collect();
    class(month.clone(), month)
}

/// How many rings were decided how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Confirmed or referred.
    pub confirmed: usize,
    /// Dismissed.
    pub dismissed: usize,
    /// Not decided.
    pub open: usize,
}

/// The share that people confirmed, and between what it lies with 95 % certainty if what they look at next is like what
/// they looked at: Wilson's interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confirmed {
    /// The share.
    pub share: Share,
    /// The least it may be.
    pub low: Share,
    /// The most it may be.
    pub high: Share,
}

impl Counts {
    /// Rings that were decided.
    #[must_use]
    pub fn decided(&self) -> usize {
        self.confirmed + self.dismissed
    }

    /// The share confirmed; none where too few were decided to say.
    #[must_use]
    pub fn precision(&self) -> Option<Confirmed> {
        (self.decided() >= FEWEST).then(|| wilson(self.confirmed, self.decided()))
    }

    fn add(&mut self, status: RingStatus) {
        *match status {
            RingStatus::Open => &mut self.open,
            RingStatus::Dismissed => &mut self.dismissed,
            RingStatus::Confirmed | RingStatus::Referred => &mut self.confirmed,
        } += 1;
    }
}

/// Wilson's interval of a share; see Wilson, Journal of the American Statistical Association 22 (1927), 209.
#[expect(clippy::cast_precision_loss, reason = "counts")]
#[must_use]
pub fn wilson(part: usize, whole: usize) -> Confirmed {
    /// The quantile of the normal distribution that leaves 2.5 % on either side.
    const Z: f64 = 1.959_963_984_540_054;
    let n = whole.max(1) as f64;
    let p = part as f64 / n;
    let middle = p + Z * Z / (2.0 * n);
    let reach = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    Confirmed {
        share: Share::of(part, whole),
        low: Share::new((middle - reach) / scale),
        high: Share::new((middle + reach) / scale),
    }
}

/// One class of a division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The class.
    pub class: Class,
    /// Its rings.
    pub counts: Counts,
}

/// Every ring that stands or that people decided about, as it counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Precision(Vec<Counted>);

impl Precision {
    /// The rings of a view, with what indicators make of those that stand. O(evidence of the links of rings + judgements).
    #[must_use]
    pub fn of(view: &View, assessed: &BTreeMap<RingId, Arc<RingAssessment>>) -> Self {
        let mut last = BTreeMap::new();
        for judgement in view.judgements.iter() {
            if let Verdict::Ring { ring, verdict } = &judgement.verdict {
                last.insert(ring, (*verdict, judgement));
            }
        }
        let standing = view.rings.iter().map(|ring| {
            let at = last.get(&ring.id).map(|(_, judgement)| judgement.at);
            standing(view, ring, at, assessed.get(&ring.id).map(|a| &**a))
        });
        let is_gone = |ring: &RingId| view.rings.find(ring).is_none();
        let gone =
            last.iter().filter(|(ring, (status, _))| *status != RingStatus::Open && is_gone(ring));
        let gone = gone.map(|(ring, (status, judgement))| {
            let members = view.judged.get(&judgement.id);
            let corpus = view.network.corpus();
            let apps = members.into_iter().flat_map(|m| m.iter()).filter_map(|id| corpus.find(id));
            let people: BTreeSet<ApplicantIx> =
                apps.map(|app| view.network.applicant_of(app)).collect();
            gone_ring(view, ring, (*status, Some(judgement.at)), &people)
        });
        Self(standing.chain(gone).collect())
    }

    /// These rings.
    #[must_use]
    pub fn over(rings: Vec<Counted>) -> Self {
        Self(rings)
    }

    /// All rings together.
    #[must_use]
    pub fn total(&self) -> Counts {
        let mut counts = Counts::default();
        self.0.iter().for_each(|ring| counts.add(ring.status));
        counts
    }

    /// Decided rings that do not stand any more, and so are missing where rings are divided by rule or band.
    #[must_use]
    pub fn gone(&self) -> usize {
        self.0.iter().filter(|ring| !ring.stands).count()
    }

    /// The classes of a division that have a ring, each with its rings: months, sizes and bands in their order, others by
    /// decided rings, most first.
    #[must_use]
    pub fn lines(&self, by: By) -> Vec<Line> {
        let mut lines: BTreeMap<&Class, Counts> = BTreeMap::new();
        for ring in &self.0 {
            for class in ring.classes.get(&by).into_iter().flatten() {
                lines.entry(class).or_default().add(ring.status);
            }
        }
        let line = |(class, counts): (&Class, Counts)| Line { class: class.clone(), counts };
        let mut lines: Vec<Line> = lines.into_iter().map(line).collect();
        if matches!(by, By::Rule | By::Kind | By::Family) {
            lines.sort_by_key(|line| std::cmp::Reverse((line.counts.decided(), line.counts.open)));
        }
        lines
    }

    /// The rings of a class, or of all, that stand behind one of its numbers: confirmed ones for `Confirmed`, referred
    /// ones among them. By id.
    pub fn rings<'a>(
        &'a self,
        class: Option<(By, &'a str)>,
        verdict: Option<RingStatus>,
    ) -> impl Iterator<Item = &'a Counted> {
        let fits = move |status: RingStatus| match verdict {
            None => true,
            Some(RingStatus::Confirmed) => {
                matches!(status, RingStatus::Confirmed | RingStatus::Referred)
            }
            Some(wanted) => status == wanted,
        };
        self.0.iter().filter(move |ring| {
            fits(ring.status) && class.is_none_or(|(by, key)| ring.is_in(by, key))
        })
    }
}

/// A ring that stands, as it stands.
fn standing(
    view: &View,
    ring: &Ring,
    at: Option<Moment>,
    assessment: Option<&RingAssessment>,
) -> Counted {
    let corpus = view.network.corpus();
    let kinds = ring.artefacts.iter().filter(|a| a.bits > Bits::ZERO);
    let kinds = kinds.filter_map(|a| a.attribute).map(|ix| corpus.kind(ix));
    let counted = Counted::new(ring.id.clone(), (ring.status, at), true, ring.identities as usize)
        .shares(kinds, ring.families.iter().copied());
    match assessment {
        Some(assessment) => counted.assessed(assessment),
        None => counted,
    }
}

/// A ring that is no more, by those who were in it when it was judged and what links them today.
fn gone_ring(
    view: &View,
    ring: &RingId,
    said: (RingStatus, Option<Moment>),
    people: &BTreeSet<ApplicantIx>,
) -> Counted {
    let network = &view.network;
    let links = people.iter().flat_map(|&p| network.links_of(p)).map(|&ix| network.link(ix));
    let among = links.filter(|link| people.contains(&link.a) && people.contains(&link.b));
    let evidence: Vec<_> =
        among.flat_map(|link| &link.evidence).filter(|e| e.bits > Bits::ZERO).collect();
    let kinds = evidence.iter().filter_map(|e| e.attribute).map(|ix| network.corpus().kind(ix));
    let families = evidence.iter().map(|e| e.family).filter(|family| family.counts());
    Counted::new(ring.clone(), said, false, people.len()).shares(kinds, families)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, sample::subsequence};

    const STATUSES: [RingStatus; 4] =
        [RingStatus::Open, RingStatus::Confirmed, RingStatus::Dismissed, RingStatus::Referred];

    fn ring() -> impl Strategy<Value = Counted> {
        let kinds = subsequence(AttributeKind::ALL.to_vec(), 0..4);
        let families = subsequence(Family::ALL.to_vec(), 0..4);
        (any::<u64>(), 0_usize..4, 0_i64..100_000_000, any::<bool>(), 2_usize..40, kinds, families)
            .prop_map(|(id, status, at, stands, identities, kinds, families)| {
                let said = (STATUSES[status], Some(Moment(at)));
                Counted::new(RingId::derive(&id.to_string()), said, stands, identities)
                    .shares(kinds, families)
            })
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole_and_every_number_has_its_rings(
            rings in prop::collection::vec(ring(), 0..40),
        ) {
            let all = Precision::over(rings);
            let total = all.total();
            let sum = |by: By| all.lines(by).iter().fold(Counts::default(), |sum, line| Counts {
                confirmed: sum.confirmed + line.counts.confirmed,
                dismissed: sum.dismissed + line.counts.dismissed,
                open: sum.open + line.counts.open,
            });
            prop_assert_eq!(sum(By::Size), total);
            prop_assert_eq!(sum(By::Month), Counts { open: 0, ..total });
            for &by in By::ALL {
                for line in all.lines(by) {
                    let behind = |verdict| all.rings(Some((by, &line.class.key)), Some(verdict)).count();
                    prop_assert_eq!(behind(RingStatus::Confirmed), line.counts.confirmed);
                    prop_assert_eq!(behind(RingStatus::Dismissed), line.counts.dismissed);
                    prop_assert_eq!(behind(RingStatus::Open), line.counts.open);
                    prop_assert!(line.counts.decided() <= total.decided());
                    prop_assert!(line.counts.decided() + line.counts.open > 0);
                }
            }
        }

        #[test]
        fn the_interval_holds_the_share_and_narrows_with_more_rings(part in 0_usize..500, more in 0_usize..500) {
            let (whole, ten) = (part + more, 10 * (part + more));
            prop_assume!(whole > 0);
            let (one, many) = (wilson(part, whole), wilson(10 * part, ten));
            for c in [one, many] {
                prop_assert!(c.low.get() <= c.share.get() + 1e-12 && c.share.get() <= c.high.get() + 1e-12);
            }
            prop_assert!(many.high.get() - many.low.get() < one.high.get() - one.low.get());
        }
    }

    #[test]
    fn wilsons_interval_is_the_one_of_the_books() {
        let told = |part, whole| {
            let c = wilson(part, whole);
            format!("{:.3} {:.3} {:.3}", c.share.get(), c.low.get(), c.high.get())
        };
        assert_eq!(told(8, 10), "0.800 0.490 0.943");
        assert_eq!(told(0, 10), "0.000 0.000 0.278");
        assert_eq!(told(10, 10), "1.000 0.722 1.000");
    }

    #[test]
    fn too_few_are_not_told_as_a_share() {
        let counts = |confirmed, dismissed| Counts { confirmed, dismissed, open: 9 };
        assert_eq!(counts(FEWEST - 1, 0).precision(), None);
        assert!(counts(FEWEST - 1, 1).precision().is_some());
    }
}
