//! `ringer config`: every setting, its value and where it came from.

use crate::cli::{
    CliError, Exit,
    context::Context,
    output::{Column, Format, FormatArg, Row, id, text},
};
use serde::Serialize;

/// Arguments of `ringer config`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  RINGER_DATA=/srv/ringer ringer config\n\n\
    A flag beats the environment (RINGER_ and the key in capitals, dots as underscores),\n\
    which beats ringer.toml, which beats the default.")]
pub struct Args {
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Serialize)]
struct Line {
    key: String,
    value: String,
    source: String,
    about: &'static str,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[id("key"), text("value"), text("source"), text("about")];

    fn cells(&self) -> Vec<String> {
        vec![self.key.clone(), self.value.clone(), self.source.clone(), self.about.to_owned()]
    }
}

/// Prints the settings.
///
/// # Errors
/// When they cannot be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    for (name, suggestion) in ctx.sources.unknown_env() {
        let hint = suggestion.map_or_else(String::new, |s| format!(", did you mean {s}?"));
        ctx.note(&format!("note: the variable {name} means nothing to ringer{hint}"));
    }
    let lines = ctx.settings.listed().iter().map(|setting| Line {
        key: setting.key.clone(),
        value: setting.value.clone(),
        source: setting.origin.to_string(),
        about: setting.about,
    });
    ctx.out.list(args.format.or(Format::Table), lines)?;
    Ok(Exit::Ok)
}
