//! The crowd behind a value: who uses it, when, and from how many homes. What a hub and an artefact of one hand are
//! told apart by, as far as the value alone can tell. Not responsible for what that is worth (`background`).
//!
//! Invariant: depends only on the applications that use the value; cost O(users log users).

use crate::{
    matching::Corpus,
    model::{AppIx, ApplicantIx, Normalized},
};
use serde::{Deserialize, Serialize};

/// How long one operation lasts, in seconds: half a year and some. Public cases run for weeks to months; what
/// strangers share, they share over years.
const SEASON: i64 = 200 * 86_400;

/// What is known of who uses a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crowd {
    /// Applicants who use it.
    pub users: u32,
    /// Of those, how many share something else with another user of it.
    pub corroborated: u32,
    /// Of the users, how many first used it within the densest season.
    pub inside: u32,
    /// From the first to the last of those, in days.
    pub days: u16,
    /// Different states they claim to live in, those of the season.
    pub states: u16,
    /// Different homes they give, those of the season.
    pub homes: u16,
    /// How many of the season's users give a home.
    pub housed: u16,
    /// The most users who name one employer, or one school.
    pub fellows: u32,
    /// The most users who were submitted by one agency.
    pub agency: u32,
}

impl Crowd {
    /// Users outside the densest season.
    #[must_use]
    pub fn outside(&self) -> u32 {
        self.users.saturating_sub(self.inside)
    }

    /// Whether its users are mostly of one employer or one school, which then explains what they share.
    #[must_use]
    pub fn is_organisation(&self) -> bool {
        (self.fellows >= 3 && self.fellows * 5 >= self.users)
            || (self.fellows == 2 && self.users <= 5)
    }

    /// Whether its users may live together: one home is known, or several share each.
    #[must_use]
    pub fn is_a_homes(&self) -> bool {
        self.homes < 2 || self.homes * 2 <= self.housed
    }

    /// Whether most of its users were submitted by one agency, whose contact it then is.
    #[must_use]
    pub fn is_agencys(&self) -> bool {
        self.agency >= 2 && self.agency * 2 > self.users
    }
}

/// The crowd of these uses of one value. Nobody is corroborated yet.
#[must_use]
pub fn of(corpus: &Corpus, applicant_of: &[ApplicantIx], uses: &[AppIx]) -> Crowd {
    let mut first: Vec<(ApplicantIx, Option<i64>, AppIx)> = uses
        .iter()
        .map(|&app| {
            let at = corpus.application(app).submitted_at.map(|t| t.0);
            (applicant_of[app.at()], at, app)
        })
        .collect();
    first.sort_unstable();
    first.dedup_by_key(|(applicant, _, _)| *applicant);
    let users = u32::try_from(first.len()).unwrap_or(u32::MAX);
    if users < 2 {
        return Crowd { users, inside: users, fellows: users, ..Crowd::default() };
    }
    // Whoever gives no date may have been there at any time: outside.
    first.retain(|(_, at, _)| at.is_some());
    first.sort_unstable_by_key(|&(applicant, at, _)| (at, applicant));
    let (mut from, mut best) = (0, 0..0);
    for to in 0..first.len() {
        while first[to].1 > first[from].1.map(|t| t + SEASON) {
            from += 1;
        }
        if to + 1 - from > best.len() {
            best = from..to + 1;
        }
    }
    let season = || first[best.clone()].iter().map(|&(_, _, app)| corpus.application(app));
    let count = |of: &dyn Fn(&Normalized) -> Option<&str>| {
        let mut all: Vec<&str> = season().filter_map(of).collect();
        all.sort_unstable();
        all.dedup();
        u16::try_from(all.len()).unwrap_or(u16::MAX)
    };
    let most = |of: &dyn Fn(&Normalized) -> Option<&str>| {
        let mut all: Vec<&str> =
            first.iter().filter_map(|&(_, _, app)| of(corpus.application(app))).collect();
        all.sort_unstable();
        let longest = all.chunk_by(|a, b| a == b).map(<[&str]>::len).max().unwrap_or(0);
        u32::try_from(longest).unwrap_or(u32::MAX)
    };
    Crowd {
        users,
        corroborated: 0,
        inside: u32::try_from(best.len()).unwrap_or(u32::MAX).max(1),
        days: span(&first[best.clone()]),
        states: count(&|n| n.home.as_ref()?.state.as_deref()),
        homes: count(&building),
        housed: u16::try_from(season().filter_map(building).count()).unwrap_or(u16::MAX),
        fellows: most(&school).max(most(&employer)),
        agency: most(&|n| n.agency.as_deref()),
    }
}

fn span(season: &[(ApplicantIx, Option<i64>, AppIx)]) -> u16 {
    let at = |end: Option<&(ApplicantIx, Option<i64>, AppIx)>| end.and_then(|(_, at, _)| *at);
    let seconds = at(season.last()).zip(at(season.first())).map_or(0, |(last, first)| last - first);
    u16::try_from(seconds / 86_400).unwrap_or(u16::MAX)
}

fn building(n: &Normalized) -> Option<&str> {
    n.home.as_ref().map(|home| &*home.building).filter(|building| !building.is_empty())
}

fn school(n: &Normalized) -> Option<&str> {
    Some(&n.education.first()?.institution.as_ref()?.key)
}

fn employer(n: &Normalized) -> Option<&str> {
    Some(&n.employment.first()?.employer.as_ref()?.key)
}
