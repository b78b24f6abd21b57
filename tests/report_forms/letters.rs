//! The letter.

use crate::lab::{BASE, SIGHTS, keep, letter};
use ringer::reports::{Sight, sample};
use scraper::{Html, Selector};

fn select(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

#[test]
fn whoever_sees_counts_alone_gets_counts_and_links_and_no_file() {
    let report = sample::report();
    let letter = letter(&report, Sight::Counts);
    keep("letter-Counts.txt", letter.text.as_bytes());
    assert!(letter.files.is_empty());
    assert!(letter.text.contains("6  Needs a decision"), "{}", letter.text);
    assert!(letter.text.contains(&format!("{BASE}/reports/{}", report.heading.id)));
    assert!(letter.text.contains("Nothing new: back after a rejection, watch-list hits and"));
    assert!(!letter.text.contains("is suspected: 5") && !letter.html.contains("is suspected: 5"));
    assert!(letter.subject.starts_with("Ringer weekly 2026-11-23: 6 rings need a decision"));
}

#[test]
fn lines_are_said_and_files_go_along_where_the_sight_allows() {
    for sight in [Sight::Masked, Sight::Full] {
        let letter = letter(&sample::report(), sight);
        keep(&format!("letter-{sight:?}.txt"), letter.text.as_bytes());
        assert_eq!(letter.files.len(), 4);
        assert!(letter.text.contains("is suspected: 5 claimed identities"), "{}", letter.text);
        assert!(letter.text.contains("To do: A reviewer decides"));
    }
}

#[test]
fn plain_text_has_short_lines_and_nothing_that_turns_it_around() {
    for report in [sample::report(), sample::quiet(), sample::long(3_000)] {
        for sight in SIGHTS {
            let letter = letter(&report, sight);
            for line in letter.text.lines() {
                let is_address = line.trim_start().starts_with(BASE);
                assert!(line.chars().count() <= 76 || is_address, "{line}");
            }
            assert!(letter.text.chars().all(|c| c == '\n' || !c.is_control()));
            assert!(!letter.text.contains('\u{202e}'));
            assert!(letter.subject.chars().count() <= 140 && !letter.subject.contains('\n'));
            assert!(letter.text.len() < 40_000, "{}", letter.text.len());
        }
    }
}

#[test]
fn a_mail_client_needs_nothing_from_outside_and_finds_every_picture() {
    for sight in SIGHTS {
        let letter = letter(&sample::report(), sight);
        let html = Html::parse_document(&letter.html);
        assert!(html.errors.is_empty(), "{:?}", html.errors);
        assert_eq!(html.select(&select("script, style, link, svg, form, iframe")).count(), 0);
        let shown: Vec<String> = html
            .select(&select("img"))
            .map(|img| img.value().attr("src").unwrap().to_owned())
            .collect();
        let there: Vec<String> =
            letter.images.iter().map(|image| format!("cid:{}", image.name)).collect();
        assert_eq!((shown.len(), &shown), (5, &there));
        for a in html.select(&select("a")) {
            assert!(a.value().attr("href").unwrap().starts_with(&format!("{BASE}/")));
        }
        assert!(!letter.html.contains("url("));
        // To be looked at, with the pictures beside it.
        let mut seen = letter.html.clone();
        for image in &letter.images {
            keep(&image.name, &image.bytes);
            seen = seen.replace(&format!("cid:{}", image.name), &image.name);
        }
        keep(&format!("letter-{sight:?}.html"), seen.as_bytes());
    }
}

#[test]
fn a_letter_of_a_house_without_an_address_has_no_link() {
    let report = sample::report();
    let rendering = ringer::reports::render::Rendering { base: "", sight: Sight::Full, house: "" };
    let to = "ann@example.com".parse().unwrap();
    let load = ringer::reports::render::load(&report, &sample::run(&report, &[]), &to, &rendering);
    let ringer::reports::delivery::Load::Letter(letter) = load.unwrap() else { panic!() };
    assert!(!letter.html.contains("href=") && !letter.text.contains("/rings/"));
}
