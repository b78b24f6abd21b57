//! Indicators of referrals among members: who brought whom into the process. Reads `referrals[]` (`by`, `application_id`, `email`,
//! `phone`) and the unknown columns `referred_by`, `referrer`, `referrer_id`, `referrer_email`; a referrer is found by the id of
//! an application, a mailbox or a phone, and never by a name. A referrer whom `referrer_verified` calls known staff does not
//! count.

use super::people::{People, count, subjects};
use crate::{
    indicators::{
        Assessed, Compute, Finding, Indicator, Missing, Need, PROPOSAL, Reach, RingCase, Strength,
        Subject, Topic, primary,
    },
    model::Share,
    normalize::{email, phone},
};
use std::collections::{BTreeMap, BTreeSet};

/// Referrals one after another from which on they are a chain.
const DEPTH: usize = 2;

/// What an application says of its referrer.
fn told(subject: &Subject<'_>) -> Vec<String> {
    let columns = ["referred_by", "referrer", "referrer_id", "referrer_email", "referral"];
    let extra = columns.into_iter().filter_map(|name| subject.record.extra(name));
    let entries = subject.record.list("referrals").iter();
    let listed = entries.flat_map(|entry| {
        let fields = [&["by", "application_id", "referrer_id"][..], &["email"], &["phone"]];
        fields.into_iter().filter_map(|names| entry.text(names))
    });
    extra.map(str::to_owned).chain(listed).collect()
}

/// The referrals among members, referrer first, without those of known staff.
fn edges(case: &RingCase<'_>) -> Result<BTreeSet<(usize, usize)>, Missing> {
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    let mut by_contact: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (member, subject) in subjects(case) {
        by_id.insert(subject.application.id.as_str().to_owned(), member);
        let email = subject.normal.email.as_ref().map(|e| e.canonical.to_string());
        let phone = subject.normal.phone.as_ref().map(|p| p.e164.to_string());
        for contact in email.into_iter().chain(phone) {
            by_contact.entry(contact).or_default().insert(member);
        }
    }
    let mut any = false;
    let mut edges = BTreeSet::new();
    for (member, subject) in subjects(case) {
        let told = told(subject);
        any |= !told.is_empty();
        if subject.record.extra_flag("referrer_verified") == Some(true) {
            continue;
        }
        for text in told {
            let contact = email::parse(&text).map(|e| e.canonical.to_string());
            let contact = contact.or_else(|| Some(phone::parse(&text, Some("US"))?.e164.into()));
            let referrer = by_id.get(&text).copied().or_else(|| {
                // A contact of several tells nobody apart.
                let owners = by_contact.get(&contact?).filter(|owners| owners.len() == 1)?;
                owners.first().copied()
            });
            edges.extend(referrer.filter(|&r| r != member).map(|r| (r, member)));
        }
    }
    any.then_some(edges).need("referral")
}

/// Whether a member was taken on, by the words of stage and outcome.
fn is_placed(case: &RingCase<'_>, member: usize) -> bool {
    let subjects = case.members.get(member).map(|m| m.subjects.as_slice()).unwrap_or_default();
    subjects.iter().any(|subject| Reach::of(subject) >= Reach::Hired)
}

/// `referral-edge`.
pub static REFERRAL_EDGE: Indicator = Indicator {
    id: "referral-edge",
    title: "A member referred another",
    topic: Topic::Identity,
    needs: &["referred_by", "referrals"],
    how: "An application names a member of the ring as its referrer, by application, mailbox or phone. Medium when there are two or \
          more such referrals, or when the referrer was hired. Verified staff does not count.",
    strength: Strength::Medium,
    innocent: &["an ordinary referral scheme: people bring their friends and former colleagues"],
    sources: &[primary("Security Alliance, framework on IT workers, 2026")],
    compares_names: false,
    compute: Compute::Ring(referral_edge),
};

fn referral_edge(case: &RingCase<'_>) -> Assessed {
    let edges = edges(case)?;
    if edges.is_empty() {
        return Ok(None);
    }
    let placed = edges.iter().any(|&(referrer, _)| is_placed(case, referrer));
    let strength = if placed || edges.len() > 1 { Strength::Medium } else { Strength::Weak };
    let hired = if placed { ", by somebody who was hired" } else { "" };
    let reason = format!("{} among members{hired}", count(edges.len(), "referral", "referrals"));
    let people = People::of(case);
    let named = |&(a, b): &(usize, usize)| format!("{} by {}", people.id(b), people.id(a));
    let mut pairs: Vec<String> = edges.iter().map(named).collect();
    pairs.sort_unstable();
    pairs.truncate(8);
    Ok(Some(Finding::new(strength, reason).with("referred", pairs.join("; "))))
}

/// `referral-chain`.
pub static REFERRAL_CHAIN: Indicator = Indicator {
    id: "referral-chain",
    title: "Members bring members who bring members",
    topic: Topic::Identity,
    needs: &["referred_by", "referrals"],
    how: "Two or more referrals among members one after another; of several referrers of one member the one whose application id \
          comes first counts. Verified staff does not count.",
    strength: Strength::Medium,
    innocent: &["a referral scheme that works"],
    sources: &[primary("Security Alliance, framework on IT workers, 2026"), PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(referral_chain),
};

fn referral_chain(case: &RingCase<'_>) -> Assessed {
    let edges = edges(case)?;
    let people = People::of(case);
    let mut referrer: BTreeMap<usize, usize> = BTreeMap::new();
    for &(by, member) in &edges {
        let first = referrer.entry(member).or_insert(by);
        if people.id(by) < people.id(*first) {
            *first = by;
        }
    }
    // From each member up, never past a member twice.
    let chain = |member: usize| {
        let mut chain = vec![member];
        while let Some(&by) = chain.last().and_then(|last| referrer.get(last))
            && !chain.contains(&by)
        {
            chain.push(by);
        }
        chain
    };
    let longest = referrer
        .keys()
        .map(|&member| chain(member))
        .max_by_key(|chain| (chain.len(), std::cmp::Reverse(chain.first().map(|&m| people.id(m)))));
    let Some(longest) = longest.filter(|chain| chain.len() > DEPTH) else { return Ok(None) };
    let depth = longest.len() - 1;
    let brought = Share::of(referrer.len(), case.members.len());
    let reason = format!(
        "{depth} referrals one after another; {brought} of the members were referred by members"
    );
    let named: Vec<&str> = longest.iter().rev().take(8).map(|&m| people.id(m)).collect();
    Ok(Some(Finding::new(Strength::Medium, reason).with("chain", named.join(" then "))))
}
