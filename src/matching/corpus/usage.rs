//! Who uses which attribute: for each, a list of applications that can be added to at once. Not responsible for
//! what an attribute is worth.
//!
//! Invariant: a use is listed once, newest first, and only while the application's newest version has it.

use crate::{
    matching::corpus::{
        record::{NONE, pack, unpack},
        tree::Shelf,
    },
    model::{AppIx, AttributeIx, Role},
};

/// Uses by attribute, as linked lists in one shelf. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Usage {
    /// The newest use of each attribute.
    heads: Shelf<u32>,
    /// Application, role packed with nothing else, and the use before.
    uses: Shelf<Use>,
}

#[derive(Debug, Clone, Copy)]
struct Use {
    /// Application and role, packed as attribute and role are.
    who: u32,
    before: u32,
}

impl Usage {
    /// Adds a use. O(1).
    pub(super) fn add(&mut self, attribute: AttributeIx, app: AppIx, role: Role) {
        while self.heads.len() <= attribute.at() {
            self.heads.push(NONE);
        }
        let number = u32::try_from(self.uses.len()).unwrap_or(NONE);
        let before = *self.heads.get(attribute.at());
        self.uses.push(Use { who: pack(AttributeIx(app.0), role), before });
        *self.heads.get_mut(attribute.at()) = number;
    }

    /// Reads the newest use of an attribute, so that it is at hand.
    #[inline]
    pub(super) fn touch(&self, attribute: AttributeIx) -> u64 {
        let known = attribute.at() < self.heads.len();
        if known { u64::from(*self.heads.get(attribute.at())) } else { 0 }
    }

    /// Takes a use out. O(uses of the attribute).
    pub(super) fn remove(&mut self, attribute: AttributeIx, app: AppIx, role: Role) {
        let who = pack(AttributeIx(app.0), role);
        let mut after = NONE;
        let mut at = self.heads.get(attribute.at()).to_owned();
        while at != NONE {
            let found = *self.uses.get(at as usize);
            if found.who == who {
                if after == NONE {
                    *self.heads.get_mut(attribute.at()) = found.before;
                } else {
                    self.uses.get_mut(after as usize).before = found.before;
                }
                return;
            }
            (after, at) = (at, found.before);
        }
    }

    /// The uses of an attribute, newest first.
    pub(super) fn of(&self, attribute: AttributeIx) -> impl Iterator<Item = (AppIx, Role)> {
        let mut at =
            if attribute.at() < self.heads.len() { *self.heads.get(attribute.at()) } else { NONE };
        std::iter::from_fn(move || {
            (at != NONE).then(|| {
                let found = *self.uses.get(at as usize);
                at = found.before;
                let (app, role) = unpack(found.who);
                (AppIx(app.0), role)
            })
        })
    }
}
