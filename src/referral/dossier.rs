//! The dossier: everything a package says, chosen and redacted, in the words and the order in which it is said. Not
//! responsible for choosing (`build`) nor for any form (`part`).
//!
//! Facts, inferences and assessments are told apart: what was received ([`Identity`], [`Thing`], [`Event`], [`Original`]),
//! what was computed from it ([`LinkLine`], [`IndicatorLine`]), and what persons made of it ([`DecisionLine`],
//! [`Dossier::alternatives`]).
//!
//! Invariant: no value that is withheld is in it, but for `annex`; lists are sorted; numbers of identities and things are
//! their places in their lists, counted from 1.

use crate::{
    model::{
        ApplicantId, ApplicationId, AttributeId, AttributeKind, Bits, CaseId, FileHash, ImportId,
        Moment, ReferralId, ReferralProfile, Review, RingId, RingStatus, Seq, Tlp,
    },
    referral::Organisation,
};

/// Everything a package says.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    /// What the package is, by whom and when.
    pub heading: Heading,
    /// The ring in plain sentences, the verdict first.
    pub summary: Vec<String>,
    /// Claimed identities, by first application.
    pub identities: Vec<Identity>,
    /// What they share, the most telling first.
    pub things: Vec<Thing>,
    /// Which two identities hang together, strongest first.
    pub links: Vec<LinkLine>,
    /// What happened, oldest first.
    pub timeline: Vec<Event>,
    /// What indicators say, most telling first.
    pub indicators: Vec<IndicatorLine>,
    /// What speaks against it.
    pub against: Vec<String>,
    /// How firmly the ring holds together, gate by gate.
    pub gates: Vec<GateLine>,
    /// What persons decided, oldest first.
    pub decisions: Vec<DecisionLine>,
    /// Innocent explanations that persons considered, and why they do not hold, as they wrote it; empty where nobody did.
    pub alternatives: String,
    /// Innocent explanations to check, for what is shared.
    pub explanations: Vec<String>,
    /// Notes of the case; empty where they are not part of the package.
    pub notes: Vec<NoteLine>,
    /// What was withheld, and why.
    pub withheld: Vec<Withheld>,
    /// Others who use a shared thing and are not named.
    pub bystanders: u32,
    /// Who handled the evidence, oldest first.
    pub custody: Vec<CustodyLine>,
    /// Applications as they were received.
    pub originals: Vec<Original>,
    /// Files of the case.
    pub attachments: Vec<Attached>,
    /// How it was computed and what it cannot say.
    pub method: Method,
    /// Sealed values, for the encrypted annex alone.
    pub annex: Vec<Sealed>,
}

/// What the package is.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// Its id.
    pub referral: ReferralId,
    /// The referral it takes the place of.
    pub supersedes: Option<ReferralId>,
    /// The ring.
    pub ring: RingId,
    /// What people decided about the ring.
    pub status: RingStatus,
    /// The case, with its title; none for a draft without one.
    pub case: Option<(CaseId, String)>,
    /// The two persons who reviewed it; none for a draft.
    pub review: Option<Review>,
    /// The strongest words that may be used: "suspected identity fraud".
    pub wording: String,
    /// For whom it is.
    pub profile: ReferralProfile,
    /// Its marking.
    pub tlp: Tlp,
    /// To whom it goes; empty where nobody said.
    pub recipient: String,
    /// What it is for.
    pub purpose: String,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// The house that refers.
    pub organisation: Organisation,
    /// The last fact of the journal it was made from.
    pub head: Seq,
    /// The chain's hash there.
    pub head_hash: FileHash,
    /// Hash of the policy in force.
    pub policy: String,
    /// Version of Ringer.
    pub version: String,
    /// First application of a named identity.
    pub first_seen: Option<Moment>,
    /// Last application of a named identity.
    pub last_seen: Option<Moment>,
}

/// A claimed identity. Who it says it is may be the victim of a theft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its number, from 1.
    pub no: usize,
    /// Its id in Ringer.
    pub id: ApplicantId,
    /// What it is shown as: the name as claimed, or `Identity 3` where names are withheld.
    pub label: String,
    /// What was claimed, in display order of columns; each value as first spelled.
    pub claims: Vec<Claim>,
    /// Its applications, oldest first.
    pub applications: Vec<ApplicationLine>,
    /// Numbers of the things it shares, ascending.
    pub things: Vec<usize>,
    /// Whether the ring falls apart without it.
    pub is_cut: bool,
}

/// Something claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Name of the column, snake_case: `email`, `ship_street`.
    pub column: String,
    /// What it is, for people.
    pub about: String,
    /// As received.
    pub value: String,
    /// In which applications.
    pub applications: Vec<ApplicationId>,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationLine {
    /// Its id in the system it came from.
    pub id: ApplicationId,
    /// When it was submitted.
    pub submitted: Option<Moment>,
    /// The opening.
    pub requisition: String,
    /// Its title.
    pub role: String,
    /// Where it came from.
    pub channel: String,
    /// The agency.
    pub agency: String,
    /// How far it got.
    pub stage: String,
    /// How it ended.
    pub outcome: String,
}

/// How a value is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// As it is: canonical.
    Clear(String),
    /// As a keyed hash, hexadecimal.
    Keyed(String),
    /// Not at all.
    Withheld,
    /// There is no single value: texts that are nearly the same.
    None,
}

impl Value {
    /// For people and tables.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Clear(text) | Self::Keyed(text) => text,
            Self::Withheld => "[withheld]",
            Self::None => "",
        }
    }
}

/// Something that identities share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// Its number, from 1.
    pub no: usize,
    /// Its id in Ringer; none where there is no single value.
    pub id: Option<AttributeId>,
    /// What sort of value; none where there is no single value.
    pub kind: Option<AttributeKind>,
    /// What it is, for people: "Delivery address".
    pub label: String,
    /// The value.
    pub value: Value,
    /// Every spelling received from the named identities, but for the value itself; none where the value is not clear.
    pub spellings: Vec<String>,
    /// The evidence family, for people.
    pub family: String,
    /// What class of value it was held against ("exact unit"); empty where there is none.
    pub class: String,
    /// The most it is worth between two identities, in bits.
    pub bits: Bits,
    /// Numbers of the identities that share it, ascending; none where identities are not named.
    pub identities: Vec<usize>,
    /// How many claimed identities of the ring share it, named here or not for a peer employer.
    pub sharers: u32,
    /// Others in the whole store who use it: bystanders.
    pub others: u32,
    /// First use by a named identity.
    pub first_seen: Option<Moment>,
    /// Last use by a named identity.
    pub last_seen: Option<Moment>,
    /// Whether parcels go there.
    pub is_delivery: bool,
    /// What it may be as well, in a sentence.
    pub innocent: String,
    /// What a person said of it: "known bad", "common"; empty where nobody did.
    pub judged: String,
}

/// What is between two identities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkLine {
    /// Number of one.
    pub a: usize,
    /// Number of the other, larger.
    pub b: usize,
    /// What sort of link, for people: "shared infrastructure".
    pub class: String,
    /// The sum of its evidence, in bits.
    pub bits: Bits,
    /// Whether it binds a ring by itself.
    pub binds: bool,
    /// Whether the ring has a weak bridge here.
    pub is_weak_bridge: bool,
    /// The comparisons, most telling first; contradicting ones too.
    pub evidence: Vec<EvidenceLine>,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceLine {
    /// Name of the comparison, snake_case.
    pub feature: String,
    /// Its name for people.
    pub label: String,
    /// `supports`, `contradicts` or `neutral`.
    pub agreement: String,
    /// What it is worth, in bits.
    pub bits: Bits,
    /// The value of the first identity; `[withheld]` where it is.
    pub left: String,
    /// The value of the second.
    pub right: String,
    /// Number of the thing it is about, if it is one.
    pub thing: Option<usize>,
    /// What was found, for people.
    pub text: String,
    /// Applications it rests on.
    pub applications: Vec<ApplicationId>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What sort: `applied`, `stage`, `ring`, `decided`, `imported`, `referred`.
    pub kind: &'static str,
    /// Number of the identity, if it is about one.
    pub identity: Option<usize>,
    /// The application, if it is about one.
    pub application: Option<ApplicationId>,
    /// What, in a sentence.
    pub text: String,
    /// Where this is known from: `fact 12`, `field submitted_at`.
    pub source: String,
}

/// What an indicator says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorLine {
    /// Its id.
    pub id: String,
    /// What it says, in a few words.
    pub title: String,
    /// What it is about.
    pub topic: String,
    /// How much it may say: `strong`, `medium`, `weak`, `context`.
    pub strength: String,
    /// What it is worth, in bits.
    pub bits: Bits,
    /// Why it was raised.
    pub reason: String,
    /// The values it rests on, each with what it is.
    pub values: Vec<(String, String)>,
    /// Innocent explanations.
    pub innocent: Vec<String>,
    /// Numbers of the identities that raise it; none for one of the ring itself.
    pub identities: Vec<usize>,
}

/// A gate the ring had to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateLine {
    /// Its name for people.
    pub name: String,
    /// Whether it was passed.
    pub passed: bool,
    /// What was seen.
    pub detail: String,
}

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionLine {
    /// The fact it is.
    pub seq: Seq,
    /// When.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// About what and how, in a sentence.
    pub text: String,
    /// Why, as they wrote it, withheld values struck out.
    pub why: String,
    /// Whether it was withdrawn later.
    pub is_withdrawn: bool,
}

/// A note of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteLine {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// What, withheld values struck out.
    pub text: String,
}

/// Something that was withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// What.
    pub what: String,
    /// How many values or persons.
    pub count: u32,
    /// Why.
    pub why: String,
}

/// One step of the chain of custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustodyLine {
    /// The fact it is; none for the making of this package.
    pub seq: Option<Seq>,
    /// When.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// What was done: `imported`, `attached`, `decided`, `reviewed`, `referred`.
    pub action: &'static str,
    /// To what: a file of an import, an application, an attachment.
    pub item: String,
    /// What for or how, in a phrase.
    pub purpose: String,
    /// The file of the package it is about, if any: `originals/...`.
    pub file: Option<String>,
    /// SHA-256 of that file, if any.
    pub sha256: Option<FileHash>,
    /// Its size in bytes, if any.
    pub bytes: Option<u64>,
}

/// An application as it was received: one version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Number of the identity.
    pub identity: usize,
    /// The application.
    pub application: ApplicationId,
    /// The fact that brought it.
    pub seq: Seq,
    /// By which import.
    pub import: ImportId,
    /// When that was; none where the import is not on record.
    pub received: Option<Moment>,
    /// The file it was in, and its row there, the first data row being 1.
    pub source: (String, u64),
    /// Its path in the package: `originals/...json`.
    pub path: String,
    /// Its values as received, as JSON: an object of column names; sealed and withheld ones are not in it.
    pub bytes: Vec<u8>,
    /// Columns that were taken out.
    pub redacted: Vec<String>,
}

/// A file of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its path in the package: `originals/attachments/...`.
    pub path: String,
    /// What it was called.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// SHA-256 of its bytes.
    pub sha256: FileHash,
    /// Who attached it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How it was computed and what it cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Method {
    /// How rings are found, in sentences.
    pub how: Vec<String>,
    /// What each comparison is and the most it was worth here: name, about, bits.
    pub weights: Vec<(String, String, Bits)>,
    /// What it cannot say.
    pub limits: Vec<String>,
    /// Applications in the store that these were held against.
    pub applications: u64,
    /// Applicants in the store.
    pub applicants: u64,
}

/// A sealed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Number of the identity.
    pub identity: usize,
    /// The application.
    pub application: ApplicationId,
    /// Name of the column.
    pub column: String,
    /// The value as received.
    pub value: String,
}
