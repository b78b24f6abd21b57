//! What a case covers, as its page shows it: rings and what became of them, people and how far their checklist is. Not
//! responsible for following rings (`casework::Reach`).
//!
//! Invariant: a ring that merged, split or dissolved is told by what it became, with the day and the fact.

use crate::{
    casework::{Checklist, MemberChecks, Reach, Step},
    engine::View,
    explain::words::count,
    model::{Case, CheckResult, Ring, RingId, RingStatus, Verdict},
    web::{
        labels::{self, Nouns},
        text::Piece,
        urls,
    },
};

/// A ring that a case covers, or covered.
pub struct CoveredRing {
    /// Its id now.
    pub id: RingId,
    /// Under which it was linked.
    pub linked: RingId,
    /// What it is now; empty when it is no ring any more.
    pub now: Vec<Piece>,
    /// The words for its status, and their name in style sheets.
    pub status: Option<(&'static str, &'static str)>,
    /// Who judged it, and why.
    pub judged: Option<(String, String)>,
    /// What gates say that it does not pass.
    pub failed: Vec<String>,
    /// What happened since the case took it on.
    pub story: Vec<Vec<Piece>>,
    /// Whether it can be taken off.
    pub may_go: bool,
}

/// The rings of a case, largest first, those that are gone last.
pub fn rings(view: &View, case: &Case, reach: &Reach<'_>) -> Vec<CoveredRing> {
    let may_go =
        |linked: &RingId| case.subject.ring() != Some(linked) && case.rings.contains_key(linked);
    let mut covered: Vec<_> = reach.covered.iter().collect();
    covered.sort_by_key(|c| (std::cmp::Reverse(c.ring.members.len()), c.ring.id.clone()));
    let there = covered.into_iter().map(|covered| {
        let ring = covered.ring;
        CoveredRing {
            id: ring.id.clone(),
            linked: covered.linked.clone(),
            now: now(view, ring),
            status: Some((labels::status(ring.status), ring.status.name())),
            judged: judged(view, ring),
            failed: ring.gates.iter().filter(|g| !g.passed).map(|g| g.detail.clone()).collect(),
            story: covered.story.iter().map(told).collect(),
            may_go: may_go(&covered.linked) && ring.id == covered.linked,
        }
    });
    let gone = reach.gone.iter().map(|gone| CoveredRing {
        id: gone.linked.clone(),
        linked: gone.linked.clone(),
        now: Vec::new(),
        status: None,
        judged: None,
        failed: Vec::new(),
        story: gone.story.iter().map(told).collect(),
        may_go: may_go(&gone.linked),
    });
    there.chain(gone).collect()
}

fn now(view: &View, ring: &Ring) -> Vec<Piece> {
    let url = urls::ring(&ring.id);
    let n = count(ring.identities as usize, "claimed identity", "claimed identities");
    let mut said = vec![Piece::link(n, url.clone()), Piece::text(" share ")];
    said.extend(labels::shared_nouns(view, ring, &Nouns::on(&url)));
    said
}

fn told(step: &Step) -> Vec<Piece> {
    vec![Piece::text(format!("{}: {} (fact {})", step.at.day(), step.text, step.seq.0))]
}

/// The judgement in force about a ring.
fn judged(view: &View, ring: &Ring) -> Option<(String, String)> {
    if ring.status == RingStatus::Open {
        return None;
    }
    let about = |verdict: &Verdict| verdict.ring() == Some(&ring.id);
    let last = view.judgements.iter().rev().find(|j| about(&j.verdict))?;
    Some((last.by.clone(), last.why.clone()))
}

/// What one person checked about somebody.
pub struct CheckMark {
    /// A sign for the result.
    pub sign: &'static str,
    /// What was checked.
    pub item: &'static str,
    /// The result in a word.
    pub result: &'static str,
    /// By whom, when and how.
    pub told: String,
}

/// Somebody the case is about, and how far the checklist is.
pub struct CoveredPerson {
    /// Their id.
    pub id: String,
    /// Under which name.
    pub name: String,
    /// Their page.
    pub url: String,
    /// Number of applications.
    pub applications: usize,
    /// What was checked.
    pub checks: Vec<CheckMark>,
    /// Items that nobody has checked.
    pub open: usize,
}

/// Somebody, and how far the checklist is.
pub fn person(view: &View, member: &MemberChecks<'_>) -> CoveredPerson {
    let applicant = view.network.applicant(member.applicant);
    let checks = member.items.iter().filter_map(|(item, check)| {
        let check = (*check)?;
        Some(CheckMark {
            sign: match check.result {
                CheckResult::Confirmed => "✓",
                CheckResult::Refuted => "✗",
                CheckResult::Inconclusive => "~",
            },
            item: item.about(),
            result: check.result.name(),
            told: format!("{}, {}: {}", check.by, check.at.day(), check.note),
        })
    });
    CoveredPerson {
        id: applicant.id.to_string(),
        name: view.network.label(member.applicant).to_owned(),
        url: urls::applicant(&applicant.id),
        applications: applicant.applications.len(),
        open: member.items.iter().filter(|(_, check)| check.is_none()).count(),
        checks: checks.collect(),
    }
}

/// How far the checklist is, in a sentence.
pub fn progress(checklist: &Checklist<'_>) -> String {
    let (done, all) = checklist.done();
    let refuted: usize = checklist.tallies().iter().map(|tally| tally.refuted).sum();
    let mut said = format!("{done} of {} done", count(all, "check", "checks"));
    if refuted > 0 {
        said.push_str(&format!(", {refuted} refuted"));
    }
    said
}
