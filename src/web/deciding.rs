//! The form by which a pair, a value or a ring is judged, the same wherever it stands. Not responsible for what is done with
//! what it sends (`judge`).
//!
//! Invariant: it carries what whoever fills it in has seen, so that nobody decides about something that is no longer so;
//! only the reasons that they gave themselves are offered to them.

use crate::{
    casework::Permission,
    engine::View,
    model::{
        ApplicantIx, ApplicationId, Attribute, PairVerdict, RingId, RingStatus, ValueVerdict,
        Verdict,
    },
    web::{labels, state::Visit, urls},
};

/// Reasons of one's own that are offered again.
const REASONS: usize = 8;

/// What is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Two applications.
    Pair(ApplicationId, ApplicationId),
    /// A value.
    Value(Attribute),
    /// A ring.
    Ring(RingId),
}

/// One thing that can be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its name in forms.
    pub value: &'static str,
    /// What it says.
    pub label: &'static str,
    /// Whether it is chosen.
    pub is_on: bool,
}

/// The form.
#[derive(Debug, Clone)]
pub struct DecideForm {
    /// Tells the forms of a page apart: the beginning of the ids in it.
    pub name: &'static str,
    /// The question.
    pub legend: String,
    /// What it sends besides.
    pub fields: Vec<(&'static str, String)>,
    /// What can be said.
    pub choices: Vec<Choice>,
    /// The reason typed so far.
    pub why: String,
    /// Own reasons of earlier, newest first.
    pub reasons: Vec<String>,
}

impl Subject {
    /// What a verdict is about.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Pair { a, b, .. } => Self::Pair(a.clone(), b.clone()),
            Verdict::Value { attribute, .. } => Self::Value(attribute.clone()),
            Verdict::Ring { ring, .. } => Self::Ring(ring.clone()),
        }
    }

    /// Two applicants, by their first applications; none where they are one.
    #[must_use]
    pub fn applicants(view: &View, a: ApplicantIx, b: ApplicantIx) -> Option<Self> {
        let corpus = view.network.corpus();
        let first = |ix| view.network.applicant(ix).applications.first().map(|&app| corpus.id(app));
        (a != b).then_some(())?;
        Some(Self::Pair(first(a)?, first(b)?))
    }

    /// What of a form says what is judged.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Pair(a, b) => {
                vec![("about", "pair".to_owned()), ("a", a.to_string()), ("b", b.to_string())]
            }
            Self::Value(attribute) => {
                let id = attribute.id().to_string();
                vec![("about", "value".to_owned()), ("attribute_id", id)]
            }
            Self::Ring(ring) => {
                vec![("about", "ring".to_owned()), ("ring_id", ring.to_string())]
            }
        }
    }

    /// The page on which it is judged.
    #[must_use]
    pub fn page(&self) -> String {
        match self {
            Self::Pair(a, b) => urls::compare_applications(a, b),
            Self::Value(attribute) => urls::attribute(&attribute.id()),
            Self::Ring(ring) => urls::ring(ring),
        }
    }

    fn legend(&self) -> String {
        match self {
            Self::Pair(a, b) => format!("What do you say of {a} and {b}?"),
            Self::Value(_) => "What do you say of this value?".to_owned(),
            Self::Ring(_) => "What do you say of this ring?".to_owned(),
        }
    }

    fn is_like(&self, verdict: &Verdict) -> bool {
        matches!(
            (self, verdict),
            (Self::Pair(..), Verdict::Pair { .. })
                | (Self::Value(_), Verdict::Value { .. })
                | (Self::Ring(_), Verdict::Ring { .. })
        )
    }

    fn choices(&self, visit: &Visit) -> Vec<(&'static str, &'static str)> {
        let pair = |verdict: PairVerdict, label| (verdict.name(), label);
        match self {
            Self::Pair(..) => vec![
                pair(PairVerdict::Same, "Same person"),
                pair(PairVerdict::Different, "Different persons"),
                pair(PairVerdict::Linked, "Different, but belong together"),
                pair(PairVerdict::NotLinked, "Do not belong together"),
            ],
            Self::Value(attribute) => {
                let mut all =
                    vec![(ValueVerdict::Common.name(), "Innocently shared: it links nobody")];
                if labels::can_be_known_bad(attribute.kind) {
                    all.push((ValueVerdict::KnownBad.name(), "Known to belong to an operator"));
                }
                all
            }
            Self::Ring(ring) => {
                let now = visit.view.rings.find(ring).map(|r| r.status).unwrap_or_default();
                let said = |status| match status {
                    RingStatus::Confirmed => "Confirm: these applications are coordinated",
                    RingStatus::Dismissed => "Dismiss: there is an innocent explanation",
                    RingStatus::Referred => "Mark as referred to law enforcement",
                    RingStatus::Open => "Reopen: no decision",
                };
                let may = |status: RingStatus| {
                    status != RingStatus::Referred || visit.session.role.may(Permission::Refer)
                };
                let others = RingStatus::ALL.iter().filter(|s| **s != now && may(**s));
                others.map(|&s| (s.name(), said(s))).collect()
            }
        }
    }
}

impl DecideForm {
    /// The form about this, as of the view that the page shows; none for whoever may not judge.
    pub(super) fn of(visit: &Visit, name: &'static str, subject: &Subject) -> Option<Self> {
        visit.session.role.may(Permission::Judge).then_some(())?;
        let mut fields = subject.fields();
        fields.push(("seen", visit.view.seq.0.to_string()));
        let choice = |(value, label)| Choice { value, label, is_on: false };
        Some(Self {
            name,
            legend: subject.legend(),
            fields,
            choices: subject.choices(visit).into_iter().map(choice).collect(),
            why: String::new(),
            reasons: reasons(visit, |verdict| subject.is_like(verdict)),
        })
    }

    /// The same that comes back to this page.
    #[must_use]
    pub fn back_to(mut self, here: &str) -> Self {
        self.fields.push(("back", here.to_owned()));
        self
    }

    /// The same that goes on to the next ring of the queue in this order.
    #[must_use]
    pub fn then_next(mut self, order: &str, place: &str) -> Self {
        if !order.is_empty() {
            self.fields.push(("q", order.to_owned()));
            self.fields.push(("then", place.to_owned()));
        }
        self
    }

    /// The same with what was typed and chosen before.
    #[must_use]
    pub fn filled_in(mut self, verdict: &str, why: &str) -> Self {
        self.choices.iter_mut().for_each(|choice| choice.is_on = choice.value == verdict);
        self.why = why.to_owned();
        self
    }
}

/// The reasons that whoever looks gave for such verdicts, each once, newest first. O(judgements ever made).
pub(super) fn reasons(visit: &Visit, such: impl Fn(&Verdict) -> bool) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for decision in visit.view.decisions.iter().rev() {
        let judgement = &decision.judgement;
        let is_own = judgement.by == visit.session.user && such(&judgement.verdict);
        if is_own && !all.contains(&judgement.why) {
            all.push(judgement.why.clone());
            if all.len() == REASONS {
                break;
            }
        }
    }
    all
}
