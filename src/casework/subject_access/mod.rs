//! Subject access: everything that is held of one claimed identity and what was concluded of it, for the person's own
//! request. Not responsible for printing it (`letter`) nor for asking whether whoever asks is that person.
//!
//! Nobody else's data is in it. Others are "another applicant 1"; of links there is what both gave, which is the person's own;
//! rings are told by how many they are. Texts that staff wrote about several people are counted, not copied. Colleagues are
//! told by what they did and when, not by name. Birth dates and government numbers that were given are the person's own and
//! are shown. Referrals are left out unless asked for: telling of one may defeat an investigation.
//!
//! Invariant: what stands here came from the person, or was computed or decided about them alone.

mod gather;
mod letter;
mod taken_back;

pub use gather::{Asked, gather};
pub use letter::{Section, letter, text};
pub use taken_back::of_taken_back;

use serde::Serialize;
use std::collections::BTreeMap;

/// One version of an application, as received.
#[derive(Debug, Clone, Serialize)]
pub struct HeldVersion {
    /// When its import began.
    pub received_at: String,
    /// Whether that import was taken back: nothing is concluded from it.
    pub taken_back: bool,
    /// The file it came in, and the row.
    pub file: String,
    /// The row.
    pub row: u64,
    /// Fields, by name.
    pub fields: BTreeMap<String, String>,
    /// Fields under names of the house's own.
    pub other_fields: BTreeMap<String, String>,
    /// Lists, as JSON.
    pub lists: BTreeMap<String, serde_json::Value>,
}

/// An application.
#[derive(Debug, Clone, Serialize)]
pub struct HeldApplication {
    /// Its id in the house's system.
    pub application_id: String,
    /// Its versions, oldest first.
    pub versions: Vec<HeldVersion>,
}

/// A value that was made of what was given, to compare it.
#[derive(Debug, Clone, Serialize)]
pub struct HeldValue {
    /// What it is.
    pub kind: &'static str,
    /// In the form in which it is compared.
    pub value: String,
    /// How many other applicants gave the same.
    pub other_applicants: usize,
}

/// A link to somebody else.
#[derive(Debug, Clone, Serialize)]
pub struct HeldLink {
    /// Whom to.
    pub with: String,
    /// What it means.
    pub class: &'static str,
    /// How strong it is, in bits.
    pub bits: f64,
    /// Whether it binds applicants into a group.
    pub binds: bool,
    /// What both gave.
    pub both_gave: Vec<String>,
}

/// A group that the person is or was in.
#[derive(Debug, Clone, Serialize)]
pub struct HeldRing {
    /// Its id.
    pub ring_id: String,
    /// Whether the person is in it now.
    pub is_member: bool,
    /// What people decided about it.
    pub status: String,
    /// What happened to it while the person was in it.
    pub history: Vec<String>,
}

/// An indicator that found something in what was given.
#[derive(Debug, Clone, Serialize)]
pub struct HeldIndicator {
    /// Its id.
    pub indicator_id: &'static str,
    /// What it says.
    pub title: &'static str,
    /// How much it counts, in bits.
    pub bits: f64,
    /// Why it was raised; left out where it may quote others.
    pub reason: Option<String>,
    /// Innocent explanations.
    pub innocent: Vec<&'static str>,
}

/// Something a person decided.
#[derive(Debug, Clone, Serialize)]
pub struct HeldDecision {
    /// The day.
    pub day: String,
    /// What.
    pub what: String,
    /// Why, or how; left out where it may be about others.
    pub note: Option<String>,
    /// Whether it was taken back.
    pub taken_back: bool,
}

/// A case that is about the person or a group they are in.
#[derive(Debug, Clone, Serialize)]
pub struct HeldCase {
    /// Its id.
    pub case_id: String,
    /// Whether it is about them alone.
    pub about_them_alone: bool,
    /// How far it has come.
    pub status: &'static str,
    /// Its notes that are about them alone.
    pub notes: Vec<String>,
    /// Notes that may be about others too.
    pub notes_withheld: usize,
    /// Attached files, by name, of a case about them alone.
    pub files: Vec<String>,
    /// Attached files that may be about others too.
    pub files_withheld: usize,
}

/// How often something was done on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// The day.
    pub day: String,
    /// What was done.
    pub what: &'static str,
    /// How often.
    pub times: usize,
}

/// Until when it is kept.
#[derive(Debug, Clone, Serialize)]
pub struct HeldUntil {
    /// The day of the last application or action.
    pub since: String,
    /// The first day on which it may be erased.
    pub may_be_erased_from: String,
    /// Whose rule that is.
    pub rule: String,
    /// The last day on which it is kept; none where no end is set.
    pub kept_until: Option<String>,
    /// Legal holds.
    pub holds: usize,
}

/// A referral that the person was named in.
#[derive(Debug, Clone, Serialize)]
pub struct HeldReferral {
    /// Its id.
    pub referral_id: String,
    /// The day.
    pub day: String,
    /// For whom.
    pub profile: &'static str,
    /// Whether it stands.
    pub stands: bool,
}

/// Everything.
#[derive(Debug, Clone, Serialize)]
pub struct SubjectAccess {
    /// When it was put together.
    pub made_at: String,
    /// As of which fact of the journal.
    pub as_of_fact: u64,
    /// The claimed identity.
    pub applicant_id: String,
    /// Applications as received.
    pub applications: Vec<HeldApplication>,
    /// Values made of them.
    pub values: Vec<HeldValue>,
    /// Links to others.
    pub links: Vec<HeldLink>,
    /// Groups.
    pub rings: Vec<HeldRing>,
    /// What indicators make of it, in a word.
    pub band: &'static str,
    /// Indicators that found something.
    pub indicators: Vec<HeldIndicator>,
    /// What speaks for the person.
    pub speaks_for: Vec<String>,
    /// What people decided.
    pub decisions: Vec<HeldDecision>,
    /// Cases.
    pub cases: Vec<HeldCase>,
    /// Entries of watch-lists that are like what was given.
    pub watched: Vec<String>,
    /// Who looked, by day.
    pub looked_at: Vec<Looked>,
    /// Until when.
    pub kept: HeldUntil,
    /// Referrals; none unless they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrals: Option<Vec<HeldReferral>>,
    /// What is left out, and why.
    pub withheld: Vec<String>,
}
