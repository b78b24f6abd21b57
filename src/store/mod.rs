//! The store: the journal as the truth, and what is served from it. Not responsible for what facts mean.
//!
//! Invariant: `append` returns only after its facts are durable; facts keep their places and hashes for good, and what is in
//! them unless they are erased, which a tombstone then says; what one `Store` answers after a sequence of calls, every
//! other answers too (`contract` holds them to it).

mod as_of;
mod batch;
pub mod contract;
mod dump;
mod erasing;
mod error;
mod index;
mod journal;
mod layout;
mod lock;
mod memory;
mod sled;
mod snapshot;
mod tombstones;

pub use as_of::AsOf;
pub use batch::Batch;
pub use dump::{Beside, dump, dump_with, hash_at, load, load_with};
pub use erasing::Erasing;
pub use error::StoreError;
pub use memory::MemoryStore;
pub use sled::{SledOptions, SledStore};

use crate::model::{
    Application, ApplicationId, Column, Digest, Erasure, Fact, ImportId, Moment, Seq,
};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeSet, sync::Arc};

/// Where a journal ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last fact.
    pub seq: Seq,
    /// Hash of the chain up to and including it (SHA-256); all zero for an empty journal.
    pub hash: [u8; 32],
}

/// One version of an application, as received.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// The fact that brought it.
    pub seq: Seq,
    /// The import it came with.
    pub import: ImportId,
    /// What was received.
    pub application: Application,
}

/// Something the store did by itself that its administrator should know: a torn tail cut, a serving store rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// When.
    pub at: Moment,
    /// What happened and what was done about it.
    pub text: String,
}

/// What `verify` looked at, when all was well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Facts whose frame and place in the chain were checked.
    pub facts: u64,
    /// Applications whose served copy equals the journal's.
    pub applications: u64,
    /// Where the journal ends.
    pub head: Head,
}

/// A fact, of which somebody wants to know no more of an application than that it came, and by which way.
#[derive(Debug, Clone, PartialEq)]
pub enum Glance {
    /// An application came.
    Came {
        /// With which import.
        import: ImportId,
        /// Which.
        application: ApplicationId,
        /// The opening applied for, if given.
        opening: Option<Box<str>>,
        /// Where it came from, if given.
        channel: Option<Box<str>>,
    },
    /// Anything else.
    Fact(Box<Fact>),
}

impl From<Fact> for Glance {
    fn from(fact: Fact) -> Self {
        match fact {
            Fact::Received { import, application } => {
                let given = |column| application.get(column).map(Box::from);
                let (opening, channel) = (given(Column::RequisitionId), given(Column::Channel));
                Self::Came { import, application: application.id, opening, channel }
            }
            fact => Self::Fact(Box::new(fact)),
        }
    }
}

/// What a tombstone says of the id of an application that was erased: SHA-256 of a text of ours and the id. Whoever knows
/// an id can tell that it was erased; nobody can tell an id from it without trying them.
#[must_use]
pub fn tombstone_of(id: &ApplicationId) -> Digest {
    let mut sha = Sha256::new();
    sha.update(b"ringer:erased:1:");
    sha.update(id.as_str());
    Digest(sha.finalize().into())
}

/// Keeps facts and serves applications.
pub trait Store: Send + Sync {
    /// Appends facts in order, all or none, and returns the position of the last once they are durable.
    ///
    /// # Errors
    /// When they could not be made durable; the store is read-only from then on.
    fn append(&self, facts: &[Fact]) -> Result<Seq, StoreError> {
        self.append_batch(&Batch::new(facts)?)
    }

    /// As `append`, of facts made ready before, maybe by other threads.
    ///
    /// # Errors
    /// As `append` has.
    fn append_batch(&self, batch: &Batch) -> Result<Seq, StoreError>;

    /// Appends a tombstone that names these facts, whose list it completes, and erases them: nothing but what stays of them
    /// is in the journal, in what is served or in a snapshot when this returns. The chain stays what it is, for it goes by the hashes of
    /// the facts that were there. Returns the tombstone's position. Nobody must write a snapshot meanwhile. O(journal).
    ///
    /// # Errors
    /// When a fact is not there, or what stays of it is not of its kind: nothing has happened then. When a file cannot be
    /// written: the store is read-only from then on, and the next open for writing finishes.
    fn erase(&self, erasure: Erasure, facts: &[Erasing]) -> Result<Seq, StoreError>;

    /// Where the journal ends.
    fn head(&self) -> Head;

    /// Every fact from `from` on, in order, to `each`; stops at the first error.
    ///
    /// # Errors
    /// When a frame cannot be read, or what `each` returned.
    fn facts(
        &self,
        from: Seq,
        each: &mut dyn FnMut(Seq, Fact) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// The same at a glance: a tenth of the time where most facts are applications.
    ///
    /// # Errors
    /// As `facts` has.
    fn glances(
        &self,
        from: Seq,
        each: &mut dyn FnMut(Seq, Glance) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.facts(from, &mut |seq, fact| each(seq, fact.into()))
    }

    /// The versions of an application, oldest first; none when it is unknown. What withdrawn imports brought is none.
    ///
    /// # Errors
    /// When the serving store fails.
    fn versions(&self, id: &ApplicationId) -> Result<Vec<Version>, StoreError> {
        self.versions_as_of(id, Seq(u64::MAX), &self.withdrawn())
    }

    /// The versions that an application had up to a fact, when these imports were the withdrawn ones, oldest first.
    ///
    /// # Errors
    /// When the serving store fails.
    fn versions_as_of(
        &self,
        id: &ApplicationId,
        last: Seq,
        withdrawn: &BTreeSet<ImportId>,
    ) -> Result<Vec<Version>, StoreError>;

    /// The imports that were withdrawn.
    fn withdrawn(&self) -> Arc<BTreeSet<ImportId>>;

    /// Keeps the bytes of a snapshot of the live view, replacing an earlier one of the same name. `seq` is the last
    /// fact it contains.
    ///
    /// # Errors
    /// When it cannot be written; the former one is then still there.
    fn write_snapshot(&self, name: &str, seq: Seq, body: &[u8]) -> Result<(), StoreError>;

    /// The newest whole snapshot of that name; none when there is none or it is broken.
    ///
    /// # Errors
    /// When the folder cannot be read.
    fn read_snapshot(&self, name: &str) -> Result<Option<(Seq, Vec<u8>)>, StoreError>;

    /// Why the store takes no more facts, if it does not.
    fn read_only(&self) -> Option<String>;

    /// What the store did by itself since it was opened.
    fn notices(&self) -> Vec<Notice>;

    /// Checks the chain frame by frame, and every served application against it.
    ///
    /// # Errors
    /// The first damage found.
    fn verify(&self) -> Result<Verified, StoreError>;
}
