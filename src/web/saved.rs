//! Saved filters of whoever looks, as the queue and the list of cases show them, and the forms that save and delete
//! them. Not responsible for keeping them (`casework`) nor for what a filter means.
//!
//! Invariant: somebody sees and changes their own filters only; a list that cannot be read takes no page down.

use crate::{
    casework::FilteredPage,
    web::{
        WebError,
        flash::{Flash, Undo},
        intake::blocking,
        judge::back_to,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

/// A saved filter as a page shows it.
pub struct SavedRow {
    /// What its owner calls it.
    pub name: String,
    /// Where it leads.
    pub url: String,
    /// Whether the page is filtered like this now.
    pub is_on: bool,
}

/// The saved filters of a page.
pub struct Saved {
    /// The page, as forms name it.
    pub page: &'static str,
    /// The filter of now, as it would be saved.
    pub query: String,
    /// Those saved, by name.
    pub rows: Vec<SavedRow>,
    /// Whether they could not be read.
    pub is_broken: bool,
}

impl Saved {
    /// The filters of whoever looks, and the one they look through now: what stands after the `?`.
    pub async fn of(visit: &Visit, page: FilteredPage, now: &str) -> Self {
        let (state, user) = (visit.state.clone(), visit.session.user.clone());
        let list = blocking(move || Ok(state.filters.list(&user, page)?)).await;
        let is_broken = list.is_err();
        let row = |filter: crate::casework::SavedFilter| SavedRow {
            is_on: filter.query == now,
            url: address(page, &filter.query),
            name: filter.name,
        };
        let rows = list.unwrap_or_default().into_iter().map(row).collect();
        Self { page: page.name(), query: now.to_owned(), rows, is_broken }
    }
}

/// A page looked at through a filter.
fn address(page: FilteredPage, query: &str) -> String {
    let path = match page {
        FilteredPage::Queue => urls::QUEUE,
        FilteredPage::Cases => urls::CASES,
    };
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// What the forms send.
#[derive(Debug, Deserialize)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
}

impl Form {
    fn page(&self) -> Result<FilteredPage, WebError> {
        let known = FilteredPage::ALL.iter().find(|page| page.name() == self.page);
        known.copied().ok_or_else(|| {
            WebError::BadRequest("filters are saved for the pages queue and cases only".to_owned())
        })
    }
}

/// `POST /filters`.
pub async fn save(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let page = form.page()?;
    let (state, user, form) = (visit.state.clone(), visit.session.user.clone(), form.into_inner());
    let saved =
        blocking(move || Ok(state.filters.save(&user, page, &form.name, &form.query)?)).await?;
    let undo = Undo {
        url: urls::DELETE_FILTER.to_owned(),
        fields: vec![("page", page.name().to_owned()), ("name", saved.name.clone())],
    };
    let text = format!("Saved as \u{201c}{}\u{201d}", saved.name);
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: Some(undo) });
    Ok(back_to(&address(page, &saved.query)))
}

/// `POST /filters/delete`.
pub async fn delete(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let page = form.page()?;
    let (state, user, form) = (visit.state.clone(), visit.session.user.clone(), form.into_inner());
    let gone = blocking(move || Ok(state.filters.delete(&user, page, &form.name)?)).await?;
    let undo = Undo {
        url: urls::FILTERS.to_owned(),
        fields: vec![
            ("page", page.name().to_owned()),
            ("name", gone.name.clone()),
            ("query", gone.query.clone()),
        ],
    };
    let text = format!("Deleted the filter \u{201c}{}\u{201d}", gone.name);
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: Some(undo) });
    Ok(back_to(&address(page, &gone.query)))
}
