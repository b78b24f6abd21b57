//! The import room as its users see it: bytes in, applications and problems out.

use ringer::ingest::{IngestError, Input, Mapping, Options, Reader, Report, RowProblem, open};
use ringer::model::{Application, Column};

fn read(bytes: impl Into<Vec<u8>>, options: &Options) -> Result<Reader, IngestError> {
    open(Input::stream("test.csv", std::io::Cursor::new(bytes.into())), options)
}

fn all(bytes: impl Into<Vec<u8>>) -> (Vec<Application>, Vec<RowProblem>, Report) {
    with(bytes, &Options::default())
}

#[track_caller]
fn with(
    bytes: impl Into<Vec<u8>>,
    options: &Options,
) -> (Vec<Application>, Vec<RowProblem>, Report) {
    let mut reader = read(bytes, options).unwrap_or_else(|e| panic!("{e}"));
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for row in reader.by_ref() {
        match row {
            Ok(a) => good.push(a),
            Err(p) => bad.push(p),
        }
    }
    let report = reader.report();
    assert_eq!(report.rows, report.applications + report.problems);
    assert_eq!(report.rows, (good.len() + bad.len()) as u64);
    (good, bad, report)
}

#[test]
fn a_plain_csv_file_becomes_applications() {
    let (good, bad, report) =
        all("application_id,Full Name,email,shoe size\nA-1,Ann Lee,ann@example.com,42\n");
    assert_eq!(bad, []);
    assert_eq!(good[0].id.as_str(), "A-1");
    assert_eq!(good[0].get(Column::FullName), Some("Ann Lee"));
    assert_eq!(good[0].extra["shoe size"], "42");
    assert_eq!(report.extra, ["shoe size"]);
}

#[test]
fn a_stray_quote_costs_its_line_and_nothing_else() {
    let (good, bad, _) = all("application_id,email,role\n\
        1,a@example.com,\"Engineer\n\
        2,b@example.com,\"Lead, ops\"\n\
        3,c@example.com,\"two\nlines\"\n\
        4,\"d@example.com,x\n\
        5,e@example.com,y\n");
    let ids: Vec<_> = good.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(ids, ["2", "3", "5"]);
    assert_eq!(bad.iter().map(|p| p.row).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(bad[1].raw, "4,\"d@example.com,x");
    assert!(bad[1].reason.contains("field 2"), "{}", bad[1].reason);
}

#[test]
fn a_mapping_joins_and_fills_in() {
    let mapping = Mapping::from_toml(
        "[columns]\nrec = 'application_id'\nfull_name = ['first', 'last']\n[constants]\ncountry = 'AU'\n",
    )
    .unwrap();
    let options = Options { mapping: Some(mapping), ..Options::default() };
    let (good, bad, _) = with("rec;first;last\n1;Ann;Lee\n", &options);
    assert_eq!(bad, []);
    assert_eq!(good[0].get(Column::FullName), Some("Ann Lee"));
    assert_eq!(good[0].get(Column::Country), Some("AU"));
}
