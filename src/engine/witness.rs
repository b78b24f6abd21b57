//! Whoever watches what the engine records, and is anchored in the journal in turn. Not responsible for what becomes of it
//! (`casework::audit`).
//!
//! Invariant: a fact is told once, in the order of the journal, after it is durable and before anybody sees its effect.

use crate::{
    engine::{Engine, EngineError},
    model::{Fact, Moment, Seq},
};
use std::sync::Arc;

/// Is told of every fact that the engine records one by one; not of applications, which come by the million.
pub trait Witness: Send + Sync {
    /// This fact is durable. Must be quick: the writer waits for it.
    fn recorded(&self, seq: Seq, fact: &Fact);

    /// Number and hash, in hexadecimal, of the last entry that is to be anchored; none where none is due.
    fn to_anchor(&self) -> Option<(u64, String)>;

    /// What was to be anchored is, as this fact, with this hash of the journal's chain.
    fn anchored(&self, seq: Seq, journal: &[u8; 32], entry: (u64, String), at: Moment);
}

impl Engine {
    /// The engine, watched.
    #[must_use]
    pub fn watched_by(self, witness: Arc<dyn Witness>) -> Self {
        // An engine that ends keeps what it has, so its parts cannot be moved out of it.
        let mut engine = self;
        engine.witness = Some(witness);
        engine
    }

    /// Tells whoever watches.
    pub(super) fn tell(&self, seq: Seq, fact: &Fact) {
        if let Some(witness) = &self.witness {
            witness.recorded(seq, fact);
        }
    }

    /// Anchors whoever watches in the journal, where that is due; whether it was. Waits for the writer.
    ///
    /// # Errors
    /// When the store fails.
    pub fn anchor(&self) -> Result<bool, EngineError> {
        let Some(witness) = &self.witness else { return Ok(false) };
        if self.store.read_only().is_some() {
            return Ok(false);
        }
        let mut ledger = self.writer();
        let Some((entry, hash)) = witness.to_anchor() else { return Ok(false) };
        let (before, at) = (ledger.seq, self.clock.now());
        let fact = Fact::AuditAnchored { entry, hash: hash.clone(), at };
        self.record(&mut ledger, vec![fact])?;
        let head = self.store.head();
        witness.anchored(head.seq, &head.hash, (entry, hash), at);
        self.restate(&mut ledger, before, None)?;
        self.keeper.pass_over(before, ledger.seq);
        Ok(true)
    }
}
