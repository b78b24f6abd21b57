//! Indicators of referees: one for many members, members who vouch for one another. Reads the referee columns and `references[]`
//! (`email`, `phone`, `verified`). Not responsible for a referee as a link (`matching`).

use super::people::{People, subjects};
use crate::{
    indicators::{
        Assessed, Compute, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Subject, Topic,
        primary,
    },
    normalize::{email, phone},
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Members of one referee from which on that is a hub.
const HUB: usize = 3;

/// The contacts of an application's referees.
fn referees(subject: &Subject<'_>) -> BTreeSet<String> {
    let referees = subject.normal.referees.iter();
    let contacts = referees.flat_map(|referee| {
        let email = referee.email.as_ref().map(|email| email.canonical.to_string());
        [email, referee.phone.as_ref().map(|phone| phone.e164.to_string())]
    });
    contacts.flatten().collect()
}

/// The contacts of referees whom an entry calls verified.
fn verified(case: &RingCase<'_>) -> BTreeSet<String> {
    let entries = subjects(case).flat_map(|(_, s)| s.record.list("references"));
    let verified =
        entries.filter(|entry| entry.flag(&["verified", "employer_verified"]) == Some(true));
    let contacts = verified.flat_map(|entry| {
        let email = entry.text(&["email"]).and_then(|text| email::parse(&text));
        let phone = entry.text(&["phone"]).and_then(|text| phone::parse(&text, Some("US")));
        [email.map(|e| e.canonical.into()), phone.map(|p| p.e164.into())]
    });
    contacts.flatten().collect()
}

/// The employers and schools that an application names.
fn organisations(subject: &Subject<'_>) -> impl Iterator<Item = String> {
    let schools = subject.normal.education.iter().filter_map(|e| e.institution.as_ref());
    let employers = subject.normal.employment.iter().filter_map(|e| e.employer.as_ref());
    let schools = schools.map(|school| format!("school {}", school.key));
    schools.chain(employers.map(|employer| format!("employer {}", employer.key)))
}

/// An employer or school that all of these members name, the first by name.
pub(super) fn in_common(case: &RingCase<'_>, members: &[usize]) -> Option<String> {
    let named = |&member: &usize| -> BTreeSet<String> {
        let subjects = case.members.get(member).map(|m| m.subjects.as_slice()).unwrap_or_default();
        subjects.iter().flat_map(organisations).collect()
    };
    let mut each = members.iter().map(named);
    let mut common = each.next()?;
    each.for_each(|other| common.retain(|organisation| other.contains(organisation)));
    common.pop_first()
}

/// `referee-hub`.
pub static REFEREE_HUB: Indicator = Indicator {
    id: "referee-hub",
    title: "One referee, many members",
    topic: Topic::Identity,
    needs: &["reference_email", "reference_phone", "references"],
    how: "Three or more members give one referee, by mailbox or phone. Weak when they all name one employer or one school, where that \
          referee may have known them, or claim one home. Referees whom an entry calls verified do not count.",
    strength: Strength::Medium,
    innocent: &[
        "a real manager after a layoff",
        "the mentor of a bootcamp, the supervisor of a course",
    ],
    sources: &[primary("Nisos, lessons learned about the scheme"), PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(referee_hub),
};

fn referee_hub(case: &RingCase<'_>) -> Assessed {
    let mut by_referee: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (member, subject) in subjects(case) {
        for contact in referees(subject) {
            by_referee.entry(contact).or_default().insert(member);
        }
    }
    (!by_referee.is_empty()).then_some(()).need("referee")?;
    let verified = verified(case);
    let people = People::of(case);
    let hubs = by_referee
        .iter()
        .filter(|(contact, members)| members.len() >= HUB && !verified.contains(*contact));
    let judged = hubs.map(|(contact, members)| {
        let members: Vec<usize> = members.iter().copied().collect();
        let common = in_common(case, &members);
        let home = people.live_together(&members);
        let known = home || common.is_some();
        let strength = if known { Strength::Weak } else { Strength::Medium };
        ((strength, members.len(), Reverse(contact)), members, common, home)
    });
    let Some(((strength, n, Reverse(contact)), members, common, home)) = judged.max_by_key(|j| j.0)
    else {
        return Ok(None);
    };
    let where_known = match common {
        Some(organisation) => format!(", who all name the {organisation}"),
        None if home => ", who live together".to_owned(),
        None => ", who name no employer or school in common".to_owned(),
    };
    let reason = format!("one referee of {n} members{where_known}");
    let finding = Finding::new(strength, reason).with("referee", contact.clone());
    Ok(Some(finding.with("applications", people.list(&members))))
}

/// `mutual-reference`.
pub static MUTUAL_REFERENCE: Indicator = Indicator {
    id: "mutual-reference",
    title: "Members vouch for one another",
    topic: Topic::Identity,
    needs: &["email", "phone", "reference_email", "reference_phone", "references"],
    how: "Two members of whom each gives the other's own mailbox or phone as that of a referee.",
    strength: Strength::Medium,
    innocent: &["co-founders, or two who worked as a team"],
    sources: &[primary("Security Alliance, framework on IT workers, 2026"), PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(mutual_reference),
};

fn mutual_reference(case: &RingCase<'_>) -> Assessed {
    let mut owners: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (member, subject) in subjects(case) {
        let email = subject.normal.email.as_ref().map(|e| e.canonical.to_string());
        let phone = subject.normal.phone.as_ref().map(|p| p.e164.to_string());
        for contact in email.into_iter().chain(phone) {
            owners.entry(contact).or_default().insert(member);
        }
    }
    let referees: Vec<(usize, String)> = subjects(case)
        .flat_map(|(member, s)| referees(s).into_iter().map(move |contact| (member, contact)))
        .collect();
    let referees = referees.need("referee")?;
    (!owners.is_empty()).then_some(()).need("contact of a member")?;
    let mut vouched: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (member, contact) in &referees {
        // A contact of both is no vouching of one for the other.
        let owners = owners.get(contact).filter(|owners| !owners.contains(member));
        vouched.extend(owners.into_iter().flatten().map(|&owner| (owner, *member)));
    }
    let both = vouched.iter().filter(|&&(a, b)| a < b && vouched.contains(&(b, a)));
    let members: Vec<usize> = both.flat_map(|&(a, b)| [a, b]).collect();
    Ok((!members.is_empty()).then(|| {
        let pairs = super::people::count(members.len() / 2, "pair", "pairs");
        let reason = format!("{pairs} of members of whom each is the other's referee");
        let finding = Finding::new(Strength::Medium, reason);
        finding.with("applications", People::of(case).list(&members))
    }))
}
