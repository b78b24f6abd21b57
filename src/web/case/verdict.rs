//! What a case comes to, said first: what is suspected, how sure that is, what speaks against it, who has it and what is
//! next. Not responsible for the rules behind it (`casework`).
//!
//! Invariant: no stronger words than the status allows, and what speaks against stands beside what speaks for.

use crate::{
    casework::{Choice, Reach, UserName},
    explain::words::{capital, count},
    model::{Case, CaseStatus, CaseSubject, Ring},
    web::{
        Desk,
        case::{list::Looker, row::Due},
        labels::{self, Nouns},
        standing::{self, Sentence},
        text::Piece,
        urls,
        veil::Seen,
    },
};

/// What a case comes to.
pub struct Summary {
    /// What is suspected.
    pub verdict: Sentence,
    /// How sure that is.
    pub sure: Sentence,
    /// What speaks against it.
    pub against: Vec<Sentence>,
    /// Who has it, and by when.
    pub who: Sentence,
    /// Whether its day has passed.
    pub is_overdue: bool,
    /// What is next.
    pub next: Sentence,
}

impl Summary {
    /// Of a case, for whoever looks.
    pub fn of(
        desk: &dyn Desk,
        view: &Seen,
        case: &Case,
        reach: &Reach<'_>,
        looker: &Looker,
        choices: &[Choice],
    ) -> Self {
        let mut rings: Vec<&Ring> = reach.covered.iter().map(|covered| covered.ring).collect();
        rings.sort_by_key(|ring| (std::cmp::Reverse(ring.members.len()), ring.id.clone()));
        let first = rings.first().copied();
        Self {
            verdict: verdict(view, case, &rings),
            sure: first.map_or_else(Vec::new, |ring| sure(desk, view, ring)),
            against: first.map_or_else(Vec::new, |ring| against(view, ring)),
            who: who(case, looker),
            is_overdue: looker.is_overdue(case),
            next: next(case, choices, &looker.names),
        }
    }
}

/// A rule's words as a sentence: an id or a name at their beginning stays as it is written.
pub fn begun(text: &str, names: &[UserName]) -> String {
    let is_id = text.split(' ').next().is_some_and(|word| word.contains('_'));
    let is_name = names.iter().any(|name| text.starts_with(name.as_str()));
    if is_id || is_name { text.to_owned() } else { capital(text) }
}

fn verdict(view: &Seen, case: &Case, rings: &[&Ring]) -> Sentence {
    let words = match case.status {
        CaseStatus::Linked => "Linked, and nobody has said yet what it means: ",
        CaseStatus::ProbablyOrdinary => "Probably ordinary: ",
        CaseStatus::SuspectedRing => "Suspected coordinated applications: ",
        CaseStatus::ReferralReady => "Suspected identity fraud, reviewed by two persons: ",
        CaseStatus::Closed => "Closed. ",
    };
    let mut said = vec![Piece::text(words)];
    match (rings, &case.subject) {
        ([first, more @ ..], _) => {
            said.extend(labels::ring_sentence(view, first, &Nouns::on(&urls::ring(&first.id))));
            if !more.is_empty() {
                let n = count(more.len(), "more ring belongs", "more rings belong");
                said.push(Piece::text(" "));
                said.push(Piece::link(format!("{n} to the case."), "#rings"));
            }
        }
        ([], CaseSubject::Applicant(application)) => match view.applicant(application.as_str()) {
            Some(ix) => {
                let id = &view.network.applicant(ix).id;
                said.push(Piece::link(view.network.label(ix), urls::applicant(id)));
                match view.ring_of(ix) {
                    Some(ring) => {
                        said.push(Piece::text(" is in "));
                        let n = count(ring.members.len(), "member", "members");
                        said.push(Piece::link(format!("a ring of {n}"), urls::ring(&ring.id)));
                        said.push(Piece::text(", which this case does not cover."));
                    }
                    None => said.push(Piece::text(" is in no ring.")),
                }
            }
            None => said
                .push(Piece::text(format!("application {application} is no longer in the store."))),
        },
        ([], CaseSubject::Ring(ring)) => {
            said.push(Piece::link("the ring it was about", urls::ring(ring)));
            said.push(Piece::text(" is no more."));
        }
    }
    said
}

fn sure(desk: &dyn Desk, view: &Seen, ring: &Ring) -> Sentence {
    let report = view.assessed_ring(&desk.assess_ring(view, ring));
    let url = |anchor: &str| format!("{}{anchor}", urls::ring(&ring.id));
    let families = count(ring.families.len(), "family", "independent families");
    let mut said = vec![
        Piece::link(format!("{:.0} bits", ring.score.get()), url("#holds")),
        Piece::text(format!(" of evidence from {families} hold it together. ")),
    ];
    said.push(Piece::link(report.assessment.sentence, url("#indicators")));
    said
}

/// What speaks against a ring, the first two of it.
fn against(view: &Seen, ring: &Ring) -> Vec<Sentence> {
    let there = |sentence: Sentence| -> Sentence {
        let lead = |mut piece: Piece| {
            if piece.href.starts_with('#') {
                piece.href = format!("{}{}", urls::ring(&ring.id), piece.href);
            }
            piece
        };
        sentence.into_iter().map(lead).collect()
    };
    standing::speaks_against(view, ring).into_iter().take(2).map(there).collect()
}

fn who(case: &Case, looker: &Looker) -> Sentence {
    let mut said = match &case.assignee {
        Some(_) if looker.has(case) => "You have it".to_owned(),
        Some(name) => format!("{name} has it"),
        None if case.is_open() => "Nobody has it yet".to_owned(),
        None => "Nobody had it".to_owned(),
    };
    match Due::of(case, looker) {
        None if case.is_open() => said.push_str(", without a due date."),
        None => said.push('.'),
        Some(due) if due.said.is_empty() => said.push_str(&format!(", due on {}.", due.day)),
        Some(due) => said.push_str(&format!(", due on {}, {}.", due.day, due.said)),
    }
    vec![Piece::text(said)]
}

fn next(case: &Case, choices: &[Choice], names: &[UserName]) -> Sentence {
    let against = |status| {
        choices.iter().find(|choice| choice.status == status).and_then(|c| c.against.as_deref())
    };
    if let Some(proposal) = &case.proposal {
        return vec![
            Piece::text(format!("{} proposed a referral: ", proposal.by)),
            Piece::link("a second person has to look at it", "#referral"),
            Piece::text("."),
        ];
    }
    match case.status {
        CaseStatus::Closed => vec![Piece::text(format!("Nothing; it was closed: {}", case.why))],
        CaseStatus::ReferralReady => {
            vec![
                Piece::text("Two persons agreed; "),
                Piece::link("make the package", "#referral"),
                Piece::text(", hand it over, then close it."),
            ]
        }
        CaseStatus::SuspectedRing => vec![
            Piece::text("Go on with the "),
            Piece::link("checklist", "#checklist"),
            Piece::text(", rule out innocent explanations, then "),
            Piece::link("propose a referral", "#referral"),
            Piece::text(" or close it."),
        ],
        CaseStatus::ProbablyOrdinary => {
            vec![Piece::text("Close it, with the reason, or set it back to linked.")]
        }
        CaseStatus::Linked => match against(CaseStatus::SuspectedRing) {
            None => vec![
                Piece::text("A ring of it is confirmed: "),
                Piece::link("set the status", "#status"),
                Piece::text("."),
            ],
            Some(why) => {
                let mut said = vec![Piece::text(format!("{}. ", begun(why, names)))];
                let ring = case.rings.keys().next();
                said.extend(ring.map(|ring| {
                    Piece::link("Decide on the ring", format!("{}#decide", urls::ring(ring)))
                }));
                said.push(Piece::text(if ring.is_some() {
                    ", or call it probably ordinary."
                } else {
                    "Look at the checklist, then say what it is."
                }));
                said
            }
        },
    }
}
