//! Sample reports in every form, and the folder in which they can be looked at.

use ringer::{
    model::{Recipient, ReportFormat},
    reports::{
        Report, Sight,
        delivery::{Enclosure, Letter, Load},
        render::{Rendering, form, load},
        sample,
    },
};
use std::{fs, path::PathBuf};

pub const BASE: &str = "https://ringer.example.org";
pub const SIGHTS: [Sight; 3] = [Sight::Counts, Sight::Masked, Sight::Full];

pub fn seen(sight: Sight) -> Rendering<'static> {
    Rendering { base: BASE, sight, house: "Example Staffing LLC" }
}

pub fn form_of(report: &Report, format: ReportFormat, sight: Sight) -> Vec<u8> {
    (form(format).render)(report, &seen(sight)).unwrap()
}

pub fn text_of(report: &Report, format: ReportFormat, sight: Sight) -> String {
    String::from_utf8(form_of(report, format, sight)).unwrap()
}

pub fn load_for(report: &Report, to: &str, sight: Sight) -> Load {
    let to: Recipient = to.parse().unwrap();
    load(report, &sample::run(report, ReportFormat::ALL), &to, &seen(sight)).unwrap()
}

pub fn letter(report: &Report, sight: Sight) -> Letter {
    match load_for(report, "ann@example.com", sight) {
        Load::Letter(letter) => letter,
        other => panic!("{other:?}"),
    }
}

pub fn hook(report: &Report, sight: Sight) -> Vec<u8> {
    match load_for(report, "https://hooks.example.com/ringer", sight) {
        Load::Hook(body) => body,
        other => panic!("{other:?}"),
    }
}

pub fn folder(report: &Report, sight: Sight) -> Vec<Enclosure> {
    match load_for(report, "folder:/srv/reports", sight) {
        Load::Files(files) => files,
        other => panic!("{other:?}"),
    }
}

/// Keeps a file to be looked at.
pub fn keep(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("report");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}
