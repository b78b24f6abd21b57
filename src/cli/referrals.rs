//! `ringer referrals`: the packages that were made, what became of each, and withdrawing one. Not responsible for making
//! one (`refer`).
//!
//! Invariant: nothing is withdrawn without a name and a reason; every referral is listed, standing or not.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, Row, id, number, text},
    },
    model::{Referral, ReferralId, ReferralRecord},
};
use serde::Serialize;

/// Arguments of `ringer referrals`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer referrals\n  \
    ringer referrals show ref_0123456789ab --format json\n  \
    ringer referrals withdraw ref_0123456789ab --why \"a member was cleared\"\n\n\
    Without a word after it: every referral, newest first. Ends with exit code 1 when there is none.")]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// Who does it [env: RINGER_USER] [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Every referral, newest first
    #[command(after_help = "Example:\n  ringer referrals list --format csv")]
    List,
    /// Show one referral
    #[command(after_help = "Example:\n  ringer referrals show ref_0123456789ab")]
    Show {
        /// The referral
        referral: ReferralId,
    },
    /// Say that a referral no longer stands; the package itself is out of the house
    #[command(
        after_help = "Example:\n  ringer referrals withdraw ref_0123456789ab --why \"a member was cleared\"\n\n\
        Tell whoever got it: `ringer verify-package` says so only where this journal is at hand."
    )]
    Withdraw {
        /// The referral
        referral: ReferralId,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

impl Args {
    /// The referral that it is about.
    pub(super) fn id(&self) -> Option<&str> {
        match &self.what {
            Some(What::Show { referral } | What::Withdraw { referral, .. }) => {
                Some(referral.as_str())
            }
            _ => None,
        }
    }
}

/// A referral in full.
#[derive(Serialize)]
struct Line {
    referral_id: ReferralId,
    ring_id: String,
    case_id: Option<String>,
    status: &'static str,
    draft: bool,
    profile: &'static str,
    tlp: &'static str,
    at: String,
    by: String,
    recipient: String,
    purpose: String,
    identities: u32,
    files: u32,
    bytes: u64,
    manifest_sha256: String,
    withheld: Vec<String>,
    proposed_by: Option<String>,
    agreed_by: Option<String>,
    fact: u64,
    head: u64,
    head_hash: String,
    supersedes: Option<String>,
    superseded_by: Option<String>,
    withdrawn_at: Option<String>,
    withdrawn_by: Option<String>,
    why: Option<String>,
}

impl From<&ReferralRecord> for Line {
    fn from(record: &ReferralRecord) -> Self {
        let Referral {
            id,
            ring,
            case,
            review,
            profile,
            tlp,
            recipient,
            purpose,
            by,
            at,
            head,
            head_hash,
            manifest,
            files,
            bytes,
            identities,
            withheld,
            supersedes,
        } = &record.referral;
        let end = record.withdrawn.as_ref();
        Self {
            referral_id: id.clone(),
            ring_id: ring.to_string(),
            case_id: case.as_ref().map(ToString::to_string),
            status: if end.is_some() {
                "withdrawn"
            } else if record.superseded_by.is_some() {
                "superseded"
            } else {
                "stands"
            },
            draft: review.is_none(),
            profile: profile.name(),
            tlp: tlp.label(),
            at: at.to_string(),
            by: by.clone(),
            recipient: recipient.clone(),
            purpose: purpose.clone(),
            identities: *identities,
            files: *files,
            bytes: *bytes,
            manifest_sha256: manifest.to_string(),
            withheld: withheld.clone(),
            proposed_by: review.as_ref().map(|r| r.proposed_by.clone()),
            agreed_by: review.as_ref().map(|r| r.agreed_by.clone()),
            fact: record.seq.0,
            head: head.0,
            head_hash: head_hash.to_string(),
            supersedes: supersedes.as_ref().map(ToString::to_string),
            superseded_by: record.superseded_by.as_ref().map(ToString::to_string),
            withdrawn_at: end.map(|end| end.at.to_string()),
            withdrawn_by: end.map(|end| end.by.clone()),
            why: end.map(|end| end.why.clone()),
        }
    }
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("referral_id"),
        id("ring_id"),
        id("status"),
        id("draft"),
        id("profile"),
        id("tlp"),
        id("at"),
        text("by"),
        text("recipient"),
        number("identities"),
        number("files"),
        number("bytes"),
        id("superseded_by"),
        text("purpose"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.referral_id.to_string(),
            self.ring_id.clone(),
            self.status.to_owned(),
            if self.draft { "draft" } else { "final" }.to_owned(),
            self.profile.to_owned(),
            self.tlp.to_owned(),
            self.at.clone(),
            self.by.clone(),
            self.recipient.clone(),
            self.identities.to_string(),
            self.files.to_string(),
            self.bytes.to_string(),
            self.superseded_by.clone().unwrap_or_default(),
            self.purpose.clone(),
        ]
    }
}

/// Lists referrals, shows one, or withdraws one.
///
/// # Errors
/// When there is no store or no such referral, it does not stand, a reason is missing, or the store fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.unwrap_or(Format::Table);
    match &args.what {
        None | Some(What::List) => list(ctx, format),
        Some(What::Show { referral }) => show(ctx, referral, format),
        Some(What::Withdraw { referral, why }) => {
            let engine = ctx.engine_to_write()?;
            engine.withdraw_referral(referral, &ctx.settings.user, why)?;
            ctx.note("withdrawn; tell whoever got the package:");
            let cases = engine.cases();
            ctx.out.list(format, cases.referral(referral).into_iter().map(Line::from))?;
            Ok(Exit::Ok)
        }
    }
}

fn list(ctx: &mut Context, format: Format) -> Result<Exit, CliError> {
    let cases = ctx.engine()?.cases();
    let lines: Vec<Line> = cases.referrals().iter().rev().map(Line::from).collect();
    let exit = if lines.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(format, lines)?;
    if exit == Exit::Nothing {
        ctx.note("nothing was referred yet; `ringer refer RING --out DIR` does");
    }
    Ok(exit)
}

fn show(ctx: &mut Context, referral: &ReferralId, format: Format) -> Result<Exit, CliError> {
    let cases = ctx.engine()?.cases();
    let record = cases.referral(referral).ok_or_else(|| {
        CliError::NotFound(format!(
            "no referral has the id {referral}; `ringer referrals` lists them"
        ))
    })?;
    let line = Line::from(record);
    match format {
        Format::Json => ctx.out.object(&line)?,
        Format::Csv => ctx.out.list(format, [line])?,
        Format::Table => prose(ctx, &line)?,
    }
    Ok(Exit::Ok)
}

fn prose(ctx: &mut Context, line: &Line) -> Result<(), CliError> {
    let out = &mut ctx.out;
    let draft = if line.draft { ", a draft" } else { "" };
    out.line(&format!("{}  {}{draft}", line.referral_id, line.status))?;
    if let (Some(at), Some(by), Some(why)) = (&line.withdrawn_at, &line.withdrawn_by, &line.why) {
        out.line(&format!("Withdrawn on {at} by {by}: {why}"))?;
    }
    if let Some(later) = &line.superseded_by {
        out.line(&format!("{later} took its place"))?;
    }
    if let Some(former) = &line.supersedes {
        out.line(&format!("It took the place of {former}"))?;
    }
    let case = line.case_id.as_ref().map_or_else(String::new, |case| format!(" from {case}"));
    out.line(&format!("About {}{case}; {}, {}", line.ring_id, line.profile, line.tlp))?;
    out.line(&format!("Made on {} by {} for: {}", line.at, line.by, line.purpose))?;
    if !line.recipient.is_empty() {
        out.line(&format!("Recipient: {}", line.recipient))?;
    }
    if let (Some(proposed), Some(agreed)) = (&line.proposed_by, &line.agreed_by) {
        out.line(&format!("Proposed by {proposed}, agreed to by {agreed}"))?;
    }
    out.line(&format!(
        "{} identities named; {} files, {} bytes",
        line.identities, line.files, line.bytes
    ))?;
    for withheld in &line.withheld {
        out.line(&format!("Withheld: {withheld}"))?;
    }
    out.line(&format!("Manifest SHA-256 {}", line.manifest_sha256))?;
    out.line(&format!(
        "Fact {} of the journal, made from fact {} ({})",
        line.fact, line.head, line.head_hash
    ))?;
    Ok(())
}
