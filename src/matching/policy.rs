//! The policy: every number that decides, on one screen, each with its reason. Not responsible for applying them.
//!
//! Weights of identity (one person or two?) are Fellegi-Sunter probabilities, level by level in `levels`: `m` is how
//! often one person's two applications agree so, `u` how often unrelated people do. Weights of infrastructure (two
//! persons, one hand?) are stated as the number of innocent co-users a person has on such a value: that number
//! belongs to the class of the value and not to the size of the store.
//!
//! Invariant: pure data; its hash is stamped on everything computed under it.

use crate::{matching::Levels, model::Bits};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The numbers that decide whether two applications are one person's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdentityPolicy {
    /// Two applications are one person's from this many bits on, prior included. 0 bits: even odds, where errors of
    /// both kinds together are fewest.
    pub threshold: Bits,
    /// Fewest applications the prior is reckoned with.
    pub prior_floor: u32,
    /// Fewest applications the prior and the frequencies are reckoned with: a store of ten rows does not make
    /// a John Smith rare.
    pub population_floor: u32,
    /// What each comparison can find, and how much that says.
    pub levels: Levels,
    /// One person rather than two people who live, work or deceive together?
    pub company: CompanyPolicy,
    /// Two clusters are joined only if their applications agree on average by this much, prior included.
    pub mean_floor: Bits,
}

impl Default for IdentityPolicy {
    fn default() -> Self {
        Self {
            threshold: Bits::new(0.0),
            prior_floor: 2_000,
            population_floor: 20_000,
            levels: Levels::default(),
            company: CompanyPolicy::default(),
            mean_floor: Bits::new(-1.5),
        }
    }
}

/// The numbers that tell one person from two people of one company. The most that each comparison says there is log2
/// of how often one person shows it over how often two of one company do: relatives share a phone often, a mailbox
/// seldom, a birth date when they are twins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CompanyPolicy {
    /// What two applications with one family name start from: people apply again more often than their relatives
    /// apply.
    pub relatives: Bits,
    /// What two with different family names start from.
    pub others: Bits,
    /// The most that one given name says of two of one family name and home: children are named after parents.
    pub namesakes: Bits,
    /// The most that names say which are the same but for one.
    pub given: Bits,
    /// A government number.
    pub government_id: Bits,
    /// One that differs in its last two signs alone, of people who have no name in common: whoever makes up several people
    /// makes up numbers in a row.
    pub government_id_near: Bits,
    /// A birth date.
    pub birth_date: Bits,
    /// A mailbox.
    pub email: Bits,
    /// A phone.
    pub phone: Bits,
    /// A profile.
    pub profile: Bits,
    /// School, subject and year: siblings and classmates share them.
    pub education: Bits,
    /// Employer and title: colleagues do.
    pub employment: Bits,
    /// A text.
    pub text: Bits,
    /// Anything else.
    pub others_each: Bits,
}

impl Default for CompanyPolicy {
    fn default() -> Self {
        Self {
            relatives: Bits::new(2.0),
            others: Bits::new(-1.0),
            namesakes: Bits::new(5.0),
            given: Bits::new(4.0),
            government_id: Bits::new(16.0),
            government_id_near: Bits::new(1.5),
            birth_date: Bits::new(8.0),
            email: Bits::new(5.5),
            phone: Bits::new(3.5),
            profile: Bits::new(7.0),
            education: Bits::new(7.0),
            employment: Bits::new(7.0),
            text: Bits::new(7.0),
            others_each: Bits::new(2.0),
        }
    }
}

impl IdentityPolicy {
    /// Hash of these numbers: the first 12 hexadecimal digits of the SHA-256 of their JSON.
    #[must_use]
    pub fn hash(&self) -> String {
        hash(self)
    }
}

/// What one kind of shared value says for "one hand behind two persons".
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharing {
    /// How often two members of one ring share such a value.
    pub m: f64,
    /// How many other people a person innocently shares such a value with, on average, in one store.
    pub innocent: f64,
    /// How likely a value of this kind is to be a hub that unrelated people use.
    pub hub: f64,
}

impl Sharing {
    /// Weight of sharing a value that is no hub, in bits before the prior.
    #[must_use]
    pub fn bits(&self) -> Bits {
        Bits::ratio(self.m, self.innocent)
    }
}

const fn sharing(m: f64, innocent: f64, hub: f64) -> Sharing {
    Sharing { m, innocent, hub }
}

/// The numbers that decide whether two persons are linked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkPolicy {
    /// What two persons start from, in the same units as `Sharing`: about one in twenty-five persons has one
    /// accomplice in the store.
    pub prior: Bits,
    /// What two start from, each of whom is bound to somebody else: about one in three has a further accomplice.
    pub prior_of_bound: Bits,
    /// A link binds from this many bits on, prior included. 1.5 bits: about three to one.
    pub threshold: Bits,
    /// A link is shown as "watch" from this many bits on, prior included.
    pub watch: Bits,
    /// A phone of one's own.
    pub phone: Sharing,
    /// A phone seen again more than two years later: numbers are given to others.
    pub phone_recycled: Sharing,
    /// Internet-telephony numbers out of one thousands block.
    pub phone_block: Sharing,
    /// A mailbox.
    pub email: Sharing,
    /// Mailboxes of one series: same unusual stem, other digits.
    pub email_series: Sharing,
    /// Mailboxes whose unusual stems are one letter apart.
    pub email_stem_close: Sharing,
    /// How likely a series is a hub when it is at one provider.
    pub email_series_one_provider: f64,
    /// What neighboring numbers in mailboxes of one series say against a stem that strangers hit upon, at most.
    pub email_numbers_near: Bits,
    /// ... when the applicants' own names stand beside its stem, each mailbox its own.
    pub email_series_beside_a_name: f64,
    /// A wired line, which a household shares.
    pub phone_wired: Sharing,
    /// One house number, street and city claimed in two states.
    pub house_in_two_states: Sharing,
    /// An exact dwelling: house or flat. Families and flatmates share one, so it does not bind by itself.
    pub dwelling: Sharing,
    /// A building whose units are unknown.
    pub building: Sharing,
    /// A delivery address far from both homes, which lie in other states.
    pub shipping_far: Sharing,
    /// ... far from one of them.
    pub shipping: Sharing,
    /// ... near both: neighbors at one parcel counter.
    pub shipping_near: Sharing,
    /// One's home, another's delivery address.
    pub ship_to_home: Sharing,
    /// ... when the other claims to live in another state.
    pub ship_to_far_home: Sharing,
    /// Bits for each further person at one exact dwelling beyond four: homes are rarely that full.
    pub crowd: Bits,
    /// At most this many bits for a crowd.
    pub crowd_cap: Bits,
    /// What a crowd at one dwelling who all apply in one season says against a hall or a house with many doors, at most:
    /// see `in_season`.
    pub crowd_season_cap: Bits,
    /// A profile.
    pub profile: Sharing,
    /// A page of code or of the web, which may be a school's or an employer's.
    pub page: Sharing,
    /// Handles of one series.
    pub handle_series: Sharing,
    /// An IP address.
    pub ip: Sharing,
    /// Addresses of one network within a week: mostly customers of one provider, and where they corroborate each other
    /// one hand.
    pub network_week: Sharing,
    /// A device.
    pub device: Sharing,
    /// A device of two people who live apart.
    pub device_apart: Sharing,
    /// A referee, a profile or parts of a text, of two who worked or studied together.
    pub together: Sharing,
    /// Resume texts with many passages in common, templates taken out: the most that texts can say.
    pub resume: Sharing,
    /// Passages in common that are under a fifth of the shorter text: a project of a team or a course.
    pub resume_few: Sharing,
    /// ... which nobody else has: no project of a team, but what much editing leaves of a copy. Less than two identities
    /// need to be a ring, since two friends may have a sentence in common.
    pub resume_few_alone: Sharing,
    /// Passages in common that are under half of the longer text, of two who apply for one opening: what it says of the work,
    /// which many put into what they send. Too little to bear out anything else.
    pub resume_opening: Sharing,
    /// Texts in common of two who worked or studied together: colleagues copy from each other.
    pub resume_together: Sharing,
    /// The same resume file.
    pub resume_file: Sharing,
    /// The same PDF origin.
    pub pdf_id: Sharing,
    /// The same PDF author.
    pub pdf_author: Sharing,
    /// The same photo, to the byte or nearly.
    pub photo: [Sharing; 2],
    /// A referee.
    pub referee: Sharing,
    /// A payee account.
    pub payment: Sharing,
    /// A payee account of two who live apart: no spouses.
    pub payment_apart: Sharing,
    /// The same school, degree, subject, year and employer.
    pub history: Sharing,
    /// What is taken off a shared value when the applications lie more than half a year, or a year and a half,
    /// apart.
    pub stale: [Bits; 2],
    /// What one sitting adds to other evidence.
    pub sitting: Bits,
    /// What a return after a rejection adds to other evidence.
    pub return_after_rejection: Bits,
    /// A phone or mailbox in common where a home is unknown, so that a family may have it.
    pub contact_home_unknown: Sharing,
    /// What a further, independent family adds beyond its own weight, as a share of log2 of the number of
    /// applications. The first thing two persons share is one coincidence among all pairs; a second one that
    /// strangers would share by chance hardly ever is worth log2 N more. Not all of it: families are never
    /// quite independent.
    pub corroborates: f64,
    /// The most that a further family can be worth.
    pub corroborates_cap: Bits,
    /// Further evidence of one family counts this much of its weight: it is hardly independent.
    pub overlap: f64,
    /// How likely two users of an artefact are to share something else as well.
    pub corroboration_ring: f64,
    /// How likely a user of a hub is to share something else with another user by chance.
    pub corroboration_hub: f64,
    /// So many users of a thing of one's own may share nothing else without that speaking for a hub: personas of a
    /// careful hand have one thing in common, but hardly a whole crowd of them.
    pub careful: u32,
    /// How much more each user of one picture file who shares nothing else speaks for a stock picture than one of
    /// another value does for a hub.
    pub stock_picture: f64,
    /// What it says for a hub that most users of a thing of one's own are of one employer or school.
    pub organisation: Bits,
    /// What a user outside the densest season says for a hub: of one hand's values hardly one in ten is used then,
    /// of a hub's four in five.
    pub out_of_season: Bits,
    /// How much of the surprise at each user in season beyond two speaks against one: users of a hub are not spread
    /// evenly, and the densest season was looked for.
    pub in_season: f64,
    /// ... at most this.
    pub season_cap: Bits,
    /// What each further state that users of one season claim to live in says against a hub of one place, when
    /// most live in different ones; and what it says for one when they do not.
    pub state: Bits,
    /// ... at most this.
    pub state_cap: Bits,
    /// What each user beyond two, in one season, adds to the worth of an artefact: two may share it by an
    /// accident, many may not.
    pub further: Bits,
    /// ... at most this.
    pub further_cap: Bits,
    /// What a value judged known bad adds.
    pub known_bad: Bits,
}

impl Default for LinkPolicy {
    fn default() -> Self {
        Self {
            prior: Bits::new(-4.6),
            prior_of_bound: Bits::new(-1.7),
            threshold: Bits::new(1.5),
            watch: Bits::new(-2.0),
            phone: sharing(0.35, 0.004, 0.001),
            phone_recycled: sharing(0.1, 0.03, 0.01),
            phone_block: sharing(0.4, 0.004, 0.9),
            email: sharing(0.2, 0.002, 0.001),
            email_series: sharing(0.15, 0.001, 0.97),
            email_stem_close: sharing(0.15, 0.03, 0.3),
            email_series_one_provider: 0.92,
            email_numbers_near: Bits::new(6.0),
            email_series_beside_a_name: 0.985,
            phone_wired: sharing(0.1, 0.03, 0.05),
            house_in_two_states: sharing(0.3, 0.01, 0.05),
            dwelling: sharing(0.4, 0.08, 0.01),
            building: sharing(0.4, 0.3, 0.3),
            shipping_far: sharing(0.4, 0.003, 0.3),
            shipping: sharing(0.3, 0.008, 0.4),
            shipping_near: sharing(0.2, 0.05, 0.4),
            ship_to_home: sharing(0.1, 0.03, 0.1),
            ship_to_far_home: sharing(0.3, 0.004, 0.85),
            crowd: Bits::new(1.5),
            crowd_cap: Bits::new(7.5),
            crowd_season_cap: Bits::new(16.0),
            profile: sharing(0.3, 0.002, 0.001),
            page: sharing(0.3, 0.006, 0.05),
            handle_series: sharing(0.15, 0.001, 0.97),
            ip: sharing(0.3, 0.15, 0.2),
            network_week: sharing(0.3, 0.004, 0.99),
            device: sharing(0.3, 0.02, 0.3),
            device_apart: sharing(0.3, 0.006, 0.3),
            together: sharing(0.2, 4.0, 0.5),
            resume: sharing(0.2, 0.001, 0.2),
            resume_few: sharing(0.2, 0.02, 0.2),
            resume_few_alone: sharing(0.2, 0.0016, 0.2),
            resume_opening: sharing(0.2, 0.1, 0.2),
            resume_together: sharing(0.2, 0.03, 0.1),
            resume_file: sharing(0.15, 0.002, 0.01),
            pdf_id: sharing(0.2, 0.003, 0.5),
            pdf_author: sharing(0.1, 0.03, 0.3),
            photo: [sharing(0.15, 0.0008, 0.02), sharing(0.1, 0.0012, 0.05)],
            referee: sharing(0.2, 0.002, 0.95),
            payment: sharing(0.2, 0.005, 0.005),
            payment_apart: sharing(0.2, 0.001, 0.005),
            history: sharing(0.1, 0.01, 0.05),
            stale: [Bits::new(-4.0), Bits::new(-6.0)],
            sitting: Bits::new(2.0),
            return_after_rejection: Bits::new(1.5),
            contact_home_unknown: sharing(0.3, 0.03, 0.01),
            corroborates: 0.4,
            corroborates_cap: Bits::new(9.0),
            overlap: 0.4,
            corroboration_ring: 0.6,
            corroboration_hub: 0.03,
            careful: 4,
            stock_picture: 1.5,
            organisation: Bits::new(6.0),
            out_of_season: Bits::new(3.0),
            in_season: 0.5,
            season_cap: Bits::new(8.0),
            state: Bits::new(2.5),
            state_cap: Bits::new(8.0),
            further: Bits::new(0.75),
            further_cap: Bits::new(3.0),
            known_bad: Bits::new(8.0),
        }
    }
}

/// The numbers that decide what is a ring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RingPolicy {
    /// Fewest different claimed identities.
    pub min_identities: u32,
    /// A series carries a ring alone only when worth this many bits: strangers hit upon one pattern.
    pub unique_series: Bits,
    /// Two identities are enough when one artefact alone is worth this many bits and is nobody else's.
    pub unique_strong: Bits,
    /// Two identities are enough when their texts are worth this much, which takes an agreement of 0.6, and their
    /// files differ.
    pub text_of_two: Bits,
    /// Two identities are enough when a file worth this much came back under the second after the first was
    /// rejected.
    pub file_of_two: Bits,
    /// Fewest independent evidence families, unless there is a unique strong artefact.
    pub min_families: u32,
    /// A component whose two sides hang together by one link of less than this, prior included, is shown as
    /// two parts.
    pub weak_bridge: Bits,
}

impl Default for RingPolicy {
    fn default() -> Self {
        Self {
            min_identities: 3,
            unique_series: Bits::new(8.5),
            unique_strong: Bits::new(6.0),
            text_of_two: Bits::new(7.5),
            file_of_two: Bits::new(5.0),
            min_families: 2,
            weak_bridge: Bits::new(2.5),
        }
    }
}

/// How much is compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BlockingPolicy {
    /// Blocks up to this size are compared pair by pair; larger ones are refined by a second key.
    pub block: u32,
    /// An attribute with up to this many applicants proposes all their pairs; a busier one those of each with the
    /// few that came next.
    pub attribute: u32,
}

impl Default for BlockingPolicy {
    fn default() -> Self {
        Self { block: 16, attribute: 60 }
    }
}

/// The numbers that decide.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Same person or two?
    pub identity: IdentityPolicy,
    /// Two persons, one hand?
    pub link: LinkPolicy,
    /// When is it a ring?
    pub ring: RingPolicy,
    /// What is compared with what?
    pub blocking: BlockingPolicy,
}

impl Policy {
    /// Hash of the policy: the first 12 hexadecimal digits of the SHA-256 of its JSON.
    #[must_use]
    pub fn hash(&self) -> String {
        hash(self)
    }
}

fn hash(numbers: &impl Serialize) -> String {
    let json = serde_json::to_vec(numbers).unwrap_or_default();
    let digest = Sha256::digest(&json);
    digest.iter().take(6).map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_changes_with_any_number_and_stays_with_none() {
        let a = Policy::default();
        let mut b = a.clone();
        assert_eq!(a.hash(), b.hash());
        b.link.phone.innocent *= 1.01;
        assert_ne!(a.hash(), b.hash());
    }

    #[test]
    fn an_unknown_number_in_a_policy_file_is_refused() {
        assert!(toml::from_str::<Policy>("[link]\nphoen = 1").is_err());
    }
}
