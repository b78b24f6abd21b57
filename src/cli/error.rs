//! What a command can fail with, and the exit code each failure has.
//!
//! Invariant: every variant names the value, the place and the way out; the match in `exit` is the only mapping.

use crate::{
    casework::{
        AccountsError, AttachmentError, CaseError, Permission, Role, audit::AuditError,
        keeping::AftermathError,
    },
    cli::{Exit, settings::SettingsError},
    engine::EngineError,
    evaluate::EvaluateError,
    ingest::IngestError,
    referral::ReferralError,
    reports::ReportError,
    store::StoreError,
    web::WebError,
};
use std::io;

/// What a command can fail with.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The arguments make no sense together.
    #[error("{0}")]
    Usage(String),
    /// The configuration is wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// There is no store where one was expected.
    #[error(
        "there is no store in \"{0}\"; `ringer import FILE` makes one, `--data DIR` or RINGER_DATA names another folder"
    )]
    NoStore(String),
    /// What was asked for does not exist.
    #[error("{0}")]
    NotFound(String),
    /// A folder with other things in it was named as the store's.
    #[error(
        "\"{0}\" holds other files and is not a store; name an empty or a new folder with --data"
    )]
    NotAStore(String),
    /// A file to import was refused, or its mapping is wrong.
    #[error(transparent)]
    Ingest(IngestError),
    /// The labelled truth is not usable.
    #[error(transparent)]
    Truth(#[from] EvaluateError),
    /// A file could not be read, or is not what it should be.
    #[error("{file}: {why}")]
    Input {
        /// The file as given.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// Something could not be written.
    #[error("cannot write {what}: {source}")]
    Write {
        /// The file or stream.
        what: String,
        /// Why.
        source: io::Error,
    },
    /// The surroundings failed: a port in use, a folder that cannot be made.
    #[error("{what}: {source}")]
    Surroundings {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// The engine refused.
    #[error(transparent)]
    Engine(EngineError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Accounts refused or failed.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// Something beside the journal could not be erased.
    #[error(transparent)]
    Aftermath(#[from] AftermathError),
    /// A file attached to a case cannot be taken, or is not what it was.
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    /// A rule of casework is not met.
    #[error("{0}")]
    NotYet(String),
    /// The role is not enough.
    #[error("as {role} you may not {}", what.label())]
    Forbidden {
        /// What they are.
        role: Role,
        /// What they wanted.
        what: Permission,
    },
    /// The audit trail cannot be written, or is damaged.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// A package cannot be made, written or looked into.
    #[error(transparent)]
    Referral(ReferralError),
    /// The web UI cannot be served.
    #[error(transparent)]
    Web(#[from] WebError),
}

impl From<EngineError> for CliError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Store(error) => Self::Store(error),
            EngineError::Rejects(source) => {
                Self::Write { what: "the file of rejected rows".to_owned(), source }
            }
            other => Self::Engine(other),
        }
    }
}

impl From<ReferralError> for CliError {
    fn from(error: ReferralError) -> Self {
        match error {
            ReferralError::Engine(error) => error.into(),
            other => Self::Referral(other),
        }
    }
}

impl From<ReportError> for CliError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Engine(error) => error.into(),
            other => Self::Usage(other.to_string()),
        }
    }
}

impl From<CaseError> for CliError {
    fn from(error: CaseError) -> Self {
        match error {
            CaseError::Engine(error) => error.into(),
            CaseError::Attachment(error) => Self::Attachment(error),
            CaseError::Forbidden { role, what } => Self::Forbidden { role, what },
            CaseError::NotYet(text) => Self::NotYet(text),
        }
    }
}

impl From<IngestError> for CliError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Rejects { path, source } => Self::Write { what: path, source },
            other => Self::Ingest(other),
        }
    }
}

impl From<io::Error> for CliError {
    /// Commands write to standard output and nowhere else without naming the place.
    fn from(source: io::Error) -> Self {
        Self::Write { what: "standard output".to_owned(), source }
    }
}

impl CliError {
    /// The exit code of this failure.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            // The reader of a pipe has seen enough: `ringer members | head` is no failure.
            Self::Write { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => Exit::Ok,
            Self::NotFound(_)
            | Self::NotYet(_)
            | Self::Engine(EngineError::StaleCase { .. } | EngineError::CaseOpen { .. })
            | Self::Accounts(AccountsError::Unknown(_))
            | Self::Engine(EngineError::NotFound { .. } | EngineError::Differs { .. }) => {
                Exit::Nothing
            }
            Self::Input { .. } | Self::Truth(_) => Exit::Rejected,
            Self::Ingest(error) => ingest_exit(error),
            Self::Referral(ReferralError::NotFound { .. } | ReferralError::Leak { .. }) => {
                Exit::Nothing
            }
            Self::Referral(ReferralError::Attachment(_)) => Exit::Damaged,
            Self::Referral(ReferralError::Part { .. }) => Exit::Bug,
            Self::Attachment(AttachmentError::Missing(_) | AttachmentError::Damaged(_)) => {
                Exit::Damaged
            }
            Self::Attachment(AttachmentError::File { .. }) | Self::Forbidden { .. } => Exit::Usage,
            Self::Attachment(_) => Exit::Rejected,
            Self::Aftermath(_) => Exit::Usage,
            // A full disk or a lock held by another process is the surroundings, and a dump is input.
            Self::Store(error) if error.is_damage() => Exit::Damaged,
            Self::Audit(error) if error.is_damage() => Exit::Damaged,
            Self::Store(StoreError::Load { .. }) => Exit::Rejected,
            Self::Usage(_)
            | Self::Settings(_)
            | Self::NoStore(_)
            | Self::NotAStore(_)
            | Self::Store(_)
            | Self::Web(_)
            | Self::Accounts(_)
            | Self::Audit(_)
            | Self::Referral(_)
            | Self::Write { .. }
            | Self::Surroundings { .. }
            | Self::Engine(_) => Exit::Usage,
        }
    }

    /// Whether there is nothing to tell the user.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.exit() == Exit::Ok
    }
}

/// A mapping is configuration; everything else is about the file.
fn ingest_exit(error: &IngestError) -> Exit {
    match error {
        IngestError::MappingSyntax(_)
        | IngestError::MappingKey { .. }
        | IngestError::MappingColumn { .. }
        | IngestError::MappingValue { .. }
        | IngestError::UnknownPreset { .. } => Exit::Usage,
        _ => Exit::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_goes_away_is_no_failure_and_a_full_disk_is_one() {
        let error = |kind| CliError::from(io::Error::from(kind));
        assert!(error(io::ErrorKind::BrokenPipe).is_quiet());
        assert_eq!(error(io::ErrorKind::StorageFull).exit(), Exit::Usage);
    }

    #[test]
    fn damage_is_told_apart_from_a_full_disk_and_a_bad_dump() {
        let exit = |error: StoreError| CliError::from(error).exit();
        let damage = StoreError::Damaged {
            file: "x".into(),
            offset: 1,
            seq: crate::model::Seq(1),
            what: "x".into(),
        };
        assert_eq!(exit(damage), Exit::Damaged);
        assert_eq!(exit(StoreError::Full { path: "x".into() }), Exit::Usage);
        assert_eq!(exit(StoreError::Load { line: 1, what: "x".into() }), Exit::Rejected);
    }

    #[test]
    fn a_wrong_mapping_is_configuration_and_a_wrong_file_is_input() {
        assert_eq!(CliError::from(IngestError::MappingSyntax("x".into())).exit(), Exit::Usage);
        assert_eq!(CliError::from(IngestError::Empty { name: "x".into() }).exit(), Exit::Rejected);
    }

    #[test]
    fn what_does_not_exist_is_told_apart_from_what_is_wrong() {
        assert_eq!(CliError::NotFound("no ring".into()).exit(), Exit::Nothing);
        let unknown = EngineError::NotFound { what: "ring", id: "ring_x".into() };
        assert_eq!(CliError::from(unknown).exit(), Exit::Nothing);
        assert_eq!(CliError::from(EngineError::Incomplete("a reason")).exit(), Exit::Usage);
        let input = CliError::Input { file: "a.csv".into(), why: "not a table".into() };
        assert_eq!(input.exit(), Exit::Rejected);
    }
}
