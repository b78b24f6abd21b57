//! `ringer user`: who may sign in. Works beside a running server, which notices at the next request.
//!
//! Invariant: no password is ever an argument; whoever is added chooses one through a link that works once.

use crate::{
    casework::{AccountsFile, Role, Secret, UserName, audit::Action},
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, Row, id, number, text},
        recording::Asked,
    },
};
use serde::Serialize;

/// Arguments of `ringer user`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer user add ann --role administrator\n  ringer user list\n  \
    ringer user role ann supervisor\n  ringer user invite ann\n  ringer user disable ann\n  ringer user mailbox ann ann@example.com\n\n\
    Roles: viewer reads, investigator also imports and judges, supervisor also refers, watches,\n\
    undoes imports and reads the audit trail, administrator also manages accounts."
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Make an account and print the link by which its owner chooses a password
    #[command(after_help = "Example:\n  ringer user add ann --role investigator")]
    Add {
        /// The name to sign in under
        name: UserName,
        /// viewer, investigator, supervisor or administrator
        #[arg(long, value_name = "ROLE", default_value = "viewer")]
        role: Role,
    },
    /// Everybody who may sign in, or might once
    #[command(after_help = "Example:\n  ringer user list --format csv")]
    List,
    /// Give somebody another role; ends their sessions
    #[command(after_help = "Example:\n  ringer user role ann supervisor")]
    Role {
        /// Whom
        name: UserName,
        /// viewer, investigator, supervisor or administrator
        role: Role,
    },
    /// Print a new link for somebody who lost password or authenticator; the old ones stop working
    #[command(after_help = "Example:\n  ringer user invite ann")]
    Invite {
        /// Whom
        name: UserName,
    },
    /// Let somebody in no more; ends their sessions and tokens
    #[command(after_help = "Example:\n  ringer user disable ann")]
    Disable {
        /// Whom
        name: UserName,
    },
    /// Say which mailbox is somebody's: reports that go there show what the role sees
    #[command(
        after_help = "Example:\n  ringer user mailbox ann ann@example.com\n  ringer user mailbox ann --remove\n\n\
        Only reports that were set up to carry personal data show more than counts and links,\n\
        and only to mailboxes given here to somebody who may sign in."
    )]
    Mailbox {
        /// Whose
        name: UserName,
        /// The mailbox
        #[arg(required_unless_present = "remove", conflicts_with = "remove")]
        address: Option<String>,
        /// Take it away: reports that go there show counts and links
        #[arg(long)]
        remove: bool,
    },
    /// End every session of somebody
    #[command(name = "sign-out", after_help = "Example:\n  ringer user sign-out ann")]
    SignOut {
        /// Whom
        name: UserName,
    },
}

impl What {
    /// What the audit trail is told of it.
    fn asked(&self) -> Asked {
        let (action, what, name, role) = match self {
            Self::List => (Action::Command, "list", None, None),
            Self::Add { name, role } => (Action::Account, "add", Some(name), Some(role)),
            Self::Role { name, role } => (Action::Account, "role", Some(name), Some(role)),
            Self::Invite { name } => (Action::Account, "invite", Some(name), None),
            Self::Disable { name } => (Action::Account, "disable", Some(name), None),
            Self::Mailbox { name, .. } => (Action::Account, "mailbox", Some(name), None),
            Self::SignOut { name } => (Action::Account, "sign-out", Some(name), None),
        };
        let account = name.map(|name| ("account", name.to_string()));
        let role = role.map(|role| ("role", role.to_string()));
        let words = [Some(("what", what.to_owned())), account, role].into_iter().flatten();
        Asked { action, words: words.collect(), ..Asked::command("user") }
    }
}

#[derive(Serialize)]
struct Line {
    name: String,
    role: Role,
    state: &'static str,
    second_factor: bool,
    tokens: usize,
    made_at: String,
    mailbox: Option<String>,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        text("name"),
        id("role"),
        id("state"),
        id("second_factor"),
        number("tokens"),
        id("made_at"),
        text("mailbox"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.role.to_string(),
            self.state.to_owned(),
            if self.second_factor { "yes" } else { "no" }.to_owned(),
            self.tokens.to_string(),
            self.made_at.clone(),
            self.mailbox.clone().unwrap_or_default(),
        ]
    }
}

/// Does it.
///
/// # Errors
/// When there is no store, no such account, or the file of accounts cannot be read or written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    // Accounts may come before the first import, and beside a running server.
    if matches!(args.what, What::Add { .. }) && !ctx.has_store() {
        drop(ctx.store_or_new()?);
    }
    if !ctx.has_store() {
        return Err(CliError::NoStore(ctx.settings.data.display().to_string()));
    }
    ctx.asked.replace(Some(args.what.asked()));
    ctx.record(None)?;
    let file = AccountsFile::of(&ctx.settings.data);
    let now = ctx.clock.now();
    match &args.what {
        What::Add { name, role } => {
            let secret = file.change(|accounts| accounts.add(name.clone(), *role, now))?;
            link(ctx, name, &secret)?;
        }
        What::Invite { name } => {
            let secret = file.change(|accounts| accounts.invite_again(name, now))?;
            link(ctx, name, &secret)?;
        }
        What::Role { name, role } => {
            file.change(|accounts| accounts.set_role(name, *role))?;
            ctx.note(&format!("{name} is {role} now"));
        }
        What::Disable { name } => {
            file.change(|accounts| accounts.disable(name, now))?;
            ctx.note(&format!("{name} can sign in no more"));
        }
        What::Mailbox { name, address, remove: _ } => {
            file.change(|accounts| accounts.set_mailbox(name, address.as_deref()))?;
            let what = if address.is_some() { "has a mailbox now" } else { "has no mailbox now" };
            ctx.note(&format!("{name} {what}"));
        }
        What::SignOut { name } => {
            file.change(|accounts| accounts.sign_out_everywhere(name))?;
            ctx.note(&format!("every session of {name} has ended"));
        }
        What::List => {
            let accounts = file.read()?;
            let lines = accounts.iter().map(|a| Line {
                name: a.name.to_string(),
                role: a.role,
                state: a.state(now),
                second_factor: a.second_factor.is_some(),
                tokens: a.tokens.len(),
                made_at: a.made.to_string(),
                mailbox: a.mailbox.clone(),
            });
            let lines: Vec<Line> = lines.collect();
            ctx.out.list(args.format.unwrap_or(Format::Table), lines)?;
        }
    }
    Ok(Exit::Ok)
}

fn link(ctx: &mut Context, name: &UserName, secret: &Secret) -> Result<(), CliError> {
    let base = ctx.settings.serving.base(ctx.settings.bind);
    ctx.out.line(&format!("{base}/welcome/{}", secret.reveal()))?;
    ctx.note(&format!(
        "Give this link to {name}: it works once, for a week, while `ringer serve` runs. Only who has it can choose \
         the password."
    ));
    Ok(())
}
