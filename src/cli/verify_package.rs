//! `ringer verify-package`: whether a package is as it was made. Not responsible for the verdict (`referral::verify`).
//!
//! Invariant: one line says it; whatever a package holds, this neither unpacks it nor follows it anywhere.

use crate::{
    cli::{CliError, Exit, context::Context, output::Format},
    model::{FileHash, ReferralId, RingId},
    referral::{
        ReferralError,
        package::Manifest,
        verify::{Problem, Recorded, Verdict, recorded, verify},
    },
};
use serde::Serialize;
use std::{io, path::PathBuf};

/// Arguments of `ringer verify-package`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer verify-package ref_0123456789ab\n  \
    ringer verify-package ref_0123456789ab.zip --data /srv/ringer --format json\n\n\
    Reads every file, holds it against manifest.json, SHA256SUMS and evidence.sha256, follows the\n\
    chain of the custody log and the references of the STIX bundle. Where there is a store, asks its\n\
    journal too: whether the package was made from it, and whether it was withdrawn or superseded\n\
    since, which changes nothing in the package. Ends with exit code 1 when it is not intact.")]
pub struct Args {
    /// The folder of a package, or the zip of it
    #[arg(value_name = "DIR|ZIP")]
    package: PathBuf,
    /// How to print [default: table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Serialize)]
struct Report<'a> {
    intact: bool,
    referral_id: Option<&'a ReferralId>,
    ring_id: Option<&'a RingId>,
    draft: Option<bool>,
    tlp: Option<&'a str>,
    made_by: Option<&'a str>,
    made_at: Option<&'a str>,
    manifest_sha256: Option<&'a FileHash>,
    evidence_sha256: Option<&'a FileHash>,
    files: usize,
    bytes: u64,
    problems: &'a [Problem],
    journal: Option<Journal<'a>>,
}

#[derive(Serialize)]
struct Journal<'a> {
    data: String,
    fact: Option<u64>,
    withdrawn_at: Option<String>,
    withdrawn_by: Option<&'a str>,
    why: Option<&'a str>,
    superseded_by: Option<&'a ReferralId>,
}

/// Looks through a package and says what was found.
///
/// # Errors
/// When there is none, the store that was named cannot be opened, or nothing can be printed.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    if args.format == Some(Format::Csv) {
        return Err(CliError::Usage(
            "a verdict is no table; `--format json` has all of it".to_owned(),
        ));
    }
    let mut verdict = verify(&args.package).map_err(|error| absent(args, error))?;
    let told = match (&verdict.manifest, &verdict.hash) {
        (Some(manifest), Some(hash)) => asked(ctx, manifest, hash)?,
        _ => None,
    };
    verdict.problems.extend(told.iter().filter_map(|told| told.problem.clone()));
    match args.format {
        Some(Format::Json) => ctx.out.object(&report(ctx, &verdict, told.as_ref()))?,
        _ => ctx.out.line(&line(ctx, &verdict, told.as_ref()))?,
    }
    Ok(if verdict.is_intact() { Exit::Ok } else { Exit::Nothing })
}

fn absent(args: &Args, error: ReferralError) -> CliError {
    match error {
        ReferralError::Io { path, source } if source.kind() == io::ErrorKind::NotFound => {
            CliError::NotFound(format!("there is no package at \"{}\"", path.display()))
        }
        ReferralError::Io { source, .. } => {
            CliError::Input { file: args.package.display().to_string(), why: source.to_string() }
        }
        other => other.into(),
    }
}

/// What the journal says, if there is one to ask.
fn asked(
    ctx: &Context,
    manifest: &Manifest,
    hash: &FileHash,
) -> Result<Option<Recorded>, CliError> {
    let is_named = ctx.sources.flags.contains_key("data");
    if !is_named && !ctx.has_store() {
        return Ok(None);
    }
    let engine = ctx.engine()?;
    let told = recorded(&engine, &engine.cases(), manifest, hash)?;
    // A recipient has a store of their own, which has nothing to say of a package from elsewhere.
    let is_elsewhere = told.is_other && !is_named;
    Ok((!is_elsewhere).then_some(told))
}

fn line(ctx: &Context, verdict: &Verdict, told: Option<&Recorded>) -> String {
    if !verdict.is_intact() {
        return format!("NOT intact: {}", verdict.told());
    }
    let mut line = String::from("intact: ");
    if let Some(manifest) = &verdict.manifest {
        let draft = if manifest.draft { ", a DRAFT" } else { "" };
        line.push_str(&format!(
            "{}{draft}, {} files, {}",
            manifest.referral_id, verdict.files, manifest.tlp
        ));
    }
    if let Some(hash) = &verdict.hash {
        line.push_str(&format!("; manifest SHA-256 {hash}"));
    }
    match told {
        None => line.push_str(
            "; not held against a journal, as there is no store here that it was made from",
        ),
        Some(told) => {
            let fact = told.seq.map_or(0, |seq| seq.0);
            let data = ctx.settings.data.display();
            line.push_str(&format!("; recorded by fact {fact} of the journal in {data}"));
            if let Some(fate) = told.fate() {
                line.push_str(&format!("; BUT {fate}"));
            }
        }
    }
    line
}

fn report<'a>(ctx: &Context, verdict: &'a Verdict, told: Option<&'a Recorded>) -> Report<'a> {
    let manifest = verdict.manifest.as_ref();
    let journal = told.map(|told| {
        let end = told.withdrawn.as_ref();
        Journal {
            data: ctx.settings.data.display().to_string(),
            fact: told.seq.map(|seq| seq.0),
            withdrawn_at: end.map(|end| end.at.to_string()),
            withdrawn_by: end.map(|end| end.by.as_str()),
            why: end.map(|end| end.why.as_str()),
            superseded_by: told.superseded_by.as_ref(),
        }
    });
    Report {
        intact: verdict.is_intact(),
        referral_id: manifest.map(|m| &m.referral_id),
        ring_id: manifest.map(|m| &m.ring_id),
        draft: manifest.map(|m| m.draft),
        tlp: manifest.map(|m| m.tlp.as_str()),
        made_by: manifest.map(|m| m.made_by.as_str()),
        made_at: manifest.map(|m| m.made_at.as_str()),
        manifest_sha256: verdict.hash.as_ref(),
        evidence_sha256: manifest.map(|m| &m.evidence.sha256),
        files: verdict.files,
        bytes: verdict.bytes,
        problems: &verdict.problems,
        journal,
    }
}
