//! What can go wrong in the web room, and the page that says so with ways out. Not responsible for what an answer
//! other than an error looks like.
//!
//! Invariant: one match maps an error to its status, its words and its ways out; nothing internal is shown.

use crate::{
    casework::{AccountsError, Role, audit::AuditError},
    engine::EngineError,
    model::RingId,
    web::{
        page::{self, Chrome, Section},
        text::{Piece, bytes},
        urls,
    },
};
use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::LOCATION},
};
use askama::Template;
use std::net::SocketAddr;

/// What can go wrong in the web room.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Nothing has this id, or no page is there.
    #[error("there is no {what} \"{id}\"")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// The ring is no more.
    #[error("ring {ring} no longer exists")]
    Dissolved {
        /// The ring.
        ring: RingId,
        /// What became of it and of its last members.
        story: Vec<Vec<Piece>>,
    },
    /// The request cannot be understood.
    #[error("{0}")]
    BadRequest(String),
    /// Nobody is signed in.
    #[error("you are not signed in")]
    SignedOut,
    /// Nobody is signed in, and there are accounts to sign in to.
    #[error("sign in first")]
    SignInFirst,
    /// Somebody is signed in who may not do this.
    #[error("as {role} you may not {what}")]
    Forbidden {
        /// What they are.
        role: Role,
        /// What they wanted, as the end of "you may not".
        what: &'static str,
    },
    /// This server has no accounts, or whoever asks has none.
    #[error("you have no account here: you came by the one-time link")]
    NoAccounts,
    /// Accounts refused or failed.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// The sign-in link does not work (any more).
    #[error("this sign-in link does not work, or no longer")]
    LinkUsed,
    /// The request was sent from another site, or from a page of an ended session.
    #[error("this form was not sent from a page of this session")]
    WrongOrigin,
    /// The request names a host that is not ours.
    #[error("this server does not answer to the host \"{0}\"")]
    WrongHost(String),
    /// An uploaded file that holds no applications.
    #[error("{0}")]
    Refused(String),
    /// An uploaded file larger than so many bytes.
    #[error("the file is larger than {}, the most that can be sent here", bytes(*.0))]
    TooLarge(u64),
    /// Something else has to end first.
    #[error("{0}")]
    Busy(String),
    /// An uploaded file cannot be kept or read.
    #[error("the uploaded file cannot be kept: {0}")]
    NoRoom(std::io::Error),
    /// It cannot be recorded in the audit trail, and so it was not shown or done.
    #[error(transparent)]
    Unrecorded(#[from] AuditError),
    /// The engine refused or failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A page could not be rendered.
    #[error("the page could not be rendered: {0}")]
    Render(#[from] askama::Error),
    /// The system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    NoRandomness(String),
    /// An address outside this machine.
    #[error(
        "{0} can be reached from other machines, and sign-in with accounts is not there yet; bind a loopback \
         address such as 127.0.0.1:8080"
    )]
    NotLoopback(SocketAddr),
    /// No way in was asked for.
    #[error("there is no way to sign in without the one-time link yet; ask for it")]
    NoWayIn,
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The server failed while it ran.
    #[error("the server stopped: {0}")]
    Server(#[from] std::io::Error),
}

/// The page that tells of an error.
#[derive(Template)]
#[template(path = "parts/error.html")]
struct ErrorPage {
    chrome: Chrome,
    status: u16,
    heading: &'static str,
    what_happened: String,
    story: Vec<Vec<Piece>>,
    ways_out: Vec<Piece>,
}

impl WebError {
    fn told(&self) -> (StatusCode, &'static str, Vec<Piece>) {
        let queue = || Piece::link("Back to the queue", urls::QUEUE);
        let import = || Piece::link("Back to the import page", urls::IMPORT);
        let search = || Piece::link("Search", urls::SEARCH);
        match self {
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, "Not found", vec![queue(), search()]),
            Self::Dissolved { .. } => {
                (StatusCode::GONE, "This ring no longer exists", vec![queue(), search()])
            }
            Self::BadRequest(_) => {
                (StatusCode::BAD_REQUEST, "That could not be understood", vec![queue()])
            }
            Self::Refused(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "This file cannot be imported",
                vec![
                    Piece::text("Nothing was kept of it."),
                    Piece::link("Choose another file", urls::IMPORT),
                ],
            ),
            Self::TooLarge(_) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "The file is too large",
                vec![
                    Piece::text(
                        "Compress it with gzip, split it, or import it in a terminal, where there is no limit: \
                         ringer import FILE. Nothing was kept of it.",
                    ),
                    import(),
                ],
            ),
            Self::Busy(_) => (StatusCode::CONFLICT, "Wait a moment", vec![import()]),
            Self::NoRoom(_) => (
                StatusCode::INSUFFICIENT_STORAGE,
                "The file could not be kept",
                vec![
                    Piece::text(
                        "The folder for temporary files is full or cannot be written. Free some space, or name \
                         another folder in TMPDIR and start the server again. Nothing was imported.",
                    ),
                    import(),
                ],
            ),
            Self::Unrecorded(_) => (
                StatusCode::INSUFFICIENT_STORAGE,
                "This could not be recorded",
                vec![Piece::text(
                    "Nothing is shown or changed here without an entry in the audit trail, and the trail cannot be \
                     written or is damaged. Whoever runs the server: free some space on the disk of the store, see \
                     that the folder audit in it can be written, and run ringer verify. Then ask again.",
                )],
            ),
            Self::SignedOut | Self::LinkUsed => (
                StatusCode::UNAUTHORIZED,
                "Sign in first",
                vec![Piece::text(
                    "Open the sign-in link that the terminal printed when the server started. It works once; \
                     restart the server to get another.",
                )],
            ),
            Self::SignInFirst => (
                StatusCode::SEE_OTHER,
                "Sign in first",
                vec![Piece::link("Sign in", urls::SIGN_IN)],
            ),
            Self::Forbidden { .. } => (
                StatusCode::FORBIDDEN,
                "Not with your role",
                vec![Piece::text("A supervisor or an administrator can. "), queue()],
            ),
            Self::NoAccounts => (StatusCode::NOT_FOUND, "No account", vec![queue()]),
            Self::Accounts(error) => match error {
                AccountsError::Unknown(_) => (StatusCode::NOT_FOUND, "Not found", vec![queue()]),
                AccountsError::BadInvitation => {
                    (StatusCode::GONE, "This invitation does not work", Vec::new())
                }
                AccountsError::Refused | AccountsError::Throttled { .. } => (
                    StatusCode::UNAUTHORIZED,
                    "Sign in first",
                    vec![Piece::link("Sign in", urls::SIGN_IN)],
                ),
                AccountsError::Exists(_)
                | AccountsError::LastAdministrator(_)
                | AccountsError::Weak(_)
                | AccountsError::BadCode
                | AccountsError::BadLabel => (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "Nothing was changed",
                    vec![Piece::link("Back to the users", urls::USERS), queue()],
                ),
                AccountsError::NoRandomness(_)
                | AccountsError::Hashing(_)
                | AccountsError::File { .. }
                | AccountsError::Damaged { .. } => (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Ringer failed",
                    vec![Piece::text("The accounts could not be read or written."), queue()],
                ),
            },
            Self::WrongOrigin => (
                StatusCode::FORBIDDEN,
                "Nothing was changed",
                vec![Piece::text("Go back, reload the page and send the form again."), queue()],
            ),
            Self::WrongHost(_) => (
                StatusCode::MISDIRECTED_REQUEST,
                "Wrong host",
                vec![Piece::text(
                    "Open the address that the terminal printed, with localhost or 127.0.0.1 in it.",
                )],
            ),
            Self::Engine(EngineError::NotFound { .. }) => {
                (StatusCode::NOT_FOUND, "Not found", vec![queue(), search()])
            }
            Self::Engine(EngineError::Withdrawn { .. }) => (
                StatusCode::CONFLICT,
                "Nothing was changed",
                vec![Piece::text("Somebody withdrew this import before you."), queue()],
            ),
            Self::Engine(EngineError::Incomplete(_)) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Something is missing",
                vec![
                    Piece::text("Go back and fill in the form: every judgement needs a reason."),
                    queue(),
                ],
            ),
            Self::Engine(_)
            | Self::Render(_)
            | Self::NoRandomness(_)
            | Self::NotLoopback(_)
            | Self::NoWayIn
            | Self::Bind { .. }
            | Self::Server(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Ringer failed",
                vec![
                    Piece::text("Nothing was lost; the terminal the server runs in says more."),
                    queue(),
                ],
            ),
        }
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        self.told().0
    }

    fn error_response(&self) -> HttpResponse {
        self.page(Chrome::outside("", Section::None))
    }
}

impl WebError {
    /// The page that tells of it, within what surrounds every page.
    pub(super) fn page(&self, chrome: Chrome) -> HttpResponse {
        let (status, heading, ways_out) = self.told();
        if matches!(self, Self::SignInFirst) {
            return HttpResponse::SeeOther().insert_header((LOCATION, urls::SIGN_IN)).finish();
        }
        let story = match self {
            Self::Dissolved { story, .. } => story.clone(),
            _ => Vec::new(),
        };
        let what_happened = if status.is_server_error() {
            "something inside went wrong".to_owned()
        } else {
            self.to_string()
        };
        let page = ErrorPage {
            chrome: Chrome { title: heading.to_owned(), ..chrome },
            status: status.as_u16(),
            heading,
            what_happened,
            story,
            ways_out,
        };
        page::render_as(status, &page).unwrap_or_else(|_| HttpResponse::build(status).body(heading))
    }
}
