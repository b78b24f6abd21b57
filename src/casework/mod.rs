//! Casework: who may use the store and what they decide together. So far the accounts. Not responsible for how
//! somebody signs in over the web (`web`).
//!
//! Nothing here reads the clock: moments are passed in. Secrets that people type are kept as hashes only; secrets
//! that machines make are 32 bytes from the operating system and kept as SHA-256.
//!
//! Invariant: an account that is disabled, or whose name is not known, opens nothing.

mod account;
mod accounts;
mod accounts_file;
pub mod audit;
mod error;
mod password;
mod role;
mod second_factor;
mod secret;
mod throttle;
mod user_name;

pub use account::{Account, ApiToken, Invitation};
pub use accounts::{Accounts, SignIn};
pub use accounts_file::{AccountsFile, FileStamp};
pub use error::AccountsError;
pub use password::{Password, PasswordHash, WeakPassword};
pub use role::{Permission, Role};
pub use second_factor::{RecoveryCodes, SecondFactor};
pub use secret::{Secret, SecretHash};
pub use throttle::{Throttle, Tried};
pub use user_name::UserName;
