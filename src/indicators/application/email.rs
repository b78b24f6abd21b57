//! Indicators of the mailbox: thrown away, young, or somebody else's by its name. Not responsible for who else uses it
//! (`matching`).
//!
//! Reads the unknown columns email_first_seen and email_mx, which a look-up fills, and name_other.
//!
//! Invariant: a service that forwards to a mailbox kept private is never a thrown-away one, and of a name only whether it
//! is another's is read.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, NameTie, Need, PROPOSAL, Strength, Topic,
        history::{first_job, jobs, month_of, months},
        idc, primary, quoted,
    },
    model::{Column, PersonName},
    normalize::{date, name},
    reference::email_domains,
};

/// `email-disposable`.
pub static DISPOSABLE: Indicator = Indicator {
    id: "email-disposable",
    title: "Thrown-away mailbox",
    topic: Topic::Email,
    needs: &["email", "email_mx"],
    how: "The domain, or the mail server that a look-up gave for it, is on the list of services that hand out mailboxes for \
          a while. Services that forward to a mailbox kept private are never counted.",
    strength: Strength::Medium,
    innocent: &[
        "people who give no shop and no form their own mailbox",
        "the list is dated, and a domain may have been sold",
    ],
    sources: &[primary("domain_intel, disposable mail domains, 2026"), PROPOSAL],
    compares_names: false,
    compute: Compute::Application(disposable),
};

fn disposable(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let email = subject.normal.email.as_ref().need("mailbox")?;
    if email_domains::is_relay(&email.domain) {
        return Ok(None);
    }
    if email_domains::is_disposable(&email.domain) {
        let reason = format!("{} hands out mailboxes for a while", email.domain);
        return Ok(Some(Finding::new(Strength::Medium, reason)));
    }
    let server = subject.record.extra("email_mx").map(|mx| mx.trim_end_matches('.').to_lowercase());
    let server =
        server.filter(|mx| email_domains::is_disposable(mx) && !email_domains::is_relay(mx));
    Ok(server.map(|server| {
        let reason =
            format!("mail for {} goes to a service of thrown-away mailboxes", email.domain);
        Finding::new(Strength::Medium, reason).with("mail server", server)
    }))
}

/// Days before the application within which a mailbox is young.
const YOUNG: i64 = 90;
/// Months of a career for which a mailbox is expected to be older: five years.
const CAREER: i32 = 60;

/// `email-young`.
pub static YOUNG_MAILBOX: Indicator = Indicator {
    id: "email-young",
    title: "Mailbox younger than the search",
    topic: Topic::Email,
    needs: &["email", "email_first_seen", "submitted_at", "employment"],
    how: "A look-up first saw the mailbox within 90 days before the application, of somebody whose first job began at least \
          five years before it. Mailboxes of agencies are left out.",
    strength: Strength::Weak,
    innocent: &[
        "many people open a mailbox for their search",
        "a look-up sees a mailbox only when somebody uses it in public",
    ],
    sources: &[quoted("Microsoft on Jasper Sleet, June 2025"), PROPOSAL],
    compares_names: false,
    compute: Compute::Application(young),
};

fn young(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    subject.normal.email.as_ref().need("mailbox")?;
    let seen = subject.record.extra("email_first_seen").and_then(date::moment);
    let seen = seen.need("day on which the mailbox was first seen")?;
    let at = subject.normal.submitted_at.need("day of the application")?;
    let start = first_job(&jobs(subject)).need("start of a job")?;
    let career = month_of(at).need("day of the application")? - months(start).1;
    let days = at.seconds_since(seen).div_euclid(86_400);
    if subject.normal.agency.is_some() || !(0..=YOUNG).contains(&days) || career < CAREER {
        return Ok(None);
    }
    let (days, career) = (plural(days, "day"), plural(i64::from(career / 12), "year"));
    let reason =
        format!("was first seen {days} before the application, after a career of {career}");
    Ok(Some(Finding::new(Strength::Weak, reason).with("first seen", seen.day())))
}

/// "1 day", "2 days".
pub(super) fn plural(n: i64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// `email-carries-other-name`.
pub static CARRIES_OTHER_NAME: Indicator = Indicator {
    id: "email-carries-other-name",
    title: "Mailbox in somebody else's name",
    topic: Topic::Email,
    needs: &["email", "full_name", "name_other"],
    how: "Before the @ stand the given and the family name of another applicant whom something already ties to this one, and \
          nothing of any name that this person goes by. Only names of people with such a tie are looked at. Mailboxes of \
          agencies are left out.",
    strength: Strength::Medium,
    innocent: &[
        "a mailbox from before a marriage, or of a spouse or the family",
        "a namesake: the tie may be chance",
    ],
    sources: &[primary("Security Alliance, frameworks on DPRK IT workers, May 2026")],
    compares_names: true,
    compute: Compute::Application(carries_other_name),
};

fn carries_other_name(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let email = subject.normal.email.as_ref().need("mailbox")?;
    let own = subject.name().need("name")?;
    let tied = case.context.tied;
    (!tied.is_empty()).then_some(()).need("tie to another applicant")?;
    if subject.normal.agency.is_some() {
        return Ok(None);
    }
    let local = email.canonical.split('@').next().unwrap_or_default();
    let typed = subject.raw(Column::Email).and_then(|text| text.split(['@', '+']).next());
    // Dots that a provider ignores still divide words for people.
    let words = tokens(typed.unwrap_or(local));
    let names = ["name_other", "other_names", "former_name"];
    let also =
        names.iter().filter_map(|column| subject.record.extra(column)).filter_map(name::parse);
    let also: Vec<PersonName> = also.collect();
    let claimed = case.dossier.subjects.iter().filter_map(|s| s.name());
    let mut mine = std::iter::once(own).chain(claimed).chain(&also);
    if mine.any(|name| has_any(&words, name)) {
        return Ok(None);
    }
    let other =
        tied.iter().find(|name| has_all(&words, name) && idc::conflicts(Some(own), Some(name)));
    Ok(other.map(|name| {
        let reason = format!(
            "carries the name of {}, whom something ties to this applicant",
            name.tokens.join(" ")
        );
        Finding::new(Strength::Medium, reason).with("mailbox", &*email.canonical)
    }))
}

/// The words of a local part, without digits.
fn tokens(local: &str) -> Vec<Box<str>> {
    let words = local.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.map(|word| word.to_lowercase().into()).collect()
}

/// Whether anything of a name is among the words, or within one that is run together.
fn has_any(words: &[Box<str>], name: &PersonName) -> bool {
    let local = PersonName { tokens: words.to_vec(), ..PersonName::default() };
    let whole: String = words.iter().map(|word| &**word).collect();
    let related = idc::tie(&local, name).is_none_or(|tie| tie != NameTie::Conflict);
    related || name.tokens.iter().any(|token| token.len() > 2 && whole.contains(&**token))
}

/// Whether the first and the last of a name are the words, or run together are one of them.
fn has_all(words: &[Box<str>], name: &PersonName) -> bool {
    let [first, .., last] = name.tokens.as_slice() else { return false };
    let short = first.len() < 2 || last.len() < 2;
    let has = |token: &str| words.iter().any(|word| **word == *token);
    let joined = [format!("{first}{last}"), format!("{last}{first}")];
    !short && ((has(first) && has(last)) || joined.iter().any(|joined| has(joined)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_part_carries_a_name_only_when_given_and_family_name_are_whole() {
        let marcus = name::parse("Marcus T. Bell").unwrap();
        for (local, carried) in [
            ("marcus.bell84", true),
            ("bell_marcus", true),
            ("marcusbell", true),
            ("bellmarcus99", true),
            ("mbell", false),
            ("marcus.b", false),
            ("marcus.bellamy", false),
        ] {
            assert_eq!(has_all(&tokens(local), &marcus), carried, "{local}");
        }
        assert!(has_any(&tokens("janebell"), &marcus));
        assert!(!has_any(&tokens("jane.doe"), &marcus));
    }
}
