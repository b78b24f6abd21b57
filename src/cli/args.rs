//! The arguments every command shares, and the way from the command line to an exit code. Not responsible for
//! the commands' own arguments: those stand with each command.
//!
//! Invariant: low arguments become settings, settings a context, and only then does a command run.

use crate::{
    cli::{
        CliError, Command, Exit,
        context::Context,
        output::{Output, plain},
        settings::{Settings, SettingsError, Sources},
    },
    model::SystemClock,
};
use clap::Parser;
use std::{
    env,
    io::{self, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Finds the doubles among job applications and the rings behind them.
#[derive(Debug, Parser)]
#[command(name = "ringer", version, after_help = exit_codes(), disable_help_subcommand = false)]
struct Cli {
    /// Folder of the store [env: RINGER_DATA] [default: ./ringer-data]
    #[arg(long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    data: Option<String>,
    /// Configuration file [env: RINGER_CONFIG] [default: ./ringer.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

fn exit_codes() -> String {
    let mut text = String::from(
        "Example:\n  ringer demo\n  ringer import export.csv && ringer rings\n\nExit codes:\n",
    );
    for (exit, meaning) in Exit::TABLE {
        text.push_str(&format!("  {:>2}  {meaning}\n", exit.code()));
    }
    text
}

/// Runs the program on the process's arguments and environment.
#[must_use]
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to standard output and a usage error to standard error; a closed pipe is no news.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Ok };
        }
    };
    match run(&cli) {
        Ok(exit) => exit,
        Err(error) => {
            if !error.is_quiet() {
                let _ = writeln!(io::stderr(), "ringer: {}", plain(&error.to_string()));
            }
            error.exit()
        }
    }
}

fn run(cli: &Cli) -> Result<Exit, CliError> {
    let sources = sources(cli)?;
    let settings = Settings::resolve(&sources)?;
    let stdout = io::stdout();
    let styled = stdout.is_terminal() && may_style(|name| env::var_os(name).map(|v| v.is_empty()));
    let out = Output::new(Box::new(BufWriter::new(stdout)), styled);
    let mut ctx = Context::new(settings, sources, Arc::new(SystemClock), out);
    let exit = cli.command.run(&mut ctx)?;
    ctx.out.flush()?;
    Ok(exit)
}

/// Whether a terminal may be styled; `is_blank` says of a variable that is set whether it is empty. See
/// <https://no-color.org>.
fn may_style(is_blank: impl Fn(&str) -> Option<bool>) -> bool {
    is_blank("NO_COLOR") != Some(false)
}

fn sources(cli: &Cli) -> Result<Sources, CliError> {
    let env: std::collections::BTreeMap<String, String> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let mut flags: std::collections::BTreeMap<&'static str, String> =
        cli.command.flags().into_iter().collect();
    if let Some(data) = &cli.data {
        flags.insert("data", data.clone());
    }
    let named = cli
        .config
        .clone()
        .or_else(|| env.get("RINGER_CONFIG").filter(|v| !v.is_empty()).map(PathBuf::from));
    let file = configuration(named.as_deref())?;
    Ok(Sources { flags, env, file })
}

/// Name and text of the configuration file: the one named, which must be there, or `ringer.toml` if it is.
fn configuration(named: Option<&Path>) -> Result<Option<(String, String)>, CliError> {
    let path = named.unwrap_or(Path::new("ringer.toml"));
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((name, text))),
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SettingsError::Unreadable { file: name, why: error.to_string() }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_color_turns_styling_off_when_it_says_anything() {
        assert!(may_style(|_| None));
        assert!(may_style(|_| Some(true)));
        assert!(!may_style(|_| Some(false)));
    }
}
