//! Names: tell one person from two. They never link two persons.

use crate::{
    matching::{Comparer, Feature},
    model::{AppIx, Bits, Column, Family, Normalized},
};

/// The claimed name.
pub struct Name;

impl Feature for Name {
    fn name(&self) -> &'static str {
        "name"
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
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let (x, y) = cx.both(a, b);
        (x.name.is_some() && y.name.is_some()).then(|| {
            cx.corpus.names().compare(x.name.as_ref(), y.name.as_ref(), &cx.policy.identity).bits
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.name.as_ref().map(|name| name.tokens.join(" "))
    }
}
