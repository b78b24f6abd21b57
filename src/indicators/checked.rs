//! Results of checks that others made and that came in with an application: entries of `checks[]` with `kind`, `result`, `at`.
//! Not responsible for what a failed check means (each indicator says that), nor for what people here checked (`exculpating`).
//!
//! Invariant: the latest result of a check holds; one that says neither yes nor no is as good as none.

use crate::indicators::{Entry, Record};

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
