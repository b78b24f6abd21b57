//! Building a dossier: what a scope leaves of a ring, its case and its applications. Not responsible for the forms it is
//! written in (`part`).
//!
//! First it is settled who is named and what is withheld ([`withholding`]); everything that comes after sees named members
//! alone, and texts only with what is withheld struck out.
//!
//! Invariant: a value of somebody who is not named gets into a dossier only where a named member claims it too.

mod evidence;
mod findings;
mod past;
mod people;
#[cfg(test)]
mod tests;
mod things;
mod withholding;

pub use things::keyed;

use crate::{
    casework::{self, Attachments, Follower},
    engine::{Cases, Engine, RingLookup, View},
    explain::words::count,
    model::{
        AppIx, ApplicantIx, Application, Case, CaseId, CaseStatus, FileHash, Moment, ReferralId,
        ReferralProfile, Review, Ring, RingId,
    },
    referral::{Dossier, Heading, Organisation, ReferralError, Scope, Secrets},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// What a dossier is built from.
pub struct Ground<'g> {
    /// The store.
    pub engine: &'g Engine,
    /// What is seen of it.
    pub view: &'g View,
    /// Its cases.
    pub cases: &'g Cases,
    /// Their files; without them none go along.
    pub attachments: Option<&'g Attachments>,
    /// The house that refers.
    pub organisation: &'g Organisation,
    /// Who makes the package.
    pub by: &'g str,
    /// When.
    pub at: Moment,
    /// The case it is made from; none takes the ring's.
    pub case: Option<&'g CaseId>,
    /// The referral whose place it takes.
    pub supersedes: Option<ReferralId>,
    /// The key of hashed values, where the scope asks for such.
    pub key: Option<&'g [u8]>,
}

/// A dossier, and what must be in none of its files.
#[derive(Debug, Clone)]
pub struct Built {
    /// What a package says.
    pub dossier: Dossier,
    /// Values that are withheld.
    pub secrets: Secrets,
}

/// Builds the dossier of a ring. O(applications of its members + links of the ring).
///
/// # Errors
/// When there is no such ring, case or applicant in it; when the scope names nobody, or asks for keyed values without a
/// key; when a file of the case is damaged, or the store fails.
pub fn build(ground: &Ground<'_>, ring: &RingId, scope: &Scope) -> Result<Built, ReferralError> {
    let ring = match ground.view.ring(ring) {
        RingLookup::Found(ring) => ring,
        RingLookup::MovedTo(into) => {
            return Err(ReferralError::Scope(format!(
                "{ring} was merged into {into}; refer that ring"
            )));
        }
        RingLookup::Dissolved => {
            return Err(ReferralError::Scope(format!(
                "{ring} is no ring any more: it no longer passes the gates; see ringer ring {ring}"
            )));
        }
        RingLookup::Unknown => {
            return Err(ReferralError::NotFound { what: "ring", id: ring.to_string() });
        }
    };
    if scope.is_keyed && scope.profile != ReferralProfile::PeerEmployer {
        return Err(ReferralError::Scope(
            "keyed values are for a peer employer's package: the others say what was claimed"
                .to_owned(),
        ));
    }
    if scope.is_keyed && ground.key.is_none() {
        return Err(ReferralError::Scope("there is no key to hash values under".to_owned()));
    }
    let case = case_of(ground, ring)?;
    let named = people::named(ground, ring, scope)?;
    let raws = Raws { ground, kept: Mutex::default() };
    let (review, overtaken) = case.as_deref().map(|case| review(ground, case)).unwrap_or_default();
    let case = case.as_deref();
    let sight = Sight { ground, ring, scope, case, review, overtaken, named, raws: &raws };
    let withheld = withholding::settle(&sight)?;
    let secrets = withheld.secrets.clone();
    let mut dossier = assembled(&sight, &withheld)?;
    if scope.profile == ReferralProfile::PeerEmployer {
        peer(&mut dossier);
    }
    Ok(Built { dossier, secrets })
}

/// What every part of a dossier is built from.
struct Sight<'s> {
    ground: &'s Ground<'s>,
    ring: &'s Ring,
    scope: &'s Scope,
    case: Option<&'s Case>,
    /// The two persons who reviewed it as it is.
    review: Option<Review>,
    /// Why it is not what two persons agreed on any more.
    overtaken: Option<String>,
    /// The members that are named, in the order of their numbers.
    named: Vec<ApplicantIx>,
    raws: &'s Raws<'s>,
}

impl Sight<'_> {
    /// The number of a member that is named.
    fn no(&self, member: ApplicantIx) -> Option<usize> {
        // Few are asked for among few.
        self.named.iter().position(|&m| m == member).map(|at| at + 1)
    }

    /// The named members' applications, by number.
    fn apps(&self) -> impl Iterator<Item = (usize, AppIx)> {
        let of = |(at, &member): (usize, &ApplicantIx)| {
            let applications = &self.ground.view.network.applicant(member).applications;
            applications.iter().map(move |&app| (at + 1, app))
        };
        self.named.iter().enumerate().flat_map(of)
    }

    /// Whether all members are named.
    fn is_whole(&self) -> bool {
        self.named.len() == self.ring.members.len()
    }
}

/// Applications as received, each read once.
struct Raws<'r> {
    ground: &'r Ground<'r>,
    kept: Mutex<BTreeMap<AppIx, Option<Arc<Application>>>>,
}

impl Raws<'_> {
    fn get(&self, app: AppIx) -> Option<Arc<Application>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Ground { engine, view, .. } = self.ground;
        kept.entry(app).or_insert_with(|| engine.raw(view, app).map(Arc::new)).clone()
    }
}

/// The case that was asked for, or the ring's: one that is ready for referral before one that is open.
fn case_of(ground: &Ground<'_>, ring: &Ring) -> Result<Option<Arc<Case>>, ReferralError> {
    let follower = Follower::new(ground.view);
    if let Some(id) = ground.case {
        let unknown = || ReferralError::NotFound { what: "case", id: id.to_string() };
        let case = ground.cases.get(id).ok_or_else(unknown)?;
        if !follower.reach(case).covers(&ring.id) {
            return Err(ReferralError::Scope(format!("{id} does not cover {}", ring.id)));
        }
        return Ok(Some(Arc::clone(case)));
    }
    let mut covering = follower.covering(ground.cases, &ring.id);
    covering.retain(|case| case.is_open());
    covering.sort_by_key(|case| (case.status != CaseStatus::ReferralReady, case.id.clone()));
    Ok(covering.into_iter().next())
}

/// The two persons behind a case, and why it is not what they agreed on any more, if that is so.
fn review(ground: &Ground<'_>, case: &Case) -> (Option<Review>, Option<String>) {
    let follower = Follower::new(ground.view);
    let Ground { view, cases, attachments, .. } = *ground;
    let rules = casework::Ground { view, cases, follower: &follower, attachments };
    match rules.overtaken(case) {
        Some(why) => (None, Some(why)),
        None => (casework::review(case), None),
    }
}

fn heading(
    sight: &Sight<'_>,
    withheld: &withholding::Withholding,
) -> Result<Heading, ReferralError> {
    let Sight { ground, ring, scope, case, .. } = *sight;
    // The words of a status that no longer holds may not be used.
    let status = match (case, &sight.overtaken) {
        (Some(case), None) => case.status,
        _ => CaseStatus::Linked,
    };
    let head = ground.engine.store().head();
    let corpus = ground.view.network.corpus();
    let moments = || sight.apps().filter_map(|(_, app)| corpus.submitted(app));
    let hash = FileHash::of(&head.hash)
        .ok_or_else(|| ReferralError::Scope("the journal's hash is none".to_owned()))?;
    let made = format!("{}\u{1f}{}\u{1f}{}", ring.id, ground.at.0, ground.by);
    Ok(Heading {
        referral: ground.engine.next_referral(&head, &made),
        supersedes: ground.supersedes.clone(),
        ring: ring.id.clone(),
        status: ring.status,
        case: case.map(|case| (case.id.clone(), withheld.struck(&case.title))),
        review: sight.review.clone(),
        wording: status.label().to_owned(),
        profile: scope.profile,
        tlp: scope.tlp,
        recipient: scope.recipient.trim().to_owned(),
        purpose: scope.purpose.trim().to_owned(),
        by: ground.by.to_owned(),
        at: ground.at,
        organisation: ground.organisation.clone(),
        head: head.seq,
        head_hash: hash,
        policy: ground.view.policy.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        first_seen: moments().min(),
        last_seen: moments().max(),
    })
}

fn assembled(
    sight: &Sight<'_>,
    withheld: &withholding::Withholding,
) -> Result<Dossier, ReferralError> {
    let (things, numbers) = things::things(sight, withheld);
    let identities = people::identities(sight, withheld, &things);
    let (links, n_links) = evidence::links(sight, withheld, &numbers);
    let (originals, annex) = past::originals(sight, withheld)?;
    let attachments = past::attachments(sight)?;
    let assessment = findings::assessed(sight);
    let found = findings::findings(sight, &assessment, withheld);
    Ok(Dossier {
        heading: heading(sight, withheld)?,
        summary: findings::summary(sight, &assessment, &things),
        timeline: past::timeline(sight, withheld),
        custody: past::custody(sight, withheld, &originals, &attachments),
        method: findings::method(sight, links.len(), n_links),
        gates: findings::gates(sight),
        decisions: past::decisions(sight, withheld),
        alternatives: withheld.struck(sight.case.map_or("", casework::alternatives)),
        explanations: findings::explanations(sight),
        notes: past::notes(sight, withheld),
        withheld: withheld.said(sight),
        bystanders: withheld.bystanders,
        indicators: found.indicators,
        against: found.against,
        identities,
        things,
        links,
        originals,
        attachments,
        annex,
    })
}

/// Leaves the shared things alone: another employer is told what to look for, and of nobody who applied.
fn peer(dossier: &mut Dossier) {
    let n = dossier.identities.len();
    dossier.identities.clear();
    dossier.links.clear();
    dossier.originals.clear();
    dossier.attachments.clear();
    dossier.annex.clear();
    dossier.notes.clear();
    dossier.decisions.clear();
    dossier.indicators.clear();
    dossier.against.clear();
    dossier.gates.clear();
    dossier.alternatives =
        "What persons of the house wrote is not part of a package for another employer.".to_owned();
    dossier.timeline.retain(|event| event.kind == "ring");
    dossier.custody.retain(|line| line.action == "referred");
    dossier.heading.case = None;
    if let Some(review) = &mut dossier.heading.review {
        (review.proposed_by, review.agreed_by) = ("one person".to_owned(), "another".to_owned());
    }
    dossier.things.retain(|thing| thing.kind.is_some_and(|kind| kind.is_artefact()));
    for (at, thing) in dossier.things.iter_mut().enumerate() {
        thing.no = at + 1;
        thing.identities.clear();
        thing.spellings.clear();
    }
    dossier.withheld.insert(
        0,
        crate::referral::Withheld {
            what: format!(
                "{} and what they claimed",
                count(n, "claimed identity", "claimed identities")
            ),
            count: u32::try_from(n).unwrap_or(u32::MAX),
            why: "another employer needs the shared things alone".to_owned(),
        },
    );
}
