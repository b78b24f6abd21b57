//! The pictures of the documents, taken by one command. Not responsible for where they are shown.
//!
//! Invariant: they show the story at a fixed moment, so that the same commit gives the same pictures on one machine.

use crate::{page::Media, png::shrunk, screens::SCREENS, site::Site};
use std::{fs, path::Path};

/// Screens that are shown in the documents.
const SHOWN: &[&str] = &[
    "queue",
    "ring",
    "ring-timeline",
    "ring-map",
    "applicant",
    "attribute",
    "compare",
    "explore",
    "path",
    "search",
    "import",
    "watch-lists",
    "policy",
    "indicators",
    "help",
];
/// Those also shown dark.
const DARK: &[&str] = &["queue", "ring"];
/// Most pixels from top to bottom.
const TALLEST: u32 = 1_600;
/// Most bytes of a picture.
const LARGEST: usize = 250_000;

#[test]
#[ignore = "writes docs/screens: cargo test --test browser -- --ignored"]
fn the_pictures_of_the_documents_are_taken() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screens");
    fs::create_dir_all(&folder).unwrap();
    let take = |name: &str, width: u32, dark: bool| {
        let screen = SCREENS.iter().find(|screen| screen.name == name).unwrap();
        page.emulate(Media { dark, width, ..Media::default() });
        page.goto(&(screen.path)(&site.view()));
        let picture = shrunk(&page.screenshot_full(TALLEST));
        let ending = if dark { "-dark" } else { "" };
        let file = format!("{name}-{width}{ending}.png");
        println!("{file}: {} bytes", picture.len());
        fs::write(folder.join(&file), &picture).unwrap();
        assert!(picture.len() <= LARGEST, "{file} has {} bytes", picture.len());
    };
    for name in SHOWN {
        for width in [1440, 390] {
            take(name, width, false);
        }
    }
    for name in DARK {
        take(name, 1440, true);
    }
}
