//! An address gets its third claimed identity, or the one that the rule says, as a home or as a place of delivery.
//!
//! A household counts as one: those who claim to live there and share nothing else that binds, as long as they are no more than
//! homes hold; and so do those whom links tie as a household, as perhaps one person or as one who applied again. Buildings
//! without a unit, mail drops, campuses, and what is a school's, an employer's or an agency's never count.

use crate::{
    explain::{innocent_of, words::count},
    graph::Network,
    model::{
        AlertKind, AlertRule, AppIx, ApplicantIx, AttributeIx, AttributeKind, LinkClass,
        LinkStrength,
    },
    normalize::normalize,
    reports::{
        ReportError,
        alerts::{Found, Happened, Kind},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The kind.
pub const KIND: Kind = Kind { kind: AlertKind::AddressIdentities, number: Some(3), find };

/// People without anything else in common that one home holds: more are a crowd.
const HOUSEHOLD: usize = 6;

fn find(happened: &Happened<'_>, rule: &AlertRule) -> Result<Vec<Found>, ReportError> {
    let (network, number) = (&happened.view.network, KIND.number_of(rule));
    let corpus = network.corpus();
    let mut came: BTreeMap<AttributeIx, Vec<AppIx>> = BTreeMap::new();
    for one in happened.came.values() {
        for (value, _) in corpus.app(one.app).used() {
            if corpus.kind(value) == AttributeKind::Address {
                let apps = came.entry(value).or_default();
                if !apps.contains(&one.app) {
                    apps.push(one.app);
                }
            }
        }
    }
    let mut found = Vec::new();
    for (address, apps) in came {
        let users = network.users(address);
        let enough = |users: &[ApplicantIx]| users.len() >= number as usize;
        if !enough(&users) || !happened.is_front_door(address) {
            continue;
        }
        let n = Households::of(network, address, &users).count(&users);
        if n < number as usize {
            continue;
        }
        let were = were(happened, address)?;
        let before = || Households::of(network, address, &were).count(&were);
        if enough(&were) && before() >= number as usize {
            continue;
        }
        found.push(told(happened, address, &apps, n, number));
    }
    found.sort_by(|a, b| a.what.cmp(&b.what));
    Ok(found)
}

fn told(
    happened: &Happened<'_>,
    address: AttributeIx,
    apps: &[AppIx],
    n: usize,
    number: u32,
) -> Found {
    let (view, corpus) = (happened.view, happened.view.network.corpus());
    let id = corpus.attribute(address).id();
    let ring = apps.iter().filter_map(|&app| view.ring_of(view.network.applicant_of(app)));
    let applications: BTreeSet<_> = apps.iter().map(|&app| corpus.id(app)).collect();
    let text = format!(
        "Address {id} has {} now, through {}. Members of one household count as one; buildings without a unit, mail drops and \
         campuses do not count. To rule out first: {}",
        count(n, "claimed identity", "different claimed identities"),
        count(applications.len(), "application that came", "applications that came"),
        innocent_of(AttributeKind::Address)
    );
    Found {
        what: vec![id.to_string(), number.to_string()],
        ring: ring.map(|ring| ring.id.clone()).min(),
        attribute: Some(id),
        applications,
        text,
    }
}

/// Who used an address before, as far as they are told apart today. Reads the store for those who came anew.
fn were(happened: &Happened<'_>, address: AttributeIx) -> Result<Vec<ApplicantIx>, ReportError> {
    let network = &happened.view.network;
    let corpus = network.corpus();
    let value = corpus.value(address);
    let mut were = BTreeSet::new();
    for (app, _) in corpus.uses_of(address) {
        let (id, who) = (corpus.id(app), network.applicant_of(app));
        if were.contains(&who) {
            continue;
        }
        let used = match happened.came.contains_key(&id) {
            false => true,
            true => happened.before(&id)?.is_some_and(|application| {
                let normal = normalize(&application);
                let both = [&normal.home, &normal.shipping].into_iter().flatten();
                both.into_iter().any(|a| &*a.dwelling == value)
            }),
        };
        if used {
            were.insert(who);
        }
    }
    Ok(were.into_iter().collect())
}

/// Which users of an address count as one.
struct Households {
    /// Another of the same, as long as there is one.
    above: BTreeMap<ApplicantIx, ApplicantIx>,
}

impl Households {
    /// Those of these users, sorted. O(links of the users).
    fn of(network: &Network, address: AttributeIx, users: &[ApplicantIx]) -> Self {
        let mut all = Self { above: BTreeMap::new() };
        let mut bound: BTreeSet<ApplicantIx> = BTreeSet::new();
        for &user in users {
            for &link in network.links_of(user) {
                let link = network.link(link);
                let other = if link.a == user { link.b } else { link.a };
                if users.binary_search(&other).is_err() {
                    continue;
                }
                match link.class {
                    LinkClass::SharedInfrastructure if link.strength == LinkStrength::Ring => {
                        bound.extend([user, other]);
                    }
                    LinkClass::SharedInfrastructure => {}
                    _ => all.join(user, other),
                }
            }
        }
        let lives_here = |user: &ApplicantIx| {
            network.applicant(*user).applications.iter().any(|&app| {
                let home = network.corpus().app(app).home().and_then(|home| home.dwelling());
                home == Some(address)
            })
        };
        let at_home: Vec<ApplicantIx> = users
            .iter()
            .copied()
            .filter(|user| !bound.contains(user) && lives_here(user))
            .collect();
        if all.count(&at_home) <= HOUSEHOLD {
            for pair in at_home.windows(2) {
                if let [a, b] = *pair {
                    all.join(a, b);
                }
            }
        }
        all
    }

    fn join(&mut self, a: ApplicantIx, b: ApplicantIx) {
        let (a, b) = (self.top(a), self.top(b));
        if a != b {
            self.above.insert(a.max(b), a.min(b));
        }
    }

    fn top(&self, mut user: ApplicantIx) -> ApplicantIx {
        while let Some(&next) = self.above.get(&user) {
            user = next;
        }
        user
    }

    fn count(&self, users: &[ApplicantIx]) -> usize {
        users.iter().map(|&user| self.top(user)).collect::<BTreeSet<_>>().len()
    }
}
