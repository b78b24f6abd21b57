//! The veil: contact data as whoever looks may see it. Not responsible for who may (`casework::Role`) nor for asking for a
//! reason (`reveal`).
//!
//! A visit sees the store through `Seen`: the view of the engine and a veil, which is drawn for whoever may not read contact
//! data. Values become text only there (`Seen::value`, `Seen::field`, `Seen::text` and so on), so a page cannot forget it;
//! `tests/web/tidy.rs` holds the other ways shut. What a page lets through all the same meets `net` on its way out.
//!
//! Masked are mailboxes, numbers, addresses of homes and deliveries (not street, city and state), network addresses, devices,
//! profiles and referees' contacts, in fields, in shared values, and by what they look like in free text. Columns that Ringer
//! does not know are masked whole. Not masked are names of people, city and state, schools, employers, domains of mailboxes
//! and area codes: they are what is claimed, and what a viewer judges by. Ids of files and pictures reach nobody. Equal
//! values look equal, and different ones that look alike are told apart by the end of their id.
//!
//! A mask is no secret-keeping: ids are hashes of values that anybody can compute who guesses the value.
//!
//! Invariant: a veil is lifted only by a role, or by a reason given for what the page is about.

pub mod net;
mod report;
mod seen;
mod subject;
pub mod words;

pub use seen::Seen;
pub use subject::Subject;

/// Whether contact data is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Veil {
    /// It is masked.
    Drawn,
    /// It is shown as it is.
    Lifted,
}

impl Veil {
    /// Whether contact data is shown as it is.
    #[must_use]
    pub fn is_lifted(self) -> bool {
        self == Self::Lifted
    }
}

/// What the line about masking on a page says.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// What can be asked for here; empty where nothing can.
    pub subject: String,
    /// What sort of thing that is.
    pub noun: &'static str,
    /// Until when it is shown; none while it is masked.
    pub until: Option<crate::model::Moment>,
}
