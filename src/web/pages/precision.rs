//! `GET /precision`: how often people confirmed the rings they decided about, by what held those together, with the rings
//! behind every number. Not responsible for counting (`casework::precision`).
//!
//! Invariant: where too few were decided no share is told, and no share is told without its interval.

use crate::{
    casework::{By, Confirmed, Counted, Counts, FEWEST, Line, Precision},
    explain::{
        day::Day,
        words::{capital, count, grouped},
    },
    model::RingStatus,
    svg::{
        chart::Chart,
        interval,
        verdicts::{self, Month},
    },
    web::{
        WebError,
        judge::aside,
        labels::{self},
        page::{self, Chrome, Section},
        pager::Pager,
        state::Visit,
        text::Piece,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Rings on a page of those behind a number.
const SIZE: usize = 50;

/// Which rings are listed.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    by: Option<String>,
    of: Option<String>,
    verdict: Option<String>,
    page: Option<String>,
}

/// A number that leads to its rings.
struct Figure {
    n: usize,
    url: String,
}

/// A class as a row.
struct Row {
    label: String,
    /// Confirmed, dismissed and open.
    figures: [Figure; 3],
    share: String,
    figure: String,
}

/// A division as a table.
struct Table {
    id: &'static str,
    title: &'static str,
    about: &'static str,
    head: &'static str,
    rows: Vec<Row>,
}

/// A ring behind a number.
struct RingRow {
    id: String,
    url: String,
    identities: usize,
    status: &'static str,
    status_class: &'static str,
    day: String,
    stands: bool,
}

/// The rings behind a number.
struct Behind {
    title: String,
    rows: Vec<RingRow>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "pages/precision.html")]
struct PrecisionPage {
    chrome: Chrome,
    verdict: Vec<Piece>,
    over_time: Chart,
    tables: Vec<Table>,
    behind: Option<Behind>,
    decided: usize,
    gone: usize,
    fewest: usize,
    is_exact: bool,
}

/// `GET /precision`.
pub async fn precision(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let wanted = Wanted::read(&ask)?;
    let (desk, view) = (visit.state.desk.clone(), visit.view.clone());
    let (all, is_exact) = aside(move || {
        let (assessed, exact) = desk.rings_at_hand(&view);
        Ok((Precision::of(&view, &assessed), exact))
    })
    .await?;
    if !is_exact {
        // The next page gets what nobody waits for now.
        let (desk, view) = (visit.state.desk.clone(), visit.view.clone());
        drop(web::block(move || desk.assess_rings(&view)));
    }
    let total = all.total();
    page::render(&PrecisionPage {
        verdict: verdict(&total),
        over_time: over_time(&all),
        tables: DIVISIONS.iter().map(|division| division.table(&all)).collect(),
        behind: wanted.map(|wanted| wanted.behind(&all, ask.page.as_deref())),
        decided: total.decided(),
        gone: all.gone(),
        fewest: FEWEST,
        is_exact,
        chrome: visit.chrome("Precision", Section::Precision),
    })
}

/// A division as this page tells of it.
struct Division {
    by: By,
    title: &'static str,
    about: &'static str,
    head: &'static str,
}

const DIVISIONS: &[Division] = &[
    Division {
        by: By::Rule,
        title: "By rule",
        about: "A ring counts under every indicator raised on it, so that rules share the verdicts of rings they are raised \
                on together. Only rings that stand are assessed.",
        head: "Indicator",
    },
    Division {
        by: By::Kind,
        title: "By what is shared",
        about: "A ring counts under every kind of value that its members share.",
        head: "Kind of value",
    },
    Division {
        by: By::Family,
        title: "By family of evidence",
        about: "A ring counts under every family that its links rest on.",
        head: "Family",
    },
    Division {
        by: By::Size,
        title: "By size",
        about: "Different claimed identities, today or when it was judged.",
        head: "Claimed identities",
    },
    Division {
        by: By::Band,
        title: "By band",
        about: "What the assessment amounts to today. Only rings that stand are assessed.",
        head: "Band",
    },
];

impl Division {
    fn table(&self, all: &Precision) -> Table {
        let rows = all.lines(self.by).iter().map(|line| row(self.by, line)).collect();
        let Self { title, about, head, by } = *self;
        Table { id: by.name(), title, about, head, rows }
    }
}

fn row(by: By, line: &Line) -> Row {
    let Counts { confirmed, dismissed, open } = line.counts;
    let figure = |n: usize, verdict: RingStatus| Figure {
        n,
        url: behind_url(Some((by, &line.class.key)), Some(verdict)),
    };
    let precision = line.counts.precision();
    Row {
        label: capital(match line.class.label.as_str() {
            "" => &line.class.key,
            label => label,
        }),
        figures: [
            figure(confirmed, RingStatus::Confirmed),
            figure(dismissed, RingStatus::Dismissed),
            figure(open, RingStatus::Open),
        ],
        share: told(&line.counts),
        figure: precision.map_or_else(String::new, |c| {
            interval::figure(c.low.get(), c.share.get(), c.high.get())
        }),
    }
}

/// Where the rings behind a number are listed.
fn behind_url(class: Option<(By, &str)>, verdict: Option<RingStatus>) -> String {
    let (by, of) = class.map_or(("", ""), |(by, of)| (by.name(), of));
    let verdict = verdict.map_or("", RingStatus::name);
    let url = urls::query(urls::PRECISION, &[("by", by), ("of", of), ("verdict", verdict)]);
    format!("{url}#rings")
}

/// A share with its interval: `80 % (49 to 94 %)`.
pub fn interval_in_words(c: &Confirmed) -> String {
    let percent = |share: crate::model::Share| format!("{:.0}", share.get() * 100.0);
    format!("{} % ({} to {} %)", percent(c.share), percent(c.low), percent(c.high))
}

/// The share of these rings that were confirmed, or why there is none to tell.
fn told(counts: &Counts) -> String {
    match (counts.precision(), counts.decided()) {
        (Some(c), _) => interval_in_words(&c),
        (None, 0) => "none decided".to_owned(),
        (None, _) => "too few to say".to_owned(),
    }
}

fn verdict(total: &Counts) -> Vec<Piece> {
    let open = Piece::link(
        match total.open {
            0 => "no ring is open".to_owned(),
            1 => "one ring is open".to_owned(),
            n => format!("{} are open", count(n, "ring", "rings")),
        },
        urls::QUEUE,
    );
    let link = |n: usize, status| Piece::link(grouped(n), behind_url(None, Some(status)));
    if total.decided() == 0 {
        return vec![
            Piece::text(
                "Nobody has decided about a ring yet, so nothing can be said of how right they are; ",
            ),
            open,
            Piece::text("."),
        ];
    }
    let decided = count(total.decided(), "ring", "rings");
    let mut pieces = vec![
        Piece::text(format!("Of {decided} that people decided about, they confirmed ")),
        link(total.confirmed, RingStatus::Confirmed),
        Piece::text(" and dismissed "),
        link(total.dismissed, RingStatus::Dismissed),
    ];
    pieces.push(Piece::text(match total.precision() {
        Some(c) => format!(": {} confirmed; ", interval_in_words(&c)),
        None => format!(", too few to say how right rings are (from {FEWEST} on it is said); "),
    }));
    pieces.extend([open, Piece::text(".")]);
    pieces
}

/// The verdicts by month.
fn over_time(all: &Precision) -> Chart {
    let months: Vec<Month> = all
        .lines(By::Month)
        .iter()
        .filter_map(|line| {
            let month = Day::read(&format!("{}-01", line.class.key))?.month()?;
            let Counts { confirmed, dismissed, .. } = line.counts;
            Some(Month { month, confirmed, dismissed })
        })
        .collect();
    verdicts::chart(&months, &|name| behind_url(Some((By::Month, name)), None))
}

/// The number whose rings are asked for.
struct Wanted {
    class: Option<(By, String)>,
    verdict: Option<RingStatus>,
}

impl Wanted {
    fn read(ask: &Ask) -> Result<Option<Self>, WebError> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let class = match (said(&ask.by), said(&ask.of)) {
            (Some(by), Some(of)) => {
                let by = by.parse::<By>().map_err(|e: crate::casework::UnknownDivision| {
                    WebError::BadRequest(e.to_string())
                })?;
                Some((by, of))
            }
            _ => None,
        };
        let verdict =
            match said(&ask.verdict) {
                Some(text) => Some(text.parse::<RingStatus>().map_err(
                    |e: crate::model::UnknownVerdict| WebError::BadRequest(e.to_string()),
                )?),
                None => None,
            };
        Ok((class.is_some() || verdict.is_some()).then_some(Self { class, verdict }))
    }

    fn behind(&self, all: &Precision, page: Option<&str>) -> Behind {
        let class = self.class.as_ref().map(|(by, of)| (*by, of.as_str()));
        let rings: Vec<&Counted> = all.rings(class, self.verdict).collect();
        let (by, of) = class.map_or(("", ""), |(by, of)| (by.name(), of));
        let kept = vec![
            ("by", by.to_owned()),
            ("of", of.to_owned()),
            ("verdict", self.verdict.map_or("", RingStatus::name).to_owned()),
        ];
        let pager =
            Pager::new(page, rings.len(), SIZE, urls::PRECISION, "page").keeping(kept).at("rings");
        let what = match self.verdict {
            None => "rings",
            Some(RingStatus::Confirmed) => "confirmed or referred rings",
            Some(RingStatus::Dismissed) => "dismissed rings",
            Some(RingStatus::Referred) => "referred rings",
            Some(RingStatus::Open) => "open rings",
        };
        let one = what.strip_suffix('s').unwrap_or(what);
        let label = class.and_then(|(by, of)| {
            let line = all.lines(by).into_iter().find(|line| line.class.key == of)?;
            Some(if line.class.label.is_empty() { of.to_owned() } else { line.class.label })
        });
        let title = match (label, class) {
            (Some(label), _) => format!("{}: {label}", count(rings.len(), one, what)),
            (None, Some(_)) => format!("No ring is counted there ({what})"),
            (None, None) => count(rings.len(), one, what),
        };
        Behind { title, rows: pager.of(&rings).iter().map(|ring| ring_row(ring)).collect(), pager }
    }
}

fn ring_row(ring: &Counted) -> RingRow {
    RingRow {
        id: ring.ring.to_string(),
        url: urls::ring(&ring.ring),
        identities: ring.identities,
        status: labels::status(ring.status),
        status_class: ring.status.name(),
        day: ring.at.map_or_else(String::new, |at| at.day()),
        stands: ring.stands,
    }
}
