//! Results of checks that others made and that came in with an application: entries of `checks[]` with `kind`, `result`, `at`.
//! Not responsible for what a failed check means (each indicator says that), nor for what speaks for somebody (`exculpating`).
//!
//! Invariant: the latest result of a check holds; one that says neither yes nor no is as good as none.

use crate::{
    indicators::{Case, Entry, Finding, Record, Strength},
    model::{CheckItem, CheckResult},
};

/// The latest entry among checks of these kinds whose result is one of `failed` or `passed` (folded words), and whether it
/// failed. An entry without a date counts as older than any with one; of equals the later in the list. O(checks).
pub(crate) fn latest<'a>(
    record: &'a Record,
    kinds: &[&str],
    failed: &[&str],
    passed: &[&str],
) -> Option<(&'a Entry, bool)> {
    let of_kind = record.list("checks").iter().filter(|entry| {
        entry.word(&["kind", "check", "type"]).is_some_and(|kind| kinds.contains(&kind.as_str()))
    });
    let decided = of_kind.filter_map(|entry| {
        let result = entry.word(&["result", "outcome", "status"])?;
        let did = |words: &[&str]| words.contains(&result.as_str());
        (did(failed) || did(passed)).then(|| (entry, did(failed)))
    });
    decided.max_by_key(|(entry, _)| entry.moment(&["at", "checked_at", "date", "as_of"]))
}

/// The words in which checks say that all is well.
pub(crate) const PASSED: &[&str] = &[
    "authentic",
    "clear",
    "confirmed",
    "consistent",
    "fine",
    "genuine",
    "match",
    "matched",
    "no conflict",
    "none",
    "not manipulated",
    "ok",
    "pass",
    "passed",
    "valid",
    "verified",
];

/// Who made a check, in words to be put behind a reason: ` (Example Checker)`; empty when that is not told.
pub(crate) fn by(entry: &Entry) -> String {
    let tool = entry.text(&["tool", "vendor", "by", "source"]);
    let version = entry.text(&["version", "tool_version"]);
    match (tool, version) {
        (Some(tool), Some(version)) => format!(" ({tool} {version})"),
        (Some(tool), None) => format!(" ({tool})"),
        _ => String::new(),
    }
}

/// What became of a claim that others were asked about: by people here (the item of the checklist) or before it came in (the
/// entries of `checks[]` of these kinds, `bad` being the results that deny it, `by` the fields that say who answered). None
/// where nobody answered, else the first denial as a strong finding. O(checks).
pub(crate) fn borne_out(
    case: &Case<'_>,
    item: CheckItem,
    kinds: &[&str],
    bad: &[&str],
    by: &[&str],
) -> Option<Option<Finding>> {
    let here = case.dossier.checks.iter().filter(|check| check.item == item).map(|check| {
        (check.result == CheckResult::Refuted, format!("{} by {}", check.result, check.by))
    });
    let of_kind = |check: &&Entry| {
        check.word(&["kind", "type"]).is_some_and(|kind| kinds.contains(&kind.as_str()))
    };
    let imported = case.subject.record.list("checks").iter().filter(of_kind).filter_map(|check| {
        let result = check.word(&["result", "status"])?;
        let by = check.text(by).map(|by| format!(" by {by}")).unwrap_or_default();
        Some((bad.contains(&result.as_str()), format!("{result}{by}")))
    });
    let answers: Vec<(bool, String)> = here.chain(imported).collect();
    let denial = answers.iter().find(|(denied, _)| *denied);
    let found = denial
        .map(|(_, answer)| Finding::new(Strength::Strong, format!("was not borne out: {answer}")));
    (!answers.is_empty()).then_some(found)
}
