//! Kept copies of referral packages and of reports, as far as an erasure takes them: which name somebody, and removing those.
//! Not responsible for making them nor for handing them out (`referral`, `reports`, `web`).
//!
//! A copy names somebody when a file in it has the id of an application of theirs as a word, or is that application as
//! received. What the journal says of a referral stays: what left the house, and when, has to be accounted for. That there was
//! a report stays as well, and it is made again without them when somebody asks for it.
//!
//! Invariant: a copy is whole or not there; one that was being removed when the process ended goes at the next start.

use crate::model::{ApplicationId, ReferralId, ReportId};
use memchr::memmem;
use std::{
    collections::BTreeSet,
    fmt,
    fs::{self, File},
    io,
    marker::PhantomData,
    path::{Path, PathBuf},
    str::FromStr,
};

/// What the name of a copy ends with that is being removed.
const GOING: &str = ".going";

/// Most folders within one another that are looked into.
const DEEPEST: usize = 16;

/// Where copies are kept, each in a folder under its id.
#[derive(Debug, Clone)]
pub struct Copies<I> {
    folder: PathBuf,
    ids: PhantomData<fn() -> I>,
}

/// Copies of packages.
pub type Packages = Copies<ReferralId>;

/// Copies of reports.
pub type KeptReports = Copies<ReportId>;

/// The copies cannot be read or removed.
#[derive(Debug, thiserror::Error)]
#[error("what is kept in {}: {source}", path.display())]
pub struct CopiesError {
    /// Where.
    path: PathBuf,
    /// Why.
    source: io::Error,
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> CopiesError + '_ {
    |source| CopiesError { path: path.to_owned(), source }
}

impl Packages {
    /// Those of the store in this folder.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self::within(data.join("referrals"))
    }
}

impl KeptReports {
    /// Those of the store in this folder.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self::within(data.join("reports"))
    }
}

impl<I: FromStr + fmt::Display + Ord> Copies<I> {
    /// Those in this folder.
    #[must_use]
    pub fn within(folder: PathBuf) -> Self {
        Self { folder, ids: PhantomData }
    }

    /// The kept copies that name the owner of one of these applications. Reads all of them.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn naming(
        &self,
        applications: &BTreeSet<ApplicationId>,
    ) -> Result<BTreeSet<I>, CopiesError> {
        let spellings = applications.iter().flat_map(|id| [id.as_str().to_owned(), in_json(id)]);
        let finders: Vec<memmem::Finder<'static>> = spellings
            .collect::<BTreeSet<String>>()
            .iter()
            .map(|text| memmem::Finder::new(text).into_owned())
            .collect();
        let mut found = BTreeSet::new();
        for path in entries(&self.folder)? {
            let name = path.file_name().and_then(|name| name.to_str());
            let Some(id) = name.and_then(|name| name.parse::<I>().ok()) else { continue };
            if is_folder(&path) && names(&path, &finders, applications, DEEPEST)? {
                found.insert(id);
            }
        }
        Ok(found)
    }

    /// Removes a copy, its folder and its zip, durably.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, id: &I) -> Result<(), CopiesError> {
        let zip = self.folder.join(format!("{id}.zip"));
        match fs::remove_file(&zip) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(failed(&zip)(e)),
            _ => {}
        }
        // Half a copy would no longer be found by what it names.
        let (whole, going) =
            (self.folder.join(id.to_string()), self.folder.join(format!("{id}{GOING}")));
        match fs::rename(&whole, &going) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(failed(&whole)(e)),
            _ => {}
        }
        self.settle()?;
        self.finish().map(drop)
    }

    /// Removes what was being removed when a process ended; how many copies that were.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub fn finish(&self) -> Result<usize, CopiesError> {
        let mut n = 0;
        for path in entries(&self.folder)? {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let is_going = name.strip_suffix(GOING).is_some_and(|id| id.parse::<I>().is_ok());
            if is_going && is_folder(&path) {
                fs::remove_dir_all(&path).map_err(failed(&path))?;
                n += 1;
            }
        }
        if n > 0 {
            self.settle()?;
        }
        Ok(n)
    }

    fn settle(&self) -> Result<(), CopiesError> {
        if !self.folder.exists() {
            return Ok(());
        }
        File::open(&self.folder).and_then(|dir| dir.sync_all()).map_err(failed(&self.folder))
    }
}

/// An id as it stands between quotes in JSON.
fn in_json(id: &ApplicationId) -> String {
    let quoted = serde_json::Value::from(id.as_str()).to_string();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or(&quoted).to_owned()
}

/// Neither a link nor what it leads to is looked into.
fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir())
}

/// What is in a folder, in order; nothing where there is none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, CopiesError> {
    let read = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(failed(folder))?,
    };
    let paths: io::Result<Vec<PathBuf>> = read.map(|entry| entry.map(|e| e.path())).collect();
    let mut paths = paths.map_err(failed(folder))?;
    paths.sort_unstable();
    Ok(paths)
}

/// Whether a file in a folder names one of them.
fn names(
    folder: &Path,
    finders: &[memmem::Finder<'_>],
    applications: &BTreeSet<ApplicationId>,
    depth: usize,
) -> Result<bool, CopiesError> {
    for path in entries(folder)? {
        let found = match path.symlink_metadata() {
            Ok(found) if found.is_dir() && depth > 0 => {
                names(&path, finders, applications, depth - 1)?
            }
            Ok(found) if found.is_file() => {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                applications.iter().any(|id| is_original(name, id)) || {
                    let bytes = fs::read(&path).map_err(failed(&path))?;
                    finders.iter().any(|finder| has_word(&bytes, finder))
                }
            }
            _ => false,
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a file is called as an application as received is: its id, and the number of the fact.
fn is_original(name: &str, id: &ApplicationId) -> bool {
    let rest = name.strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix('-'));
    let number = rest.and_then(|rest| rest.strip_suffix(".json"));
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether it stands there with no letter, digit, `-` or `_` beside it: another id may begin or end with this one.
fn has_word(bytes: &[u8], finder: &memmem::Finder<'_>) -> bool {
    let length = finder.needle().len();
    let is_of_word = |b: Option<&u8>| {
        b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_') || *b >= 0x80)
    };
    finder.find_iter(bytes).any(|at| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !is_of_word(before) && !is_of_word(bytes.get(at + length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, path: &str, text: &str) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn reports_are_found_also_by_an_id_that_json_writes_otherwise() {
        let data = tempfile::tempdir().unwrap();
        let reports = KeptReports::of(data.path());
        let odd: ApplicationId = "A\"1\\2".parse().unwrap();
        let [one, two] = ["one", "two"].map(ReportId::derive);
        let named = serde_json::json!({ "named": [odd] }).to_string();
        put(data.path(), &format!("reports/{one}/report.json"), &named);
        put(data.path(), &format!("reports/{two}/report.json"), "{\"named\":[\"A\"]}");
        assert_eq!(reports.naming(&[odd].into()).unwrap(), [one.clone()].into());
        reports.remove(&one).unwrap();
        assert!(!data.path().join("reports").join(one.as_str()).exists());
        assert!(data.path().join("reports").join(two.as_str()).exists());
    }

    #[test]
    fn copies_that_name_somebody_are_found_and_go_whole_and_others_stay() {
        let data = tempfile::tempdir().unwrap();
        let packages = Packages::of(data.path());
        let ids = |ids: &[&str]| ids.iter().map(|id| id.parse().unwrap()).collect();
        assert!(packages.naming(&ids(&["A-1"])).unwrap().is_empty(), "no folder, no copy");
        let [one, two, three] = ["ref_000000000001", "ref_000000000002", "ref_000000000003"]
            .map(|id| id.parse::<ReferralId>().unwrap());
        put(data.path(), &format!("referrals/{one}/tables/a.csv"), "x,A-1,y");
        put(data.path(), &format!("referrals/{one}.zip"), "PK");
        put(data.path(), &format!("referrals/{two}/originals/B-1-12.json"), "{}");
        put(data.path(), &format!("referrals/{three}/a.csv"), "A-10,A-1-2,PRE-A-1,A-1é");
        put(data.path(), "referrals/notes/a.csv", "A-1");
        assert_eq!(packages.naming(&ids(&["A-1"])).unwrap(), [one.clone()].into());
        assert_eq!(packages.naming(&ids(&["B-1"])).unwrap(), [two.clone()].into());
        packages.remove(&one).unwrap();
        packages.remove(&one).unwrap();
        let left = || {
            let names = entries(&data.path().join("referrals")).unwrap();
            names.iter().map(|p| p.file_name().unwrap().to_str().unwrap().to_owned()).collect()
        };
        let all: Vec<String> = left();
        assert_eq!(all, ["notes", two.as_str(), three.as_str()]);

        // A process that ended in between leaves half a copy, which the next start removes.
        let folder = data.path().join("referrals");
        fs::rename(folder.join(two.as_str()), folder.join(format!("{two}{GOING}"))).unwrap();
        assert_eq!(packages.finish().unwrap(), 1);
        let all: Vec<String> = left();
        assert_eq!(all, ["notes", three.as_str()]);
    }
}
