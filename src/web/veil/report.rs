//! Assessments as they are shown: what indicators found, the contact data among it masked. Not responsible for what they
//! found (`indicators`) nor for their words (`explain`).
//!
//! Invariant: of what a finding rests on, everything is masked that is not known to be harmless.

use crate::{
    explain::{AssessmentReport, RaisedLine, mask},
    web::veil::{Veil, words},
};

/// What findings rest on that is no contact data; free text among it is looked through. A new one is masked until it is put
/// here.
const HARMLESS: &[&str] = &[
    "TLS fingerprint",
    "XMP id",
    "account made",
    "active again",
    "after",
    "agencies",
    "answer of the look-up",
    "applications",
    "author of the PDF",
    "before",
    "chain",
    "changed",
    "channels",
    "claimed states",
    "countries",
    "date in the PDF",
    "day",
    "days",
    "domain",
    "domain of the mailbox",
    "employer",
    "first seen",
    "found gone",
    "from",
    "furthest",
    "holder",
    "in the application",
    "institution",
    "jobs",
    "last active",
    "last active before",
    "last change",
    "layout",
    "line type",
    "mail server",
    "major",
    "name shown",
    "new by quarter",
    "on the profile",
    "profile made",
    "provider",
    "questions",
    "referred",
    "rejected applications",
    "school",
    "time of the last doubling",
    "time zone of the browser",
    "until",
    "user agent",
    "web site",
];

/// The report, masked where the veil is drawn.
pub fn shown(veil: Veil, mut report: AssessmentReport) -> AssessmentReport {
    if veil.is_lifted() {
        return report;
    }
    report.sentence = words::masked(&report.sentence);
    report.raised = report.raised.into_iter().map(raised).collect();
    for line in &mut report.exculpating {
        line.reason = words::masked(&line.reason);
    }
    for line in &mut report.not_assessed {
        line.why = words::masked(&line.why);
    }
    report
}

fn raised(mut line: RaisedLine) -> RaisedLine {
    let mut known: Vec<(String, String)> = Vec::new();
    for value in line.values.iter_mut().filter(|v| v.what != "entry") {
        let shown = match HARMLESS.contains(&value.what) {
            true => words::masked(&value.value),
            false => {
                let shown = mask::shape(&value.value);
                known.push((std::mem::take(&mut value.value), shown.clone()));
                shown
            }
        };
        value.value = shown;
    }
    // The value of a watched entry may be spelt otherwise than what was claimed.
    for value in line.values.iter_mut().filter(|v| v.what == "entry") {
        let masked = match value.value.split_once(" on ") {
            Some((_, rest)) if !known.is_empty() => format!("{} on {rest}", mask::DOTS),
            _ => value.value.clone(),
        };
        value.value = words::masked(&words::without(&masked, &known));
    }
    line.reason = words::masked(&without_owners(&words::without(&line.reason, &known)));
    line
}

/// A reason about code without whose it is: `the account "x"`, `x/repository`.
fn without_owners(reason: &str) -> String {
    let mut reason = reason.to_owned();
    if let Some((before, rest)) = reason.split_once("account \"")
        && let Some((_, after)) = rest.split_once('"')
    {
        reason = format!("{before}account \"{}\"{after}", mask::DOTS);
    }
    if !reason.contains("repositor") {
        return reason;
    }
    let word = |word: &str| match word.split_once('/') {
        Some((owner, name)) if !owner.is_empty() && !name.is_empty() => format!("•••/{name}"),
        _ => word.to_owned(),
    };
    reason.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        explain::ValueLine,
        indicators::{Strength, Topic},
        model::Bits,
    };

    #[test]
    fn reasons_about_code_do_not_say_whose_it_is() {
        let said = "commits are those of older repositories of others: site from jdoe/site";
        assert!(without_owners(said).ends_with("site from •••/site"));
        let said = "in 2 repositories commits are older than the account \"jdoe\", which was made";
        assert!(without_owners(said).contains("the account \"••••\", which"));
        assert_eq!(without_owners("24/7 and/or"), "24/7 and/or");
    }

    #[test]
    fn what_a_finding_rests_on_is_masked_in_its_reason_too() {
        let value = |what, value: &str| ValueLine { what, value: value.to_owned() };
        let line = raised(RaisedLine {
            indicator_id: "x",
            title: "x",
            topic: Topic::ALL[0],
            strength: Strength::Weak,
            bits: Bits::ZERO,
            reason: "the profile \"github:jdoe-36\" is on own, as \"Example University\"".into(),
            values: vec![
                value("profile", "github:jdoe-36"),
                value("entry", "JDoe-36 on own by ann, grade high"),
                value("school", "Example University"),
            ],
            innocent: &[],
            application_id: None,
            members: None,
        });
        assert_eq!(line.reason, "the profile \"github:j•••\" is on own, as \"Example University\"");
        let values: Vec<&str> = line.values.iter().map(|v| v.value.as_str()).collect();
        assert_eq!(values, ["github:j•••", "•••• on own by ann, grade high", "Example University"]);
    }
}
