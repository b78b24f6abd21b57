//! One case in full: `ringer case show`. Not responsible for changing it.
//!
//! Invariant: what no longer holds is said before everything else; struck notes say so and why.

use crate::{
    casework::{Actor, Attachments, Checklist, Follower, Ground, Reach, Role},
    cli::{CliError, context::Context, output::Format},
    engine::Engine,
    model::{Case, CaseEntry, CaseFile, CaseId, CaseNote, CaseStatus, Proposal, RingId},
};
use serde::Serialize;

#[derive(Serialize)]
struct Report<'a> {
    case_id: &'a CaseId,
    title: &'a str,
    status: CaseStatus,
    wording: &'static str,
    why: &'a str,
    overtaken: Option<String>,
    subject: String,
    assignee: &'a Option<String>,
    due: Option<String>,
    version: u64,
    rings: Vec<RingLine>,
    gone_ring_ids: Vec<&'a RingId>,
    proposal: Option<ProposalLine<'a>>,
    next: Vec<NextLine>,
    checklist: Vec<CheckLine>,
    notes: Vec<NoteLine<'a>>,
    files: Vec<FileLine<'a>>,
    history: Vec<EntryLine<'a>>,
}

#[derive(Serialize)]
struct RingLine {
    ring_id: RingId,
    linked_as: RingId,
    members: usize,
    ring_status: &'static str,
    story: Vec<String>,
}

#[derive(Serialize)]
struct ProposalLine<'a> {
    by: &'a str,
    at: String,
    alternatives: &'a str,
}

#[derive(Serialize)]
struct NextLine {
    status: CaseStatus,
    against: Option<String>,
}

#[derive(Serialize)]
struct CheckLine {
    item: &'static str,
    confirmed: usize,
    refuted: usize,
    inconclusive: usize,
    open: usize,
}

#[derive(Serialize)]
struct NoteLine<'a> {
    note: u64,
    by: &'a str,
    at: String,
    text: &'a str,
    struck_by: Option<&'a str>,
    struck_why: Option<&'a str>,
}

#[derive(Serialize)]
struct FileLine<'a> {
    sha256: &'a str,
    name: &'a str,
    media_type: &'a str,
    bytes: u64,
    by: &'a str,
    at: String,
    taken_off: Option<&'a str>,
    problem: Option<String>,
}

#[derive(Serialize)]
struct EntryLine<'a> {
    version: u64,
    on: u64,
    by: &'a str,
    at: String,
    what: &'static str,
    sentence: String,
}

impl<'a> From<&'a CaseNote> for NoteLine<'a> {
    fn from(note: &'a CaseNote) -> Self {
        let struck = note.struck.as_ref();
        Self {
            note: note.seq.0,
            by: &note.by,
            at: note.at.to_string(),
            text: &note.text,
            struck_by: struck.map(|s| s.by.as_str()),
            struck_why: struck.map(|s| s.why.as_str()),
        }
    }
}

impl<'a> FileLine<'a> {
    fn of(file: &'a CaseFile, files: &Attachments) -> Self {
        Self {
            sha256: file.sha256.as_str(),
            name: &file.name,
            media_type: &file.media_type,
            bytes: file.bytes,
            by: &file.by,
            at: file.at.to_string(),
            taken_off: file.detached.as_ref().map(|s| s.why.as_str()),
            problem: files.read(&file.sha256).err().map(|e| e.to_string()),
        }
    }
}

impl<'a> From<&'a CaseEntry> for EntryLine<'a> {
    fn from(entry: &'a CaseEntry) -> Self {
        Self {
            version: entry.seq.0,
            on: entry.on.0,
            by: &entry.by,
            at: entry.at.to_string(),
            what: entry.event.name(),
            sentence: entry.event.sentence(),
        }
    }
}

impl<'a> From<&'a Proposal> for ProposalLine<'a> {
    fn from(proposal: &'a Proposal) -> Self {
        let at = proposal.at.to_string();
        Self { by: &proposal.by, at, alternatives: &proposal.alternatives }
    }
}

/// Prints a case in full.
pub(super) fn show(
    ctx: &mut Context,
    engine: &Engine,
    files: &Attachments,
    id: &CaseId,
    format: Format,
) -> Result<(), CliError> {
    let (view, cases) = (engine.view(), engine.cases());
    let case = super::known(engine, id)?;
    let follower = Follower::new(&view);
    let reach = follower.reach(&case);
    let ground =
        Ground { view: &view, cases: &cases, follower: &follower, attachments: Some(files) };
    let actor = Actor::new(&ctx.settings.user, Role::Supervisor);
    let checklist = Checklist::of(&case, &reach, &view);
    let report = Report {
        case_id: &case.id,
        title: &case.title,
        status: case.status,
        wording: case.status.label(),
        why: &case.why,
        overtaken: ground.overtaken(&case),
        subject: case.subject.to_string(),
        assignee: &case.assignee,
        due: case.due.map(|day| day.to_string()),
        version: case.version.0,
        rings: rings(&reach),
        gone_ring_ids: reach.gone.iter().map(|gone| &gone.linked).collect(),
        proposal: case.proposal.as_ref().map(ProposalLine::from),
        next: ground
            .choices(&case, &actor)
            .into_iter()
            .map(|choice| NextLine { status: choice.status, against: choice.against })
            .collect(),
        checklist: checklist
            .tallies()
            .into_iter()
            .map(|tally| CheckLine {
                item: tally.item.name(),
                confirmed: tally.confirmed,
                refuted: tally.refuted,
                inconclusive: tally.inconclusive,
                open: tally.open,
            })
            .collect(),
        notes: case.notes.iter().map(NoteLine::from).collect(),
        files: case.attachments.iter().map(|file| FileLine::of(file, files)).collect(),
        history: case.history.iter().map(EntryLine::from).collect(),
    };
    match format {
        Format::Table => prose(ctx, &case, &report, checklist.done()),
        Format::Csv => Err(CliError::Usage(
            "a case is no table; `ringer case list --format csv` is one, `--format json` has all of it"
                .to_owned(),
        )),
        Format::Json => Ok(ctx.out.object(&report)?),
    }
}

fn rings(reach: &Reach<'_>) -> Vec<RingLine> {
    let line = |covered: &crate::casework::Covered<'_>| RingLine {
        ring_id: covered.ring.id.clone(),
        linked_as: covered.linked.clone(),
        members: covered.ring.members.len(),
        ring_status: covered.ring.status.name(),
        story: covered.story.iter().map(|step| step.text.clone()).collect(),
    };
    reach.covered.iter().map(line).collect()
}

fn prose(
    ctx: &mut Context,
    case: &Case,
    report: &Report<'_>,
    (done, checks): (usize, usize),
) -> Result<(), CliError> {
    let out = &mut ctx.out;
    out.line(&format!("{}  {}", case.id, case.title))?;
    out.line(&format!(
        "{}: \"{}\" may be said. {}",
        case.status.title(),
        report.wording,
        case.why
    ))?;
    if let Some(overtaken) = &report.overtaken {
        out.line(&format!("This no longer holds: {overtaken}"))?;
    }
    out.line(&format!(
        "About {}; assigned to {}; due {}; version {}",
        report.subject,
        case.assignee.as_deref().unwrap_or("nobody"),
        report.due.as_deref().unwrap_or("never"),
        report.version
    ))?;
    out.heading("Rings")?;
    for ring in &report.rings {
        out.line(&format!("{}  {} members, {}", ring.ring_id, ring.members, ring.ring_status))?;
        for step in &ring.story {
            out.line(&format!("  {step}"))?;
        }
    }
    for gone in &report.gone_ring_ids {
        out.line(&format!("{gone} is no more"))?;
    }
    if report.rings.is_empty() && report.gone_ring_ids.is_empty() {
        out.line("none; `ringer case link` adds one")?;
    }
    if let Some(proposal) = &report.proposal {
        out.heading("Proposed for referral")?;
        out.line(&format!("by {} on {}, considered:", proposal.by, proposal.at))?;
        proposal.alternatives.lines().try_for_each(|line| out.line(&format!("  {line}")))?;
    }
    out.heading("What can follow")?;
    for next in &report.next {
        match &next.against {
            None => out.line(&next.status.to_string())?,
            Some(against) => out.line(&format!("not {}: {against}", next.status))?,
        }
    }
    out.heading(&format!("Checks, {done} of {checks} done"))?;
    for check in &report.checklist {
        out.line(&format!(
            "{}: {} confirmed, {} refuted, {} inconclusive, {} open",
            check.item, check.confirmed, check.refuted, check.inconclusive, check.open
        ))?;
    }
    out.heading("Notes")?;
    for note in &report.notes {
        out.line(&format!("{}  {}, {}:", note.note, note.by, note.at))?;
        match (note.struck_by, note.struck_why) {
            (Some(by), Some(why)) => out.line(&format!("  struck out by {by}: {why}"))?,
            _ => note.text.lines().try_for_each(|line| out.line(&format!("  {line}")))?,
        }
    }
    out.heading("Files")?;
    for file in &report.files {
        out.line(&format!(
            "{}  {} ({} bytes, by {})",
            file.sha256, file.name, file.bytes, file.by
        ))?;
        if let Some(why) = file.taken_off {
            out.line(&format!("  taken off: {why}"))?;
        }
        if let Some(problem) = &file.problem {
            out.line(&format!("  {problem}"))?;
        }
    }
    out.heading("History")?;
    for entry in &report.history {
        out.line(&format!("{}  {}  {} {}", entry.version, entry.at, entry.by, entry.sentence))?;
    }
    Ok(())
}
