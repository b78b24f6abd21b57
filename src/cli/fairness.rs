//! `ringer fairness`: how often groups are flagged, by a file of self-declared groups that is kept apart, and what people's
//! verdicts say of each rule.
//!
//! Invariant: the groups are read, counted and forgotten; nothing of them is stored or logged.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, number, text},
    },
    engine::{Engine, View},
    indicators::{
        Strength,
        fairness::{self, Counted, FlagRates, RulePrecision},
    },
    model::ApplicantIx,
};
use rayon::prelude::*;
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf};

/// Arguments of `ringer fairness`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer fairness\n  ringer fairness --groups self-declared.csv --format json\n\n\
    The file has the columns application_id and group, as people declared them themselves; it is read,\n\
    counted and forgotten. Groups of fewer than 30 are shown without a rate. Without a file only the\n\
    rules are shown; CSV prints one or the other. Ends with exit code 1 when a group is flagged so much more often that the\n\
    four-fifths rule does not hold for the bands or the rings."
)]
pub struct Args {
    /// CSV with application_id and group
    #[arg(long, value_name = "FILE")]
    groups: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Serialize)]
struct Report {
    applicants_with_group: usize,
    flags: Vec<FlagRates>,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Rule {
    #[serde(flatten)]
    counts: RulePrecision,
    precision: f64,
}

impl Row for Rule {
    const COLUMNS: &'static [Column] = &[
        id("indicator_id"),
        number("confirmed"),
        number("dismissed"),
        number("precision"),
        id("muted"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.counts.indicator_id.to_owned(),
            self.counts.confirmed.to_string(),
            self.counts.dismissed.to_string(),
            format!("{:.2}", self.precision),
            if self.counts.muted { "yes" } else { "no" }.to_owned(),
        ]
    }
}

#[derive(Serialize)]
struct Line {
    flag: String,
    group: String,
    applicants: usize,
    flagged: usize,
    rate: Option<f64>,
    unflagged_ratio: Option<f64>,
    flagged_ratio: Option<f64>,
    four_fifths: Option<bool>,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("flag"),
        text("group"),
        number("applicants"),
        number("flagged"),
        number("rate"),
        number("unflagged_ratio"),
        number("flagged_ratio"),
        id("four_fifths"),
    ];

    fn cells(&self) -> Vec<String> {
        let share = |share: Option<f64>| share.map_or_else(String::new, |s| format!("{s:.3}"));
        let holds = self.four_fifths.map(|holds| if holds { "holds" } else { "does not hold" });
        vec![
            self.flag.clone(),
            self.group.clone(),
            self.applicants.to_string(),
            self.flagged.to_string(),
            self.rate.map_or_else(|| "too few".to_owned(), |r| format!("{r:.3}")),
            share(self.unflagged_ratio),
            share(self.flagged_ratio),
            holds.unwrap_or("cannot be told").to_owned(),
        ]
    }
}

/// Prints the report.
///
/// # Errors
/// When the file or the store cannot be read, or the report not be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let groups = match &args.groups {
        Some(file) => read(file, ctx)?,
        None => BTreeMap::new(),
    };
    let engine = ctx.engine()?;
    let view = engine.view();
    let counted = counted(&engine, &view, &groups);
    let flags = if args.groups.is_some() { fairness::rates(&counted) } else { Vec::new() };
    let broken = flags.iter().take(2).any(|flag| flag.four_fifths == Some(false));
    let rules = engine.rule_precision(&view);
    let rules =
        rules.iter().map(|rule| Rule { precision: rule.precision().get(), counts: rule.clone() });
    let report = Report { applicants_with_group: counted.len(), flags, rules: rules.collect() };
    match args.format.or(Format::Table) {
        Format::Json => ctx.out.object(&report)?,
        Format::Csv if args.groups.is_none() => ctx.out.list(Format::Csv, report.rules)?,
        Format::Csv => ctx.out.list(Format::Csv, lines(report.flags))?,
        Format::Table => {
            if args.groups.is_some() {
                ctx.out.heading("How often groups are flagged")?;
                ctx.out.list(Format::Table, lines(report.flags))?;
            }
            ctx.out.heading("What verdicts say of each rule")?;
            if report.rules.is_empty() {
                ctx.out.line("no ring has been confirmed, referred or dismissed yet")?;
            }
            ctx.out.list(Format::Table, report.rules)?;
        }
    }
    Ok(if broken { Exit::Nothing } else { Exit::Ok })
}

fn lines(flags: Vec<FlagRates>) -> impl Iterator<Item = Line> {
    flags.into_iter().flat_map(|flag| {
        let FlagRates { flag, groups, unflagged_ratio, flagged_ratio, four_fifths } = flag;
        groups.into_iter().map(move |group| Line {
            flag: flag.clone(),
            group: group.group,
            applicants: group.applicants,
            flagged: group.flagged,
            rate: group.rate.map(|r| r.get()),
            unflagged_ratio: unflagged_ratio.map(|r| r.get()),
            flagged_ratio: flagged_ratio.map(|r| r.get()),
            four_fifths,
        })
    })
}

/// Group by application.
fn read(file: &PathBuf, ctx: &Context) -> Result<BTreeMap<String, String>, CliError> {
    let name = file.display().to_string();
    let refused = |why: String| CliError::Input { file: name.clone(), why };
    let mut reader = csv::Reader::from_path(file).map_err(|e| refused(e.to_string()))?;
    let headers = reader.headers().map_err(|e| refused(e.to_string()))?.clone();
    let at = |column: &str| {
        let found = headers.iter().position(|h| h.trim().eq_ignore_ascii_case(column));
        found.ok_or_else(|| refused(format!("it has no column \"{column}\"")))
    };
    let (application, group) = (at("application_id")?, at("group")?);
    let mut groups = BTreeMap::new();
    for (n, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                ctx.note(&format!("row {}: {error}", n + 1));
                continue;
            }
        };
        let cell = |at: usize| record.get(at).map(str::trim).filter(|text| !text.is_empty());
        match cell(application).zip(cell(group)) {
            Some((application, group)) => {
                groups.insert(application.to_owned(), group.to_owned());
            }
            None => ctx.note(&format!("row {}: without an application_id or a group", n + 1)),
        }
    }
    Ok(groups)
}

/// Every applicant that has a group: that of its first application with one.
fn counted(engine: &Engine, view: &View, groups: &BTreeMap<String, String>) -> Vec<Counted> {
    if groups.is_empty() {
        return Vec::new();
    }
    let network = &view.network;
    let corpus = network.corpus();
    let rings = engine.assess_rings(view);
    let all: Vec<ApplicantIx> = network.applicants().iter().map(|(ix, _)| ix).collect();
    let one = |&ix: &ApplicantIx| {
        let apps = &network.applicant(ix).applications;
        let group = apps.iter().find_map(|&app| groups.get(corpus.id_text(app)))?.clone();
        // A ring is assessed once, and not for each of its members.
        let in_ring = view.ring_of(ix);
        let as_member = in_ring.and_then(|ring| {
            let place = ring.members.iter().position(|&member| member == ix)?;
            rings.get(&ring.id)?.members.get(place).cloned()
        });
        let assessment = as_member.unwrap_or_else(|| engine.assess(view, ix));
        let raised = assessment.raised().into_iter();
        let raised = raised.filter(|(_, f, _)| f.strength > Strength::Context).map(|(i, ..)| i.id);
        Some(Counted {
            group,
            band: assessment.band,
            in_ring: in_ring.is_some(),
            raised: raised.collect(),
        })
    };
    all.par_iter().filter_map(one).collect()
}
