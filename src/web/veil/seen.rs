//! The store as one visit sees it: the view of the engine, and the only ways in which what is in it becomes text.
//! Not responsible for masking a value (`mask`) nor a text (`words`).
//!
//! Invariant: a sealed value never leaves here unmasked, contact data only where the veil is lifted.

use crate::{
    engine::{Found, Hit, HitKind, View, Wanted},
    explain::{AssessmentReport, RingReport, mask, words::shortened},
    indicators::{Assessment, RingAssessment},
    model::{
        Attribute, AttributeId, AttributeIx, AttributeKind, Column, EvidenceLine, WatchKind, column,
    },
    web::{
        labels::SEALED,
        veil::{Veil, report, words},
    },
};
use serde::Serialize;
use serde_json::Value;
use std::{ops::Deref, sync::Arc};

/// Characters of an id that tell masked values apart.
const TAG: usize = 4;
/// Columns that Ringer does not know and keys of nested lists that hold no contact data; what is in them is looked through.
/// All others are masked whole.
const HARMLESS: &[&str] = &[
    "accesstier",
    "answer",
    "at",
    "authordate",
    "channel",
    "check",
    "checkedat",
    "city",
    "code",
    "commitdate",
    "committerdate",
    "company",
    "country",
    "created",
    "createdat",
    "date",
    "degree",
    "department",
    "displayname",
    "domain",
    "emailfirstseen",
    "emailmx",
    "employer",
    "employercity",
    "employerdomain",
    "employerstate",
    "employmentend",
    "employmentstart",
    "employmenttype",
    "end",
    "enddate",
    "event",
    "experienceyears",
    "fieldofstudy",
    "from",
    "fullname",
    "gradyear",
    "holder",
    "institution",
    "iscurrent",
    "jobtitle",
    "kind",
    "level",
    "location",
    "major",
    "method",
    "name",
    "note",
    "notes",
    "organisation",
    "organization",
    "outcome",
    "platform",
    "position",
    "postingtext",
    "program",
    "province",
    "purpose",
    "question",
    "questionid",
    "reason",
    "region",
    "relation",
    "relationship",
    "requisitionid",
    "result",
    "role",
    "school",
    "shippedat",
    "skill",
    "skills",
    "source",
    "stage",
    "stageat",
    "start",
    "startdate",
    "startsat",
    "state",
    "status",
    "statusat",
    "submittedat",
    "team",
    "text",
    "time",
    "timestamp",
    "timezone",
    "title",
    "to",
    "ts",
    "type",
    "tz",
    "university",
    "until",
    "useragent",
    "verified",
    "what",
    "year",
    "years",
    "yearsexperience",
];

/// The store as a visit sees it. Cheap to clone.
#[derive(Clone)]
pub struct Seen {
    view: Arc<View>,
    veil: Veil,
}

impl Deref for Seen {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

impl Seen {
    /// The view through a veil.
    #[must_use]
    pub fn new(view: Arc<View>, veil: Veil) -> Self {
        Self { view, veil }
    }

    /// Another view through the same veil.
    #[must_use]
    pub fn anew(&self, view: Arc<View>) -> Self {
        Self { view, veil: self.veil }
    }

    /// Whether contact data is masked.
    #[must_use]
    pub fn is_veiled(&self) -> bool {
        !self.veil.is_lifted()
    }

    /// A shared value as screens show it.
    #[must_use]
    pub fn value_at(&self, ix: AttributeIx) -> String {
        self.value(&self.view.network.corpus().attribute(ix))
    }

    /// The same of a value that may be no more.
    #[must_use]
    pub fn value(&self, attribute: &Attribute) -> String {
        if attribute.is_sealed() {
            SEALED.to_owned()
        } else if self.veil.is_lifted() {
            readable(attribute.kind, &attribute.value)
        } else if attribute.kind.is_contact() {
            // Not a hash of its own: the id is in every address that leads to the value. It comes first, since what is
            // too long for its place is cut at the end.
            let id = attribute.id();
            let tag = id.as_str().get(id.as_str().len().saturating_sub(TAG)..).unwrap_or_default();
            format!("#{tag} {}", mask::attribute(attribute))
        } else {
            words::masked(&readable(attribute.kind, &attribute.value))
        }
    }

    /// A field as received.
    #[must_use]
    pub fn field(&self, column: Column, text: &str) -> String {
        if column.is_sealed() {
            SEALED.to_owned()
        } else if self.veil.is_lifted() {
            text.to_owned()
        } else if column.is_contact() {
            mask::field(column, text)
        } else {
            words::masked(text)
        }
    }

    /// A field that Ringer does not know, or an entry of a nested list, by the name it came with.
    #[must_use]
    pub fn named(&self, name: &str, text: &str) -> String {
        if column::sounds_sealed(name) {
            return SEALED.to_owned();
        }
        if self.veil.is_lifted() {
            return text.to_owned();
        }
        let folded = crate::model::column::fold(name);
        let known = Column::from_name(name);
        match known {
            Some(column) => self.field(column, text),
            None if HARMLESS.binary_search(&folded.as_str()).is_ok() => words::masked(text),
            None if text.trim().is_empty() || matches!(text, "true" | "false" | "null") => {
                text.to_owned()
            }
            None => mask::shape(text),
        }
    }

    /// A text that somebody wrote: a reason, a note, a name of a file.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        if self.veil.is_lifted() { text.to_owned() } else { words::masked(text) }
    }

    /// What people wrote, as JSON: every text in it looked through.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn told(&self, told: &impl Serialize) -> Result<Value, serde_json::Error> {
        let mut told = serde_json::to_value(told)?;
        if self.is_veiled() {
            self.look_through(&mut told);
        }
        Ok(told)
    }

    fn look_through(&self, told: &mut Value) {
        match told {
            Value::String(text) => *text = self.text(text),
            Value::Array(all) => all.iter_mut().for_each(|one| self.look_through(one)),
            Value::Object(all) => all.values_mut().for_each(|one| self.look_through(one)),
            _ => {}
        }
    }

    /// A value of a watch-list.
    #[must_use]
    pub fn watched(&self, kind: WatchKind, text: &str) -> String {
        match kind {
            _ if self.veil.is_lifted() => text.to_owned(),
            WatchKind::Phone => mask::number(text),
            WatchKind::Email => mask::mailbox(text),
            WatchKind::Address => mask::place(text),
            WatchKind::Handle => mask::account(text, None),
            kind if kind.is_contact() => mask::DOTS.to_owned(),
            _ => words::masked(text),
        }
    }

    /// Both sides of a comparison, as the source wrote them.
    #[must_use]
    pub fn sides(&self, line: &EvidenceLine) -> [String; 2] {
        let kind = line.attribute.as_ref().map(|a| a.kind);
        if kind.is_some_and(AttributeKind::is_sealed) || column::sounds_sealed(line.feature) {
            return [SEALED.to_owned(), SEALED.to_owned()];
        }
        [&line.left, &line.right].map(|text| match kind.filter(|kind| kind.is_contact()) {
            _ if self.veil.is_lifted() => text.clone(),
            Some(kind) => mask::of_kind(kind, text),
            None => mask::compared(line.feature, text).unwrap_or_else(|| words::masked(text)),
        })
    }

    /// What an assessment of an applicant says.
    #[must_use]
    pub fn assessed(&self, assessment: &Assessment) -> AssessmentReport {
        report::shown(self.veil, AssessmentReport::of(assessment))
    }

    /// What an assessment of a ring says.
    #[must_use]
    pub fn assessed_ring(&self, assessment: &RingAssessment) -> RingReport {
        let report = RingReport::of(assessment);
        RingReport { assessment: report::shown(self.veil, report.assessment), ..report }
    }

    /// What a search finds: of contact data, where it is masked, only what was typed whole.
    #[must_use]
    pub fn look_for(&self, text: &str, wanted: Wanted) -> Found {
        let mut found = self.view.find(text, Wanted { whole_contacts: self.is_veiled(), ..wanted });
        for hit in found.groups.iter_mut().flat_map(|group| &mut group.hits) {
            self.hide(hit);
        }
        found
    }

    fn hide(&self, hit: &mut Hit) {
        if !self.is_veiled() || hit.kind != HitKind::Attribute {
            return;
        }
        let corpus = self.view.network.corpus();
        let id: Option<AttributeId> = hit.id.parse().ok();
        if let Some(ix) = id.and_then(|id| corpus.find_attribute(&id)) {
            hit.label = self.value_at(ix);
        }
    }
}

/// Keys written for people: `12|main st|4b` becomes `12 · main st · 4b`, long hashes are shortened.
fn readable(kind: AttributeKind, value: &str) -> String {
    let text: Vec<&str> =
        value.split(['|', '\u{1f}']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let text = text.join(" · ");
    match kind {
        // Long enough to tell files apart, short enough to read.
        AttributeKind::Photo | AttributeKind::Document => shortened(&text, 30),
        _ => shortened(&text, 120),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(veil: Veil) -> Seen {
        Seen::new(Arc::default(), veil)
    }

    #[test]
    fn sealed_values_are_masked_for_everybody() {
        for veil in [Veil::Drawn, Veil::Lifted] {
            for kind in [AttributeKind::GovernmentId, AttributeKind::PaymentAccount] {
                let attribute = Attribute { kind, value: "078051120".into() };
                assert_eq!(seen(veil).value(&attribute), SEALED);
            }
            assert_eq!(seen(veil).field(Column::BirthDate, "1990-01-01"), SEALED);
            assert_eq!(seen(veil).named("Candidate SSN", "078-05-1120"), SEALED);
        }
    }

    #[test]
    fn keys_are_written_for_people() {
        let of =
            |kind, value: &str| seen(Veil::Lifted).value(&Attribute { kind, value: value.into() });
        assert_eq!(of(AttributeKind::Address, "12|main st||4b"), "12 · main st · 4b");
        assert_eq!(
            of(AttributeKind::Document, &"ab".repeat(32)),
            format!("{}…", &"ab".repeat(32)[..29])
        );
        // Letters that are not ASCII, in a place where a hash would be cut.
        assert_eq!(of(AttributeKind::Photo, "żółć"), "żółć");
    }

    #[test]
    fn masked_values_that_look_alike_are_told_apart_by_their_ids() {
        let of = |value: &str| {
            seen(Veil::Drawn).value(&Attribute { kind: AttributeKind::Phone, value: value.into() })
        };
        let (one, other) = (of("+12025550118"), of("+12025550119"));
        assert!(one.starts_with('#') && one.ends_with(" (202) 555-••••"), "{one}");
        assert_ne!(one, other);
        assert_eq!(one, of("+12025550118"));
    }

    #[test]
    fn what_came_under_a_name_nobody_knows_is_masked_whole() {
        assert!(HARMLESS.is_sorted(), "it is searched");
        let drawn = seen(Veil::Drawn);
        assert_eq!(drawn.named("Burner", "call Bob"), mask::DOTS);
        assert_eq!(drawn.named("E-Mail", "jane@example.com"), "j•••@example.com");
        assert_eq!(drawn.named("note", "met Jane, jane@example.com"), "met Jane, j•••@example.com");
        assert_eq!(drawn.named("login", "jdoe"), mask::DOTS);
        assert_eq!(seen(Veil::Lifted).named("login", "jdoe"), "jdoe");
    }
}
