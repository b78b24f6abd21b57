//! Fingerprints of what a package says, part by part: the form of a preview carries them, so that what is made is what was
//! looked at, and what changed meanwhile can be named. Not responsible for showing it (`preview`).
//!
//! Left out of them is what every making changes: the package's id, its moment, and where the journal ends.
//!
//! Invariant: two dossiers with the same fingerprints give packages with the same content.

use crate::{
    model::{FileHash, Moment, ReferralId, Seq},
    referral::Dossier,
};
use sha2::{Digest, Sha256};
use std::fmt::{self, Debug, Write};

/// Hexadecimal digits of a fingerprint: 80 bits, far more than chance would meet.
const DIGITS: usize = 20;

/// The parts, with what they are called.
const PARTS: &[(&str, &str)] = &[
    ("about", "what the package is about, its texts or its scope"),
    ("people", "people named"),
    ("things", "shared values"),
    ("links", "links"),
    ("time", "entries of the timeline"),
    ("flags", "indicators"),
    ("said", "decisions"),
    ("notes", "notes"),
    ("withheld", "kinds of things withheld"),
    ("custody", "steps of custody"),
    ("originals", "originals"),
    ("files", "attachments"),
    ("sealed", "sealed values in the annex"),
];

/// The fingerprint of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Print {
    part: &'static str,
    n: usize,
    digest: String,
}

/// The fingerprints of a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prints(Vec<Print>);

struct Hashing(Sha256);

impl Write for Hashing {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}

/// The digest of whatever can be written down: nothing of a dossier is in no order.
fn digest(of: &impl Debug) -> String {
    let mut hashing = Hashing(Sha256::new());
    // A hash takes whatever is written.
    let _ = write!(hashing, "{of:?}");
    hex(&hashing.0.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(DIGITS / 2).map(|b| format!("{b:02x}")).collect()
}

fn hashed(bytes: &[u8]) -> Option<FileHash> {
    FileHash::of(&Sha256::digest(bytes))
}

impl Prints {
    /// Of a dossier. O(its size).
    #[must_use]
    pub fn of(dossier: &Dossier) -> Self {
        let mut heading = dossier.heading.clone();
        heading.referral = ReferralId::derive("any");
        (heading.at, heading.head) = (Moment(0), Seq(0));
        heading.head_hash = FileHash::of(&[0; 32]).unwrap_or(heading.head_hash);
        let d = dossier;
        let about = (
            heading,
            (&d.summary, &d.against, &d.gates, &d.alternatives, &d.explanations),
            (d.bystanders, &d.method),
        );
        // Its own making is the step that no fact has.
        let custody: Vec<_> = d
            .custody
            .iter()
            .map(|line| {
                (
                    line.seq,
                    line.seq.map(|_| line.at),
                    &line.by,
                    line.action,
                    &line.item,
                    &line.purpose,
                    &line.sha256,
                )
            })
            .collect();
        let originals: Vec<_> = d
            .originals
            .iter()
            .map(|o| (o.identity, &o.application, o.seq, &o.path, hashed(&o.bytes), &o.redacted))
            .collect();
        let files: Vec<_> =
            d.attachments.iter().map(|a| (&a.path, &a.name, &a.media_type, &a.sha256)).collect();
        let all = [
            (1, digest(&about)),
            (d.identities.len(), digest(&d.identities)),
            (d.things.len(), digest(&d.things)),
            (d.links.len(), digest(&d.links)),
            (d.timeline.len(), digest(&d.timeline)),
            (d.indicators.len(), digest(&d.indicators)),
            (d.decisions.len(), digest(&d.decisions)),
            (d.notes.len(), digest(&d.notes)),
            (d.withheld.len(), digest(&d.withheld)),
            (d.custody.len(), digest(&custody)),
            (d.originals.len(), digest(&originals)),
            (d.attachments.len(), digest(&files)),
            (d.annex.len(), digest(&d.annex)),
        ];
        let prints = PARTS.iter().zip(all);
        Self(prints.map(|((part, _), (n, digest))| Print { part, n, digest }).collect())
    }

    /// What a form says of the preview it was on; none where it says nothing that could be one.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut found = Vec::new();
        for ((part, _), word) in PARTS.iter().zip(text.split('.')) {
            let (n, digest) = word.split_once('-')?;
            let is_digest = digest.len() == DIGITS && digest.bytes().all(|b| b.is_ascii_hexdigit());
            found.push(Print {
                part,
                n: n.parse().ok()?,
                digest: is_digest.then(|| digest.to_owned())?,
            });
        }
        (found.len() == PARTS.len() && text.split('.').count() == PARTS.len())
            .then_some(Self(found))
    }

    /// What is no longer as it was when `then` was looked at, in phrases.
    #[must_use]
    pub fn changes_since(&self, then: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        for (now, then) in self.0.iter().zip(&then.0) {
            let Some((_, label)) = PARTS.iter().find(|(part, _)| *part == now.part) else {
                continue;
            };
            if now.n != then.n {
                changes.push(format!("{label}: {} when you looked, {} now", then.n, now.n));
            } else if now.digest != then.digest {
                changes.push(format!("{label}: not the same as when you looked"));
            }
        }
        changes
    }
}

impl fmt::Display for Prints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, print) in self.0.iter().enumerate() {
            let dot = if i > 0 { "." } else { "" };
            write!(f, "{dot}{}-{}", print.n, print.digest)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    #[test]
    fn what_every_making_changes_is_no_change_and_everything_else_is_named() {
        let one = sample::dossier(4);
        let then = Prints::of(&one);
        let mut later = one.clone();
        later.heading.at = Moment(later.heading.at.0 + 99);
        later.heading.referral = ReferralId::derive("another");
        later.heading.head = Seq(99);
        later.custody.last_mut().unwrap().at = Moment(1);
        assert_eq!(Prints::of(&later), then);
        later.originals[0].bytes.push(b' ');
        later.things.pop();
        later.heading.purpose.push('!');
        assert_eq!(
            Prints::of(&later).changes_since(&then),
            [
                "what the package is about, its texts or its scope: not the same as when you looked",
                "shared values: 5 when you looked, 4 now",
                "originals: not the same as when you looked",
            ]
        );
    }

    #[test]
    fn fingerprints_are_read_as_they_are_written_and_nothing_else_is() {
        let prints = Prints::of(&sample::dossier(3));
        let text = prints.to_string();
        assert_eq!(Prints::read(&text), Some(prints));
        for bad in ["", "1-0", &text[1..], &format!("{text}.1-00"), &text.replace('-', "_")] {
            assert_eq!(Prints::read(bad), None, "{bad:.30}");
        }
    }
}
