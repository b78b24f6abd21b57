//! What can go wrong in the web room, and the page that says so with ways out. Not responsible for what an answer
//! other than an error looks like.
//!
//! Invariant: one match maps an error to its status, its words and its ways out; nothing internal is shown.

use crate::{
    casework::{
        AccountsError, AttachmentError, CaseError, Role, SavedFiltersError, audit::AuditError,
        keeping::AftermathError,
    },
    engine::EngineError,
    explain::words::bytes,
    model::RingId,
    referral::ReferralError,
    reports::ReportError,
    web::{
        TlsError, body,
        page::{self, Chrome, Section},
        referral::kept::KeptError,
        text::Piece,
        urls,
    },
};
use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ALLOW, HeaderValue, LOCATION, RETRY_AFTER},
    },
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
    /// Nobody is signed in, and there are accounts to sign in to, at this address.
    #[error("sign in first")]
    SignInFirst(String),
    /// Somebody is signed in who may not do this.
    #[error("as {role} you may not {what}")]
    Forbidden {
        /// What they are.
        role: Role,
        /// What they wanted, as the end of "you may not".
        what: &'static str,
    },
    /// A rule of casework is not met.
    #[error("{0}")]
    NotYet(String),
    /// A file attached to a case cannot be taken or given out.
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    /// A package cannot be kept or given out.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// This server has no accounts, or whoever asks has none.
    #[error("you have no account here: you came by the one-time link")]
    NoAccounts,
    /// Accounts refused or failed.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// A filter is not saved, or the saved ones cannot be had.
    #[error(transparent)]
    Filters(#[from] SavedFiltersError),
    /// The sign-in link does not work (any more).
    #[error("this sign-in link does not work, or no longer")]
    LinkUsed,
    /// The request was sent from another site, or from a page of an ended session.
    #[error("this form was not sent from a page of this session")]
    WrongOrigin,
    /// The address takes other methods only.
    #[error("this address does not take {method}; it takes {takes}")]
    WrongMethod {
        /// What was sent.
        method: String,
        /// What it takes, as the header `Allow` says it.
        takes: String,
    },
    /// The request names a host that is not ours.
    #[error("this server does not answer to the host \"{0}\"")]
    WrongHost(String),
    /// The request came over a way on which others can read it.
    #[error("this server answers over an encrypted connection only")]
    NotSecure,
    /// Too many requests of one sender; there may be more after so many seconds.
    #[error("too many requests; try again in {0} s")]
    TooMany(u64),
    /// The address asked for is too long.
    #[error("the address is longer than {} bytes", body::ADDRESS)]
    LongAddress,
    /// The headers are too large.
    #[error("the request has too many headers, or too long ones; fewer cookies may help")]
    LargeHeaders,
    /// A form is too large.
    #[error("the form is larger than {}", bytes(body::FORM as u64))]
    LargeForm,
    /// A form did not arrive in time.
    #[error("the form did not arrive in time")]
    SlowForm,
    /// Something beside the journal could not be erased.
    #[error(transparent)]
    Aftermath(#[from] AftermathError),
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
    /// A report cannot be made, shown or delivered.
    #[error("{0}")]
    Report(String),
    /// A page could not be rendered.
    #[error("the page could not be rendered: {0}")]
    Render(#[from] askama::Error),
    /// The system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    NoRandomness(String),
    /// An address outside this machine, and nothing that keeps others from reading along.
    #[error(
        "{0} can be reached from other machines, and nothing would be encrypted; give --tls-cert FILE and --tls-key FILE, or \
         --behind-proxy if a proxy before it speaks TLS, or bind a loopback address such as 127.0.0.1:8080"
    )]
    NotLoopback(SocketAddr),
    /// Others could reach a server on which nobody can sign in.
    #[error(
        "nobody has an account yet, and other machines may only reach a server that one signs in to; make the first with \
         `ringer user add NAME --role administrator`, which prints the link to choose a password"
    )]
    NobodyYet,
    /// Others could reach a server that does not know its own name.
    #[error(
        "{0} can be reached from other machines, and nothing says under which name; give it with --host, such as \
         --host ringer.example.com: other names are not answered to"
    )]
    NoHostName(SocketAddr),
    /// The files of TLS cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
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
        let cases = || Piece::link("Back to the cases", urls::CASES);
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
            Self::NotSecure => (
                StatusCode::FORBIDDEN,
                "Not encrypted",
                vec![Piece::text(
                    "Write https:// before the address. If you did, the proxy on the way does not say so: it has to send \
                     X-Forwarded-Proto, from an address that --proxy names.",
                )],
            ),
            Self::TooMany(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "Slower, please",
                vec![Piece::text("Wait a moment, then reload the page. Nothing was changed.")],
            ),
            Self::LongAddress => {
                (StatusCode::URI_TOO_LONG, "The address is too long", vec![queue()])
            }
            Self::LargeHeaders => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "The request is too large",
                vec![queue()],
            ),
            Self::LargeForm => {
                (StatusCode::PAYLOAD_TOO_LARGE, "The form is too large", vec![queue()])
            }
            Self::SlowForm => (
                StatusCode::REQUEST_TIMEOUT,
                "The form came too slowly",
                vec![Piece::text("Go back and send it again. Nothing was changed."), queue()],
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
            Self::SignInFirst(_) => (
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
                | AccountsError::MailboxTaken(_)
                | AccountsError::BadMailbox(_)
                | AccountsError::LastAdministrator(_) => (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "Nothing was changed",
                    vec![Piece::link("Back to the users", urls::USERS), queue()],
                ),
                AccountsError::Weak(_)
                | AccountsError::BadCode
                | AccountsError::NoFactor
                | AccountsError::BadLabel => (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "Nothing was changed",
                    vec![Piece::link("Back to your account", urls::ACCOUNT), queue()],
                ),
                AccountsError::NotFirst => {
                    (StatusCode::CONFLICT, "Nothing was changed", vec![queue()])
                }
                AccountsError::NoRandomness(_)
                | AccountsError::Hashing(_)
                | AccountsError::File { .. }
                | AccountsError::Damaged { .. } => (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Ringer failed",
                    vec![Piece::text("The accounts could not be read or written."), queue()],
                ),
            },
            Self::Filters(error) => match error {
                SavedFiltersError::Unknown(_) => {
                    (StatusCode::NOT_FOUND, "Not found", vec![queue()])
                }
                SavedFiltersError::BadName
                | SavedFiltersError::BadQuery
                | SavedFiltersError::TooMany => {
                    (StatusCode::UNPROCESSABLE_ENTITY, "Nothing was saved", vec![queue()])
                }
                SavedFiltersError::File { .. } => (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Ringer failed",
                    vec![Piece::text("The saved filters could not be read or written."), queue()],
                ),
            },
            Self::WrongOrigin => (
                StatusCode::FORBIDDEN,
                "Nothing was changed",
                vec![Piece::text("Go back, reload the page and send the form again."), queue()],
            ),
            Self::WrongMethod { .. } => {
                (StatusCode::METHOD_NOT_ALLOWED, "Nothing was changed", vec![queue()])
            }
            Self::WrongHost(_) => (
                StatusCode::MISDIRECTED_REQUEST,
                "Wrong host",
                vec![Piece::text(
                    "Open the address that the terminal printed. A proxy on the way has to pass the name on that was asked \
                     for, and `ringer serve --host NAME` has to name it.",
                )],
            ),
            Self::Aftermath(AftermathError::Filters(_) | AftermathError::Copies(_)) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Nothing was erased",
                vec![Piece::link("Retention and holds", urls::PRIVACY)],
            ),
            Self::Aftermath(AftermathError::File(_)) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Not all of it was erased",
                vec![Piece::link("What was erased", urls::PRIVACY)],
            ),
            Self::NotYet(_) | Self::Engine(EngineError::Refused(_)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "Nothing was changed", vec![cases()])
            }
            Self::Engine(EngineError::StaleCase { .. } | EngineError::CaseOpen { .. }) => (
                StatusCode::CONFLICT,
                "Nothing was changed",
                vec![Piece::text("Somebody was there before you."), cases()],
            ),
            Self::Attachment(error) => match error {
                AttachmentError::TooLarge { .. } => {
                    (StatusCode::PAYLOAD_TOO_LARGE, "Nothing was attached", vec![cases()])
                }
                AttachmentError::Empty(_)
                | AttachmentError::Sort(_)
                | AttachmentError::Macros(_)
                | AttachmentError::Mismatch { .. } => {
                    (StatusCode::UNPROCESSABLE_ENTITY, "Nothing was attached", vec![cases()])
                }
                AttachmentError::Missing(_) | AttachmentError::Damaged(_) => {
                    (StatusCode::GONE, "This file is lost", vec![cases()])
                }
                AttachmentError::File { .. } => (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Ringer failed",
                    vec![Piece::text("The attachments could not be read or written."), cases()],
                ),
            },
            Self::Kept(error) => {
                let packages = Piece::link("Every package", urls::REFERRALS);
                match error {
                    KeptError::Missing(_) => (StatusCode::GONE, "No copy is here", vec![packages]),
                    KeptError::Altered { .. } => (
                        StatusCode::CONFLICT,
                        "Nothing is given out",
                        vec![
                            Piece::text(
                                "What is not what was made must not leave the house under its name. Restore the folder \
                                 referrals from a backup, or make a package that takes its place.",
                            ),
                            packages,
                        ],
                    ),
                    KeptError::File { .. } => (
                        StatusCode::INTERNAL_SERVER_ERROR,
                        "Ringer failed",
                        vec![Piece::text("The packages could not be read or written."), packages],
                    ),
                }
            }
            Self::Report(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "That did not work with this report",
                vec![Piece::link("Back to the reports", urls::REPORTS), queue()],
            ),
            Self::Engine(EngineError::NotFound { .. }) => {
                (StatusCode::NOT_FOUND, "Not found", vec![queue(), search()])
            }
            Self::Engine(EngineError::Withdrawn { .. }) => (
                StatusCode::CONFLICT,
                "Nothing was changed",
                vec![Piece::text("Somebody withdrew this import before you."), queue()],
            ),
            Self::Engine(EngineError::TakenBack { .. } | EngineError::Overtaken { .. }) => (
                StatusCode::CONFLICT,
                "Nothing was changed",
                vec![
                    Piece::text("Somebody decided before you. "),
                    Piece::link("Every judgement", urls::JUDGEMENTS),
                    queue(),
                ],
            ),
            Self::Engine(EngineError::Outdated) => (
                StatusCode::CONFLICT,
                "Nothing was changed",
                vec![Piece::link("Look at the effect again", urls::WHAT_IF), queue()],
            ),
            Self::Engine(EngineError::Threshold(_)) => (
                StatusCode::BAD_REQUEST,
                "That number cannot be set",
                vec![Piece::link("Choose another", urls::WHAT_IF), queue()],
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
            | Self::NobodyYet
            | Self::NoHostName(_)
            | Self::Tls(_)
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

impl From<CaseError> for WebError {
    fn from(error: CaseError) -> Self {
        match error {
            CaseError::Engine(error) => error.into(),
            CaseError::Attachment(error) => error.into(),
            CaseError::Forbidden { role, what } => Self::Forbidden { role, what: what.label() },
            CaseError::NotYet(text) => Self::NotYet(text),
        }
    }
}

impl From<ReportError> for WebError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Engine(EngineError::Refused(text)) => Self::Report(text),
            ReportError::Engine(error) => error.into(),
            told => Self::Report(told.to_string()),
        }
    }
}

impl From<ReferralError> for WebError {
    fn from(error: ReferralError) -> Self {
        match error {
            ReferralError::Engine(error) => error.into(),
            ReferralError::NotFound { what, id } => Self::NotFound { what, id },
            ReferralError::Io { path, source } => Self::Kept(KeptError::File { path, source }),
            told => Self::NotYet(told.to_string()),
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
        if let Self::SignInFirst(at) = self {
            return HttpResponse::SeeOther().insert_header((LOCATION, at.as_str())).finish();
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
        let mut response = page::render_as(status, &page)
            .unwrap_or_else(|_| HttpResponse::build(status).body(heading));
        if let Self::WrongMethod { takes, .. } = self
            && let Ok(takes) = HeaderValue::from_str(takes)
        {
            response.headers_mut().insert(ALLOW, takes);
        }
        let wait = match self {
            Self::TooMany(seconds) | Self::Accounts(AccountsError::Throttled { seconds }) => {
                Some(*seconds)
            }
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
