//! What can go wrong with accounts. Not responsible for exit codes and pages (`cli`, `web`).
//!
//! Invariant: no message holds a secret.

use crate::casework::{UserName, WeakPassword};
use std::path::PathBuf;

impl AccountsError {
    /// Why somebody was not let in, in the words of the audit trail.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Throttled { .. } => "throttled",
            _ => "refused",
        }
    }
}

/// What can go wrong with accounts.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The name is taken.
    #[error("there is already a user \"{0}\"")]
    Exists(UserName),
    /// Nobody has this name.
    #[error("there is no user \"{0}\"; `ringer user list` shows who there is")]
    Unknown(String),
    /// The mailbox is somebody else's.
    #[error(
        "this mailbox is that of \"{0}\"; take it away there first: `ringer user mailbox \"{0}\" --remove`"
    )]
    MailboxTaken(UserName),
    /// It is no mailbox.
    #[error("\"{0}\" is no mailbox; write one such as ann@example.com")]
    BadMailbox(String),
    /// The last administrator cannot go.
    #[error(
        "\"{0}\" is the only administrator who can sign in; make another one first, or nobody could manage accounts"
    )]
    LastAdministrator(UserName),
    /// The password is too weak.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// Name, password, code or token do not belong together; which of them is not said.
    #[error("name, password or code are not right")]
    Refused,
    /// Too many tries.
    #[error("too many tries; wait {seconds} seconds and try again")]
    Throttled {
        /// Until the next try is looked at.
        seconds: u64,
    },
    /// The invitation does not work (any more).
    #[error("this invitation does not work, or no longer; ask an administrator for another")]
    BadInvitation,
    /// The code of the second factor is not the present one.
    #[error("this code is not the one that the authenticator shows now")]
    BadCode,
    /// There is no second factor.
    #[error("this account has no second factor")]
    NoFactor,
    /// The first account is there already.
    #[error("somebody has an account already: sign in, or ask an administrator for an invitation")]
    NotFirst,
    /// A label of a token cannot be used.
    #[error("a token needs a label of 1 to 80 characters that no other token of yours has")]
    BadLabel,
    /// The system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    NoRandomness(String),
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Hashing(String),
    /// The file cannot be read or written.
    #[error("the accounts in {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no file of accounts.
    #[error(
        "{} is no file of accounts that this version reads: {why}. Restore it from a backup, or move it away and \
         set up the first administrator anew",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}
