//! The scope of a package as an address or a form says it: read, and written again. Not responsible for keeping to it
//! (`referral::build`) nor for the fields of the form (`form`).
//!
//! A box that is not ticked is not sent, so the form says for which profile its boxes were shown (`was`). Where that is not
//! the profile chosen, what the new profile has by itself counts, and nobody has to untick what it never had.
//!
//! Invariant: what cannot be read becomes a problem that is told, and never a wider scope.

use crate::{
    engine::{LONGEST_REASON, View},
    model::{ApplicantId, AttributeKind, ReferralId, ReferralProfile, Ring, RingId, Tlp},
    referral::{Members, Scope},
};
use std::{collections::BTreeSet, fmt::Display, str::FromStr};

/// Longest name of a recipient, in characters.
pub const LONGEST_RECIPIENT: usize = 300;
/// People for whom sealed values are encrypted, at most.
const MOST_ANNEX: usize = 20;
/// People left out, at most: as many as an address has room for.
const MOST_OUT: usize = 600;
/// Letters and digits of an age recipient.
const AGE: usize = 62;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The ring of the case; none for its first.
    pub ring: Option<RingId>,
    /// The package it takes the place of.
    pub supersedes: Option<ReferralId>,
    /// Members who are left out.
    pub out: BTreeSet<ApplicantId>,
    /// The scope, but for its members.
    pub scope: Scope,
    /// What cannot be read, each in a sentence.
    pub problems: Vec<String>,
}

/// Whether values of this kind are the package's to withhold: sealed ones always are.
pub fn can_be_withheld(kind: AttributeKind) -> bool {
    !kind.is_sealed()
}

/// Whether a package of this profile has originals, files and the like to choose.
pub fn has_material(profile: ReferralProfile) -> bool {
    profile != ReferralProfile::PeerEmployer
}

/// Whether notes of the case may be part of it.
pub fn has_notes(profile: ReferralProfile) -> bool {
    profile == ReferralProfile::Full
}

struct Reader<'p> {
    pairs: &'p [(String, String)],
    problems: Vec<String>,
}

impl<'p> Reader<'p> {
    fn all<'n>(&self, name: &'n str) -> impl Iterator<Item = &'p str> + use<'n, 'p> {
        self.pairs.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.trim())
    }

    fn one(&self, name: &str) -> &'p str {
        self.all(name).next().unwrap_or_default()
    }

    fn ticked(&self, name: &str) -> bool {
        !self.one(name).is_empty()
    }

    fn parsed<T: FromStr>(&mut self, name: &str) -> Option<T>
    where
        T::Err: Display,
    {
        let text = self.one(name);
        if text.is_empty() {
            return None;
        }
        let read = text.parse();
        read.map_err(|e: T::Err| self.problems.push(format!("{e}."))).ok()
    }

    fn several<T: FromStr + Ord>(&mut self, name: &str) -> BTreeSet<T>
    where
        T::Err: Display,
    {
        let read: Vec<Result<T, String>> = self
            .all(name)
            .filter(|text| !text.is_empty())
            .take(MOST_OUT)
            .map(|text| text.parse().map_err(|e: T::Err| e.to_string()))
            .collect();
        let mut found = BTreeSet::new();
        for one in read {
            match one {
                Ok(one) => {
                    found.insert(one);
                }
                Err(why) => self.problems.push(format!("{why}.")),
            }
        }
        if self.all(name).nth(MOST_OUT).is_some() {
            self.problems.push(format!(
                "At most {MOST_OUT} people can be left out here; on the command line there is no such limit."
            ));
        }
        found
    }

    /// A text on one line.
    fn line(&mut self, name: &str, what: &str, longest: usize) -> String {
        let text = self.one(name).split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > longest {
            self.problems.push(format!("{what} is longer than {longest} characters."));
        }
        text.chars().filter(|c| !c.is_control()).take(longest).collect()
    }

    fn annex(&mut self) -> Vec<String> {
        let lines: Vec<String> = self
            .all("annex")
            .flat_map(|text| text.split(|c: char| c.is_whitespace() || c == ','))
            .filter(|line| !line.is_empty())
            .map(|line| line.chars().take(200).collect())
            .collect();
        let mut found: Vec<String> = Vec::new();
        for line in lines {
            let is_one = line.starts_with("age1")
                && line.len() == AGE
                && line.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
            if !is_one {
                self.problems.push(format!(
                    "\u{201c}{line}\u{201d} is no age recipient: one begins with age1 and has {AGE} letters and digits."
                ));
            } else if !found.contains(&line) {
                found.push(line);
            }
        }
        if found.len() > MOST_ANNEX {
            self.problems.push(format!("Sealed values are encrypted for at most {MOST_ANNEX}."));
            found.truncate(MOST_ANNEX);
        }
        found
    }
}

impl Asked {
    /// What an address or a form asks for.
    #[must_use]
    pub fn read(pairs: &[(String, String)]) -> Self {
        let mut from = Reader { pairs, problems: Vec::new() };
        let profile = from.parsed("profile").unwrap_or(ReferralProfile::LawEnforcement);
        let mut scope = Scope::of(profile);
        // Boxes that were shown for another profile say nothing about this one.
        if from.parsed("was") == Some(profile) {
            if let Some(tlp) = from.parsed::<Tlp>("tlp") {
                scope.tlp = tlp;
            }
            scope.originals = has_material(profile) && from.ticked("originals");
            scope.attachments = has_material(profile) && from.ticked("attachments");
            scope.notes = has_notes(profile) && from.ticked("notes");
            scope.is_keyed = !has_material(profile) && from.one("values") == "keyed";
        }
        scope.without = from.several("without");
        scope.without.retain(|kind: &AttributeKind| can_be_withheld(*kind));
        scope.recipient = from.line("recipient", "The recipient", LONGEST_RECIPIENT);
        scope.purpose = from.line("purpose", "The purpose", LONGEST_REASON);
        scope.annex_for = from.annex();
        Self {
            ring: from.parsed("ring_id"),
            supersedes: from.parsed("supersedes"),
            out: from.several("out"),
            scope,
            problems: from.problems,
        }
    }

    /// Names the members of this ring who are not left out. Whoever is left out and no longer a member is told, so that
    /// nobody is named because an id changed.
    pub fn choose(&mut self, view: &View, ring: &Ring) {
        let all: BTreeSet<&ApplicantId> =
            ring.members.iter().map(|&ix| &view.network.applicant(ix).id).collect();
        for id in self.out.iter().filter(|id| !all.contains(id)) {
            self.problems.push(format!(
                "{id}, who is left out, is no member of {} any more. Look again at who is left out.",
                ring.id
            ));
        }
        if all.iter().all(|id| self.out.contains(*id)) {
            self.problems.push("Everybody is left out; name at least one.".to_owned());
        }
        if !self.out.is_empty() {
            let named = all.into_iter().filter(|id| !self.out.contains(*id));
            self.scope.members = Members::Only(named.cloned().collect());
        }
    }

    /// The same as an address or a form says it.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let scope = &self.scope;
        let mut pairs = Vec::new();
        let mut say = |name, value: String| pairs.push((name, value));
        if let Some(ring) = &self.ring {
            say("ring_id", ring.to_string());
        }
        if let Some(former) = &self.supersedes {
            say("supersedes", former.to_string());
        }
        say("profile", scope.profile.name().to_owned());
        say("was", scope.profile.name().to_owned());
        say("tlp", scope.tlp.name().to_owned());
        for (name, is) in [
            ("originals", scope.originals),
            ("attachments", scope.attachments),
            ("notes", scope.notes),
        ] {
            if is {
                say(name, "yes".to_owned());
            }
        }
        if scope.is_keyed {
            say("values", "keyed".to_owned());
        }
        for id in &self.out {
            say("out", id.to_string());
        }
        for kind in &scope.without {
            say("without", kind.name().to_owned());
        }
        for (name, text) in [("recipient", &scope.recipient), ("purpose", &scope.purpose)] {
            if !text.is_empty() {
                say(name, text.clone());
            }
        }
        if !scope.annex_for.is_empty() {
            say("annex", scope.annex_for.join("\n"));
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    fn read(given: &[(&str, &str)]) -> Asked {
        Asked::read(&pairs(given))
    }

    #[test]
    fn nothing_said_is_what_investigators_ask_for() {
        let asked = read(&[]);
        assert_eq!(asked.scope, Scope::of(ReferralProfile::LawEnforcement));
        assert!(asked.problems.is_empty() && asked.out.is_empty());
    }

    #[test]
    fn another_profile_has_what_it_has_by_itself_whatever_boxes_the_one_before_showed() {
        let peer = read(&[
            ("profile", "peer_employer"),
            ("was", "law_enforcement"),
            ("tlp", "red"),
            ("originals", "yes"),
            ("notes", "yes"),
        ]);
        assert_eq!(peer.scope, Scope::of(ReferralProfile::PeerEmployer));
        let forced = read(&[
            ("profile", "peer_employer"),
            ("was", "peer_employer"),
            ("originals", "yes"),
            ("attachments", "yes"),
            ("notes", "yes"),
            ("values", "keyed"),
        ]);
        let scope = forced.scope;
        assert!(!scope.originals && !scope.attachments && !scope.notes && scope.is_keyed);
        let le =
            read(&[("profile", "law_enforcement"), ("was", "law_enforcement"), ("notes", "yes")]);
        assert!(!le.scope.notes && !le.scope.originals, "unticked, and never the notes");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for (name, value) in [
            ("profile", "everything"),
            ("was", "x"),
            ("out", "apt"),
            ("without", "shoe"),
            ("ring_id", "../x"),
            ("supersedes", "ref_"),
            ("annex", "age1short"),
            ("annex", "AGE-SECRET-KEY-1QQQ"),
        ] {
            let asked = read(&[(name, value)]);
            assert_eq!(asked.problems.len(), 1, "{name}={value}");
        }
        let long = "x".repeat(LONGEST_REASON + 1);
        assert_eq!(read(&[("purpose", &long)]).problems.len(), 1);
        assert_eq!(read(&[("purpose", " a\r\n b\u{7} ")]).scope.purpose, "a b");
        assert!(read(&[("without", "government_id")]).scope.without.is_empty());
    }

    #[test]
    fn sealed_values_are_encrypted_for_each_recipient_once() {
        let one = format!("age1{}", "q".repeat(AGE - 4));
        let asked = read(&[("annex", &format!("{one}\r\n {one}\n"))]);
        assert_eq!((asked.scope.annex_for, asked.problems), (vec![one], vec![]));
    }

    proptest! {
        #[test]
        fn a_scope_survives_being_written_into_an_address(
            profile in 0..3_usize,
            tlp in 0..5_usize,
            ticks in proptest::collection::vec(any::<bool>(), 4),
            without in proptest::collection::btree_set(0..11_usize, 0..4),
            out in 0..4_usize,
            purpose in "[a-z&=<>\"' ]{0,20}",
        ) {
            let mut scope = Scope::of(ReferralProfile::ALL[profile]);
            scope.tlp = Tlp::ALL[tlp];
            if has_material(scope.profile) {
                (scope.originals, scope.attachments) = (ticks[0], ticks[1]);
            } else {
                scope.is_keyed = ticks[3];
            }
            scope.notes = has_notes(scope.profile) && ticks[2];
            scope.without = without.iter().map(|&i| AttributeKind::ALL[i]).collect();
            scope.purpose = purpose.split_whitespace().collect::<Vec<_>>().join(" ");
            let asked = Asked {
                ring: Some(RingId::derive("x")),
                supersedes: None,
                out: (0..out).map(|i| ApplicantId::derive(&i.to_string())).collect(),
                scope,
                problems: vec![],
            };
            let written: Vec<(String, String)> =
                asked.pairs().into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
            prop_assert_eq!(Asked::read(&written), asked);
        }
    }
}
