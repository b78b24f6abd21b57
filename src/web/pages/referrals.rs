//! `GET /referrals`: every package that was made, newest first. Not responsible for making one (`refer`).
//!
//! Invariant: the counts on the tabs are those of the lists behind them.

use crate::{
    explain::words::count,
    web::{
        WebError,
        page::{self, Chrome, Section},
        pager::Pager,
        referral::row::{ReferralRow, Standing},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

/// Packages on a page.
const SIZE: usize = 50;

/// Which of them.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    standing: Option<String>,
    page: Option<String>,
}

struct Tab {
    label: &'static str,
    n: usize,
    url: String,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "pages/referrals.html")]
struct ReferralsPage {
    chrome: Chrome,
    headline: String,
    tabs: Vec<Tab>,
    rows: Vec<ReferralRow>,
    pager: Pager,
    is_without: bool,
}

/// `GET /referrals`.
pub async fn referrals(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let asked = ask.standing.as_deref().unwrap_or_default();
    let wanted = match asked {
        "" => None,
        name => Some(Standing::ALL.iter().copied().find(|s| s.name() == name).ok_or_else(|| {
            let quoted: String = name.chars().take(40).collect();
            WebError::BadRequest(format!(
                "\"{quoted}\" is nothing that becomes of a package; possible are stands, superseded and withdrawn"
            ))
        })?),
    };
    let cases = visit.state.desk.cases();
    let all = cases.referrals();
    let n = |standing| all.iter().filter(|record| Standing::of(record) == standing).count();
    let mut shown: Vec<_> = all
        .iter()
        .filter(|record| wanted.is_none_or(|wanted| Standing::of(record) == wanted))
        .collect();
    shown.reverse();
    let pager = Pager::new(ask.page.as_deref(), shown.len(), SIZE, urls::REFERRALS, "page")
        .keeping(vec![("standing", asked.to_owned())]);
    let tab = |label, n, standing: &str| Tab {
        label,
        n,
        url: urls::query(urls::REFERRALS, &[("standing", standing)]),
        is_on: asked == standing,
    };
    let tabs = Standing::ALL.iter().map(|&s| tab(s.label(), n(s), s.name()));
    let page = ReferralsPage {
        headline: headline(all.len(), n(Standing::Stands)),
        tabs: [tab("All", all.len(), "")].into_iter().chain(tabs).collect(),
        rows: pager.of(&shown).iter().map(|record| ReferralRow::of(&visit.view, record)).collect(),
        pager,
        is_without: all.is_empty(),
        chrome: visit.chrome("Packages", Section::Cases),
    };
    page::render(&page)
}

fn headline(all: usize, stand: usize) -> String {
    match (all, stand) {
        (0, _) => "No package has left the house.".to_owned(),
        (all, stand) if all == stand => {
            format!("{} made, and each stands.", count(all, "package was", "packages were"))
                .replace("1 package was made, and each stands", "1 package was made, and it stands")
        }
        (all, 0) => format!("{} made; none stands.", count(all, "package was", "packages were")),
        (all, stand) => format!(
            "{} made; {}.",
            count(all, "package was", "packages were"),
            count(stand, "stands", "stand")
        ),
    }
}
