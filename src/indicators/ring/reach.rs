//! Indicators of how far a ring got, and of what its members' work devices show. Reads `stage`, `outcome`, `shipments[]`,
//! `access[]` or the unknown column `access_granted`, and `alerts[]` (`kind`, `milliseconds`, `benign`).
//!
//! How far it got is urgency and no proof: it never says more than medium.

use super::people::{Bonds, People, subjects};
use crate::indicators::{
    Assessed, Compute, Entry, Finding, Indicator, Need, PROPOSAL, Reach, RingCase, Strength, Topic,
    primary, quoted,
};
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds between key and letter from which on somebody types from afar.
const DELAY: f64 = 110.0;

/// How far each member got, where anything tells.
fn depths(case: &RingCase<'_>) -> BTreeMap<usize, Reach> {
    let mut depths: BTreeMap<usize, Reach> = BTreeMap::new();
    for (member, subject) in subjects(case) {
        let reached = Reach::of(subject);
        let told = subject.normal.stage.is_some() || subject.normal.outcome.is_some();
        if told || reached > Reach::Applied {
            let reach = depths.entry(member).or_insert(reached);
            *reach = (*reach).max(reached);
        }
    }
    depths
}

/// `funnel-depth`.
pub static FUNNEL_DEPTH: Indicator = Indicator {
    id: "funnel-depth",
    title: "How far it got",
    topic: Topic::Reach,
    needs: &["stage", "outcome", "shipments", "access"],
    how: "The furthest that a member got, with how many got how far: an interview counts for nothing, an offer is weak, being hired, \
          sent equipment or given access is medium. Urgency and no proof; it says to act now when such a member shares a thing \
          worth 5 bits or more.",
    strength: Strength::Medium,
    innocent: &["people are interviewed and hired; by itself it says nothing against them"],
    sources: &[primary("Mandiant, M-Trends 2026: a median stay of 122 days"), PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(funnel_depth),
};

fn funnel_depth(case: &RingCase<'_>) -> Assessed {
    let depths = depths(case);
    let furthest = *depths.values().max().need("stage or outcome")?;
    let strength = match furthest {
        Reach::Applied => return Ok(None),
        Reach::Interview => Strength::Context,
        Reach::Offer => Strength::Weak,
        Reach::Hired | Reach::Shipped | Reach::Access => Strength::Medium,
    };
    let at = |reach: Reach| depths.iter().filter(move |(_, d)| **d == reach).map(|(m, _)| *m);
    let told: Vec<String> = Reach::ALL
        .iter()
        .rev()
        .copied()
        .filter(|&reach| at(reach).next().is_some())
        .map(|reach| format!("{} {}", at(reach).count(), reach.label()))
        .collect();
    let far: Vec<usize> = at(furthest).collect();
    let bonds = Bonds::of(case);
    let strong = furthest >= Reach::Hired && far.iter().any(|&member| bonds.any_strong(member));
    let act = if strong { ": act now" } else { "" };
    let reason = format!("{}, of {} members{act}", told.join(", "), case.members.len());
    let finding = Finding::new(strength, reason);
    Ok(Some(finding.with("furthest", People::of(case).list(&far))))
}

/// What a work device shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Alert {
    RemoteTool,
    IpKvm,
    Location,
    Latency,
}

impl Alert {
    const fn label(self) -> &'static str {
        match self {
            Self::RemoteTool => "a second tool for remote access",
            Self::IpKvm => "a device that passes keyboard and screen on over the network",
            Self::Location => "a place that is not the one of the log-in",
            Self::Latency => "keys that arrive late",
        }
    }

    /// What an alert is about; none for anything else and for what was found harmless.
    fn read(entry: &Entry) -> Option<Self> {
        if ["benign", "dismissed", "false_positive"].iter().any(|f| entry.flag(&[f]) == Some(true))
        {
            return None;
        }
        let kind = entry.word(&["kind", "type", "alert", "name"])?;
        let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
        if has(&["kvm"]) {
            Some(Self::IpKvm)
        } else if has(&["latency", "keystroke", "input delay"]) {
            let delay = entry.number(&["milliseconds", "ms", "value", "latency_ms"])?;
            (delay > DELAY).then_some(Self::Latency)
        } else if has(&["rmm", "remote access", "remote monitoring", "remote tool"]) {
            Some(Self::RemoteTool)
        } else if has(&["location", "geo"]) {
            Some(Self::Location)
        } else {
            None
        }
    }
}

/// `post-hire-corroboration`.
pub static POST_HIRE_CORROBORATION: Indicator = Indicator {
    id: "post-hire-corroboration",
    title: "What the work device shows agrees",
    topic: Topic::Network,
    needs: &["alerts"],
    how: "Imported alerts of a member's work device: a second tool for remote access, a keyboard and screen passed on over the network, \
          a place other than that of the log-in, keys that arrive more than 110 ms late. One sort is medium, two or more of one \
          member are strong. Alerts marked benign do not count.",
    strength: Strength::Strong,
    innocent: &["IT support", "travel", "a slow connection, or assistive technology"],
    sources: &[
        quoted("Recorded Future, PurpleDelta, August 2026"),
        quoted("Mandiant, UNC5267, September 2024"),
        quoted("Bloomberg on Amazon, December 2025: 110 ms"),
    ],
    compares_names: false,
    compute: Compute::Ring(post_hire_corroboration),
};

fn post_hire_corroboration(case: &RingCase<'_>) -> Assessed {
    let lists = ["alerts", "device_alerts", "edr_alerts"];
    let entries: Vec<(usize, &Entry)> = subjects(case)
        .flat_map(|(m, s)| lists.into_iter().flat_map(|l| s.record.list(l)).map(move |e| (m, e)))
        .collect();
    let entries = entries.need("alert of a work device")?;
    let mut by_member: BTreeMap<usize, BTreeSet<Alert>> = BTreeMap::new();
    for (member, entry) in entries {
        if let Some(alert) = Alert::read(entry) {
            by_member.entry(member).or_default().insert(alert);
        }
    }
    let most = by_member.values().map(BTreeSet::len).max();
    let Some(most) = most else { return Ok(None) };
    let strength = if most > 1 { Strength::Strong } else { Strength::Medium };
    let all: BTreeSet<Alert> = by_member.values().flatten().copied().collect();
    let told: Vec<&str> = all.into_iter().map(Alert::label).collect();
    let members: Vec<usize> = by_member.into_keys().collect();
    let reason = format!(
        "work devices of {} show {}",
        super::people::count(members.len(), "member", "members"),
        told.join(", ")
    );
    Ok(Some(Finding::new(strength, reason).with("applications", People::of(case).list(&members))))
}
