//! Names: tell one person from two. They never link two persons.

use crate::{
    matching::{Comparer, Feature, Findings, Pair, names},
    model::{Column, Family, Normalized},
};

/// The claimed name.
pub struct Name;

impl Feature for Name {
    fn name(&self) -> &'static str {
        "name"
    }
    fn comparisons(&self) -> Vec<&'static str> {
        vec!["given_name", "family_name", "further_names", "suffix"]
    }
    fn label(&self) -> &'static str {
        "Name"
    }
    fn describe(&self) -> &'static str {
        "Compares names whatever their order, with initials, nicknames, other romanisations and typos. \
         Only tells one person from two: a name links nobody and makes nobody suspect."
    }
    fn family(&self) -> Family {
        Family::Identity
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::FullName]
    }
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        if pair.x.has_name() && pair.y.has_name() {
            let policy = &cx.policy.identity;
            names::examine(cx.corpus.tokens(), &pair.x, &pair.y, policy, found);
        }
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.name.as_ref().map(|name| name.tokens.join(" "))
    }
}
