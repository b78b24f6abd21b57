//! `GET /compare?a=&b=`: two applicants side by side: every field of either, every comparison and its bits, and
//! what would change the verdict. Not responsible for the verdict.
//!
//! Invariant: the fields are the union of both sides; sealed values are compared but never shown.

use crate::{
    engine::View,
    model::{
        ApplicantIx, ApplicationId, Bits, Column, EvidenceLine, LinkClass, LinkStrength, Verdict,
    },
    web::{
        WebError,
        evidence::{self, EvidenceRow},
        labels::{self, JudgementRow},
        page::{self, Chrome, Section},
        pages::find_applicant,
        state::Visit,
        svg::waterfall,
        text::shortened,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Values of one field shown for one side.
const VALUES: usize = 4;

/// Whom to compare: ids of applicants or of applications.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    a: Option<String>,
    b: Option<String>,
}

/// A text in three parts: what both begin with, what differs, what both end with.
#[derive(Debug, PartialEq, Eq)]
struct Marked {
    before: String,
    differs: String,
    after: String,
}

/// One field.
struct FieldRow {
    name: String,
    left: Marked,
    right: Marked,
    /// `same`, `differs`, `left` or `right`.
    state: &'static str,
}

/// One side.
struct SideView {
    name: String,
    url: String,
    applications: String,
    ring: String,
    ring_url: String,
}

/// Comparisons that add up.
struct Sum {
    prior: Bits,
    total: Bits,
    together: Bits,
    evidence: Vec<EvidenceRow>,
    figure: String,
}

impl Sum {
    fn new(prior: Bits, total: Bits, lines: &[EvidenceLine], title: &str) -> Self {
        let steps: Vec<(String, Bits)> =
            lines.iter().map(|l| (l.label.to_owned(), l.bits)).collect();
        Self {
            prior,
            total,
            together: prior + total,
            evidence: evidence::of_lines(lines, prior),
            figure: waterfall::figure(prior, &steps, title),
        }
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
    fields: Vec<FieldRow>,
    judgements: Vec<JudgementRow>,
    application_a: ApplicationId,
    application_b: ApplicationId,
    path: String,
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
    Ok(Found {
        a: side(view, left),
        b: side(view, right),
        same_applicant,
        verdict: explained.verdict,
        class: match (explained.class, explained.strength) {
            (Some(class), Some(strength)) => class_in_words(class, strength),
            _ => "no link".to_owned(),
        },
        sharing: Sum::new(
            explained.prior,
            explained.total,
            &explained.lines,
            "How what they share adds up, one comparison a bar; the table says the same in numbers",
        ),
        identity: Sum::new(
            explained.identity_prior,
            explained.identity_total,
            &explained.identity,
            "How much speaks for one person, one comparison a bar; the table says the same in numbers",
        ),
        said: explained.judgements,
        would_change: explained.would_change,
        fields: if same_applicant { Vec::new() } else { fields(visit, left, right)? },
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
fn application(view: &View, applicant: ApplicantIx, asked: &str) -> ApplicationId {
    let corpus = view.network.corpus();
    let apps = &view.network.applicant(applicant).applications;
    let named = asked.trim().parse::<ApplicationId>().ok().filter(|id| corpus.find(id).is_some());
    named.unwrap_or_else(|| {
        let first = apps.first().copied().unwrap_or_default();
        corpus.id(first)
    })
}

fn side(view: &View, ix: ApplicantIx) -> SideView {
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
        ring: ring.map_or_else(String::new, |r| format!("ring of {}", r.members.len())),
        ring_url: ring.map_or_else(String::new, |r| urls::ring(&r.id)),
    }
}

/// The judgements about applications of both.
fn judgements(view: &View, left: ApplicantIx, right: ApplicantIx) -> Vec<JudgementRow> {
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

/// The values of every column over all applications of an applicant, newest first.
fn values(visit: &Visit, ix: ApplicantIx) -> Result<BTreeMap<Column, Vec<String>>, WebError> {
    let corpus = visit.view.network.corpus();
    let mut values: BTreeMap<Column, Vec<String>> = BTreeMap::new();
    for &app in visit.view.network.applicant(ix).applications.iter().rev().take(20) {
        let versions = visit.state.desk.versions(&corpus.id(app))?;
        let Some(newest) = versions.last() else { continue };
        for (column, value) in newest.application.fields.iter() {
            let list = values.entry(column).or_default();
            if !list.iter().any(|known| known == value) {
                list.push(value.to_owned());
            }
        }
    }
    Ok(values)
}

fn fields(visit: &Visit, left: ApplicantIx, right: ApplicantIx) -> Result<Vec<FieldRow>, WebError> {
    let (left, right) = (values(visit, left)?, values(visit, right)?);
    let columns: BTreeSet<Column> = left.keys().chain(right.keys()).copied().collect();
    Ok(columns.into_iter().map(|c| field(c, left.get(&c), right.get(&c))).collect())
}

fn field(column: Column, left: Option<&Vec<String>>, right: Option<&Vec<String>>) -> FieldRow {
    let state = match (left, right) {
        (Some(l), Some(r)) if l.iter().any(|v| r.contains(v)) => "same",
        (Some(_), Some(_)) => "differs",
        (Some(_), None) => "left",
        _ => "right",
    };
    let shown = |values: Option<&Vec<String>>| match values {
        None => String::new(),
        Some(_) if column.is_sealed() => labels::SEALED.to_owned(),
        Some(values) => {
            let short: Vec<String> =
                values.iter().take(VALUES).map(|v| shortened(v, 400)).collect();
            let more = values.len().saturating_sub(VALUES);
            let text = short.join(" / ");
            if more > 0 { format!("{text} / {more} more") } else { text }
        }
    };
    let (left, right) = (shown(left), shown(right));
    let (left, right) = if state == "differs" && !column.is_sealed() {
        marked(&left, &right)
    } else {
        (plain(left), plain(right))
    };
    FieldRow { name: labels::column(column), left, right, state }
}

fn plain(text: String) -> Marked {
    Marked { before: text, differs: String::new(), after: String::new() }
}

/// Both texts with the part in the middle that differs set apart.
fn marked(left: &str, right: &str) -> (Marked, Marked) {
    let (l, r): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let head = l.iter().zip(&r).take_while(|(a, b)| a == b).count();
    let tail =
        l[head..].iter().rev().zip(r[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    // Marking nearly everything shows nothing.
    if (head + tail) * 3 < l.len().min(r.len()) {
        return (plain(left.to_owned()), plain(right.to_owned()));
    }
    let cut = |chars: &[char]| Marked {
        before: chars[..head].iter().collect(),
        differs: chars[head..chars.len() - tail].iter().collect(),
        after: chars[chars.len() - tail..].iter().collect(),
    };
    (cut(&l), cut(&r))
}

impl FieldRow {
    /// The state in words.
    fn in_words(&self) -> &'static str {
        match self.state {
            "same" => "same",
            "differs" => "differs",
            "left" => "left only",
            _ => "right only",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn marking_loses_no_character(left in "[abż ]{0,12}", right in "[abż ]{0,12}") {
            let (l, r) = marked(&left, &right);
            prop_assert_eq!(format!("{}{}{}", l.before, l.differs, l.after), left.clone());
            prop_assert_eq!(format!("{}{}{}", r.before, r.differs, r.after), right.clone());
            prop_assert!(left != right || (l.differs.is_empty() && r.differs.is_empty()));
        }
    }

    #[test]
    fn only_what_differs_within_a_text_is_marked() {
        let (l, r) = marked("12 Oak Ave", "14 Oak Ave");
        assert_eq!((l.differs.as_str(), r.differs.as_str()), ("2", "4"));
        let (l, _) = marked("Daniel Whitfield", "Marcus Ellery");
        assert_eq!(l.differs, "");
    }

    #[test]
    fn sealed_fields_are_compared_but_not_shown() {
        let (a, b) = (vec!["1990-02-01".to_owned()], vec!["1991-02-01".to_owned()]);
        let row = field(Column::BirthDate, Some(&a), Some(&b));
        assert_eq!(row.state, "differs");
        assert_eq!(row.left, plain(labels::SEALED.to_owned()));
        assert_eq!(field(Column::BirthDate, Some(&a), Some(&a)).state, "same");
    }
}
