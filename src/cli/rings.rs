//! `ringer rings`: the ranked rings, the first to be looked at in front.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, number, text},
    },
    engine::View,
    explain::ring_sentence,
    indicators::{Band, RingAssessment},
    model::{Bits, Family, Moment, Ring, RingId, RingStatus},
};
use serde::Serialize;

/// Arguments of `ringer rings`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer rings --min-size 3 --status open --format json\n\n\
    Ends with exit code 1 when there is no such ring.")]
pub struct Args {
    /// Only rings of at least this many applicants
    #[arg(long, value_name = "N", default_value_t = 2)]
    min_size: usize,
    /// Only rings of this status: open, confirmed, dismissed or referred
    #[arg(long, value_name = "STATUS")]
    status: Option<RingStatus>,
    #[command(flatten)]
    format: FormatArg,
}

/// A ring in a list.
#[derive(Serialize)]
pub struct Line {
    ring_id: RingId,
    applicants: usize,
    applications: usize,
    band: Band,
    rank: Bits,
    score: Bits,
    status: RingStatus,
    families: Vec<Family>,
    first_seen: Option<String>,
    last_seen: Option<String>,
    sentence: String,
}

impl Line {
    /// The line of a ring of this view.
    #[must_use]
    pub fn of(view: &View, ring: &Ring, assessment: &RingAssessment) -> Self {
        let network = &view.network;
        let day = |moment: Option<Moment>| moment.map(Moment::day);
        Self {
            ring_id: ring.id.clone(),
            applicants: ring.members.len(),
            applications: ring
                .members
                .iter()
                .map(|&m| network.applicant(m).applications.len())
                .sum(),
            band: assessment.band(),
            rank: assessment.rank.total,
            score: ring.score,
            status: ring.status,
            families: ring.families.clone(),
            first_seen: day(ring.first_seen),
            last_seen: day(ring.last_seen),
            sentence: ring_sentence(network, ring),
        }
    }
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("ring_id"),
        number("applicants"),
        number("applications"),
        id("band"),
        number("rank"),
        number("score"),
        id("status"),
        id("families"),
        id("first_seen"),
        id("last_seen"),
        text("sentence"),
    ];

    fn cells(&self) -> Vec<String> {
        let families: Vec<&str> = self.families.iter().map(|f| f.name()).collect();
        vec![
            self.ring_id.to_string(),
            self.applicants.to_string(),
            self.applications.to_string(),
            self.band.name().to_owned(),
            format!("{:.1}", self.rank.get()),
            format!("{:.1}", self.score.get()),
            self.status.name().to_owned(),
            families.join(" "),
            self.first_seen.clone().unwrap_or_default(),
            self.last_seen.clone().unwrap_or_default(),
            self.sentence.clone(),
        ]
    }
}

/// Prints the rings.
///
/// # Errors
/// When the store cannot be opened, or the lines not be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let view = engine.view();
    let wanted = |ring: &&Ring| {
        ring.members.len() >= args.min_size && args.status.is_none_or(|s| s == ring.status)
    };
    let queue = view.queue(&engine.assess_rings(&view));
    let lines = queue.iter().filter(|(ring, _)| wanted(ring));
    let lines: Vec<Line> = lines.map(|(ring, a)| Line::of(&view, ring, a)).collect();
    let exit = if lines.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(args.format.or(Format::Table), lines)?;
    if exit == Exit::Nothing {
        ctx.note("no such ring");
    }
    Ok(exit)
}
