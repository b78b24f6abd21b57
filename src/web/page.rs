//! How a page becomes a response, and what surrounds every page. Not responsible for what is on it.
//!
//! Invariant: a page is rendered whole before a byte of it is sent.

use crate::{
    casework::{Permission, Role},
    web::{
        WebError, assets,
        display::{Display, Theme},
        flash::Flash,
        judge,
        keys::{KEYS, Key},
        reporting::Waits,
        urls,
        veil::Bar,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, http::header::ContentType, web};
use askama::Template;
use serde::de::DeserializeOwned;

/// The entry of the main menu a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The queue and its rings.
    Queue,
    /// The cases.
    Cases,
    /// Reports, schedules and alerts.
    Reports,
    /// Search.
    Search,
    /// Compare.
    Compare,
    /// Exploring.
    Explore,
    /// Path.
    Path,
    /// Bringing files in.
    Import,
    /// What is watched for.
    WatchLists,
    /// Every judgement.
    Judgements,
    /// The policy in force.
    Policy,
    /// The indicators.
    Indicators,
    /// What would be under other thresholds.
    WhatIf,
    /// How right rings were.
    Precision,
    /// Help.
    Help,
    /// One's own account.
    Account,
    /// Everybody's accounts.
    Users,
    /// The audit trail.
    Audit,
    /// How long data is kept.
    Privacy,
    /// No entry.
    None,
}

impl Section {
    /// Whether its pages show contact data.
    #[must_use]
    pub fn has_contacts(self) -> bool {
        matches!(
            self,
            Self::Queue
                | Self::Search
                | Self::Compare
                | Self::Explore
                | Self::Path
                | Self::WatchLists
                | Self::Reports
        )
    }
}

/// What surrounds a page.
#[derive(Debug, Clone)]
pub struct Chrome {
    /// Title of the window.
    pub title: String,
    /// Entry of the main menu.
    pub section: Section,
    /// Who is signed in.
    pub user: Option<String>,
    /// What they are; whoever is not signed in may do nothing.
    pub role: Option<Role>,
    /// Whether they have an account here.
    pub has_account: bool,
    /// Whether they may make the first account here.
    pub makes_first: bool,
    /// The secret every form carries.
    pub csrf: String,
    /// The message left for this page.
    pub flash: Option<Flash>,
    /// The last fact the page knows of.
    pub seq: u64,
    /// Hash of the policy in force.
    pub policy: String,
    /// What is in the search box.
    pub search: String,
    /// How it is to look.
    pub display: Display,
    /// The address of the page, to come back to.
    pub here: String,
    /// What is said of contact data that is masked.
    pub veil: Option<Bar>,
    /// What of reports and alerts wants to be looked at.
    pub waits: Waits,
}

impl Chrome {
    /// What surrounds a page for somebody who is not signed in.
    #[must_use]
    pub fn outside(title: &str, section: Section) -> Self {
        Self {
            title: title.to_owned(),
            section,
            user: None,
            role: None,
            has_account: false,
            makes_first: false,
            csrf: String::new(),
            flash: None,
            seq: 0,
            policy: String::new(),
            search: String::new(),
            display: Display::default(),
            here: urls::QUEUE.to_owned(),
            veil: None,
            waits: Waits::default(),
        }
    }

    /// Whether whoever looks may do this; forms for what they may not are left out.
    #[must_use]
    pub fn may(&self, what: Permission) -> bool {
        self.role.is_some_and(|role| role.may(what))
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &'static [Key] {
        KEYS
    }

    /// The color themes.
    #[must_use]
    pub fn themes(&self) -> &'static [Theme] {
        Theme::ALL
    }

    /// The style sheets, in the order of their layers.
    #[must_use]
    pub fn styles(&self) -> Vec<String> {
        assets::STYLES.iter().map(|name| assets::url(name)).collect()
    }

    /// The scripts of every page.
    #[must_use]
    pub fn scripts(&self) -> Vec<String> {
        assets::SCRIPTS.iter().map(|name| assets::url(name)).collect()
    }

    /// The URL of an embedded file, for a page that needs one of its own.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// The icon.
    #[must_use]
    pub fn icon(&self) -> String {
        self.asset("icon.svg")
    }

    /// Whether the menu entry of that name is the present one.
    #[must_use]
    pub fn is(&self, section: &str) -> bool {
        matches!(
            (self.section, section),
            (Section::Queue, "queue")
                | (Section::Cases, "cases")
                | (Section::Reports, "reports")
                | (Section::Search, "search")
                | (Section::Compare, "compare")
                | (Section::Explore, "explore")
                | (Section::Path, "path")
                | (Section::Import, "import")
                | (Section::WatchLists, "watch_lists")
                | (Section::Judgements, "judgements")
                | (
                    Section::Policy | Section::Indicators | Section::WhatIf | Section::Precision,
                    "policy"
                )
                | (Section::Policy, "numbers")
                | (Section::Indicators, "indicators")
                | (Section::WhatIf, "what_if")
                | (Section::Precision, "precision")
                | (Section::Help, "help")
                | (Section::Account, "account")
                | (Section::Users, "users")
                | (Section::Audit, "audit")
                | (Section::Privacy, "privacy")
        )
    }
}

/// The page, rendered.
///
/// # Errors
/// When the template fails.
pub fn render(page: &impl Template) -> Result<HttpResponse, WebError> {
    render_as(StatusCode::OK, page)
}

/// The page, rendered, with another status.
///
/// # Errors
/// When the template fails.
pub fn render_as(status: StatusCode, page: &impl Template) -> Result<HttpResponse, WebError> {
    Ok(HttpResponse::build(status).content_type(ContentType::html()).body(page.render()?))
}

/// The page, made and rendered where it does not hold up other answers; none when there is none to make.
///
/// # Errors
/// When the template fails.
pub async fn aside<P: Template>(
    make: impl FnOnce() -> Option<P> + Send + 'static,
) -> Result<Option<HttpResponse>, WebError> {
    let text = judge::aside(move || Ok(make().map(|page| page.render()).transpose())).await??;
    Ok(text.map(|text| HttpResponse::Ok().content_type(ContentType::html()).body(text)))
}

/// The query string as a form.
///
/// # Errors
/// When it is not one.
pub fn ask<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, WebError> {
    web::Query::<T>::from_query(request.query_string()).map(web::Query::into_inner).map_err(|e| {
        WebError::BadRequest(format!("the address after the ? is no form of this page: {e}"))
    })
}
