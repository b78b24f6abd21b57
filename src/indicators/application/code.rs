//! Indicators of accounts with published code, as an outside tool reported them. Not responsible for asking any platform.
//!
//! Reads of each entry of `code[]` `account`, `created_at`, `repo_origin_match`, `author_names[]`, `author_emails[]`,
//! `authors[]` (`name`, `email`) and of each of its `repos[]` `name`, `first_commit_at`, `fork`, `imported`, `owned_alone`,
//! `copied_from`, `authors[]`. Authors told of an account as a whole are those of the repositories that it owns alone.
//!
//! Invariant: forks and imported repositories say nothing; names are read only to compare two of them.

use crate::{
    indicators::{
        Assessed, Case, Compute, Entry, Finding, Indicator, NameTie, Need, Strength, Topic,
        claimed, days, idc, primary,
    },
    model::PersonName,
    normalize::{fold::is_nothing, name},
};

/// Days by which commits must be older than the account.
const OLDER: i64 = 180;
/// An account made so many days before the application is young.
const YOUNG: i64 = 180;

/// `code-account-younger-than-commits`.
pub static YOUNGER_THAN_COMMITS: Indicator = Indicator {
    id: "code-account-younger-than-commits",
    title: "Commits older than the account",
    topic: Topic::Profile,
    needs: &["code[].created_at", "code[].repos[].first_commit_at"],
    how: "In at least two repositories, forks and imports left out, the first commit is more than 180 days older than the \
          account; medium when the account was made within 180 days before the application or later.",
    strength: Strength::Medium,
    innocent: &[
        "repositories that were moved from another platform or account",
        "old work that was published later",
    ],
    sources: &[
        primary("Security Alliance, DPRK IT worker framework, May 2026"),
        primary("Ketman project, guide to GitHub profiles"),
    ],
    compares_names: false,
    compute: Compute::Application(younger_than_commits),
};

fn younger_than_commits(case: &Case<'_>) -> Assessed {
    let accounts = case.subject.record.list("code");
    let mut known = false;
    for account in accounts {
        let Some(created) = account.date(&["created_at", "account_created_at"]) else { continue };
        let Some(made) = days::earliest(created) else { continue };
        let repos = own_repos(account);
        let first = |repo: &Entry| days::latest(repo.date(&["first_commit_at", "first_commit"])?);
        let firsts: Vec<i64> =
            repos.iter().filter_map(|r| Some(days::between(first(r)?, made))).collect();
        known |= firsts.len() >= 2;
        let older: Vec<i64> = firsts.into_iter().filter(|gap| *gap > OLDER).collect();
        if older.len() < 2 {
            continue;
        }
        let submitted = case.subject.normal.submitted_at;
        let young = submitted.is_some_and(|at| days::between(made, at) <= YOUNG);
        let strength = if young { Strength::Medium } else { Strength::Weak };
        let reason = format!(
            "in {} repositories commits are up to {} older than the account{}, which was made in {created}",
            older.len(),
            days::span(older.iter().copied().max().unwrap_or_default()),
            named(account)
        );
        return Ok(Some(Finding::new(strength, reason).with("account made", created.to_string())));
    }
    known.then_some(None).need("dates of an account and of the first commits in two repositories")
}

/// `code-author-churn`.
pub static AUTHOR_CHURN: Indicator = Indicator {
    id: "code-author-churn",
    title: "Many authors in repositories of one owner",
    topic: Topic::Profile,
    needs: &["code[].author_names[], author_emails[] or authors[]"],
    how: "Among the authors of commits in repositories that the account owns alone there are three names or more of which \
          no two have anything in common; bots are left out.",
    strength: Strength::Medium,
    innocent: &[
        "mailboxes of work and home with different names",
        "a fork that is not marked as one, a contribution taken over",
    ],
    sources: &[primary("Ketman project, guide to GitHub profiles")],
    compares_names: true,
    compute: Compute::Application(author_churn),
};

fn author_churn(case: &Case<'_>) -> Assessed {
    let mut known = false;
    for account in case.subject.record.list("code") {
        let mut authors = authors_of(account);
        for repo in own_repos(account) {
            if repo.flag(&["owned_alone", "sole_owner"]) != Some(false) {
                authors.extend(authors_of(&repo));
            }
        }
        authors.sort_by(|a, b| a.0.cmp(&b.0));
        authors.dedup_by(|a, b| a.0 == b.0);
        known |= !authors.is_empty();
        let different = different(&authors);
        if different.len() >= 3 {
            let reason = format!(
                "{} different authors in repositories that the account{} owns alone: {}",
                different.len(),
                named(account),
                different.join(", ")
            );
            return Ok(Some(Finding::new(Strength::Medium, reason)));
        }
    }
    known.then_some(None).need("authors of the commits of any account")
}

/// The first author of each group of authors who may be one person; who may be one with two of them joins their groups.
fn different(authors: &[(String, PersonName)]) -> Vec<&str> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let one = |a: &PersonName, b: &PersonName| idc::tie(a, b) != Some(NameTie::Conflict);
    for (at, (_, name)) in authors.iter().enumerate() {
        let (met, mut apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group: &Vec<usize>| {
                group.iter().filter_map(|&i| authors.get(i)).any(|(_, other)| one(name, other))
            });
        let mut joined: Vec<usize> = met.into_iter().flatten().collect();
        joined.push(at);
        apart.push(joined);
        groups = apart;
    }
    let mut firsts: Vec<usize> = groups.iter().filter_map(|g| g.iter().min().copied()).collect();
    firsts.sort_unstable();
    firsts.into_iter().filter_map(|i| Some(authors.get(i)?.0.as_str())).collect()
}

/// The authors that an account or repository names, with their names as people's; a mailbox counts by its words.
fn authors_of(entry: &Entry) -> Vec<(String, PersonName)> {
    let mut texts = entry.texts(&["author_names", "names"]);
    let mut mailboxes = entry.texts(&["author_emails", "emails"]);
    for author in entry.entries(&["authors"]) {
        match (author.text(&["name"]), author.text(&["email"])) {
            (Some(name), _) => texts.push(name),
            (None, Some(email)) => mailboxes.push(email),
            (None, None) => {}
        }
    }
    for text in entry.texts(&["authors"]) {
        match text.split_once('<') {
            Some((name, _)) if !name.trim().is_empty() => texts.push(name.trim().to_owned()),
            _ if text.contains('@') => mailboxes.push(text),
            _ => texts.push(text),
        }
    }
    let bot = |text: &str| text.to_ascii_lowercase().contains("[bot]");
    let of_names = texts.into_iter().filter(|t| !bot(t)).filter_map(|text| {
        let name = claimed::full_name(&text)?;
        Some((text, name))
    });
    let of_mailboxes = mailboxes.into_iter().filter(|t| !bot(t)).filter_map(|text| {
        let (local, _) = text.trim_matches(['<', '>']).split_once('@')?;
        // "noreply" mailboxes of a platform begin with a number and name a handle.
        let parts: Vec<&str> = local.split(['.', '_', '-']).collect();
        let fine = parts.len() >= 2 && parts.iter().all(|p| p.len() >= 2);
        let plain = fine && local.chars().all(|c| c.is_ascii_alphabetic() || ".-_".contains(c));
        let spoken = parts.join(" ");
        let name = (plain && !claimed::is_not_of_people(&spoken)).then(|| name::parse(&spoken));
        Some((text.clone(), name.flatten()?))
    });
    of_names.chain(of_mailboxes).collect()
}

/// `code-copied-repos`.
pub static COPIED_REPOS: Indicator = Indicator {
    id: "code-copied-repos",
    title: "Projects of others under an own name",
    topic: Topic::Profile,
    needs: &["code[].repo_origin_match or code[].repos[].copied_from"],
    how: "Commits or trees of a repository, not marked as a fork, are those of an older repository of somebody else.",
    strength: Strength::Medium,
    innocent: &["a fork that is not marked as one", "coursework that starts from given code"],
    sources: &[
        primary("Security Alliance, DPRK IT worker framework, May 2026"),
        primary("Ketman project, guide to GitHub profiles"),
    ],
    compares_names: false,
    compute: Compute::Application(copied_repos),
};

fn copied_repos(case: &Case<'_>) -> Assessed {
    const MATCH: &[&str] = &["repo_origin_match", "origin_match"];
    const FROM: &[&str] = &["copied_from", "matches_repo"];
    let mut known = false;
    let mut copied: Vec<String> = Vec::new();
    for account in case.subject.record.list("code") {
        let lone = std::slice::from_ref(account);
        let repos = own_repos(account);
        for entry in lone.iter().chain(&repos) {
            known |= MATCH.iter().chain(FROM).any(|field| entry.has(field));
            let name = entry.text(&["name", "repo", "account"]).unwrap_or_else(|| "?".to_owned());
            let link = entry.text(MATCH).filter(|text| text.contains('/'));
            let from = entry.text(FROM).or(link).filter(|text| !is_nothing(text));
            let matched = entry.flag(MATCH) == Some(true)
                || entry.number(MATCH).is_some_and(|n| n >= 1.0)
                || entry.texts(MATCH).len() > 1;
            match from {
                Some(from) => copied.push(format!("{name} from {from}")),
                None if matched => copied.push(name),
                None => {}
            }
        }
    }
    if !known {
        return None.need("comparison of repositories with older ones");
    }
    copied.sort_unstable();
    copied.dedup();
    if copied.is_empty() {
        return Ok(None);
    }
    let reason =
        format!("commits are those of older repositories of others: {}", copied.join(", "));
    Ok(Some(Finding::new(Strength::Medium, reason)))
}

/// The repositories of an account without forks and imports.
fn own_repos(account: &Entry) -> Vec<Entry> {
    let mut repos = account.entries(&["repos", "repositories"]);
    let foreign = ["fork", "is_fork", "imported", "migrated", "mirror"];
    repos.retain(|repo| !foreign.iter().any(|flag| repo.flag(&[flag]) == Some(true)));
    repos
}

fn named(account: &Entry) -> String {
    account.text(&["account", "handle", "url"]).map(|a| format!(" \"{a}\"")).unwrap_or_default()
}
