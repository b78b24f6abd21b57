//! Mapping files, presets, protected columns and derived ids.

use crate::{error, mapped, read, read_with};
use ringer::ingest::{IngestError, Input, Mapping, Options, PRESETS, open};
use ringer::model::Column;
use std::path::Path;

#[test]
fn foreign_columns_are_renamed_joined_and_filled_in() {
    let options = mapped(
        "separator = '-'\ndrop = ['secret*']\n[columns]\nrec = 'application_id'\nfull_name = ['first', 'last']\n\
         street = { join = ['no', 'road'], separator = ' ' }\n[constants]\ncountry = 'AU'\n",
    );
    let outcome = read_with(
        "rec,LAST,first,road,no,Secret notes,shoe,Country\n1,Lee,Ann,Sample Rd,5,x,42,\n2,Poe,,,7,x,,NZ\n",
        &options,
    );
    assert_eq!(outcome.bad, []);
    let [a, b] = &outcome.good[..] else { panic!("two rows") };
    assert_eq!(a.get(Column::FullName), Some("Ann-Lee"));
    assert_eq!(a.get(Column::Street), Some("5 Sample Rd"));
    assert_eq!(a.get(Column::Country), Some("AU"));
    assert_eq!(b.get(Column::FullName), Some("Poe"));
    assert_eq!(b.get(Column::Country), Some("NZ"));
    assert_eq!(a.extra, [("shoe".to_owned(), "42".to_owned())].into());
    assert_eq!(outcome.report.dropped, ["Secret notes"]);
    assert_eq!(outcome.report.extra, ["shoe"]);
}

#[track_caller]
fn check_error(toml: &str, expected: &str) {
    let message = Mapping::from_toml(toml).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}

#[test]
fn mistakes_in_a_mapping_are_told_with_what_was_meant() {
    check_error("colums = 1", "did you mean \"columns\"?");
    check_error("[columns]\nmail = 'emial'", "did you mean \"email\"?");
    check_error("[columns]\nemail = 'Contact mail'", "\"Contact mail\" = \"email\"");
    check_error("[columns]\nfull_nam = ['a', 'b']", "did you mean \"full_name\"?");
    check_error("[columns]\nfull_name = []", "empty");
    check_error("[columns]\nfull_name = ['a', 'a']", "named twice");
    check_error("[columns]\nfull_name = { join = ['a'], sep = '' }", "unknown key \"sep\"");
    check_error("[columns]\nGender = 'stage'", "protected field (sex)");
    check_error("[constants]\napplication_id = '1'", "one id for all rows");
    check_error("[constants]\ncountri = 'AU'", "did you mean \"country\"?");
    check_error("preset = 'greenhuose'", "did you mean \"greenhouse\"?");
    check_error("drop = ['*']", "every column");
    check_error("drop = 'a'", "list");
    check_error("derive_id = 'yes'", "true or false");
    check_error("columns = ", "not valid");
}

#[test]
fn columns_a_mapping_names_in_vain_are_reported() {
    let options = mapped("[columns]\n'Frist name' = 'full_name'");
    assert_eq!(read_with("application_id,email\n", &options).report.missing, ["Frist name"]);
}

#[test]
fn protected_columns_are_refused_by_name_with_the_way_out() {
    let text = "application_id,email,Gender,Requires Sponsorship?\n1,a@example.com,f,no\n";
    let e = error(text, &Options::default());
    let message = e.to_string();
    let IngestError::Protected { columns, traits, .. } = e else { panic!("{message}") };
    assert_eq!(columns, ["Gender", "Requires Sponsorship?"]);
    assert_eq!(traits, ["sex", "visa status"]);
    assert!(message.contains("drop = [\"Gender\", \"Requires Sponsorship?\"]"), "{message}");
    for mapping in ["drop = ['gender', 'Requires*']", "drop_protected = true"] {
        let outcome = read_with(text, &mapped(mapping));
        assert_eq!(outcome.good.len(), 1);
        assert!(outcome.good[0].extra.is_empty());
        assert_eq!(outcome.report.dropped, ["Gender", "Requires Sponsorship?"]);
    }
}

#[test]
fn a_rejected_row_does_not_show_what_was_to_be_dropped() {
    let text = "application_id,email,gender,role\n1,,secret,\"a,\"\"b\"\n";
    let outcome = read_with(text, &mapped("drop = ['gender']"));
    assert_eq!(outcome.bad[0].raw, "1,,,\"a,\"\"b\"");
}

#[test]
fn the_first_of_two_columns_that_say_something_counts_and_the_other_is_kept() {
    let outcome = read_with(
        "application_id,Mail,email\n1,,b@example.com\n2,a@example.com,b@example.com\n3,c@example.com,c@example.com\n",
        &mapped("[columns]\nMail = 'email'"),
    );
    let emails: Vec<_> = outcome.good.iter().map(|a| a.get(Column::Email).unwrap()).collect();
    assert_eq!(emails, ["b@example.com", "a@example.com", "c@example.com"]);
    assert_eq!(outcome.good[1].extra["email"], "b@example.com");
    assert!(outcome.good[2].extra.is_empty());
}

#[test]
fn columns_of_one_name_are_told_apart() {
    let outcome = read("application_id,email,Notes,Notes,,\n1,a@example.com,x,y,z,\n");
    let extra = &outcome.good[0].extra;
    assert_eq!((&*extra["Notes"], &*extra["Notes (2)"], &*extra["column 5"]), ("x", "y", "z"));
}

#[test]
fn the_febrl_benchmark_is_read_with_its_mapping() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/ingest");
    let toml = std::fs::read_to_string(file.join("febrl.toml")).unwrap();
    let reader = open(Input::Path(file.join("febrl.csv")), &mapped(&toml)).unwrap();
    let outcome = crate::drained(reader);
    assert_eq!(outcome.ids(), ["rec-1-org", "rec-1-dup-0", "rec-2-org", "rec-2-dup-0"]);
    assert_eq!(outcome.good[3].get(Column::FullName), None);
    let a = &outcome.good[0];
    for (column, value) in [
        (Column::FullName, "mia example"),
        (Column::Street, "12 sample street"),
        (Column::Unit, "unit 4"),
        (Column::City, "springvale north"),
        (Column::PostalCode, "9998"),
        (Column::State, "nsw"),
        (Column::BirthDate, "19900102"),
        (Column::NationalId, "1000001"),
        (Column::Country, "AU"),
    ] {
        assert_eq!(a.get(column), Some(value), "{column}");
    }
    assert_eq!(outcome.good[1].get(Column::FullName), Some("example"));
    assert_eq!(outcome.good[2].get(Column::Street), Some("trial crescent"));
    assert!(outcome.report.missing.is_empty() && outcome.report.extra.is_empty());
    assert!(!outcome.report.preset_detected);
}

/// For each preset: a header as its export has it, a row, and columns that must come out.
const EXPORTS: &[(&str, &str, &str)] = &[
    (
        "greenhouse",
        "Application ID,Candidate ID,First Name,Last Name,Email,Phone,Company,Title,Source,Job,Current Stage,Applied On",
        "A1,C1,Ann,Lee,ann@example.com,202-555-0101,Example Inc,Engineer,Referral,Analyst,Onsite,2026-01-02",
    ),
    (
        "lever",
        "Opportunity ID,Candidate Name,Emails,Phones,Origin,Posting Title,Current Stage,Created At,Headline,Archive Reason",
        "A1,Ann Lee,ann@example.com,202-555-0101,Applied,Analyst,Onsite,2026-01-02,Engineer,",
    ),
    (
        "ashby",
        "Application ID,Candidate Name,Primary Email Address,Primary Phone Number,Job,Source,Current Interview Stage,\
         Application Created At,LinkedIn URL,Status",
        "A1,Ann Lee,ann@example.com,202-555-0101,Analyst,Referral,Onsite,2026-01-02,,Active",
    ),
    (
        "workday",
        "Application_ID,Candidate_ID,First_Name,Last_Name,Email,Phone_Number,Job_Req_ID,Job_Application_Source,\
         Job_Posting_Title,Candidate_Stage,Application_Date",
        "A1,C1,Ann,Lee,ann@example.com,202-555-0101,R1,Referral,Analyst,Onsite,2026-01-02",
    ),
];

#[test]
fn exports_are_recognised_by_their_header_and_read_with_their_preset() {
    assert_eq!(EXPORTS.len(), PRESETS.len());
    for (name, header, row) in EXPORTS {
        let text = format!("{header}\n{row}\n");
        let given = mapped(&format!("preset = '{name}'"));
        for options in [Options::default(), given] {
            let outcome = read_with(text.clone(), &options);
            assert_eq!(outcome.bad, [], "{name}");
            assert_eq!(outcome.report.preset.as_deref(), Some(*name));
            assert_eq!(outcome.report.preset_detected, options.mapping.is_none());
            let a = &outcome.good[0];
            assert_eq!(a.id.as_str(), "A1", "{name}");
            assert_eq!(a.get(Column::FullName), Some("Ann Lee"), "{name}");
            assert_eq!(a.get(Column::Email), Some("ann@example.com"), "{name}");
            assert_eq!(a.get(Column::Phone), Some("202-555-0101"), "{name}");
            assert_eq!(a.get(Column::Role), Some("Analyst"), "{name}");
            assert_eq!(a.get(Column::Stage), Some("Onsite"), "{name}");
            assert_eq!(a.get(Column::SubmittedAt), Some("2026-01-02"), "{name}");
        }
    }
}

#[test]
fn a_recognised_preset_does_not_drop_protected_columns_on_its_own() {
    let (_, header, row) = EXPORTS[0];
    let text = format!("{header},Gender\n{row},f\n");
    let message = error(text.clone(), &Options::default()).to_string();
    assert!(message.contains("preset = \"greenhouse\""), "{message}");
    let outcome = read_with(text, &mapped("preset = 'greenhouse'"));
    assert_eq!(outcome.report.dropped, ["Gender"]);
}

#[test]
fn a_mapping_overrides_its_preset() {
    let (_, header, row) = EXPORTS[0];
    let options =
        mapped("preset = 'greenhouse'\n[columns]\nTitle = 'degree'\nfull_name = ['Last Name']\n");
    let outcome = read_with(format!("{header}\n{row}\n"), &options);
    assert_eq!(outcome.good[0].get(Column::Degree), Some("Engineer"));
    assert_eq!(outcome.good[0].get(Column::FullName), Some("Lee"));
}

#[test]
fn the_columns_of_ringer_itself_are_never_taken_for_a_foreign_export() {
    let header: Vec<&str> = Column::ALL.iter().map(|c| c.name()).collect();
    let outcome = read(format!("{}\n", header.join(",")));
    assert_eq!(outcome.report.preset, None);
    assert_eq!(outcome.report.mapped.len(), Column::ALL.len());
}

#[test]
fn api_records_are_read_with_their_preset() {
    let text = "{\"id\":\"A1\",\"createdAt\":\"2026-01-02T00:00:00Z\",\"status\":\"Active\",\"candidate\":{\"id\":\"C1\",\
                \"name\":\"Ann Lee\",\"primaryEmailAddress\":{\"value\":\"ann@example.com\"}},\
                \"job\":{\"id\":\"J1\",\"title\":\"Analyst\"},\"currentInterviewStage\":{\"title\":\"Onsite\"}}\n";
    let outcome = read(text);
    assert_eq!(outcome.report.preset.as_deref(), Some("ashby"));
    let a = &outcome.good[0];
    assert_eq!(a.id.as_str(), "A1");
    assert_eq!(a.get(Column::Email), Some("ann@example.com"));
    assert_eq!(a.get(Column::Stage), Some("Onsite"));
}

#[test]
fn ids_are_derived_stably_and_never_from_a_name_alone() {
    let first = read("full_name,email,stage\nAnn Lee,ann@example.com,new\nBo,,new\n");
    assert_eq!(first.report.derived_ids, 1);
    assert_eq!(first.bad_rows(), [2]);
    assert!(first.bad[0].reason.contains("a name alone"));
    let id = first.good[0].id.clone();
    assert!(id.as_str().starts_with("derived-") && id.as_str().len() == 32, "{id}");
    // Another file, another order, another spelling, another stage: a new version of the same application.
    let second = read("stage,email,full_name\nold,ANN@example.com,ann  lee\n");
    assert_eq!(second.good[0].id, id);
    assert_ne!(second.good[0].content_hash(), first.good[0].content_hash());
    let other = read("full_name,email,requisition_id\nAnn Lee,ann@example.com,R-1\n");
    assert_ne!(other.good[0].id, id);
}

#[test]
fn a_row_about_nobody_is_rejected_unless_the_mapping_allows_it() {
    let text = "application_id,email,city\n1,,Springfield\n,,Springfield\n";
    let outcome = read(text);
    assert_eq!(outcome.bad_rows(), [1, 2]);
    assert!(outcome.bad[0].reason.contains("no name"), "{}", outcome.bad[0].reason);
    let outcome = read_with(text, &mapped("allow_unnamed = true"));
    assert_eq!((outcome.ids(), outcome.bad_rows()), (vec!["1"], vec![2]));
}

#[test]
fn an_empty_id_is_rejected_unless_deriving_was_asked_for() {
    let text = "application_id,email\n,a@example.com\n2,b@example.com\n";
    assert_eq!(read(text).bad_rows(), [1]);
    let outcome = read_with(text, &mapped("derive_id = true"));
    assert_eq!((outcome.good.len(), outcome.report.derived_ids), (2, 1));
    let e = error("email\na@example.com\n", &mapped("derive_id = false"));
    assert!(matches!(e, IngestError::NoId { .. }), "{e}");
}

#[test]
fn the_same_file_twice_gives_the_same_applications() {
    let text = "application_id,email,shoe\n1,a@example.com,42\n2,b@example.com,43\n";
    assert_eq!(read(text).good, read(text).good);
}
