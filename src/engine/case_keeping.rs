//! Working on cases: opening and changing them as durable facts. Not responsible for who may do what, nor for whether a
//! status is earned (`casework`): what is refused here would make no sense whoever did it.
//!
//! There is one lock for those who change cases. It is never held together with the ledger's except inside it (an import
//! that keeps a snapshot looks at the cases), so that nobody who works on a case waits for an import.
//!
//! Invariant: what somebody decided on a version of a case is recorded only while that is the newest; a ring has one
//! open case; of several changes at once all are recorded or none.

use crate::{
    engine::{Cases, Engine, EngineError, cases::CasesImage, service::spoken},
    model::{Case, CaseEntry, CaseEvent, CaseId, CaseStatus, CaseSubject, Fact, RingId, Seq},
    store::{Store, StoreError},
};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock,
    atomic::{AtomicU64, Ordering},
};

/// Longest title of a case, in characters.
pub const LONGEST_TITLE: usize = 200;

/// Longest reason, name or file name, in characters.
pub const LONGEST_REASON: usize = 2_000;

/// Longest note or list of alternatives, in characters.
pub const LONGEST_NOTE: usize = 20_000;

/// Most events of one case.
const MOST_EVENTS: usize = 10_000;

/// Name of the snapshot of the cases in the store.
const NAME: &str = "cases";

/// Version of what that snapshot holds; raised with any change of it.
const FORMAT: &[u8; 8] = b"cases  2";

/// The cases, and the right to change them.
#[derive(Default)]
pub(super) struct CaseRoom {
    present: RwLock<Arc<Cases>>,
    writing: Mutex<()>,
    /// The last fact about a case that is in the newest snapshot.
    kept: AtomicU64,
}

/// What somebody wants to happen to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseChange {
    /// To which.
    pub case: CaseId,
    /// The version of it that they saw.
    pub expected: Seq,
    /// What, in this order.
    pub events: Vec<CaseEvent>,
}

impl CaseChange {
    /// The case, if it is as whoever changes it saw it, or if the change only adds something. O(events of the case).
    ///
    /// # Errors
    /// `StaleCase` with what happened since; when there is no such case, or when it never had that version.
    pub fn seen<'c>(&self, cases: &'c Cases) -> Result<&'c Arc<Case>, EngineError> {
        let case = cases.get(&self.case).ok_or_else(|| unknown(&self.case))?;
        if !case.history.iter().any(|entry| entry.seq == self.expected) {
            let id = format!("{} {}", case.id, self.expected.0);
            return Err(EngineError::NotFound { what: "version of a case", id });
        }
        let since = case.since(self.expected);
        if since.is_empty() || self.events.iter().all(CaseEvent::adds_only) {
            return Ok(case);
        }
        Err(EngineError::StaleCase { case: case.id.clone(), since: since.to_vec() })
    }
}

impl CaseRoom {
    /// A room with these cases, of which a snapshot has those up to `kept`.
    pub(super) fn new(cases: Cases, kept: Seq) -> Self {
        Self {
            present: RwLock::new(Arc::new(cases)),
            writing: Mutex::default(),
            kept: AtomicU64::new(kept.0),
        }
    }

    pub(super) fn present(&self) -> Arc<Cases> {
        self.present.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps others from changing cases.
    pub(super) fn writer(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn swap(&self, cases: Cases) {
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(cases);
    }
}

impl Engine {
    /// Every case, as of now. O(1).
    #[must_use]
    pub fn cases(&self) -> Arc<Cases> {
        self.cases.present()
    }

    /// Opens a case. Whether there is such a ring or application is for the caller to look.
    ///
    /// # Errors
    /// When the ring has an open case, when `title` or `by` is blank or too long, or when the store fails.
    pub fn open_case(
        &self,
        subject: CaseSubject,
        title: &str,
        by: &str,
    ) -> Result<CaseId, EngineError> {
        let by = bounded(by, "a name", LONGEST_REASON)?;
        let title = bounded(title, "a title", LONGEST_TITLE)?;
        let writing = self.cases.writer();
        let cases = self.cases.present();
        if let Some(ring) = subject.ring() {
            free(&cases, ring, None)?;
        }
        let at = self.clock.now();
        let case = CaseId::derive(&format!("{}\u{1f}{}", self.store.head().seq.0 + 1, at.0));
        let event = CaseEvent::Opened { subject, title };
        let fact = Fact::Case { case: case.clone(), by, at, on: Seq(0), event };
        self.put_case_facts(&writing, &cases, &[fact])?;
        Ok(case)
    }

    /// Changes a case that is as the caller saw it, and returns its new version.
    ///
    /// # Errors
    /// As [`Engine::change_cases`] has.
    pub fn change_case(
        &self,
        id: &CaseId,
        expected: Seq,
        event: CaseEvent,
        by: &str,
    ) -> Result<Seq, EngineError> {
        let change = CaseChange { case: id.clone(), expected, events: vec![event] };
        let versions = self.change_cases(&[change], by)?;
        Ok(versions.first().copied().unwrap_or(expected))
    }

    /// Changes cases that are as the caller saw them, all or none, and returns their new versions. What only adds
    /// something (a note, a file) is taken on an older version too. O(events of these cases).
    ///
    /// # Errors
    /// `StaleCase` with what happened meanwhile; when there is no such case or version; when an event makes no sense
    /// there, or lacks a reason; or when the store fails.
    pub fn change_cases(&self, changes: &[CaseChange], by: &str) -> Result<Vec<Seq>, EngineError> {
        let by = bounded(by, "a name", LONGEST_REASON)?;
        let writing = self.cases.writer();
        let cases = self.cases.present();
        let at = self.clock.now();
        // Numbers that facts may have, to try them out under.
        let mut next = self.store.head().seq.0;
        let mut tried: Cases = Cases::clone(&cases);
        let mut facts = Vec::new();
        for change in changes {
            change.seen(&cases)?;
            for event in &change.events {
                let Some(case) = tried.get(&change.case) else { return Err(unknown(&change.case)) };
                let event = sensible(&tried, case, event)?;
                let (case, on, by) = (change.case.clone(), change.expected, by.clone());
                let fact = Fact::Case { case, by, at, on, event };
                next += 1;
                tried.fold(Seq(next), &fact);
                facts.push(fact);
            }
        }
        let cases = self.put_case_facts(&writing, &cases, &facts)?;
        let version = |change: &CaseChange| cases.get(&change.case).map(|case| case.version);
        Ok(changes.iter().filter_map(version).collect())
    }

    /// Makes facts about cases durable and takes them in.
    fn put_case_facts(
        &self,
        _: &MutexGuard<'_, ()>,
        cases: &Cases,
        facts: &[Fact],
    ) -> Result<Cases, EngineError> {
        let last = self.store.append(facts)?;
        let first = last.0 + 1 - facts.len() as u64;
        let mut cases = cases.clone();
        for (seq, fact) in (first..).map(Seq).zip(facts) {
            cases.fold(seq, fact);
            self.tell(seq, fact);
        }
        self.cases.swap(cases.clone());
        Ok(cases)
    }

    /// Makes a fact about a referral durable, which `ready` holds against those there are.
    pub(super) fn put_referral(
        &self,
        ready: impl FnOnce(&Cases) -> Result<Fact, EngineError>,
    ) -> Result<Seq, EngineError> {
        let writing = self.cases.writer();
        let cases = self.cases.present();
        let fact = ready(&cases)?;
        Ok(self.put_case_facts(&writing, &cases, &[fact])?.last())
    }

    /// Keeps a snapshot of the cases, which holds every one that the journal has by now.
    pub(super) fn keep_cases(&self) {
        let writing = self.cases.writer();
        let mut cases = Cases::clone(&self.cases.present());
        // Nobody adds to them meanwhile: all of the journal is in them.
        cases.looked_through(self.store.head().seq);
        drop(writing);
        // One that cannot be written costs time at the next open and nothing else.
        let _ = write(&*self.store, &cases);
        self.cases.kept.store(cases.last().0, Ordering::Relaxed);
    }

    /// Keeps such a snapshot when something happened to a case since the last.
    pub(super) fn keep_cases_if_due(&self) {
        if self.cases.kept.load(Ordering::Relaxed) != self.cases().last().0 {
            self.keep_cases();
        }
    }
}

/// Writes the snapshot of the cases. One that cannot be encoded is not written.
fn write(store: &dyn Store, cases: &Cases) -> Result<(), StoreError> {
    match postcard::to_extend(&cases.image(), FORMAT.to_vec()) {
        Ok(bytes) => store.write_snapshot(NAME, cases.through(), &bytes),
        Err(_) => Ok(()),
    }
}

/// The cases as last kept; none, to be read from the journal's beginning, where there is no snapshot or it is broken.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn read(store: &dyn Store) -> Result<Cases, StoreError> {
    let head = store.head().seq;
    let image = store.read_snapshot(NAME)?.and_then(|(seq, bytes)| {
        let image = postcard::from_bytes::<CasesImage>(bytes.strip_prefix(FORMAT)?).ok()?;
        Some((seq, Cases::from(image)))
    });
    let sound = image.filter(|(seq, cases)| cases.through() == *seq && *seq <= head);
    Ok(sound.map(|(_, cases)| cases).unwrap_or_default())
}

fn unknown(id: &CaseId) -> EngineError {
    EngineError::NotFound { what: "case", id: id.to_string() }
}

/// Refuses a ring that another open case has.
fn free(cases: &Cases, ring: &RingId, but: Option<&CaseId>) -> Result<(), EngineError> {
    match cases.taken(ring, but) {
        None => Ok(()),
        Some(case) => Err(EngineError::CaseOpen { ring: ring.clone(), case: case.id.clone() }),
    }
}

/// The event as it is recorded: texts trimmed, nothing missing, and possible in this case.
fn sensible(cases: &Cases, case: &Case, event: &CaseEvent) -> Result<CaseEvent, EngineError> {
    let reason = |why: &str| bounded(why, "a reason", LONGEST_REASON);
    let refused = |text: &str| Err(EngineError::Refused(text.to_owned()));
    if case.history.len() >= MOST_EVENTS {
        return refused("this case has as many events as a case can have; open another one");
    }
    Ok(match event {
        CaseEvent::Opened { .. } => return refused("this case was opened before"),
        CaseEvent::Renamed { title } => {
            CaseEvent::Renamed { title: bounded(title, "a title", LONGEST_TITLE)? }
        }
        CaseEvent::StatusSet { status, why, basis } => {
            if *status == case.status {
                let text = format!("the status is \u{201c}{}\u{201d} already", status.title());
                return Err(EngineError::Refused(text));
            }
            if !case.is_open() {
                for ring in case.rings.keys() {
                    free(cases, ring, Some(&case.id))?;
                }
            }
            CaseEvent::StatusSet { status: *status, why: reason(why)?, basis: basis.clone() }
        }
        CaseEvent::ReferralProposed { alternatives, basis } => {
            let what = "the innocent explanations that were considered, and why they do not hold";
            let alternatives = bounded(alternatives, what, LONGEST_NOTE)?;
            CaseEvent::ReferralProposed { alternatives, basis: basis.clone() }
        }
        CaseEvent::ReferralDeclined { why } => {
            if case.proposal.is_none() {
                return refused("no referral is proposed here");
            }
            CaseEvent::ReferralDeclined { why: reason(why)? }
        }
        CaseEvent::Assigned { to: Some(to) } => {
            CaseEvent::Assigned { to: Some(bounded(to, "a name", LONGEST_REASON)?) }
        }
        CaseEvent::Assigned { to: None } | CaseEvent::DueSet { .. } => event.clone(),
        CaseEvent::Noted { text } => {
            CaseEvent::Noted { text: bounded(text, "a text", LONGEST_NOTE)? }
        }
        CaseEvent::NoteStruck { note, why } => match case.note(*note) {
            None => return refused("this case has no such note"),
            Some(found) if found.struck.is_some() => {
                return refused("this note was struck out before");
            }
            Some(_) => CaseEvent::NoteStruck { note: *note, why: reason(why)? },
        },
        CaseEvent::Attached { sha256, name, .. } => {
            bounded(name, "a file name", LONGEST_REASON)?;
            // A file is taken on an older version too, so that this cannot be left to whoever looked at that one.
            if matches!(case.status, CaseStatus::ReferralReady | CaseStatus::Closed) {
                return refused("a case that is closed or ready for referral takes no file");
            }
            if case.file(sha256).is_some() {
                return refused("this file is attached already");
            }
            event.clone()
        }
        CaseEvent::Detached { sha256, why } => {
            if case.file(sha256).is_none() {
                return refused("this file is not attached");
            }
            CaseEvent::Detached { sha256: sha256.clone(), why: reason(why)? }
        }
        CaseEvent::RingLinked { ring } => {
            if case.rings.contains_key(ring) {
                return Err(EngineError::Refused(format!("{ring} belongs to this case already")));
            }
            free(cases, ring, Some(&case.id))?;
            event.clone()
        }
        CaseEvent::RingUnlinked { ring, why } => {
            if case.subject.ring() == Some(ring) {
                return refused(
                    "the ring that a case is about cannot be taken off; close the case instead",
                );
            }
            if !case.rings.contains_key(ring) {
                return Err(EngineError::Refused(format!("{ring} does not belong to this case")));
            }
            CaseEvent::RingUnlinked { ring: ring.clone(), why: reason(why)? }
        }
    })
}

/// A text that says something, and not too much.
fn bounded(text: &str, what: &'static str, most: usize) -> Result<String, EngineError> {
    let text = spoken(text, what)?;
    let length = text.chars().count();
    if length > most {
        return Err(EngineError::Refused(format!(
            "{what} of {length} characters is too long; at most {most} fit"
        )));
    }
    Ok(text)
}

/// What happened to a case meanwhile, in a sentence.
pub(super) fn told(since: &[CaseEntry]) -> String {
    let mut told: Vec<String> = since
        .iter()
        .take(5)
        .map(|entry| format!("{} {}", entry.by, entry.event.sentence()))
        .collect();
    if since.len() > told.len() {
        told.push(format!("{} more changes", since.len() - told.len()));
    }
    told.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::fixtures::{import, open, store},
        store::MemoryStore,
    };
    use std::{sync::mpsc::channel, thread, time::Duration};

    fn subject() -> CaseSubject {
        CaseSubject::Ring(RingId::derive("x"))
    }

    fn kept(store: &MemoryStore) -> Option<Seq> {
        store.read_snapshot(NAME).unwrap().map(|(seq, _)| seq)
    }

    #[test]
    fn work_on_cases_does_not_wait_for_whoever_writes_applications() {
        let engine = open(&store());
        let ledger = engine.writer();
        let (done, is_done) = channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                let id = engine.open_case(subject(), "The house", "ann").unwrap();
                let version = engine.cases().get(&id).unwrap().version;
                let event = CaseEvent::Noted { text: "seen".to_owned() };
                done.send(engine.change_case(&id, version, event, "ann").is_ok()).unwrap();
            });
            let worked = is_done.recv_timeout(Duration::from_secs(60));
            drop(ledger);
            assert_eq!(worked, Ok(true));
        });
    }

    #[test]
    fn a_snapshot_of_cases_is_kept_at_the_end_when_something_happened_to_one() {
        let store = store();
        let engine = open(&store);
        engine.open_case(subject(), "The house", "ann").unwrap();
        assert_eq!(kept(&store), None);
        drop(engine);
        assert_eq!(kept(&store), Some(Seq(1)));
        let engine = open(&store);
        assert_eq!(engine.cases().len(), 1);
        import(&engine, "application_id,full_name\nA1,Ada Quill\n");
        drop(engine);
        let all = store.head().seq;
        assert_eq!(kept(&store), Some(all), "the next open reads on from where both end");
        drop(open(&store));
        assert_eq!(kept(&store), Some(all));
    }

    #[test]
    fn a_broken_snapshot_of_cases_is_passed_over() {
        let store = store();
        let engine = open(&store);
        engine.open_case(subject(), "The house", "ann").unwrap();
        let cases = engine.cases();
        drop(engine);
        for body in [&b""[..], FORMAT, b"cases  0xyz", &[FORMAT, &[0xff; 40][..]].concat()] {
            store.write_snapshot(NAME, Seq(1), body).unwrap();
            assert!(open(&store).cases().same_as(&cases), "{body:?}");
        }
    }
}
