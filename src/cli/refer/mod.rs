//! `ringer refer`: a package of a ring, written and recorded, or only foreseen. Not responsible for what is in one
//! (`referral`).
//!
//! A draft is not refused here: whoever has the store's folder could copy everything anyway. It says that it is one, in
//! every part of it and on standard error.
//!
//! Invariant: the files are on the disk before the journal says so, and the journal says so before this does; what could
//! not be recorded is taken away again.

mod key;
mod preview;

pub(in crate::cli) use key::kept_key;

use crate::{
    cli::{
        CliError, Exit, context::Context, lookup, output::Format, progress::Progress,
        recording::Asked,
    },
    engine::{Cases, Engine, View},
    explain::words::count,
    model::{AttributeKind, CaseId, FileHash, ReferralId, ReferralProfile, Ring, RingId, Seq, Tlp},
    referral::{
        Dossier, Ground, Members, Scope, build,
        package::{Package, Recipient, Written, assemble, write},
    },
};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Arguments of `ringer refer`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer refer ring_0123456789ab --dry-run\n  \
    ringer refer ring_0123456789ab --out referrals\n  \
    ringer refer ring_0123456789ab --out referrals --member APP-1041 APP-1187 APP-1190 \\\n    \
    --without bank_account --recipient \"Field office\" --purpose \"Complaint 17\"\n\n\
    Makes DIR/<referral id>/ and a zip of it, and records both in the journal. Nothing is\n\
    overwritten. From a case that two persons found ready for referral it is final; otherwise it\n\
    is a draft and says so. Sealed values (birth dates, government numbers, accounts) are left out,\n\
    or encrypted for those whom --annex-for names. People who share a value and are not named are\n\
    counted, never named.\n\n\
    Profiles: law_enforcement, full (notes of the case too), peer_employer (shared values alone).\n\
    Markings: clear, green, amber, amber+strict, red.")]
pub struct Args {
    /// The ring
    #[arg(value_name = "RING")]
    ring: RingId,
    /// Folder to put the package into, made if it is not there
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    out: Option<PathBuf>,
    /// For whom it is
    #[arg(long, value_name = "PROFILE", default_value = "law_enforcement")]
    profile: ReferralProfile,
    /// Its marking [default: that of the profile]
    #[arg(long, value_name = "TLP")]
    tlp: Option<Tlp>,
    /// The case it is made from [default: the ring's, if it has an open one]
    #[arg(long, value_name = "CASE")]
    case: Option<CaseId>,
    /// Name only these members; the others become bystanders
    #[arg(long, value_name = "ID", num_args = 1..)]
    member: Vec<String>,
    /// Withhold values of these kinds
    #[arg(long, value_name = "KIND", num_args = 1..)]
    without: Vec<AttributeKind>,
    /// Leave out applications as they were received
    #[arg(long)]
    no_originals: bool,
    /// Leave out the files of the case
    #[arg(long)]
    no_attachments: bool,
    /// Take notes of the case along
    #[arg(long)]
    notes: bool,
    /// Give shared values as keyed hashes, which only who has the key can compare
    #[arg(long)]
    keyed: bool,
    /// Encrypt sealed values for this recipient of age; repeatable
    #[arg(long, value_name = "AGE1...", num_args = 1..)]
    annex_for: Vec<Recipient>,
    /// What it is for [default: by profile]
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// To whom it goes
    #[arg(long, value_name = "TEXT")]
    recipient: Option<String>,
    /// The referral whose place it takes
    #[arg(long, value_name = "REF")]
    supersede: Option<ReferralId>,
    /// Who refers [env: RINGER_USER] [default: the login name]
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// Say exactly what would leave the house; writes and records nothing
    #[arg(long)]
    dry_run: bool,
    /// How to print [default: table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

impl Args {
    /// What the audit trail is told of it.
    pub(super) fn asked(&self, asked: Asked) -> Asked {
        let mut ids = vec![self.ring.as_str()];
        ids.extend(self.case.as_ref().map(CaseId::as_str));
        ids.extend(self.supersede.as_ref().map(ReferralId::as_str));
        ids.extend(self.member.iter().map(String::as_str));
        let mut asked = asked.of(&ids);
        asked.words.push(("profile", self.profile.name().to_owned()));
        asked.words.push(("kind", if self.dry_run { "dry_run" } else { "package" }.to_owned()));
        asked
    }

    fn scope(&self, view: &View, ring: &Ring) -> Result<Scope, CliError> {
        let base = Scope::of(self.profile);
        Ok(Scope {
            tlp: self.tlp.unwrap_or(base.tlp),
            members: self.members(view, ring)?,
            without: self.without.iter().copied().collect(),
            originals: base.originals && !self.no_originals,
            attachments: base.attachments && !self.no_attachments,
            notes: base.notes || self.notes,
            is_keyed: self.keyed,
            purpose: self.purpose.clone().unwrap_or_else(|| usual(self.profile).to_owned()),
            recipient: self.recipient.clone().unwrap_or_default(),
            annex_for: self.annex_for.iter().map(ToString::to_string).collect(),
            ..base
        })
    }

    fn members(&self, view: &View, ring: &Ring) -> Result<Members, CliError> {
        if self.member.is_empty() {
            return Ok(Members::All);
        }
        let one = |text: &String| {
            let ix = lookup::applicant(view, text)?;
            match ring.members.contains(&ix) {
                true => Ok(view.network.applicant(ix).id.clone()),
                false => Err(CliError::Usage(format!(
                    "{text} is not in {}; `ringer ring {}` lists its members",
                    ring.id, ring.id
                ))),
            }
        };
        Ok(Members::Only(self.member.iter().map(one).collect::<Result<_, _>>()?))
    }
}

/// What a package is for, where nobody says.
fn usual(profile: ReferralProfile) -> &'static str {
    match profile {
        ReferralProfile::LawEnforcement => "Referral to law enforcement",
        ReferralProfile::Full => "Review by counsel",
        ReferralProfile::PeerEmployer => "Warning to a peer employer",
    }
}

#[derive(Serialize)]
struct Report<'a> {
    referral_id: &'a ReferralId,
    ring_id: &'a RingId,
    case_id: Option<&'a CaseId>,
    draft: bool,
    profile: ReferralProfile,
    tlp: &'static str,
    identities: u32,
    files: u32,
    bytes: u64,
    folder: String,
    zip: String,
    manifest_sha256: &'a FileHash,
    evidence_sha256: &'a FileHash,
    withheld: &'a [String],
    supersedes: Option<&'a ReferralId>,
    fact: u64,
}

/// Makes, writes and records a package, or says what one would hold.
///
/// # Errors
/// When there is no such ring, member, case or referral, the scope makes no package, something withheld would be given
/// away, or the store or the disk fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.unwrap_or(Format::Table);
    if format == Format::Csv {
        return Err(CliError::Usage(
            "a package is no table; `--format json` has all of it".to_owned(),
        ));
    }
    let engine = if args.dry_run { ctx.engine()? } else { ctx.engine_to_write()? };
    let (dossier, package) = made(args, ctx, &engine)?;
    warn(args, ctx, &dossier);
    let Some(out) = args.out.as_deref().filter(|_| !args.dry_run) else {
        preview::print(ctx, &dossier, &package, format)?;
        return Ok(Exit::Ok);
    };
    let (written, seq) = kept(&engine, &package, out)?;
    print(ctx, &package, &written, seq, format)?;
    Ok(Exit::Ok)
}

/// The package, in memory.
fn made(args: &Args, ctx: &Context, engine: &Engine) -> Result<(Dossier, Package), CliError> {
    let _bar = Progress::new("making the package");
    let (view, cases) = (engine.view(), engine.cases());
    let ring = lookup::ring(ctx, &view, &args.ring)?;
    let scope = args.scope(&view, ring)?;
    if let Some(former) = &args.supersede {
        stands(&cases, former)?;
    }
    let attachments = crate::casework::Attachments::of(&ctx.settings.data);
    // Where the profile takes no keyed values, no key is made for them either.
    let is_keyed = args.keyed && scope.profile == ReferralProfile::PeerEmployer;
    let key = if is_keyed { Some(key::key(ctx, !args.dry_run)?) } else { None };
    let ground = Ground {
        engine,
        view: &view,
        cases: &cases,
        attachments: Some(&attachments),
        organisation: &ctx.settings.organisation,
        by: &ctx.settings.user,
        at: ctx.clock.now(),
        case: args.case.as_ref(),
        supersedes: args.supersede.clone(),
        key: key.as_deref(),
    };
    let built = build(&ground, &ring.id, &scope)?;
    let package = assemble(&built.dossier, &built.secrets, &args.annex_for)?;
    Ok((built.dossier, package))
}

/// That a referral can be superseded, before anything is written.
fn stands(cases: &Cases, id: &ReferralId) -> Result<(), CliError> {
    match cases.referral(id) {
        None => Err(CliError::NotFound(format!(
            "no referral has the id {id}; `ringer referrals` lists them"
        ))),
        Some(record) if !record.stands() => Err(CliError::NotYet(format!(
            "{id} was withdrawn or superseded before; `ringer referrals show {id}` says by what"
        ))),
        Some(_) => Ok(()),
    }
}

/// Writes the package, then records it; takes it away again where that fails.
fn kept(engine: &Engine, package: &Package, out: &Path) -> Result<(Written, Seq), CliError> {
    let written = write(package, out)?;
    match engine.refer(package.referral.clone()) {
        Ok(seq) => Ok((written, seq)),
        Err(error) => {
            // The first failure is the one to tell.
            let _ = written.remove();
            Err(error.into())
        }
    }
}

/// Says on standard error what a person should know before sending it.
fn warn(args: &Args, ctx: &Context, dossier: &Dossier) {
    if !dossier.attachments.is_empty() {
        ctx.note(&format!(
            "note: {} of the case {} along; nobody looked into them for other people's data",
            count(dossier.attachments.len(), "file", "files"),
            if dossier.attachments.len() == 1 { "goes" } else { "go" }
        ));
    }
    if dossier.heading.review.is_none() {
        let why = match &dossier.heading.case {
            Some((case, _)) => format!(
                "{case} is not ready for referral: one person proposes it (`ringer case propose`), another agrees"
            ),
            None => "the ring has no case that two persons found ready for referral".to_owned(),
        };
        ctx.note(&format!("note: this is a DRAFT, and says so: {why}"));
    }
    if !args.annex_for.is_empty() && dossier.annex.is_empty() {
        ctx.note("note: there is no sealed annex, as nothing of these identities is sealed");
    }
    if dossier.heading.organisation.name.is_empty() {
        ctx.note(
            "note: it does not say which house refers; [organisation] in ringer.toml does (`ringer config`)",
        );
    }
}

fn print(
    ctx: &mut Context,
    package: &Package,
    written: &Written,
    seq: Seq,
    format: Format,
) -> Result<(), CliError> {
    let referral = &package.referral;
    let (folder, zip) = (written.folder.display(), written.zip.display());
    if format == Format::Json {
        ctx.out.object(&Report {
            referral_id: &referral.id,
            ring_id: &referral.ring,
            case_id: referral.case.as_ref(),
            draft: package.manifest.draft,
            profile: referral.profile,
            tlp: referral.tlp.label(),
            identities: referral.identities,
            files: referral.files,
            bytes: referral.bytes,
            folder: folder.to_string(),
            zip: zip.to_string(),
            manifest_sha256: &package.hash,
            evidence_sha256: &package.manifest.evidence.sha256,
            withheld: &referral.withheld,
            supersedes: referral.supersedes.as_ref(),
            fact: seq.0,
        })?;
        return Ok(());
    }
    let out = &mut ctx.out;
    let draft = if package.manifest.draft { "DRAFT of a referral" } else { "referral" };
    out.line(&format!(
        "{}  {draft} of {}: {} identities, {} files, {} bytes, {}",
        referral.id,
        referral.ring,
        referral.identities,
        referral.files,
        referral.bytes,
        referral.tlp.label()
    ))?;
    out.line(&format!("folder  {folder}"))?;
    out.line(&format!("zip     {zip}"))?;
    out.line(&format!("manifest SHA-256  {}", package.hash))?;
    out.line(&format!("recorded by fact {} of the journal", seq.0))?;
    ctx.note(
        "Tell whoever gets it the hash of the manifest on another way than the package itself.",
    );
    Ok(())
}
