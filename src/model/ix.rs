//! Positions in the live view: 32-bit indexes that are cheap to keep by the million. Not ids: they mean
//! something only within one view, and never leave the process except in a snapshot of that view.
//!
//! Invariant: an index is used only with the view that made it.

use serde::{Deserialize, Serialize};

macro_rules! decl_ix {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The position as a `usize`.
            #[must_use]
            pub fn at(self) -> usize {
                self.0 as usize
            }

            /// The index of position `n`. Positions past `u32::MAX` are held at it; a view that large is
            /// refused by the engine before it is built.
            #[must_use]
            pub fn new(n: usize) -> Self {
                Self(u32::try_from(n).unwrap_or(u32::MAX))
            }
        }
    };
}

decl_ix!(
    /// An application: its position among all, sorted by id.
    AppIx
);
decl_ix!(
    /// An applicant (claimed identity).
    ApplicantIx
);
decl_ix!(
    /// A shared attribute.
    AttributeIx
);
decl_ix!(
    /// A link between two applicants.
    LinkIx
);
