//! `GET /compare?a=&b=`: two applicants side by side: every comparison and its bits, for and against, what would change the
//! verdict, what could not be compared, and every field of either (`sides`). Not responsible for the verdict.
//!
//! Invariant: every comparison that counts is in the waterfall and in one of the lists beside it.

use crate::{
    explain::words::count,
    model::{ApplicantIx, ApplicationId, Bits, EvidenceLine, LinkClass, LinkStrength, Verdict},
    svg::waterfall,
    web::{
        WebError,
        deciding::{DecideForm, Subject},
        evidence::{self, EvidenceRow},
        labels::{self, JudgementRow},
        page::{self, Chrome, Section},
        pages::find_applicant,
        sides::{self, FieldRow, Given, Uncompared},
        state::Visit,
        turning::{self, Turning},
        urls,
        veil::Seen,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

/// Whom to compare: ids of applicants or of applications.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    a: Option<String>,
    b: Option<String>,
}

/// One side.
struct SideView {
    name: String,
    url: String,
    applications: String,
    ring: String,
    ring_url: String,
}

/// Comparisons that point one way.
struct Reasons {
    /// `for`, `against` or `neutral`.
    stance: &'static str,
    heading: &'static str,
    /// What is said where there is none.
    none: &'static str,
    bits: Bits,
    rows: Vec<EvidenceRow>,
}

/// Comparisons that add up.
struct Sum {
    prior: Bits,
    total: Bits,
    together: Bits,
    n: usize,
    reasons: Vec<Reasons>,
    figure: String,
    turning: Turning,
}

/// What a sum is about.
struct About {
    title: &'static str,
    line: Bits,
    does: &'static str,
    headings: [&'static str; 3],
}

impl Sum {
    fn new(view: &Seen, prior: Bits, total: Bits, lines: &[EvidenceLine], about: &About) -> Self {
        let steps: Vec<(String, Bits)> =
            lines.iter().map(|l| (l.label.to_owned(), l.bits)).collect();
        let rows = evidence::of_lines(view, lines, prior);
        let turning = turning::of(prior, &rows, about.line, about.does);
        let n = rows.len();
        let [for_it, against, neutral] = about.headings;
        let kinds = [
            ("for", for_it, "Nothing that was compared speaks for it."),
            ("against", against, "Nothing that was compared speaks against it. That is not proof."),
            ("neutral", neutral, ""),
        ];
        let of = |(stance, heading, none): (&'static str, &'static str, &'static str)| {
            let mut rows: Vec<EvidenceRow> =
                rows.iter().filter(|row| row.stance == stance).cloned().collect();
            rows.sort_by_key(|row| std::cmp::Reverse(row.bits.hundredths().abs()));
            let bits = rows.iter().map(|row| row.bits).sum();
            Reasons { stance, heading, none, bits, rows }
        };
        let mut reasons: Vec<Reasons> = kinds.into_iter().map(of).collect();
        reasons.retain(|r| !r.rows.is_empty() || !r.none.is_empty());
        let figure = waterfall::figure(prior, &steps, about.title);
        Self { prior, total, together: prior + total, n, reasons, figure, turning }
    }
}

/// What was found.
struct Found {
    a: SideView,
    b: SideView,
    same_applicant: bool,
    verdict: String,
    class: String,
    sharing: Sum,
    identity: Sum,
    said: Vec<String>,
    would_change: String,
    uncompared: Vec<Uncompared>,
    fields: Vec<FieldRow>,
    judgements: Vec<JudgementRow>,
    application_a: ApplicationId,
    application_b: ApplicationId,
    path: String,
    decide: Option<DecideForm>,
}

#[derive(Template)]
#[template(path = "pages/compare.html")]
struct ComparePage {
    chrome: Chrome,
    a: String,
    b: String,
    found: Option<Found>,
}

/// `GET /compare`.
pub async fn compare(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let (a, b) = (ask.a.unwrap_or_default(), ask.b.unwrap_or_default());
    let found = if a.trim().is_empty() || b.trim().is_empty() {
        None
    } else {
        Some(found(&visit, &a, &b)?)
    };
    let title = found
        .as_ref()
        .map_or_else(|| "Compare".to_owned(), |f| format!("{} and {}", f.a.name, f.b.name));
    page::render(&ComparePage { chrome: visit.chrome(title, Section::Compare), a, b, found })
}

fn found(visit: &Visit, a: &str, b: &str) -> Result<Found, WebError> {
    let view = &visit.view;
    let (left, right) = (find_applicant(view, a)?, find_applicant(view, b)?);
    let application_a = application(view, left, a);
    let application_b = application(view, right, b);
    let same_applicant = left == right;
    let explained = visit.state.desk.explain(view, left, right);
    let sharing = About {
        title: "How what they share adds up, one comparison a bar; the lists beside it say the same in numbers",
        line: view.in_force.link.threshold,
        does: "a link binds",
        headings: ["Speaks for one hand", "Speaks against it", "Says nothing"],
    };
    let identity = About {
        title: "How much speaks for one person, one comparison a bar; the lists beside it say the same in numbers",
        line: view.in_force.identity.threshold,
        does: "two applications are taken for one person's",
        headings: ["Speaks for one person", "Speaks against it", "Says nothing"],
    };
    let (fields, uncompared) = if same_applicant {
        (Vec::new(), Vec::new())
    } else {
        let (a, b) = (Given::read(visit, left)?, Given::read(visit, right)?);
        let lines = explained.lines.iter().chain(&explained.identity);
        let made = lines.map(|line| line.feature).collect();
        (sides::fields(view, &a, &b), sides::uncompared(&a, &b, &made))
    };
    let subject = (application_a != application_b)
        .then(|| Subject::Pair(application_a.clone(), application_b.clone()));
    Ok(Found {
        decide: subject.as_ref().and_then(|s| DecideForm::of(visit, "pair", s)),
        a: side(view, left),
        b: side(view, right),
        same_applicant,
        verdict: explained.verdict,
        class: match (explained.class, explained.strength) {
            (Some(class), Some(strength)) => class_in_words(class, strength),
            _ => "no link".to_owned(),
        },
        sharing: Sum::new(view, explained.prior, explained.total, &explained.lines, &sharing),
        identity: Sum::new(
            view,
            explained.identity_prior,
            explained.identity_total,
            &explained.identity,
            &identity,
        ),
        said: explained.judgements,
        // Of a link that binds, the table says it comparison by comparison.
        would_change: if explained.strength == Some(LinkStrength::Ring) {
            String::new()
        } else {
            explained.would_change
        },
        uncompared,
        fields,
        judgements: judgements(view, left, right),
        application_a,
        application_b,
        path: urls::path(
            view.network.applicant(left).id.as_str(),
            view.network.applicant(right).id.as_str(),
        ),
    })
}

fn class_in_words(class: LinkClass, strength: LinkStrength) -> String {
    match strength {
        LinkStrength::Ring => format!("{}, binding", class.label()),
        LinkStrength::Watch => format!("{}, not binding", class.label()),
    }
}

/// The application a judgement is about: the one asked for, else the first of the applicant.
fn application(view: &Seen, applicant: ApplicantIx, asked: &str) -> ApplicationId {
    let corpus = view.network.corpus();
    let apps = &view.network.applicant(applicant).applications;
    let named = asked.trim().parse::<ApplicationId>().ok().filter(|id| corpus.find(id).is_some());
    named.unwrap_or_else(|| {
        let first = apps.first().copied().unwrap_or_default();
        corpus.id(first)
    })
}

fn side(view: &Seen, ix: ApplicantIx) -> SideView {
    let corpus = view.network.corpus();
    let applicant = view.network.applicant(ix);
    let ids: Vec<&str> =
        applicant.applications.iter().take(6).map(|&a| corpus.id_text(a)).collect();
    let more = applicant.applications.len().saturating_sub(6);
    let ring = view.ring_of(ix);
    SideView {
        name: view.network.label(ix).to_owned(),
        url: urls::applicant(&applicant.id),
        applications: if more > 0 {
            format!("{} and {more} more", ids.join(", "))
        } else {
            ids.join(", ")
        },
        ring: ring.map_or_else(String::new, |r| {
            format!("ring of {}", count(r.members.len(), "member", "members"))
        }),
        ring_url: ring.map_or_else(String::new, |r| urls::ring(&r.id)),
    }
}

/// The judgements about applications of both.
fn judgements(view: &Seen, left: ApplicantIx, right: ApplicantIx) -> Vec<JudgementRow> {
    let of = |id: &ApplicationId| {
        view.network.corpus().find(id).map(|app| view.network.applicant_of(app))
    };
    labels::judgements(view, |v| match v {
        Verdict::Pair { a, b, .. } => {
            let ends = (of(a), of(b));
            ends == (Some(left), Some(right)) || ends == (Some(right), Some(left))
        }
        _ => false,
    })
}
