//! The letter: what is held and what was concluded, in plain words and printable. Not responsible for putting it together.
//!
//! Invariant: everything in it is in the data that goes with it; lines are no longer than a page is wide.

use crate::{casework::subject_access::SubjectAccess, explain::words::count};

/// A section of the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// What it begins with.
    pub intro: String,
    /// Its lines.
    pub lines: Vec<String>,
}

/// Characters of a line in the text.
const WIDE: usize = 78;

/// Characters of one value in the letter; the data has all of it.
const LONGEST: usize = 300;

/// The letter, section by section.
#[must_use]
pub fn letter(held: &SubjectAccess) -> Vec<Section> {
    let section = |title, intro: String, lines: Vec<String>| Section { title, intro, lines };
    vec![
        section(
            "What we hold",
            format!(
                "You asked what we hold about you. We keep what you sent us when you applied: {}. The file data.json that \
                 goes with this letter has all of it, word for word.",
                count(held.applications.len(), "application", "applications")
            ),
            given(held),
        ),
        section(
            "Why we hold it",
            "We compare applications with one another to find those that were made by the same hands under several \
             names, which harms the people whose names are used, other applicants and us. It is our legitimate \
             interest to do so (GDPR, Article 6(1)(f)). A program compares; people decide. Nobody is refused by the \
             program alone."
                .to_owned(),
            Vec::new(),
        ),
        section("Until when", until(held), Vec::new()),
        section(
            "What we made of it",
            "To compare, we bring what you gave into one form:".to_owned(),
            held.values
                .iter()
                .map(|v| {
                    let others = match v.other_applicants {
                        0 => "given by nobody else".to_owned(),
                        n => format!("given by {} too", count(n, "other applicant", "other applicants")),
                    };
                    format!("{}: {} ({others})", v.kind, v.value)
                })
                .collect(),
        ),
        section("What was concluded", concluded(held), conclusions(held)),
        section(
            "What speaks for you",
            match held.speaks_for.len() {
                0 => "Nothing was recorded that speaks for you yet. You can send us what does.".to_owned(),
                _ => String::new(),
            },
            held.speaks_for.clone(),
        ),
        section(
            "What people decided",
            match held.decisions.len() {
                0 => "Nobody has decided anything about you.".to_owned(),
                _ => "These were decided by people, by name; the names are not told here.".to_owned(),
            },
            held.decisions
                .iter()
                .map(|d| {
                    let note = d.note.as_ref().map_or_else(String::new, |note| format!(". {note}"));
                    let back = if d.taken_back { " (since taken back)" } else { "" };
                    format!("{}: {}{back}{note}", d.day, d.what)
                })
                .collect(),
        ),
        section("Cases", cases_intro(held), cases(held)),
        section(
            "Who looked at it",
            "Each look is recorded. By day:".to_owned(),
            held.looked_at
                .iter()
                .map(|l| format!("{}: {} {}", l.day, l.what, count(l.times, "time", "times")))
                .collect(),
        ),
        section(
            "What is left out, and why",
            "The law lets us leave out what would tell of others:".to_owned(),
            held.withheld.clone(),
        ),
        section(
            "Your rights",
            "You may ask us to put right what is wrong, to erase what we hold, to hold it unchanged while that is \
             looked into, and to stop comparing it; and you may tell us your side, which is then recorded beside what \
             was concluded. If somebody applied in your name, say so: what was concluded is then about them, not about \
             you. You may complain to the data protection authority where you live."
                .to_owned(),
            Vec::new(),
        ),
    ]
}

fn given(held: &SubjectAccess) -> Vec<String> {
    let mut lines = Vec::new();
    for application in &held.applications {
        for version in &application.versions {
            lines.push(format!(
                "Application {}, row {} of {}{}:",
                application.application_id,
                version.row,
                version.file,
                if version.taken_back { ", brought in by mistake and taken back" } else { "" }
            ));
            for (name, value) in version.fields.iter().chain(&version.other_fields) {
                lines.push(format!("  {}: {}", name.replace('_', " "), short(value)));
            }
            for (name, list) in &version.lists {
                lines.push(format!("  {}: {}", name.replace('_', " "), short(&list.to_string())));
            }
        }
    }
    lines
}

fn short(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}… (whole in data.json)", flat.get(..at).unwrap_or_default()),
        None => flat,
    }
}

fn until(held: &SubjectAccess) -> String {
    let kept = &held.kept;
    let end = match &kept.kept_until {
        Some(day) => format!("We keep it until {day} at the latest."),
        None => "No last day is set; we look at that again from time to time.".to_owned(),
    };
    let hold = match kept.holds {
        0 => "",
        _ => " It is under a legal hold at present and must not be erased until that is released.",
    };
    format!(
        "The last application or action was on {}. The law has us keep it until {} at least ({}). {end}{hold}",
        kept.since, kept.may_be_erased_from, kept.rule
    )
}

fn concluded(held: &SubjectAccess) -> String {
    let groups = held.rings.iter().filter(|ring| ring.is_member).count();
    let group = match groups {
        0 => "You are in no group of applications that share more than chance would have it",
        _ => {
            "Your applications are in a group that shares more than chance would have it. That is suspected, not decided"
        }
    };
    format!(
        "{group}. What you gave was rated \"{}\". It is linked to {}.",
        held.band,
        match held.links.len() {
            0 => "nobody".to_owned(),
            n => count(n, "other applicant", "other applicants"),
        }
    )
}

fn conclusions(held: &SubjectAccess) -> Vec<String> {
    let links = held.links.iter().map(|link| {
        let both = match link.both_gave.is_empty() {
            true => "what was written is alike".to_owned(),
            false => format!("both gave {}", link.both_gave.join(", ")),
        };
        format!("Link to {} ({}, {:.1} bits): {both}", link.with, link.class, link.bits)
    });
    let rings = held.rings.iter().flat_map(|ring| {
        let now = if ring.is_member { "you are in it" } else { "you were in it" };
        let head = format!("Group {} ({now}; {})", ring.ring_id, ring.status);
        std::iter::once(head).chain(ring.history.iter().map(|line| format!("  {line}")))
    });
    let indicators = held.indicators.iter().flat_map(|found| {
        let reason = found.reason.as_ref().map_or_else(String::new, |r| format!(": {r}"));
        let head = format!("{}{reason}", found.title);
        let innocent = found.innocent.iter().map(|text| format!("  It may be innocent: {text}"));
        std::iter::once(head).chain(innocent)
    });
    links.chain(rings).chain(indicators).chain(held.watched.iter().cloned()).collect()
}

fn cases_intro(held: &SubjectAccess) -> String {
    match held.cases.len() {
        0 => "No case is about you or a group you are in.".to_owned(),
        n => format!("{} concern you.", count(n, "case", "cases")),
    }
}

fn cases(held: &SubjectAccess) -> Vec<String> {
    let mut lines = Vec::new();
    for case in &held.cases {
        let about =
            if case.about_them_alone { "about you alone" } else { "about a group you are in" };
        lines.push(format!("{}, {about}: {}", case.case_id, case.status));
        lines.extend(case.notes.iter().map(|note| format!("  Note: {}", short(note))));
        lines.extend(case.files.iter().map(|file| format!("  File: {file}")));
    }
    for referral in held.referrals.iter().flatten() {
        let stands = if referral.stands { "it stands" } else { "it no longer stands" };
        lines.push(format!(
            "{} of {}: {}, {stands}",
            referral.referral_id, referral.day, referral.profile
        ));
    }
    lines
}

/// The letter as text.
#[must_use]
pub fn text(held: &SubjectAccess) -> String {
    let day = held.made_at.split('T').next().unwrap_or_default();
    let mut out = format!(
        "What is held about you\n======================\n\n{day}, our reference {}\n",
        held.applicant_id
    );
    for section in letter(held) {
        out.push_str(&format!(
            "\n{}\n{}\n",
            section.title,
            "-".repeat(section.title.chars().count())
        ));
        if !section.intro.is_empty() {
            wrap(&section.intro, "", &mut out);
        }
        for line in &section.lines {
            let indent = line.len() - line.trim_start().len();
            wrap(line.trim_start(), &format!("{}- ", " ".repeat(indent)), &mut out);
        }
    }
    out
}

/// Puts words under one another, no wider than a page; control characters are left out.
fn wrap(words: &str, before: &str, out: &mut String) {
    let (mut line, rest) = (before.to_owned(), " ".repeat(before.len()));
    let mut is_empty = true;
    for word in words.split_whitespace() {
        let word: String = word.chars().filter(|c| !c.is_control()).collect();
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDE {
            out.push_str(line.trim_end());
            out.push('\n');
            line.clone_from(&rest);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(&word);
        is_empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}
