//! Through what rings changed: the causes of their events, each once. Not responsible for saying them.
//!
//! Invariant: every cause of an event is in it, and nothing else.

use crate::{
    engine::Recorded,
    model::{AttributeId, Cause, ErasureId, ImportId, JudgementId, Seq},
};

/// The causes of several events, each once and in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Through<'a> {
    /// Values that new applications had in common with others, or that held what is no more.
    pub attributes: Vec<&'a AttributeId>,
    /// Judgements that were made or withdrawn, each with the fact after which it had its effect.
    pub judgements: Vec<(Seq, &'a JudgementId)>,
    /// Imports that were withdrawn.
    pub imports: Vec<&'a ImportId>,
    /// Erasures.
    pub erasures: Vec<&'a ErasureId>,
    /// Whether the policy changed.
    pub policy: bool,
}

impl<'a> Through<'a> {
    /// The causes of these events. O(events × causes).
    #[must_use]
    pub fn of(events: &[&'a Recorded]) -> Self {
        let mut through = Self::default();
        for recorded in events {
            match &recorded.event.cause {
                Cause::Evidence { attributes, .. } => {
                    for attribute in attributes {
                        add(&mut through.attributes, attribute);
                    }
                }
                Cause::Judgement { id } => add(&mut through.judgements, (recorded.seq, id)),
                Cause::ImportWithdrawn { id } => add(&mut through.imports, id),
                Cause::Erasure { id } => add(&mut through.erasures, id),
                Cause::Policy => through.policy = true,
            }
        }
        through
    }

    /// Whether it was evidence alone.
    #[must_use]
    pub fn is_evidence(&self) -> bool {
        self.judgements.is_empty()
            && self.imports.is_empty()
            && self.erasures.is_empty()
            && !self.policy
    }
}

fn add<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}
