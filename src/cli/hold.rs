//! `ringer hold`: legal holds: what must not be erased. Not responsible for whom one covers (`casework::keeping`).
//!
//! Invariant: nothing is held or released without a name and a reason.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        lookup,
        output::{Column, Format, Row, id, text},
        people,
    },
    model::{CaseId, Day, HoldId, HoldOn, HoldRecord, RingId},
};
use serde::Serialize;

/// Arguments of `ringer hold`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer hold add --ring ring_0123456789ab --why \"a claim is pending\"\n  \
    ringer hold add --applicant APP-1042 --why \"subpoena of 12 May\" --until 2027-12-31\n  \
    ringer hold list\n  ringer hold release hld_0123456789ab --why \"settled\"\n\n\
    A ring's hold is on everybody who is in it or ever was; a case's on everybody it covers.")]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// Who acts [env: RINGER_USER] [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Put a hold
    #[command(
        after_help = "Example:\n  ringer hold add --case cas_0123456789ab --why \"litigation\"",
        group = clap::ArgGroup::new("on").required(true)
    )]
    Add {
        /// On everybody who is in this ring or ever was
        #[arg(long, value_name = "RING", group = "on")]
        ring: Option<RingId>,
        /// On this applicant, or whoever made this application
        #[arg(long, value_name = "ID", group = "on")]
        applicant: Option<String>,
        /// On everybody whom this case covers
        #[arg(long, value_name = "CASE", group = "on")]
        case: Option<CaseId>,
        /// On everybody
        #[arg(long, group = "on")]
        all: bool,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
        /// The last day on which it holds [default: until it is released]
        #[arg(long, value_name = "DAY")]
        until: Option<Day>,
    },
    /// Every hold, released ones too, newest first
    #[command(after_help = "Example:\n  ringer hold list --format csv")]
    List,
    /// Release a hold
    #[command(after_help = "Example:\n  ringer hold release hld_0123456789ab --why \"settled\"")]
    Release {
        /// The hold, as `ringer hold list` prints it
        #[arg(value_name = "HOLD")]
        hold: HoldId,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

#[derive(Serialize)]
struct Line {
    hold_id: String,
    on: String,
    state: &'static str,
    since: String,
    until: Option<String>,
    by: String,
    why: String,
    released_by: Option<String>,
    released_why: Option<String>,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("hold_id"),
        text("on"),
        id("state"),
        id("since"),
        id("until"),
        text("by"),
        text("why"),
        text("released_by"),
        text("released_why"),
    ];

    fn cells(&self) -> Vec<String> {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.hold_id.clone(),
            self.on.clone(),
            self.state.to_owned(),
            self.since.clone(),
            or_none(&self.until),
            self.by.clone(),
            self.why.clone(),
            or_none(&self.released_by),
            or_none(&self.released_why),
        ]
    }
}

impl Line {
    fn new(record: &HoldRecord, today: Option<Day>) -> Self {
        let hold = &record.hold;
        Self {
            hold_id: hold.id.to_string(),
            on: hold.on.to_string(),
            state: match (&record.released, today) {
                (Some(_), _) => "released",
                (None, Some(today)) if !record.holds(today) => "over",
                _ => "holds",
            },
            since: hold.at.day(),
            until: hold.until.map(|day| day.to_string()),
            by: hold.by.clone(),
            why: hold.why.clone(),
            released_by: record.released.as_ref().map(|end| end.by.clone()),
            released_why: record.released.as_ref().map(|end| end.why.clone()),
        }
    }
}

/// Puts, lists or releases holds.
///
/// # Errors
/// When what it is on does not exist, a reason is missing, or the store fails or is in use.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.unwrap_or(Format::Table);
    let today = Day::of(ctx.clock.now());
    let (engine, of) = match &args.what {
        What::List => (ctx.engine()?, None),
        What::Add { ring, applicant, case, all: _, why, until } => {
            let engine = people::engine_to_write(ctx)?;
            let on = match (ring, applicant, case) {
                (Some(ring), ..) => HoldOn::Ring(ring.clone()),
                (_, Some(applicant), _) => {
                    let view = engine.view();
                    let ix = lookup::applicant(&view, applicant)?;
                    let apps = &view.network.applicant(ix).applications;
                    HoldOn::Applicant(apps.iter().map(|&a| view.network.corpus().id(a)).collect())
                }
                (.., Some(case)) => HoldOn::Case(case.clone()),
                _ => HoldOn::All,
            };
            let id = engine.hold(on, *until, &ctx.settings.user, why)?;
            (engine, Some(id))
        }
        What::Release { hold, why } => {
            let engine = people::engine_to_write(ctx)?;
            engine.release_hold(hold, &ctx.settings.user, why)?;
            (engine, Some(hold.clone()))
        }
    };
    let view = engine.view();
    let shown = |record: &&HoldRecord| of.as_ref().is_none_or(|id| record.hold.id == *id);
    let lines: Vec<Line> =
        view.holds.iter().rev().filter(shown).map(|record| Line::new(record, today)).collect();
    let exit = if lines.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(format, lines)?;
    ctx.out.flush()?;
    if exit == Exit::Nothing {
        ctx.note("nothing is held; `ringer hold add` puts a hold");
    }
    Ok(exit)
}
