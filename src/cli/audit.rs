//! `ringer audit`: who did or saw what, searched and taken out. Works beside a running server.

use crate::{
    casework::audit::{self, Action, AuditError, Entry, Query},
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, number, text},
        recording::Asked,
    },
    model::Moment,
};
use serde::Serialize;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// Arguments of `ringer audit`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer audit\n  ringer audit --who ann --since 2026-11-01\n  \
    ringer audit --subject ring_0123456789ab\n  ringer audit --searched \"ada quill\"\n  \
    ringer audit --export audit.ndjson\n\n\
    What somebody searched for is kept as a keyed hash: --searched finds who searched for a text, and\n\
    nobody can read the text out of the trail. Looking at the trail is recorded in it. `ringer verify`\n\
    proves that it was not edited; docs/audit.md says how to check it without Ringer.")]
pub struct Args {
    /// What this account, or this user of the system, did
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
    /// What was done: read, searched, exported, decided, signed_in, sign_in_failed, command, ...
    #[arg(long, value_name = "ACTION")]
    action: Option<Action>,
    /// What was done to this: an id, a route, a command
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// Who searched for this text, as a whole
    #[arg(long, value_name = "TEXT", conflicts_with = "subject")]
    searched: Option<String>,
    /// Reasons that hold this text
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// From this day or moment on, UTC: 2026-11-01 or 2026-11-01T09:00:00Z
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    since: Option<Moment>,
    /// Before this day or moment, UTC
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    until: Option<Moment>,
    /// Entries at most, the newest
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Write every entry that fits to this new file, oldest first: lines of the trail as they are, or a
    /// table where the name ends in .csv
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArg,
}

fn moment(text: &str) -> Result<Moment, String> {
    let day = || -> Option<i64> {
        let date: jiff::civil::Date = text.parse().ok()?;
        Some(date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
    };
    let instant = || Some(text.parse::<jiff::Timestamp>().ok()?.as_second());
    let found = if text.contains(['T', 't', ' ']) { instant() } else { day() };
    found.map(Moment).ok_or_else(|| "write 2026-11-01 or 2026-11-01T09:00:00Z".to_owned())
}

#[derive(Serialize)]
struct Line<'a>(&'a Entry);

impl Row for Line<'_> {
    const COLUMNS: &'static [Column] = &[
        number("n"),
        id("at"),
        text("who"),
        id("action"),
        text("subject"),
        text("place"),
        text("why"),
        number("fact"),
        number("status"),
        id("prev"),
    ];

    fn cells(&self) -> Vec<String> {
        audit::cells(self.0).to_vec()
    }
}

/// Prints or writes what fits.
///
/// # Errors
/// When there is no store, when the trail cannot be read, or the entries not be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    if !ctx.has_store() {
        return Err(CliError::NoStore(ctx.settings.data.display().to_string()));
    }
    let trail = ctx.trail();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let subject = match &args.searched {
        Some(searched) => trail.typed(searched)?,
        None => text(&args.subject),
    };
    let query = Query {
        who: text(&args.who),
        action: args.action,
        subject,
        why: text(&args.why),
        since: args.since,
        until: args.until,
        before: None,
    };
    let mut asked = Asked::command("audit");
    asked.typed =
        [&args.subject, &args.searched, &args.who].into_iter().flatten().cloned().collect();
    if args.export.is_some() {
        asked.action = Action::Exported;
    }
    asked.record(&trail, None, &ctx.settings.user, ctx.clock.now())?;
    if let Some(file) = &args.export {
        let n = export(&trail, &query, file)?;
        ctx.note(&format!("wrote {n} entries to {}", file.display()));
        return Ok(if n == 0 { Exit::Nothing } else { Exit::Ok });
    }
    let found = trail.find(&query, args.limit, usize::MAX)?;
    let exit = if found.entries.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(args.format.or(Format::Table), found.entries.iter().map(Line))?;
    if exit == Exit::Nothing {
        ctx.note("no entry fits; names, ids and searched texts have to be whole");
    } else if found.next.is_some() {
        ctx.note(&format!("the newest {} are shown; --limit shows more", found.entries.len()));
    }
    Ok(exit)
}

/// What stops an export.
enum Stopped {
    Trail(AuditError),
    Write(io::Error),
}

impl From<AuditError> for Stopped {
    fn from(error: AuditError) -> Self {
        Self::Trail(error)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

fn export(trail: &audit::Trail, query: &Query, file: &Path) -> Result<u64, CliError> {
    let is_csv = file.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    let mut n = 0;
    let mut write = || -> Result<(), Stopped> {
        let mut out = BufWriter::new(File::create_new(file)?);
        if is_csv {
            let mut csv = csv::Writer::from_writer(&mut out);
            csv.write_record(audit::COLUMNS).map_err(io::Error::from)?;
            trail.each::<Stopped>(query, &mut |entry, _| {
                n += 1;
                let cells = audit::cells(entry);
                let guarded = cells.iter().map(|cell| audit::guarded(cell));
                Ok(csv.write_record(guarded).map_err(io::Error::from)?)
            })?;
            csv.flush()?;
            drop(csv);
        } else {
            trail.each::<Stopped>(query, &mut |_, line| {
                n += 1;
                out.write_all(line)?;
                Ok(out.write_all(b"\n")?)
            })?;
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(())
    };
    match write() {
        Ok(()) => Ok(n),
        Err(Stopped::Trail(error)) => Err(error.into()),
        Err(Stopped::Write(source)) => {
            Err(CliError::Write { what: file.display().to_string(), source })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_read_as_utc() {
        assert_eq!(moment("2026-11-23"), Ok(Moment(1_795_392_000)));
        assert_eq!(moment("2026-11-23T00:00:01Z"), Ok(Moment(1_795_392_001)));
        for text in ["", "yesterday", "2026-11", "2026-11-23T00:00"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
