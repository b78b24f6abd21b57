//! A report as a table for spreadsheets: a row for what each section says, for each of its lines and for each row of its tables.
//! Not responsible for quoting (the library) nor for what a formula is (`model::spreadsheet`).
//!
//! Invariant: no cell is run by a spreadsheet; every row has the same columns.

use crate::{
    model::spreadsheet::guarded,
    reports::{
        Report, ReportError, Section, Table,
        render::{Rendering, words},
    },
};

/// The columns.
pub const COLUMNS: [&str; 9] =
    ["section", "part", "at", "about", "text", "evidence", "innocent", "act", "link"];

type Writer = csv::Writer<Vec<u8>>;

/// The file, in UTF-8. O(size of the report).
///
/// # Errors
/// When it cannot be written, which is a defect of the program.
pub(super) fn render(report: &Report, rendering: &Rendering<'_>) -> Result<Vec<u8>, ReportError> {
    let wrong = |what: String| ReportError::Form { form: "CSV", what };
    let mut out =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    out.write_record(COLUMNS).map_err(|e| wrong(e.to_string()))?;
    let page = words::page(report, rendering);
    let until = report.heading.until.at.to_string();
    let head =
        ["", "headline", &until, report.heading.id.as_str(), &report.headline, "", "", "", &page];
    write(&mut out, &head).map_err(|e| wrong(e.to_string()))?;
    for section in &report.sections {
        rows(&mut out, section, rendering).map_err(|e| wrong(e.to_string()))?;
    }
    out.into_inner().map_err(|e| wrong(e.to_string()))
}

fn rows(out: &mut Writer, section: &Section, rendering: &Rendering<'_>) -> csv::Result<()> {
    let sight = rendering.sight;
    let n = section.n.to_string();
    write(out, &[&section.id, "summary", "", &n, &section.summary, "", "", "", ""])?;
    for line in &section.lines {
        let at = line.at.map_or_else(String::new, |at| at.to_string());
        let about = line.about.as_ref().map_or_else(String::new, words::id);
        let link = line.about.as_ref().map(|to| words::href(rendering.base, &to.path()));
        let evidence: Vec<String> = line.evidence.iter().map(|text| text.said(sight)).collect();
        write(
            out,
            &[
                &section.id,
                "line",
                &at,
                &about,
                &line.text.said(sight),
                &evidence.join("; "),
                &line.innocent.join("; "),
                line.act.as_deref().unwrap_or_default(),
                &link.unwrap_or_default(),
            ],
        )?;
    }
    if section.more > 0 {
        let said = format!("{} more lines are left out", section.more);
        write(out, &[&section.id, "left out", "", "", &said, "", "", "", ""])?;
    }
    for table in section.tables.iter().chain(section.figures.iter().map(|figure| &figure.table)) {
        table_rows(out, section, table, rendering)?;
    }
    Ok(())
}

/// Each row of a table as its heads and cells: `Week from: 2026-09-07; Applications: 12`.
fn table_rows(
    out: &mut Writer,
    section: &Section,
    table: &Table,
    rendering: &Rendering<'_>,
) -> csv::Result<()> {
    for row in &table.rows {
        let heads = table.head.iter().map(String::as_str).chain(std::iter::repeat(""));
        let cells: Vec<String> = row
            .iter()
            .zip(heads)
            .map(|(cell, head)| match (head, cell.said(rendering.sight)) {
                ("", cell) => cell,
                (head, cell) => format!("{head}: {cell}"),
            })
            .collect();
        let to = row.iter().flat_map(|cell| cell.parts()).find_map(crate::reports::Part::target);
        let link = to.map_or_else(String::new, |to| words::href(rendering.base, &to.path()));
        write(
            out,
            &[&section.id, "row", "", &table.caption, &cells.join("; "), "", "", "", &link],
        )?;
    }
    Ok(())
}

fn write(out: &mut Writer, cells: &[&str; 9]) -> csv::Result<()> {
    out.write_record(cells.map(|cell| guarded(cell).into_owned()))
}
