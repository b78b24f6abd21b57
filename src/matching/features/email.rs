//! Mailboxes: the same one, or one of a series (same unusual stem, other digits).

use crate::{
    matching::{Comparer, Counted, Feature, Shared, features::attribute::shared_value},
    model::{AppIx, AttributeKind, BackgroundClass, Bits, Column, Email, Family, Normalized},
};

/// The same mailbox.
pub struct Mailbox;

impl Feature for Mailbox {
    fn name(&self) -> &'static str {
        "email"
    }
    fn label(&self) -> &'static str {
        "Mailbox"
    }
    fn describe(&self) -> &'static str {
        "The same mailbox after case, plus tags and ignorable dots. One person may have several, so another \
         mailbox says little; one mailbox under two names says much."
    }
    fn family(&self) -> Family {
        Family::Contact
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Email]
    }
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let (x, y) = cx.both(a, b);
        let (x, y) = (x.email.as_ref()?, y.email.as_ref()?);
        let policy = &cx.policy.identity;
        if x.canonical == y.canonical {
            let u =
                cx.corpus.counts().frequency(Counted::Email, &x.canonical, policy.population_floor);
            return Some(cx.agreement(policy.m_email, u, 16.0));
        }
        if typo(x, y) {
            return Some(Bits::new(4.0));
        }
        Some(policy.email_differs)
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let (x, y) = cx.both(a, b);
        let same = x.email.as_ref()?.canonical == y.email.as_ref()?.canonical;
        let policy = cx.policy.link.email;
        same.then(|| Shared {
            attribute: shared_value(cx, a, b, AttributeKind::Email),
            class: BackgroundClass::Personal,
            bits: policy.bits(),
            hub: policy.hub,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.email.as_ref().map(|e| e.canonical.to_string())
    }
}

/// One slip apart in a long local part or in the domain, digits equal.
fn typo(x: &Email, y: &Email) -> bool {
    x.digits == y.digits
        && x.stem.len().min(y.stem.len()) >= 6
        && x.canonical.len().abs_diff(y.canonical.len()) <= 1
        && strsim::osa_distance(&x.canonical, &y.canonical) == 1
}

/// Whether a stem is nothing but the applicant's own name, as most people's is.
#[must_use]
pub fn is_own_name(n: &Normalized, stem: &str) -> bool {
    let Some(name) = &n.name else { return false };
    let whole: String = stem.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut rest = whole.clone();
    let mut tokens: Vec<&str> = name.tokens.iter().map(|t| &**t).collect();
    tokens.sort_by_key(|t| std::cmp::Reverse(t.len()));
    for token in &tokens {
        if token.len() > 2 {
            rest = rest.replacen(*token, "", 1);
        }
    }
    rest.len() <= 3 && rest.len() * 2 < whole.len()
}

/// Mailboxes of one series.
pub struct MailboxSeries;

impl Feature for MailboxSeries {
    fn name(&self) -> &'static str {
        "email_series"
    }
    fn label(&self) -> &'static str {
        "Mailbox series"
    }
    fn describe(&self) -> &'static str {
        "Mailboxes that differ only in trailing digits, or by one or two letters, when the stem is unusual \
         and not simply the applicant's own name."
    }
    fn family(&self) -> Family {
        Family::Series
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Email]
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let (n, o) = cx.both(a, b);
        let (x, y) = (n.email.as_ref()?, o.email.as_ref()?);
        if x.canonical == y.canonical || x.stem.len() < 6 || y.stem.len() < 6 {
            return None;
        }
        let same_stem = x.stem == y.stem;
        if !same_stem
            && (x.stem.len().min(y.stem.len()) < 8 || strsim::osa_distance(&x.stem, &y.stem) > 1)
        {
            return None;
        }
        if is_own_name(n, &x.stem) || is_own_name(o, &y.stem) {
            return None;
        }
        // A stem that many use (info, jobs, contact) is a word, not a series.
        let users = cx.corpus.counts().of(Counted::Stem, &x.stem);
        if users > 60 {
            return None;
        }
        let policy = cx.policy.link.email_series;
        Some(Shared {
            attribute: None,
            class: BackgroundClass::Personal,
            bits: if same_stem { policy.bits() } else { policy.bits() - Bits::new(1.0) },
            hub: policy.hub,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.email.as_ref().map(|e| format!("{} + {}", e.stem, e.digits))
    }
}
