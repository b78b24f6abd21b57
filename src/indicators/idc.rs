//! Whether two names may be one person's, without a store: order-free, aware of initials, nicknames, romanisations and
//! typing slips. Not responsible for telling persons apart (`matching::names`, which knows how common a name is).
//!
//! Invariant: symmetric. Only a conflict counts anywhere, and a conflict needs two names that have nothing in common: a
//! name more or less, a married name, another spelling or an adopted given name is none.

use crate::{matching::similarity::osa_within, model::PersonName, reference::names::alias};

/// How two names relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameTie {
    /// The same tokens, in any order.
    Same,
    /// All of the shorter one is in the longer one, up to initials, nicknames and slips.
    Compatible,
    /// They have something in common and differ in something.
    Partly,
    /// They have nothing in common.
    Conflict,
}

/// How two names relate; none where one of them has no token of two letters or more. O(tokens²).
#[must_use]
pub fn tie(a: &PersonName, b: &PersonName) -> Option<NameTie> {
    let whole = |name: &PersonName| name.tokens.iter().any(|t| t.chars().count() > 1);
    if !whole(a) || !whole(b) {
        return None;
    }
    // There is no one way of writing a name in another script: nothing in common says nothing then.
    let other_script = a.other_script || b.other_script;
    let (a, b) = (sorted(a), sorted(b));
    if a == b {
        return Some(NameTie::Same);
    }
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let met = |x: &str| long.iter().any(|y| is_like(x, y));
    let strong =
        short.iter().filter(|x| long.iter().any(|y| x.len() > 1 && y.len() > 1 && is_like(x, y)));
    let strong = strong.count();
    Some(if strong == 0 {
        // "J. D." and "Jane Doe" say nothing against each other, "Li" and "Kim Tae" do.
        let joined = is_run_together(&a, &b) || is_run_together(&b, &a);
        if joined || other_script || short.iter().all(|x| met(x)) {
            NameTie::Partly
        } else {
            NameTie::Conflict
        }
    } else if short.iter().all(|x| met(x)) {
        NameTie::Compatible
    } else {
        NameTie::Partly
    })
}

/// The tokens in order, without copying them: rings ask of many pairs.
fn sorted(name: &PersonName) -> Vec<&str> {
    let mut tokens: Vec<&str> = name.tokens.iter().map(|token| &**token).collect();
    tokens.sort_unstable();
    tokens
}

/// Whether two names of a kind have nothing in common; false where either is missing.
#[must_use]
pub fn conflicts(a: Option<&PersonName>, b: Option<&PersonName>) -> bool {
    a.zip(b).and_then(|(a, b)| tie(a, b)) == Some(NameTie::Conflict)
}

/// Whether one writes together what the other writes apart ("Lizhou", "Li-Zhou"), or a part of it ("Mariana", "Mari Ana").
fn is_run_together(a: &[&str], b: &[&str]) -> bool {
    a.iter().filter(|x| x.len() >= 4).any(|x| {
        let part = |y: &str| y.len() >= 4 && (x.starts_with(y) || x.ends_with(y));
        let rest = |y: &str| y.len() > 1 && x.strip_prefix(y).is_some_and(|r| b.contains(&r));
        b.iter().any(|y| part(y) || rest(y))
    })
}

/// Whether two tokens may be one name.
fn is_like(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if short.len() == 1 {
        return long.starts_with(short);
    }
    let slips = match short.len() {
        ..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    a == b || alias(a, b).is_some() || (slips > 0 && osa_within(a, b, slips).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::name;

    fn told(a: &str, b: &str) -> Option<NameTie> {
        let (a, b) = (name::parse(a)?, name::parse(b)?);
        assert_eq!(tie(&a, &b), tie(&b, &a));
        tie(&a, &b)
    }

    #[test]
    fn names_conflict_only_when_they_have_nothing_in_common() {
        for (a, b, expected) in [
            ("Jane Doe", "Doe, Jane", NameTie::Same),
            ("Jane Doe", "Jane M. Doe", NameTie::Compatible),
            ("Robert Miller", "Bob Miller", NameTie::Compatible),
            ("Jane Doe", "J. Doe", NameTie::Compatible),
            ("Katherine Miller", "Katharine Miller", NameTie::Compatible),
            ("Jane Doe", "Jane Smith", NameTie::Partly),
            ("Xiaoming Wang", "Kevin Wang", NameTie::Partly),
            ("T. N. Li-Zhou", "Tao Li-Zhou", NameTie::Partly),
            ("محمد علي", "Mohammed Ali", NameTie::Partly),
            ("田中太郎", "タナカ タロウ", NameTie::Partly),
            ("יוסף כהן", "Yosef Cohen", NameTie::Partly),
            ("Jane Doe", "Marcus Bell", NameTie::Conflict),
        ] {
            assert_eq!(told(a, b), Some(expected), "{a} / {b}");
        }
        assert_eq!(told("J. D.", "Jane Doe"), None);
    }
}
