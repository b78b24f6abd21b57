//! Links brought up to date: the pairs that have other candidates, other crowds or other judgements than before are
//! looked at and weighed again. Not responsible for persons.
//!
//! Invariant: the links and the background are those that linking everything finds.

use crate::{
    matching::{
        Background, Comparer, Linker, Policy, Rulings, Trace,
        background::Corroboration,
        combine,
        findings::Found,
        incremental::{
            Attempt, Changes, Known, Reason,
            candidates::{Candidates, Pair, Row, ordered},
            crowds::Crowds,
            recount::Recount,
            reread::Reread,
        },
        link_candidates, series,
        texts::{self, Tell},
    },
    model::{AppIx, ApplicantIx, AttributeIx, AttributeKind, Link, PairVerdict, ValueVerdict},
};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

/// Most pairs in a row that are compared with those of before.
const ROW: usize = 100_000;
/// Pairs that are worth another core.
const AT_ONCE: usize = 64;
/// Most pairs that are looked at again.
const PAIRS: usize = 400_000;

/// What became of links and background.
pub(super) struct Relinked {
    pub background: Background,
    pub links: Vec<(ApplicantIx, ApplicantIx, Option<Link>)>,
    pub values: Vec<AttributeIx>,
}

/// Links anew what changed. `relooked` are applicants who stayed and whose records are read otherwise, `resampled` the
/// applications that are new or may be sampled otherwise.
pub(super) fn relink(
    before: &Known<'_>,
    after: &Known<'_>,
    changes: &Changes,
    (relooked, resampled): (&BTreeSet<ApplicantIx>, &BTreeSet<AppIx>),
    (recount, reread): (&Recount, &Reread),
    policy: &Policy,
) -> Attempt<Relinked> {
    let old = Candidates::new(*before, policy);
    let new = Candidates::after(&old, *after, resampled, policy);
    let retired: BTreeSet<ApplicantIx> = changes.retired.iter().copied().collect();
    let added: BTreeSet<ApplicantIx> = changes.added.iter().map(|(ix, _)| *ix).collect();
    let stayed: BTreeSet<ApplicantIx> = relooked.difference(&added).copied().collect();
    let mut crowds = Crowds::new(before.background.clone(), &new);
    crowds.background.set_span(recount.span);

    // Who is new, no more, or read otherwise, with everybody they meet.
    let mut pairs: BTreeSet<Pair> = BTreeSet::new();
    for &a in retired.iter().chain(&stayed) {
        pairs.extend(old.of(a).iter().map(|&b| ordered(a, b)));
    }
    for &a in added.iter().chain(&stayed) {
        pairs.extend(new.of(a).iter().map(|&b| ordered(a, b)));
    }
    // What they use, and what is judged by it.
    let apps = |of: &Candidates<'_>, all: &BTreeSet<ApplicantIx>| -> Vec<AppIx> {
        all.iter().flat_map(|&ix| of.apps(ix)).copied().collect()
    };
    let gone = apps(&old, &retired.union(&stayed).copied().collect());
    let come = apps(&new, &added.union(&stayed).copied().collect());
    let mut traces = crowds.traces(&old, &gone)?;
    traces.extend(crowds.traces(&new, &come)?);
    let moved: BTreeSet<ApplicantIx> = retired.union(&added).copied().collect();
    pairs.extend(displaced(&old, &new, &traces, &moved, [&gone, &come])?);
    pairs.extend(careers(&new, recount));
    pairs.extend(reread.links(&old, &new, &moved));
    pairs.extend(judged_pairs(before.rulings, after));
    if pairs.len() > PAIRS {
        return Err(Reason::Component);
    }

    // What stands for the texts that those pairs share, then the crowds.
    let mut wanted: BTreeMap<Tell, i32> = BTreeMap::new();
    for &(a, b) in &pairs {
        let (was, is) = (old.tells(a, b), new.tells(a, b));
        was.iter().for_each(|&tell| *wanted.entry(tell).or_default() -= 1);
        is.iter().for_each(|&tell| *wanted.entry(tell).or_default() += 1);
    }
    wanted.retain(|_, change| *change != 0);
    for (tell, change) in wanted {
        crowds.want(tell, change);
        traces.insert(crowds.note(tell));
    }
    for &trace in &traces {
        crowds.recount(trace)?;
    }
    let mut judged = crowds.judged.clone();
    judged.extend(recount.values.iter().map(|&ix| Trace::Value(ix)));
    judged.extend(judged_values(before.rulings, after.rulings).map(Trace::Value));
    let proposes = |trace: &Trace| match trace {
        Trace::Value(ix) => link_candidates::proposes(after.corpus.kind(*ix)),
        Trace::Series(_) => true,
    };
    judged.retain(proposes);
    let mut reweighed = crowds.reweighed.clone();
    reweighed.extend(turned_runs(before, after, &crowds.background, [&gone, &come]));
    reweighed.retain(|trace| proposes(trace) && !judged.contains(trace));
    // Pairs that only their crowd brings here were candidates before as well.
    let by_crowd = crowds.pairs(&judged)?;
    let number = pairs.len() + by_crowd.len();
    let asked = pairs.iter().map(|&(a, b)| (a, b, old.are(a, b), new.are(a, b)));
    let mut asked: Vec<(ApplicantIx, ApplicantIx, bool, bool)> = asked.collect();
    asked.extend(by_crowd.difference(&pairs).map(|&(a, b)| (a, b, true, true)));
    if number > PAIRS {
        return Err(Reason::Component);
    }

    // What those pairs share, before and now, and what it corroborates.
    let was = linker(before, policy);
    let is = linker(after, policy);
    let background = crowds.background.clone();
    let looked: Vec<_> = asked
        .par_iter()
        .with_min_len(AT_ONCE)
        .map(|&(a, b, met, meet)| {
            let look = |linker: &Linker<'_>, background: &Background| {
                let things = linker.find(a, b, background);
                (linker.corroboration(a, b, &things, background), things)
            };
            let before = met.then(|| look(&was, before.background).0);
            (before.flatten(), meet.then(|| look(&is, &background)))
        })
        .collect();
    let (mut saw, mut see) = (BTreeSet::new(), BTreeSet::new());
    let mut weighed: BTreeMap<Pair, Option<Vec<Found>>> = BTreeMap::new();
    for (&(a, b, ..), (before, now)) in asked.iter().zip(looked) {
        note(before, &mut saw);
        let (now, things) = now.unzip();
        note(now.flatten(), &mut see);
        weighed.insert((a, b), things);
    }
    for &(trace, user) in &saw {
        crowds.learn(trace, &old, user);
    }
    for &(trace, user) in &see {
        crowds.learn(trace, &new, user);
    }
    let sees = |a: ApplicantIx, b: ApplicantIx| {
        let (a, b) = ordered(a, b);
        let things = is.find(a, b, &background);
        is.corroboration(a, b, &things, &background)
    };
    let more = crowds.corroborate(&saw, &see, sees)?;
    let background = crowds.background.clone();
    let weighed: Vec<(Pair, Option<Vec<Found>>)> = weighed.into_iter().collect();
    // Those that corroborate what they did, and may weigh otherwise.
    let mut again = crowds.pairs(&more)?;
    again.extend(crowds.pairs(&reweighed)?);
    again.extend(renamed(&new, recount));
    again.retain(|pair| weighed.binary_search_by_key(pair, |(pair, _)| *pair).is_err());
    if again.len() > PAIRS {
        return Err(Reason::Component);
    }
    let again: Vec<Pair> = again.into_iter().collect();
    let again = again.into_par_iter().with_min_len(AT_ONCE);
    let mut links: Vec<(ApplicantIx, ApplicantIx, Option<Link>)> = weighed
        .into_par_iter()
        .with_min_len(AT_ONCE)
        .filter(|((a, b), _)| !retired.contains(a) && !retired.contains(b))
        .map(|((a, b), things)| {
            (a, b, things.and_then(|things| is.link_found(a, b, things, &background)))
        })
        .chain(again.map(|(a, b)| (a, b, is.link(a, b, &background))))
        .collect();
    links.sort_unstable_by_key(|(a, b, _)| (*a, *b));
    Ok(Relinked { values: crowds.values(&more), background: crowds.background, links })
}

/// The stems of mailboxes of which a run of numbers has come to be one, or is one no more: two in different runs of one stem
/// weigh otherwise by that.
fn turned_runs(
    before: &Known<'_>,
    after: &Known<'_>,
    now: &Background,
    apps: [&[AppIx]; 2],
) -> BTreeSet<Trace> {
    let mut stems = BTreeSet::new();
    for (corpus, apps) in [before.corpus, after.corpus].into_iter().zip(apps) {
        for x in apps.iter().map(|&app| corpus.app(app)) {
            let turned =
                |run: &u64| combine::is_run(before.background, *run) != combine::is_run(now, *run);
            if series::runs(&x).is_some_and(|runs| runs.iter().any(turned)) {
                stems.extend(series::mailbox(&x).map(Trace::Series));
            }
        }
    }
    stems
}

fn linker<'a>(known: &Known<'a>, policy: &'a Policy) -> Linker<'a> {
    let comparer = Comparer::new(known.corpus, policy);
    Linker { comparer, applicants: known.applicants, rulings: known.rulings }
}

/// Notes whom something corroborates.
fn note(seen: Option<Corroboration>, into: &mut BTreeSet<(Trace, ApplicantIx)>) {
    if let Some(seen) = seen {
        for trace in seen.corroborated() {
            into.extend([(trace, seen.a), (trace, seen.b)]);
        }
    }
}

/// Pairs of others that are candidates no longer, or are now, since somebody came to stand between them.
fn displaced(
    old: &Candidates<'_>,
    new: &Candidates<'_>,
    traces: &BTreeSet<Trace>,
    moved: &BTreeSet<ApplicantIx>,
    apps: [&[AppIx]; 2],
) -> Attempt<BTreeSet<Pair>> {
    let mut pairs = BTreeSet::new();
    for trace in traces {
        let Trace::Value(ix) = *trace else { continue };
        if ix.at() >= old.known.corpus.attribute_numbers().len() {
            continue;
        }
        let (was, is) = (old.row_of(ix), new.row_of(ix));
        if (was.1, is.1) != (usize::MAX, usize::MAX) {
            difference(&was, &is, moved, &mut pairs)?;
        }
    }
    // Near-equalities that too many have propose nobody.
    let (mut run, mut keys) = (Vec::new(), BTreeSet::new());
    for (of, apps) in [old, new].into_iter().zip(apps) {
        for pass in 0..link_candidates::PASSES {
            for &app in apps {
                let put = |key| keys.extend([(pass, key)]);
                link_candidates::near_keys(of.known.corpus, app, pass, put);
            }
        }
    }
    for (pass, key) in keys {
        let mut few = |of: &Candidates<'_>| {
            of.known.index.near(pass, key, &mut run);
            of.few(key, &run)
        };
        let stayed: Vec<ApplicantIx> = match (few(old), few(new)) {
            (Some(users), None) | (None, Some(users)) => users,
            _ => continue,
        };
        let stayed: Vec<ApplicantIx> =
            stayed.into_iter().filter(|user| !moved.contains(user)).collect();
        for (i, &a) in stayed.iter().enumerate() {
            pairs.extend(stayed[i + 1..].iter().map(|&b| (a, b)));
        }
    }
    let mut passages: Vec<u32> = Vec::new();
    for (of, apps) in [old, new].into_iter().zip(apps) {
        for &app in apps {
            passages.extend(texts::widest_sample(&of.known.corpus.app(app)));
        }
    }
    passages.sort_unstable();
    passages.dedup();
    let common = |of: &Candidates<'_>, passage| of.known.corpus.passages().is_common(passage);
    for passage in passages {
        let row = |of: &Candidates<'_>| {
            if common(of, passage) { Rc::default() } else { of.row_of_passage(passage) }
        };
        // Whom a passage that became common paired is known (`Reread::links`).
        if common(old, passage) || !common(new, passage) {
            difference(&row(old), &row(new), moved, &mut pairs)?;
        }
    }
    Ok(pairs)
}

/// The pairs within reach in one of two rows and not in the other, of those who are in both states. Where the rows
/// begin and end alike, so do their pairs.
fn difference(
    was: &Row,
    is: &Row,
    moved: &BTreeSet<ApplicantIx>,
    into: &mut BTreeSet<Pair>,
) -> Attempt<()> {
    let alike = |n: usize| if was.1 == is.1 { n } else { 0 };
    let (p, q) = (&was.0, &is.0);
    let first = alike(p.iter().zip(q).take_while(|(a, b)| a == b).count());
    let rest = p[first..].iter().rev().zip(q[first..].iter().rev());
    let last = alike(rest.take_while(|(a, b)| a == b).count());
    let pairs = |row: &Row| -> Attempt<Vec<Pair>> {
        let mut all = Vec::new();
        for i in first.saturating_sub(row.1)..row.0.len() - last {
            let to = row.0.len().min(i.saturating_add(row.1).saturating_add(1));
            let next = row.0[(i + 1).max(first).min(to)..to].iter();
            if !moved.contains(&row.0[i]) {
                let next = next.filter(|b| !moved.contains(b));
                all.extend(next.map(|&b| ordered(row.0[i], b)));
            }
            if all.len() > ROW {
                return Err(Reason::Busy);
            }
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    };
    let (was, is) = (pairs(was)?, pairs(is)?);
    into.extend(was.iter().filter(|pair| is.binary_search(pair).is_err()));
    into.extend(is.iter().filter(|pair| was.binary_search(pair).is_err()));
    Ok(())
}

/// Candidate pairs whose names may relate otherwise, and nothing else of them: one has a token of a name that is judged to
/// be of the other sort, and the other the same, one a slip away, or its two parts.
fn renamed(new: &Candidates<'_>, recount: &Recount) -> Vec<Pair> {
    let (corpus, index) = (new.known.corpus, new.known.index);
    let tokens = corpus.tokens();
    let mut run = Vec::new();
    let mut pairs = Vec::new();
    for &token in &recount.turned {
        index.token(token, &mut run);
        let named = new.known.applicants.different(run.iter().copied());
        let mut all = named.clone();
        let letters = tokens.text(token);
        for (other, _) in tokens.all().filter(|(other, _)| *other != token) {
            let rest = letters.strip_prefix(tokens.text(other)).and_then(|rest| tokens.find(rest));
            if tokens.length(other) >= 4 && tokens.may_be_within(token, other, 1) {
                index.token(other, &mut run);
            } else if let Some(rest) = rest {
                index.token(other, &mut run);
                run.retain(|&app| corpus.app(app).tokens().any(|t| t == rest));
            } else {
                continue;
            }
            all.extend(run.iter().map(|&app| new.known.applicants.of(app)));
        }
        all.sort_unstable();
        all.dedup();
        let is_named = |user: &ApplicantIx| named.binary_search(user).is_ok();
        pairs.extend(new.among(&all).into_iter().filter(|(a, b)| is_named(a) || is_named(b)));
    }
    pairs
}

/// Pairs of one career, of which a school or an employer is judged to have another number of people.
fn careers(new: &Candidates<'_>, recount: &Recount) -> BTreeSet<Pair> {
    let corpus = new.known.corpus;
    let organisation = |ix: &&AttributeIx| {
        matches!(corpus.kind(**ix), AttributeKind::Institution | AttributeKind::Employer)
    };
    let mut keys = BTreeSet::new();
    for &ix in recount.values.iter().filter(organisation) {
        let users = corpus.uses_of(ix).map(|(app, _)| corpus.app(app));
        keys.extend(users.filter_map(|x| link_candidates::career(&x)));
    }
    let (mut run, mut pairs) = (Vec::new(), BTreeSet::new());
    for key in keys {
        new.known.index.near(0, key, &mut run);
        let users = new.known.applicants.different(run.iter().copied());
        for (i, &a) in users.iter().enumerate().filter(|_| users.len() <= link_candidates::MOST) {
            pairs.extend(users[i + 1..].iter().map(|&b| (a, b)));
        }
    }
    pairs
}

/// The pairs of which something else is judged than before, as applicants of now.
fn judged_pairs(before: &Rulings, after: &Known<'_>) -> BTreeSet<Pair> {
    let all = |rulings: &Rulings| -> BTreeMap<(AppIx, AppIx), Vec<(usize, PairVerdict)>> {
        let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (a, b, verdict, _) in rulings.pairs() {
            let link = rulings.link(a, b).into_iter();
            all.entry((a, b)).or_default().extend(link.chain([(usize::MAX, verdict)]));
        }
        all
    };
    let (old, new) = (all(before), all(after.rulings));
    old.keys()
        .chain(new.keys())
        .filter(|pair| old.get(pair) != new.get(pair))
        .map(|&(a, b)| ordered(after.applicants.of(a), after.applicants.of(b)))
        .filter(|(a, b)| a != b)
        .collect()
}

/// The values of which something else is judged than before.
fn judged_values(before: &Rulings, after: &Rulings) -> impl Iterator<Item = AttributeIx> {
    let all =
        |rulings: &Rulings| -> BTreeMap<AttributeIx, ValueVerdict> { rulings.values().collect() };
    let (old, new) = (all(before), all(after));
    let changed: Vec<AttributeIx> =
        old.keys().chain(new.keys()).filter(|ix| old.get(ix) != new.get(ix)).copied().collect();
    changed.into_iter()
}
