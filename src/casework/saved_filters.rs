//! Filters that somebody saved under a name, for the queue and for the list of cases: one small JSON file beside the
//! accounts, readable by its owner only. Not responsible for what a filter means (`web`).
//!
//! It is not in the journal: it decides nothing, and whoever deletes a filter wants it gone.
//!
//! Invariant: names and filters are checked when they come in and again when the file is read; what a file holds that
//! is none of them is left out.

use crate::casework::private_file::PrivateFile;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};
use unicode_normalization::UnicodeNormalization as _;

/// Version of the layout.
const VERSION: u32 = 1;
/// A larger file is none of ours.
const LARGEST: u64 = 4 << 20;
/// Filters of one person for one page.
pub const MOST: usize = 30;
/// Longest name, in characters.
pub const NAME: usize = 60;
/// Longest filter, in bytes.
pub const QUERY: usize = 1_000;

/// The page a filter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilteredPage {
    /// The queue of rings.
    Queue,
    /// The list of cases.
    Cases,
}

impl FilteredPage {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Queue, Self::Cases];

    /// The name in forms and in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Cases => "cases",
        }
    }
}

/// A filter under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFilter {
    /// What its owner calls it.
    pub name: String,
    /// What stands after the `?` of the page's address.
    pub query: String,
}

/// Why a filter is not saved, or the filters cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SavedFiltersError {
    /// A name that cannot be used.
    #[error("a filter needs a name of 1 to {NAME} characters")]
    BadName,
    /// Nothing that a page of ours is asked with.
    #[error("this is no filter of a page: at most {QUERY} characters as they stand in an address")]
    BadQuery,
    /// There are too many.
    #[error("you have {MOST} saved filters for this page already; delete one first")]
    TooMany,
    /// Nothing is saved under this name.
    #[error("you have no saved filter \"{0}\"")]
    Unknown(String),
    /// The file cannot be read or written.
    #[error("the saved filters in {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Filters by whom they belong to and for which page, in the order of their names.
type All = BTreeMap<String, BTreeMap<FilteredPage, Vec<SavedFilter>>>;

#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    users: All,
}

/// Where filters are kept: in a file, or in memory where there is no folder for one.
#[derive(Debug, Default)]
pub struct SavedFilters {
    file: Option<PrivateFile>,
    memory: Mutex<All>,
}

impl SavedFilters {
    /// The filters of the store in this folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let file = PrivateFile::new(folder, "saved_filters.json", LARGEST);
        Self { file: Some(file), memory: Mutex::default() }
    }

    /// The filters of somebody for a page, by name.
    ///
    /// # Errors
    /// When the file cannot be read or is none of ours.
    pub fn list(
        &self,
        user: &str,
        page: FilteredPage,
    ) -> Result<Vec<SavedFilter>, SavedFiltersError> {
        let all = match &self.file {
            None => self.memory.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Some(file) => read(file)?,
        };
        let own = all.get(&folded(user)).and_then(|pages| pages.get(&page));
        Ok(own.cloned().unwrap_or_default())
    }

    /// Saves a filter; one of the same name is replaced.
    ///
    /// # Errors
    /// When name or filter cannot be used, when there are too many, or when the file cannot be read or written.
    pub fn save(
        &self,
        user: &str,
        page: FilteredPage,
        name: &str,
        query: &str,
    ) -> Result<SavedFilter, SavedFiltersError> {
        let name = checked_name(name).ok_or(SavedFiltersError::BadName)?;
        let query = query.trim_start_matches('?').to_owned();
        if !is_query(&query) {
            return Err(SavedFiltersError::BadQuery);
        }
        let filter = SavedFilter { name, query };
        self.change(|all| {
            let own = all.entry(folded(user)).or_default().entry(page).or_default();
            own.retain(|saved| folded(&saved.name) != folded(&filter.name));
            if own.len() >= MOST {
                return Err(SavedFiltersError::TooMany);
            }
            own.push(filter.clone());
            own.sort_by_key(|saved| folded(&saved.name));
            Ok(())
        })?;
        Ok(filter)
    }

    /// Deletes a filter; gives it back, so that it can be saved again.
    ///
    /// # Errors
    /// When there is none of that name, or when the file cannot be read or written.
    pub fn delete(
        &self,
        user: &str,
        page: FilteredPage,
        name: &str,
    ) -> Result<SavedFilter, SavedFiltersError> {
        let unknown = || SavedFiltersError::Unknown(name.chars().take(NAME).collect());
        self.change(|all| {
            let pages = all.get_mut(&folded(user)).ok_or_else(unknown)?;
            let own = pages.get_mut(&page).ok_or_else(unknown)?;
            let at = own.iter().position(|saved| folded(&saved.name) == folded(name));
            Ok(own.remove(at.ok_or_else(unknown)?))
        })
    }

    /// Deletes everybody's filters whose words `names` says to name somebody; how many it were.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn forget(&self, names: &dyn Fn(&str) -> bool) -> Result<usize, SavedFiltersError> {
        let stays = |saved: &SavedFilter| !names(&saved.name) && !names(&plain(&saved.query));
        let count =
            |all: &All| all.values().flat_map(BTreeMap::values).map(Vec::len).sum::<usize>();
        if self.file.as_ref().is_some_and(|file| !file.path().exists()) {
            return Ok(0);
        }
        self.change(|all| {
            let before = count(all);
            all.values_mut().flat_map(BTreeMap::values_mut).for_each(|f| f.retain(stays));
            Ok(before - count(all))
        })
    }

    fn change<T>(
        &self,
        change: impl FnOnce(&mut All) -> Result<T, SavedFiltersError>,
    ) -> Result<T, SavedFiltersError> {
        let Some(file) = &self.file else {
            let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            let mut all = memory.clone();
            let done = change(&mut all)?;
            *memory = all;
            return Ok(done);
        };
        // Released with the file, however this ends.
        let _lock = file.lock().map_err(failed(file))?;
        let mut users = read(file)?;
        let done = change(&mut users)?;
        users.retain(|_, pages| pages.values().any(|filters| !filters.is_empty()));
        let text = serde_json::to_vec_pretty(&Written { version: VERSION, users });
        let text = text.map_err(io::Error::other).map_err(failed(file))?;
        file.replace(&text).map_err(failed(file))?;
        Ok(done)
    }
}

fn failed(file: &PrivateFile) -> impl Fn(io::Error) -> SavedFiltersError + '_ {
    |source| SavedFiltersError::File { path: file.path().to_owned(), source }
}

fn read(file: &PrivateFile) -> Result<All, SavedFiltersError> {
    let Some(text) = file.read().map_err(failed(file))? else { return Ok(All::new()) };
    let written: Written =
        serde_json::from_slice(&text).map_err(io::Error::other).map_err(failed(file))?;
    if written.version != VERSION {
        let why = format!("it has version {}, which this version does not read", written.version);
        return Err(failed(file)(io::Error::other(why)));
    }
    let mut users = written.users;
    for filters in users.values_mut().flat_map(BTreeMap::values_mut) {
        filters
            .retain(|f| checked_name(&f.name).is_some_and(|n| n == f.name) && is_query(&f.query));
        filters.truncate(MOST);
    }
    Ok(users)
}

/// What an address says, its %-codes read.
fn plain(query: &str) -> String {
    let mut bytes = Vec::with_capacity(query.len());
    let mut rest = query.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = code.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (byte, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What two spellings of one name have in common.
fn folded(name: &str) -> String {
    name.trim().nfkc().collect::<String>().to_lowercase()
}

/// A name without blanks around it; none when it is empty, too long, or has characters that hide or reorder others.
fn checked_name(name: &str) -> Option<String> {
    let name: String = name.trim().nfc().collect();
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let n = name.chars().count();
    ((1..=NAME).contains(&n) && !name.contains(hidden)).then_some(name)
}

/// Whether a text can stand after the `?` of an address and leads nowhere else.
fn is_query(query: &str) -> bool {
    query.len() <= QUERY
        && query
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'#' | b'"' | b'<' | b'>' | b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use FilteredPage::{Cases, Queue};

    fn names(filters: &SavedFilters, user: &str, page: FilteredPage) -> Vec<String> {
        filters.list(user, page).unwrap().into_iter().map(|f| f.name).collect()
    }

    #[test]
    fn filters_belong_to_whom_saved_them_and_to_their_page() {
        let folder = tempfile::tempdir().unwrap();
        for filters in [SavedFilters::of(folder.path()), SavedFilters::default()] {
            filters.save("ann", Queue, "large", "min=5&status=all").unwrap();
            filters.save("ann", Cases, "overdue", "?due=overdue").unwrap();
            filters.save("ann", Queue, "Band", "band=urgent").unwrap();
            filters.save("Ann", Queue, "LARGE", "min=9").unwrap();
            assert_eq!(names(&filters, "ann", Queue), ["Band", "LARGE"]);
            assert_eq!(names(&filters, "ann", Cases), ["overdue"]);
            assert_eq!(names(&filters, "bob", Queue), Vec::<String>::new());
            assert_eq!(filters.delete("ann", Queue, "large").unwrap().query, "min=9");
            assert!(matches!(
                filters.delete("ann", Queue, "large"),
                Err(SavedFiltersError::Unknown(_))
            ));
            assert!(filters.delete("bob", Cases, "overdue").is_err());
        }
        assert_eq!(names(&SavedFilters::of(folder.path()), "ann", Queue), ["Band"]);
    }

    #[test]
    fn hostile_names_and_filters_are_refused_and_their_number_is_bounded() {
        let filters = SavedFilters::default();
        for name in ["", "  ", "a\u{202e}b", "a\nb", &"x".repeat(61)] {
            assert!(matches!(
                filters.save("ann", Queue, name, "min=2"),
                Err(SavedFiltersError::BadName)
            ));
        }
        for query in ["a b", "a#b", "a\"b", "é", "a\\b", "<", &"x".repeat(1_001)] {
            assert!(matches!(
                filters.save("ann", Queue, "n", query),
                Err(SavedFiltersError::BadQuery)
            ));
        }
        for i in 0..MOST {
            filters.save("ann", Queue, &format!("n{i}"), "").unwrap();
        }
        assert!(matches!(filters.save("ann", Queue, "more", ""), Err(SavedFiltersError::TooMany)));
        filters.save("ann", Queue, "N0", "min=3").unwrap();
        filters.save("ann", Cases, "more", "").unwrap();
    }

    #[test]
    fn a_damaged_file_is_said_and_what_was_smuggled_into_one_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let filters = SavedFilters::of(folder.path());
        filters.save("ann", Queue, "fine", "min=2").unwrap();
        let path = folder.path().join("saved_filters.json");
        let text = std::fs::read_to_string(&path).unwrap();
        let smuggled = text.replace(
            "\"queue\": [",
            "\"queue\": [{\"name\": \"a\\u202eb\", \"query\": \"\"}, {\"name\": \"x\", \"query\": \"a#b\"},",
        );
        assert_ne!(text, smuggled);
        std::fs::write(&path, smuggled).unwrap();
        assert_eq!(names(&filters, "ann", Queue), ["fine"]);
        for bad in ["", "{", "{\"version\":9,\"users\":{}}", "[]"] {
            std::fs::write(&path, bad).unwrap();
            let error = filters.list("ann", Queue).unwrap_err().to_string();
            assert!(error.contains("saved_filters.json"), "{error}");
        }
    }

    #[test]
    fn filters_saved_at_the_same_time_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for i in 0..8 {
                let folder = folder.path();
                scope.spawn(move || {
                    SavedFilters::of(folder).save("ann", Queue, &format!("n{i}"), "min=2").unwrap();
                });
            }
        });
        assert_eq!(names(&SavedFilters::of(folder.path()), "ann", Queue).len(), 8);
    }
}
