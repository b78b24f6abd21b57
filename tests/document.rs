//! The document of a referral, typeset and read again by programs of others. Not responsible for its words, which the room
//! tests, nor for the typesetter (`tests/typeset`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

#[path = "tools/mod.rs"]
mod tools;

use ringer::{
    model::{ReferralProfile, Tlp},
    referral::{Dossier, Organisation, Value, document, sample},
};
use std::{fs, path::PathBuf};
use tempfile::TempDir;

/// The document on disk, as long as the folder is there.
fn printed(dossier: &Dossier) -> (TempDir, PathBuf) {
    let file = document(dossier, &sample::contents(dossier)).unwrap();
    assert_eq!((file.path.as_str(), file.media_type), ("referral.pdf", "application/pdf"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file.path);
    fs::write(&path, file.bytes).unwrap();
    (folder, path)
}

/// Its text in the order of reading; none where the program is not there.
fn text(path: &std::path::Path) -> Option<String> {
    let program = tools::need("pdftotext")?;
    // It writes beside the file.
    tools::told(&program, &["-layout"], path);
    Some(fs::read_to_string(path.with_extension("txt")).unwrap())
}

fn pages(path: &std::path::Path) -> Option<usize> {
    let program = tools::need("pdfinfo")?;
    let told = tools::told(&program, &[], path);
    let line = told.lines().find_map(|line| line.strip_prefix("Pages:"))?;
    line.trim().parse().ok()
}

/// One that is unlike the sample wherever a layout could break.
fn hostile() -> Dossier {
    let mut dossier = sample::dossier(8);
    let word = "W".repeat(3_000);
    let prose = "The building manager said that nobody of that name lives there. ".repeat(160);
    for identity in &mut dossier.identities {
        for claim in &mut identity.claims {
            claim.value.push_str(&word);
        }
        identity.label.push_str(&" Anne-Marie of the long name".repeat(6));
        identity.applications[0].role = word.clone();
        identity.applications[0].stage = "x".repeat(90);
    }
    for thing in &mut dossier.things {
        thing.value = Value::Clear(format!("https://example.com/{word}"));
        thing.spellings = (0..20).map(|n| format!("{n}{word}")).collect();
        thing.label = "Z".repeat(100);
    }
    for evidence in dossier.links.iter_mut().flat_map(|link| &mut link.evidence) {
        evidence.left = word.clone();
        evidence.text = word.clone();
    }
    for event in &mut dossier.timeline {
        event.text = word.clone();
    }
    for line in &mut dossier.custody {
        line.item = word.clone();
        line.by = "B".repeat(80);
    }
    dossier.decisions[0].why = prose.clone();
    dossier.alternatives = prose;
    dossier.against = vec![word.clone()];
    dossier.heading.purpose = word;
    dossier
}

#[test]
fn other_programs_find_every_name_and_every_part_of_it() {
    let dossier = sample::dossier(8);
    let (_folder, path) = printed(&dossier);
    if let Some(qpdf) = tools::need("qpdf") {
        tools::told(&qpdf, &["--check"], &path);
    }
    if let Some(pdffonts) = tools::need("pdffonts") {
        let told = tools::told(&pdffonts, &[], &path);
        let fonts: Vec<&str> = told.lines().skip(2).collect();
        assert!(!fonts.is_empty());
        // Columns: emb sub uni object ID.
        let embedded = |line: &&str| line.split_whitespace().rev().nth(4) == Some("yes");
        assert!(fonts.iter().all(embedded), "{told}");
    }
    let Some(text) = text(&path) else { return };
    for identity in &dossier.identities {
        assert!(text.contains(&identity.label), "{}", identity.label);
    }
    for needed in [
        "TLP:AMBER+STRICT",
        "may be a victim of identity theft",
        "12 dock st unit 4, springfield il 62701",
        "A  Observed facts",
        "Speaks against it.",
        "A parcel counter",
        "What was withheld, and why",
        "sha256sum -c SHA256SUMS",
        "A template, not a declaration",
        "Page 1 of",
    ] {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed(&text).contains(&squeezed(needed)), "{needed}: {text}");
    }
    assert!(text.contains(sample::contents(&dossier).evidence.as_str()));
    assert!(!text.contains("NOT REVIEWED"));
    let labels = text.matches("TLP:AMBER+STRICT").count();
    assert!(labels > 2 * pages(&path).unwrap_or(1), "top and bottom of every page: {labels}");
}

#[test]
fn a_draft_without_a_house_says_so_on_every_page() {
    let mut dossier = sample::dossier(2);
    dossier.heading.review = None;
    dossier.heading.case = None;
    dossier.heading.organisation = Organisation::default();
    let (_folder, path) = printed(&dossier);
    let Some(text) = text(&path) else { return };
    assert!(text.contains("not configured"));
    for page in text.split('\u{c}').filter(|page| !page.trim().is_empty()) {
        assert!(page.contains("DRAFT — NOT REVIEWED"), "{page}");
    }
}

#[test]
fn one_for_another_employer_has_shared_things_alone() {
    let mut dossier = sample::dossier(8);
    dossier.heading.profile = ReferralProfile::PeerEmployer;
    dossier.heading.tlp = Tlp::Amber;
    dossier.identities.clear();
    dossier.originals.clear();
    dossier.attachments.clear();
    dossier.links.clear();
    dossier.timeline.clear();
    for thing in &mut dossier.things {
        thing.value = Value::Keyed("a3f9".repeat(16));
        thing.spellings.clear();
    }
    let (_folder, path) = printed(&dossier);
    let Some(text) = text(&path) else { return };
    assert!(text.contains("No claimed identity is named in this package."));
    assert!(text.contains("keyed hash") && text.contains("a3f9a3f9a3f9"));
    assert!(!text.contains("Ada Quill"));
}

#[test]
fn nothing_leaves_the_page_whatever_it_says() {
    let (_folder, path) = printed(&hostile());
    let Some(program) = tools::need("pdftotext") else { return };
    tools::told(&program, &["-bbox"], &path);
    let told = fs::read_to_string(path.with_extension("html")).unwrap();
    let number = |line: &str, name: &str| -> Option<f64> {
        let (_, rest) = line.split_once(&format!("{name}=\""))?;
        rest.split('"').next()?.parse().ok()
    };
    let (mut width, mut words) = (0.0, 0);
    for line in told.lines().map(str::trim) {
        if line.starts_with("<page") {
            width = number(line, "width").unwrap();
        } else if line.starts_with("<word") {
            let (left, right) = (number(line, "xMin").unwrap(), number(line, "xMax").unwrap());
            assert!(left >= 36.0 && right <= width - 36.0, "{line}");
            words += 1;
        }
    }
    assert!(words > 1_000, "{words}");
}

#[test]
fn it_grows_no_faster_than_the_ring_and_is_the_same_each_time() {
    let of = |n: usize| {
        let dossier = sample::dossier(n);
        document(&dossier, &sample::contents(&dossier)).unwrap().bytes
    };
    let (small, large) = (of(50), of(500));
    assert!(large == of(500), "the same dossier gives the same bytes");
    assert!(large.len() < 10 * small.len(), "{} and {}", small.len(), large.len());
    assert!(large.len() < 20 << 20, "{}", large.len());
    let (_folder, path) = printed(&sample::dossier(500));
    if let Some(pages) = pages(&path) {
        assert!(pages <= 120, "{pages}");
    }
}
