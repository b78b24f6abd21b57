//! The crowd behind a value: who uses it, when, and from how many homes. What a hub and an artefact of one hand are
//! told apart by, as far as the value alone can tell. Not responsible for what that is worth (`background`).
//!
//! Invariant: depends only on the applications that use the value.

use crate::{
    matching::{
        Applicants, Corpus, series,
        uses::{self, Use, different, families, is_switchboard, most, span},
    },
    model::{AppIx, ApplicantIx},
};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// How long one operation lasts, in seconds: half a year and some. Public cases run for weeks to months; what
/// strangers share, they share over years.
const SEASON: i64 = 200 * 86_400;

/// Crowds of fewer are known exactly; of larger ones one user more changes hardly ever what is judged.
pub const SMALL: u32 = 64;

/// What is known of who uses a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crowd {
    /// Applicants who use it.
    pub users: u32,
    /// Of those, how many share something else with another user of it.
    pub corroborated: u32,
    /// Of the users, how many first used it within the densest season.
    pub inside: u32,
    /// Of the users, how many did not.
    pub outside: u32,
    /// From the first to the last of those inside, in days.
    pub days: u16,
    /// Different states they claim to live in, those of the season.
    pub states: u16,
    /// Different homes they give, those of the season.
    pub homes: u16,
    /// Families they are of by their names, those of the season: who has a name in common with another is of one with
    /// them. Known where they are more than a flat holds.
    pub families: u16,
    /// What the users are to one another, as bits.
    pub traits: u16,
}

/// Bits of `Crowd::traits`.
const A_HOMES: u16 = 1;
const ORGANISATION: u16 = 2;
const MAY_BE_ORGANISATIONS: u16 = 4;
const PREMISES: u16 = 8;
const SCATTERED: u16 = 16;
const AGENCYS: u16 = 32;
const NO_GROUND: u16 = 64;
const DESK: u16 = 128;
const SWITCHBOARD: u16 = 256;
const OF_MANY: u16 = 512;

/// So many unrelated people live in one flat.
pub const FLAT: u16 = 4;

/// So many in a full one, and hardly more: of those who share a flat with many some apply together.
pub const FULL_FLAT: u16 = 8;

/// Of a stem of mailboxes that more people have than so many ("candidates", say) only how many there are, and how many of them
/// have other things in common, is asked.
const STEM_OF_MANY: usize = 4_000;

/// So many people with one mailbox or one landline have an office behind it.
const OFFICE: u32 = 6;

impl Crowd {
    /// The crowd of a value that one applicant uses.
    pub const ALONE: Self = Self {
        users: 1,
        corroborated: 0,
        inside: 1,
        outside: 0,
        days: 0,
        states: 0,
        homes: 0,
        families: 1,
        traits: A_HOMES,
    };

    /// The crowd with one user more, who came in its season, if there is one more.
    #[must_use]
    pub fn with_more(self, more: bool) -> Self {
        let one = u32::from(more);
        Self {
            users: self.users.saturating_add(one),
            inside: self.inside.saturating_add(one),
            families: self.families.saturating_add(u16::from(more)),
            ..self
        }
    }

    /// The crowd as it is judged: that of a small one is exact, the numbers of a larger one count by their leading
    /// bit.
    #[must_use]
    pub fn judged(self) -> Self {
        if self.users < SMALL {
            return self;
        }
        let rough = |n: u32| n.checked_ilog2().map_or(0, |bit| 1 << bit);
        let few = |n: u16| n.checked_ilog2().map_or(0, |bit| 1 << bit);
        Self {
            users: rough(self.users),
            corroborated: rough(self.corroborated),
            inside: rough(self.inside),
            outside: rough(self.outside),
            days: few(self.days),
            states: few(self.states),
            homes: few(self.homes),
            families: few(self.families),
            ..self
        }
    }

    /// Whether its users are mostly of one employer or one school, which then explains what they share. Two of three
    /// are telling; two of five personas claim one school by chance as often as only two of five of its people say so.
    #[must_use]
    pub fn is_organisation(&self) -> bool {
        self.traits & ORGANISATION != 0
    }

    /// Whether a school or an employer may be behind it, where things of its kind mostly have one behind them.
    #[must_use]
    pub fn may_be_organisations(&self) -> bool {
        self.traits & MAY_BE_ORGANISATIONS != 0
    }

    /// Whether one school or employer is behind it: at least three of its users, and half of them, name it, or two of
    /// three. A hall of residence, a campus network and the words of a course project are known by that, whatever they
    /// are called.
    #[must_use]
    pub fn is_premises(&self) -> bool {
        self.traits & PREMISES != 0
    }

    /// Whether its users may live together: one home is known, or several share each. Who claims another state does
    /// not live there, whether the house is known or not.
    #[must_use]
    pub fn is_a_homes(&self) -> bool {
        self.traits & A_HOMES != 0
    }

    /// Whether its users claim to live all over the country: no neighbours, and no household.
    #[must_use]
    pub fn is_scattered(&self) -> bool {
        self.traits & SCATTERED != 0
    }

    /// Whether a third of its users, and two at least, were submitted by one agency, whose contact it then is.
    /// Exports often leave out who submitted an application; then half of the users with other people's mailboxes at one firm
    /// tell it, one of which several give. That several strangers name one and the same agency by
    /// chance hardly happens.
    #[must_use]
    pub fn is_agencys(&self) -> bool {
        self.traits & AGENCYS != 0
    }

    /// Whether an office's desk is behind it that nobody names: a third of its users, and six at least, give one mailbox, or one landline where they do not claim to live all over the country. A mailbox is what tells candidates apart, so a hand with many personas gives each its
    /// own; who submits other people gives the office's.
    #[must_use]
    pub fn is_desks(&self) -> bool {
        self.traits & DESK != 0
    }

    /// Whether it is the number of a firm: nearly all uses name different extensions behind it, and they are of one employer or
    /// of one place.
    #[must_use]
    pub fn is_switchboard(&self) -> bool {
        self.traits & SWITCHBOARD != 0
    }

    /// Whether it is that of a stem of mailboxes that thousands have, of whom nothing is known but how many they are and how
    /// many are corroborated.
    #[must_use]
    pub fn is_of_many(&self) -> bool {
        self.traits & OF_MANY != 0
    }

    /// Whether nothing is known through which its users could have met: four and more who all name different schools
    /// and employers, and claim to live all over the country.
    #[must_use]
    pub fn has_no_common_ground(&self) -> bool {
        self.traits & NO_GROUND != 0
    }
}

/// Numbers of which traits follow.
struct Counts {
    users: u32,
    inside: u32,
    states: u16,
    homes: u16,
    /// How many of the season's users give a home.
    housed: u16,
    /// The most users who name one employer, or one school.
    fellows: u32,
    /// The most users who were submitted by one agency.
    agency: u32,
    /// The most users who give somebody else's mailbox at one firm.
    firm: u32,
    /// The most users who give one such mailbox.
    recruiter: u32,
    /// The most users with one mailbox.
    desk: u32,
    /// The most users with one landline.
    line: u32,
    /// Whether nearly all uses name an extension, and not the same.
    switchboard: bool,
    /// How many name a school or an employer.
    telling: u32,
}

impl Counts {
    fn traits(&self) -> u16 {
        let Self { users, inside, states, homes, housed, fellows, telling, .. } = *self;
        let Self { agency, firm, recruiter, desk, line, switchboard, .. } = *self;
        let is_submitted =
            (agency >= 2 && agency * 3 >= users) || (recruiter >= 2 && firm * 2 >= users);
        let scattered = states >= 3 && u32::from(states) * 2 >= inside;
        let is_offices = |most: u32| most >= OFFICE && most * 3 >= users;
        let few = |most: u32| fellows == 2 && users <= most;
        let organisation = (fellows >= 3 && fellows * 5 >= users) || few(3);
        [
            (A_HOMES, (homes < 2 && states < 2) || (homes > 0 && homes * 2 <= housed)),
            (ORGANISATION, organisation),
            (MAY_BE_ORGANISATIONS, organisation || few(5)),
            (PREMISES, (fellows >= 3 && fellows * 2 >= users) || few(3)),
            (SCATTERED, scattered),
            (AGENCYS, is_submitted),
            (NO_GROUND, scattered && users >= 4 && fellows < 2 && telling * 2 > users),
            // A mailbox tells candidates apart and a line does not: personas all over the country may be called on one.
            (SWITCHBOARD, switchboard && (organisation || !scattered)),
            (DESK, is_offices(desk) || (!scattered && is_offices(line))),
        ]
        .into_iter()
        .filter(|(_, is)| *is)
        .fold(0, |all, (bit, _)| all | bit)
    }
}

/// How many people name the school or the employer that most of them do, and how many of the others name a second one.
/// Of two that as many name, the one with more beside it, so that numbers do not decide. O(n²), of few.
#[must_use]
pub fn two_most(mut named: Vec<(u32, ApplicantIx)>) -> (u32, u32) {
    named.sort_unstable();
    named.dedup();
    let people = |word: u32| named.iter().filter(move |(w, _)| *w == word).map(|(_, who)| *who);
    let count = |group: &[(u32, ApplicantIx)]| u32::try_from(group.len()).unwrap_or(u32::MAX);
    let each = || named.chunk_by(|a, b| a.0 == b.0);
    let most = each().map(count).max().unwrap_or(0);
    let beside = |first: &[(u32, ApplicantIx)]| {
        let those: FxHashSet<ApplicantIx> = people(first[0].0).collect();
        let others = named.iter().filter(|(_, who)| !those.contains(who)).map(|(word, _)| *word);
        uses::most(others.map(Some))
    };
    (most, each().filter(|group| count(group) == most).map(beside).max().unwrap_or(0))
}

/// Whether a second school or employer has half as many people as the first. That alone happens: two schools send people to one
/// course, and a firm is sold. Who makes up careers takes both from a few, again and again; those of one course who are of other
/// schools have employers of all kinds, and the people of a firm schools of all kinds.
#[must_use]
pub fn is_a_kit(schools: (u32, u32), employers: (u32, u32)) -> bool {
    let has_rival = |(most, second): (u32, u32)| second >= 2 && second * 2 >= most;
    has_rival(schools) && has_rival(employers)
}

/// The crowd of those in the series of this key. O(uses log uses), of very many with a quarter of the looks.
#[must_use]
pub fn of_series(corpus: &Corpus, applicants: &Applicants, key: u64, uses: &[AppIx]) -> Crowd {
    let is_stem = |&app: &AppIx| series::mailbox(&corpus.app(app)) == Some(key);
    if uses.len() > STEM_OF_MANY && uses.first().is_some_and(is_stem) {
        let users = applicants.different(uses.iter().copied()).len();
        if users > STEM_OF_MANY {
            let users = u32::try_from(users).unwrap_or(u32::MAX);
            return Crowd { users, traits: OF_MANY, ..Crowd::default() };
        }
    }
    of(corpus, applicants, uses)
}

/// The crowd of these uses of one value. Nobody is corroborated yet. O(uses log uses).
#[must_use]
pub fn of(corpus: &Corpus, applicants: &Applicants, uses: &[AppIx]) -> Crowd {
    let mut first = uses::of(corpus, applicants, uses);
    first.sort_unstable_by_key(|u| (u.applicant, u.at, u.key));
    let users = first.chunk_by(|a, b| a.applicant == b.applicant).count();
    let users = u32::try_from(users).unwrap_or(u32::MAX);
    if users < 2 {
        return Crowd { users, inside: users, ..Crowd::ALONE };
    }
    // An applicant who names it once has named it.
    let named = |of: fn(&Use) -> Option<u32>| {
        let by = first.iter().filter_map(|u| Some((of(u)?, u.applicant)));
        let mut by: Vec<(u32, ApplicantIx)> = by.collect();
        by.sort_unstable();
        by.dedup();
        most(by.into_iter().map(|(word, _)| Some(word)))
    };
    let fellows = named(|u| u.school).max(named(|u| u.employer));
    let two = |of: fn(&Use) -> Option<u32>| {
        two_most(first.iter().filter_map(|u| Some((of(u)?, u.applicant))).collect())
    };
    // Two are brought together by chance, and what very many have no kit is for.
    let may_be_kit = fellows > 2 && users < SMALL;
    let is_kit = may_be_kit && is_a_kit(two(|u| u.school), two(|u| u.employer));
    let fellows = if is_kit { 2 } else { fellows };
    let (agency, firm) = (named(|u| u.agency), named(|u| u.firm));
    let recruiter = named(|u| u.email.filter(|_| u.firm.is_some()));
    let of_office = |of| if users < OFFICE { 0 } else { named(of) };
    let (desk, line) = (of_office(|u| u.email), of_office(|u| u.landline));
    let switchboard = is_switchboard(&first);
    let of_one = |uses: &[Use]| uses.iter().any(|u| u.school.or(u.employer).is_some());
    let telling = first.chunk_by(|a, b| a.applicant == b.applicant).filter(|u| of_one(u)).count();
    let telling = u32::try_from(telling).unwrap_or(u32::MAX);
    first.dedup_by_key(|u| u.applicant);
    // Whoever gives no date may have been there at any time: outside.
    first.retain(|u| u.at.is_some());
    first.sort_unstable_by_key(|u| (u.at, u.key));
    let (mut from, mut best) = (0, 0..0);
    for to in 0..first.len() {
        while first[to].at > first[from].at.map(|t| t + SEASON) {
            from += 1;
        }
        if to + 1 - from > best.len() {
            best = from..to + 1;
        }
    }
    let season = &first[best];
    let states = season.iter().map(|u| u.state);
    let given = || season.iter().map(|u| u.building);
    let inside = u32::try_from(season.len()).unwrap_or(u32::MAX).max(1);
    let (states, homes) = (different(states), different(given()));
    let housed = u16::try_from(given().flatten().count()).unwrap_or(u16::MAX);
    let counts = Counts {
        users,
        inside,
        states,
        homes,
        housed,
        fellows,
        agency,
        firm,
        recruiter,
        desk,
        line,
        switchboard,
        telling,
    };
    Crowd {
        users,
        corroborated: 0,
        inside,
        outside: users.saturating_sub(inside),
        days: span(season),
        states,
        homes,
        families: families(corpus, season),
        traits: counts.traits(),
    }
}
