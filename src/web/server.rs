//! The server: listens, prints the way in, stops when told to. Not responsible for what is answered (`routes`).
//!
//! Invariant: never listens where another machine could reach it.

use crate::{
    casework::audit::Trail,
    engine::Engine,
    web::{Door, State, WebError, app, urls, watching::Watch},
};
use actix_web::{App, HttpServer, web};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen: a loopback address. Port 0 takes a free one.
    pub bind: SocketAddr,
    /// Whether to make a sign-in link that works once; the only way in there is yet.
    pub one_time_link: bool,
    /// The name under which whoever opens the link judges.
    pub user: String,
    /// The folder of the store, where its accounts are kept; none for a store that is thrown away.
    pub folder: Option<PathBuf>,
    /// Threads that answer; more are of no use to one person.
    pub workers: usize,
    /// What every request is recorded in; none for one that ends with the process.
    pub trail: Option<Arc<Trail>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: (Ipv4Addr::LOCALHOST, 8080).into(),
            one_time_link: true,
            user: "investigator".to_owned(),
            folder: None,
            workers: 2,
            trail: None,
        }
    }
}

/// Serves until interrupted. `on_ready` gets the URL to open once it works: the page to sign in on, or, while nobody
/// has an account, the link that signs in once.
///
/// # Errors
/// When the address is not loopback or cannot be listened on, or when the server fails.
pub fn serve(
    engine: Arc<Engine>,
    options: Options,
    on_ready: impl FnOnce(&str),
) -> Result<(), WebError> {
    if !options.bind.ip().is_loopback() {
        return Err(WebError::NotLoopback(options.bind));
    }
    let mut state = State::new(engine.clone(), options.bind.ip());
    if let Some(trail) = &options.trail {
        state = state.recorded_in(trail.clone());
    }
    let mut peopled = false;
    if let Some(folder) = &options.folder {
        let door = Door::of(folder);
        peopled = door.accounts()?.iter().any(|account| account.is_open());
        state = state.behind(door);
    }
    if !options.one_time_link && !peopled {
        return Err(WebError::NoWayIn);
    }
    // Once somebody has an account, the link would be a way around it.
    let path = if peopled {
        urls::SIGN_IN.to_owned()
    } else {
        format!("{}/{}", urls::SIGN_IN, state.sessions.one_time_link(&options.user)?)
    };
    let trail = state.trail.clone();
    let watch = Watch::begin(&engine, &trail, &options)?;
    let state = web::Data::new(state);
    let (served, ending) = (state.clone(), state.clone());
    let outcome = actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || App::new().configure(app(served.clone())))
            .workers(options.workers.max(1))
            .shutdown_timeout(5)
            .bind(options.bind)
            .map_err(|source| WebError::Bind { address: options.bind, source })?;
        let address = server.addrs().first().copied().unwrap_or(options.bind);
        on_ready(&format!("http://{address}{path}"));
        Ok(server.run().await?)
    });
    // An import is not left half done behind the server's back.
    ending.imports.stop();
    ending.imports.wait();
    ending.uploads.clear();
    watch.end(&engine, &trail);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_an_address_that_only_this_machine_reaches() {
        assert!(Options::default().bind.ip().is_loopback());
    }
}
