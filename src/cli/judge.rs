//! `ringer judge`: record, list and withdraw judgements.
//!
//! Invariant: nothing is judged without a name and a reason.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        lookup,
        output::{Column, Format, Row, id, text},
        report,
    },
    engine::Engine,
    model::{
        AttributeKind, Judgement, JudgementId, PairVerdict, RingId, RingStatus, ValueVerdict,
        Verdict,
    },
};
use serde::Serialize;

/// Arguments of `ringer judge`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer judge pair APP-1041 APP-1187 different --why \"twins, both met in person\"\n  \
    ringer judge value phone +12025550143 common --why \"our own switchboard\"\n  \
    ringer judge ring ring_0123456789ab confirmed --why \"same hands on camera\"\n  \
    ringer judge list\n  \
    ringer judge withdraw jdg_0123456789ab --why \"mixed up two files\"")]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// Who judges [env: RINGER_USER] [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Two applications: same, different, linked or not-linked
    #[command(
        after_help = "Example:\n  ringer judge pair APP-1041 APP-1187 different --why \"twins, both met in person\""
    )]
    Pair {
        /// One application or applicant
        a: String,
        /// The other
        b: String,
        /// same, different, linked or not-linked
        verdict: PairVerdict,
        #[command(flatten)]
        reason: Reason,
    },
    /// A value: common or known-bad
    #[command(
        after_help = "Example:\n  ringer judge value phone +12025550143 common --why \"our own switchboard\""
    )]
    Value {
        /// phone, email, address, institution, employer, profile, ip, device, document, photo, referee, ...
        kind: AttributeKind,
        /// The value, as Ringer or as people write it, or its attribute id
        #[arg(allow_hyphen_values = true)]
        value: String,
        /// common or known-bad
        verdict: ValueVerdict,
        #[command(flatten)]
        reason: Reason,
    },
    /// A ring: confirmed, dismissed, referred, or open to take a decision back
    #[command(
        after_help = "Example:\n  ringer judge ring ring_0123456789ab confirmed --why \"same hands on camera\""
    )]
    Ring {
        /// The ring
        ring: RingId,
        /// confirmed, dismissed, referred or open
        verdict: RingStatus,
        #[command(flatten)]
        reason: Reason,
    },
    /// The judgements in force, oldest first
    #[command(after_help = "Example:\n  ringer judge list --format csv")]
    List,
    /// Take a judgement back: all is as if it had never been made
    #[command(
        after_help = "Example:\n  ringer judge withdraw jdg_0123456789ab --why \"mixed up two files\""
    )]
    Withdraw {
        /// The judgement
        judgement: JudgementId,
        #[command(flatten)]
        reason: Reason,
    },
}

#[derive(Debug, Clone, clap::Args)]
struct Reason {
    /// The reason, recorded for good
    #[arg(long, value_name = "TEXT")]
    why: String,
}

#[derive(Serialize)]
struct Line {
    judgement_id: JudgementId,
    about: &'static str,
    subject: String,
    verdict: &'static str,
    by: String,
    at: String,
    why: String,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("judgement_id"),
        id("about"),
        text("subject"),
        id("verdict"),
        text("by"),
        id("at"),
        text("why"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.judgement_id.to_string(),
            self.about.to_owned(),
            self.subject.clone(),
            self.verdict.to_owned(),
            self.by.clone(),
            self.at.clone(),
            self.why.clone(),
        ]
    }
}

impl From<&Judgement> for Line {
    fn from(judgement: &Judgement) -> Self {
        let (about, subject, verdict) = match &judgement.verdict {
            Verdict::Pair { a, b, verdict } => ("pair", format!("{a} {b}"), verdict.name()),
            Verdict::Value { attribute, verdict } => (
                "value",
                format!("{} {}", attribute.kind, lookup::shown(attribute)),
                verdict.name(),
            ),
            Verdict::Ring { ring, verdict } => ("ring", ring.to_string(), verdict.name()),
        };
        Self {
            judgement_id: judgement.id.clone(),
            about,
            subject,
            verdict,
            by: judgement.by.clone(),
            at: judgement.at.to_string(),
            why: judgement.why.clone(),
        }
    }
}

/// Records, lists or withdraws.
///
/// # Errors
/// When what is judged does not exist, a reason is missing, or the store fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = match args.what {
        What::List => ctx.engine()?,
        _ => ctx.engine_to_write()?,
    };
    let view = engine.view();
    let format = args.format.unwrap_or(Format::Table);
    let (verdict, why) = match &args.what {
        What::List => {
            let lines: Vec<Line> = view.judgements.iter().map(Line::from).collect();
            let exit = if lines.is_empty() { Exit::Nothing } else { Exit::Ok };
            ctx.out.list(format, lines)?;
            if exit == Exit::Nothing {
                ctx.note("no judgement is in force");
            }
            return Ok(exit);
        }
        What::Withdraw { judgement, reason } => {
            let was: Vec<Line> =
                view.judgements.iter().filter(|j| j.id == *judgement).map(Line::from).collect();
            engine.withdraw(judgement, &ctx.settings.user, &reason.why)?;
            ctx.note("withdrawn:");
            ctx.out.list(format, was)?;
            ctx.out.flush()?;
            report::watch(ctx, &engine)?;
            return Ok(Exit::Ok);
        }
        What::Pair { a, b, verdict, reason } => {
            let (a, b) = (lookup::application_id(&view, a)?, lookup::application_id(&view, b)?);
            let verdict = Verdict::pair(a.clone(), b, *verdict).ok_or_else(|| {
                CliError::Usage(format!(
                    "{a} cannot be compared with itself; name two applications"
                ))
            })?;
            (verdict, &reason.why)
        }
        What::Value { kind, value, verdict, reason } => {
            let attribute = lookup::attribute(&view, *kind, value)?;
            (Verdict::Value { attribute, verdict: *verdict }, &reason.why)
        }
        What::Ring { ring, verdict, reason } => {
            let ring = lookup::ring(ctx, &view, ring)?.id.clone();
            (Verdict::Ring { ring, verdict: *verdict }, &reason.why)
        }
    };
    record(ctx, &engine, verdict, why, format)
}

fn record(
    ctx: &mut Context,
    engine: &Engine,
    verdict: Verdict,
    why: &str,
    format: Format,
) -> Result<Exit, CliError> {
    let made = engine.judge(verdict, &ctx.settings.user, why)?;
    let view = engine.view();
    if let Some(stands) =
        view.judgements.iter().find(|j| j.id == made).and_then(|j| view.unmet(&j.verdict))
    {
        ctx.note(&format!(
            "note: {stands}, because of other judgements; `ringer judge list` shows them"
        ));
    }
    ctx.out.list(format, view.judgements.iter().filter(|j| j.id == made).map(Line::from))?;
    ctx.out.flush()?;
    report::watch(ctx, engine)?;
    Ok(Exit::Ok)
}
