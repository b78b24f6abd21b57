//! The README of a package: plain text for somebody who has nothing but a terminal. Not responsible for the files it
//! tells of.
//!
//! Invariant: no line has more than 78 columns but those that hold a path or a hash; no value of an applicant is in it.

use crate::referral::{
    Dossier, PackageFile,
    package::{ANNEX, DOCUMENT, EVIDENCE, MANIFEST, README, SUMS, annex},
};
use unicode_segmentation::UnicodeSegmentation;

/// Widest a line is, in columns.
const WIDE: usize = 78;

/// A text being written.
struct Page(String);

impl Page {
    fn heading(&mut self, text: &str) {
        self.0.push_str(&format!("\n{text}\n{}\n\n", "-".repeat(columns(text))));
    }

    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    /// Words in lines of at most the width, each after `lead`, the first after `first`.
    fn wrapped(&mut self, first: &str, lead: &str, text: &str) {
        let (mut line, mut is_empty) = (first.to_owned(), true);
        for word in text.split_whitespace() {
            if !is_empty && columns(&line) + 1 + columns(word) > WIDE {
                self.line(&line);
                (line, is_empty) = (lead.to_owned(), true);
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        self.line(line.trim_end());
    }

    fn say(&mut self, text: &str) {
        self.wrapped("", "", text);
    }

    /// A field; nothing where it is empty.
    fn field(&mut self, name: &str, value: &str) {
        if !value.trim().is_empty() {
            self.wrapped(&format!("{name:<15}"), &" ".repeat(15), value);
        }
    }
}

fn columns(text: &str) -> usize {
    text.graphemes(true).count()
}

/// How a file is opened, by its ending.
fn opened(path: &str) -> &'static str {
    let ending = path.rsplit('.').next().unwrap_or_default();
    match ending {
        "pdf" => "any PDF reader",
        "csv" => "a spreadsheet, as UTF-8 with commas",
        "jsonl" => "a text editor; one JSON object a line",
        "graphml" => "Gephi, yEd, Cytoscape, networkx",
        "gexf" => "Gephi, networkx",
        "json" if path.ends_with("stix.json") => "a STIX 2.1 platform: OpenCTI, MISP, stix2",
        "age" => "age -d, by the named recipients",
        "sha256" => "sha256sum -c",
        "json" | "txt" | "md" => "a text editor",
        _ => "as its name says",
    }
}

/// The README of a package with these files.
pub(super) fn file(dossier: &Dossier, files: &[PackageFile]) -> PackageFile {
    let bytes = text(dossier, files).into_bytes();
    PackageFile::new(README, "What this is and how to check it", "text/plain", bytes)
}

fn text(dossier: &Dossier, files: &[PackageFile]) -> String {
    let heading = &dossier.heading;
    let house = &heading.organisation;
    let mut page = Page(String::new());
    page.say(heading.tlp.label());
    page.line("");
    let title = format!("Referral {}", heading.referral);
    page.line(&title);
    page.line(&"=".repeat(columns(&title)));
    page.line("");
    match &heading.review {
        None => {
            page.say(
                "DRAFT. Nobody agreed to this referral yet, or it was not made from a case that two persons reviewed. \
                 It is for discussion and must not be acted on.",
            );
            page.line("");
        }
        Some(review) => {
            page.say(&format!(
                "Proposed by {} and agreed to by {} on {}.",
                review.proposed_by,
                review.agreed_by,
                review.at.day()
            ));
            page.line("");
        }
    }
    page.field("About", &format!("{} ({})", heading.ring, heading.wording));
    if let Some((case, title)) = &heading.case {
        page.field("Case", &format!("{case}  {title}"));
    }
    page.field("Profile", heading.profile.title());
    page.field("Made by", &heading.by);
    page.field("Made at", &format!("{} (UTC)", heading.at));
    page.field("For", &heading.recipient);
    page.field("Purpose", &heading.purpose);
    if let Some(former) = &heading.supersedes {
        page.field("Supersedes", former.as_str());
    }
    page.field("Identities", &format!("{} named, as claimed", dossier.identities.len()));
    page.field("Made with", &format!("Ringer {}", heading.version));

    page.heading("How far it may go");
    page.say(&format!(
        "{} (Traffic Light Protocol 2.0, first.org/tlp): {}.",
        heading.tlp.label(),
        heading.tlp.about()
    ));

    page.heading("What \"as claimed\" means");
    page.say(
        "Names, addresses, employers and everything else about a person stand here as somebody wrote them into a job \
         application. Whoever really bears such a name may be the victim of an identity theft and know nothing of it. \
         The files tell facts (what was received), inference (what was computed from it) and assessment (what persons \
         made of it) apart. Nothing in them says that anybody is guilty.",
    );

    page.heading("How to check that nothing was changed");
    page.say("Without Ringer, in this folder:");
    page.line("");
    page.line("  sha256sum -c SHA256SUMS                   (Linux)");
    page.line("  shasum -a 256 -c SHA256SUMS               (macOS)");
    page.line("");
    page.say(
        "Every line has to end in OK, and no other file may be here. That shows that the files fit the list. That the \
         list is the true one shows the hash of the manifest:",
    );
    page.line("");
    page.line("  sha256sum manifest.json                   (Linux)");
    page.line("  shasum -a 256 manifest.json               (macOS)");
    page.line("  certutil -hashfile manifest.json SHA256   (Windows)");
    page.line("");
    page.say(
        "It has to be the hash that whoever sent this told you on another way: by phone, or in a message of its own. \
         Their journal has it too, in a chain of hashes that cannot be changed unseen.",
    );
    page.line("");
    page.say(&format!(
        "{EVIDENCE} lists the evidence alone; the document prints the hash of that list, so that a printed copy can be \
         held against the files: sha256sum {EVIDENCE}"
    ));
    page.line("");
    page.say("With Ringer: ringer verify-package DIR");

    page.heading("What is in it");
    let own = [
        (DOCUMENT, "The document: start here"),
        (EVIDENCE, "SHA-256 of each file of evidence"),
        (MANIFEST, "What this package is, every file with size and SHA-256"),
        (SUMS, "SHA-256 of every file, for sha256sum -c"),
    ];
    let mut list: Vec<(&str, &str)> =
        files.iter().map(|file| (file.path.as_str(), file.about.as_str())).collect();
    for (path, about) in own {
        if path != DOCUMENT && !list.iter().any(|(known, _)| *known == path) {
            list.push((path, about));
        }
    }
    list.sort_unstable();
    let (originals, list): (Vec<_>, Vec<_>) =
        list.into_iter().partition(|(path, _)| path.starts_with("originals/"));
    for (path, about) in list {
        page.line(path);
        page.wrapped("    ", "    ", &format!("{about}. Open with: {}.", opened(path)));
    }
    if !originals.is_empty() {
        page.line("originals/");
        let text = format!(
            "{} files as they were received: a row of an application each as JSON, withheld columns taken out, and \
             files of the case under attachments/. They come from strangers: open them with care.",
            originals.len()
        );
        page.wrapped("    ", "    ", &text);
    }

    if !dossier.withheld.is_empty() {
        page.heading("What was withheld");
        for withheld in &dossier.withheld {
            let text = format!("{} ({}): {}.", withheld.what, withheld.count, withheld.why);
            page.wrapped("- ", "  ", &text);
        }
    }
    if files.iter().any(|file| file.path.starts_with(ANNEX)) {
        page.heading("The sealed annex");
        page.say(
            "TLP:RED. It is encrypted for the recipients that its own README names. With a key of theirs:",
        );
        page.line("");
        page.line(&format!("  age -d -i key.txt -o annex.json {}", annex::PATH));
    }

    page.heading("Whom to ask");
    page.field("House", &house.name);
    page.field("Contact", &house.contact);
    page.field("Counsel", &house.counsel);
    page.field("Phone", &house.phone);
    page.field("Mail", &house.email);
    page.field("Address", &house.address);
    if house.name.is_empty() && house.contact.is_empty() {
        page.say(&format!("{}, who made it.", heading.by));
    }
    page.say(&format!("Name {} when you do.", heading.referral));
    page.line("");
    page.say(heading.tlp.label());
    page.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    #[test]
    fn the_readme_is_narrow_and_says_what_matters() {
        let mut dossier = sample::dossier(5);
        let files = [PackageFile::new("links.csv", "Links", "text/csv", Vec::new())];
        let readme = text(&dossier, &files);
        for line in readme.lines() {
            assert!(columns(line) <= WIDE, "{line}");
        }
        for needed in
            ["sha256sum -c SHA256SUMS", "TLP:", "as claimed", "links.csv", "Birth dates (2)"]
        {
            assert!(readme.contains(needed), "{needed}: {readme}");
        }
        assert!(!readme.contains("age -d -i"), "there is no annex");
        assert_eq!(readme.contains("DRAFT"), dossier.heading.review.is_none());
        dossier.heading.review = None;
        assert!(text(&dossier, &files).contains("DRAFT. Nobody agreed"));
        dossier.heading.organisation = Default::default();
        assert!(text(&dossier, &files).contains("who made it"));
    }
}
