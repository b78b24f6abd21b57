//! Common ground: a school, an employer or a town through which the members of a ring may have met, or a template that all
//! of them filled in. Who took one course wrote one project into their resumes, so a text alone says little of them. Not
//! responsible for what two of them share (`matching`), nor for what else a ring must show (`gate`).
//!
//! Invariant: depends on what members say of themselves, not on the order of their arrival.

use crate::{
    graph::Network,
    matching::{corpus::App, crowd, features::resume, findings},
    model::ApplicantIx,
};

/// Fewest members of one school or employer, and of one town: more people live in a town than are of one school.
const FELLOWS: usize = 2;
/// See `FELLOWS`.
const NEIGHBOURS: usize = 3;

/// Most members whose texts are held against one another.
const ASKED: usize = 32;

/// A school or an employer, or a town with its state.
type Named = (u32, Option<u32>);

/// Whether most members who name a school, an employer or a town name the same one, and their careers are not from a kit.
/// O(applications).
fn is_common(network: &Network, members: &[ApplicantIx]) -> bool {
    let school = |x: &App<'_>| Some((x.education().find_map(|e| e.institution)?.0, None));
    let employer = |x: &App<'_>| Some((x.employment().find_map(|j| j.employer)?.0, None));
    let town = |x: &App<'_>| {
        let home = x.home()?;
        Some((home.city()?.0, home.state().map(|state| state.0)))
    };
    let (schools, employers) =
        (naming(network, members, school), naming(network, members, employer));
    let one_career = is_mostly(&schools, members.len(), FELLOWS)
        || is_mostly(&employers, members.len(), FELLOWS);
    one_career && !are_from_a_kit(&schools, &employers)
        || is_mostly(&naming(network, members, town), members.len(), NEIGHBOURS)
}

/// Who of the members names what.
fn naming(
    network: &Network,
    members: &[ApplicantIx],
    of: impl Fn(&App<'_>) -> Option<Named>,
) -> Vec<(Named, ApplicantIx)> {
    let each = members.iter().flat_map(|&member| {
        newest(network, member)
            .filter_map(|x| of(&x))
            .map(move |named| (named, member))
            .collect::<Vec<_>>()
    });
    let mut all: Vec<(Named, ApplicantIx)> = each.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether so many members at least, two of five of all, and most of those who name something, name the same.
fn is_mostly(named: &[(Named, ApplicantIx)], members: usize, least: usize) -> bool {
    let most = named.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len).max().unwrap_or(0);
    let mut naming: Vec<ApplicantIx> = named.iter().map(|(_, who)| *who).collect();
    naming.sort_unstable();
    naming.dedup();
    most >= least && most * 2 > naming.len() && most * 5 >= members * 2
}

/// Whether the careers of few are made of the same few schools and employers.
fn are_from_a_kit(schools: &[(Named, ApplicantIx)], employers: &[(Named, ApplicantIx)]) -> bool {
    let two = |named: &[(Named, ApplicantIx)]| {
        crowd::two_most(named.iter().map(|((word, _), who)| (*word, *who)).collect())
    };
    let few = schools.len().max(employers.len()) < crowd::SMALL as usize;
    few && crowd::is_a_kit(two(schools), two(employers))
}

/// Whether something innocent explains that members have passages in common: not that most pairs have two thirds of a resume
/// in common, since a course or a sample gives passages and not a whole one.
#[must_use]
pub fn explains(network: &Network, members: &[ApplicantIx]) -> bool {
    (is_common(network, members) || is_one_block(network, members)) && !are_copies(network, members)
}

/// Some of them, in an order that does not depend on arrival.
fn some_of(network: &Network, members: &[ApplicantIx]) -> Vec<ApplicantIx> {
    let mut asked = members.to_vec();
    asked.sort_unstable_by_key(|&member| network.order(member));
    asked.truncate(ASKED);
    asked
}

/// Whether the newest texts of most pairs are two thirds the same. O(pairs × length), of at most so many members.
fn are_copies(network: &Network, members: &[ApplicantIx]) -> bool {
    let texts = some_of(network, members);
    let texts = texts.iter().filter_map(|&m| newest(network, m).filter(resume::is_text).last());
    let texts: Vec<App<'_>> = texts.collect();
    let pairs = texts.len() * texts.len().saturating_sub(1) / 2;
    let each =
        texts.iter().enumerate().flat_map(|(i, x)| texts[i + 1..].iter().map(move |y| (x, y)));
    each.filter(|(x, y)| resume::is_mostly_one(x, y)).count() * 2 > pairs
}

/// Whether what members have in common is one block that all of them have word for word, and beside which hardly any two
/// have anything: a template, a sample, a paragraph of a course. Who makes one resume into several rewrites it for each
/// persona, so that different pairs keep different parts, or leaves it as it is, and then it is most of the text.
/// O(length of the texts + pairs × passages in common), of at most so many members as are asked.
fn is_one_block(network: &Network, members: &[ApplicantIx]) -> bool {
    let asked = some_of(network, members);
    let passages = network.corpus().passages();
    let (mut own, mut whole): (Vec<(u32, u32)>, Vec<u32>) = (Vec::new(), Vec::new());
    let (mut n, mut shortest) = (0_u32, usize::MAX);
    for &member in &asked {
        let texts =
            || newest(network, member).map(|x| x.shingles()).filter(|text| !text.is_empty());
        let Some(len) = texts().map(<[u32]>::len).min() else { continue };
        shortest = shortest.min(len);
        let mut all: Vec<u32> = texts().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        own.extend(all.iter().filter(|&&passage| !passages.is_common(passage)).map(|&p| (p, n)));
        whole.append(&mut all);
        n += 1;
    }
    if n < 3 {
        return false;
    }
    let by_all = |holders: usize| holders == n as usize;
    whole.sort_unstable();
    let of_all = whole.chunk_by(|a, b| a == b).filter(|same| by_all(same.len())).count();
    own.sort_unstable();
    let mut core = 0_u32;
    let mut pairs = vec![0_u32; (n * n) as usize];
    for holders in own.chunk_by(|a, b| a.0 == b.0).filter(|holders| holders.len() > 1) {
        core += u32::from(by_all(holders.len()));
        for (i, a) in holders.iter().enumerate() {
            holders[i + 1..].iter().for_each(|b| pairs[(a.1 * n + b.1) as usize] += 1);
        }
    }
    let each = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a * n + b) as usize));
    let mut common: Vec<u32> = each.map(|at| pairs[at]).collect();
    common.sort_unstable();
    let median = common.get(common.len() / 2).copied().unwrap_or(0);
    core > 0 && core * 20 >= median * 19 && of_all * 3 < shortest * 2
}

/// Whether any two of them gave the same text, word for word but for a slip, or applied for one opening: a file that was sent
/// under a wrong name, or the words of the opening, rather than a resume rewritten for another persona.
/// O(pairs of applications × length), of at most so many members.
#[must_use]
pub fn is_unedited_or_an_openings(network: &Network, members: &[ApplicantIx]) -> bool {
    let members = some_of(network, members);
    members.iter().enumerate().any(|(i, &a)| {
        members[i + 1..].iter().any(|&b| {
            newest(network, a).any(|x| {
                newest(network, b)
                    .any(|y| resume::is_unedited(&x, &y) || resume::are_of_one_opening(&x, &y))
            })
        })
    })
}

/// The newest applications of a member, those that links are made of.
pub(super) fn newest(network: &Network, member: ApplicantIx) -> impl Iterator<Item = App<'_>> {
    let newest = findings::newest(&network.applicant(member).applications);
    newest.iter().map(|&app| network.corpus().app(app))
}
