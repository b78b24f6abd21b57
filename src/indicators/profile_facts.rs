//! What an application tells of its online profiles. Not responsible for what is odd about any of it
//! (`application::profile`), nor for the addresses of profiles (`normalize::profile`). Nothing here fetches anything.
//!
//! Reads of each entry of `profiles[]` `platform`, `url` (or `url_canonical`, `handle`), `numeric_id`, `display_name`,
//! `created_at`, `last_active_at`, `prev_last_active_at`, `renamed[]` (`from`, `to`, `at`), `renamed_at[]`, `changed[]`
//! (words, or `what` and `at`), `photo_phash`, `status` with `checked_at`, `checked[]` (`status`, `at`), `employment[]`,
//! `education[]`. The columns `profile_created_at` and `profile_last_active_at` are facts about the first of `linkedin`,
//! `github` and `website`.
//!
//! Invariant: what is not told is absent; nothing is inferred.

use crate::{
    indicators::{Entry, Subject},
    model::{Column, Moment, PartialDate, Profile},
    normalize::{date, document, fold::words, profile},
};

/// What is told of one profile.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfileFacts {
    /// Platform, in folded words.
    pub platform: Option<String>,
    /// Where it is.
    pub profile: Option<Profile>,
    /// The number that the platform gives it, which survives renaming.
    pub number: Option<String>,
    /// The name it shows.
    pub display_name: Option<String>,
    /// When it was made.
    pub created: Option<PartialDate>,
    /// When it was last active.
    pub last_active: Option<PartialDate>,
    /// When it was last active before its latest silence.
    pub before_silence: Option<PartialDate>,
    /// Changes of its name.
    pub renamed: Vec<Renaming>,
    /// What was changed, and when that is known; none where nobody looked.
    pub changed: Option<Vec<(String, Option<PartialDate>)>>,
    /// Perceptual hash of its photo.
    pub picture: Option<u64>,
    /// What looking it up gave, in the order of time: whether it was there.
    pub looked_up: Vec<(Option<Moment>, bool)>,
    /// Everything told of it.
    pub entry: Entry,
}

/// A change of the name that a profile shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Renaming {
    /// From which.
    pub from: Option<String>,
    /// To which.
    pub to: Option<String>,
    /// When.
    pub at: Option<PartialDate>,
}

impl ProfileFacts {
    /// The words for it: `linkedin profile "jane-doe"`.
    pub fn label(&self) -> String {
        let platform = self.platform.as_deref().unwrap_or("online");
        match &self.profile {
            Some(profile) => format!("{platform} profile \"{}\"", profile.handle),
            None => format!("{platform} profile"),
        }
    }

    /// Whether two facts are about one profile, as far as that is known.
    pub fn is_same(&self, other: &Self) -> bool {
        let same_number = self.number.is_some() && self.number == other.number;
        same_number || (self.profile.is_some() && self.profile == other.profile)
    }
}

/// What an application tells of its profiles, those of columns first. O(entries).
pub(crate) fn of(subject: &Subject<'_>) -> Vec<ProfileFacts> {
    let columns =
        [(Column::Linkedin, "linkedin"), (Column::Github, "github"), (Column::Website, "web")];
    let of_column = |column| subject.raw(column).and_then(date::parse);
    let (created, last_active) =
        (of_column(Column::ProfileCreatedAt), of_column(Column::ProfileLastActiveAt));
    let mut all: Vec<ProfileFacts> = columns
        .into_iter()
        .filter_map(|(column, platform)| {
            let profile = profile::parse(subject.raw(column)?, Some(platform))?;
            let platform = Some(profile.platform.to_string());
            Some(ProfileFacts { platform, profile: Some(profile), ..ProfileFacts::default() })
        })
        .collect();
    if created.is_some() || last_active.is_some() {
        if all.is_empty() {
            all.push(ProfileFacts::default());
        }
        if let Some(first) = all.first_mut() {
            (first.created, first.last_active) = (created, last_active);
        }
    }
    all.extend(subject.record.list("profiles").iter().map(of_entry));
    all
}

fn of_entry(entry: &Entry) -> ProfileFacts {
    let platform = entry.word(&["platform", "network", "site"]);
    let link = entry.text(&["url_canonical", "url", "link", "handle", "username"]);
    let profile = link.and_then(|link| profile::parse(&link, platform.as_deref()));
    let platform = platform.or_else(|| profile.as_ref().map(|p| p.platform.to_string()));
    let mut looked_up: Vec<(Option<Moment>, bool)> = entry
        .entries(&["checked", "status_log", "checks"])
        .iter()
        .filter_map(|check| {
            let at = check.moment(&["at", "checked_at", "ts"]);
            Some((at, is_there(&check.text(&["status", "result"])?)?))
        })
        .collect();
    if let Some(there) = entry.text(&["status"]).and_then(|status| is_there(&status)) {
        looked_up.push((entry.moment(&["checked_at", "status_at"]), there));
    }
    looked_up.sort_by_key(|(at, there)| (*at, !*there));
    ProfileFacts {
        platform,
        profile,
        number: entry.text(&["numeric_id", "platform_id", "account_id"]),
        display_name: entry.text(&["display_name", "name", "full_name"]),
        created: entry.date(&["created_at", "created", "joined_at"]),
        last_active: entry.date(&["last_active_at", "last_active"]),
        before_silence: entry.date(&["prev_last_active_at", "previous_last_active_at"]),
        renamed: renamed(entry),
        changed: changed(entry),
        picture: entry.text(&["photo_phash", "picture_phash"]).and_then(|t| document::phash(&t)),
        looked_up,
        entry: entry.clone(),
    }
}

fn renamed(entry: &Entry) -> Vec<Renaming> {
    let mut all: Vec<Renaming> = entry
        .entries(&["renamed", "renames", "rename_log", "name_changes"])
        .iter()
        .map(|change| Renaming {
            from: change.text(&["from", "old"]),
            to: change.text(&["to", "new"]),
            at: change.date(&["at", "changed_at", "renamed_at"]),
        })
        .collect();
    let dates = entry.texts(&["renamed_at"]);
    if all.is_empty() {
        let (from, to) = (entry.text(&["previous_name", "former_name"]), None);
        let at = dates.iter().filter_map(|text| date::parse(text)).max();
        if from.is_some() || at.is_some() {
            all.push(Renaming { from, to, at });
        }
    } else if let [only] = all.as_mut_slice() {
        only.at = only.at.or_else(|| date::parse(dates.first()?));
    }
    all
}

fn changed(entry: &Entry) -> Option<Vec<(String, Option<PartialDate>)>> {
    const FIELDS: &[&str] = &["changed", "changes", "edits"];
    let objects = entry.entries(FIELDS).into_iter().filter_map(|change| {
        Some((change.word(&["what", "field", "kind"])?, change.date(&["at", "changed_at"])))
    });
    let texts =
        entry.texts(FIELDS).into_iter().filter_map(|text| Some((words(&text)?.into(), None)));
    let all: Vec<_> = objects.chain(texts).collect();
    let told = !all.is_empty() || FIELDS.iter().any(|field| entry.has(field));
    told.then_some(all)
}

/// Whether a status says that a profile is there; none for what says neither ("blocked", "error").
fn is_there(status: &str) -> Option<bool> {
    match &*words(status)? {
        "ok" | "200" | "live" | "active" | "found" | "exists" | "up" | "public" => Some(true),
        "404" | "410" | "gone" | "deleted" | "removed" | "closed" | "not found" | "missing"
        | "vanished" | "deactivated" => Some(false),
        _ => None,
    }
}
