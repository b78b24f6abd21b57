//! Candidates asked of the index: whom `link_candidates` and `texts` pair an applicant with, as far as one applicant
//! is concerned. Not responsible for comparing.
//!
//! Invariant: two applicants are each other's candidates here exactly where everything at once pairs them.

use crate::{
    matching::{
        Policy,
        features::address::same_building,
        incremental::Known,
        link_candidates::{NEXT, PASSES, bear_out, in_a_row, most, near_keys, proposes},
        texts::{self, Placed, Tell},
    },
    model::{AppIx, ApplicantIx, AttributeIx},
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{cell::RefCell, collections::BTreeSet, rc::Rc};

/// Asks for candidates, each applicant's once.
pub(super) struct Candidates<'a> {
    pub known: Known<'a>,
    /// The candidates of before, and the applications whose texts are others or sampled otherwise since.
    before: Option<(&'a Candidates<'a>, &'a BTreeSet<AppIx>)>,
    /// Users of an attribute up to which all are paired.
    limit: usize,
    met: RefCell<FxHashMap<ApplicantIx, Rc<Vec<ApplicantIx>>>>,
    rows: RefCell<FxHashMap<AttributeIx, Rc<Row>>>,
    passages: RefCell<FxHashMap<u32, Rc<Row>>>,
    sampled: RefCell<FxHashMap<u32, Rc<Vec<AppIx>>>>,
    lines: RefCell<FxHashMap<u32, Rc<Vec<Placed>>>>,
    samples: RefCell<FxHashMap<ApplicantIx, Rc<Vec<u32>>>>,
}

/// Two applicants, the lesser number first.
pub(super) type Pair = (ApplicantIx, ApplicantIx);

/// Two applicants as a pair.
pub(super) fn ordered(a: ApplicantIx, b: ApplicantIx) -> Pair {
    (a.min(b), a.max(b))
}

/// Users in the order in which they are paired, and how far each reaches.
pub(super) type Row = (Vec<ApplicantIx>, usize);

/// Whether two are in a row and within reach of each other.
fn within(row: &Row, a: ApplicantIx, b: ApplicantIx) -> bool {
    let at = |user| row.0.iter().position(|&other| other == user);
    at(a).zip(at(b)).is_some_and(|(a, b)| a.abs_diff(b) <= row.1)
}

/// Those in a row within reach of one, or all others.
fn around(row: &[ApplicantIx], me: ApplicantIx, reach: usize) -> impl Iterator<Item = ApplicantIx> {
    let at = row.iter().position(|&user| user == me);
    let (from, to) = at.map_or((0, 0), |at| {
        (at.saturating_sub(reach), at.saturating_add(reach).saturating_add(1).min(row.len()))
    });
    row[from..to].iter().copied().filter(move |&user| user != me)
}

impl<'a> Candidates<'a> {
    pub fn new(known: Known<'a>, policy: &Policy) -> Self {
        let limit = policy.blocking.attribute as usize;
        Self {
            known,
            before: None,
            limit,
            met: RefCell::default(),
            rows: RefCell::default(),
            passages: RefCell::default(),
            sampled: RefCell::default(),
            lines: RefCell::default(),
            samples: RefCell::default(),
        }
    }

    /// The same of a state after another, between which only these applications have other texts or are sampled otherwise:
    /// of all others what was asked before is not asked again.
    pub fn after(
        before: &'a Candidates<'a>,
        known: Known<'a>,
        resampled: &'a BTreeSet<AppIx>,
        policy: &Policy,
    ) -> Self {
        Self { before: Some((before, resampled)), ..Self::new(known, policy) }
    }

    /// Different applicants of these applications, by number; none where they are too many to be paired by something
    /// nearly equal, of this key.
    pub fn few(&self, key: u64, apps: &[AppIx]) -> Option<Vec<ApplicantIx>> {
        let most = most(key);
        let mut users: Vec<ApplicantIx> = Vec::new();
        for &app in apps {
            let user = self.known.applicants.of(app);
            if let Err(at) = users.binary_search(&user) {
                if users.len() == most {
                    return None;
                }
                users.insert(at, user);
            }
        }
        Some(users)
    }

    /// The users of an attribute.
    pub fn users_of(&self, ix: AttributeIx) -> Vec<ApplicantIx> {
        if ix.at() < self.known.corpus.attribute_numbers().len() {
            self.known.applicants.different(self.known.corpus.uses_of(ix).map(|(app, _)| app))
        } else {
            Vec::new()
        }
    }

    /// The users of an attribute in the order in which they are paired, each attribute's once.
    pub fn row_of(&self, ix: AttributeIx) -> Rc<Row> {
        if let Some(row) = self.rows.borrow().get(&ix) {
            return Rc::clone(row);
        }
        let row = Rc::new(self.line_up(ix));
        self.rows.borrow_mut().insert(ix, Rc::clone(&row));
        row
    }

    fn line_up(&self, ix: AttributeIx) -> Row {
        if !proposes(self.known.corpus.kind(ix)) {
            return (Vec::new(), 0);
        }
        if let Some(places) = self.known.index.users(ix) {
            let mut seen = FxHashSet::default();
            let users = places.iter().map(|(_, _, app)| self.known.applicants.of(*app));
            let row: Vec<ApplicantIx> = users.filter(|user| seen.insert(*user)).collect();
            if row.len() > self.limit {
                return (row, NEXT);
            }
        }
        let users = self.users_of(ix);
        if users.len() <= self.limit {
            (users, usize::MAX)
        } else {
            (in_a_row(self.known.corpus, self.known.applicants, ix), NEXT)
        }
    }

    /// The applications whose sample has a passage, sorted; each passage's once.
    pub fn sampled(&self, passage: u32) -> Rc<Vec<AppIx>> {
        if let Some(sampled) = self.sampled.borrow().get(&passage) {
            return Rc::clone(sampled);
        }
        let mut run = Vec::new();
        self.known.index.passage(passage, &mut run);
        let samples = |app| texts::samples(self.known.corpus, app, passage);
        if let Some((before, resampled)) = self.before {
            let was = before.sampled(passage);
            run.retain(|&app| {
                if resampled.contains(&app) {
                    samples(app)
                } else {
                    was.binary_search(&app).is_ok()
                }
            });
        } else {
            run.retain(|&app| samples(app));
        }
        let sampled = Rc::new(run);
        self.sampled.borrow_mut().insert(passage, Rc::clone(&sampled));
        sampled
    }

    /// The same in the order in which they are paired; each passage's once.
    fn line(&self, passage: u32) -> Rc<Vec<Placed>> {
        if let Some(line) = self.lines.borrow().get(&passage) {
            return Rc::clone(line);
        }
        let (corpus, sampled) = (self.known.corpus, self.sampled(passage));
        let placed = |&app: &AppIx| texts::placed(corpus, app);
        let mut line: Vec<Placed> = Vec::with_capacity(sampled.len() + 1);
        if let Some((before, resampled)) = self.before {
            let was = before.line(passage);
            line.extend(was.iter().filter(|(_, _, app)| !resampled.contains(app)));
            for app in sampled.iter().filter(|app| resampled.contains(app)).map(placed) {
                let at = line.partition_point(|other| *other < app);
                line.insert(at, app);
            }
        } else {
            line.extend(sampled.iter().map(placed));
            line.sort_unstable();
        }
        let line = Rc::new(line);
        self.lines.borrow_mut().insert(passage, Rc::clone(&line));
        line
    }

    /// The same as applicants in a row, and how far each reaches; each passage's once.
    pub fn row_of_passage(&self, passage: u32) -> Rc<Row> {
        if let Some(row) = self.passages.borrow().get(&passage) {
            return Rc::clone(row);
        }
        let sampled = self.sampled(passage);
        let row = Rc::new(texts::row(self.known.applicants, &sampled, || self.line(passage)));
        self.passages.borrow_mut().insert(passage, Rc::clone(&row));
        row
    }

    /// The applications of an applicant, none of one that is not known here.
    pub fn apps(&self, ix: ApplicantIx) -> &'a [AppIx] {
        let known = ix.at() < self.known.applicants.slots();
        if known { &self.known.applicants.get(ix).applications } else { &[] }
    }

    /// Whether two with a key of a pass in common are nearly equal in what it is of.
    fn bear_out(&self, pass: usize, a: ApplicantIx, b: ApplicantIx) -> bool {
        bear_out(self.known.corpus, pass, self.apps(a), self.apps(b))
    }

    /// Whether a home of one may be a home of another, as it is written or with a slip. O(applications of both).
    pub fn are_neighbors(&self, a: ApplicantIx, b: ApplicantIx) -> bool {
        let corpus = self.known.corpus;
        let home = |&app: &AppIx| corpus.app(app).home();
        self.apps(a)
            .iter()
            .filter_map(home)
            .any(|x| self.apps(b).iter().filter_map(home).any(|y| same_building(corpus, &x, &y)))
    }

    /// Whom an applicant is paired with, sorted; nobody where it is not known. O(what it shares).
    pub fn of(&self, ix: ApplicantIx) -> Rc<Vec<ApplicantIx>> {
        if let Some(met) = self.met.borrow().get(&ix) {
            return Rc::clone(met);
        }
        let met = Rc::new(self.ask(ix));
        self.met.borrow_mut().insert(ix, Rc::clone(&met));
        met
    }

    fn ask(&self, me: ApplicantIx) -> Vec<ApplicantIx> {
        let corpus = self.known.corpus;
        let mut all: Vec<ApplicantIx> = Vec::new();
        for ix in self.values(me).into_iter().filter(|&ix| corpus.uses(ix) >= 2) {
            let row = self.row_of(ix);
            all.extend(around(&row.0, me, row.1));
        }
        let mut run = Vec::new();
        for pass in 0..PASSES {
            for key in self.near_keys(me, pass) {
                self.known.index.near(pass, key, &mut run);
                if let Some(users) = self.few(key, &run) {
                    let others = around(&users, me, usize::MAX);
                    all.extend(others.filter(|&other| self.bear_out(pass, me, other)));
                }
            }
        }
        all.extend(self.texts(me));
        for (a, b, _, _) in self.known.rulings.pairs() {
            let ends = (self.known.applicants.of(a), self.known.applicants.of(b));
            if ends.0 == me {
                all.push(ends.1);
            } else if ends.1 == me {
                all.push(ends.0);
            }
        }
        all.sort_unstable();
        all.dedup();
        all.retain(|&other| other != me);
        all
    }

    /// The passages of its own that an applicant's texts give to the sample, sorted.
    pub fn sample(&self, of: ApplicantIx) -> Rc<Vec<u32>> {
        if let Some(sample) = self.samples.borrow().get(&of) {
            return Rc::clone(sample);
        }
        let corpus = self.known.corpus;
        let views = self.apps(of).iter().map(|&app| corpus.app(app));
        let mut sample: Vec<u32> = views.flat_map(|x| texts::own_sample(corpus, &x)).collect();
        sample.sort_unstable();
        sample.dedup();
        let sample = Rc::new(sample);
        self.samples.borrow_mut().insert(of, Rc::clone(&sample));
        sample
    }

    /// Those with whom an applicant has a text in common.
    fn texts(&self, me: ApplicantIx) -> Vec<ApplicantIx> {
        let mut shared: Vec<ApplicantIx> = Vec::new();
        for &passage in self.sample(me).iter() {
            let row = self.row_of_passage(passage);
            shared.extend(around(&row.0, me, row.1));
        }
        shared.sort_unstable();
        shared
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() >= texts::SHARED)
            .map(|same| same[0])
            .filter(|&other| !self.stand_for(me, other).is_empty())
            .collect()
    }

    fn stand_for(&self, a: ApplicantIx, b: ApplicantIx) -> Vec<Tell> {
        texts::shared(self.known.corpus, self.known.applicants, a.min(b), a.max(b))
    }

    /// What stands for the text that two have in common, if they are paired by it.
    pub fn tells(&self, a: ApplicantIx, b: ApplicantIx) -> Vec<Tell> {
        let (left, right) = (self.sample(a), self.sample(b));
        let both = || left.iter().filter(|passage| right.binary_search(passage).is_ok());
        if both().take(texts::SHARED).count() < texts::SHARED {
            return Vec::new();
        }
        // Most have hardly more in common than that, and who else has it need not be asked then.
        let tells = self.stand_for(a, b);
        let met = || both().filter(|&&passage| within(&self.row_of_passage(passage), a, b));
        if tells.is_empty() || met().take(texts::SHARED).count() < texts::SHARED {
            return Vec::new();
        }
        tells
    }

    /// The keys of near-equal values that an applicant has in a pass, sorted.
    pub fn near_keys(&self, of: ApplicantIx, pass: usize) -> Vec<u64> {
        let mut keys = Vec::new();
        for &app in self.apps(of) {
            near_keys(self.known.corpus, app, pass, |k| keys.push(k));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The values an applicant has, sorted.
    pub fn values(&self, of: ApplicantIx) -> Vec<AttributeIx> {
        let corpus = self.known.corpus;
        let used = self.apps(of).iter().flat_map(|&app| corpus.app(app).used());
        let mut values: Vec<AttributeIx> = used.map(|(ix, _)| ix).collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// The pairs among these, sorted. O(what they have, and the pairs).
    pub fn among(&self, users: &[ApplicantIx]) -> Vec<Pair> {
        let mut pairs = self.among_values(users);
        let perhaps = self.perhaps_by_texts(users);
        pairs.extend(perhaps.into_iter().filter(|&(a, b)| !self.tells(a, b).is_empty()));
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// The pairs among these that they would be without texts.
    pub fn among_values(&self, users: &[ApplicantIx]) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = Vec::new();
        for (ix, same) in shared(users, |user| self.values(user)) {
            stand(users, &self.row_of(ix), &same, &mut |pair| pairs.push(pair));
        }
        let mut run = Vec::new();
        for pass in 0..PASSES {
            for (key, same) in shared(users, |user| self.near_keys(user, pass)) {
                self.known.index.near(pass, key, &mut run);
                if self.few(key, &run).is_some() {
                    let mut put = |pair: Pair| {
                        if self.bear_out(pass, pair.0, pair.1) {
                            pairs.push(pair);
                        }
                    };
                    every(&same, &mut put);
                }
            }
        }
        let is_one = |user: &ApplicantIx| users.binary_search(user).is_ok();
        for (a, b, _, _) in self.known.rulings.pairs() {
            let (a, b) = (self.known.applicants.of(a), self.known.applicants.of(b));
            if a != b && is_one(&a) && is_one(&b) {
                pairs.push(ordered(a, b));
            }
        }
        pairs
    }

    /// Pairs among these: all that texts pair, and a few that they do not.
    fn perhaps_by_texts(&self, users: &[ApplicantIx]) -> Vec<Pair> {
        let mut met: Vec<Pair> = Vec::new();
        for (passage, same) in shared(users, |user| self.sample(user).to_vec()) {
            // To line up all who have a passage is worth it only where many of these do.
            if same.len() > texts::ALL {
                stand(users, &self.row_of_passage(passage), &same, &mut |pair| met.push(pair));
            } else {
                every(&same, &mut |pair| met.push(pair));
            }
        }
        met.sort_unstable();
        let often = met.chunk_by(|a, b| a == b).filter(|same| same.len() >= texts::SHARED);
        often.map(|same| same[0]).collect()
    }

    /// Whether two are paired. O(what they share).
    pub fn are(&self, a: ApplicantIx, b: ApplicantIx) -> bool {
        if self.apps(a).is_empty() || self.apps(b).is_empty() {
            return false;
        }
        if let Some(met) = self.met.borrow().get(&a).or(self.met.borrow().get(&b)) {
            return met.binary_search(&a).is_ok() || met.binary_search(&b).is_ok();
        }
        let values = self.values(b);
        let mut both = self.values(a).into_iter().filter(|ix| values.binary_search(ix).is_ok());
        if both.any(|ix| within_reach(&self.row_of(ix), a, b)) {
            return true;
        }
        let mut run = Vec::new();
        for pass in 0..PASSES {
            let keys = self.near_keys(b, pass);
            for key in self.near_keys(a, pass) {
                if keys.binary_search(&key).is_ok() {
                    self.known.index.near(pass, key, &mut run);
                    if self.few(key, &run).is_some() && self.bear_out(pass, a, b) {
                        return true;
                    }
                }
            }
        }
        if !self.tells(a, b).is_empty() {
            return true;
        }
        let of = |app| self.known.applicants.of(app);
        self.known.rulings.pairs().any(|(x, y, _, _)| {
            let ends = (of(x), of(y));
            ends == (a, b) || ends == (b, a)
        })
    }
}

/// Whether two users of a value, which they both are, are paired by it.
fn within_reach(row: &Row, a: ApplicantIx, b: ApplicantIx) -> bool {
    row.1 == usize::MAX || within(row, a, b)
}

/// The pairs of all of these.
pub(super) fn every(same: &[ApplicantIx], put: &mut dyn FnMut(Pair)) {
    for (i, &a) in same.iter().enumerate() {
        same[i + 1..].iter().for_each(|&b| put(ordered(a, b)));
    }
}

/// The pairs within reach in a row of those users who are in it.
fn stand(users: &[ApplicantIx], row: &Row, same: &[ApplicantIx], put: &mut dyn FnMut(Pair)) {
    if row.0.is_empty() {
        return;
    }
    if row.1 >= row.0.len() {
        return every(same, put);
    }
    let is_one = |user: &&ApplicantIx| users.binary_search(user).is_ok();
    for (i, &a) in row.0.iter().enumerate().filter(|(_, user)| is_one(user)) {
        let next = row.0[i + 1..].iter().take(row.1).filter(is_one);
        next.for_each(|&b| put(ordered(a, b)));
    }
}

/// What several of these users have, with those who have it, sorted.
fn shared<T: Ord + Copy>(
    users: &[ApplicantIx],
    has: impl Fn(ApplicantIx) -> Vec<T>,
) -> Vec<(T, Vec<ApplicantIx>)> {
    let mut all: Vec<(T, ApplicantIx)> = Vec::new();
    for &user in users {
        all.extend(has(user).into_iter().map(|thing| (thing, user)));
    }
    all.sort_unstable();
    let several = all.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1);
    several.map(|same| (same[0].0, same.iter().map(|(_, user)| *user).collect())).collect()
}
