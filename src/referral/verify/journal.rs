//! What the journal says of a package: that it was made from it and recorded in it, and what became of it since. Not
//! responsible for the package itself (`checking`).
//!
//! Invariant: a journal that does not have the chain's hash where the manifest says is another one, or was changed.

use crate::{
    engine::{Cases, Engine},
    model::{FileHash, ReferralEnd, ReferralId, Seq},
    referral::{
        ReferralError,
        package::{MANIFEST, Manifest},
        verify::Problem,
    },
};

/// What the journal says of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The fact that says it was made.
    pub seq: Option<Seq>,
    /// Its withdrawal.
    pub withdrawn: Option<ReferralEnd>,
    /// The later one that took its place.
    pub superseded_by: Option<ReferralId>,
    /// Whether it is another journal than the one that the package was made from, which knows no such referral.
    pub is_other: bool,
    /// What does not fit.
    pub problem: Option<Problem>,
}

impl Recorded {
    /// That it no longer stands, if it does not.
    #[must_use]
    pub fn fate(&self) -> Option<String> {
        if let Some(end) = &self.withdrawn {
            return Some(format!(
                "it was withdrawn on {} by {}: {}",
                end.at.day(),
                end.by,
                end.why.trim()
            ));
        }
        self.superseded_by.as_ref().map(|later| format!("{later} took its place"))
    }
}

/// Asks the journal of a package with this manifest. O(facts up to its head).
///
/// # Errors
/// When the journal cannot be read.
pub fn recorded(
    engine: &Engine,
    cases: &Cases,
    manifest: &Manifest,
    hash: &FileHash,
) -> Result<Recorded, ReferralError> {
    let record = cases.referral(&manifest.referral_id);
    let chain = engine.hash_at(manifest.journal.head)?;
    let at = manifest.journal.head;
    let what = match (&chain, record) {
        (None, _) => Some(format!("is of another journal: this one ends before fact {}", at.0)),
        (Some(own), _) if *own != manifest.journal.hash => {
            Some(format!("is of another journal: the chain's hash at fact {} differs", at.0))
        }
        (_, None) => Some(format!(
            "is of a referral that the journal does not know: {} was never recorded",
            manifest.referral_id
        )),
        (_, Some(record)) if record.referral.manifest != *hash => {
            Some(format!("is not the one that was recorded by fact {}", record.seq.0))
        }
        _ => None,
    };
    let is_other = record.is_none() && chain.as_ref() != Some(&manifest.journal.hash);
    Ok(Recorded {
        is_other,
        seq: record.map(|record| record.seq),
        withdrawn: record.and_then(|record| record.withdrawn.clone()),
        superseded_by: record.and_then(|record| record.superseded_by.clone()),
        problem: what.map(|what| Problem::new(MANIFEST, what)),
    })
}
