//! News: what others decided about a thing, or what became of it, since somebody looked at it. Not responsible for
//! refusing a decision because of it (`judging`).
//!
//! Invariant: one's own decisions are no news; whatever changes what a decision is about is.

use crate::{
    engine::View,
    model::{ApplicationId, Cause, LineageKind, Moment, RingId, Seq, Verdict},
};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Somebody judged.
    Judged {
        /// What was said.
        verdict: Verdict,
        /// Why.
        why: String,
    },
    /// Somebody withdrew a judgement.
    TakenBack {
        /// What had been said.
        verdict: Verdict,
        /// Why it was withdrawn.
        why: String,
    },
    /// The ring has other members now.
    Changed {
        /// The ring.
        ring: RingId,
        /// How.
        kind: LineageKind,
        /// The other ring of a merger or a split.
        other: Option<RingId>,
        /// Its applications now; none when it is no more.
        applications: usize,
    },
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The fact that says so.
    pub seq: Seq,
    /// When.
    pub at: Moment,
    /// Who did it; empty where it was nobody in particular, as new evidence is.
    pub by: String,
    /// What.
    pub what: What,
}

impl View {
    /// What happened after fact `since` to what this verdict is about, but for what `by` did, oldest first.
    /// O(judgements ever made).
    #[must_use]
    pub fn news(&self, about: &Verdict, since: Seq, by: &str) -> Vec<News> {
        let mut news = Vec::new();
        for decision in self.decisions.iter().filter(|d| self.concerns(&d.judgement.verdict, about))
        {
            let judgement = &decision.judgement;
            if decision.seq > since && judgement.by != by {
                news.push(News {
                    seq: decision.seq,
                    at: judgement.at,
                    by: judgement.by.clone(),
                    what: What::Judged {
                        verdict: judgement.verdict.clone(),
                        why: judgement.why.clone(),
                    },
                });
            }
            if let Some(back) = decision.taken_back.as_ref().filter(|b| b.seq > since && b.by != by)
            {
                news.push(News {
                    seq: back.seq,
                    at: back.at,
                    by: back.by.clone(),
                    what: What::TakenBack {
                        verdict: judgement.verdict.clone(),
                        why: back.why.clone(),
                    },
                });
            }
        }
        news.extend(about.ring().into_iter().flat_map(|ring| self.turns(ring, since, by)));
        news.sort_by_key(|n| n.seq);
        news
    }

    /// What happened to a ring.
    fn turns(&self, ring: &RingId, since: Seq, by: &str) -> Vec<News> {
        let events = self.lineage.get(ring).unwrap_or_default();
        let who = |cause: &Cause| match cause {
            Cause::Judgement { id } => self.decisions.find(id).map_or("", |decision| {
                let back = decision.taken_back.as_ref().filter(|back| back.seq > since);
                back.map_or(decision.judgement.by.as_str(), |back| back.by.as_str())
            }),
            _ => "",
        };
        events
            .iter()
            .filter(|recorded| recorded.seq > since)
            .map(|recorded| News {
                seq: recorded.seq,
                at: recorded.at,
                by: who(&recorded.event.cause).to_owned(),
                what: What::Changed {
                    ring: ring.clone(),
                    kind: recorded.event.kind,
                    other: recorded.event.other.clone(),
                    applications: recorded.event.members.len(),
                },
            })
            .filter(|news| news.by != by)
            .collect()
    }

    /// Whether two verdicts are about the same: the same ring, value, or two people.
    #[must_use]
    pub fn concerns(&self, one: &Verdict, other: &Verdict) -> bool {
        match (one, other) {
            (Verdict::Ring { ring: a, .. }, Verdict::Ring { ring: b, .. }) => a == b,
            (Verdict::Value { attribute: a, .. }, Verdict::Value { attribute: b, .. }) => a == b,
            (Verdict::Pair { a, b, .. }, Verdict::Pair { a: p, b: q, .. }) => {
                (a, b) == (p, q)
                    || (self.is_one(a, p) && self.is_one(b, q))
                    || (self.is_one(a, q) && self.is_one(b, p))
            }
            _ => false,
        }
    }

    /// Whether two applications are one person's.
    fn is_one(&self, a: &ApplicationId, b: &ApplicationId) -> bool {
        let corpus = self.network.corpus();
        let of = |id| corpus.find(id).map(|app| self.network.applicant_of(app));
        a == b || of(a).is_some_and(|one| of(b) == Some(one))
    }
}
