//! What a browser complains about: errors on the console, exceptions, what the Content-Security-Policy blocked.
//! Not responsible for collecting it (`page`).
//!
//! Invariant: whatever the browser reports counts, unless it is named here with a reason.

use serde_json::Value;

/// Issues of DevTools that are no fault of a page.
const NO_FAULT: &[(&str, &str)] = &[
    ("CookieIssue", "the session cookie is set through DevTools, and on a plain http address"),
    ("NavigatorUserAgentIssue", "belongs to whoever asks for the user agent, which axe does"),
];

/// What an event complains about, in a line; none when it does not complain.
pub fn complaint(event: &Value) -> Option<String> {
    let params = &event["params"];
    match event["method"].as_str()? {
        "Runtime.exceptionThrown" => {
            let details = &params["exceptionDetails"];
            let said = details["exception"]["description"].as_str().or(details["text"].as_str());
            Some(format!("exception: {}", said.unwrap_or_default()))
        }
        "Runtime.consoleAPICalled" => {
            let kind = params["type"].as_str().unwrap_or_default();
            let said = params["args"].to_string();
            ["error", "warning", "assert"].contains(&kind).then(|| format!("console: {said}"))
        }
        "Log.entryAdded" => {
            let entry = &params["entry"];
            let is_bad = entry["level"] == "error" || entry["level"] == "warning";
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            is_bad.then(|| format!("{}: {} ({})", text("source"), text("text"), text("url")))
        }
        "Audits.issueAdded" => {
            let issue = &params["issue"];
            let code = issue["code"].as_str().unwrap_or_default();
            let is_fault = !NO_FAULT.iter().any(|(name, _)| *name == code);
            is_fault.then(|| format!("issue: {code} {}", issue["details"]))
        }
        _ => None,
    }
}

#[test]
fn what_a_page_does_wrong_is_a_complaint_and_what_it_says_is_not() {
    let event = |method: &str, params: Value| {
        complaint(&serde_json::json!({ "method": method, "params": params }))
    };
    let log = |level: &str| serde_json::json!({ "entry": { "level": level, "text": "x" } });
    assert!(event("Log.entryAdded", log("error")).unwrap().contains('x'));
    assert_eq!(event("Log.entryAdded", log("info")), None);
    let console = |kind: &str| serde_json::json!({ "type": kind, "args": [] });
    assert!(event("Runtime.consoleAPICalled", console("error")).is_some());
    assert_eq!(event("Runtime.consoleAPICalled", console("log")), None);
    let issue = |code: &str| serde_json::json!({ "issue": { "code": code, "details": {} } });
    assert!(event("Audits.issueAdded", issue("ContentSecurityPolicyIssue")).is_some());
    assert_eq!(event("Audits.issueAdded", issue("CookieIssue")), None);
    assert!(event("Runtime.exceptionThrown", serde_json::json!({})).is_some());
    assert_eq!(event("Page.loadEventFired", serde_json::json!({})), None);
}
