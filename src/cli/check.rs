//! `ringer check`: the verification checklist of an applicant: record a result, or show what was checked.
//!
//! Invariant: nothing is recorded without a name and what was seen.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        lookup,
        output::{Column, Format, Row, id, text},
    },
    model::{CheckItem, CheckResult},
};
use serde::Serialize;

/// Arguments of `ringer check`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer check A0003561\n  \
    ringer check A0003561 employment confirmed --why \"the switchboard put me through to her manager\"\n\n\
    Items: identity_document, employment, education, references, live_interview, in_person_meeting,\n\
    equipment_delivery, identity_owner. Results: confirmed, refuted, inconclusive.\n\
    Without an item it shows the checklist.")]
pub struct Args {
    /// An application or applicant
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// What was checked
    #[arg(value_name = "ITEM", requires = "result")]
    item: Option<CheckItem>,
    /// confirmed, refuted or inconclusive
    #[arg(value_name = "RESULT", requires = "why")]
    result: Option<CheckResult>,
    /// How it was checked and what was seen, recorded for good
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Who checked [env: RINGER_USER] [default: the login name]
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How to print [default: table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Serialize)]
struct Line {
    item: CheckItem,
    about: &'static str,
    result: Option<CheckResult>,
    by: Option<String>,
    at: Option<String>,
    why: Option<String>,
    application_id: Option<String>,
}

impl Row for Line {
    const COLUMNS: &'static [Column] =
        &[id("item"), id("result"), text("by"), id("at"), id("application_id"), text("why")];

    fn cells(&self) -> Vec<String> {
        vec![
            self.item.name().to_owned(),
            self.result.map_or("open", CheckResult::name).to_owned(),
            self.by.clone().unwrap_or_default(),
            self.at.clone().unwrap_or_default(),
            self.application_id.clone().unwrap_or_default(),
            self.why.clone().unwrap_or_default(),
        ]
    }
}

/// Records a result, or prints the checklist.
///
/// # Errors
/// When there is no such applicant, nothing was said, or the store cannot be opened or written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let (Some(item), Some(result), Some(why)) = (args.item, args.result, &args.why) else {
        return show(args, ctx);
    };
    let engine = ctx.engine_to_write()?;
    let application = lookup::application_id(&engine.view(), &args.id)?;
    engine.check(&application, item, result, &ctx.settings.user, why)?;
    ctx.note(&format!("{application}: {item} {result}"));
    Ok(Exit::Ok)
}

fn show(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let view = ctx.engine()?.view();
    let applicant = lookup::applicant(&view, &args.id)?;
    let ids = lookup::application_ids(&view, applicant);
    let last = view.checked(&ids);
    let lines = CheckItem::ALL.iter().map(|&item| {
        let check = last.get(&item);
        Line {
            item,
            about: item.about(),
            result: check.map(|c| c.result),
            by: check.map(|c| c.by.clone()),
            at: check.map(|c| c.at.to_string()),
            why: check.map(|c| c.note.clone()),
            application_id: check.map(|c| c.application.to_string()),
        }
    });
    let lines: Vec<Line> = lines.collect();
    ctx.out.list(args.format.unwrap_or(Format::Table), lines)?;
    Ok(Exit::Ok)
}
