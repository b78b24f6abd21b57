//! Mailboxes: one canonical text per mailbox, its stem and trailing digits. Not responsible for
//! whether a mailbox exists, and corrects no spelling: a guess is not a fact.
//!
//! Invariant: `canonical` is `local@domain` with exactly one `@`, and parsing it gives the same
//! mailbox.

use super::fold::{clip, is_invisible};
use crate::model::Email;
use crate::reference::email_domains::{Dots, provider};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// The mailbox that a text names; none when it is not one, or is a filler (`none@none.com`).
#[must_use]
pub fn parse(text: &str) -> Option<Email> {
    let text = lower(clip(text));
    let text = text.trim();
    // What nearly all rows say holds nothing that `unwrap` looks for.
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+' | b'@');
    let text = if text.bytes().all(plain) { text } else { unwrap(text) };
    let plain: Cow<'_, str> =
        if text.contains('@') && !text.contains(' ') { text.into() } else { spoken(text).into() };
    let (local, domain) = plain.rsplit_once('@')?;
    let local = local.trim_matches(|c: char| c == '"' || c == '.' || c == '\'' || c == '<');
    let domain = domain.trim_matches(|c: char| !c.is_alphanumeric());
    if !is_local(local) || !is_domain(domain) {
        return None;
    }
    let rules = provider(domain);
    let untagged = match local.split_once('+') {
        Some((before, _)) if !before.is_empty() => before,
        _ => local,
    };
    let local: Cow<'_, str> = match rules {
        Some(p) if p.dots == Dots::Ignored => untagged.replace('.', "").into(),
        _ => untagged.trim_end_matches('.').into(),
    };
    let domain = rules.map_or(domain, |p| p.canonical);
    if !local.chars().any(char::is_alphanumeric) || is_filler(&local, domain) {
        return None;
    }
    let bare = local.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = local.get(bare.len()..).unwrap_or_default();
    let stem = bare.trim_end_matches(['.', '_', '-']);
    Some(Email {
        canonical: [&*local, "@", domain].concat().into(),
        stem: stem.into(),
        digits: digits.into(),
        domain: domain.into(),
    })
}

fn lower(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        let unified = text.nfkc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase);
        return unified.collect::<String>().into();
    }
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return text.to_ascii_lowercase().into();
    }
    text.into()
}

/// The mailbox part of `Name <mailbox>`, `mailto:mailbox?subject=..` or a list, the first of which
/// counts.
fn unwrap(text: &str) -> &str {
    let text = match (text.find('<'), text.rfind('>')) {
        (Some(from), Some(to)) if from < to => text.get(from + 1..to).unwrap_or(text),
        _ => text,
    };
    let text = text.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let text = text.strip_prefix("email:").or(text.strip_prefix("e-mail:")).unwrap_or(text);
    let first = text.split([',', ';', '|', '?', '\n']).find(|part| part.contains('@'));
    first.unwrap_or(text).trim()
}

/// `john (at) example [dot] com` as a mailbox; blanks are dropped.
fn spoken(text: &str) -> String {
    let mut out = text.to_owned();
    if !out.contains('@') {
        for at in ["(at)", "[at]", "{at}", "<at>", " at "] {
            if out.contains(at) {
                out = out.replacen(at, "@", 1);
                break;
            }
        }
    }
    for dot in ["(dot)", "[dot]", "{dot}", " dot "] {
        out = out.replace(dot, ".");
    }
    // Two words before the @ are a name and a mailbox, not one mailbox with a blank in it.
    let around_at = out.replace(" @", "@").replace("@ ", "@").replace(" .", ".").replace(". ", ".");
    around_at.split_whitespace().find(|word| word.contains('@')).unwrap_or_default().to_owned()
}

fn is_local(local: &str) -> bool {
    !local.is_empty()
        && local.len() <= 64
        && local.chars().any(char::is_alphanumeric)
        && local.chars().all(|c| {
            c.is_ascii_lowercase()
                || c.is_ascii_digit()
                || (c.is_alphanumeric() && !c.is_uppercase())
                || ".!#$%&'*+-/=?^_`{|}~".contains(c)
        })
}

fn is_domain(domain: &str) -> bool {
    let mut labels = 0;
    for label in domain.split('.') {
        labels += 1;
        let fine = !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-');
        if !fine {
            return false;
        }
    }
    let last = domain.rsplit('.').next().unwrap_or_default();
    labels >= 2
        && domain.len() <= 253
        && last.chars().count() >= 2
        && !last.chars().all(|c| c.is_ascii_digit())
}

/// Mailboxes that stand for "I give none".
fn is_filler(local: &str, domain: &str) -> bool {
    const WORDS: &[&str] = &[
        "none", "no", "noemail", "na", "test", "asdf", "null", "unknown", "email", "abc", "xxx",
        "noreply",
    ];
    let site = domain.split('.').next().unwrap_or_default();
    WORDS.contains(&local) && (site == local || WORDS.contains(&site))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str, &str)>) {
        let email = parse(text);
        let got = email.as_ref().map(|e| (&*e.canonical, &*e.stem, &*e.digits));
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn mailboxes_are_read_through_the_noise_of_forms() {
        check("John.Doe92@Gmail.com", Some(("johndoe92@gmail.com", "johndoe", "92")));
        check("johndoe92+jobs@googlemail.com", Some(("johndoe92@gmail.com", "johndoe", "92")));
        check("john.doe@example.com", Some(("john.doe@example.com", "john.doe", "")));
        check("j.doe_7+x@example.com", Some(("j.doe_7@example.com", "j.doe", "7")));
        check(" <jane@example.org> ", Some(("jane@example.org", "jane", "")));
        check("Jane Doe <jane@example.org>", Some(("jane@example.org", "jane", "")));
        check("mailto:jane@example.org?subject=hi", Some(("jane@example.org", "jane", "")));
        check("john (at) example.com", Some(("john@example.com", "john", "")));
        check("john [at] example [dot] com", Some(("john@example.com", "john", "")));
        check("john at example dot com", Some(("john@example.com", "john", "")));
        check("john @ example.com", Some(("john@example.com", "john", "")));
        check("john@example.com.", Some(("john@example.com", "john", "")));
        check("john@example.com; j2@example.com", Some(("john@example.com", "john", "")));
        check("ｊｏｈｎ@example.com", Some(("john@example.com", "john", "")));
        check("12345@example.com", Some(("12345@example.com", "", "12345")));
        check("kim@me.com", Some(("kim@icloud.com", "kim", "")));
        check("müller@example.de", Some(("müller@example.de", "müller", "")));
        check("john@localhost", None);
        check("john.example.com", None);
        check("@example.com", None);
        check("none@none.com", None);
        check("_+0@example.com", None);
        check("n/a", None);
        check("", None);
        check("john@exa mple", None);
    }

    proptest! {
        #[test]
        fn parsing_a_canonical_mailbox_gives_it_again(text in "[a-zA-Z0-9._+-]{1,12}@[a-z]{1,8}\\.(com|org|net)") {
            if let Some(email) = parse(&text) {
                prop_assert_eq!(parse(&email.canonical), Some(email));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let _ = parse(&text);
        }
    }
}
