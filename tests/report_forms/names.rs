//! Who is named in which form: nobody beyond the sight.

use crate::{
    lab::{SIGHTS, folder, form_of, hook, keep, letter},
    papers, tools,
};
use ringer::{
    model::ReportFormat,
    reports::{Sight, delivery::Enclosure, sample},
};

const MARKER: &str = "zqxjkmarker";

/// What a file says, as far as it can be read.
fn said(file: &Enclosure) -> String {
    if file.media_type == "application/pdf" {
        let path = keep("marked.pdf", &file.bytes);
        return papers::text(&path).unwrap_or_default().split_whitespace().collect();
    }
    String::from_utf8(file.bytes.clone()).unwrap()
}

#[test]
fn no_form_names_anybody_or_shows_a_value_beyond_the_sight() {
    let report = sample::marked(MARKER);
    for sight in SIGHTS {
        let letter = letter(&report, sight);
        let mut all = vec![
            ("subject".to_owned(), letter.subject.clone()),
            ("text".to_owned(), letter.text.clone()),
            ("html".to_owned(), letter.html.clone()),
            ("hook".to_owned(), String::from_utf8(hook(&report, sight)).unwrap()),
        ];
        let files = folder(&report, sight);
        all.extend(files.iter().chain(&letter.files).map(|file| (file.name.clone(), said(file))));
        for (name, text) in &all {
            let is_paper = name.ends_with(".pdf");
            if is_paper && tools::need("pdftotext").is_none() {
                continue;
            }
            let named = text.contains(MARKER);
            let phone = text.contains("5550143") || text.contains("555 0143");
            match sight {
                Sight::Counts => assert!(!named && !phone, "{name} at {sight:?}"),
                Sight::Masked => {
                    assert!(named || name == "subject", "{name} at {sight:?}");
                    assert!(!phone, "{name} at {sight:?}");
                    assert!(!text.contains(&format!("{MARKER}@")), "{name} at {sight:?}");
                }
                Sight::Full => assert!(named || name == "subject", "{name} at {sight:?}"),
            }
        }
        for image in &letter.images {
            let holds = image.bytes.windows(MARKER.len()).any(|part| part == MARKER.as_bytes());
            assert!(!holds, "{}", image.name);
        }
    }
}

#[test]
fn a_figure_says_nothing_that_was_not_counted() {
    let html = form_of(&sample::marked(MARKER), ReportFormat::Html, Sight::Full);
    let html = String::from_utf8(html).unwrap();
    for svg in html.split("<svg").skip(1) {
        let svg = svg.split("</svg>").next().unwrap_or_default();
        assert!(!svg.contains(MARKER));
    }
}
