//! `ringer watchlist`: bring watched values in, list them, look for them in the store, take them off. Not responsible for
//! reading files of them (`indicators::watch::import`).
//!
//! Invariant: nothing leaves a list without a name and a reason; what could not be taken is told with its place.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, Row, id, number, text},
        report,
    },
    engine::{Engine, StoreHit, View},
    indicators::{
        IndicatorPolicy,
        watch::{
            SHIPPED,
            import::{self, Imported, MOST_BYTES, Options},
            is_shipped, shipped,
        },
    },
    model::{ApplicantId, ApplicationId, AttributeId, Moment, RingId, WatchEntry, WatchId},
};
use serde::Serialize;
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Problems of a file that are told one by one.
const TOLD: usize = 20;

/// Arguments of `ringer watchlist`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer watchlist import fronts.csv --list fronts\n  \
    ringer watchlist list\n  \
    ringer watchlist hits\n  \
    ringer watchlist remove wat_0123456789ab --why \"registered again by somebody else\"\n\n\
    A hit is a reason to verify what is claimed, and says nothing about anybody by itself.")]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// Who does it [env: RINGER_USER] [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Bring entries in from a CSV table or a STIX 2.1 bundle, and print where they are in the store
    #[command(after_help = "Example:\n  ringer watchlist import fronts.csv --list fronts\n  \
        ringer watchlist import feed.stix.json\n\n\
        A table has the columns kind and value, and may have aliases and weak_aliases (with | between\n\
        them), reason, source, grade (high, medium, low), tlp, added, expires and list. The kinds are\n\
        institution, employer, domain, email, handle, phone, wallet and address. A weak alias never\n\
        matches alone. Names of persons are refused. Importing a file again changes nothing.\n\n\
        Exit code 0 when at least one entry was taken, new or there already; 3 when none was.")]
    Import {
        /// CSV or JSON; - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The list that everything goes to [default: what the file says, else its name]
        #[arg(long, value_name = "NAME")]
        list: Option<String>,
    },
    /// Print the entries
    #[command(
        after_help = "Example:\n  ringer watchlist list --format csv\n  ringer watchlist list --shipped\n\n\
        Ends with exit code 1 when there is none."
    )]
    List {
        /// Only of this list
        #[arg(long, value_name = "NAME")]
        list: Option<String>,
        /// Those that come with Ringer instead of those of the store
        #[arg(long)]
        shipped: bool,
    },
    /// Print where entries are in the store, those that come with Ringer included where they are on
    #[command(after_help = "Example:\n  ringer watchlist hits --format csv\n\n\
        One line for each entry, value and application. Ends with exit code 1 when there is none.")]
    Hits,
    /// Take entries off their lists
    #[command(
        after_help = "Example:\n  ringer watchlist remove wat_0123456789ab --why \"out of date\"\n  \
        ringer watchlist remove fronts --why \"withdrawn by its source\""
    )]
    Remove {
        /// Ids of entries, or names of whole lists
        #[arg(value_name = "ID", required = true)]
        ids: Vec<String>,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

#[derive(Serialize)]
struct EntryLine {
    watch_id: WatchId,
    list: String,
    kind: &'static str,
    value: String,
    holds: &'static str,
    grade: &'static str,
    tlp: &'static str,
    added: String,
    expires: Option<String>,
    aliases: usize,
    source: String,
    reason: String,
}

impl Row for EntryLine {
    const COLUMNS: &'static [Column] = &[
        id("watch_id"),
        text("list"),
        id("kind"),
        text("value"),
        id("holds"),
        id("grade"),
        id("tlp"),
        id("added"),
        id("expires"),
        number("aliases"),
        text("source"),
        text("reason"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.watch_id.to_string(),
            self.list.clone(),
            self.kind.to_owned(),
            self.value.clone(),
            self.holds.to_owned(),
            self.grade.to_owned(),
            self.tlp.to_owned(),
            self.added.clone(),
            self.expires.clone().unwrap_or_default(),
            self.aliases.to_string(),
            self.source.clone(),
            self.reason.clone(),
        ]
    }
}

impl EntryLine {
    fn new(entry: &WatchEntry, now: Moment) -> Self {
        let holds = match entry.expires {
            Some(end) if end <= now => "expired",
            _ if entry.added > now => "later",
            _ => "yes",
        };
        Self {
            watch_id: entry.id.clone(),
            list: entry.list.clone(),
            kind: entry.kind.name(),
            value: entry.value.clone(),
            holds,
            grade: entry.grade.name(),
            tlp: entry.tlp.name(),
            added: entry.added.day(),
            expires: entry.expires.map(Moment::day),
            aliases: entry.aliases.len() + entry.weak_aliases.len(),
            source: entry.source.clone(),
            reason: entry.reason.clone(),
        }
    }
}

#[derive(Serialize)]
struct HitLine {
    watch_id: WatchId,
    list: String,
    kind: &'static str,
    value: String,
    matched: String,
    how: &'static str,
    claimed: String,
    attribute_id: Option<AttributeId>,
    application_id: ApplicationId,
    applicant_id: Option<ApplicantId>,
    ring_id: Option<RingId>,
}

impl Row for HitLine {
    const COLUMNS: &'static [Column] = &[
        id("watch_id"),
        text("list"),
        id("kind"),
        text("value"),
        text("matched"),
        id("how"),
        text("claimed"),
        id("attribute_id"),
        id("application_id"),
        id("applicant_id"),
        id("ring_id"),
    ];

    fn cells(&self) -> Vec<String> {
        let optional = |id: Option<String>| id.unwrap_or_default();
        vec![
            self.watch_id.to_string(),
            self.list.clone(),
            self.kind.to_owned(),
            self.value.clone(),
            self.matched.clone(),
            self.how.to_owned(),
            self.claimed.clone(),
            optional(self.attribute_id.as_ref().map(ToString::to_string)),
            self.application_id.to_string(),
            optional(self.applicant_id.as_ref().map(ToString::to_string)),
            optional(self.ring_id.as_ref().map(ToString::to_string)),
        ]
    }
}

/// One line for each application of each hit.
fn lines<'a>(view: &'a View, hits: &'a [StoreHit]) -> impl Iterator<Item = HitLine> + 'a {
    let line = |hit: &'a StoreHit, application: &'a ApplicationId| {
        let applicant = view.applicant(application.as_str());
        let entry = &hit.hit.entry;
        HitLine {
            watch_id: entry.id.clone(),
            list: entry.list.clone(),
            kind: entry.kind.name(),
            value: entry.value.clone(),
            matched: hit.hit.matched.clone(),
            how: hit.hit.how.name(),
            claimed: hit.hit.claimed.clone(),
            attribute_id: hit.attribute.clone(),
            application_id: application.clone(),
            applicant_id: applicant.map(|ix| view.network.applicant(ix).id.clone()),
            ring_id: applicant.and_then(|ix| view.ring_of(ix)).map(|ring| ring.id.clone()),
        }
    };
    hits.iter().flat_map(move |hit| hit.applications.iter().map(move |a| line(hit, a)))
}

/// The numbers that say which shipped lists are on.
pub(super) fn policy(ctx: &Context) -> IndicatorPolicy {
    ctx.settings.indicators.clone()
}

/// Imports, lists, looks or removes.
///
/// # Errors
/// When a file is refused, an entry does not exist, a reason is missing, or the store fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.unwrap_or(Format::Table);
    match &args.what {
        What::Import { file, list } => bring(ctx, file, list.as_deref(), format),
        What::List { list, shipped } => show(ctx, list.as_deref(), *shipped, format),
        What::Hits => {
            let engine = ctx.engine()?;
            let view = engine.view();
            let hits = engine.watch_hits(&view, &engine.watched(&policy(ctx)))?;
            ctx.out.list(format, lines(&view, &hits))?;
            if hits.is_empty() {
                ctx.note("nothing stored is on a watch-list");
                return Ok(Exit::Nothing);
            }
            Ok(Exit::Ok)
        }
        What::Remove { ids, why } => {
            let engine = ctx.engine_to_write()?;
            let ids = named(&engine, ids)?;
            engine.unwatch(&ids, &ctx.settings.user, why)?;
            ctx.note(&format!("{} taken off", count(ids.len(), "entry", "entries")));
            Ok(Exit::Ok)
        }
    }
}

fn bring(
    ctx: &mut Context,
    file: &Path,
    list: Option<&str>,
    format: Format,
) -> Result<Exit, CliError> {
    let shown = file.display().to_string();
    let refused = |why: String| CliError::Input { file: shown.clone(), why };
    let text = read(file).map_err(|e| refused(e.to_string()))?;
    let stem = if shown == "-" {
        "stdin".into()
    } else {
        file.file_stem().unwrap_or_default().to_string_lossy()
    };
    let name: String = stem.chars().filter(|c| !c.is_control()).take(80).collect();
    let name = Some(name.trim()).filter(|n| !n.is_empty() && !is_shipped(n)).unwrap_or("imported");
    let options = Options { list, name, now: ctx.clock.now() };
    let imported = import::read(&text, &options).map_err(|e| refused(e.to_string()))?;
    tell(ctx, &shown, &imported);
    if imported.entries.is_empty() {
        ctx.note(&format!("{shown}: {}, none taken", count(imported.read, "entry", "entries")));
        return Ok(if imported.read == 0 { Exit::Nothing } else { Exit::Rejected });
    }
    let engine = ctx.engine_or_new()?;
    let refused = imported.problems.len();
    let watching = engine.watch(imported.entries, &ctx.settings.user)?;
    let view = engine.view();
    ctx.out.list(format, lines(&view, &watching.hits))?;
    ctx.out.flush()?;
    let found: usize = watching.hits.iter().map(|h| h.applications.len()).sum();
    ctx.note(&format!(
        "{shown}: {} new, {} changed, {} there already, {}; {} in the store",
        watching.new,
        watching.changed,
        watching.same,
        count(refused, "problem", "problems"),
        count(found, "hit", "hits"),
    ));
    report::watch(ctx, &engine)?;
    Ok(Exit::Ok)
}

fn tell(ctx: &Context, file: &str, imported: &Imported) {
    if !imported.unknown.is_empty() {
        ctx.note(&format!(
            "note: {file}: columns that mean nothing here: {}",
            imported.unknown.join(", ")
        ));
    }
    for problem in imported.problems.iter().take(TOLD) {
        ctx.note(&format!("note: {file}, {}: {}", problem.place, problem.what));
    }
    if let Some(more) = imported.problems.len().checked_sub(TOLD).filter(|n| *n > 0) {
        ctx.note(&format!("note: {file}: {more} problems more"));
    }
}

fn read(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let most = MOST_BYTES as u64 + 1;
    if file == Path::new("-") {
        io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(most).read_to_end(&mut bytes)?;
    }
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

fn show(
    ctx: &mut Context,
    list: Option<&str>,
    of_ringer: bool,
    format: Format,
) -> Result<Exit, CliError> {
    let now = ctx.clock.now();
    let mut entries: Vec<WatchEntry> = if of_ringer {
        shipped(&SHIPPED.iter().map(|l| l.name.to_owned()).collect())
    } else {
        ctx.engine()?.view().watched.values().cloned().collect()
    };
    if let Some(list) = list {
        entries.retain(|e| e.list == list);
    }
    entries.sort_by(|a, b| (&a.list, a.kind, &a.value).cmp(&(&b.list, b.kind, &b.value)));
    let exit = if entries.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(format, entries.iter().map(|e| EntryLine::new(e, now)))?;
    ctx.out.flush()?;
    let on = policy(ctx).shipped_lists;
    let (on, off): (Vec<&str>, Vec<&str>) =
        SHIPPED.iter().map(|l| l.name).partition(|name| on.contains(*name));
    if exit == Exit::Nothing {
        ctx.note("there is no such entry");
    }
    ctx.note(&format!("lists that come with Ringer: on {}; off {}", words(&on), words(&off)));
    Ok(exit)
}

fn words(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The entries that ids and names of lists name.
fn named(engine: &Engine, ids: &[String]) -> Result<Vec<WatchId>, CliError> {
    let view = engine.view();
    let mut all = Vec::new();
    for text in ids {
        if is_shipped(text) {
            return Err(CliError::Usage(format!(
                "\"{text}\" comes with Ringer; leave it out of the setting shipped_lists instead"
            )));
        }
        match text.parse::<WatchId>() {
            Ok(id) => all.push(id),
            Err(_) => {
                let before = all.len();
                all.extend(view.watched.values().filter(|e| e.list == *text).map(|e| e.id.clone()));
                if all.len() == before {
                    return Err(CliError::NotFound(format!("no watch-list is called \"{text}\"")));
                }
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
