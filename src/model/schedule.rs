//! Schedules of cluster reports: when one is due, what it is about, and who gets it. Not responsible for reading cron
//! expressions and time zones, nor for telling when a report is due (`reports`).
//!
//! Invariant: a recipient names one place, and is read as it is written.

use crate::model::{IdError, words::words};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, path::PathBuf, str::FromStr};

/// The name that people gave a schedule or a rule of alerts: 1 to 40 of `a-z`, `0-9`, `-` and `_`, a letter first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

impl Slug {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let fits = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_');
        let is_one = (1..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(fits);
        is_one.then(|| Self(text.to_owned())).ok_or_else(|| IdError {
            value: text.chars().take(80).collect(),
            expected: "a name of 1 to 40 small letters, digits, - and _, a letter first",
        })
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Slug {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

words! {
    /// In which form a report is delivered.
    ReportFormat, UnknownReportFormat, "a format of reports",
    Html = "html", "one page that stands alone, for browsers";
    Pdf = "pdf", "for reading and filing";
    Json = "json", "everything, for programs";
    Csv = "csv", "every line of every section, for spreadsheets";
}

/// Where something is delivered to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Recipient {
    /// A mailbox.
    Mail(String),
    /// A URL that is posted to.
    Webhook(String),
    /// A folder of this machine.
    Folder(PathBuf),
}

impl Recipient {
    /// What sort it is, in a word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Mail(_) => "e-mail",
            Self::Webhook(_) => "webhook",
            Self::Folder(_) => "folder",
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mail(address) => f.write_str(address),
            Self::Webhook(url) => f.write_str(url),
            Self::Folder(path) => write!(f, "folder:{}", path.display()),
        }
    }
}

impl FromStr for Recipient {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let wrong = || IdError {
            value: text.chars().take(80).collect(),
            expected: "a mailbox, an http or https URL, or folder: and an absolute path",
        };
        if text.len() > 1_000 || text.chars().any(char::is_control) {
            return Err(wrong());
        }
        if let Some(path) = text.strip_prefix("folder:") {
            let path = PathBuf::from(path);
            return if path.is_absolute() { Ok(Self::Folder(path)) } else { Err(wrong()) };
        }
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        if let Some(rest) = rest {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let is_url =
                !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace);
            return if is_url { Ok(Self::Webhook(text.to_owned())) } else { Err(wrong()) };
        }
        let is_mailbox = text.split_once('@').is_some_and(|(local, domain)| {
            let fits = |part: &str| {
                !part.is_empty()
                    && part.chars().all(|c| c.is_ascii_graphic() && !"<>()[],;:\\\"@".contains(c))
            };
            fits(local) && fits(domain) && local.len() <= 64 && !domain.starts_with('.')
        });
        if is_mailbox { Ok(Self::Mail(text.to_owned())) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for Recipient {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        recipient.to_string()
    }
}

/// A schedule of reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// What people call it.
    pub name: Slug,
    /// When a report is due: five fields of cron, on the clock of `zone`.
    pub cron: String,
    /// IANA name of a time zone.
    pub zone: String,
    /// Who gets it, beside the page of reports.
    pub to: BTreeSet<Recipient>,
    /// In which forms.
    pub formats: BTreeSet<ReportFormat>,
    /// Which rings it is about, as `reports` reads it; empty for all.
    pub filter: String,
    /// Whether personal data may go to recipients whose role sees it; counts and links alone otherwise.
    pub personal: bool,
}

/// What is done to a schedule or to a rule of alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It does nothing until it is resumed.
    Paused,
    /// It goes on; what was due while it was paused stays undone.
    Resumed,
    /// It is gone; what it made stays.
    Removed,
}

impl Turn {
    /// The word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Removed => "removed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_read_as_it_is_written() {
        for text in [
            "ann@example.com",
            "o'neil+ring@mail.example.org",
            "https://hooks.example.com/ringer?x=1",
            "http://127.0.0.1:9/h",
            "folder:/srv/reports",
        ] {
            assert_eq!(text.parse::<Recipient>().unwrap().to_string(), text);
        }
        for bad in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "a b@example.com",
            "folder:reports",
            "https://",
            "ftp://example.com/",
            "ann@example.com\r\nBcc: eve@example.com",
            "https://user:pw@example.com/",
            "Ann <ann@example.com>",
        ] {
            assert!(bad.parse::<Recipient>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_is_short_and_plain() {
        assert_eq!(" weekly-2 ".parse::<Slug>().unwrap().as_str(), "weekly-2");
        for bad in ["", "2", "Weekly", "a b", "../x", &"x".repeat(41)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }
}
