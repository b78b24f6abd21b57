//! What holds a ring, what would explain it innocently and who has to do something about it, as lines of sections say it. Not
//! responsible for which rings a section tells of.
//!
//! Invariant: the phrases are those of the ring's page; what is left out is counted.

use crate::{
    explain::{innocent, noun, words::count},
    indicators::{Band, RingAssessment},
    model::{ApplicantIx, Artefact, Ring, RingStatus},
    reports::{
        ground::Ground,
        text::{Target, Text},
    },
};

/// Shared things that a line names.
const NAMED: usize = 4;

/// People that a line names.
const PEOPLE: usize = 3;

/// The shared things of a ring that `about` lets through, the first few named.
pub fn shared(ground: &Ground<'_>, ring: &Ring, about: impl Fn(&Artefact) -> bool) -> Vec<Text> {
    let corpus = ground.view.network.corpus();
    let all: Vec<&Artefact> = ring.artefacts.iter().filter(|a| about(a)).collect();
    let phrase = |artefact: &&Artefact| {
        let (one, _) = noun(&ground.view.network, artefact);
        let of = format!("{} of {} share one {one}", artefact.members.len(), ring.members.len());
        let text = match artefact.attribute {
            Some(ix) => Text::plain(of + ": ").with(ground.value(ix)),
            None => Text::plain(of),
        };
        let outside = (artefact.users as usize).saturating_sub(artefact.members.len());
        match (artefact.attribute.map(|ix| corpus.uses(ix)), outside) {
            (None, _) | (_, 0) => text,
            (Some(_), n) => text.and(format!(
                "; {} it too",
                count(n, "person outside the ring uses", "people outside the ring use")
            )),
        }
    };
    let mut texts: Vec<Text> = all.iter().take(NAMED).map(phrase).collect();
    if all.len() > NAMED {
        let more = count(all.len() - NAMED, "other shared thing", "other shared things");
        let to = Target::Ring(ring.id.clone());
        texts.push(Text::default().link(more, to));
    }
    texts
}

/// Innocent explanations of the shared things that `about` lets through.
pub fn innocently(
    ground: &Ground<'_>,
    ring: &Ring,
    about: impl Fn(&Artefact) -> bool,
) -> Vec<String> {
    let shared = ring.artefacts.iter().filter(|a| about(a));
    innocent(&ground.view.network, shared).into_iter().map(str::to_owned).collect()
}

/// Some people, the first few by name: "Ada, Bo and 3 more".
pub fn people(ground: &Ground<'_>, people: &[ApplicantIx]) -> Text {
    // One left out would be no shorter than its name.
    let named = if people.len() == PEOPLE + 1 { people.len() } else { PEOPLE };
    let (more, mut text) = (people.len().saturating_sub(named), Text::default());
    for (place, &person) in people.iter().take(named).enumerate() {
        let is_last = place + 1 == people.len();
        text = match place {
            0 => text,
            _ if is_last => text.and(" and "),
            _ => text.and(", "),
        };
        text = text.with(ground.person(person));
    }
    if more > 0 { text.and(format!(" and {more} more")) } else { text }
}

/// What a change means to what was decided about a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// There is somebody in it whom nobody has decided about.
    Gained,
    /// Only somebody less is in it, or it is in parts.
    Lost,
}

/// Who has to do what about a ring; none where nobody has to.
pub fn act(
    ground: &Ground<'_>,
    ring: &Ring,
    assessment: Option<&RingAssessment>,
    news: News,
) -> Option<String> {
    let case = ground.cases.taken(&ring.id, None);
    let assignee = case.and_then(|case| case.assignee.clone());
    let who = match (case, assignee) {
        (Some(_), Some(name)) => format!("{name}, who has its case:"),
        (Some(_), None) => "Whoever takes its case:".to_owned(),
        (None, _) => "An investigator:".to_owned(),
    };
    let what = match (ring.status, news) {
        (RingStatus::Confirmed | RingStatus::Referred, News::Gained) => {
            "look at whom it gained; what was decided was about those before."
        }
        (RingStatus::Dismissed, News::Gained) => {
            "look again; it was dismissed before it gained anybody."
        }
        (RingStatus::Confirmed | RingStatus::Referred, News::Lost) => {
            "see whether what was decided still holds."
        }
        (RingStatus::Dismissed, News::Lost) => return None,
        (RingStatus::Open, _) => match assessment.map(RingAssessment::band).unwrap_or_default() {
            Band::Urgent => "verify before anything else goes on with its members, and decide.",
            Band::Verify => "verify what is named on its page, and decide.",
            Band::Note | Band::None if case.is_some() => "see whether the case is affected.",
            Band::Note | Band::None => return None,
        },
    };
    Some(format!("{who} {what}"))
}
