//! The web pages: routes, sign-in, pages, drawings. actix lives here only. Not responsible for anything that is
//! computed: it shows views and passes judgements on.
//!
//! Invariant: every page works without JavaScript, answers only a signed-in session on an expected host, and
//! carries the headers of `headers`. A page is a file in `pages/` and a template of the same name.

mod assets;
mod check;
mod choices;
mod cookies;
mod csrf;
mod day;
mod desk;
mod diff;
mod display;
mod door;
mod drawing;
mod error;
mod evidence;
mod explore;
mod headers;
mod imports;
mod intake;
mod judge;
mod keys;
mod labels;
mod members;
mod near;
mod order;
mod page;
mod pager;
mod pages;
mod preview;
mod recording;
mod ring;
mod routes;
mod rules;
mod server;
mod session;
mod sharing;
mod sides;
mod standing;
mod state;
mod svg;
mod text;
mod turning;
mod uploads;
mod urls;
mod watch;
mod watching;

pub use desk::Desk;
pub use door::{Door, Standing};
pub use error::WebError;
pub use headers::{CSP, HEADERS};
pub use imports::Imports;
pub use routes::app;
pub use rules::{Needs, RULES, Records, Rule};
pub use server::{Options, serve};
pub use session::Sessions;
pub use state::State;
pub use uploads::Uploads;
