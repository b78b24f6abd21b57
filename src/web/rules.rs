//! Who may ask for what: one rule a route, in one table. Not responsible for what a route does.
//!
//! Invariant: a route without a rule answers nobody.

use crate::casework::{Permission, Role};

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

/// The rule of one route.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// `GET`, which stands for `HEAD` too, or `POST`.
    pub method: &'static str,
    /// The route as it is written in `routes`.
    pub path: &'static str,
    /// What it needs.
    pub needs: Needs,
}

const fn rule(method: &'static str, path: &'static str, needs: Needs) -> Rule {
    Rule { method, path, needs }
}

/// Every rule.
pub const RULES: &[Rule] = &[
    rule("GET", "/health", Needs::Nothing),
    rule("GET", "/static/{hash}/{name:.*}", Needs::Nothing),
    rule("GET", "/sign-in", Needs::Nothing),
    rule("POST", "/sign-in", Needs::Nothing),
    rule("GET", "/sign-in/{token}", Needs::Nothing),
    rule("GET", "/second-step", Needs::Nothing),
    rule("POST", "/second-step", Needs::Nothing),
    rule("GET", "/welcome/{secret}", Needs::Nothing),
    rule("POST", "/welcome/{secret}", Needs::Nothing),
    rule("POST", "/sign-out", Needs::Session),
    rule("POST", "/display", Needs::Session),
    rule("GET", "/help", Needs::Session),
    rule("GET", "/account", Needs::Session),
    rule("POST", "/account/password", Needs::Session),
    rule("POST", "/account/second-factor", Needs::Session),
    rule("POST", "/account/second-factor/drop", Needs::Session),
    rule("POST", "/account/recovery-codes", Needs::Session),
    rule("POST", "/account/recovery-codes.txt", Needs::Session),
    rule("POST", "/account/sessions/end", Needs::Session),
    rule("POST", "/account/sign-out-everywhere", Needs::Session),
    rule("POST", "/account/tokens", Needs::Session),
    rule("POST", "/account/tokens/drop", Needs::Session),
    rule("GET", "/", Needs::May(Permission::Read)),
    rule("GET", "/cases", Needs::May(Permission::Read)),
    rule("POST", "/cases", Needs::May(Permission::Judge)),
    rule("POST", "/cases/bulk", Needs::May(Permission::Judge)),
    rule("GET", "/cases/{case_id}", Needs::May(Permission::Read)),
    rule("POST", "/cases/{case_id}/change", Needs::May(Permission::Judge)),
    rule("POST", "/cases/{case_id}/approve", Needs::May(Permission::Refer)),
    rule("POST", "/cases/{case_id}/files", Needs::May(Permission::Judge)),
    rule("GET", "/cases/{case_id}/files/{sha256}", Needs::May(Permission::ReadContacts)),
    rule("POST", "/filters", Needs::May(Permission::Read)),
    rule("POST", "/filters/delete", Needs::May(Permission::Read)),
    rule("GET", "/rings/{ring_id}", Needs::May(Permission::Read)),
    rule("GET", "/applicants/{applicant_id}", Needs::May(Permission::Read)),
    rule("GET", "/attributes/{attribute_id}", Needs::May(Permission::Read)),
    rule("GET", "/compare", Needs::May(Permission::Read)),
    rule("GET", "/explore", Needs::May(Permission::Read)),
    rule("GET", "/path", Needs::May(Permission::Read)),
    rule("GET", "/search", Needs::May(Permission::Read)),
    rule("GET", "/indicators", Needs::May(Permission::Read)),
    rule("GET", "/policy", Needs::May(Permission::Read)),
    rule("GET", "/policy/what-if", Needs::May(Permission::Read)),
    rule("POST", "/policy/what-if", Needs::May(Permission::Policy)),
    rule("GET", "/precision", Needs::May(Permission::Read)),
    rule("GET", "/watch-lists", Needs::May(Permission::Read)),
    rule("POST", "/reveal", Needs::May(Permission::Read)),
    rule("POST", "/reveal/end", Needs::May(Permission::Read)),
    rule("POST", "/watch-lists", Needs::May(Permission::Watch)),
    rule("POST", "/watch-lists/{watch_id}/withdraw", Needs::May(Permission::Watch)),
    rule("GET", "/import", Needs::May(Permission::Import)),
    rule("POST", "/import", Needs::May(Permission::Import)),
    rule("GET", "/import/{upload_id}", Needs::May(Permission::Import)),
    rule("GET", "/import/{upload_id}/rejects", Needs::May(Permission::Import)),
    rule("POST", "/import/{upload_id}/columns", Needs::May(Permission::Import)),
    rule("POST", "/import/{upload_id}/dry-run", Needs::May(Permission::Import)),
    rule("POST", "/import/{upload_id}/start", Needs::May(Permission::Import)),
    rule("POST", "/import/{upload_id}/stop", Needs::May(Permission::Import)),
    rule("POST", "/import/{upload_id}/discard", Needs::May(Permission::Import)),
    rule("POST", "/imports/{import_id}/withdraw", Needs::May(Permission::WithdrawImport)),
    rule("POST", "/checks", Needs::May(Permission::Judge)),
    rule("GET", "/judge", Needs::May(Permission::Judge)),
    rule("POST", "/judge", Needs::May(Permission::Judge)),
    rule("GET", "/judgements", Needs::May(Permission::Read)),
    rule("POST", "/judgements", Needs::May(Permission::Judge)),
    rule("POST", "/put-aside", Needs::May(Permission::Judge)),
    rule("POST", "/judgements/{judgement_id}/withdraw", Needs::May(Permission::Judge)),
    rule("GET", "/first-account", Needs::May(Permission::Accounts)),
    rule("POST", "/first-account", Needs::May(Permission::Accounts)),
    rule("GET", "/users", Needs::May(Permission::Accounts)),
    rule("POST", "/users", Needs::May(Permission::Accounts)),
    rule("POST", "/users/{name}/role", Needs::May(Permission::Accounts)),
    rule("POST", "/users/{name}/invite", Needs::May(Permission::Accounts)),
    rule("POST", "/users/{name}/disable", Needs::May(Permission::Accounts)),
    rule("POST", "/users/{name}/sign-out", Needs::May(Permission::Accounts)),
];

/// The rule of a route; none where there is none.
#[must_use]
pub fn of(method: &str, path: &str) -> Option<Needs> {
    let method = if method == "HEAD" { "GET" } else { method };
    RULES.iter().find(|r| r.method == method && r.path == path).map(|r| r.needs)
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
        assert_eq!((&*methods("/judgements"), &*methods("/nowhere")), ("POST", ""));
        assert_eq!(of("GET", "/nowhere"), None);
    }
}
