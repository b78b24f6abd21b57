//! Indicators of what is on a watch-list: schools and employers by name, which only ask for a check, and identifiers that
//! match exactly, which count as much as their source is good.
//!
//! Read are the columns and lists that `watch::Claims` names.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, KNOWN, Need, Strength, Topic, WatchHit,
        primary, quoted,
        watch::{Claims, Identifier},
    },
    model::{Grade, WatchKind},
};

/// Hits whose values are shown.
pub(in crate::indicators) const SHOWN: usize = 5;

/// `edu-customer-list`.
pub static CUSTOMER_LIST: Indicator = Indicator {
    id: "edu-customer-list",
    title: "School on a watch-list",
    topic: Topic::WatchList,
    needs: &["institution", "education"],
    how: "A school is on a watch-list, in whatever spelling, order, abbreviation or language; a name that others bear too only \
          with its place, its domain or its full name elsewhere in the application. It asks for a check of the degree and counts \
          for nothing.",
    strength: Strength::Context,
    innocent: &[
        "most people who studied there did so honestly, and where somebody studied says nothing about them",
        "another school of a name much like it",
        "the list is out of date",
    ],
    sources: &[
        quoted("Amazon, Stephen Schmidt, December 2025: nearly 200 high-risk institutions"),
        KNOWN,
    ],
    compares_names: false,
    compute: Compute::Application(customer_list),
};

/// `emp-watchlisted-shell`.
pub static WATCHLISTED_SHELL: Indicator = Indicator {
    id: "emp-watchlisted-shell",
    title: "Employer on a watch-list",
    topic: Topic::WatchList,
    needs: &["employer", "employment"],
    how: "The domain given for an employer is on a watch-list, or under one that is: as strong as the grade of the entry. The name \
          alone asks for a check of the employer and counts for nothing.",
    strength: Strength::Strong,
    innocent: &[
        "the domain was registered again by somebody else, later or before",
        "another firm of the same name",
        "somebody was deceived by the firm too",
    ],
    sources: &[quoted(
        "US Department of Justice, seizure of 17 domains, October 2023, and 21 sites, June 2025",
    )],
    compares_names: false,
    compute: Compute::Application(watchlisted_shell),
};

/// `ioc-exact-match`.
pub static EXACT_MATCH: Indicator = Indicator {
    id: "ioc-exact-match",
    title: "Identifier on a watch-list",
    topic: Topic::WatchList,
    needs: &["email", "phone", "profiles", "website", "wallet", "street"],
    how: "A mailbox, phone, handle, account number, wallet, address or domain is exactly one on a watch-list: as strong as the grade \
          of the entry (high, medium, low are strong, medium, weak), of a referee's at most medium. Never a name.",
    strength: Strength::Strong,
    innocent: &[
        "a handle or a phone number that somebody else had before",
        "an error in the list",
        "the identity was stolen, and this is its owner",
    ],
    sources: &[
        primary("Security Alliance, frameworks for DPRK IT workers, May 2026"),
        primary("public collections of reported accounts"),
    ],
    compares_names: false,
    compute: Compute::Application(exact_match),
};

/// How strong an exact hit is.
pub(in crate::indicators) fn strength(grade: Grade, others: bool) -> Strength {
    let own = match grade {
        Grade::High => Strength::Strong,
        Grade::Medium => Strength::Medium,
        Grade::Low => Strength::Weak,
    };
    if others { own.min(Strength::Medium) } else { own }
}

fn customer_list(case: &Case<'_>) -> Assessed {
    let claims = Claims::of(case.subject);
    (!claims.schools.is_empty()).then_some(()).need("school")?;
    let hits = case.context.watched.schools(&claims);
    Ok(finding(Strength::Context, &hits, "school", "verify the degree"))
}

fn watchlisted_shell(case: &Case<'_>) -> Assessed {
    let claims = Claims::of(case.subject);
    (!claims.employers.is_empty()).then_some(()).need("employer")?;
    let hits = case.context.watched.employers(&claims);
    let given = |host: &String| claims.employers.iter().any(|e| e.domains.contains(host));
    let (domains, names): (Vec<_>, Vec<_>) = hits
        .into_iter()
        .partition(|hit| hit.entry.kind != WatchKind::Institution && given(&hit.claimed));
    let strongest = domains.iter().map(|hit| strength(hit.entry.grade, false)).max();
    Ok(match strongest {
        Some(strength) => {
            let mut domains = domains;
            domains.sort_by_key(|hit| hit.entry.grade);
            finding(strength, &domains, "domain of an employer", "verify the employer")
        }
        None => finding(Strength::Context, &names, "employer", "verify the employer"),
    })
}

fn exact_match(case: &Case<'_>) -> Assessed {
    let claims = Claims::of(case.subject);
    (!claims.identifiers.is_empty())
        .then_some(())
        .need("mailbox, phone, profile, wallet, web site or address")?;
    let mut hits = case.context.watched.identifiers(&claims);
    hits.sort_by_key(|(hit, id)| std::cmp::Reverse(strength(hit.entry.grade, id.others)));
    let Some((first, id)) = hits.first() else { return Ok(None) };
    let mut found =
        Finding::new(strength(first.entry.grade, id.others), exact_reason(first, id, hits.len()));
    for (hit, id) in hits.iter().take(SHOWN) {
        found = told(found, id.what, hit);
    }
    Ok(Some(found))
}

/// Why, of an exact hit.
pub(in crate::indicators) fn exact_reason(hit: &WatchHit, id: &Identifier, hits: usize) -> String {
    format!(
        "the {} \"{}\" is on {}{}{}",
        id.what,
        hit.claimed,
        hit.entry.list,
        because(&hit.entry.reason),
        more(hits)
    )
}

/// A finding about names or domains; none without hits.
fn finding(
    strength: Strength,
    hits: &[WatchHit],
    what: &'static str,
    ask: &str,
) -> Option<Finding> {
    let first = hits.first()?;
    let entry = &first.entry;
    let reason = format!(
        "\"{}\" is on {} as \"{}\" ({}){}{}; {ask}",
        first.claimed,
        entry.list,
        first.matched,
        first.how,
        because(&entry.reason),
        more(hits.len()),
    );
    let mut found = Finding::new(strength, reason);
    for hit in hits.iter().take(SHOWN) {
        found = told(found, what, hit);
    }
    Some(found)
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

fn more(hits: usize) -> String {
    match hits {
        0 | 1 => String::new(),
        2 => ", and 1 hit more".to_owned(),
        n => format!(", and {} hits more", n - 1),
    }
}

/// The same finding with what a hit rests on.
pub(in crate::indicators) fn told(found: Finding, what: &'static str, hit: &WatchHit) -> Finding {
    let entry = &hit.entry;
    let until =
        entry.expires.map_or_else(|| "for good".to_owned(), |end| format!("until {}", end.day()));
    found.with(what, hit.claimed.as_str()).with(
        "entry",
        format!(
            "{} on {} by {}, grade {}, since {}, {until}, TLP:{}",
            hit.matched,
            entry.list,
            entry.source,
            entry.grade,
            entry.added.day(),
            entry.tlp.name().to_uppercase(),
        ),
    )
}
