//! Roles and what each may do: the one table that routes and commands ask. Not responsible for asking it.
//!
//! Invariant: a role may do whatever a lower role may; a test holds it.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What somebody is trusted with, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads; contact data is masked until a reason is given.
    Viewer,
    /// Works cases: reads, imports, judges pairs, values and rings.
    Investigator,
    /// Answers for them: referrals, watch-lists, policy, the audit trail.
    Supervisor,
    /// Manages accounts as well.
    Administrator,
}

/// Something that can be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See rings, applicants and what they share.
    Read,
    /// See contact data without giving a reason each time.
    ReadContacts,
    /// Judge pairs, values and rings, record checks, work on cases.
    Judge,
    /// Bring files in.
    Import,
    /// Take a whole import back.
    WithdrawImport,
    /// Change watch-lists.
    Watch,
    /// Change the policy in force.
    Policy,
    /// Make and withdraw referral packages.
    Refer,
    /// Read the audit trail.
    Audit,
    /// Set schedules of reports and rules of alerts, run and deliver them.
    Report,
    /// Hold, hand out or erase one person's data.
    Erase,
    /// Manage accounts.
    Accounts,
}

impl Role {
    /// All roles, from least to most.
    pub const ALL: &[Self] =
        &[Self::Viewer, Self::Investigator, Self::Supervisor, Self::Administrator];

    /// The name in files, forms and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Investigator => "investigator",
            Self::Supervisor => "supervisor",
            Self::Administrator => "administrator",
        }
    }

    /// The name as a sentence has it: `a viewer`.
    #[must_use]
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Viewer => "a viewer",
            Self::Investigator => "an investigator",
            Self::Supervisor => "a supervisor",
            Self::Administrator => "an administrator",
        }
    }

    /// Whether the role may.
    #[must_use]
    pub fn may(self, what: Permission) -> bool {
        self >= what.least()
    }
}

impl Permission {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Read,
        Self::ReadContacts,
        Self::Judge,
        Self::Import,
        Self::WithdrawImport,
        Self::Watch,
        Self::Policy,
        Self::Refer,
        Self::Audit,
        Self::Report,
        Self::Erase,
        Self::Accounts,
    ];

    /// The least role that may.
    #[must_use]
    pub fn least(self) -> Role {
        match self {
            Self::Read => Role::Viewer,
            Self::ReadContacts | Self::Judge | Self::Import => Role::Investigator,
            Self::WithdrawImport
            | Self::Watch
            | Self::Policy
            | Self::Refer
            | Self::Audit
            | Self::Report
            | Self::Erase => Role::Supervisor,
            Self::Accounts => Role::Administrator,
        }
    }

    /// What it is, as the end of "your role may not ...".
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "read the store",
            Self::ReadContacts => "read contact data without a reason",
            Self::Judge => "judge or work on cases",
            Self::Import => "import files",
            Self::WithdrawImport => "undo an import",
            Self::Watch => "change watch-lists",
            Self::Policy => "change the policy",
            Self::Refer => "make or withdraw referrals",
            Self::Audit => "read the audit trail",
            Self::Report => "schedule, run or deliver reports and alerts",
            Self::Erase => "hold, hand out or erase one person's data",
            Self::Accounts => "manage accounts",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no role; possible are viewer, investigator, supervisor and administrator")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        let known = Self::ALL.iter().find(|r| r.name() == text).copied();
        known.ok_or_else(|| UnknownRole(text.chars().take(80).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_role_may_the_next_higher_may_too() {
        for pair in Role::ALL.windows(2) {
            for &what in Permission::ALL {
                assert!(!pair[0].may(what) || pair[1].may(what), "{what:?}");
            }
        }
        assert!(Permission::ALL.iter().all(|&what| Role::Administrator.may(what)));
        assert!(
            !Role::Viewer.may(Permission::Judge) && !Role::Supervisor.may(Permission::Accounts)
        );
    }

    #[test]
    fn a_role_is_read_as_it_is_written() {
        for &role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert!("root".parse::<Role>().unwrap_err().to_string().contains("\"root\" is no role"));
    }
}
