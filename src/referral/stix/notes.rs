//! Notes: reasoning, what speaks against it, innocent explanations, limits, what was withheld, and what persons decided. Not
//! responsible for any of these.
//!
//! Decisions are notes and not opinions: an `opinion` of STIX is another organization's view of an object.
//!
//! Invariant: a note on the whole is about the report or grouping; a package for another employer has none about persons.

use crate::referral::{
    IndicatorLine,
    stix::object::{Frame, Object, Objects},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A note; none where there is nothing to say.
fn note(
    frame: &Frame<'_>,
    key: &[&str],
    title: &str,
    lines: &[String],
    about: &[String],
) -> Option<Object> {
    let content = lines.iter().filter(|l| !l.is_empty()).cloned().collect::<Vec<_>>().join("\n");
    (!content.is_empty() && !about.is_empty()).then(|| {
        frame
            .domain("note", key)
            .set("abstract", title)
            .set("content", content)
            .set("object_refs", about.to_vec())
    })
}

/// Notes on identities: what indicators say of them, and texts that are nearly the same. They are part of the ring.
pub(super) fn on_identities(
    frame: &Frame<'_>,
    ids: &BTreeMap<usize, String>,
    objects: &mut Objects,
) {
    let of = |numbers: &[usize]| -> Vec<String> {
        numbers.iter().filter_map(|no| ids.get(no).cloned()).collect()
    };
    // Not the identities: they change as a ring grows, and the note is to stay the same one.
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut nth = |name: &str| -> String {
        let seen = times.entry(name.to_owned()).or_default();
        *seen += 1;
        seen.to_string()
    };
    for line in frame.dossier.indicators.iter().filter(|line| !line.identities.is_empty()) {
        let about = of(&line.identities);
        let nth = nth(&line.id);
        let note = note(frame, &["indicator", &line.id, &nth], &line.title, &said(line), &about);
        note.map(|note| {
            objects.add(note.set("labels", json!([line.topic.to_lowercase(), line.strength])))
        });
    }
    for thing in frame.dossier.things.iter().filter(|t| t.value == crate::referral::Value::None) {
        let about = of(&thing.identities);
        let nth = nth(&thing.label);
        let lines = [format!(
            "{}: nearly the same in {} claimed identities, worth at most {:.1} bits between two of them. There is no single value.",
            thing.label,
            about.len(),
            thing.bits.get()
        )];
        let note = note(frame, &["near", &thing.label, &nth], &thing.label, &lines, &about);
        note.map(|note| objects.add(note));
    }
}

fn said(line: &IndicatorLine) -> Vec<String> {
    let mut lines = vec![format!("{} ({}, {} bits)", line.reason, line.strength, line.bits)];
    lines.extend(line.values.iter().map(|(what, value)| format!("{what}: {value}")));
    if !line.innocent.is_empty() {
        lines.push(format!("Innocent explanations: {}.", line.innocent.join("; ")));
    }
    lines
}

/// Notes on the whole: about the report or grouping, which does not list them.
pub(super) fn on_ring(frame: &Frame<'_>, container: &str, objects: &mut Objects) {
    let dossier = frame.dossier;
    let about = [container.to_owned()];
    let mut add = |key: &str, title: &str, lines: &[String]| {
        let note = note(frame, &["ring", key], title, lines, &about);
        note.map(|note| objects.add(note));
    };
    let withheld = dossier.withheld.iter().map(|w| format!("{} ({}): {}", w.what, w.count, w.why));
    add("withheld", "What was withheld, and why", &withheld.collect::<Vec<_>>());
    add("explanations", "Innocent explanations to check", &dossier.explanations);
    add("method", "How it was computed", &dossier.method.how);
    add("limits", "What it cannot say", &dossier.method.limits);
    if frame.is_for_peer() {
        return;
    }
    add("against", "What speaks against it", &dossier.against);
    let gates = dossier.gates.iter().map(|gate| {
        let passed = if gate.passed { "passed" } else { "not passed" };
        format!("{}: {passed}. {}", gate.name, gate.detail)
    });
    add("gates", "How firmly it holds together", &gates.collect::<Vec<_>>());
    add(
        "alternatives",
        "Alternatives that were considered",
        std::slice::from_ref(&dossier.alternatives),
    );
    let ring = dossier.indicators.iter().filter(|line| line.identities.is_empty());
    for line in ring {
        add(&format!("indicator {}", line.id), &line.title, &said(line));
    }
    signed(frame, &about, objects);
}

/// What persons decided and noted, each under their name.
fn signed(frame: &Frame<'_>, about: &[String], objects: &mut Objects) {
    let dossier = frame.dossier;
    let by = |name: &str| -> Value { if name.is_empty() { json!([]) } else { json!([name]) } };
    for decision in &dossier.decisions {
        let (title, label) = match decision.is_withdrawn {
            true => (format!("Withdrawn decision: {}", decision.text), "withdrawn"),
            false => (format!("Decision: {}", decision.text), "stands"),
        };
        let mut lines = vec![format!("{} {}", decision.at, decision.text), decision.why.clone()];
        if decision.is_withdrawn {
            lines.push("This decision was withdrawn later and does not count.".to_owned());
        }
        let key = ["decision", &decision.seq.0.to_string()];
        let note = note(frame, &key, &title, &lines, about);
        note.map(|note| {
            let note =
                note.set("authors", by(&decision.by)).set("labels", json!(["decision", label]));
            objects.add(note)
        });
    }
    if let Some(review) = &dossier.heading.review {
        let lines = [format!(
            "{} proposed to refer the ring, {} agreed on {}.",
            review.proposed_by, review.agreed_by, review.at
        )];
        let note = note(frame, &["ring", "review"], "Reviewed by two persons", &lines, about);
        note.map(|note| {
            let authors = json!([review.proposed_by, review.agreed_by]);
            objects.add(note.set("authors", authors).set("labels", json!(["review"])))
        });
    }
    for (no, line) in dossier.notes.iter().enumerate() {
        let key = ["case", &no.to_string(), &line.at.to_string()];
        let note = note(frame, &key, "Note of the case", std::slice::from_ref(&line.text), about);
        note.map(|note| {
            objects.add(note.set("authors", by(&line.by)).set("labels", json!(["case-note"])))
        });
    }
}
