//! `ringer ring`: one ring, the verdict sentence first, then members, what they share, and what it hangs on.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        lookup,
        output::{Column, Format, FormatArg, Row, id, number, text},
    },
    engine::View,
    explain::{RaisedLine, RingReport, innocent, ring_sentence},
    matching::feature,
    model::{
        ApplicantId, ApplicantIx, ApplicationId, Artefact, AttributeId, AttributeKind, Bits, Cause,
        Family, Gate, LineageKind, Ring, RingId, RingStatus, Share,
    },
};
use serde::Serialize;

/// Arguments of `ringer ring`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer ring ring_0123456789ab\n  ringer ring ring_0123456789ab --format json\n\n\
    An id that was merged into another ring leads there. CSV prints the members."
)]
pub struct Args {
    /// Id of the ring, as `ringer rings` prints it
    #[arg(value_name = "ID")]
    pub(super) ring: RingId,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Serialize)]
struct Report {
    ring_id: RingId,
    sentence: String,
    innocent: Vec<&'static str>,
    status: RingStatus,
    score: Bits,
    families: Vec<Family>,
    first_seen: Option<String>,
    last_seen: Option<String>,
    members: Vec<Member>,
    shared: Vec<Shared>,
    bridges: Vec<Bridge>,
    without_strongest: Option<Without>,
    gates: Vec<Gate>,
    indicators: RingReport,
    lineage: Vec<Event>,
}

#[derive(Clone, Serialize)]
struct Member {
    applicant_id: ApplicantId,
    name: String,
    application_ids: Vec<ApplicationId>,
    /// Whether the ring falls apart without this member.
    holds_together: bool,
}

impl Row for Member {
    const COLUMNS: &'static [Column] =
        &[id("applicant_id"), text("name"), id("holds_together"), id("application_ids")];

    fn cells(&self) -> Vec<String> {
        let ids: Vec<&str> = self.application_ids.iter().map(ApplicationId::as_str).collect();
        let holds = if self.holds_together { "yes" } else { "no" };
        vec![self.applicant_id.to_string(), self.name.clone(), holds.to_owned(), ids.join(" ")]
    }
}

#[derive(Clone, Serialize)]
struct Shared {
    attribute_id: Option<AttributeId>,
    kind: Option<AttributeKind>,
    value: Option<String>,
    feature: &'static str,
    label: &'static str,
    family: Family,
    applicant_ids: Vec<ApplicantId>,
    bits: Bits,
    users: u32,
}

impl Row for Shared {
    const COLUMNS: &'static [Column] =
        &[text("label"), number("members"), number("users"), number("bits"), text("value")];

    fn cells(&self) -> Vec<String> {
        vec![
            self.label.to_owned(),
            self.applicant_ids.len().to_string(),
            self.users.to_string(),
            self.bits.to_string(),
            self.value.clone().unwrap_or_default(),
        ]
    }
}

/// One indicator in a table.
#[derive(Serialize)]
struct Raised<'a>(&'a RaisedLine);

impl Row for Raised<'_> {
    const COLUMNS: &'static [Column] =
        &[id("indicator_id"), id("strength"), number("bits"), number("members"), text("title")];

    fn cells(&self) -> Vec<String> {
        vec![
            self.0.indicator_id.to_owned(),
            self.0.strength.name().to_owned(),
            self.0.bits.to_string(),
            self.0.members.map_or_else(String::new, |n| n.to_string()),
            self.0.title.to_owned(),
        ]
    }
}

#[derive(Serialize)]
struct Bridge {
    a_applicant_id: ApplicantId,
    b_applicant_id: ApplicantId,
    bits: Bits,
    weak: bool,
    smaller_side_applicant_ids: Vec<ApplicantId>,
}

#[derive(Serialize)]
struct Without {
    attribute_id: Option<AttributeId>,
    remaining: Share,
    parts: Vec<u32>,
}

#[derive(Serialize)]
struct Event {
    kind: LineageKind,
    at: String,
    other_ring_id: Option<RingId>,
    applications: usize,
    cause: Cause,
}

/// Prints the ring.
///
/// # Errors
/// When there is no such ring, the store cannot be opened, or the report not be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let view = engine.view();
    let ring = lookup::ring(ctx, &view, &args.ring)?;
    let report = Report::of(&view, ring, RingReport::of(&engine.assess_ring(&view, ring)));
    match args.format.or(Format::Table) {
        Format::Json => ctx.out.object(&report)?,
        Format::Csv => ctx.out.list(Format::Csv, report.members)?,
        Format::Table => report.print(ctx)?,
    }
    Ok(Exit::Ok)
}

impl Report {
    fn of(view: &View, ring: &Ring, indicators: RingReport) -> Self {
        let network = &view.network;
        let who = |ix: ApplicantIx| network.applicant(ix).id.clone();
        let members = ring.members.iter().map(|&ix| Member {
            applicant_id: who(ix),
            name: network.label(ix).to_owned(),
            application_ids: lookup::application_ids(view, ix),
            holds_together: ring.cut_members.contains(&ix),
        });
        let bridges = ring.bridges.iter().map(|bridge| {
            let link = network.link(bridge.link);
            Bridge {
                a_applicant_id: who(link.a),
                b_applicant_id: who(link.b),
                bits: link.bits,
                weak: bridge.weak,
                smaller_side_applicant_ids: bridge.side.iter().copied().map(who).collect(),
            }
        });
        let without_strongest = ring.drop_one.as_ref().map(|drop| {
            let artefact = ring.artefacts.get(drop.artefact as usize);
            let attribute = artefact.and_then(|a| a.attribute);
            Without {
                attribute_id: attribute.map(|ix| network.corpus().attribute(ix).id()),
                remaining: drop.remaining,
                parts: drop.parts.clone(),
            }
        });
        let lineage = view.lineage.get(&ring.id).into_iter().flatten().map(|recorded| Event {
            kind: recorded.event.kind,
            at: recorded.at.to_string(),
            other_ring_id: recorded.event.other.clone(),
            applications: recorded.event.members.len(),
            cause: recorded.event.cause.clone(),
        });
        Self {
            ring_id: ring.id.clone(),
            sentence: ring_sentence(network, ring),
            innocent: innocent(network, &ring.artefacts),
            status: ring.status,
            score: ring.score,
            families: ring.families.clone(),
            first_seen: ring.first_seen.map(|m| m.to_string()),
            last_seen: ring.last_seen.map(|m| m.to_string()),
            members: members.collect(),
            shared: ring.artefacts.iter().map(|a| shared(view, a)).collect(),
            bridges: bridges.collect(),
            without_strongest,
            gates: ring.gates.clone(),
            indicators,
            lineage: lineage.collect(),
        }
    }

    fn print(&self, ctx: &mut Context) -> Result<(), CliError> {
        let out = &mut ctx.out;
        out.line(&self.sentence)?;
        out.line(&format!(
            "{}, {}, score {:.1} bits",
            self.ring_id,
            self.status.name(),
            self.score.get()
        ))?;
        if let (Some(first), Some(last)) = (&self.first_seen, &self.last_seen) {
            out.line(&format!("submitted from {first} to {last}"))?;
        }
        out.heading("Members")?;
        out.list(Format::Table, self.members.iter().cloned())?;
        out.heading("What they share")?;
        out.list(Format::Table, self.shared.iter().cloned())?;
        out.heading("What it hangs on")?;
        match &self.without_strongest {
            Some(without) => out.line(&format!(
                "without the strongest of these, {} of the members still hang together",
                without.remaining
            ))?,
            None => out.line("nothing was taken away to test it")?,
        }
        for bridge in &self.bridges {
            let strength = if bridge.weak { "weak bridge" } else { "bridge" };
            out.line(&format!(
                "{strength} between {} and {} ({} bits): {} on the smaller side",
                bridge.a_applicant_id,
                bridge.b_applicant_id,
                bridge.bits,
                bridge.smaller_side_applicant_ids.len()
            ))?;
        }
        out.heading("Indicators")?;
        let found = &self.indicators.assessment;
        out.line(&format!("{}: {}", found.band, found.sentence))?;
        out.list(Format::Table, found.raised.iter().map(Raised))?;
        for line in &found.raised {
            out.line(&format!("- {}: {}", line.indicator_id, line.reason))?;
            out.line(&format!("  may be innocent: {}", line.innocent.join("; ")))?;
        }
        for line in &found.exculpating {
            out.line(&format!("+ {} ({})", line.reason, line.effect))?;
        }
        let rank = &self.indicators.rank;
        out.line(&format!(
            "rank {:.1}: evidence {:.1}, indicators {:.1}, reach {:.1}, growth {:.1}",
            rank.total.get(),
            rank.evidence.get(),
            rank.indicators.get(),
            rank.reach.get(),
            rank.growth.get()
        ))?;
        if !self.innocent.is_empty() {
            out.heading("Innocent explanations to check first")?;
            for explanation in &self.innocent {
                out.line(&format!("- {explanation}"))?;
            }
        }
        out.heading("Gates")?;
        for gate in &self.gates {
            let sign = if gate.passed { "+" } else { "-" };
            out.line(&format!("{sign} {}: {}", gate.name.replace('_', " "), gate.detail))?;
        }
        out.heading("History")?;
        for event in &self.lineage {
            let with = event.other_ring_id.as_ref().map_or_else(String::new, |o| format!(" ({o})"));
            let what = event.kind.label();
            // New evidence is what nearly every change comes from.
            let through = match &event.cause {
                Cause::Evidence { .. } => String::new(),
                cause => format!(", through {}", cause.label()),
            };
            let (at, n) = (&event.at, event.applications);
            out.line(&format!("{at} {what}{with}: {n} applications{through}"))?;
        }
        Ok(())
    }
}

fn shared(view: &View, artefact: &Artefact) -> Shared {
    let network = &view.network;
    let attribute = artefact.attribute.map(|ix| network.corpus().attribute(ix));
    Shared {
        attribute_id: attribute.as_ref().map(crate::model::Attribute::id),
        kind: attribute.as_ref().map(|a| a.kind),
        value: attribute.as_ref().map(lookup::shown),
        feature: feature(artefact.feature).name(),
        label: feature(artefact.feature).label(),
        family: artefact.family,
        applicant_ids: artefact.members.iter().map(|&m| network.applicant(m).id.clone()).collect(),
        bits: artefact.bits,
        users: artefact.users,
    }
}
