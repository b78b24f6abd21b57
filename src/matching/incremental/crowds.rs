//! Crowds brought up to date: whose value or series is used otherwise than before, and which are judged otherwise by
//! that. Not responsible for what a crowd is (`crowd`).
//!
//! Invariant: the background has the crowds that counting everything finds.

use crate::{
    matching::{
        Background, Crowd, Trace,
        background::Corroboration,
        combine::CLASS,
        features::photo,
        incremental::{
            Attempt, Reason,
            candidates::{Candidates, every, ordered},
        },
        link_candidates::most,
        linking::FEW_ENOUGH,
        pictures, series,
        texts::{self, Tell},
    },
    model::{AppIx, ApplicantIx, AttributeIx},
};
use std::collections::{BTreeMap, BTreeSet};

/// Most users of whom others in common are looked for.
const USERS: usize = 40_000;

/// Crowds of before and of now.
pub(super) struct Crowds<'a, 'b> {
    pub new: &'b Candidates<'a>,
    pub background: Background,
    /// What stands for texts, of the series that were looked at.
    tells: BTreeMap<u64, Tell>,
    /// The pictures of such.
    pictures: BTreeMap<u64, u64>,
    /// Those of houses: of a house and what may be the same with a slip in it, both are judged by the crowd of one.
    houses: BTreeSet<u64>,
    /// What is judged otherwise, and may corroborate other things than before.
    pub judged: BTreeSet<Trace>,
    /// What is judged otherwise and corroborates what it did: values that weigh more or less.
    pub reweighed: BTreeSet<Trace>,
}

/// Whether two crowds of a value, as they are judged, corroborate alike: of their numbers and traits that asks only these.
fn corroborate_alike(a: Crowd, b: Crowd) -> bool {
    let asked = |crowd: Crowd| {
        (
            crowd.users <= FEW_ENOUGH,
            crowd.is_premises(),
            crowd.inside >= CLASS && crowd.states == 1 && crowd.homes > 2,
            crowd.may_be_organisations(),
            crowd.users > 3 && crowd.outside >= crowd.inside,
        )
    };
    asked(a) == asked(b)
}

impl<'a, 'b> Crowds<'a, 'b> {
    pub fn new(background: Background, new: &'b Candidates<'a>) -> Self {
        Self {
            new,
            background,
            tells: BTreeMap::new(),
            pictures: BTreeMap::new(),
            houses: BTreeSet::new(),
            judged: BTreeSet::new(),
            reweighed: BTreeSet::new(),
        }
    }

    /// The applications that use a value or belong to a series now.
    fn apps(&self, trace: Trace) -> Attempt<Vec<AppIx>> {
        let known = &self.new.known;
        let key = match trace {
            Trace::Value(ix) => return Ok(known.corpus.uses_of(ix).map(|(app, _)| app).collect()),
            Trace::Series(key) => key,
        };
        if let Some(&hash) = self.pictures.get(&key) {
            // Of a picture that too many look like not all are compared.
            let near = pictures::around(known.corpus, known.index, hash).ok_or(Reason::Busy)?;
            return Ok(near.into_iter().map(|(_, app)| app).collect());
        }
        if let Some(&tell) = self.tells.get(&key) {
            return Ok(tell.users(|passage| self.new.sampled(passage).to_vec()));
        }
        let mut run = Vec::new();
        known.index.near(0, key, &mut run);
        Ok(run)
    }

    /// Everybody who uses a value or belongs to a series now.
    fn users(&self, trace: Trace) -> Attempt<Vec<ApplicantIx>> {
        Ok(self.new.known.applicants.different(self.apps(trace)?.into_iter()))
    }

    /// What stands for texts, by its series.
    pub fn note(&mut self, tell: Tell) -> Trace {
        let key = tell.series();
        self.tells.insert(key, tell);
        Trace::Series(key)
    }

    /// Learns what a series is of, if it is one that an applicant's texts, pictures or homes have.
    pub fn learn(&mut self, trace: Trace, of: &Candidates<'a>, user: ApplicantIx) {
        let Trace::Series(key) = trace else { return };
        if self.tells.contains_key(&key) || self.pictures.contains_key(&key) {
            return;
        }
        let mut homes = of.apps(user).iter().filter_map(|&app| of.known.corpus.app(app).home());
        if homes.any(|home| series::house(&home) == Some(key)) {
            self.houses.insert(key);
            return;
        }
        let shown = of.apps(user).iter().map(|&app| of.known.corpus.app(app));
        let mut shown = shown.filter_map(|x| photo::usable(&x));
        if let Some(hash) = shown.find(|&hash| pictures::of(hash) == key) {
            self.pictures.insert(key, hash);
            return;
        }
        // What the index knows by its key needs no more, and most are of that kind.
        let mut is_near = false;
        for &app in of.apps(user) {
            series::keys(of.known.corpus, &of.known.corpus.app(app), |near| is_near |= near == key);
        }
        if is_near {
            return;
        }
        for &app in of.apps(user) {
            let sample = sample(of, app);
            if let Some(tell) = Tell::within(&sample).find(|tell| tell.series() == key) {
                self.tells.insert(key, tell);
                return;
            }
        }
    }

    /// Notes how many pairs more or fewer something stands for.
    pub fn want(&mut self, tell: Tell, change: i32) {
        let trace = self.note(tell);
        if self.background.want(trace.key(), change) {
            self.judged.insert(trace);
        }
    }

    /// Counts the crowd of a value or a series anew.
    pub fn recount(&mut self, trace: Trace) -> Attempt<()> {
        let (corpus, applicants) = (self.new.known.corpus, self.new.known.applicants);
        let crowd = match trace {
            Trace::Value(ix) => Background::crowd_of(corpus, applicants, ix),
            // What stands for nothing has no crowd.
            Trace::Series(key)
                if self.tells.contains_key(&key) && !self.background.is_wanted(key) =>
            {
                None
            }
            Trace::Series(key) => {
                Background::crowd_of_series(corpus, applicants, key, &self.apps(trace)?)
            }
        };
        let judged = |background: &Background| match trace {
            Trace::Value(ix) => Some(background.of(ix)),
            // Which of several series is looked at depends on how many are in each.
            Trace::Series(_) => None,
        };
        let before = judged(&self.background);
        if self.background.set_crowd(trace, crowd) {
            let after = judged(&self.background);
            let alike = before.zip(after).is_some_and(|(a, b)| corroborate_alike(a, b));
            let into = if alike { &mut self.reweighed } else { &mut self.judged };
            into.insert(trace);
        }
        Ok(())
    }

    /// The values and series that applications have, in either state.
    pub fn traces(&mut self, of: &Candidates<'a>, apps: &[AppIx]) -> Attempt<BTreeSet<Trace>> {
        let corpus = of.known.corpus;
        let mut traces = BTreeSet::new();
        for &app in apps {
            let x = corpus.app(app);
            traces.extend(x.used().map(|(ix, _)| Trace::Value(ix)));
            series::keys(corpus, &x, |key| traces.extend([Trace::Series(key)]));
            self.houses.extend(x.home().and_then(|home| series::house(&home)));
            // A picture is in the crowd of every picture near it.
            if let Some(hash) = photo::usable(&x) {
                let near = pictures::around(corpus, of.known.index, hash).ok_or(Reason::Busy)?;
                for hash in near.into_iter().map(|(hash, _)| hash).chain([hash]) {
                    let key = pictures::of(hash);
                    self.pictures.insert(key, hash);
                    traces.insert(Trace::Series(key));
                }
            }
            for tell in Tell::within(&sample(of, app)) {
                if self.background.is_wanted(tell.series()) {
                    traces.insert(self.note(tell));
                }
            }
        }
        Ok(traces)
    }

    /// The candidate pairs of now that share these values or series.
    pub fn pairs(&self, traces: &BTreeSet<Trace>) -> Attempt<BTreeSet<(ApplicantIx, ApplicantIx)>> {
        let mut pairs = BTreeSet::new();
        for &trace in traces {
            // What two share is never about a passage that is common.
            let passages = self.new.known.corpus.passages();
            let tell = match trace {
                Trace::Series(key) => self.tells.get(&key),
                Trace::Value(_) => None,
            };
            if tell.is_some_and(|tell| tell.passages().any(|passage| passages.is_common(passage))) {
                continue;
            }
            let users = self.users(trace)?;
            if users.len() > USERS {
                return Err(Reason::Crowd);
            }
            if self.is_house(trace) {
                for &a in &users {
                    let near = self.new.of(a);
                    let near = near.iter().filter(|&&b| self.new.are_neighbors(a, b));
                    pairs.extend(near.map(|&b| ordered(a, b)));
                }
            }
            if self.pairs_all(trace, &users) {
                every(&users, &mut |pair| pairs.extend([pair]));
            } else {
                pairs.extend(self.new.among(&users));
            }
        }
        Ok(pairs)
    }

    /// Whether a value or series alone makes all its users candidates of one another.
    fn pairs_all(&self, trace: Trace, users: &[ApplicantIx]) -> bool {
        match trace {
            Trace::Value(ix) => self.new.row_of(ix).1 == usize::MAX,
            Trace::Series(key) => {
                let by_key = !self.tells.contains_key(&key) && !self.pictures.contains_key(&key);
                by_key && users.len() <= most(key)
            }
        }
    }

    fn is_house(&self, trace: Trace) -> bool {
        matches!(trace, Trace::Series(key) if self.houses.contains(&key))
    }

    /// Takes in what was seen to corroborate what, before and now: `sees` looks at a pair that was not.
    pub fn corroborate(
        &mut self,
        old: &BTreeSet<(Trace, ApplicantIx)>,
        new: &BTreeSet<(Trace, ApplicantIx)>,
        sees: impl Fn(ApplicantIx, ApplicantIx) -> Option<Corroboration>,
    ) -> Attempt<BTreeSet<Trace>> {
        let mut judged = BTreeSet::new();
        for &(trace, user) in new {
            if self.background.put_together(trace, user, true) {
                judged.insert(trace);
            }
        }
        for &(trace, user) in old.difference(new) {
            let still = self.new.known.applicants.is_live(user) && {
                let mut users = self.users(trace)?;
                if users.len() > USERS {
                    return Err(Reason::Crowd);
                }
                if self.is_house(trace) {
                    users.extend(self.new.of(user).iter());
                }
                users.iter().filter(|&&other| other != user).any(|&other| {
                    self.new.are(user, other)
                        && sees(user, other)
                            .is_some_and(|c| c.corroborated().any(|also| also == trace))
                })
            };
            if !still && self.background.put_together(trace, user, false) {
                judged.insert(trace);
            }
        }
        Ok(judged)
    }

    /// The attributes among what is judged otherwise.
    pub fn values(&self, more: &BTreeSet<Trace>) -> Vec<AttributeIx> {
        let mut values: Vec<AttributeIx> = self
            .judged
            .iter()
            .chain(&self.reweighed)
            .chain(more)
            .filter_map(|trace| match trace {
                Trace::Value(ix) => Some(*ix),
                Trace::Series(_) => None,
            })
            .collect();
        values.sort_unstable();
        values.dedup();
        values
    }
}

/// The passages of an application that are its own and may be sampled, sorted.
fn sample(of: &Candidates<'_>, app: AppIx) -> Vec<u32> {
    let corpus = of.known.corpus;
    let own = |passage: &u32| !corpus.passages().is_common(*passage);
    let mut sample: Vec<u32> = texts::widest_sample(&corpus.app(app)).filter(own).collect();
    sample.sort_unstable();
    sample
}
