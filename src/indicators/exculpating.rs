//! What speaks for an applicant: evidence that answers indicators or takes off what they say. As loud as they are.
//!
//! Not responsible for the links themselves: that relatives, classmates and reapplicants make no ring links is decided by
//! `matching`; here it is said.
//!
//! Invariant: exculpating evidence never adds to a total, and everything here is shown wherever indicators are.

use crate::{
    indicators::{Dossier, Topic},
    model::{Check, CheckItem, CheckResult},
};
use serde::Serialize;

/// What exculpating evidence does to a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// This topic counts for nothing any more; what others say stands.
    Answers(Topic),
    /// Something is taken off.
    TakesOff,
    /// The total counts half; links stay.
    Halves,
    /// The total is nothing: the applicant is the victim.
    Clears,
    /// It is said beside the links it concerns, which count for nothing there already.
    Said,
    /// It counts for the members of a ring whom it is about, in their own assessments.
    OfMembers,
}

/// Something that speaks for the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exculpated {
    /// Stable id.
    pub id: &'static str,
    /// What speaks for the applicant, in one sentence without a full stop.
    pub reason: String,
    /// What it does.
    pub effect: Effect,
}

/// A kind of exculpating evidence, for the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Exculpation {
    /// Stable id.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// How it is found.
    pub how: &'static str,
    /// What it does, in words.
    pub effect: &'static str,
}

/// Every kind, in display order.
pub const EXCULPATING: &[Exculpation] = &[
    Exculpation {
        id: "ex-same-person",
        title: "The same person applies again",
        how: "Several applications resolve to one claimed identity.",
        effect: "they make no link with one another",
    },
    Exculpation {
        id: "ex-household",
        title: "A household",
        how: "One dwelling, one family name, and nothing else in common.",
        effect: "the link is shown and weighs nothing",
    },
    Exculpation {
        id: "ex-campus",
        title: "A campus",
        how: "The shared address is a dormitory or campus.",
        effect: "the shared address weighs nothing",
    },
    Exculpation {
        id: "ex-agency",
        title: "One agency",
        how: "The applications came through one staffing agency.",
        effect: "the agency's contacts weigh nothing",
    },
    Exculpation {
        id: "ex-name-change",
        title: "A change of name",
        how: "Applications of one identity carry different names, and its history goes on.",
        effect: "the names do not conflict",
    },
    Exculpation {
        id: "ex-verified-in-person",
        title: "Verified in person",
        how: "A named person met the applicant with the document in hand, or handed equipment over.",
        effect: "the total counts half; links stay",
    },
    Exculpation {
        id: "ex-checked",
        title: "Checked and confirmed",
        how: "A named person confirmed an item of the checklist.",
        effect: "the topic it answers counts for nothing",
    },
    Exculpation {
        id: "ex-template",
        title: "A template",
        how: "Passages that many unrelated people use, or that stand in the posting.",
        effect: "the passages weigh nothing",
    },
    Exculpation {
        id: "ex-known-employee-referral",
        title: "Referred by known staff",
        how: "The field \"referrer_verified\" says that the referrer is verified staff.",
        effect: "something is taken off",
    },
    Exculpation {
        id: "ex-identity-victim",
        title: "The identity was used by somebody else",
        how: "The person whose identity it is says that they did not apply.",
        effect: "the total is nothing: the person is a victim, and exports protect them",
    },
];

/// What ties an applicant to others in innocent ways, as `matching` found it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ties {
    /// Links that are households.
    pub households: usize,
    /// Whether a shared address is a campus.
    pub campus: bool,
    /// Whether passages were taken off as a template.
    pub template: bool,
}

/// What speaks for a claimed identity, in the order of the list.
#[must_use]
pub fn assess(dossier: &Dossier<'_>, ties: &Ties) -> Vec<Exculpated> {
    let mut found = Vec::new();
    let mut say = |id: &'static str, reason: String, effect| {
        found.push(Exculpated { id, reason, effect });
    };
    let n = dossier.subjects.len();
    if n > 1 {
        say(
            "ex-same-person",
            format!("{n} applications are one person's who applied again"),
            Effect::Said,
        );
    }
    if ties.households > 0 {
        say(
            "ex-household",
            "shares a home with relatives, and nothing else".to_owned(),
            Effect::Said,
        );
    }
    if ties.campus {
        say("ex-campus", "the shared address is a campus".to_owned(), Effect::Said);
    }
    let agency = dossier.subjects.iter().find_map(|s| s.normal.agency.as_deref());
    if let Some(agency) = agency {
        say("ex-agency", format!("came through the agency \"{agency}\""), Effect::Said);
    }
    if let Some((a, b)) = names_that_differ(dossier) {
        say(
            "ex-name-change",
            format!("goes by \"{a}\" and \"{b}\", with one history"),
            Effect::Said,
        );
    }
    if ties.template {
        say("ex-template", "passages of the text are a template's".to_owned(), Effect::Said);
    }
    if dossier.subjects.iter().any(|s| s.record.extra_flag("referrer_verified") == Some(true)) {
        say(
            "ex-known-employee-referral",
            "was referred by verified staff".to_owned(),
            Effect::TakesOff,
        );
    }
    for check in &dossier.checks {
        if let Some((id, effect)) = effect_of(check) {
            let reason = format!("{}: {} by {}", check.item.about(), check.result, check.by);
            say(id, reason, effect);
        }
    }
    let order = |id| EXCULPATING.iter().position(|e| e.id == id);
    found.sort_by_key(|e| order(e.id));
    found
}

fn effect_of(check: &Check) -> Option<(&'static str, Effect)> {
    use CheckItem as Item;
    let answers = |topic| ("ex-checked", Effect::Answers(topic));
    match (check.item, check.result) {
        (Item::IdentityOwner, CheckResult::Refuted) => Some(("ex-identity-victim", Effect::Clears)),
        (_, CheckResult::Refuted | CheckResult::Inconclusive) => None,
        (Item::IdentityDocument, _) => Some(answers(Topic::Identity)),
        (Item::Employment, _) => Some(answers(Topic::Employment)),
        (Item::Education, _) => Some(answers(Topic::Education)),
        (Item::LiveInterview, _) => Some(answers(Topic::Observation)),
        (Item::InPersonMeeting | Item::EquipmentDelivery, _) => {
            Some(("ex-verified-in-person", Effect::Halves))
        }
        // A referee who was reached says nothing of a document or a payee.
        (Item::References, _) => Some(("ex-checked", Effect::Said)),
        (Item::IdentityOwner, _) => Some(("ex-checked", Effect::TakesOff)),
    }
}

fn names_that_differ(dossier: &Dossier<'_>) -> Option<(String, String)> {
    let names: Vec<_> = dossier.subjects.iter().filter_map(|s| s.name()).collect();
    let first = names.first()?;
    let differs = |name: &&&crate::model::PersonName| {
        let tie = crate::indicators::idc::tie(first, name);
        matches!(
            tie,
            Some(crate::indicators::NameTie::Partly | crate::indicators::NameTie::Conflict)
        )
    };
    let other = names.iter().find(differs)?;
    Some((first.tokens.join(" "), other.tokens.join(" ")))
}
