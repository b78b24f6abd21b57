//! The URLs of the pages, written in one place. Not responsible for routing (`routes`).
//!
//! Invariant: whatever is put into a URL is escaped for it here.

use crate::{
    casework::UserName,
    model::{
        ApplicantId, ApplicationId, AttributeId, CaseId, FileHash, HoldId, ImportId, JudgementId,
        ReferralId, ReportFormat, ReportId, RingId, Slug, WatchId,
    },
};

/// The queue.
pub const QUEUE: &str = "/";
/// Search.
pub const SEARCH: &str = "/search";
/// Compare.
pub const COMPARE: &str = "/compare";
/// Path.
pub const PATH: &str = "/path";
/// Exploring.
pub const EXPLORE: &str = "/explore";
/// Where contact data is asked for.
pub const REVEAL: &str = "/reveal";
/// Where it is masked again.
pub const REVEAL_END: &str = "/reveal/end";
/// Every judgement, and where judgements are sent to.
pub const JUDGEMENTS: &str = "/judgements";
/// What a judgement would change.
pub const JUDGE: &str = "/judge";
/// Where rings are put aside.
pub const PUT_ASIDE: &str = "/put-aside";

/// The cases.
pub const CASES: &str = "/cases";
/// Where filters are saved.
pub const FILTERS: &str = "/filters";
/// Where a saved filter is deleted.
pub const DELETE_FILTER: &str = "/filters/delete";

/// The page of a case.
#[must_use]
pub fn case(id: &CaseId) -> String {
    format!("{CASES}/{id}")
}

/// Where a case is changed.
#[must_use]
pub fn change_case(id: &CaseId) -> String {
    format!("{CASES}/{id}/change")
}

/// Where a second person agrees to a referral.
#[must_use]
pub fn approve_case(id: &CaseId) -> String {
    format!("{CASES}/{id}/approve")
}

/// Where files of a case are sent to.
#[must_use]
pub fn case_files(id: &CaseId) -> String {
    format!("{CASES}/{id}/files")
}

/// A file of a case.
#[must_use]
pub fn case_file(id: &CaseId, sha256: &FileHash) -> String {
    format!("{CASES}/{id}/files/{sha256}")
}

/// Where the scope of a package is chosen and looked at, and where it is sent to be made.
#[must_use]
pub fn refer(id: &CaseId) -> String {
    format!("{CASES}/{id}/refer")
}

/// The same with a scope; a name may come several times.
#[must_use]
pub fn refer_with(id: &CaseId, pairs: &[(&str, String)]) -> String {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (*n, v.as_str())).collect();
    query(&refer(id), &pairs)
}

/// Every package that was made.
pub const REFERRALS: &str = "/referrals";

/// The page of a package.
#[must_use]
pub fn referral(id: &ReferralId) -> String {
    format!("{REFERRALS}/{id}")
}

/// A whole package in one file.
#[must_use]
pub fn referral_zip(id: &ReferralId) -> String {
    format!("{REFERRALS}/{id}/package.zip")
}

/// A file of a package.
#[must_use]
pub fn referral_file(id: &ReferralId, sha256: &str) -> String {
    format!("{REFERRALS}/{id}/files/{}", escaped(sha256))
}

/// Where a package is withdrawn.
#[must_use]
pub fn withdraw_referral(id: &ReferralId) -> String {
    format!("{REFERRALS}/{id}/withdraw")
}

/// The header that makes a browser save what it gets, under this name.
#[must_use]
pub fn saved_as(name: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let plain: String = name.chars().map(|c| if safe(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", escaped(name))
}

/// Every report, and the schedules.
pub const REPORTS: &str = "/reports";
/// Where a schedule is made.
pub const NEW_SCHEDULE: &str = "/reports/new";
/// Every alert, and the rules.
pub const ALERTS: &str = "/reports/alerts";
/// Where a rule of alerts is made.
pub const NEW_ALERT_RULE: &str = "/reports/alerts/new";
/// Where a report or an alert is asked to be delivered again.
pub const DELIVER: &str = "/reports/deliver";

/// The reports of a schedule.
#[must_use]
pub fn reports_of(schedule: &Slug) -> String {
    query(REPORTS, &[("schedule", schedule.as_str())])
}

/// A report.
#[must_use]
pub fn report(id: &ReportId) -> String {
    format!("{REPORTS}/{id}")
}

/// A report in a form to keep.
#[must_use]
pub fn report_as(id: &ReportId, format: ReportFormat) -> String {
    format!("{REPORTS}/{id}/{format}")
}

/// The page of a schedule.
#[must_use]
pub fn schedule(name: &Slug) -> String {
    format!("{REPORTS}/schedules/{}", escaped(name.as_str()))
}

/// Where a schedule is run now.
#[must_use]
pub fn run_schedule(name: &Slug) -> String {
    format!("{}/run", schedule(name))
}

/// Where a schedule is paused, resumed or removed.
#[must_use]
pub fn turn_schedule(name: &Slug) -> String {
    format!("{}/turn", schedule(name))
}

/// The alerts of a rule.
#[must_use]
pub fn alerts_of(rule: &Slug) -> String {
    query(ALERTS, &[("rule", rule.as_str())])
}

/// The page of a rule of alerts.
#[must_use]
pub fn alert_rule(name: &Slug) -> String {
    format!("{ALERTS}/rules/{}", escaped(name.as_str()))
}

/// Where a rule of alerts is paused, resumed or removed.
#[must_use]
pub fn turn_alert_rule(name: &Slug) -> String {
    format!("{}/turn", alert_rule(name))
}

/// Import.
pub const IMPORT: &str = "/import";

/// The page of an uploaded file.
#[must_use]
pub fn upload(id: &str) -> String {
    format!("{IMPORT}/{id}")
}

/// What can be done with an uploaded file: `columns`, `dry-run`, `start`, `stop`, `discard`, `rejects`.
#[must_use]
pub fn of_upload(id: &str, what: &str) -> String {
    format!("{IMPORT}/{id}/{what}")
}

/// Where an import is withdrawn.
#[must_use]
pub fn withdraw_import(id: &ImportId) -> String {
    format!("/imports/{id}/withdraw")
}

/// The watch-lists.
pub const WATCH_LISTS: &str = "/watch-lists";

/// The policy.
pub const POLICY: &str = "/policy";
/// What would be under other thresholds.
pub const WHAT_IF: &str = "/policy/what-if";
/// How right rings were, by what people decided.
pub const PRECISION: &str = "/precision";

/// Longest address of one of our pages that is gone back to.
const LONGEST: usize = 2_000;

/// The address of a page of ours, as a form may give it back; none for anything that could lead elsewhere.
#[must_use]
pub fn here(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    let plain = text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (plain && !rest.starts_with('/')).then_some(text)
}

/// Beginnings of the addresses that let somebody in, which nobody is sent back to.
const WAYS_IN: &[&str] =
    &["/sign-in", "/sign-out", "/second-step", "/welcome", "/first-account", "/static", "/health"];

/// The address of a page of ours that whoever signs in is sent back to; none for anything that could lead elsewhere.
#[must_use]
pub fn returnable(text: &str) -> Option<&str> {
    here(text).filter(|at| !WAYS_IN.iter().any(|way| at.starts_with(way)))
}

/// The address of a page that leads back to another when it has done its work.
#[must_use]
pub fn back_from(page: &str, back: &str) -> String {
    query(page, &[("back", returnable(back).filter(|at| *at != QUEUE).unwrap_or_default())])
}

/// Name and password.
pub const SIGN_IN: &str = "/sign-in";
/// The code of the second factor.
pub const SECOND_STEP: &str = "/second-step";
/// One's own account.
pub const ACCOUNT: &str = "/account";
/// Everybody who may sign in.
pub const USERS: &str = "/users";

/// Where the first account is made.
pub const FIRST_ACCOUNT: &str = "/first-account";
/// The audit trail.
pub const AUDIT: &str = "/audit";

/// Who looked at this, or did something to it.
#[must_use]
pub fn looked_at(id: &str) -> String {
    query(AUDIT, &[("subject", id)])
}

/// Where somebody invited chooses a password.
#[must_use]
pub fn welcome(secret: &str) -> String {
    format!("/welcome/{}", escaped(secret))
}

/// What administrators change of an account starts with this.
#[must_use]
pub fn user(name: &UserName) -> String {
    format!("{USERS}/{}", escaped(name.as_str()))
}

/// The page of a ring.
#[must_use]
pub fn ring(id: &RingId) -> String {
    format!("/rings/{id}")
}

/// The page of a ring, for somebody who comes from the queue in this order; `anchor` with its `#`.
#[must_use]
pub fn ring_from(id: &RingId, order: &str, anchor: &str) -> String {
    format!("{}{anchor}", query(&ring(id), &[("q", order)]))
}

/// The page of an applicant.
#[must_use]
pub fn applicant(id: &ApplicantId) -> String {
    format!("/applicants/{id}")
}

/// How long data is kept, who is held, and what was erased.
pub const PRIVACY: &str = "/privacy";

/// Where a hold is put.
pub const HOLDS: &str = "/holds";

/// Where a hold is released.
#[must_use]
pub fn release(id: &HoldId) -> String {
    format!("{HOLDS}/{id}/release")
}

/// The page on which an applicant is held or erased.
#[must_use]
pub fn erase(id: &ApplicantId) -> String {
    format!("/applicants/{id}/erase")
}

/// Everything held of an applicant, for that person.
#[must_use]
pub fn subject_access(id: &ApplicantId) -> String {
    format!("/applicants/{id}/subject-access")
}

/// The page of an attribute.
#[must_use]
pub fn attribute(id: &AttributeId) -> String {
    format!("/attributes/{id}")
}

/// Two applicants side by side.
#[must_use]
pub fn compare(a: &str, b: &str) -> String {
    format!("{COMPARE}?a={}&b={}", escaped(a), escaped(b))
}

/// The way from one applicant to another.
#[must_use]
pub fn path(from: &str, to: &str) -> String {
    format!("{PATH}?from={}&to={}", escaped(from), escaped(to))
}

/// Exploring from these rings, applicants or values.
#[must_use]
pub fn explore(from: &[&str]) -> String {
    query(EXPLORE, &[("from", &from.join(","))])
}

/// Two applications side by side: survives a change of who is which applicant.
#[must_use]
pub fn compare_applications(a: &ApplicationId, b: &ApplicationId) -> String {
    compare(a.as_str(), b.as_str())
}

/// A judgement among all in force.
#[must_use]
pub fn judgement(id: &JudgementId) -> String {
    format!("{JUDGEMENTS}?state=in_force#{id}")
}

/// Where a judgement is withdrawn.
#[must_use]
pub fn withdraw(id: &JudgementId) -> String {
    format!("{JUDGEMENTS}/{id}/withdraw")
}

/// The entries of a watch-list.
#[must_use]
pub fn watch_list(name: &str) -> String {
    format!("{}#entries", query(WATCH_LISTS, &[("list", name)]))
}

/// Where an entry of a watch-list is withdrawn.
#[must_use]
pub fn unwatch(id: &WatchId) -> String {
    format!("{WATCH_LISTS}/{id}/withdraw")
}

/// A query string of the pairs that say something; empty when none does.
#[must_use]
pub fn query(path: &str, pairs: &[(&str, &str)]) -> String {
    let said: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    if said.is_empty() { path.to_owned() } else { format!("{path}?{}", said.join("&")) }
}

/// An address with one more parameter.
#[must_use]
pub fn with(url: &str, name: &str, value: &str) -> String {
    let join = if url.contains('?') { '&' } else { '?' };
    format!("{url}{join}{name}={}", escaped(value))
}

/// Text as it may stand in a query string.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(b));
            }
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// Whether a path writes as a %-code what needs none. The router decodes such codes, the rules are asked by the path as it
/// was sent: written oddly, one route could be taken for another.
#[must_use]
pub fn is_spelled_oddly(path: &str) -> bool {
    path.split('%').skip(1).any(|code| {
        let byte = code.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        byte.is_none_or(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_gone_back_to() {
        for ours in ["/", "/rings/ring_1?links=2", "/search?q=%C3%A9"] {
            assert_eq!(here(ours), Some(ours));
        }
        for other in
            ["", "x", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/\n"]
        {
            assert_eq!(here(other), None, "{other:?}");
        }
    }

    #[test]
    fn whoever_signs_in_is_sent_back_to_pages_of_ours_only_and_never_in_a_circle() {
        assert_eq!(
            back_from(SIGN_IN, "/rings/ring_1?links=2"),
            "/sign-in?back=%2Frings%2Fring_1%3Flinks%3D2"
        );
        for other in [
            "/",
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/sign-in?back=/x",
            "/sign-in/secret",
            "/welcome/secret",
            "/second-step",
            "/sign-out",
            "/\r\nx: y",
        ] {
            assert_eq!(back_from(SIGN_IN, other), "/sign-in", "{other:?}");
        }
    }

    #[test]
    fn whatever_is_put_into_a_url_stays_one_value() {
        assert_eq!(escaped("a&b=c#d/é <"), "a%26b%3Dc%23d%2F%C3%A9%20%3C");
        assert_eq!(query("/x", &[("q", ""), ("n", "1 2")]), "/x?n=1%202");
        assert_eq!(query("/x", &[]), "/x");
    }

    #[test]
    fn a_path_that_hides_a_letter_in_a_code_is_seen() {
        for fine in ["/", "/users/jo%20e/role", "/search", "/users/%C3%A9", "/a%2Fb", "/a%25b"] {
            assert!(!is_spelled_oddly(fine), "{fine}");
        }
        for odd in
            ["/%75sers", "/help/%2e%2e/users", "/%5f", "/%", "/%2", "/%zz", "/x%", "/%7E", "/%é"]
        {
            assert!(is_spelled_oddly(odd), "{odd}");
        }
    }
}
