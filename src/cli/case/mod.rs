//! `ringer case`: open, list and work on cases. Not responsible for printing one (`showing`) nor for the rules
//! (`casework`).
//!
//! Whoever has the store's folder acts as a supervisor; that two persons agree to a referral holds here too, as far as
//! names tell persons apart.
//!
//! Invariant: nothing happens to a case without a name; what rests on a version that is named happens to that one only.

mod lines;
mod showing;

use crate::{
    casework::{Actor, Attachments, Casework, Role},
    cli::{CliError, Exit, context::Context, lookup, output::Format},
    engine::{CaseChange, Engine},
    model::{
        Case, CaseEvent, CaseId, CaseStatus, CaseSubject, Day, FileHash, IdError, RingId, Seq,
    },
};
use std::{fs::File, io, path::PathBuf, str::FromStr};

/// Arguments of `ringer case`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer case open ring_0123456789ab\n  ringer case list --open\n  \
    ringer case note cas_0123456789ab \"called the switchboard, nobody knows her\"\n  \
    ringer case status cas_0123456789ab suspected-ring --why \"same hands on camera\"\n  \
    ringer case propose cas_0123456789ab --alternatives \"no agency, no family, no shared house\"\n\n\
    Statuses: linked, probably_ordinary, suspected_ring, referral_ready, closed. A referral is proposed\n\
    by one person and agreed to (`status ... referral-ready`) by another."
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// Who acts [env: RINGER_USER] [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// The version of the case that was looked at, as `show` prints it [default: the newest]
    #[arg(long, global = true, value_name = "VERSION")]
    on: Option<u64>,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

/// What a case can be about.
#[derive(Debug, Clone)]
enum About {
    Ring(RingId),
    Applicant(String),
}

impl FromStr for About {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.starts_with("ring_") {
            true => text.parse().map(Self::Ring),
            false => Ok(Self::Applicant(text.to_owned())),
        }
    }
}

/// A due day, or none.
#[derive(Debug, Clone)]
struct Due(Option<Day>);

impl FromStr for Due {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text == "none" { Ok(Self(None)) } else { text.parse().map(|day| Self(Some(day))) }
    }
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// The cases, those due first on top
    #[command(after_help = "Example:\n  ringer case list --open --assignee ann --format csv")]
    List {
        /// Only those of this status
        #[arg(long, value_name = "STATUS")]
        status: Option<CaseStatus>,
        /// Only those that are not closed
        #[arg(long)]
        open: bool,
        /// Only those assigned to this person
        #[arg(long, value_name = "NAME", conflicts_with = "unassigned")]
        assignee: Option<String>,
        /// Only those assigned to nobody
        #[arg(long)]
        unassigned: bool,
        /// Only those that cover this ring now
        #[arg(long, value_name = "RING")]
        ring: Option<RingId>,
    },
    /// Show one case: what it is about, what holds, what happened
    #[command(after_help = "Example:\n  ringer case show cas_0123456789ab --format json")]
    Show {
        /// The case
        case: CaseId,
    },
    /// Open a case about a ring or an applicant
    #[command(
        after_help = "Example:\n  ringer case open ring_0123456789ab --title \"The house in Tampa\""
    )]
    Open {
        /// A ring, an applicant or an application
        #[arg(value_name = "ID")]
        about: About,
        /// What to call it [default: how many the ring is, or the application's id]
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
    },
    /// Set the status: linked, probably-ordinary, suspected-ring, referral-ready or closed
    #[command(
        after_help = "Example:\n  ringer case status cas_0123456789ab suspected-ring --why \"same hands on camera\""
    )]
    Status {
        /// The case
        case: CaseId,
        /// The status
        status: CaseStatus,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Propose that a case is ready for referral; somebody else has to agree
    #[command(
        after_help = "Example:\n  ringer case propose cas_0123456789ab --alternatives \"no agency, no shared house\""
    )]
    Propose {
        /// The case
        case: CaseId,
        /// The innocent explanations considered, and why they do not hold
        #[arg(long, value_name = "TEXT")]
        alternatives: String,
    },
    /// Decline a proposed referral, or take one's own back
    #[command(
        after_help = "Example:\n  ringer case decline cas_0123456789ab --why \"the referees were not called\""
    )]
    Decline {
        /// The case
        case: CaseId,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Assign a case to somebody, or to nobody
    #[command(after_help = "Example:\n  ringer case assign cas_0123456789ab ann")]
    Assign {
        /// The case
        case: CaseId,
        /// To whom; nobody when left out
        to: Option<String>,
    },
    /// Say by which day a case has to be done, or none
    #[command(after_help = "Example:\n  ringer case due cas_0123456789ab 2026-12-24")]
    Due {
        /// The case
        case: CaseId,
        /// The day, such as 2026-12-24, or none
        day: Due,
    },
    /// Give a case another title
    #[command(
        after_help = "Example:\n  ringer case rename cas_0123456789ab \"The house in Tampa\""
    )]
    Rename {
        /// The case
        case: CaseId,
        /// What to call it
        title: String,
    },
    /// Write a note, in Markdown
    #[command(
        after_help = "Example:\n  ringer case note cas_0123456789ab \"asked @ann to call the school\""
    )]
    Note {
        /// The case
        case: CaseId,
        /// What
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// Strike out a note; it stays in the history
    #[command(
        after_help = "Example:\n  ringer case strike cas_0123456789ab 118 --why \"the wrong case\""
    )]
    Strike {
        /// The case
        case: CaseId,
        /// The number of the note, as `show` prints it
        note: u64,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Attach a file: a copy is kept under its SHA-256 in the store's folder
    #[command(after_help = "Example:\n  ringer case attach cas_0123456789ab interview.pdf")]
    Attach {
        /// The case
        case: CaseId,
        /// The file: PDF, image, text, CSV, JSON, mail or office document of at most 25 MiB
        file: PathBuf,
    },
    /// Take a file off; its copy is kept
    #[command(
        after_help = "Example:\n  ringer case detach cas_0123456789ab 9f86d0...0f00a08 --why \"the wrong file\""
    )]
    Detach {
        /// The case
        case: CaseId,
        /// The SHA-256 of the file
        sha256: FileHash,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Write an attached file out, after its hash was checked
    #[command(
        after_help = "Example:\n  ringer case save cas_0123456789ab 9f86d0...0f00a08 --out interview.pdf"
    )]
    Save {
        /// The case
        case: CaseId,
        /// The SHA-256 of the file
        sha256: FileHash,
        /// Where to; nothing is overwritten
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Add a ring to a case
    #[command(after_help = "Example:\n  ringer case link cas_0123456789ab ring_0123456789ab")]
    Link {
        /// The case
        case: CaseId,
        /// The ring
        ring: RingId,
    },
    /// Take a ring off a case
    #[command(
        after_help = "Example:\n  ringer case unlink cas_0123456789ab ring_0123456789ab --why \"another house\""
    )]
    Unlink {
        /// The case
        case: CaseId,
        /// The ring
        ring: RingId,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Close a case; `status` opens it again
    #[command(
        after_help = "Example:\n  ringer case close cas_0123456789ab --why \"a family, all met in person\""
    )]
    Close {
        /// The case
        case: CaseId,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

/// Does it.
///
/// # Errors
/// When there is no such case, a rule refuses it, or the store fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.unwrap_or(Format::Table);
    match &args.what {
        What::List { status, open, assignee, unassigned, ring } => {
            let wanted = lines::Wanted {
                status: *status,
                open: *open,
                assignee: assignee.as_deref(),
                unassigned: *unassigned,
                ring: ring.as_ref(),
            };
            lines::list(ctx, &wanted, format)
        }
        What::Show { case } => {
            let engine = ctx.engine()?;
            let files = Attachments::of(&ctx.settings.data);
            showing::show(ctx, &engine, &files, case, format)?;
            Ok(Exit::Ok)
        }
        What::Save { case, sha256, out } => save(ctx, case, sha256, out),
        What::Open { about, title } => open(ctx, about, title.as_deref(), format),
        other => change(args, other, ctx, format),
    }
}

fn open(
    ctx: &mut Context,
    about: &About,
    title: Option<&str>,
    format: Format,
) -> Result<Exit, CliError> {
    let engine = ctx.engine_to_write()?;
    let view = engine.view();
    let (subject, called) = match about {
        About::Ring(id) => {
            let ring = lookup::ring(ctx, &view, id)?;
            let called = format!("Ring of {} claimed identities", ring.identities);
            (CaseSubject::Ring(ring.id.clone()), called)
        }
        About::Applicant(text) => {
            let id = lookup::application_id(&view, text)?;
            let called = format!("Applicant of {id}");
            (CaseSubject::Applicant(id), called)
        }
    };
    let work = Casework { engine: &engine, view: &view, attachments: None };
    let id = work.open(&actor(ctx), subject, title.unwrap_or(&called))?;
    lines::print(ctx, &engine, &id, format)
}

fn actor(ctx: &Context) -> Actor {
    Actor::new(&ctx.settings.user, Role::Supervisor)
}

fn change(args: &Args, what: &What, ctx: &mut Context, format: Format) -> Result<Exit, CliError> {
    let engine = ctx.engine_to_write()?;
    let files = Attachments::of(&ctx.settings.data);
    let (id, event) = match what {
        What::Status { case, status, why } => (case, CaseEvent::set(*status, why)),
        What::Close { case, why } => (case, CaseEvent::set(CaseStatus::Closed, why)),
        What::Propose { case, alternatives } => (case, CaseEvent::propose(alternatives)),
        What::Decline { case, why } => (case, CaseEvent::ReferralDeclined { why: why.clone() }),
        What::Assign { case, to } => (case, CaseEvent::Assigned { to: to.clone() }),
        What::Due { case, day } => (case, CaseEvent::DueSet { due: day.0 }),
        What::Rename { case, title } => (case, CaseEvent::Renamed { title: title.clone() }),
        What::Note { case, text } => (case, CaseEvent::Noted { text: text.clone() }),
        What::Strike { case, note, why } => {
            (case, CaseEvent::NoteStruck { note: Seq(*note), why: why.clone() })
        }
        What::Attach { case, file } => {
            known(&engine, case)?;
            (case, attached(&files, file)?)
        }
        What::Detach { case, sha256, why } => {
            (case, CaseEvent::Detached { sha256: sha256.clone(), why: why.clone() })
        }
        What::Link { case, ring } => (case, CaseEvent::RingLinked { ring: ring.clone() }),
        What::Unlink { case, ring, why } => {
            (case, CaseEvent::RingUnlinked { ring: ring.clone(), why: why.clone() })
        }
        What::List { .. } | What::Show { .. } | What::Open { .. } | What::Save { .. } => {
            return Ok(Exit::Ok);
        }
    };
    let expected = args.on.map_or(known(&engine, id)?.version, Seq);
    let change = CaseChange { case: id.clone(), expected, events: vec![event] };
    let view = engine.view();
    let work = Casework { engine: &engine, view: &view, attachments: Some(&files) };
    work.change(&actor(ctx), vec![change])?;
    lines::print(ctx, &engine, id, format)
}

/// A case as it is.
fn known(engine: &Engine, id: &CaseId) -> Result<std::sync::Arc<Case>, CliError> {
    engine.cases().get(id).cloned().ok_or_else(|| {
        CliError::NotFound(format!("no case has the id {id}; `ringer case list` lists them"))
    })
}

/// Takes a file in.
fn attached(files: &Attachments, path: &PathBuf) -> Result<CaseEvent, CliError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let wrong =
        |e: io::Error| CliError::Input { file: path.display().to_string(), why: e.to_string() };
    let mut file = File::open(path).map_err(wrong)?;
    if !file.metadata().map_err(wrong)?.is_file() {
        let why = "it is no file".to_owned();
        return Err(CliError::Input { file: path.display().to_string(), why });
    }
    let stored = files.put(&name, &mut file)?;
    Ok(stored.attached())
}

fn save(ctx: &Context, id: &CaseId, sha256: &FileHash, out: &PathBuf) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let case = known(&engine, id)?;
    if !case.attachments.iter().any(|file| file.sha256 == *sha256) {
        return Err(CliError::NotFound(format!(
            "{id} has no such file; `ringer case show` lists them"
        )));
    }
    let mut file = Attachments::of(&ctx.settings.data).read(sha256)?;
    let write = |source| CliError::Write { what: out.display().to_string(), source };
    let mut to = File::create_new(out).map_err(write)?;
    io::copy(&mut file, &mut to).and_then(|_| to.sync_all()).map_err(write)?;
    Ok(Exit::Ok)
}
