//! `ringer serve`: the web UI and the API. Not responsible for what may be served where (`web`).
//!
//! Invariant: no secret is an argument; of a key there is only the path.

use crate::{
    cli::{CliError, Exit, context::Context, output::plain, refer, report, serving},
    engine::Engine,
    reports::{Runner, Work},
    web,
};
use std::{
    io::{self, Write},
    net::IpAddr,
    sync::Arc,
    thread,
};

/// Arguments of `ringer serve`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer serve\n  ringer serve --bind 127.0.0.1:9000\n  \
    ringer serve --bind 0.0.0.0:8443 --host ringer.example.com \\\n      \
    --tls-cert fullchain.pem --tls-key key.pem\n  \
    ringer serve --behind-proxy --host ringer.example.com\n\n\
    Prints a one-time sign-in link, or where to sign in once somebody has an account\n\
    (`ringer user add`). Stop it with Ctrl-C.\n\n\
    Other machines can reach it only with TLS or behind a proxy that speaks TLS, only once\n\
    somebody has an account, and only under the names of --host. A proxy passes the Host header\n\
    on and sets X-Forwarded-For and X-Forwarded-Proto, or Forwarded, anew; their last entry\n\
    counts. All of this can stand in ringer.toml too:\n\n  \
    bind = \"0.0.0.0:8443\"\n  host = \"ringer.example.com\"\n  tls_cert = \"fullchain.pem\"\n  \
    tls_key = \"key.pem\"\n  [web]\n  requests_per_second = 50   # of each session; 0: no limit\n  \
    connections = 1024")]
pub struct Args {
    /// Address to listen on [env: RINGER_BIND] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    bind: Option<String>,
    /// Certificate chain of TLS, the server's own first, PEM [env: RINGER_TLS_CERT]
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<String>,
    /// The key that belongs to it, PEM [env: RINGER_TLS_KEY]
    #[arg(long, value_name = "FILE")]
    tls_key: Option<String>,
    /// A proxy stands before it and speaks TLS [env: RINGER_BEHIND_PROXY]
    #[arg(long)]
    behind_proxy: bool,
    /// Believe a proxy at this address too, not only on this machine; repeatable [env: RINGER_PROXY]
    #[arg(long, value_name = "ADDR")]
    proxy: Vec<IpAddr>,
    /// Answer to this name; repeatable, needed off loopback [env: RINGER_HOST]
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
}

impl Args {
    /// The settings given as flags.
    pub(super) fn flags(&self) -> Vec<(&'static str, String)> {
        let list = |items: Vec<String>| (!items.is_empty()).then(|| items.join(","));
        let given = [
            ("bind", self.bind.clone()),
            ("tls_cert", self.tls_cert.clone()),
            ("tls_key", self.tls_key.clone()),
            ("behind_proxy", self.behind_proxy.then(|| "true".to_owned())),
            ("proxy", list(self.proxy.iter().map(ToString::to_string).collect())),
            ("host", list(self.host.clone())),
        ];
        given.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}

/// Serves until it is stopped.
///
/// # Errors
/// When certificate, store or address cannot be used, or when others could reach what is not protected.
pub fn run(_args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let options = ctx.settings.serving.options(ctx.settings.bind)?;
    let options = web::Options { folder: Some(ctx.settings.data.clone()), ..options };
    // Before a store is made or opened, which takes a while.
    options.check(ctx.clock.now())?;
    let engine = Arc::new(ctx.engine_to_import()?);
    serve(ctx, engine, options)?;
    Ok(Exit::Ok)
}

/// Serves an engine until it is stopped; prints the sign-in link once it works.
///
/// # Errors
/// When the address cannot be used or the server fails.
pub fn serve(
    ctx: &mut Context,
    engine: Arc<Engine>,
    options: web::Options,
) -> Result<(), CliError> {
    let accounts = options.folder.is_some();
    let user = ctx.settings.user.clone();
    let (attachments, trail) = (Some(ctx.settings.data.clone()), Some(ctx.trail()));
    let (retention, organisation) =
        (ctx.settings.retention.clone(), ctx.settings.organisation.clone());
    let key = refer::kept_key(ctx)?;
    let runner = Arc::new(Runner::new(engine.clone(), report::means(ctx)));
    let reports = Some(Arc::clone(&runner));
    let options =
        web::Options { user, attachments, trail, retention, organisation, key, reports, ..options };
    let warnings = options.tls.iter().flat_map(|tls| tls.warnings().to_vec());
    let [reached, protected] = serving::told(&options);
    warnings.for_each(|warning| ctx.note(&warning));
    let mut said = Ok(());
    // So that neither the first page nor the first update need wait for it.
    let (view, warmed) = (engine.view(), engine.clone());
    thread::spawn(move || {
        let _ = warmed.assess_rings(&view);
        drop(warmed);
        view.network.corpus().warm();
        let _ = view.index();
    });
    let tell = |said: &str| {
        // A failing write to stderr has nowhere left to be reported.
        let _ = writeln!(io::stderr(), "{}", plain(&format!("reports: {said}")));
    };
    let work = Work::begin(runner, tell).map_err(|source| CliError::Surroundings {
        what: "cannot begin to run schedules".to_owned(),
        source,
    })?;
    let served = web::serve(engine.clone(), options, |link| {
        said = ctx.out.line(link).and_then(|()| ctx.out.flush());
        ctx.note(if link.ends_with("/sign-in") {
            "Open this page to sign in. Stop with Ctrl-C."
        } else {
            if accounts {
                "Open this link to make the first account; it works once. Stop with Ctrl-C."
            } else {
                "Open this link to sign in; it works once. Stop with Ctrl-C."
            }
        });
        ctx.note(&reached);
        ctx.note(&protected);
    });
    // Before the engine closes: what is being run is put on record.
    work.end();
    served?;
    engine.close();
    Ok(said?)
}
