//! The web pages: routes, sign-in, pages, drawings. actix lives here only. Not responsible for anything that is
//! computed: it shows views and passes judgements on.
//!
//! Invariant: every page works without JavaScript, answers only a signed-in session on an expected host, and
//! carries the headers of `headers`. A page is a file in `pages/` and a template of the same name.

mod assets;
mod body;
mod case;
mod check;
mod choices;
mod cookies;
mod csrf;
mod deciding;
mod desk;
mod diff;
mod display;
mod door;
mod drawing;
mod effects;
mod error;
mod evidence;
mod explore;
mod flash;
mod headers;
mod holding;
mod imports;
mod intake;
mod judge;
mod keys;
mod labels;
mod markdown;
mod members;
mod near;
mod onward;
mod order;
mod page;
mod pager;
mod pages;
mod preview;
mod rate;
mod reach;
mod recording;
mod referral;
mod reporting;
mod reveal;
mod ring;
mod routes;
mod rules;
mod saved;
mod server;
mod session;
mod sharing;
mod sides;
mod standing;
mod state;
mod text;
mod thresholds;
mod tls;
mod turning;
mod uploads;
mod urls;
mod veil;
mod watch;
mod watching;

pub use csrf::{HostName, Hosts};
pub use desk::Desk;
pub use door::{Door, Standing};
pub use error::WebError;
pub use headers::{CSP, HEADERS, HSTS};
pub use imports::Imports;
pub use rate::Rate;
pub use reach::{Caller, Reach};
pub use referral::{
    draft::{Drafted, Files, ToRefer},
    kept::Kept,
};
pub use reporting::Reporting;
pub use routes::app;
pub use rules::{Needs, RULES, Records, Rule};
pub use server::{CONNECTIONS, Options, REQUESTS_PER_SECOND, serve};
pub use session::Sessions;
pub use state::State;
pub use tls::{Tls, TlsError};
pub use uploads::Uploads;
