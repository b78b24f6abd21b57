//! The web pages: routes, sign-in, pages, drawings. actix lives here only. Not responsible for anything that is
//! computed: it shows views and passes judgements on.
//!
//! Invariant: every page works without JavaScript, answers only a signed-in session on an expected host, and
//! carries the headers of `headers`. A page is a file in `pages/` and a template of the same name.

mod assets;
mod check;
mod cookies;
mod csrf;
mod desk;
mod diff;
mod display;
mod drawing;
mod error;
mod evidence;
mod headers;
mod judge;
mod keys;
mod labels;
mod members;
mod page;
mod pager;
mod pages;
mod routes;
mod server;
mod session;
mod sides;
mod standing;
mod state;
mod svg;
mod text;
mod turning;
mod urls;
mod watch;

pub use desk::Desk;
pub use error::WebError;
pub use headers::{CSP, HEADERS};
pub use routes::app;
pub use server::{Options, serve};
pub use session::Sessions;
pub use state::State;
