//! One account: who somebody is to the store and by what they sign in. Not responsible for the others (`accounts`).
//!
//! Invariant: an account without a password opens to nobody; it has an invitation, or had one.

use crate::{
    casework::{PasswordHash, Role, SecondFactor, SecretHash, UserName},
    model::Moment,
};
use serde::{Deserialize, Serialize};

/// A way to choose a password, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// What is kept of the secret in the link.
    pub secret: SecretHash,
    /// Until when it works.
    pub until: Moment,
}

/// A way in for a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// What its owner calls it.
    pub label: String,
    /// What is kept of it.
    pub secret: SecretHash,
    /// What it may at most; never more than its owner.
    pub role: Role,
    /// When it was made.
    pub made: Moment,
    /// Until when it works.
    pub until: Moment,
}

/// When and from where somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// When.
    pub at: Moment,
    /// From where: an address of the network.
    pub from: String,
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Under which name.
    pub name: UserName,
    /// With which rights.
    pub role: Role,
    /// Since when.
    pub made: Moment,
    /// Since when not any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Moment>,
    /// Grows whenever every session of the account has to end: "sign out everywhere", a new password, a new role.
    #[serde(default)]
    pub generation: u32,
    /// What is kept of the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordHash>,
    /// The second factor, once it was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactor>,
    /// A way to choose a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Invitation>,
    /// Ways in for programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<ApiToken>,
    /// When it was signed in to last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in: Option<SignedIn>,
    /// Its owner's mailbox: reports that go there show what the role sees. An administrator says so, never its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<String>,
}

impl Account {
    /// A new one, that cannot sign in yet.
    #[must_use]
    pub fn new(name: UserName, role: Role, now: Moment) -> Self {
        Self {
            name,
            role,
            made: now,
            disabled: None,
            generation: 0,
            password: None,
            second_factor: None,
            invitation: None,
            tokens: Vec::new(),
            last_sign_in: None,
            mailbox: None,
        }
    }

    /// Whether this is its owner's mailbox. Case is passed over, as mail servers do.
    #[must_use]
    pub fn has_mailbox(&self, address: &str) -> bool {
        self.mailbox.as_deref().is_some_and(|mailbox| mailbox.eq_ignore_ascii_case(address))
    }

    /// Whether it can sign in at all.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.disabled.is_none() && self.password.is_some()
    }

    /// In a word: `open`, `invited`, `disabled`, or `closed` when an invitation ran out unused.
    #[must_use]
    pub fn state(&self, now: Moment) -> &'static str {
        match (&self.disabled, &self.password, &self.invitation) {
            (Some(_), _, _) => "disabled",
            (None, Some(_), _) => "open",
            (None, None, Some(invitation)) if invitation.until >= now => "invited",
            (None, None, _) => "closed",
        }
    }
}
