//! Common ground: a school, an employer or a town through which the members of a ring may have met. Who took one course
//! wrote one project into their resumes, so a text alone says little of them. Not responsible for what two of them share
//! (`matching`), nor for what else a ring must show (`gate`).
//!
//! Invariant: depends on what members say of themselves, not on the order of their arrival.

use crate::{
    graph::Network,
    matching::{corpus::App, features::resume},
    model::ApplicantIx,
};

/// Most applications of a member that are asked: the newest.
const NEWEST: usize = 12;

/// Fewest members of one school or employer, and of one town: more people live in a town than are of one school.
const FELLOWS: usize = 2;
/// See `FELLOWS`.
const NEIGHBOURS: usize = 3;

/// Whether most members who name a school, an employer or a town name the same one. O(applications).
#[must_use]
pub fn is_common(network: &Network, members: &[ApplicantIx]) -> bool {
    let school = |x: &App<'_>| Some((x.education().next()?.institution?.0, 0));
    let employer = |x: &App<'_>| Some((x.employment().next()?.employer?.0, 0));
    let town = |x: &App<'_>| {
        let home = x.home()?;
        Some((home.city()?.0, home.state().map_or(0, |state| state.0)))
    };
    is_mostly(network, members, FELLOWS, school)
        || is_mostly(network, members, FELLOWS, employer)
        || is_mostly(network, members, NEIGHBOURS, town)
}

/// Whether so many members at least, and most of those who name something, name the same.
fn is_mostly(
    network: &Network,
    members: &[ApplicantIx],
    least: usize,
    of: impl Fn(&App<'_>) -> Option<(u32, u32)>,
) -> bool {
    let mut all: Vec<(u32, u32)> = Vec::new();
    let mut naming = 0;
    for &member in members {
        let mut named: Vec<(u32, u32)> = newest(network, member).filter_map(|x| of(&x)).collect();
        named.sort_unstable();
        named.dedup();
        naming += usize::from(!named.is_empty());
        all.extend(named);
    }
    all.sort_unstable();
    let most = all.chunk_by(|a, b| a == b).map(<[_]>::len).max().unwrap_or(0);
    most >= least && most * 2 > naming
}

/// Whether any two of them gave the same text, word for word but for a slip: a file that was sent under a wrong name, rather
/// than a resume rewritten for another persona. O(pairs of applications × length).
#[must_use]
pub fn is_unedited(network: &Network, members: &[ApplicantIx]) -> bool {
    members.iter().enumerate().any(|(i, &a)| {
        members[i + 1..].iter().any(|&b| {
            newest(network, a).any(|x| newest(network, b).any(|y| resume::is_unedited(&x, &y)))
        })
    })
}

fn newest(network: &Network, member: ApplicantIx) -> impl Iterator<Item = App<'_>> {
    let all = &network.applicant(member).applications;
    all[all.len().saturating_sub(NEWEST)..].iter().map(|&app| network.corpus().app(app))
}
