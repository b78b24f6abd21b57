//! The server: listens, prints the way in, stops when told to. Not responsible for what is answered (`routes`).
//!
//! Invariant: never listens where another machine could reach it, directly or through a proxy, unless what is sent is
//! encrypted, somebody has an account, and the names answered to are known.

use crate::{
    casework::{AccountsFile, Attachments, SavedFilters, audit::Trail, keeping::RetentionPolicy},
    engine::Engine,
    model::Moment,
    referral::Organisation,
    reports,
    web::{
        Door, HostName, Hosts, Kept, Rate, Reach, State, Tls, WebError, app, body, urls,
        watching::Watch,
    },
};
use actix_web::{App, HttpServer, web};
use futures_util::future::{Either, select};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    pin::pin,
    sync::Arc,
    time::Duration,
};

/// Requests a second of one session unless somebody says otherwise: far more than a person's, with pictures and
/// suggestions.
pub const REQUESTS_PER_SECOND: u32 = 50;
/// Connections at a time unless somebody says otherwise: fifty people with six each, and three times that.
pub const CONNECTIONS: usize = 1_024;
/// How long the first line and the headers of a request may take, and the handshake before them.
const HEAD: Duration = Duration::from_secs(10);
/// How long a connection is kept on which nothing is asked.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// Seconds for which answers that are being made may go on once the server is told to stop.
const LAST_ANSWERS: u64 = 5;

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen: a loopback address, unless `tls` or `proxies` protects it. Port 0 takes a free one.
    pub bind: SocketAddr,
    /// Whether to make a sign-in link that works once, where only this machine can open it and nobody has an account.
    pub one_time_link: bool,
    /// The name under which whoever opens the link judges.
    pub user: String,
    /// The folder of the store, where its accounts are kept; none for a store that is thrown away.
    pub folder: Option<PathBuf>,
    /// The folder of the store, where files attached to cases are kept; a store that is thrown away has one too.
    pub attachments: Option<PathBuf>,
    /// The house that refers, as packages name it.
    pub organisation: Organisation,
    /// The key under which packages hash values; none where none was made yet.
    pub key: Option<Vec<u8>>,
    /// How long data is kept.
    pub retention: RetentionPolicy,
    /// Makes and delivers reports; none where none are made.
    pub reports: Option<Arc<reports::Runner>>,
    /// Threads that answer; more are of no use to one person.
    pub workers: usize,
    /// Certificate and key; none without TLS.
    pub tls: Option<Tls>,
    /// The addresses, beside loopback, of a proxy that speaks TLS before this server; none without one.
    pub proxies: Option<Vec<IpAddr>>,
    /// The names answered to, beside those of the loopback address when that is what is listened on.
    pub hosts: Vec<HostName>,
    /// Requests a second of one session; 0 lifts every limit.
    pub requests_per_second: u32,
    /// Connections at a time, at least one for each worker.
    pub connections: usize,
    /// How long a form, or a piece of a file, may take to arrive; also the head of a request, up to ten seconds.
    pub patience: Duration,
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
            attachments: None,
            organisation: Organisation::default(),
            key: None,
            retention: RetentionPolicy::default(),
            reports: None,
            workers: 2,
            tls: None,
            proxies: None,
            hosts: Vec::new(),
            requests_per_second: REQUESTS_PER_SECOND,
            connections: CONNECTIONS,
            patience: body::PATIENCE,
            trail: None,
        }
    }
}

impl Options {
    /// Whether other machines can reach it, directly or through a proxy.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        !self.bind.ip().to_canonical().is_loopback() || self.proxies.is_some()
    }

    /// What its addresses begin with, for whoever opens it in a browser. `at` is where it listens.
    #[must_use]
    pub fn base(&self, at: SocketAddr) -> String {
        let Some(host) = self.hosts.first() else {
            return format!("{}://{at}", if self.tls.is_some() { "https" } else { "http" });
        };
        match (&self.tls, &self.proxies) {
            (_, Some(_)) => format!("https://{host}"),
            (Some(_), None) if at.port() == 443 => format!("https://{host}"),
            (Some(_), None) => format!("https://{host}:{}", at.port()),
            (None, None) => format!("http://{host}:{}", at.port()),
        }
    }

    /// Whether it may be served at all.
    ///
    /// # Errors
    /// When other machines could reach it and nothing is encrypted, nobody has an account, or its name is not known.
    pub fn check(&self, now: Moment) -> Result<(), WebError> {
        if !self.is_exposed() {
            return Ok(());
        }
        if self.tls.is_none() && self.proxies.is_none() {
            return Err(WebError::NotLoopback(self.bind));
        }
        // Somebody invited may choose a password only once the server runs.
        let accounts = self.folder.as_deref().map(|folder| AccountsFile::of(folder).read());
        let accounts = accounts.transpose()?.unwrap_or_default();
        if !accounts.iter().any(|account| matches!(account.state(now), "open" | "invited")) {
            return Err(WebError::NobodyYet);
        }
        if self.hosts.is_empty() && !self.bind.ip().to_canonical().is_loopback() {
            return Err(WebError::NoHostName(self.bind));
        }
        Ok(())
    }
}

/// Serves until interrupted. `on_ready` gets the URL to open once it works: the page to sign in on, or, while nobody
/// has an account and only this machine can ask, the link that signs in once.
///
/// # Errors
/// When other machines could reach it and it is not protected, when it cannot be listened on, or when the server fails.
pub fn serve(
    engine: Arc<Engine>,
    options: Options,
    on_ready: impl FnOnce(&str),
) -> Result<(), WebError> {
    let mut state = State::new(engine.clone(), options.bind.ip());
    options.check(state.desk.now())?;
    state.hosts = Hosts::named(options.bind.ip(), &options.hosts);
    state.reach = Reach { tls: options.tls.is_some(), proxies: options.proxies.clone() };
    state.rate = Rate::per_second(options.requests_per_second);
    state.patience = options.patience;
    state.retention = Arc::new(options.retention.clone());
    state.key.clone_from(&options.key);
    if let Some(trail) = &options.trail {
        state = state.recorded_in(trail.clone());
    }
    if let Some(data) = &options.attachments {
        let attachments = Attachments::of(data);
        attachments.clear_unfinished();
        state = state.keeping(attachments);
        state = state.referring(Kept::of(data), options.organisation.clone());
        state = state.keeping_reports(reports::Kept::of(data));
    }
    if let Some(runner) = options.reports.clone() {
        state = state.reporting(runner);
    }
    let mut peopled = options.is_exposed();
    if let Some(folder) = &options.folder {
        let door = Door::of(folder);
        peopled |= door.accounts()?.iter().any(|account| account.is_open());
        state = state.behind(door).filtering(SavedFilters::of(folder));
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
        let workers = options.workers.max(1);
        let server = HttpServer::new(move || App::new().configure(app(served.clone())))
            .workers(workers)
            .max_connections(options.connections.div_ceil(workers).max(1))
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(options.patience.min(HEAD))
            .tls_handshake_timeout(options.patience.min(HEAD))
            .shutdown_signal(told_to_stop())
            .shutdown_timeout(LAST_ANSWERS);
        let refused = |source| WebError::Bind { address: options.bind, source };
        let server = match options.tls.clone() {
            Some(tls) => server.bind_rustls_0_23(options.bind, tls.into_config()),
            None => server.bind(options.bind),
        }
        .map_err(refused)?;
        let address = server.addrs().first().copied().unwrap_or(options.bind);
        on_ready(&format!("{}{path}", options.base(address)));
        Ok(server.run().await?)
    });
    // An import is not left half done behind the server's back.
    ending.imports.stop();
    ending.imports.wait();
    ending.uploads.clear();
    let ended = watch.end(&engine, &trail);
    outcome.and(ended)
}

/// Ends when somebody presses Ctrl-C or the system asks the process to end.
async fn told_to_stop() {
    let pressed = pin!(async {
        // Where it cannot be listened for, the system ends the process as it always does.
        if actix_web::rt::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    });
    let asked = pin!(async {
        #[cfg(unix)]
        {
            use actix_web::rt::signal::unix::{SignalKind, signal};
            if let Ok(mut term) = signal(SignalKind::terminate()) {
                term.recv().await;
                return;
            }
        }
        std::future::pending::<()>().await;
    });
    match select(pressed, asked).await {
        Either::Left(_) | Either::Right(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_an_address_that_only_this_machine_reaches() {
        assert!(Options::default().bind.ip().is_loopback() && !Options::default().is_exposed());
    }

    #[test]
    fn the_address_to_open_is_the_one_browsers_use() {
        let at = |port: u16| SocketAddr::from(([192, 0, 2, 1], port));
        let plain = Options::default();
        let hosts: Vec<HostName> = vec!["ringer.example".parse().unwrap()];
        let proxied =
            Options { hosts: hosts.clone(), proxies: Some(Vec::new()), ..Options::default() };
        let named = Options { hosts, ..Options::default() };
        assert_eq!(plain.base(at(8080)), "http://192.0.2.1:8080");
        assert_eq!(named.base(at(8080)), "http://ringer.example:8080");
        assert_eq!(proxied.base(at(8080)), "https://ringer.example");
        assert!(proxied.is_exposed());
    }
}
