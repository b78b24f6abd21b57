//! The people of casework: whom a case can be given to and whom a note can mention. Not responsible for who may sign
//! in.
//!
//! Invariant: sorted, each name once whatever its spelling; somebody whose account ended is not suggested for work.

use crate::{
    casework::{Accounts, Permission, UserName, same_person},
    engine::Cases,
    web::{case::list::Looker, state::Visit},
};
use std::sync::Arc;

/// Names at most.
const MOST: usize = 500;

impl Looker {
    /// Whoever looks, now.
    pub fn of(visit: &Visit, cases: &Cases) -> Self {
        let accounts = accounts(visit);
        let all = accounts.iter().flat_map(|accounts| accounts.iter()).map(|a| a.name.to_string());
        let mut names: Vec<String> = all.collect();
        names.push(visit.session.user.clone());
        // Who worked here before there were accounts, or by the one-time link.
        names.extend(cases.iter().flat_map(|case| case.people()).map(str::to_owned));
        names.extend(cases.iter().filter_map(|case| case.assignee.clone()));
        let names = once(names).into_iter().filter_map(|name| name.parse::<UserName>().ok());
        Self::new(&visit.session.user, visit.state.desk.now(), names.collect())
    }
}

/// Whom a form suggests to give a case to: accounts that may work on cases, where there are accounts; else who has done
/// so before.
pub fn suggested(visit: &Visit, cases: &Cases) -> Vec<String> {
    let mut names = vec![visit.session.user.clone()];
    match accounts(visit) {
        Some(accounts) if !accounts.is_empty() => names.extend(
            accounts
                .iter()
                .filter(|a| a.is_open() && a.role.may(Permission::Judge))
                .map(|a| a.name.to_string()),
        ),
        _ => names.extend(cases.iter().filter_map(|case| case.assignee.clone())),
    }
    once(names)
}

fn accounts(visit: &Visit) -> Option<Arc<Accounts>> {
    visit.state.sessions.door.as_ref()?.accounts().ok()
}

fn once(mut names: Vec<String>) -> Vec<String> {
    names.sort_by_cached_key(|name| (name.to_lowercase(), name.clone()));
    names.dedup_by(|a, b| same_person(a, b));
    names.truncate(MOST);
    names
}
