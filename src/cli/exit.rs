//! Exit codes: the closed list that scripts rely on. Not responsible for which error gets which code
//! (`cli::error`).
//!
//! Invariant: a number, once given a meaning, keeps it.

use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// Nothing was found, or a check failed.
    Nothing = 1,
    /// The command line, the configuration or the surroundings (a missing folder, a full disk) are wrong.
    Usage = 2,
    /// A file was refused whole, or none of its rows could be taken.
    Rejected = 3,
    /// The store is damaged.
    Damaged = 4,
    /// A bug in Ringer.
    Bug = 70,
}

impl Exit {
    /// Every code with its meaning, as `ringer --help` prints it.
    pub const TABLE: &'static [(Self, &'static str)] = &[
        (Self::Ok, "done"),
        (Self::Nothing, "nothing found, or a check failed"),
        (Self::Usage, "wrong usage, configuration or surroundings"),
        (Self::Rejected, "input rejected: a file refused whole, or none of its rows taken"),
        (Self::Damaged, "the store is damaged"),
        (Self::Bug, "a bug in ringer"),
    ];

    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Of two outcomes of one run, the one to report: the higher number.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if other.code() > self.code() { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_the_ones_scripts_rely_on() {
        let codes: Vec<u8> = Exit::TABLE.iter().map(|(exit, _)| exit.code()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 70]);
    }

    #[test]
    fn the_worse_of_two_outcomes_is_reported_in_either_order() {
        assert_eq!(Exit::Ok.worse(Exit::Rejected), Exit::Rejected);
        assert_eq!(Exit::Damaged.worse(Exit::Nothing), Exit::Damaged);
    }
}
