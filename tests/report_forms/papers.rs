//! The PDF.

use crate::{
    lab::{SIGHTS, form_of, keep},
    tools,
};
use ringer::{
    model::ReportFormat,
    reports::{Report, Sight, sample},
};
use std::{fs, path::Path};

fn paper(name: &str, report: &Report, sight: Sight) -> std::path::PathBuf {
    keep(&format!("{name}-{sight:?}.pdf"), &form_of(report, ReportFormat::Pdf, sight))
}

/// Its text; none where the program is not there.
pub fn text(path: &Path) -> Option<String> {
    let program = tools::need("pdftotext")?;
    // It writes beside the file.
    tools::told(&program, &["-layout"], path);
    Some(fs::read_to_string(path.with_extension("txt")).unwrap())
}

#[test]
fn others_find_no_fault_in_it_and_every_part_of_it() {
    let report = sample::report();
    for sight in SIGHTS {
        let path = paper("sample", &report, sight);
        if let Some(qpdf) = tools::need("qpdf") {
            let said = tools::told(&qpdf, &["--check"], &path);
            assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
        }
        let Some(text) = text(&path) else { return };
        let squeezed: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for section in &report.sections {
            assert!(squeezed.contains(&section.title), "{}", section.title);
        }
        for needed in
            ["6 rings need a decision", "Innocent if", "An agency wrote the resumes.", "1811"]
        {
            assert!(squeezed.contains(needed), "{needed}: {squeezed}");
        }
        for page in text.split('\u{c}').filter(|page| !page.trim().is_empty()) {
            assert!(
                page.contains("Report weekly · 2026-11-16")
                    && page.contains("Journal entry 1811, "),
                "{page}"
            );
        }
    }
}

#[test]
fn a_quiet_report_is_short_and_says_what_did_not_happen() {
    let path = paper("quiet", &sample::quiet(), Sight::Counts);
    let Some(text) = text(&path) else { return };
    assert!(text.contains("Nothing changed: 12 rings stand."));
    assert!(text.matches("Nothing of this sort happened").count() == 7, "{text}");
    assert!(text.matches('\u{c}').count() <= 2, "{text}");
}

#[test]
fn a_long_report_is_given_in_part_and_says_so() {
    let path = paper("long", &sample::long(3_000), Sight::Full);
    let Some(text) = text(&path) else { return };
    assert!(text.contains("2,880 more lines are in the other forms of this report"), "{text}");
}
