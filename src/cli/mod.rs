//! The command line: one file a command. Not responsible for anything that a caller of the library could want:
//! commands parse, call, print.
//!
//! Invariant: data goes to standard output, everything else to standard error; `Exit` says how it went.

pub mod context;
pub mod error;
pub mod exit;
pub mod lookup;
pub mod output;
pub mod panics;
pub mod progress;
pub mod recording;
pub mod settings;

mod args;

mod audit;
mod calibrate;
mod case;
mod check;
mod config;
mod demo;
mod dump;
mod erase;
mod evaluate;
mod explain;
mod fairness;
mod hold;
mod house;
mod id_key_file;
mod import;
mod imports;
mod indicators;
mod judge;
mod leaves;
mod load;
mod members;
mod path;
mod people;
mod policy;
mod precision;
mod refer;
mod referrals;
mod report;
mod retention;
mod retention_settings;
mod ring;
mod rings;
mod screen;
mod search;
mod serve;
mod serving;
mod subject_access;
mod synth;
mod user;
mod verify;
mod verify_package;
mod watchlist;

pub use args::main;
pub use error::CliError;
pub use exit::Exit;
pub use panics::{guarded, report_panics_without_data};

use crate::casework::audit::Action;
use clap::Subcommand;
use context::Context;
use recording::Asked;

/// Declares the commands in reading order: the order of `ringer help`.
macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident => $module:ident;)*) => {
        /// What to do.
        #[derive(Debug, Clone, Subcommand)]
        pub enum Command {
            $($(#[$doc])* $variant($module::Args),)*
        }

        impl Command {
            /// Does it.
            ///
            /// # Errors
            /// Whatever stopped it.
            pub fn run(&self, ctx: &mut Context) -> Result<Exit, CliError> {
                ctx.asked.replace(self.asked());
                match self { $(Self::$variant(args) => $module::run(args, ctx),)* }
            }

            /// Its name.
            fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => stringify!($module),)* }
            }
        }
    };
}

commands! {
    /// Show what Ringer does, on invented applications
    Demo => demo;
    /// Bring applications in from CSV or JSON Lines files
    Import => import;
    /// List imports, or take one back
    Imports => imports;
    /// List the rings, highest score first
    Rings => rings;
    /// Show one ring: why it is one, who is in it, what they share
    Ring => ring;
    /// Print the applicant and the ring of every application
    Members => members;
    /// Say why two applications are or are not linked
    Explain => explain;
    /// List the indicators, or assess an applicant by them
    Indicators => indicators;
    /// Judge applications without storing them
    Screen => screen;
    /// Show how two applications are connected
    Path => path;
    /// Find applicants and values by text
    Search => search;
    /// Record, list or withdraw judgements
    Judge => judge;
    /// Bring in, list and remove watched values, and find them in the store
    Watchlist => watchlist;
    /// Record what was verified about an applicant, or show the checklist
    Check => check;
    /// Open, list and work on cases
    Case => case;
    /// Make a package of a ring for law enforcement: a folder and a zip of it
    Refer => refer;
    /// List the packages that were made, show one, or withdraw one
    Referrals => referrals;
    /// Say whether a package is as it was made, and what was changed if not
    VerifyPackage => verify_package;
    /// Show how often groups are flagged, and how right each rule is
    Fairness => fairness;
    /// Estimate from the store how much each comparison says, and apply it
    Calibrate => calibrate;
    /// Show how often people confirmed the rings they decided about
    Precision => precision;
    /// Show the thresholds in force, foresee what others would do, set them
    Policy => policy;
    /// Make labelled synthetic applications
    Synth => synth;
    /// Measure persons and rings against labelled truth
    Evaluate => evaluate;
    /// Check the journal, and that everything computed follows from it
    Verify => verify;
    /// Write the whole journal as NDJSON
    Dump => dump;
    /// Read a dump into an empty store
    Load => load;
    /// Show every setting, its value and where it came from
    Config => config;
    /// Make reports of what changed, on a schedule or again
    Report => report;
    /// Show how long data is kept, and erase what is due
    Retention => retention;
    /// Put, list and release legal holds
    Hold => hold;
    /// Erase everything held of one person
    Erase => erase;
    /// Hand out everything held of one person
    SubjectAccess => subject_access;
    /// Say who may sign in, and what they may
    User => user;
    /// Show who did or saw what, when, from where and why
    Audit => audit;
    /// Serve the web UI and the API
    Serve => serve;
}

impl Command {
    /// What the audit trail is told of it when it opens the store; none for what shows nobody's data, and for what
    /// records itself.
    fn asked(&self) -> Option<Asked> {
        let asked = Asked::command(self.name());
        Some(match self {
            Self::Ring(args) => asked.of(&[args.ring.as_str()]),
            Self::Refer(args) => args.asked(asked),
            Self::Referrals(args) => asked.of(args.id().as_slice()),
            Self::Explain(args) => asked.of(&[&args.a, &args.b]),
            Self::Path(args) => asked.of(&[&args.a, &args.b]),
            Self::Check(args) => asked.of(&[&args.id]),
            Self::Erase(args) => asked.of(&[&args.applicant]),
            Self::SubjectAccess(args) => {
                Asked { action: Action::Exported, ..asked.of(&[&args.applicant]) }
            }
            Self::Indicators(args) => asked.of(args.id.as_deref().as_slice()),
            Self::Search(args) => Asked { typed: vec![args.text.clone()], ..asked },
            Self::Dump(_) => Asked { action: Action::Exported, ..asked },
            Self::Verify(_) | Self::Serve(_) | Self::Audit(_) => return None,
            _ => asked,
        })
    }

    /// The settings given as flags of the command itself.
    fn flags(&self) -> Vec<(&'static str, String)> {
        let flag = |key, value: &Option<String>| value.clone().map(|v| (key, v));
        let given = match self {
            Self::Import(args) => flag("user", &args.by),
            Self::Imports(args) => flag("user", &args.by),
            Self::Judge(args) => flag("user", &args.by),
            Self::Check(args) => flag("user", &args.by),
            Self::Case(args) => flag("user", &args.by),
            Self::Refer(args) => flag("user", &args.by),
            Self::Referrals(args) => flag("user", &args.by),
            Self::Watchlist(args) => flag("user", &args.by),
            Self::Calibrate(args) => flag("user", &args.by),
            Self::Policy(args) => flag("user", &args.by),
            Self::Hold(args) => flag("user", &args.by),
            Self::Retention(args) => flag("user", &args.by),
            Self::Erase(args) => flag("user", &args.by),
            Self::Serve(args) => return args.flags(),
            _ => None,
        };
        given.into_iter().collect()
    }
}
