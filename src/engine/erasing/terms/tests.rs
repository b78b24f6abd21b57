//! What is found of a value in a text, and what is not. Not responsible for what is then erased (`redact`).
//!
//! Invariant: only made-up people.

use super::*;
use crate::model::Source;

fn application(id: &str, fields: &[(Column, &str)]) -> Application {
    Application {
        id: id.parse().unwrap(),
        fields: fields
            .iter()
            .map(|(column, value)| (*column, (*value).to_owned()))
            .collect::<Vec<_>>()
            .into_iter()
            .collect(),
        extra: [("badge".to_owned(), "Kestrel Nine".to_owned())].into(),
        nested: [("profiles".to_owned(), r#"[{"handle":"quill-ada"}]"#.to_owned())].into(),
        source: Source { file: "a.csv".to_owned(), row: 1 },
    }
}

fn terms() -> Terms {
    let mut candidates = Candidates::default();
    candidates.put(&application(
        "A-1042",
        &[
            (Column::FullName, "Ada Quill"),
            (Column::Phone, "202-555-0101"),
            (Column::City, "Springfield"),
        ],
    ));
    candidates.put_id(&"A-1042".parse().unwrap());
    let other = Application {
        extra: Default::default(),
        nested: Default::default(),
        ..application("B-1", &[(Column::City, "springfield")])
    };
    candidates.pass(&other);
    candidates.terms()
}

#[test]
fn a_value_is_found_in_any_spelling() {
    let terms = terms();
    for text in [
        "Spoke to ADA  QUILL's aunt",
        "Quill, Ada wrote",
        "(202) 555.0101!",
        "at +12025550101",
        "see a 1042",
        "kestrel-nine",
        "KestrelNine",
        "github.com/Quill-Ada",
    ] {
        assert!(terms.are_in(text), "{text}");
    }
}

#[test]
fn what_others_have_too_and_parts_of_values_stay() {
    for text in ["the house in Springfield", "Ada called", "Quillery", "A-10420", "", "555"] {
        assert!(!terms().are_in(text), "{text}");
    }
}

/// Of somebody with an odd name, and of others.
fn odd(others: &[&[(Column, &str)]]) -> Terms {
    let mut candidates = Candidates::default();
    let resume =
        "I have been tending the tall clocks of the northern harbour since the year of the flood. ";
    let resume =
        format!("{resume}{}", "Built things for people and for the people they know. ".repeat(5));
    let fields: &[(Column, &str)] = &[
        (Column::FullName, "José Müllerström-Ávila"),
        (Column::Phone, "202-555-0188"),
        (Column::Email, "zeb.q+jobs@example.org"),
        (Column::Street, "17 Sundial Street"),
        (Column::City, "Springfield"),
        (Column::Website, "https://www.webqztargq.example/cv"),
        (Column::Github, "https://github.com/zebq"),
        (Column::ResumeText, &resume),
    ];
    let plain = |id: &str, fields: &[(Column, &str)]| Application {
        extra: Default::default(),
        nested: Default::default(),
        ..application(id, fields)
    };
    candidates.put(&plain("APP-T-1001", fields));
    candidates.put(&plain("APP-T-1001", &[(Column::FullName, "山田 太郎")]));
    candidates.put_id(&"APP-T-1001".parse().unwrap());
    for (n, fields) in others.iter().enumerate() {
        let id = format!("APP-T-1001{n}");
        let other = plain(&id, fields);
        candidates.pass(&other);
        for (attribute, _) in normalize(&other).attributes {
            candidates.pass_attribute(&Attribute::id(&attribute));
        }
    }
    candidates.terms()
}

#[test]
fn ordinary_spellings_are_found_and_longer_values_of_others_are_not() {
    let terms = odd(&[&[(Column::FullName, "Jo Sundial")]]);
    for text in [
        "(202) 555-0188",
        "0012025550188",
        "JoseMullerstromAvila.pdf",
        "Jose Mullerstrom-Avila",
        "on webqztargq.example today",
        "APPT1001 again",
        "山田太郎さん",
        "wrote: tending the tall clocks of the northern harbour since the year",
    ] {
        assert!(terms.are_in(text), "{text}");
    }
    for text in ["APPT10010", "APP-T-10010", "202555018", "Avila", "tending the tall clocks"] {
        assert!(!terms.are_in(text), "{text}");
    }
    for named in ["zebq", "@zebq", "webqztargq.example", "https://github.com/zebq"] {
        assert!(terms.are_named(named), "{named}");
    }
    assert!(!terms.are_named("other"));
}

#[test]
fn a_value_that_another_has_in_another_spelling_is_nobody_s_alone() {
    let other: &[(Column, &str)] = &[
        (Column::FullName, "JOSE MULLERSTROM AVILA"),
        (Column::Phone, "+1 (202) 555 0188"),
        (Column::Email, "zeb.q@example.org"),
        (Column::Street, "17 Sundial St."),
        (Column::City, "Springfield"),
        (Column::Website, "webqztargq.example/other"),
        (Column::Github, "github.com/ZEBQ"),
    ];
    let terms = odd(&[other]);
    for text in [
        "Jose Mullerstrom Avila",
        "José Müllerström-Ávila",
        "202-555-0188",
        "17 Sundial Street",
        "webqztargq.example",
    ] {
        assert!(!terms.are_in(text), "{text}");
    }
    assert!(!terms.are_named("zebq") && !terms.are_named("webqztargq.example"));
    assert!(terms.are_in("APP-T-1001"));
}

#[test]
fn a_name_that_is_the_beginning_of_another_s_has_to_stand_apart() {
    let mut candidates = Candidates::default();
    let of = |id, name| Application {
        extra: Default::default(),
        nested: Default::default(),
        ..application(id, &[(Column::FullName, name)])
    };
    candidates.put(&of("A-1", "Jon Smit"));
    candidates.pass(&of("B-1", "Jon Smith"));
    let terms = candidates.terms();
    assert!(terms.are_in("Jon Smit") && terms.are_in("JonSmit's"));
    assert!(!terms.are_in("Jon Smith") && !terms.are_in("jonsmith"));
}
