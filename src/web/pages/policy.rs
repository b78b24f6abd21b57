//! `GET /policy`: every number that decides, every comparison with what it can find and what that says, what a ring must show,
//! and how much rests on each today. Not responsible for any of them.
//!
//! Invariant: made from the lists and the numbers that are computed with, so that nothing here can differ from what is done.

use crate::{
    engine::View,
    explain::words::{capital, count},
    indicators::IndicatorPolicy,
    matching::{
        FEATURES, Policy,
        levels::{LEVELS, comparisons},
        policy::Sharing,
    },
    model::{Agreement, AttributeIx, BackgroundClass, Bits, FeatureId, RingStatus},
    web::{
        WebError,
        judge::aside,
        labels::{self},
        page::{self, Chrome, Section},
        state::Visit,
        thresholds::{self, ChangeRow, Happened, InForce},
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a comparison can find.
struct LevelRow {
    means: &'static str,
    bits: String,
    m: String,
    u: String,
}

/// The levels of one thing that is compared.
struct Compared {
    name: String,
    levels: Vec<LevelRow>,
}

/// How much rests on a comparison today.
#[derive(Default, Clone)]
struct Use {
    /// Links of rings that it speaks for.
    n_for: usize,
    /// Those that it speaks against.
    n_against: usize,
    /// Rings that share something it sees, and of those the confirmed and the dismissed.
    rings: usize,
    confirmed: usize,
    dismissed: usize,
}

/// A comparison.
struct FeatureRow {
    name: &'static str,
    label: &'static str,
    describe: &'static str,
    family: &'static str,
    columns: String,
    compared: Vec<Compared>,
    /// How much it says at most, of one person.
    most: Option<Bits>,
    used: Use,
}

/// What sharing a value says.
struct SharingRow {
    name: String,
    bits: Bits,
    m: String,
    innocent: String,
    hub: String,
}

/// A number by its name.
struct Number {
    name: String,
    value: String,
}

/// A class of values.
struct ClassRow {
    label: &'static str,
    n: usize,
}

/// A gate as it stands today.
struct GateRow {
    name: String,
    passed: usize,
    failed: usize,
}

#[derive(Template)]
#[template(path = "pages/policy.html")]
struct PolicyPage {
    chrome: Chrome,
    hash: String,
    is_built_in: bool,
    identity: &'static str,
    policy: Policy,
    features: Vec<FeatureRow>,
    sharing: Vec<SharingRow>,
    numbers: Vec<(&'static str, Vec<Number>)>,
    gates: Vec<GateRow>,
    classes: Vec<ClassRow>,
    n_rings: usize,
    indicators: IndicatorPolicy,
    indicators_hash: String,
    thresholds: Vec<InForce>,
    back_url: Option<String>,
    changes: Vec<ChangeRow>,
    changed: Option<Changed>,
}

/// The query string.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    /// The fact of the change whose rings are listed.
    change: Option<u64>,
}

/// A ring that did something through a change of the policy.
struct ChangedRow {
    id: String,
    url: String,
    did: &'static str,
    other: Option<(String, String)>,
    applications: usize,
}

/// The rings that did something through one change, as far as they are listed.
struct Changed {
    n: usize,
    rows: Vec<ChangedRow>,
}

/// `GET /policy`.
pub async fn policy(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let view = visit.view.clone();
    let ((uses, classes, gates), changed) =
        aside(move || Ok((usage(&view), ask.change.and_then(|seq| changed(&view, seq))))).await?;
    let configured = visit.state.desk.configured();
    let policy = Policy::clone(&visit.view.in_force);
    let indicators = visit.state.desk.indicator_policy().clone();
    let is_built_in = policy.identity == Policy::default().identity;
    page::render(&PolicyPage {
        hash: visit.view.policy.clone(),
        is_built_in: policy == Policy::default(),
        identity: if is_built_in {
            "The identity numbers are those built in."
        } else {
            "The identity numbers are not those built in: they were calibrated from this store or set in ringer.toml."
        },
        features: features(&policy, &uses),
        sharing: sharing(&policy),
        numbers: vec![
            ("One person or two", numbers(&policy.identity)),
            ("Two persons, one hand", numbers(&policy.link)),
            ("When it is a ring", numbers(&policy.ring)),
            ("What is compared with what", numbers(&policy.blocking)),
        ],
        policy,
        gates,
        classes,
        n_rings: visit.view.rings.len(),
        indicators_hash: indicators.hash(),
        indicators,
        thresholds: thresholds::in_force(&visit.view, &configured, &visit.display),
        back_url: thresholds::back_url(&visit.view, &configured),
        changes: thresholds::changes(&visit.view),
        changed,
        chrome: visit.chrome("Policy", Section::Policy),
    })
}

/// The rings that did something through the change that is this fact; none where it is no change of the policy.
fn changed(view: &View, seq: u64) -> Option<Changed> {
    const MOST: usize = 200;
    let all = thresholds::happened_through(view, seq)?;
    let row = |one: &Happened<'_>| ChangedRow {
        id: one.ring.to_string(),
        url: urls::ring(one.ring),
        did: one.kind.label(),
        other: one.other.map(|other| (other.to_string(), urls::ring(other))),
        applications: one.applications,
    };
    Some(Changed { n: all.len(), rows: all.iter().take(MOST).map(row).collect() })
}

fn features(policy: &Policy, uses: &BTreeMap<FeatureId, Use>) -> Vec<FeatureRow> {
    let levels = &policy.identity.levels;
    let by_name: BTreeMap<&str, std::ops::Range<usize>> = comparisons().collect();
    (0..)
        .zip(FEATURES)
        .map(|(id, feature)| {
            let mut most: Option<Bits> = None;
            let compared = feature.comparisons().into_iter().filter_map(|name| {
                let rows = by_name.get(name)?.clone().filter_map(|at| {
                    let seen = *crate::matching::Seen::ALL.get(at)?;
                    let level = levels.of(seen);
                    most = most.max(Some(level.most()));
                    Some(LevelRow {
                        means: LEVELS.get(at)?.means,
                        bits: if level.by_frequency {
                            format!("up to {}", level.most())
                        } else {
                            level.bits(0.0).to_string()
                        },
                        m: share(level.m),
                        u: if level.by_frequency {
                            "as common as the value is".to_owned()
                        } else {
                            share(level.u)
                        },
                    })
                });
                Some(Compared { name: readable(name), levels: rows.collect() })
            });
            let compared: Vec<Compared> = compared.collect();
            let columns: Vec<String> =
                feature.columns().iter().map(|&c| labels::column(c)).collect();
            FeatureRow {
                name: feature.name(),
                label: feature.label(),
                describe: feature.describe(),
                family: feature.family().label(),
                columns: columns.join(", "),
                compared,
                most,
                used: uses.get(&FeatureId(id)).cloned().unwrap_or_default(),
            }
        })
        .collect()
}

/// How much rests on each comparison and each class in the rings of a view, and how they stand at their gates.
/// O(evidence of the links of rings).
fn usage(view: &View) -> (BTreeMap<FeatureId, Use>, Vec<ClassRow>, Vec<GateRow>) {
    let mut uses: BTreeMap<FeatureId, Use> = BTreeMap::new();
    let mut classes: BTreeMap<BackgroundClass, BTreeSet<AttributeIx>> = BTreeMap::new();
    let mut gates: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for ring in view.rings.iter() {
        for &link in &ring.links {
            let mut seen: BTreeSet<(FeatureId, bool)> = BTreeSet::new();
            for evidence in &view.network.link(link).evidence {
                let speaks_for = match evidence.agreement {
                    Agreement::Supports => true,
                    Agreement::Contradicts => false,
                    Agreement::Neutral => continue,
                };
                if seen.insert((evidence.feature, speaks_for)) {
                    let used = uses.entry(evidence.feature).or_default();
                    *(if speaks_for { &mut used.n_for } else { &mut used.n_against }) += 1;
                }
                if let Some((discount, ix)) = evidence.discount.zip(evidence.attribute) {
                    classes.entry(discount.class).or_default().insert(ix);
                }
            }
        }
        let shared: BTreeSet<FeatureId> = ring.artefacts.iter().map(|a| a.feature).collect();
        for feature in shared {
            let used = uses.entry(feature).or_default();
            used.rings += 1;
            match ring.status {
                RingStatus::Open => {}
                RingStatus::Confirmed | RingStatus::Referred => used.confirmed += 1,
                RingStatus::Dismissed => used.dismissed += 1,
            }
        }
        for gate in &ring.gates {
            gates.entry(&gate.name).or_default()[usize::from(!gate.passed)] += 1;
        }
    }
    let classes = BackgroundClass::ALL
        .iter()
        .map(|class| ClassRow {
            label: class.label(),
            n: classes.get(class).map_or(0, BTreeSet::len),
        })
        .collect();
    let gates = gates
        .into_iter()
        .map(|(name, [passed, failed])| GateRow { name: readable(name), passed, failed })
        .collect();
    (uses, classes, gates)
}

/// What sharing a value of each sort says, by name.
fn sharing(policy: &Policy) -> Vec<SharingRow> {
    let mut rows = Vec::new();
    for (name, value) in entries(&policy.link) {
        let several = match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        let n = several.len();
        for (i, value) in several.into_iter().enumerate() {
            let Ok(sharing) = serde_json::from_value::<Sharing>(value) else { continue };
            rows.push(SharingRow {
                name: if n > 1 {
                    format!("{} {}", readable(&name), i + 1)
                } else {
                    readable(&name)
                },
                bits: sharing.bits(),
                m: share(sharing.m),
                innocent: sharing.innocent.to_string(),
                hub: share(sharing.hub),
            });
        }
    }
    rows.sort_by(|a, b| b.bits.cmp(&a.bits).then_with(|| a.name.cmp(&b.name)));
    rows
}

/// The plain numbers of a part of the policy, by name.
fn numbers(part: &impl serde::Serialize) -> Vec<Number> {
    fn add(prefix: &str, value: &Value, all: &mut Vec<Number>) {
        match value {
            Value::Number(number) => {
                all.push(Number { name: prefix.to_owned(), value: number.to_string() });
            }
            Value::Array(values) if values.iter().all(Value::is_number) => {
                let values: Vec<String> = values.iter().map(Value::to_string).collect();
                all.push(Number { name: prefix.to_owned(), value: values.join(", ") });
            }
            // The levels and what sharing says have tables of their own.
            Value::Object(object) if !object.contains_key("innocent") && prefix != "Levels" => {
                for (name, value) in object {
                    let name = name.replace('_', " ");
                    let whole = if prefix.is_empty() {
                        capital(&name)
                    } else {
                        format!("{prefix}: {name}")
                    };
                    add(&whole, value, all);
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    add("", &serde_json::to_value(part).unwrap_or_default(), &mut all);
    all
}

fn entries(part: &impl serde::Serialize) -> Vec<(String, Value)> {
    match serde_json::to_value(part) {
        Ok(Value::Object(object)) => object.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A name of a number or a gate for people.
fn readable(name: &str) -> String {
    capital(&name.replace('_', " "))
}

/// A share in per cent, to as many places as it takes to tell it from nothing.
fn share(part: f64) -> String {
    let percent = part * 100.0;
    if percent == 0.0 || percent >= 10.0 {
        format!("{percent:.0} %")
    } else if percent >= 0.1 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.3} %")
    }
}

impl Use {
    /// How often people bore out what rests on it.
    fn verdicts(&self) -> String {
        match (self.confirmed, self.dismissed) {
            (0, 0) => "none decided".to_owned(),
            (confirmed, dismissed) => format!("{confirmed} confirmed, {dismissed} dismissed"),
        }
    }

    fn rings_in_words(&self) -> String {
        count(self.rings, "ring", "rings")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_policy_is_told_in_a_table() {
        let policy = Policy::default();
        let told = sharing(&policy).len()
            + [
                numbers(&policy.identity),
                numbers(&policy.link),
                numbers(&policy.ring),
                numbers(&policy.blocking),
            ]
            .iter()
            .map(Vec::len)
            .sum::<usize>();
        fn count(value: &Value) -> usize {
            match value {
                Value::Object(object) if object.contains_key("innocent") => 1,
                Value::Object(object) => {
                    object.iter().filter(|(k, _)| *k != "levels").map(|(_, v)| count(v)).sum()
                }
                Value::Array(values) if values.iter().all(Value::is_number) => 1,
                Value::Array(values) => values.iter().map(count).sum(),
                _ => 1,
            }
        }
        assert_eq!(told, count(&serde_json::to_value(&policy).unwrap()));
    }

    #[test]
    fn shares_are_told_from_nothing() {
        assert_eq!([0.0, 0.35, 0.004, 0.0001].map(share), ["0 %", "35 %", "0.4 %", "0.010 %"]);
    }
}
