//! What a file is said to be before a row of it is read, and what a person chooses for its columns.

use crate::{drained, error, opened};
use ringer::ingest::{
    Charset, Choice, Fate, IngestError, Input, Limits, Mapping, Options, Survey, survey,
};
use ringer::model::Column;
use std::{collections::BTreeMap, io::Write};

#[track_caller]
fn surveyed(bytes: impl Into<Vec<u8>>, options: &Options) -> Survey {
    let input = Input::stream("test.csv", std::io::Cursor::new(bytes.into()));
    survey(input, options).unwrap_or_else(|e| panic!("{e}"))
}

fn fates(survey: &Survey) -> Vec<(&str, Fate)> {
    survey.columns.iter().map(|c| (c.header.as_str(), c.fate)).collect()
}

fn choices(pairs: &[(&str, Choice)]) -> BTreeMap<String, Choice> {
    pairs.iter().map(|(header, choice)| ((*header).to_owned(), *choice)).collect()
}

#[track_caller]
fn chosen(mut mapping: Mapping, text: &str, pairs: &[(&str, Choice)]) -> Options {
    let headers = surveyed(text, &Options::default()).headers();
    mapping.choose(&headers, &choices(pairs)).unwrap();
    Options { mapping: Some(mapping), ..Options::default() }
}

#[test]
fn a_file_is_surveyed_also_where_it_would_be_refused() {
    let text = "Vorname;Gender;Telefon;E-Mail;email\nAda;f;1;a@example.com;\n";
    assert!(matches!(error(text, &Options::default()), IngestError::Protected { .. }));
    let found = surveyed(text, &Options::default());
    assert_eq!((found.format, found.delimiter, found.gzip), ("csv", Some(';'), false));
    assert_eq!(found.charset, Charset::Ascii);
    assert_eq!(
        fates(&found),
        [
            ("Vorname", Fate::Extra),
            ("Gender", Fate::Protected("sex")),
            ("Telefon", Fate::Extra),
            ("E-Mail", Fate::Column(Column::Email)),
        ]
    );
    assert_eq!(found.columns[3].times, 2, "Ringer cannot tell E-Mail and email apart");
    assert_eq!(found.columns[0].samples, ["Ada"]);
    assert!(found.columns[1].samples.is_empty(), "what is refused is not shown");
    let foreign = surveyed("Wer,Was\nAda,x\n", &Options::default());
    assert_eq!(fates(&foreign), [("Wer", Fate::Extra), ("Was", Fate::Extra)]);
}

#[test]
fn paths_into_nested_values_are_columns_and_a_dot_in_a_csv_header_is_none() {
    let text = "{\"id\":\"A\",\"who\":{\"mail\":\"a@example.com\",\"gender\":\"f\"}}\n";
    let found = surveyed(text, &Options::default());
    assert_eq!(
        fates(&found),
        [
            ("id", Fate::Extra),
            ("who", Fate::Extra),
            ("who.gender", Fate::Protected("sex")),
            ("who.mail", Fate::Extra),
        ]
    );
    assert_eq!(found.columns[0].samples, ["A"]);
    assert!(found.columns[2].samples.is_empty(), "what is refused is not shown");
    assert_eq!(found.columns[3].samples, ["a@example.com"]);
    let options = chosen(
        Mapping::default(),
        text,
        &[
            ("id", Choice::Column(Column::ApplicationId)),
            ("who.mail", Choice::Column(Column::Email)),
            ("who.gender", Choice::Drop),
        ],
    );
    let read = drained(opened(text, &options).unwrap());
    assert_eq!(read.good[0].get(Column::Email), Some("a@example.com"));
    assert!(!read.good[0].nested["who"].contains("gender"));
    let dotted = surveyed("first.gender.email,email\nx,a@example.com\n", &Options::default());
    assert_eq!(dotted.columns[0].fate, Fate::Protected("sex"));
    let dotted = surveyed("No.email,email\nx,a@example.com\n", &Options::default());
    assert_eq!(dotted.columns[0].fate, Fate::Extra);
}

#[test]
fn a_choice_goes_before_what_the_names_and_the_preset_say() {
    let text = "email,Wer,phone,Notes\na@example.com,Ada,202-555-0100,x\n";
    let options = chosen(
        Mapping::default(),
        text,
        &[
            ("Wer", Choice::Column(Column::FullName)),
            ("phone", Choice::Extra),
            ("Notes", Choice::Drop),
        ],
    );
    let read = drained(opened(text, &options).unwrap());
    let row = &read.good[0];
    assert_eq!(row.get(Column::FullName), Some("Ada"));
    assert_eq!((row.get(Column::Phone), row.extra["phone"].as_str()), (None, "202-555-0100"));
    assert_eq!(read.report.dropped, ["Notes"]);
    assert_eq!(fates(&surveyed(text, &options))[3], ("Notes", Fate::Dropped));
}

#[test]
fn names_in_several_columns_are_joined_in_the_order_of_the_file_and_mailboxes_are_not() {
    let text = "Vorname,Mail 1,Mail 2,Nachname\nAda,a@example.com,b@example.com,Quill\n";
    let name = Choice::Column(Column::FullName);
    let mail = Choice::Column(Column::Email);
    let pairs = [("Nachname", name), ("Vorname", name), ("Mail 2", mail), ("Mail 1", mail)];
    let read = drained(opened(text, &chosen(Mapping::default(), text, &pairs)).unwrap());
    assert_eq!(read.good[0].get(Column::FullName), Some("Ada Quill"));
    assert_eq!(read.good[0].get(Column::Email), Some("a@example.com"));
    assert_eq!(read.good[0].extra["Mail 2"], "b@example.com");

    let text = "Id,First Name,Rufname,Last Name\n1,Ada,Addie,Quill\n";
    let lever = Mapping::preset("lever").unwrap();
    let read = drained(opened(text, &chosen(lever, text, &[("Rufname", name)])).unwrap());
    assert_eq!(read.good[0].get(Column::FullName), Some("Ada Addie Quill"));
}

#[test]
fn a_protected_column_can_only_be_left_out() {
    let text = "email,Candidate Gender\na@example.com,f\n";
    let headers = surveyed(text, &Options::default()).headers();
    for choice in [Choice::Extra, Choice::Column(Column::Stage)] {
        let mut mapping = Mapping::default();
        let refused = mapping.choose(&headers, &choices(&[("Candidate Gender", choice)]));
        assert!(refused.unwrap_err().to_string().contains("can only be left out"));
    }
    let options = chosen(Mapping::default(), text, &[("Candidate Gender", Choice::Drop)]);
    assert!(drained(opened(text, &options).unwrap()).good[0].extra.is_empty());
}

#[test]
fn a_preset_drops_protected_columns_only_when_it_may() {
    let text = "Opportunity ID,Candidate Name,Candidate Email,Posting Title,EEO Gender\n\
                1,Ada,a@example.com,x,f\n";
    let lever = || Mapping::preset("lever").unwrap();
    let with = |mapping| Options { mapping: Some(mapping), ..Options::default() };
    let protected = |options: &Options| surveyed(text, options).protected().count();
    assert_eq!(surveyed(text, &Options::default()).preset.as_deref(), Some("lever"));
    assert_eq!(protected(&Options::default()), 1);
    assert_eq!(protected(&with(lever())), 0);
    let refusing = with(lever().refusing_protected());
    assert_eq!(protected(&refusing), 1);
    assert!(matches!(error(text, &refusing), IngestError::Protected { .. }));
    let dropping = with(Mapping::default().dropping_protected());
    assert_eq!(surveyed(text, &dropping).columns[4].fate, Fate::Dropped);
    assert_eq!(protected(&with(lever().refusing_protected().dropping_protected())), 0);
}

#[test]
fn two_spellings_of_one_column_have_one_meaning() {
    let text = "E-Mail,email,name x\n,a@example.com,x\n";
    let headers = surveyed(text, &Options::default()).headers();
    let mut mapping = Mapping::default();
    let twice = choices(&[("E-Mail", Choice::Drop), ("email", Choice::Extra)]);
    assert!(mapping.choose(&headers, &twice).unwrap_err().to_string().contains("named twice"));
}

#[test]
fn what_a_small_compressed_file_unpacks_to_is_bounded() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(b"application_id,full_name\n").unwrap();
    for n in 0..40_000 {
        writeln!(packer, "A-{n},Person of a name that is long enough to add up").unwrap();
    }
    // One line without an end: a reader that skips it must not unpack it all.
    for _ in 0..64 {
        packer.write_all(&[b'x'; 1 << 20]).unwrap();
    }
    let packed = packer.finish().unwrap();
    assert!(packed.len() < 1 << 20);
    let limits = Limits { text_bytes: 1 << 20, ..Limits::default() };
    let read = drained(opened(packed, &Options { limits, ..Options::default() }).unwrap());
    assert!(read.report.cut_short && read.good.len() < 40_000);
    let last = read.bad.last().unwrap();
    assert!(last.reason.contains("longer than 1048576 bytes"), "{}", last.reason);
    let plain = "application_id,full_name\n1,Ada\n";
    let limits = Limits { text_bytes: plain.len() as u64, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    assert!(!drained(opened(plain, &options).unwrap()).report.cut_short);
}
