//! Indicators of profiles and code accounts: one profile or account claimed by several people, accounts that commit together,
//! sites of one build. Reads `profiles[]` (`platform`, `numeric_id`, `display_name`), `code[]` (`account`, `author_emails`,
//! `contributed_to`), and `sites[]` (`host`, `analytics_id`, `verification_id`, `template`, `tls_at`).

use super::people::{People, Shared, Uses, crowd, densest, subjects};
use super::references;
use crate::{
    indicators::{
        Assessed, Compute, Entry, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Subject,
        Topic, idc, primary, quoted,
    },
    model::PersonName,
    normalize::{email, name},
};
use std::collections::{BTreeMap, BTreeSet};

/// People who claim one profile from which on nobody pasted a wrong link.
const CLAIMS: usize = 3;

/// Days between the certificates of two sites of one build.
const BUILD: i64 = 7;

/// `impersonation`.
pub static IMPERSONATION: Indicator = Indicator {
    id: "impersonation",
    title: "One profile claimed by several people",
    topic: Topic::Profile,
    needs: &["full_name", "linkedin", "github", "profiles"],
    how: "One profile on a platform (personal sites aside) that applicants without anything in common in their names give as \
          theirs: two are medium, three strong. Two are strong, too, when the profile's own display name has nothing in \
          common with any of them: it belongs to somebody else. One step less for a page of code or such when all of them \
          name one school or employer, whose page it may be.",
    strength: Strength::Strong,
    innocent: &[
        "a wrong link was pasted, or the recruiter's own",
        "a profile of a team, a school or an employer",
    ],
    sources: &[
        quoted("Amazon, Stephen Schmidt, December 2025, on hijacked and rented accounts"),
        PROPOSAL,
    ],
    compares_names: true,
    compute: Compute::Ring(impersonation),
};

fn impersonation(case: &RingCase<'_>) -> Assessed {
    let profiles = |s: &Subject<'_>| -> Vec<String> {
        let own = s.normal.profiles.iter().filter(|p| &*p.platform != "web");
        own.map(|p| format!("{}:{}", p.platform, p.handle)).collect()
    };
    let uses: Vec<(String, usize)> = subjects(case)
        .flat_map(|(member, s)| profiles(s).into_iter().map(move |profile| (profile, member)))
        .collect();
    let uses = uses.need("profile on a platform")?;
    let people = People::of(case);
    people.two_named()?;
    let shared = people.shared(uses);
    let judged = shared.iter().map(|s| {
        let owner = somebody_else(case, s);
        let strong = s.apart.len() >= CLAIMS || owner.is_some();
        let personal = s.value.starts_with("linkedin:");
        let eased = !personal && references::in_common(case, &s.members).is_some();
        let strength = match (strong, eased) {
            (true, false) => Strength::Strong,
            (true, true) | (false, false) => Strength::Medium,
            (false, true) => Strength::Weak,
        };
        (strength, owner, s)
    });
    // The first of the strongest.
    let best = judged.reduce(|best, next| if next.0 > best.0 { next } else { best });
    let Some((strength, owner, shared)) = best else { return Ok(None) };
    let n = crowd(&shared.apart);
    let whose = if owner.is_some() { ", and it shows the name of none of them" } else { "" };
    let reason = format!("{n} claim one profile{whose}");
    Ok(Some(
        Finding::new(strength, reason)
            .with("profile", shared.value.clone())
            .with("applications", people.list(&shared.apart)),
    ))
}

/// The display name of a profile that has nothing in common with any of those who claim it.
fn somebody_else(case: &RingCase<'_>, shared: &Shared<String>) -> Option<PersonName> {
    let claiming = || subjects(case).filter(|(member, _)| shared.members.contains(member));
    let display = claiming().find_map(|(_, s)| {
        let entries = s.record.list("profiles").iter();
        let about = entries.filter(|entry| {
            let link = entry.text(&["url_canonical", "url", "link", "handle", "username"]);
            let platform = entry.word(&["platform", "network", "site"]);
            let read = link.and_then(|l| crate::normalize::profile::parse(&l, platform.as_deref()));
            read.is_some_and(|p| format!("{}:{}", p.platform, p.handle) == shared.value)
        });
        about.filter_map(|entry| entry.text(&["display_name"])).find_map(|text| name::parse(&text))
    })?;
    let mut names = claiming().filter_map(|(_, s)| s.name());
    names.all(|name| idc::conflicts(Some(name), Some(&display))).then_some(display)
}

/// The numeric account ids of an application, each with its platform.
pub(super) fn numeric_ids(subject: &Subject<'_>) -> BTreeSet<String> {
    let names = ["numeric_id", "account_id", "user_id", "member_id"];
    let read = |entry: &Entry| {
        let id = entry.text(&names).filter(|id| id.len() > 2)?;
        Some(format!("{}:{id}", entry.word(&["platform", "network", "site"])?))
    };
    subject.record.list("profiles").iter().filter_map(read).collect()
}

/// `same-account-id`.
pub static SAME_ACCOUNT_ID: Indicator = Indicator {
    id: "same-account-id",
    title: "One numeric account id under several names",
    topic: Topic::Profile,
    needs: &["full_name", "profiles"],
    how: "One numeric account id of one platform, which stays when an account is renamed, of two or more applicants without \
          anything in common in their names.",
    strength: Strength::Strong,
    innocent: &["an error of whoever looked the id up"],
    sources: &[primary("tayvano, lazarus-bluenoroff-research")],
    compares_names: true,
    compute: Compute::Ring(same_account_id),
};

fn same_account_id(case: &RingCase<'_>) -> Assessed {
    let uses: Vec<(String, usize)> = subjects(case)
        .flat_map(|(member, s)| numeric_ids(s).into_iter().map(move |id| (id, member)))
        .collect();
    let uses = uses.need("numeric account id")?;
    let people = People::of(case);
    people.two_named()?;
    let shared = people.shared(uses);
    Ok(shared.first().map(|s| {
        let n = crowd(&s.apart);
        let reason = format!("{n} have one account");
        let finding = Finding::new(Strength::Strong, reason).with("account", s.value.clone());
        finding.with("applications", people.list(&s.apart))
    }))
}

/// `code-cross-commit`.
pub static CODE_CROSS_COMMIT: Indicator = Indicator {
    id: "code-cross-commit",
    title: "Code accounts that work as one",
    topic: Topic::Profile,
    needs: &["full_name", "code"],
    how: "Applicants without anything in common in their names commit under one author's mailbox (strong), or each in \
          repositories of the other's account (medium). Mailboxes of bots and such that hide the author do not count.",
    strength: Strength::Strong,
    innocent: &[
        "team mates of one project, a hackathon, pair programming on one machine",
        "a commit made on somebody else's computer",
    ],
    sources: &[
        primary("Security Alliance, framework on IT workers, 2026"),
        primary("gh-fake-analyzer and ketman.org"),
    ],
    compares_names: true,
    compute: Compute::Ring(code_cross_commit),
};

fn code_cross_commit(case: &RingCase<'_>) -> Assessed {
    let entries: Vec<(usize, &Entry)> = subjects(case)
        .flat_map(|(member, s)| s.record.list("code").iter().map(move |entry| (member, entry)))
        .collect();
    let entries = entries.need("code account")?;
    let people = People::of(case);
    people.two_named()?;
    let mailboxes = entries.iter().flat_map(|&(member, entry)| {
        let texts = entry.texts(&["author_emails", "emails", "author_email"]);
        let read = texts.into_iter().filter_map(|text| email::parse(&text));
        read.filter(|mailbox| !hides_the_author(mailbox))
            .map(move |mailbox| (mailbox.canonical.to_string(), member))
    });
    let shared = people.shared(mailboxes);
    if let Some(s) = shared.first() {
        let n = crowd(&s.apart);
        let reason = format!("code of {n} has one author's mailbox");
        let finding = Finding::new(Strength::Strong, reason).with("author", s.value.clone());
        return Ok(Some(finding.with("applications", people.list(&s.apart))));
    }
    let account = |entry: &Entry| Some(entry.text(&["account", "handle", "login"])?.to_lowercase());
    let mut owners: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for &(member, entry) in &entries {
        if let Some(account) = account(entry) {
            owners.entry(account).or_default().insert(member);
        }
    }
    let mut wrote: BTreeSet<(usize, usize)> = BTreeSet::new();
    for &(member, entry) in &entries {
        for repository in entry.texts(&["contributed_to", "commits_in", "repositories"]) {
            let owner = repository.to_lowercase();
            let owner = owner.trim_start_matches("https://").trim_start_matches("github.com/");
            let owner = owner.split('/').next().unwrap_or_default();
            let owners = owners.get(owner).into_iter().flatten();
            wrote.extend(owners.filter(|&&o| o != member).map(|&o| (member, o)));
        }
    }
    let both = wrote.iter().filter(|&&(a, b)| a < b && wrote.contains(&(b, a)));
    let pairs: Vec<(usize, usize)> =
        both.filter(|&&(a, b)| people.conflict(a, b)).copied().collect();
    let members: Vec<usize> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    Ok((!pairs.is_empty()).then(|| {
        let pairs = super::people::count(pairs.len(), "pair", "pairs");
        let reason =
            format!("{pairs} of accounts of which each commits in repositories of the other");
        Finding::new(Strength::Medium, reason).with("applications", people.list(&members))
    }))
}

/// Whether a mailbox is what platforms and programs write for everybody.
fn hides_the_author(mailbox: &crate::model::Email) -> bool {
    let local = mailbox.canonical.split('@').next().unwrap_or_default();
    mailbox.domain.starts_with("users.noreply.")
        || ["noreply", "no-reply", "root", "git", "action", "you", "user"].contains(&local)
        || local.ends_with("bot")
        || local.contains("[bot]")
        || &*mailbox.domain == "localhost"
}

/// `same-portfolio-infra`.
pub static SAME_PORTFOLIO_INFRA: Indicator = Indicator {
    id: "same-portfolio-infra",
    title: "Portfolio sites of one build",
    topic: Topic::Profile,
    needs: &["full_name", "sites"],
    how: "Sites of applicants without anything in common in their names that carry one analytics or verification id (strong), or \
          stand on one host with one template and certificates issued within 7 days (medium).",
    strength: Strength::Strong,
    innocent: &[
        "an agency or a friend who builds sites",
        "a template whose own analytics id was left in",
    ],
    sources: &[quoted("Mandiant, UNC5267, September 2024"), PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(same_portfolio_infra),
};

fn same_portfolio_infra(case: &RingCase<'_>) -> Assessed {
    let lists = ["sites", "portfolio", "portfolios"];
    let entries: Vec<(usize, &Entry)> = subjects(case)
        .flat_map(|(member, s)| {
            lists.into_iter().flat_map(|list| s.record.list(list)).map(move |e| (member, e))
        })
        .collect();
    let entries = entries.need("looked-up portfolio site")?;
    let people = People::of(case);
    people.two_named()?;
    let ids = entries.iter().flat_map(|&(member, entry)| {
        let names = ["analytics_id", "verification_id", "site_verification"];
        let ids = names.into_iter().filter_map(move |name| entry.text(&[name]));
        ids.filter(|id| id.len() > 4).map(move |id| (id, member))
    });
    let shared = people.shared(ids);
    if let Some(s) = shared.first() {
        let n = crowd(&s.apart);
        let reason = format!("sites of {n} carry one owner's id");
        let finding = Finding::new(Strength::Strong, reason).with("id", s.value.clone());
        return Ok(Some(finding.with("applications", people.list(&s.apart))));
    }
    let built = entries.iter().filter_map(|&(member, entry)| {
        let host = entry.text(&["host", "hosting", "ip"])?.to_lowercase();
        let template = entry.word(&["template", "theme"])?;
        let at = entry.moment(&["tls_at", "certificate_at", "tls_issued_at"])?;
        Some(((host, template), at, member))
    });
    let mut builds: BTreeMap<(String, String), Uses> = BTreeMap::new();
    built.for_each(|(build, at, member)| builds.entry(build).or_default().push((Some(at), member)));
    let best = builds.iter().map(|((host, _), uses)| {
        let apart = people.apart(&densest(uses, BUILD));
        (apart.len(), host, apart)
    });
    let best = best.reduce(|best, next| if next.0 > best.0 { next } else { best });
    Ok(best.filter(|(n, ..)| *n > 1).map(|(_, host, apart)| {
        let n = crowd(&apart);
        let reason =
            format!("sites of {n} stand on one host with one template, set up within {BUILD} days");
        let finding = Finding::new(Strength::Medium, reason).with("host", host.clone());
        finding.with("applications", people.list(&apart))
    }))
}
