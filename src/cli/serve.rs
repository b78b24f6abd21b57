//! `ringer serve`: the web UI and the API.

use crate::{
    cli::{CliError, Exit, context::Context},
    engine::Engine,
};
use std::{net::SocketAddr, sync::Arc};

/// Arguments of `ringer serve`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer serve\n  ringer serve --bind 127.0.0.1:9000\n\n\
    Prints a one-time sign-in link. Stop it with Ctrl-C.")]
pub struct Args {
    /// Address to listen on [env: RINGER_BIND] [default: 127.0.0.1:8087]
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
    serve(ctx, engine, bind)?;
    Ok(Exit::Ok)
}

/// Awaited: `web::serve(engine, web::Options, on_ready)`; `on_ready` prints the sign-in link.
pub fn serve(_ctx: &mut Context, _engine: Arc<Engine>, _bind: SocketAddr) -> Result<(), CliError> {
    Err(CliError::Awaited("web UI"))
}
