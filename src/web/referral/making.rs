//! Making a package: what somebody previewed is built once more, compared, written, and recorded. Not responsible for the
//! rules (`casework`) nor for the page that a refused form leads to (`pages::refer`).
//!
//! Invariant: a form that is sent twice makes one package; what is recorded lies on the disk; what is not recorded does not.

use crate::{
    casework::{Follower, Ground, supersedable},
    engine::{Cases, EngineError},
    model::{Case, CaseEntry, Referral, ReferralId, Review, Ring, RingId, Seq},
    referral::{ReferralError, package::Package},
    web::{
        WebError,
        case::verdict::begun,
        judge::parsed,
        referral::{
            asked::Asked,
            draft::{Drafted, Files, ToRefer},
            kept::Kept,
            prints::Prints,
            row::Standing,
        },
        state::Visit,
    },
};
use std::sync::{Arc, PoisonError};

/// What a form is about that chooses a scope, as the store is now.
pub struct Ready {
    pub cases: Arc<Cases>,
    pub case: Arc<Case>,
    /// The ring that is referred.
    pub ring: RingId,
    pub asked: Asked,
    /// The two persons behind the case; none where it is not ready.
    pub review: Option<Review>,
    /// Why no package can be made now; empty when it can.
    pub cannot: String,
}

/// The rings that a case covers, the largest first.
pub fn covered<'v>(follower: &Follower<'v>, case: &Case) -> Vec<&'v Ring> {
    let mut rings: Vec<&Ring> =
        follower.reach(case).covered.iter().map(|covered| covered.ring).collect();
    rings.sort_by_key(|ring| (std::cmp::Reverse(ring.members.len()), ring.id.clone()));
    rings
}

/// What an address or a form asks for, held against the case as it is.
///
/// # Errors
/// When there is no such case, or when it covers no ring.
pub fn ready(visit: &Visit, id: &str, pairs: &[(String, String)]) -> Result<Ready, WebError> {
    let cases = visit.state.desk.cases();
    let case = visit.case(id)?;
    let mut asked = Asked::read(pairs);
    let follower = Follower::new(&visit.view);
    let rings = covered(&follower, &case);
    let Some(&largest) = rings.first() else {
        let why = "this case covers no ring that is there now, so there is nothing to refer";
        return Err(WebError::NotYet(why.to_owned()));
    };
    let ring = match &asked.ring {
        None => largest,
        Some(wanted) => {
            rings.iter().copied().find(|ring| ring.id == *wanted).unwrap_or_else(|| {
                asked.problems.push(format!("This case does not cover {wanted}."));
                largest
            })
        }
    };
    asked.choose(&visit.view, ring);
    if let Some(former) = &asked.supersedes {
        let problem = match cases.referral(former) {
            None => Some(format!("There is no package {former} to take the place of.")),
            Some(record) if Standing::of(record) != Standing::Stands => {
                let how = Standing::of(record).label().to_lowercase();
                Some(format!(
                    "{former} was {how} before; a package takes the place of one that stands."
                ))
            }
            Some(record) => supersedable(&record.referral, &case.id, &ring.id)
                .err()
                .map(|why| format!("{why}.")),
        };
        asked.problems.extend(problem);
    }
    // Decisions that wait for a running import count for its rules.
    let decided = visit.state.desk.as_decided();
    let follower = Follower::new(&decided);
    let attachments = visit.state.attachments.as_ref();
    let ground = Ground { view: &decided, cases: &cases, follower: &follower, attachments };
    let (review, cannot) = match ground.may_refer(&case, &ring.id, &visit.actor()) {
        Ok(review) => (Some(review), String::new()),
        Err(why) => (None, begun(&why.to_string(), &[])),
    };
    let ring = ring.id.clone();
    Ok(Ready { cases, case, ring, asked, review, cannot })
}

/// The draft of what was asked for.
///
/// # Errors
/// When a choice makes no package, or a form cannot be written.
pub fn drafted(
    visit: &Visit,
    ready: &Ready,
    id: &ReferralId,
    files: Files,
) -> Result<Drafted, ReferralError> {
    let of = ToRefer {
        view: &visit.view,
        cases: &ready.cases,
        case: &ready.case,
        ring: &ready.ring,
        scope: &ready.asked.scope,
        attachments: visit.state.attachments.as_ref(),
        organisation: &visit.state.organisation,
        by: &visit.session.user,
        supersedes: ready.asked.supersedes.as_ref(),
        id,
        key: visit.state.key.as_deref(),
    };
    visit.state.desk.draft(&of, files)
}

/// What a form says of the preview it was on.
pub struct Looked {
    /// The version of the case.
    version: Seq,
    /// What the preview said, as fingerprints.
    prints: Prints,
    /// The id that the package gets: the same whenever the same form is sent.
    id: ReferralId,
}

impl Looked {
    /// What a form says.
    ///
    /// # Errors
    /// When it does not say what was looked at.
    pub fn read(case: &Case, pairs: &[(String, String)]) -> Result<Self, WebError> {
        let one = |name: &str| pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim());
        let unseen = || {
            WebError::BadRequest(
                "the form does not say which preview it was on; load its page again".to_owned(),
            )
        };
        let once = one("once");
        if once.len() != 64 || !once.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(unseen());
        }
        Ok(Self {
            version: Seq(parsed(one("version")).map_err(|_| unseen())?),
            prints: Prints::read(one("seen")).ok_or_else(unseen)?,
            id: id_of(case, once),
        })
    }
}

/// The id of the package that a form makes which carries this secret.
pub fn id_of(case: &Case, once: &str) -> ReferralId {
    ReferralId::derive(&format!("{}\u{1f}{once}", case.id))
}

/// What became of a form.
pub enum Outcome {
    /// It was made.
    Made(ReferralId),
    /// It had been made by the same form before.
    Known(ReferralId),
    /// Something is missing or cannot be read.
    Refused(Box<Ready>),
    /// What was previewed is not what would be made now.
    Stale {
        ready: Box<Ready>,
        /// What is different, in phrases.
        changes: Vec<String>,
        /// What happened to the case since.
        since: Vec<CaseEntry>,
    },
}

/// Where packages are kept.
///
/// # Errors
/// Where nothing is.
pub fn kept(visit: &Visit) -> Result<Kept, WebError> {
    visit.state.kept.clone().ok_or_else(|| {
        let why = "this server keeps no packages; make it on the command line";
        WebError::NotYet(why.to_owned())
    })
}

/// Makes the package that a form asks for. May take seconds.
///
/// # Errors
/// When the form says nothing that was looked at, when nothing can be written, or when a rule refuses it after all.
pub fn made(visit: &Visit, case: &str, pairs: &[(String, String)]) -> Result<Outcome, WebError> {
    let kept = kept(visit)?;
    // One at a time: the same form sent twice waits here, and finds the package.
    let _alone = visit.state.referring.lock().unwrap_or_else(PoisonError::into_inner);
    let ready = ready(visit, case, pairs)?;
    let looked = Looked::read(&ready.case, pairs)?;
    if ready.cases.referral(&looked.id).is_some() {
        return Ok(Outcome::Known(looked.id));
    }
    let scope = &ready.asked.scope;
    if !ready.asked.problems.is_empty() || scope.purpose.is_empty() || !ready.cannot.is_empty() {
        return Ok(Outcome::Refused(Box::new(ready)));
    }
    let drafted = drafted(visit, &ready, &looked.id, Files::All)?;
    let changes = Prints::of(&drafted.dossier).changes_since(&looked.prints);
    if ready.case.version != looked.version || !changes.is_empty() {
        let since = ready.case.since(looked.version).to_vec();
        return Ok(Outcome::Stale { ready: Box::new(ready), changes, since });
    }
    let Some(package) = &drafted.package else {
        return Err(WebError::NotYet("the package has no files".to_owned()));
    };
    let referral = recorded(&ready, package);
    let id = referral.id.clone();
    kept.put(package)?;
    let done = visit.state.desk.refer(&visit.actor(), referral, looked.version);
    if done.is_err() {
        kept.forget(&id);
    }
    match done {
        Ok(_) => Ok(Outcome::Made(id)),
        Err(crate::casework::CaseError::Engine(EngineError::StaleCase { since, .. })) => {
            Ok(Outcome::Stale { ready: Box::new(ready), changes, since })
        }
        Err(error) => Err(error.into()),
    }
}

/// The fact that the package was made. A package for another employer does not say of which case it was made.
fn recorded(ready: &Ready, package: &Package) -> Referral {
    Referral {
        case: Some(ready.case.id.clone()),
        review: ready.review.clone(),
        ..package.referral.clone()
    }
}
