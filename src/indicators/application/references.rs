//! Indicators of referees: their mailboxes, domains and contacts. Not responsible for referees whom several applicants name
//! (`matching`, `ring`).
//!
//! Reads of each entry of `references[]` `email`, `phone`, `domain_created_at`; of each entry of `employment[]` `domain`; checks
//! of the kind `domain` (`domain`, `created_at`); the columns `reference_email` and `reference_phone`.
//!
//! Invariant: a referee's name is not read.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, Need, PROPOSAL, Strength, Topic, days,
        primary, quoted,
    },
    model::{Moment, PartialDate},
    normalize::email,
    reference::email_domains::is_public,
};

/// `ref-freemail-only`.
pub static FREEMAIL_ONLY: Indicator = Indicator {
    id: "ref-freemail-only",
    title: "All referees use free mail",
    topic: Topic::Identity,
    needs: &["references[].email", "employment[].domain"],
    how: "At least two referees have a mailbox, each with a provider that is open to everybody, while an employer with a \
          domain of its own is claimed.",
    strength: Strength::Weak,
    innocent: &["colleagues of former times who have moved on; very common"],
    sources: &[quoted("KnowBe4, July 2024")],
    compares_names: false,
    compute: Compute::Application(freemail_only),
};

fn freemail_only(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let mut mailboxes: Vec<_> =
        subject.normal.referees.iter().filter_map(|r| r.email.as_ref()).collect();
    mailboxes.sort_by(|a, b| a.canonical.cmp(&b.canonical));
    mailboxes.dedup_by(|a, b| a.canonical == b.canonical);
    (mailboxes.len() >= 2).then_some(()).need("mailboxes of two referees")?;
    let jobs = subject.record.list("employment").iter();
    let domains = jobs.filter_map(|job| job.text(&["domain", "employer_domain", "website"]));
    let domains: Vec<String> = domains.map(|d| bare(&d)).collect();
    let domains = domains.need("domain of an employer")?;
    let own = domains.into_iter().find(|domain| domain.contains('.') && !is_public(domain));
    let Some(own) = own else { return Ok(None) };
    if !mailboxes.iter().all(|mailbox| is_public(&mailbox.domain)) {
        return Ok(None);
    }
    let mut used: Vec<&str> = mailboxes.iter().map(|m| &*m.domain).collect();
    used.sort_unstable();
    used.dedup();
    let reason = format!(
        "all {} referees use free mail ({}), while the employer has {own}",
        mailboxes.len(),
        used.join(", ")
    );
    Ok(Some(Finding::new(Strength::Weak, reason)))
}

/// A domain without scheme, `www` and path, in lower case.
fn bare(text: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    let text = text.split("://").last().unwrap_or_default();
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// `ref-is-applicant`.
pub static IS_APPLICANT: Indicator = Indicator {
    id: "ref-is-applicant",
    title: "Referee's contact is the applicant's own",
    topic: Topic::Identity,
    needs: &["references[].email, phone", "reference_email, reference_phone", "email, phone"],
    how: "The mailbox or the number of a referee is, in canonical form, the applicant's own, in this application or in \
          another one.",
    strength: Strength::Strong,
    innocent: &["a referee from the same household", "a slip in filling in the form"],
    sources: &[primary("Nisos, lessons learned on DPRK workers"), PROPOSAL],
    compares_names: false,
    compute: Compute::Application(is_applicant),
};

fn is_applicant(case: &Case<'_>) -> Assessed {
    let referees = &case.subject.normal.referees;
    let reachable = referees.iter().any(|r| r.email.is_some() || r.phone.is_some());
    reachable.then_some(()).need("contact of a referee")?;
    let own = || case.dossier.subjects.iter().map(|s| &s.normal);
    let known = own().any(|n| n.email.is_some() || n.phone.is_some());
    known.then_some(()).need("contact of the applicant")?;
    for referee in referees {
        let mailbox = referee.email.as_ref().map(|e| &*e.canonical);
        let phone = referee.phone.as_ref().map(|p| &*p.e164);
        let own_mailbox =
            own().filter_map(|n| n.email.as_ref()).any(|e| mailbox == Some(&*e.canonical));
        let own_phone = own().filter_map(|n| n.phone.as_ref()).any(|p| phone == Some(&*p.e164));
        let (what, value) = match (own_mailbox, own_phone) {
            (true, _) => ("mailbox", mailbox),
            (false, true) => ("number", phone),
            (false, false) => continue,
        };
        let reason = format!("the {what} of a referee is the applicant's own");
        let finding = Finding::new(Strength::Strong, reason);
        return Ok(Some(match value {
            Some(value) => finding.with("contact", value),
            None => finding,
        }));
    }
    Ok(None)
}

/// A domain registered so many days before the application is young.
const YOUNG: i64 = 180;

/// `ref-domain-young`.
pub static DOMAIN_YOUNG: Indicator = Indicator {
    id: "ref-domain-young",
    title: "Referee's domain was just registered",
    topic: Topic::Identity,
    needs: &["references[].domain_created_at, or checks[] of the kind domain", "submitted_at"],
    how: "The domain of a referee's mailbox, not one that is open to everybody, was registered within 180 days before the \
          application or later, by the registry's date.",
    strength: Strength::Medium,
    innocent: &["a firm that was just founded", "a firm that has a new domain"],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Application(domain_young),
};

fn domain_young(case: &Case<'_>) -> Assessed {
    let record = &case.subject.record;
    let mailbox = |text: String| email::parse(&text).map(|e| e.domain.to_string());
    let listed = record.list("references").iter().filter_map(|referee| {
        let date = referee.date(&["domain_created_at", "domain_created"])?;
        Some((referee.text(&["email"]).and_then(mailbox)?, date))
    });
    let of_referees: Vec<&str> = case
        .subject
        .normal
        .referees
        .iter()
        .filter_map(|r| Some(&*r.email.as_ref()?.domain))
        .collect();
    let checked =
        ["domain", "rdap"].into_iter().flat_map(|kind| record.checks(kind)).filter_map(|check| {
            let domain = bare(&check.text(&["domain", "value"])?);
            let date = check.date(&["created_at", "created", "registered_at"])?;
            of_referees.contains(&domain.as_str()).then_some((domain, date))
        });
    let known: Vec<(String, PartialDate)> =
        listed.chain(checked).filter(|(domain, _)| !is_public(domain)).collect();
    let known = known.need("date on which a referee's domain was registered")?;
    let submitted: Moment = case.subject.normal.submitted_at.need("time of submission")?;
    let young = known.into_iter().find(|(_, date)| {
        days::earliest(*date).is_some_and(|made| days::between(made, submitted) <= YOUNG)
    });
    Ok(young.map(|(domain, date)| {
        let reason = format!("the referee's domain {domain} was registered in {date}");
        Finding::new(Strength::Medium, reason).with("domain", domain)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_read_out_of_addresses_of_sites() {
        for text in ["example.org", "https://www.Example.org/jobs?x=1", "example.org:443"] {
            assert_eq!(bare(text), "example.org", "{text}");
        }
    }
}
