//! Who may ask for what: one rule a route, in one table. Not responsible for what a route does.
//!
//! Invariant: a route without a rule answers nobody.

use crate::casework::{Permission, Role, audit::Action};

/// What a request needs to be let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: the way in itself, embedded files, the health check.
    Nothing,
    /// Somebody signed in, whatever they may.
    Session,
    /// Somebody signed in who may do this.
    May(Permission),
}

/// What the trail is told of a request, once it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Records {
    /// Nothing: it shows nobody's data and changes nothing.
    Nothing,
    /// A read; an export where a format for programs is asked for.
    Read,
    /// A search.
    Search,
    /// Data taken out.
    Export,
    /// A judgement, a check, or taking one back.
    Decision,
    /// Work on a case.
    Case,
    /// A package made for somebody outside, or withdrawn.
    Referral,
    /// An import, or taking one back.
    Import,
    /// A change of watch-lists.
    WatchList,
    /// A change of the policy.
    Policy,
    /// A change of an account.
    Account,
    /// A hold, or an erasure.
    Retention,
    /// A schedule of reports or a rule of alerts, a run, or a delivery.
    Report,
    /// Masked contact data uncovered.
    Reveal,
    /// Signing in, as the handler tells.
    SignIn,
    /// Signing out.
    SignOut,
}

impl Records {
    /// What it is in the trail; none where only the handler can tell.
    #[must_use]
    pub fn action(self) -> Option<Action> {
        Some(match self {
            Self::Nothing | Self::SignIn => return None,
            Self::Read => Action::Read,
            Self::Search => Action::Searched,
            Self::Export | Self::Referral => Action::Exported,
            Self::Decision => Action::Decided,
            Self::Case => Action::Case,
            Self::Import => Action::Imported,
            Self::WatchList => Action::WatchList,
            Self::Policy => Action::Policy,
            Self::Account => Action::Account,
            Self::Retention => Action::Retention,
            Self::Report => Action::Report,
            Self::Reveal => Action::Revealed,
            Self::SignOut => Action::SignedOut,
        })
    }

    /// Whether what it does is a fact of the journal, which is recorded when it becomes one.
    #[must_use]
    pub fn is_of_facts(self) -> bool {
        matches!(
            self,
            Self::Decision
                | Self::Case
                | Self::Import
                | Self::Policy
                | Self::Referral
                | Self::Report
                | Self::Retention
                | Self::WatchList
        )
    }

    /// Whether it is only looked at, so that a second until it is durable does no harm.
    #[must_use]
    pub fn is_look(self) -> bool {
        matches!(self, Self::Nothing | Self::Read | Self::Search)
    }
}

/// The rule of one route.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// `GET`, which stands for `HEAD` too, or `POST`.
    pub method: &'static str,
    /// The route as it is written in `routes`.
    pub path: &'static str,
    /// What it needs.
    pub needs: Needs,
    /// What the audit trail is told of it.
    pub records: Records,
}

const fn rule(method: &'static str, path: &'static str, needs: Needs, records: Records) -> Rule {
    Rule { method, path, needs, records }
}

/// Every rule, one a line.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule("GET", "/health", Needs::Nothing, Records::Nothing),
    rule("GET", "/static/{hash}/{name:.*}", Needs::Nothing, Records::Nothing),
    rule("GET", "/sign-in", Needs::Nothing, Records::Nothing),
    rule("POST", "/sign-in", Needs::Nothing, Records::SignIn),
    rule("GET", "/sign-in/{token}", Needs::Nothing, Records::SignIn),
    rule("GET", "/second-step", Needs::Nothing, Records::Nothing),
    rule("POST", "/second-step", Needs::Nothing, Records::SignIn),
    rule("GET", "/welcome/{secret}", Needs::Nothing, Records::Nothing),
    rule("POST", "/welcome/{secret}", Needs::Nothing, Records::SignIn),
    rule("POST", "/sign-out", Needs::Session, Records::SignOut),
    rule("POST", "/display", Needs::Session, Records::Nothing),
    rule("GET", "/help", Needs::Session, Records::Nothing),
    rule("GET", "/account", Needs::Session, Records::Nothing),
    rule("POST", "/account/password", Needs::Session, Records::Account),
    rule("POST", "/account/second-factor", Needs::Session, Records::Account),
    rule("POST", "/account/second-factor/drop", Needs::Session, Records::Account),
    rule("POST", "/account/recovery-codes", Needs::Session, Records::Account),
    rule("POST", "/account/recovery-codes.txt", Needs::Session, Records::Account),
    rule("POST", "/account/sessions/end", Needs::Session, Records::Account),
    rule("POST", "/account/sign-out-everywhere", Needs::Session, Records::Account),
    rule("POST", "/account/tokens", Needs::Session, Records::Account),
    rule("POST", "/account/tokens/drop", Needs::Session, Records::Account),
    rule("GET", "/", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/cases", Needs::May(Permission::Read), Records::Read),
    rule("POST", "/cases", Needs::May(Permission::Judge), Records::Case),
    rule("POST", "/cases/bulk", Needs::May(Permission::Judge), Records::Case),
    rule("GET", "/cases/{case_id}", Needs::May(Permission::Read), Records::Read),
    rule("POST", "/cases/{case_id}/change", Needs::May(Permission::Judge), Records::Case),
    rule("POST", "/cases/{case_id}/approve", Needs::May(Permission::Refer), Records::Case),
    rule("POST", "/cases/{case_id}/files", Needs::May(Permission::Judge), Records::Case),
    rule("GET", "/cases/{case_id}/files/{sha256}", Needs::May(Permission::ReadContacts), Records::Export),
    rule("GET", "/cases/{case_id}/refer", Needs::May(Permission::Refer), Records::Read),
    rule("POST", "/cases/{case_id}/refer", Needs::May(Permission::Refer), Records::Referral),
    rule("GET", "/referrals", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/referrals/{referral_id}", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/referrals/{referral_id}/package.zip", Needs::May(Permission::Refer), Records::Export),
    rule("GET", "/referrals/{referral_id}/files/{sha256}", Needs::May(Permission::Refer), Records::Export),
    rule("POST", "/referrals/{referral_id}/withdraw", Needs::May(Permission::Refer), Records::Referral),
    rule("POST", "/filters", Needs::May(Permission::Read), Records::Nothing),
    rule("POST", "/filters/delete", Needs::May(Permission::Read), Records::Nothing),
    rule("GET", "/rings/{ring_id}", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/applicants/{applicant_id}", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/applicants/{applicant_id}/erase", Needs::May(Permission::Erase), Records::Read),
    rule("POST", "/applicants/{applicant_id}/erase", Needs::May(Permission::Erase), Records::Retention),
    rule("GET", "/applicants/{applicant_id}/subject-access", Needs::May(Permission::Erase), Records::Export),
    rule("GET", "/privacy", Needs::May(Permission::Erase), Records::Read),
    rule("POST", "/holds", Needs::May(Permission::Erase), Records::Retention),
    rule("POST", "/holds/{hold_id}/release", Needs::May(Permission::Erase), Records::Retention),
    rule("GET", "/attributes/{attribute_id}", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/compare", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/explore", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/path", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/search", Needs::May(Permission::Read), Records::Search),
    rule("GET", "/reports", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/reports/new", Needs::May(Permission::Report), Records::Nothing),
    rule("POST", "/reports/new", Needs::May(Permission::Report), Records::Report),
    rule("GET", "/reports/schedules/{name}", Needs::May(Permission::Read), Records::Read),
    rule("POST", "/reports/schedules/{name}", Needs::May(Permission::Report), Records::Report),
    rule("POST", "/reports/schedules/{name}/turn", Needs::May(Permission::Report), Records::Report),
    rule("POST", "/reports/schedules/{name}/run", Needs::May(Permission::Report), Records::Report),
    rule("GET", "/reports/alerts", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/reports/alerts/new", Needs::May(Permission::Report), Records::Nothing),
    rule("POST", "/reports/alerts/new", Needs::May(Permission::Report), Records::Report),
    rule("GET", "/reports/alerts/rules/{name}", Needs::May(Permission::Read), Records::Read),
    rule("POST", "/reports/alerts/rules/{name}", Needs::May(Permission::Report), Records::Report),
    rule("POST", "/reports/alerts/rules/{name}/turn", Needs::May(Permission::Report), Records::Report),
    rule("POST", "/reports/deliver", Needs::May(Permission::Report), Records::Report),
    rule("GET", "/reports/{report_id}", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/reports/{report_id}/{format}", Needs::May(Permission::Read), Records::Export),
    rule("GET", "/indicators", Needs::May(Permission::Read), Records::Nothing),
    rule("GET", "/policy", Needs::May(Permission::Read), Records::Nothing),
    rule("GET", "/policy/what-if", Needs::May(Permission::Read), Records::Read),
    rule("POST", "/policy/what-if", Needs::May(Permission::Policy), Records::Policy),
    rule("GET", "/precision", Needs::May(Permission::Read), Records::Read),
    rule("GET", "/watch-lists", Needs::May(Permission::Read), Records::Read),
    rule("POST", "/reveal", Needs::May(Permission::Read), Records::Reveal),
    rule("POST", "/reveal/end", Needs::May(Permission::Read), Records::Nothing),
    rule("POST", "/watch-lists", Needs::May(Permission::Watch), Records::WatchList),
    rule("POST", "/watch-lists/{watch_id}/withdraw", Needs::May(Permission::Watch), Records::WatchList),
    rule("GET", "/import", Needs::May(Permission::Import), Records::Read),
    rule("POST", "/import", Needs::May(Permission::Import), Records::Import),
    rule("GET", "/import/{upload_id}", Needs::May(Permission::Import), Records::Read),
    rule("GET", "/import/{upload_id}/rejects", Needs::May(Permission::Import), Records::Export),
    rule("POST", "/import/{upload_id}/columns", Needs::May(Permission::Import), Records::Import),
    rule("POST", "/import/{upload_id}/dry-run", Needs::May(Permission::Import), Records::Import),
    rule("POST", "/import/{upload_id}/start", Needs::May(Permission::Import), Records::Import),
    rule("POST", "/import/{upload_id}/stop", Needs::May(Permission::Import), Records::Import),
    rule("POST", "/import/{upload_id}/discard", Needs::May(Permission::Import), Records::Import),
    rule("POST", "/imports/{import_id}/withdraw", Needs::May(Permission::WithdrawImport), Records::Import),
    rule("POST", "/checks", Needs::May(Permission::Judge), Records::Decision),
    rule("GET", "/judge", Needs::May(Permission::Judge), Records::Read),
    rule("POST", "/judge", Needs::May(Permission::Judge), Records::Read),
    rule("GET", "/judgements", Needs::May(Permission::Read), Records::Read),
    rule("POST", "/judgements", Needs::May(Permission::Judge), Records::Decision),
    rule("POST", "/put-aside", Needs::May(Permission::Judge), Records::Nothing),
    rule("POST", "/judgements/{judgement_id}/withdraw", Needs::May(Permission::Judge), Records::Decision),
    rule("GET", "/first-account", Needs::May(Permission::Accounts), Records::Nothing),
    rule("POST", "/first-account", Needs::May(Permission::Accounts), Records::Account),
    rule("GET", "/users", Needs::May(Permission::Accounts), Records::Read),
    rule("POST", "/users", Needs::May(Permission::Accounts), Records::Account),
    rule("POST", "/users/{name}/role", Needs::May(Permission::Accounts), Records::Account),
    rule("POST", "/users/{name}/invite", Needs::May(Permission::Accounts), Records::Account),
    rule("POST", "/users/{name}/disable", Needs::May(Permission::Accounts), Records::Account),
    rule("POST", "/users/{name}/sign-out", Needs::May(Permission::Accounts), Records::Account),
    rule("GET", "/audit", Needs::May(Permission::Audit), Records::Read),
];

/// What a route needs; none where it has no rule.
#[must_use]
pub fn of(method: &str, path: &str) -> Option<Needs> {
    rule_of(method, path).map(|r| r.needs)
}

/// The rule of a route; none where there is none.
#[must_use]
pub fn rule_of(method: &str, path: &str) -> Option<&'static Rule> {
    let method = if method == "HEAD" { "GET" } else { method };
    RULES.iter().find(|r| r.method == method && r.path == path)
}

/// The methods that a route takes, as the header `Allow` says them; empty for a route without a rule.
#[must_use]
pub fn methods(path: &str) -> String {
    let of = |method| RULES.iter().any(|r| r.method == method && r.path == path);
    match (of("GET"), of("POST")) {
        (true, true) => "GET, HEAD, POST",
        (true, false) => "GET, HEAD",
        (false, true) => "POST",
        (false, false) => "",
    }
    .to_owned()
}

impl Needs {
    /// Whether somebody of this role meets it.
    #[must_use]
    pub fn is_met_by(self, role: Role) -> bool {
        match self {
            Self::Nothing | Self::Session => true,
            Self::May(what) => role.may(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_route_has_two_rules() {
        for (i, a) in RULES.iter().enumerate() {
            assert!(RULES[i + 1..].iter().all(|b| (a.method, a.path) != (b.method, b.path)));
        }
        assert_eq!(of("HEAD", "/help"), Some(Needs::Session));
        assert_eq!(of("DELETE", "/help"), None);
        assert_eq!((&*methods("/users"), &*methods("/help")), ("GET, HEAD, POST", "GET, HEAD"));
        assert_eq!((&*methods("/checks"), &*methods("/nowhere")), ("POST", ""));
        assert_eq!(of("GET", "/nowhere"), None);
    }
}
