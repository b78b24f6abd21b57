//! What indicators look at: one application with all that can be read from it, and the claimed identity it belongs to. Not
//! responsible for finding who belongs together (`matching`).
//!
//! Invariant: a pure function of the applications as received; the applications of an identity are in the order of their
//! submission, those without one last, then by id.

use crate::{
    indicators::{Context, Record},
    model::{Application, Check, Column, Normalized, PersonName},
    normalize::normalize,
};

/// One application, as received and as read.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// As received.
    pub application: &'a Application,
    /// Its columns in canonical form.
    pub normal: Normalized,
    /// Its nested lists and unknown columns.
    pub record: Record,
}

impl<'a> Subject<'a> {
    /// Reads an application. O(bytes).
    #[must_use]
    pub fn new(application: &'a Application) -> Self {
        let normal = normalize(application);
        Self { application, normal, record: Record::read(application) }
    }

    /// A column as received, not blank.
    #[must_use]
    pub fn raw(&self, column: Column) -> Option<&'a str> {
        self.application.get(column).filter(|text| !text.trim().is_empty())
    }

    /// The name claimed.
    #[must_use]
    pub fn name(&self) -> Option<&PersonName> {
        self.normal.name.as_ref()
    }
}

/// A claimed identity: its applications, and what people checked about it.
#[derive(Debug, Clone, Default)]
pub struct Dossier<'a> {
    /// Its applications in the order of their submission.
    pub subjects: Vec<Subject<'a>>,
    /// What people checked, the last result of each item.
    pub checks: Vec<Check>,
}

impl<'a> Dossier<'a> {
    /// The identity that these applications belong to.
    #[must_use]
    pub fn new(applications: impl IntoIterator<Item = &'a Application>) -> Self {
        let mut subjects: Vec<Subject<'a>> = applications.into_iter().map(Subject::new).collect();
        subjects.sort_by(|a, b| {
            let key = |s: &Subject<'_>| (s.normal.submitted_at.is_none(), s.normal.submitted_at);
            key(a).cmp(&key(b)).then_with(|| a.application.id.cmp(&b.application.id))
        });
        Self { subjects, checks: Vec::new() }
    }

    /// The latest applications, at most fifty. What looks at several of an identity at once looks at these, so that somebody
    /// who applies every day costs no more than others.
    #[must_use]
    pub fn latest(&self) -> &[Subject<'a>] {
        const MOST: usize = 50;
        self.subjects.get(self.subjects.len().saturating_sub(MOST)..).unwrap_or_default()
    }

    /// The same, with what people checked about it.
    #[must_use]
    pub fn checked(mut self, checks: Vec<Check>) -> Self {
        self.checks = checks;
        self
    }
}

/// One application to be assessed, with all that may be asked about it.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The application.
    pub subject: &'a Subject<'a>,
    /// The identity it belongs to.
    pub dossier: &'a Dossier<'a>,
    /// What the store and the installation know beside it.
    pub context: &'a Context<'a>,
}
