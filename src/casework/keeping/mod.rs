//! Keeping and erasing: how long somebody's data is kept, what holds it, when it may go, and what goes with it beside the
//! journal. Not responsible for erasing facts (`engine`, `store`).
//!
//! Invariant: nobody is erased before a floor has passed unless somebody sets it aside by name, and nobody at all who is
//! under a hold or whom a standing referral names.

mod aftermath;
mod copies;
mod files;
mod policy;
mod refusal;
mod standing;

pub use aftermath::{Aftermath, AftermathError, Beside, Traces, finish, traces};
pub use copies::{Copies, CopiesError, KeptReports, Packages};
pub use files::{FileOf, files_of, is_known};
pub use policy::{Days, Interval, RetentionPlace, RetentionPolicy};
pub use refusal::{EraseRequest, order};
pub use standing::{HeldBy, Keeping, Standing};
