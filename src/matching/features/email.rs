//! Mailboxes: the same one, or one of a series (same unusual stem, other digits).

use crate::{
    matching::{
        Comparer, Counted, Feature, Shared,
        feature::{NO_SERIES, Own, one},
        features::attribute::shared_value,
        series,
    },
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
            series: NO_SERIES,
            class: BackgroundClass::Personal,
            bits: policy.bits(),
            hub: policy.hub,
            own: Own::Local,
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

/// Stems of eight letters or more that are one letter apart.
fn close(x: &str, y: &str) -> bool {
    x.len().min(y.len()) >= 8 && x.len().abs_diff(y.len()) <= 1 && strsim::osa_distance(x, y) <= 1
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
        if x.canonical == y.canonical {
            return None;
        }
        let (p, q) = (series::mailbox(n)?, series::mailbox(o)?);
        let same = p == q;
        if !same && (!close(&x.stem, &y.stem) || x.domain != y.domain) {
            return None;
        }
        // A stem that many use (info, jobs, contact) is a word, not a series: its crowd tells.
        let policy = &cx.policy.link;
        let bits = policy.email_series.bits();
        let one_provider = x.domain == y.domain;
        let hub =
            if one_provider { policy.email_series_one_provider } else { policy.email_series.hub };
        Some(Shared {
            attribute: None,
            series: if same { one(p) } else { NO_SERIES },
            class: BackgroundClass::Personal,
            // Without a stem in common there is no crowd to tell.
            bits: if same { bits } else { policy.email_stem_close.bits() },
            hub,
            own: Own::Anywhere,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.email.as_ref().map(|e| format!("{} + {}", e.stem, e.digits))
    }
}
