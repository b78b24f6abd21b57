//! `ringer subject-access`: everything held of one person, for that person. Not responsible for what is in it
//! (`casework::subject_access`).
//!
//! Invariant: what is said to whoever runs the command is never in what is handed out.

use crate::{
    casework::{
        keeping::HeldBy,
        subject_access::{Asked, SubjectAccess, gather, of_taken_back, text},
    },
    cli::{CliError, Exit, context::Context, lookup, people},
    engine::{Engine, View},
    explain::words::count,
    model::ApplicantIx,
};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Arguments of `ringer subject-access`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer subject-access APP-1042 --out answer\n  \
    ringer subject-access apt_0123456789ab --out - | jq .kept\n\n\
    Writes letter.txt, to be printed or sent, and data.json, which has everything. Nobody else's data is\n\
    in either; notes that may be about others are counted. Make sure first that whoever asks is the person\n\
    the applications are from: somebody whose identity was used has no right to the other's address.\n\n\
    Referrals are left out, since telling of one may defeat an investigation; you are told here whether\n\
    there are any. --include-referrals adds them.")]
pub struct Args {
    /// An applicant, or one of their applications
    #[arg(value_name = "APPLICANT")]
    pub(super) applicant: String,
    /// A new folder for the answer, or - for the data on standard output
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Tell of referrals that they are named in
    #[arg(long)]
    include_referrals: bool,
}

/// Puts the answer together and writes it.
///
/// # Errors
/// When there is no such applicant, when the folder is there or cannot be made, or when the store fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let to_stdout = args.out.as_os_str() == "-";
    if !to_stdout && args.out.exists() {
        let out = args.out.display();
        return Err(CliError::Usage(format!(
            "\"{out}\" is there already; name a new folder with --out"
        )));
    }
    let engine = ctx.engine()?;
    let view = engine.view();
    let (held, referrals) = match view.applicant(&args.applicant) {
        Some(applicant) => of_view(args, ctx, &engine, &view, applicant)?,
        None => {
            let ids = lookup::taken_back(&engine, &view, &args.applicant)?;
            let keeping = people::keeping(ctx, &engine, &view)?;
            let (trail, now) = (ctx.trail(), ctx.clock.now());
            let id = ids.first().ok_or_else(|| CliError::NotFound(args.applicant.clone()))?;
            let versions = engine.taken_back(&ids)?;
            (of_taken_back(&view, &keeping, id, versions, &trail, now)?, 0)
        }
    };
    let data = serde_json::to_vec_pretty(&held).map_err(io::Error::from)?;
    if to_stdout {
        let out = ctx.out.stream();
        out.write_all(&data)?;
        out.write_all(b"\n")?;
    } else {
        fs::create_dir_all(&args.out).map_err(unwritten(&args.out))?;
        put(&args.out.join("data.json"), &data)?;
        put(&args.out.join("letter.txt"), text(&held).as_bytes())?;
        ctx.out.line(&args.out.display().to_string())?;
    }
    ctx.out.flush()?;
    if referrals > 0 && !args.include_referrals {
        ctx.note(&format!(
            "for you, not for the person: {} them. Left out, as prevention and detection of crime allow; ask counsel \
             before you add what is left out with --include-referrals",
            count(referrals, "standing referral names", "standing referrals name")
        ));
    }
    for line in &held.withheld {
        ctx.note(&format!("left out: {line}"));
    }
    Ok(Exit::Ok)
}

/// What is held of somebody whom the view has, and how many standing referrals name them.
fn of_view(
    args: &Args,
    ctx: &Context,
    engine: &Engine,
    view: &View,
    applicant: ApplicantIx,
) -> Result<(SubjectAccess, usize), CliError> {
    let (assessment, hits) = (engine.assess(view, applicant), engine.watched_hits(view)?);
    let (cases, trail) = (engine.cases(), ctx.trail());
    let keeping = people::keeping(ctx, engine, view)?;
    let held = gather(&Asked {
        view,
        cases: &cases,
        keeping: &keeping,
        applicant,
        assessment: &assessment,
        versions: &|id| engine.every_version(id).unwrap_or_default(),
        hits: &hits,
        trail: &trail,
        include_referrals: args.include_referrals,
        now: ctx.clock.now(),
    })?;
    let standing = keeping.standing(applicant);
    let referrals = standing.held_by.iter().filter(|by| matches!(by, HeldBy::Referral(_))).count();
    Ok((held, referrals))
}

fn unwritten(path: &Path) -> impl FnOnce(io::Error) -> CliError + '_ {
    move |source| CliError::Write { what: path.display().to_string(), source }
}

/// Writes a file that only its owner can read.
fn put(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .map_err(unwritten(path))
}
