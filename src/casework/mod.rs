//! Casework: who may use the store and what they decide together: accounts, the rules of cases and the files attached to
//! them. Not responsible for how somebody signs in over the web (`web`) nor for keeping cases (`engine`).
//!
//! Nothing here reads the clock: moments are passed in. Secrets that people type are kept as hashes only; secrets
//! that machines make are 32 bytes from the operating system and kept as SHA-256.
//!
//! Invariant: an account that is disabled, or whose name is not known, opens nothing.

mod account;
mod accounts;
mod accounts_file;
mod actor;
mod attachments;
pub mod audit;
mod basis;
mod case_error;
mod case_rules;
mod checklist;
mod deciding;
mod error;
pub mod keeping;
mod media_type;
mod mention;
mod password;
mod precision;
mod private_file;
mod reach;
mod referring;
mod role;
mod saved_filters;
mod second_factor;
mod secret;
pub mod subject_access;
mod throttle;
mod user_name;

pub use account::{Account, ApiToken, Invitation, SignedIn};
pub use accounts::{Accounts, SignIn};
pub use accounts_file::{AccountsFile, FileStamp};
pub use actor::{Actor, same_person};
pub use attachments::{AttachmentError, Attachments, Incoming, LARGEST, Stored};
pub use basis::{basis, changes, confirmed};
pub use case_error::CaseError;
pub use case_rules::{Choice, Ground};
pub use checklist::{Checklist, ItemTally, MemberChecks};
pub use deciding::Casework;
pub use error::AccountsError;
pub use media_type::MediaType;
pub use mention::{Mention, mentions};
pub use password::{Password, PasswordHash, WeakPassword};
pub use precision::{
    By, Class, Confirmed, Counted, Counts, FEWEST, Line, Precision, UnknownDivision, wilson,
};
pub use private_file::PrivateFile;
pub use reach::{Covered, Follower, Gone, Reach, Step};
pub use referring::{alternatives, review, supersedable};
pub use role::{Permission, Role};
pub use saved_filters::{FilteredPage, SavedFilter, SavedFilters, SavedFiltersError};
pub use second_factor::{RecoveryCodes, SecondFactor};
pub use secret::{Secret, SecretHash};
pub use throttle::{Throttle, Tried};
pub use user_name::UserName;
