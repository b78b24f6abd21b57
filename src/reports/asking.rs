//! Asking the process that has a store to run a report: a small file in the data folder, and the answer beside it. Not
//! responsible for running one (`running`), nor for waiting (`cli`).
//!
//! A request is `<random>.json`. Whoever runs it takes it by giving it another name, so that it is taken once or withdrawn
//! once, never both; then it puts `<random>.answer` beside it. What cannot be read, is of another version, or is not waited
//! for any more is not run.
//!
//! Invariant: nothing that lies in the folder makes a process fail, wait or run more than [`MOST`] reports at a time.

use crate::{
    casework::{PrivateFile, Secret},
    model::{Moment, ReportRun, Slug},
    reports::ReportError,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Version of what is written.
const VERSION: u32 = 1;

/// Requests that are waited for at a time; the others are told to come back.
pub const MOST: usize = 16;

/// Files of the folder that are looked at.
const LOOKED_AT: usize = 1_000;

/// Most bytes of a request, and of an answer.
const REQUEST: u64 = 4 << 10;
const ANSWER: u64 = 1 << 20;

/// Longest that anybody waits, in seconds.
pub const LONGEST_WAIT: u32 = 3_600;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    version: u32,
    /// Of which schedule; none for all of them.
    pub schedule: Option<Slug>,
    /// Whether only what is due is run.
    pub only_due: bool,
    /// Who asks.
    pub by: String,
    /// When nobody waits for it any more.
    pub until: Moment,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It was run; what was made or could not be made, nothing where nothing was due.
    Ran(Vec<ReportRun>),
    /// It was not.
    Refused(String),
}

/// An answer as it is written.
#[derive(Debug, Serialize, Deserialize)]
struct Answered {
    version: u32,
    until: Moment,
    answer: Answer,
}

/// The folder in which processes ask.
#[derive(Debug, Clone)]
pub struct Asking {
    folder: PathBuf,
}

/// A request that is waited for.
#[derive(Debug)]
pub struct Ticket {
    request: PathBuf,
    answer: PrivateFile,
}

/// A request that this process has taken.
#[derive(Debug)]
pub struct Taken {
    /// What is asked for.
    pub request: Request,
    file: PathBuf,
    answer: PrivateFile,
}

impl Asking {
    /// The one of the store in this folder.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self::within(&data.join("reports"))
    }

    /// The one beside these kept reports.
    pub(super) fn within(reports: &Path) -> Self {
        Self { folder: reports.join("asked") }
    }

    /// Asks. `seconds` is how long somebody waits, at most [`LONGEST_WAIT`].
    ///
    /// # Errors
    /// When the request cannot be written.
    pub fn ask(
        &self,
        schedule: Option<Slug>,
        only_due: bool,
        by: &str,
        now: Moment,
        seconds: u32,
    ) -> Result<Ticket, ReportError> {
        let failed = |source| self.failed(source);
        let until = Moment(now.0.saturating_add(i64::from(seconds.min(LONGEST_WAIT))));
        let by = by.chars().take(200).collect();
        let request = Request { version: VERSION, schedule, only_due, by, until };
        let mut folder = fs::DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(&self.folder).map_err(failed)?;
        let secret = Secret::fresh().map_err(|e| failed(io::Error::other(e)))?;
        let file = PrivateFile::new(&self.folder, &format!("{}.json", secret.reveal()), REQUEST);
        file.replace(&serde_json::to_vec(&request)?).map_err(failed)?;
        Ok(Ticket { request: file.path().to_owned(), answer: self.answer(secret.reveal()) })
    }

    /// Takes what is asked for and still waited for. Answers nobody fetched go.
    ///
    /// # Errors
    /// When the folder cannot be read; one that is not there has no requests.
    pub fn take(&self, now: Moment) -> Result<Vec<Taken>, ReportError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(self.failed(e)),
        };
        let names =
            entries.take(LOOKED_AT).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let (mut asked, mut answered) = (Vec::new(), Vec::new());
        for name in names {
            match name.split_once('.') {
                Some((id, "json")) if is_id(id) => asked.push(id.to_owned()),
                Some((id, "answer")) if is_id(id) => answered.push(id.to_owned()),
                _ => {}
            }
        }
        for id in answered {
            let file = self.answer(&id);
            let read = read::<Answered>(&file);
            if read.is_none_or(|answered| answered.until.0.saturating_add(60) < now.0) {
                let _ = fs::remove_file(file.path());
            }
        }
        // No order is fair among random names, but it is the same for everybody.
        asked.sort_unstable();
        Ok(asked.iter().filter_map(|id| self.taken(id, now)).fold(Vec::new(), |mut all, taken| {
            match all.len() < MOST {
                true => all.push(taken),
                false => taken.refused("too many ask for reports at a time; ask again"),
            }
            all
        }))
    }

    /// Forgets what a process took that ended before it answered. For whoever has the store to itself.
    pub fn clear(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.take(LOOKED_AT).flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|end| end == "taken") {
                // What cannot be removed now is in nobody's way.
                let _ = fs::remove_file(path);
            }
        }
    }

    /// Takes one request; none where it was withdrawn, cannot be read or is not waited for.
    fn taken(&self, id: &str, now: Moment) -> Option<Taken> {
        let taken = format!("{id}.taken");
        let file = self.folder.join(&taken);
        fs::rename(self.folder.join(format!("{id}.json")), &file).ok()?;
        let answer = self.answer(id);
        let read = read::<serde_json::Value>(&PrivateFile::new(&self.folder, &taken, REQUEST));
        let version = read.as_ref().and_then(|value| value.get("version")?.as_u64());
        let until = Moment(now.0.saturating_add(i64::from(LONGEST_WAIT)));
        let broken =
            Request { version: VERSION, schedule: None, only_due: true, by: String::new(), until };
        let request = match version {
            Some(v) if v == u64::from(VERSION) => {
                read.and_then(|value| serde_json::from_value::<Request>(value).ok())
            }
            Some(_) => {
                let why = "the request is of another version of ringer; run the same version as the other process";
                Taken { request: broken, file, answer }.refused(why);
                return None;
            }
            None => None,
        };
        let Some(request) = request else {
            Taken { request: broken, file, answer }.refused("the request cannot be read");
            return None;
        };
        let taken = Taken { request, file, answer };
        if taken.request.by.trim().is_empty() {
            taken.refused("the request does not say who asks");
            return None;
        }
        if taken.request.until < now || taken.request.until > until {
            taken.refused("the request is too old; ask again");
            return None;
        }
        Some(taken)
    }

    fn answer(&self, id: &str) -> PrivateFile {
        PrivateFile::new(&self.folder, &format!("{id}.answer"), ANSWER)
    }

    fn failed(&self, source: io::Error) -> ReportError {
        ReportError::Asking { folder: self.folder.clone(), source }
    }
}

impl Ticket {
    /// The answer, once it is there; it goes with being read.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        let read = read::<Answered>(&self.answer)?;
        let _ = fs::remove_file(self.answer.path());
        match read.version == VERSION {
            true => Some(read.answer),
            false => Some(Answer::Refused("the answer is of another version of ringer".to_owned())),
        }
    }

    /// Takes the request back; false when somebody has taken it already.
    #[must_use]
    pub fn withdraw(&self) -> bool {
        fs::remove_file(&self.request).is_ok()
    }
}

impl Taken {
    /// Answers. Where that cannot be written nobody is told, and the run is on record all the same.
    pub fn answered(self, answer: Answer) {
        let answered = Answered { version: VERSION, until: self.request.until, answer };
        if let Ok(bytes) = serde_json::to_vec(&answered) {
            let _ = self.answer.replace(&bytes);
        }
        let _ = fs::remove_file(&self.file);
    }

    fn refused(self, why: &str) {
        self.answered(Answer::Refused(why.to_owned()));
    }
}

/// Whether a name is one of those that `ask` gives.
fn is_id(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// What is in a file, if it is one at all: to open a pipe would be to wait for whoever writes to it.
fn read<T: DeserializeOwned>(file: &PrivateFile) -> Option<T> {
    let is_file = fs::symlink_metadata(file.path()).is_ok_and(|found| found.is_file());
    let bytes = if is_file { file.read().ok()? } else { None };
    serde_json::from_slice(&bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_795_392_000);

    fn asking() -> (tempfile::TempDir, Asking) {
        let data = tempfile::tempdir().unwrap();
        let asking = Asking::of(data.path());
        (data, asking)
    }

    fn ask(asking: &Asking) -> Ticket {
        asking.ask("weekly".parse().ok(), false, "ann", NOW, 60).unwrap()
    }

    #[test]
    fn what_is_asked_is_taken_once_and_answered() {
        let (_data, asking) = asking();
        assert!(asking.take(NOW).unwrap().is_empty());
        let ticket = ask(&asking);
        assert_eq!(ticket.answer(), None);
        let [taken] = <[Taken; 1]>::try_from(asking.take(NOW).unwrap()).unwrap();
        assert_eq!((taken.request.by.as_str(), taken.request.only_due), ("ann", false));
        assert!(asking.take(NOW).unwrap().is_empty() && !ticket.withdraw());
        taken.answered(Answer::Ran(Vec::new()));
        assert_eq!(ticket.answer(), Some(Answer::Ran(Vec::new())));
        assert_eq!(ticket.answer(), None);
        assert_eq!(fs::read_dir(&asking.folder).unwrap().count(), 0);
    }

    #[test]
    fn what_is_withdrawn_or_waited_for_no_more_is_not_run() {
        let (_data, asking) = asking();
        assert!(ask(&asking).withdraw());
        assert!(asking.take(NOW).unwrap().is_empty());
        for later in [Moment(NOW.0 + 61), Moment(NOW.0 - 2 * 86_400)] {
            let ticket = ask(&asking);
            assert!(asking.take(later).unwrap().is_empty());
            let Some(Answer::Refused(why)) = ticket.answer() else { panic!("no answer") };
            assert!(why.contains("too old"), "{why}");
        }
        drop(ask(&asking));
        asking.take(NOW).unwrap().pop().unwrap().answered(Answer::Ran(Vec::new()));
        asking.take(Moment(NOW.0 + 500)).unwrap();
        assert_eq!(fs::read_dir(&asking.folder).unwrap().count(), 0, "nobody fetched the answer");
    }

    #[test]
    fn what_else_lies_in_the_folder_is_refused_or_left_alone() {
        let (_data, asking) = asking();
        let ticket = ask(&asking);
        let name = |n: u8| format!("{}.json", format!("{n:02x}").repeat(32));
        let write = |n: u8, text: &str| fs::write(asking.folder.join(name(n)), text).unwrap();
        let whole = fs::read_to_string(&ticket.request).unwrap();
        write(1, "");
        write(2, "{\"version\":1}");
        write(3, &whole.replace("\"version\":1", "\"version\":2"));
        write(4, &" ".repeat(5_000));
        write(8, &whole.replace("\"by\":\"ann\"", "\"by\":\" \""));
        write(5, &whole.replace("weekly", "../../weekly"));
        fs::create_dir(asking.folder.join(name(6))).unwrap();
        fs::write(asking.folder.join("../notes.json"), &whole).unwrap();
        fs::write(asking.folder.join("mine.json"), &whole).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/hostname", asking.folder.join(name(7))).unwrap();
        assert_eq!(asking.take(NOW).unwrap().len(), 1, "the one of the ticket");
        let answer = |n: u8| {
            let file = asking.answer(&format!("{n:02x}").repeat(32));
            format!("{:?}", read::<Answered>(&file).unwrap().answer)
        };
        assert!(answer(8).contains("who asks"));
        assert!(answer(3).contains("another version"));
        assert!([1, 2, 4, 5].iter().all(|&n| answer(n).contains("cannot be read")));
        assert!(asking.folder.join("mine.json").exists());
    }

    #[test]
    fn many_at_a_time_are_told_to_come_back() {
        let (_data, asking) = asking();
        let tickets: Vec<Ticket> = (0..MOST + 3).map(|_| ask(&asking)).collect();
        assert_eq!(asking.take(NOW).unwrap().len(), MOST);
        let refused = tickets.iter().filter_map(Ticket::answer);
        assert_eq!(refused.filter(|a| matches!(a, Answer::Refused(_))).count(), 3);
        asking.clear();
        assert_eq!(fs::read_dir(&asking.folder).unwrap().count(), 0);
    }
}
