//! Mailboxes: the same one, or one of a series (same unusual stem, other digits).

use crate::{
    matching::{
        Comparer, Feature, Findings, Pair, Seen, Shared,
        corpus::{App, Corpus},
        feature::{Kinds, NO_SERIES, Own, Series, one},
        series,
        similarity::osa_within,
    },
    model::{BackgroundClass, Bits, Column, Family, Normalized},
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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        let (x, y) = (&pair.x, &pair.y);
        let (Some(email), Some(other)) = (x.email(), y.email()) else { return };
        if email == other {
            found.see_value(Seen::EmailSame, cx.frequency_of_own(cx.corpus.uses(email)));
        } else if typo(cx.corpus, x, y) {
            found.see(Seen::EmailNear);
        } else {
            found.see(Seen::EmailDifferent);
        }
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        match (pair.x.email(), pair.y.email()) {
            (Some(a), Some(b)) if a == b => cx.most(&[Seen::EmailSame]),
            (Some(_), Some(_)) if may_be_typo(&pair.x, &pair.y) => cx.most(&[Seen::EmailNear]),
            _ => Bits::ZERO,
        }
    }
    fn needs_common(&self) -> Kinds {
        Kinds::ALL
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        let email = x.email()?;
        let policy = cx.policy.link.email;
        (y.email() == Some(email)).then(|| Shared {
            attribute: Some(email),
            series: NO_SERIES,
            class: BackgroundClass::Personal,
            bits: policy.bits(),
            hub: policy.hub,
            own: Own::Anywhere,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.email.as_ref().map(|e| e.canonical.to_string())
    }
}

/// Whether one slip may be all that is between two mailboxes: it is on one side of the sign only. O(1).
fn may_be_typo(x: &App<'_>, y: &App<'_>) -> bool {
    x.domain() == y.domain() || x.stem() == y.stem()
}

/// One slip apart in a long local part or in the domain, digits equal.
fn typo(corpus: &Corpus, x: &App<'_>, y: &App<'_>) -> bool {
    if !may_be_typo(x, y) {
        return false;
    }
    let parts = |app: &App<'_>| Some((corpus.value(app.email()?), corpus.word(app.stem()?)));
    let (Some((a, p)), Some((b, q))) = (parts(x), parts(y)) else { return false };
    p.len().min(q.len()) >= 6
        && a.len().abs_diff(b.len()) <= 1
        && digits(a, p) == digits(b, q)
        && osa_within(a, b, 1).is_some()
}

/// The digits between the stem of a mailbox and its domain.
fn digits<'a>(email: &'a str, stem: &str) -> &'a str {
    let local = email.rfind('@').map_or(email, |at| &email[..at]);
    local.get(stem.len()..).unwrap_or("").trim_matches(|c: char| !c.is_ascii_digit())
}

/// Stems of eight letters or more that are one letter apart.
fn close(x: &str, y: &str) -> bool {
    x.len().min(y.len()) >= 8 && osa_within(x, y, 1).is_some()
}

/// A series, and the runs of numbers within it that both are in.
fn with_runs(series: u64, x: &App<'_>, y: &App<'_>) -> Series {
    let mut keys = one(series);
    if let (Some(p), Some(q)) = (series::runs(x), series::runs(y)) {
        let both = p.into_iter().filter(|run| q.contains(run));
        keys.iter_mut().skip(1).zip(both).for_each(|(slot, run)| *slot = run);
    }
    keys
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
         and not simply the applicant's own name. Worth more in a run of neighboring numbers."
    }
    fn family(&self) -> Family {
        Family::Series
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Email]
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        if x.email()? == y.email()? {
            return None;
        }
        let (p, q) = (series::mailbox(x)?, series::mailbox(y)?);
        let same = p == q;
        let one_provider = x.domain() == y.domain();
        let beside = !series::has_own_stem(cx.corpus, x) || !series::has_own_stem(cx.corpus, y);
        let near = || {
            if beside {
                return None;
            }
            let (stem, other) = (cx.corpus.word(x.stem()?), cx.corpus.word(y.stem()?));
            (one_provider && close(stem, other)).then_some(())
        };
        if !same {
            near()?;
        }
        // A stem that many use (info, jobs, contact) is a word, not a series: its crowd tells.
        let policy = &cx.policy.link;
        // Beside a name stands what somebody else of that name, place or trade may also add: a few tell nothing.
        let hub = match (one_provider, beside) {
            (true, false) => policy.email_series_one_provider,
            (false, false) => policy.email_series.hub,
            (true, true) => policy.email_series_beside_a_name,
            (false, true) => return None,
        };
        // Without a stem in common there is no crowd to tell.
        let sharing = if same { policy.email_series } else { policy.email_stem_close };
        Some(Shared {
            attribute: None,
            series: if same { with_runs(p, x, y) } else { NO_SERIES },
            class: BackgroundClass::Personal,
            bits: sharing.bits(),
            hub,
            own: Own::Anywhere,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.email.as_ref().map(|e| format!("{} + {}", e.stem, e.digits))
    }
}
