//! The normalised form of an application: what comparison works on. Made by `normalize`, read by `matching`;
//! the raw text stays in `Application`. Not responsible for any parsing.
//!
//! Invariant: a pure function of the application and the embedded reference data, so it is never the only
//! copy of anything and can always be made again.

use crate::model::{ApplicationId, Attribute, Moment, PartialDate, Role};
use serde::{Deserialize, Serialize};

/// A person's name, order-free.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonName {
    /// Folded tokens (lower-case ASCII, no titles, no generational suffix), in the order written with the
    /// family name moved last where the writing shows it ("Doe, John"). Initials are one letter.
    pub tokens: Vec<Box<str>>,
    /// Generational suffix (`jr`, `sr`, `ii`, ...), which tells father from son.
    pub suffix: Option<Box<str>>,
    /// Whether it was written in another script than Latin: its letters are then those of one of several romanizations.
    pub other_script: bool,
}

/// A mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// Lower case, plus tag and ignorable dots removed, aliases of one provider unified.
    pub canonical: Box<str>,
    /// Canonical local part without trailing digits and separators.
    pub stem: Box<str>,
    /// The trailing digits of the local part, maybe empty.
    pub digits: Box<str>,
    /// Canonical domain.
    pub domain: Box<str>,
}

/// Line type of a phone, from a look-up column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineType {
    /// Mobile.
    Mobile,
    /// Fixed line.
    Landline,
    /// Voice over IP, fixed or not.
    Voip,
}

/// A phone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// E.164, `+12025550123`, whether or not such a number can be assigned.
    pub e164: Box<str>,
    /// E.164 without its last three digits: the thousands block.
    pub block: Box<str>,
    /// Whether the numbering plan allows the number.
    pub valid: bool,
    /// Line type, where a column gave it.
    pub line_type: Option<LineType>,
    /// The extension behind a switchboard, as a number.
    pub extension: Option<u32>,
}

impl Phone {
    /// The last three digits: the place of the number in its block.
    #[must_use]
    pub fn last_three(&self) -> Option<u16> {
        self.e164.get(self.e164.len().checked_sub(3)?..)?.parse().ok()
    }
}

/// What kind of place an address names, as far as its text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// Street address without a unit: a house, or a building whose unit was left out.
    Street,
    /// Street address with a unit.
    Unit,
    /// Post office box.
    PoBox,
    /// Mail drop, virtual office, coworking space, parcel counter, as its text shows.
    MailDrop,
    /// Dormitory, hall of residence or campus.
    Campus,
    /// Only city, state or postal code.
    Area,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// House number (`12`, `12a`, `12-14`).
    pub number: Option<Box<str>>,
    /// Street in canonical words (`n main st`).
    pub street: Option<Box<str>>,
    /// Unit without its designator (`4b`).
    pub unit: Option<Box<str>>,
    /// City, folded.
    pub city: Option<Box<str>>,
    /// State code where known, folded text elsewhere.
    pub state: Option<Box<str>>,
    /// Postal code, without extension.
    pub postal_code: Option<Box<str>>,
    /// ISO country code, upper case.
    pub country: Option<Box<str>>,
    /// What kind of place.
    pub place: PlaceKind,
    /// Key of the exact dwelling, with its unit where one is given. Empty for `Area`.
    pub dwelling: Box<str>,
    /// Key of the building, without unit. Empty for `Area`.
    pub building: Box<str>,
}

/// A school or an employer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Canonical key: folded, aliases and abbreviations resolved, legal forms dropped.
    pub key: Box<str>,
}

/// One degree claimed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Education {
    /// School.
    pub institution: Option<Organisation>,
    /// Degree, folded (`bs`, `ms`, `phd`, ...).
    pub degree: Option<Box<str>>,
    /// Field of study, folded.
    pub major: Option<Box<str>>,
    /// Start.
    pub start: Option<PartialDate>,
    /// End, or the year of graduation.
    pub end: Option<PartialDate>,
}

/// One job claimed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Employment {
    /// Employer.
    pub employer: Option<Organisation>,
    /// Title, folded.
    pub title: Option<Box<str>>,
    /// Start.
    pub start: Option<PartialDate>,
    /// End.
    pub end: Option<PartialDate>,
}

/// An online profile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Profile {
    /// Platform (`linkedin`, `github`, ...), or `web` for a personal site.
    pub platform: Box<str>,
    /// Canonical handle, or host and path for `web`.
    pub handle: Box<str>,
}

/// An IP address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ip {
    /// Canonical text: dotted quad, or the /64 of an IPv6 address.
    pub canonical: Box<str>,
    /// The surrounding network: /24 or /48.
    pub network: Box<str>,
    /// Whether it is reserved, private, loopback or carrier-grade NAT, which identifies nobody. The ranges
    /// set apart for documentation count as public, so that examples work.
    pub private: bool,
}

/// A referee's contact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Referee {
    /// Name.
    pub name: Option<PersonName>,
    /// Mailbox.
    pub email: Option<Email>,
    /// Phone.
    pub phone: Option<Phone>,
}

/// The text of a resume, as a set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResumeText {
    /// 32-bit hashes of the 3-word shingles, sorted, without repeats; contact lines and the applicant's own
    /// name are left out. A text of fewer than three words is one shingle.
    pub shingles: Vec<u32>,
    /// Number of words.
    pub n_words: u32,
}

/// A file or picture artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// SHA-256 of the resume file.
    ResumeFile,
    /// PDF trailer id.
    PdfId,
    /// PDF author.
    PdfAuthor,
}

/// One artefact of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Document {
    /// Which artefact.
    pub kind: DocumentKind,
    /// Canonical value.
    pub value: Box<str>,
}

/// A photo.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Photo {
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: Option<Box<str>>,
    /// 64-bit perceptual hash.
    pub phash: Option<u64>,
}

/// The normalised form of one application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Normalized {
    /// The application.
    pub id: ApplicationId,
    /// When it was submitted, where that can be read.
    pub submitted_at: Option<Moment>,
    /// Opening applied for.
    pub requisition: Option<Box<str>>,
    /// Title of the opening, folded.
    pub role: Option<Box<str>>,
    /// Channel, folded.
    pub channel: Option<Box<str>>,
    /// Agency, folded.
    pub agency: Option<Box<str>>,
    /// Name as claimed.
    pub name: Option<PersonName>,
    /// Mailbox.
    pub email: Option<Email>,
    /// Phone.
    pub phone: Option<Phone>,
    /// Home address.
    pub home: Option<Address>,
    /// Delivery address.
    pub shipping: Option<Address>,
    /// Education, latest first.
    pub education: Vec<Education>,
    /// Employment, latest first.
    pub employment: Vec<Employment>,
    /// Online profiles, sorted.
    pub profiles: Vec<Profile>,
    /// IP address of the submission.
    pub ip: Option<Ip>,
    /// Device id, trimmed.
    pub device: Option<Box<str>>,
    /// Browser, trimmed.
    pub user_agent: Option<Box<str>>,
    /// Browser time zone, trimmed.
    pub timezone: Option<Box<str>>,
    /// Text of the resume.
    pub resume: Option<ResumeText>,
    /// Artefacts of documents, sorted.
    pub documents: Vec<Document>,
    /// Photo.
    pub photo: Option<Photo>,
    /// Referees.
    pub referees: Vec<Referee>,
    /// Keyed hash of the payee account.
    pub payment_account: Option<Box<str>>,
    /// Date of birth: tells persons apart, never a signal.
    pub birth_date: Option<PartialDate>,
    /// Keyed hash of it, where ids are hashed: equal or not, and nothing more.
    pub birth_hash: Option<Box<str>>,
    /// Government number, letters and digits only: tells persons apart, never a signal.
    pub national_id: Option<Box<str>>,
    /// Outcome, folded.
    pub outcome: Option<Box<str>>,
    /// Stage, folded.
    pub stage: Option<Box<str>>,
    /// Every attribute the application touches and how, sorted, without repeats.
    pub attributes: Vec<(Attribute, Role)>,
}
