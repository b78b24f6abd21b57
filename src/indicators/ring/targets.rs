//! Indicators of what a ring applies for and through whom: roles that reports name as targets, unrelated roles of one person,
//! many agencies. Reads `role`, `submitted_at`, `resume_text`, `agency` and `channel`.
//!
//! What is usual comes from all applications of the same quarters (`tallies`), the ring's own taken out. Of remote work and of
//! how much access a role has, nothing usual is kept, so they are not compared.

use super::{
    people::{People, count, subjects},
    statistics::{fisher, number, probability},
};
use crate::{
    indicators::{
        Assessed, Compute, Finding, Indicator, Need, PROPOSAL, Quarter, RingCase, RoleFamily,
        Strength, Subject, Topic, primary, quoted, tallies::QuarterTally,
    },
    matching::similarity::each_common,
    model::{ResumeText, Share},
};
use std::collections::{BTreeMap, BTreeSet};

/// How much more often than others a ring must apply for such roles, and how unlikely that must be by chance: 1 % for the
/// two looks together.
const LIFT: f64 = 2.0;
const CHANCE: f64 = 0.005;

/// Fewest applications of others in the same quarters.
const OTHERS: usize = 20;

/// Applications with role and text that one person must have, how alike the texts must be, how many bits the roles must
/// spread over, and how many such people there must be.
const OF_ONE: usize = 4;
const ALIKE: f64 = 0.8;
const SPREAD: f64 = 1.5;
const SPREADING: usize = 2;

/// Agencies, or boards, from which on they are many.
const MANY: usize = 3;

/// `role-lift`.
pub static ROLE_LIFT: Indicator = Indicator {
    id: "role-lift",
    title: "Concentrates on AI/ML or exposed roles",
    topic: Topic::Targets,
    needs: &["role", "submitted_at"],
    how: "The share of AI and machine learning roles, or of those and of infrastructure and security together, is at least twice \
          that among all other applications of the same quarters (of at least 20), and that has a probability below 0.005 by chance \
          (Fisher's exact test, one-sided, for each of the two). One member's applications for roles of one family in one \
          quarter count once.",
    strength: Strength::Weak,
    innocent: &["a hot market: many apply for such roles", "people of one profession"],
    sources: &[
        quoted("Amazon, Stephen Schmidt, December 2025: AI roles"),
        quoted("Okta, September 2025"),
        PROPOSAL,
    ],
    compares_names: false,
    compute: Compute::Ring(role_lift),
};

fn role_lift(case: &RingCase<'_>) -> Assessed {
    let applied: Vec<(usize, Quarter, RoleFamily)> = subjects(case)
        .filter_map(|(member, s)| {
            let quarter = Quarter::of(s.normal.submitted_at?)?;
            Some((member, quarter, RoleFamily::of(s.normal.role.as_deref()?)))
        })
        .collect();
    let applied = applied.need("dated application with a role")?;
    let quarters: BTreeSet<Quarter> = applied.iter().map(|a| a.1).collect();
    let tallies: Vec<&QuarterTally> =
        quarters.iter().filter_map(|q| case.context.tallies.quarter(*q)).collect();
    let all: usize = tallies.iter().map(|t| size(t.with_role)).sum();
    let others = all.saturating_sub(applied.len());
    (others >= OTHERS).then_some(()).need("20 applications of others in the same quarters")?;
    let own: BTreeSet<(usize, Quarter, RoleFamily)> = applied.iter().copied().collect();
    let look = |of: fn(RoleFamily) -> bool, words: &'static str| {
        let hits = own.iter().filter(|a| of(a.2)).count();
        let families = tallies.iter().flat_map(|t| &t.families).filter(|(family, _)| of(**family));
        let marked: usize = families.map(|(_, n)| size(*n)).sum();
        let marked = marked.saturating_sub(applied.iter().filter(|a| of(a.2)).count()).min(others);
        let p = fisher(hits, own.len(), hits + marked, own.len() + others);
        // Of none at all among others, half a one.
        let usual = number(marked).max(0.5) / number(others);
        let lift = number(hits) / number(own.len()) / usual;
        let reason = || {
            format!(
                "{hits} of {} are for {words} roles, against {} of all others in the same quarters (Fisher's exact test, p {})",
                count(own.len(), "application", "applications"),
                Share::of(marked, others),
                probability(p)
            )
        };
        (lift >= LIFT && p < CHANCE).then(|| (p, reason()))
    };
    let looks = [
        look(|family| family == RoleFamily::MachineLearning, "AI and machine learning"),
        look(RoleFamily::is_exposed, "AI, infrastructure and security"),
    ];
    let best = looks.into_iter().flatten().reduce(|a, b| if b.0 < a.0 { b } else { a });
    Ok(best.map(|(_, reason)| Finding::new(Strength::Weak, reason)))
}

fn size(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// `role-spread`.
pub static ROLE_SPREAD: Indicator = Indicator {
    id: "role-spread",
    title: "One resume for unrelated roles",
    topic: Topic::Targets,
    needs: &["role", "resume_text"],
    how: "Two or more members of whom each applied at least four times with nearly one text (Jaccard similarity of three-word passages \
          0.8 or more with the first) for roles whose families spread over 1.5 bits or more of entropy: three families or more.",
    strength: Strength::Weak,
    innocent: &["career changers", "people who take any work", "tools that apply by themselves"],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(role_spread),
};

/// Passages of two texts in common, of all passages of either.
pub(super) fn jaccard(a: &ResumeText, b: &ResumeText) -> Share {
    let mut common = 0;
    each_common(&a.shingles, &b.shingles, |_| common += 1);
    Share::of(common, a.shingles.len() + b.shingles.len() - common)
}

fn role_spread(case: &RingCase<'_>) -> Assessed {
    let mut assessed = false;
    let mut found: Vec<usize> = Vec::new();
    for (member, dossier) in case.members.iter().enumerate() {
        let both = |s: &Subject<'_>| s.normal.role.is_some() && s.normal.resume.is_some();
        let with_both: Vec<&Subject<'_>> = dossier.subjects.iter().filter(|s| both(s)).collect();
        let Some(first) = with_both.first().and_then(|s| s.normal.resume.as_ref()) else {
            continue;
        };
        if with_both.len() < OF_ONE {
            continue;
        }
        assessed = true;
        let alike = with_both.iter().filter(|s| {
            let text = s.normal.resume.as_ref();
            text.is_some_and(|text| jaccard(first, text) >= Share::new(ALIKE))
        });
        let families = alike.filter_map(|s| s.normal.role.as_deref()).map(RoleFamily::of);
        let mut counts: BTreeMap<RoleFamily, usize> = BTreeMap::new();
        families.for_each(|family| *counts.entry(family).or_default() += 1);
        if counts.values().sum::<usize>() >= OF_ONE && entropy(&counts) >= SPREAD {
            found.push(member);
        }
    }
    assessed.then_some(()).need("four applications of one person with role and text")?;
    Ok((found.len() >= SPREADING).then(|| {
        let n = found.len();
        let reason =
            format!("{n} members apply with one text for roles of three and more families");
        Finding::new(Strength::Weak, reason).with("applications", People::of(case).list(&found))
    }))
}

/// Shannon's entropy of counts, in bits.
fn entropy(counts: &BTreeMap<RoleFamily, usize>) -> f64 {
    let all = number(counts.values().sum());
    let part = |n: &usize| number(*n) / all;
    counts.values().map(part).filter(|p| *p > 0.0).map(|p| -p * p.log2()).sum()
}

/// `channel-spread`.
pub static CHANNEL_SPREAD: Indicator = Indicator {
    id: "channel-spread",
    title: "Comes through several agencies",
    topic: Topic::Targets,
    needs: &["agency", "channel"],
    how: "Applications came through three or more agencies. Three or more other channels are said and count for nothing.",
    strength: Strength::Weak,
    innocent: &["an ordinary job search uses several agencies and boards"],
    sources: &[
        quoted("FBI PSA, May 2024, on facilitators"),
        primary("FBI PSA, July 2025, on facilitators"),
        PROPOSAL,
    ],
    compares_names: false,
    compute: Compute::Ring(channel_spread),
};

fn channel_spread(case: &RingCase<'_>) -> Assessed {
    let normal = || subjects(case).map(|(_, s)| &s.normal);
    let agencies: BTreeSet<&str> = normal().filter_map(|n| n.agency.as_deref()).collect();
    let channels: BTreeSet<&str> = normal().filter_map(|n| n.channel.as_deref()).collect();
    if agencies.is_empty() && channels.is_empty() {
        return None.need("agency or channel");
    }
    let listed = |all: &BTreeSet<&str>| all.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    Ok(if agencies.len() >= MANY {
        let reason = format!("applications came through {} agencies", agencies.len());
        Some(Finding::new(Strength::Weak, reason).with("agencies", listed(&agencies)))
    } else if channels.len() >= MANY {
        let reason = format!("applications came through {} channels", channels.len());
        Some(Finding::new(Strength::Context, reason).with("channels", listed(&channels)))
    } else {
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_in_bits_of_the_families() {
        let of = |counts: &[(RoleFamily, usize)]| entropy(&counts.iter().copied().collect());
        assert_eq!(of(&[(RoleFamily::Data, 4)]), 0.0);
        assert_eq!(of(&[(RoleFamily::Data, 2), (RoleFamily::Other, 2)]), 1.0);
        let three = [(RoleFamily::Data, 2), (RoleFamily::Other, 1), (RoleFamily::Software, 1)];
        assert_eq!(of(&three), 1.5);
    }
}
