//! `ringer serve`: the web UI and the API.

use crate::{
    cli::{CliError, Exit, context::Context},
    engine::Engine,
    web,
};
use std::{net::SocketAddr, path::PathBuf, sync::Arc, thread};

/// Arguments of `ringer serve`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer serve\n  ringer serve --bind 127.0.0.1:9000\n\n\
    Prints a one-time sign-in link, or where to sign in once somebody has an account\n    (`ringer user add`). Stop it with Ctrl-C.")]
pub struct Args {
    /// Address to listen on [env: RINGER_BIND] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub(super) bind: Option<String>,
}

/// Serves until it is stopped.
///
/// # Errors
/// When the store cannot be opened or the address not be used.
pub fn run(_args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = Arc::new(ctx.engine_or_new()?);
    let bind = ctx.settings.bind;
    let folder = Some(ctx.settings.data.clone());
    serve(ctx, engine, bind, folder)?;
    Ok(Exit::Ok)
}

/// Serves an engine at an address until it is stopped; prints the sign-in link once it works.
///
/// # Errors
/// When the address cannot be used or the server fails.
pub fn serve(
    ctx: &mut Context,
    engine: Arc<Engine>,
    bind: SocketAddr,
    folder: Option<PathBuf>,
) -> Result<(), CliError> {
    let user = ctx.settings.user.clone();
    let trail = Some(ctx.trail());
    let options = web::Options { bind, user, folder, trail, ..web::Options::default() };
    let mut said = Ok(());
    // So that neither the first page nor the first update need wait for it.
    let (view, warmed) = (engine.view(), engine.clone());
    thread::spawn(move || {
        let _ = warmed.assess_rings(&view);
        drop(warmed);
        view.network.corpus().warm();
        let _ = view.index();
    });
    web::serve(engine.clone(), options, |link| {
        said = ctx.out.line(link).and_then(|()| ctx.out.flush());
        ctx.note(if link.ends_with("/sign-in") {
            "Open this page to sign in. Stop with Ctrl-C."
        } else {
            "Open this link to sign in; it works once. Stop with Ctrl-C."
        });
    })?;
    engine.close();
    Ok(said?)
}
