//! Words of the screens that belong to no single page: how values, classes and verdicts are written. Not
//! responsible for the words of comparisons (`matching`) nor for verdict sentences (`explain`).
//!
//! Invariant: a sealed value never leaves this room unmasked.

use crate::{
    engine::{Decision, View},
    explain::{
        self,
        words::{capital, count, grouped, shortened},
    },
    matching,
    model::{
        Attribute, AttributeKind, BackgroundClass, Bits, Cause, Column, Discount, FeatureId,
        ImportRecord, Moment, PairVerdict, Ring, RingStatus, Role, Share, ValueVerdict, Verdict,
    },
    web::{
        deciding::Subject,
        text::{Piece, listed},
        urls,
        veil::Seen,
    },
};

/// What stands in place of a sealed value.
pub const SEALED: &str = "•••••• (sealed)";

/// The label of a comparison.
pub fn feature(id: FeatureId) -> &'static str {
    matching::feature(id).label()
}

/// Where the nouns of a ring's sentence lead: to anchors of its page, and to one thing looked at on it.
pub struct Nouns {
    page: String,
    focus: String,
}

impl Nouns {
    /// Nouns that lead to this page of the ring.
    pub fn on(page: &str) -> Self {
        let joint = if page.contains('?') { '&' } else { '?' };
        Self { page: page.to_owned(), focus: format!("{page}{joint}focus=") }
    }

    /// Nouns on the page itself: anchors need no address, a thing that of the page.
    pub fn here(page: &str) -> Self {
        Self { page: String::new(), ..Self::on(page) }
    }

    fn anchor(&self, name: &str) -> String {
        format!("{}#{name}", self.page)
    }
}

/// The sentence that says what a ring is, its nouns linked to where they are shown in full.
pub fn ring_sentence(view: &View, ring: &Ring, to: &Nouns) -> Vec<Piece> {
    // A number and its per-cent sign stay on one line.
    let sentence = explain::ring_sentence(&view.network, ring).replace(" %", "\u{a0}%");
    let Some((who, nouns, rest)) = parts(&sentence) else { return vec![Piece::text(sentence)] };
    let mut pieces = vec![Piece::link(who, to.anchor("members")), Piece::text(" share ")];
    pieces.extend(noun_links(view, ring, nouns, to));
    pieces.push(Piece::text(": "));
    match rest.find(". ") {
        Some(end) => {
            pieces.push(Piece::link(&rest[..end], to.anchor("time")));
            pieces.push(Piece::text(". "));
            pieces.push(Piece::link(&rest[end + 2..], to.anchor("holds")));
        }
        None => pieces.push(Piece::link(rest, to.anchor("time"))),
    }
    pieces
}

/// What the members of a ring share, in the words of its sentence.
pub fn shared_nouns(view: &View, ring: &Ring, to: &Nouns) -> Vec<Piece> {
    let sentence = explain::ring_sentence(&view.network, ring);
    match parts(&sentence) {
        Some((_, nouns, _)) => noun_links(view, ring, nouns, to),
        None => vec![Piece::text(sentence)],
    }
}

/// The sentence before, within and after its nouns: `9 claimed identities` share `2 phones and 1 device` : `...`.
fn parts(sentence: &str) -> Option<(&str, &str, &str)> {
    let (who, rest) = sentence.split_once(" share ")?;
    let (nouns, rest) = rest.split_once(": ")?;
    Some((who, nouns, rest))
}

fn noun_links(view: &View, ring: &Ring, nouns: &str, to: &Nouns) -> Vec<Piece> {
    let corpus = view.network.corpus();
    let attributes = || ring.artefacts.iter().filter_map(|a| a.attribute);
    let lead = |noun: &str| {
        let ends = |word: &str| noun.ends_with(word);
        let kind = attributes()
            .map(|ix| corpus.kind(ix))
            .find(|kind| ends(kind.label()) || ends(kind.plural()));
        let Some(kind) = kind else { return to.anchor("shared") };
        let mut of_kind = attributes().filter(|&ix| corpus.kind(ix) == kind);
        match (of_kind.next(), of_kind.next()) {
            // The only one of its kind is looked at by itself.
            (Some(only), None) => format!("{}{}#evidence", to.focus, corpus.attribute(only).id()),
            _ => to.anchor("shared"),
        }
    };
    let nouns = nouns.split(", ").flat_map(|part| part.split(" and "));
    listed(nouns.map(|noun| Piece::link(noun, lead(noun))).collect())
}

/// The name of a column for people: `ship_street` becomes `Ship street`.
pub fn column(column: Column) -> String {
    capital(&column.name().replace('_', " "))
}

/// How an application uses a value, in words; nothing for its own.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Own => "own",
        Role::Shipping => "delivery",
        Role::Referee => "referee's",
    }
}

/// The status of a ring in words.
pub fn status(status: RingStatus) -> &'static str {
    match status {
        RingStatus::Open => "Open",
        RingStatus::Confirmed => "Confirmed",
        RingStatus::Dismissed => "Dismissed",
        RingStatus::Referred => "Referred",
    }
}

/// Why a shared value counts for less.
pub fn discount(discount: &Discount) -> String {
    let bits = discount.bits.get().abs();
    let mut text = format!("{}, {} use it", discount.class.label(), grouped(discount.users));
    if bits >= 0.05 {
        let way = if discount.bits > Bits::ZERO { "less" } else { "more" };
        text.push_str(&format!(", so it counts {bits:.1} bits {way}"));
    }
    if discount.corroborated > Share::default() {
        text.push_str(&format!("; {} of them share something rarer too", discount.corroborated));
    }
    text
}

/// What a class of values is judged against, in a sentence.
pub fn background(class: BackgroundClass) -> &'static str {
    match class {
        BackgroundClass::Personal => {
            "A value that belongs to one person as a rule: two unrelated people hardly ever share one."
        }
        BackgroundClass::Dwelling => {
            "One household's door: unrelated people share it only as flatmates or one after the other."
        }
        BackgroundClass::Building => {
            "A building whose unit is not known: neighbors who never met share it."
        }
        BackgroundClass::MailDrop => {
            "Mail is received there for many customers who do not know each other."
        }
        BackgroundClass::Campus => "Many students live there at once.",
        BackgroundClass::AgencyContact => {
            "An agency gives its own contact for all the people it sends."
        }
        BackgroundClass::BusyNetwork => "Many unrelated people reach the internet through it.",
        BackgroundClass::SharedDevice => "A machine that many people use, as in a library.",
        BackgroundClass::Template => "Many people start from the same template.",
        BackgroundClass::Common => "Many unrelated people use it.",
        BackgroundClass::JudgedCommon => "A person judged that it is innocently shared.",
        BackgroundClass::JudgedBad => "A person judged that it belongs to an operator.",
    }
}

/// A judgement in one sentence.
pub fn verdict(view: &Seen, verdict: &Verdict) -> String {
    said(verdict, |attribute| view.value(attribute))
}

/// The same without the value itself: messages and errors name things by their ids.
#[must_use]
pub fn verdict_by_id(verdict: &Verdict) -> String {
    said(verdict, |attribute| attribute.id().to_string())
}

fn said(verdict: &Verdict, named: impl Fn(&Attribute) -> String) -> String {
    match verdict {
        Verdict::Pair { a, b, verdict } => {
            let said = match verdict {
                PairVerdict::Same => "are the same person",
                PairVerdict::Different => "are different persons",
                PairVerdict::Linked => "are linked",
                PairVerdict::NotLinked => "are not linked",
            };
            format!("{a} and {b} {said}")
        }
        Verdict::Value { attribute, verdict } => {
            let said = match verdict {
                ValueVerdict::Common => "is innocently shared and links nobody",
                ValueVerdict::KnownBad => "is known to belong to an operator",
            };
            format!("{} {} {said}", capital(attribute.kind.label()), named(attribute))
        }
        Verdict::Ring { ring, verdict } => format!("Ring {ring} is {}", verdict.name()),
    }
}

/// A withdrawal as a table shows it.
pub struct BackRow {
    /// Who withdrew it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: String,
}

/// A judgement as a table shows it.
pub struct JudgementRow {
    /// Its id.
    pub id: String,
    /// What was said.
    pub said: String,
    /// The page of what it is about.
    pub href: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: String,
    /// Where it is withdrawn.
    pub withdraw: String,
    /// Where the same is judged again.
    pub again: String,
    /// Its withdrawal; none while it is in force.
    pub taken_back: Option<BackRow>,
}

/// A judgement, in force or not.
pub fn judgement(view: &Seen, decision: &Decision) -> JudgementRow {
    let judgement = &decision.judgement;
    let subject = Subject::of(&judgement.verdict);
    let mut fields = subject.fields();
    let said = match &judgement.verdict {
        Verdict::Pair { verdict, .. } => verdict.name(),
        Verdict::Value { verdict, .. } => verdict.name(),
        Verdict::Ring { verdict, .. } => verdict.name(),
    };
    fields.push(("verdict", said.to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    JudgementRow {
        id: judgement.id.to_string(),
        said: verdict(view, &judgement.verdict),
        href: subject.page(),
        by: judgement.by.clone(),
        at: judgement.at,
        why: view.text(&judgement.why),
        withdraw: urls::withdraw(&judgement.id),
        again: urls::query(urls::JUDGE, &fields),
        taken_back: decision.taken_back.as_ref().map(|back| BackRow {
            by: back.by.clone(),
            at: back.at,
            why: view.text(&back.why),
        }),
    }
}

/// The judgements that `about` picks, newest first, withdrawn ones too. O(judgements ever made).
pub fn judgements(view: &Seen, about: impl Fn(&Verdict) -> bool) -> Vec<JudgementRow> {
    view.decisions
        .iter()
        .rev()
        .filter(|d| about(&d.judgement.verdict))
        .map(|d| judgement(view, d))
        .collect()
}

/// What a change of a ring came from.
pub fn cause(view: &Seen, cause: &Cause) -> Vec<Piece> {
    match cause {
        Cause::Evidence { applications, attributes } => {
            let corpus = view.network.corpus();
            let mut pieces =
                vec![Piece::text(count(applications.len(), "application", "applications"))];
            let through: Vec<Piece> = attributes
                .iter()
                .filter_map(|id| {
                    let attribute = corpus.attribute(corpus.find_attribute(id)?);
                    let text = format!("{} {}", attribute.kind.label(), view.value(&attribute));
                    Some(Piece::link(shortened(&text, 60), urls::attribute(id)))
                })
                .collect();
            if !through.is_empty() {
                pieces.push(Piece::text(" through "));
                pieces.extend(listed(through));
            }
            pieces
        }
        Cause::Judgement { id } => match view.decisions.find(id) {
            Some(Decision { judgement: j, taken_back, .. }) => {
                let since = if taken_back.is_some() { ", since withdrawn" } else { "" };
                let said = verdict(view, &j.verdict);
                vec![Piece::text(format!("judgement of {}: {said}{since}", j.by))]
            }
            None => vec![Piece::text(format!("judgement {id}, since withdrawn"))],
        },
        Cause::Policy => vec![Piece::text("a change of the policy")],
        Cause::Erasure { id } => vec![Piece::text(format!("the erasure {id}"))],
        Cause::ImportWithdrawn { id } => match view.import(id) {
            Some(ImportRecord { file, withdrawn: Some(by), .. }) => {
                let file = if file == "-" { "standard input".to_owned() } else { view.text(file) };
                vec![Piece::text(format!(
                    "{} withdrew the import of {file}: {}",
                    by.by,
                    view.text(&by.why)
                ))]
            }
            _ => vec![Piece::text(format!("the import {id} was withdrawn"))],
        },
    }
}

pub use crate::explain::innocent_of as innocent;

/// Whether calling a value of this kind "known bad" makes sense: a school or an employer never is.
pub fn can_be_known_bad(kind: AttributeKind) -> bool {
    !matches!(kind, AttributeKind::Institution | AttributeKind::Employer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Attribute, ImportId, ImportWithdrawal, Moment, RingId},
        web::veil::Veil,
    };
    use std::sync::Arc;

    fn seen(view: View) -> Seen {
        Seen::new(Arc::new(view), Veil::Lifted)
    }

    #[test]
    fn sealed_values_are_masked_also_in_verdicts() {
        for kind in [AttributeKind::GovernmentId, AttributeKind::PaymentAccount] {
            let attribute = Attribute { kind, value: "078051120".into() };
            let judged = Verdict::Value { attribute, verdict: ValueVerdict::Common };
            let said = verdict(&seen(View::default()), &judged);
            assert!(!said.contains("078"), "{said}");
        }
    }

    #[test]
    fn every_kind_has_an_innocent_explanation() {
        for &kind in AttributeKind::ALL {
            assert!(innocent(kind).ends_with('.'), "{kind}");
        }
    }

    #[test]
    fn a_withdrawn_import_is_told_by_who_withdrew_which_file_and_why() {
        let id = ImportId::derive("x");
        let said = |record: ImportRecord| -> String {
            let view = View { imports: vec![record].into(), ..View::default() };
            cause(&seen(view), &Cause::ImportWithdrawn { id: id.clone() })
                .into_iter()
                .map(|p| p.text)
                .collect()
        };
        let by = || "Ada Example".to_owned();
        let mut record = ImportRecord::begun(id.clone(), "may.csv".to_owned(), by(), Moment(0));
        // Never but in a damaged store.
        assert_eq!(said(record.clone()), format!("the import {id} was withdrawn"));
        let withdrawal = ImportWithdrawal { by: by(), at: Moment(1), why: "a test file".into() };
        record.withdrawn = Some(withdrawal);
        let expected = "Ada Example withdrew the import of may.csv: a test file";
        assert_eq!(said(record.clone()), expected);
        record.file = "-".to_owned();
        assert!(said(record).contains("the import of standard input: "));
    }

    #[test]
    fn verdicts_are_sentences_without_codes() {
        let ring = RingId::derive("x");
        let judged = Verdict::Ring { ring: ring.clone(), verdict: RingStatus::Confirmed };
        let said = verdict(&seen(View::default()), &judged);
        assert_eq!(said, format!("Ring {ring} is confirmed"));
    }
}
