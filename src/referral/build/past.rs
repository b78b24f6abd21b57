//! What happened: applications as received, files, timeline, decisions, custody. Not responsible for what was concluded
//! (`findings`).
//!
//! Invariant: everything names the fact or the field that it is known from.

use super::{Sight, withholding::Withholding};
use crate::{
    explain::words::capital,
    model::{
        Application, ApplicationId, Case, CaseEvent, CaseStatus, Column, FileHash, PairVerdict,
        RingStatus, Seq, ValueVerdict, Verdict,
    },
    normalize::date,
    referral::{
        Attached, CustodyLine, DecisionLine, Event, NoteLine, Original, ReferralError, Sealed,
        package::sha256,
    },
    store::Version,
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Applications as received, every version, and their sealed values. What is withheld is not in the former.
pub(super) fn originals(
    sight: &Sight<'_>,
    withheld: &Withholding,
) -> Result<(Vec<Original>, Vec<Sealed>), ReferralError> {
    let corpus = sight.ground.view.network.corpus();
    let (mut originals, mut annex) = (Vec::new(), Vec::new());
    for (no, app) in sight.apps() {
        for version in sight.ground.engine.versions(&corpus.id(app))? {
            annex.extend(sealed(no, &version.application, withheld));
            if sight.scope.originals {
                originals.push(original(sight, withheld, no, &version));
            }
        }
    }
    originals.sort_by_key(|original: &Original| (original.identity, original.seq));
    annex.sort_by(|a, b| {
        (a.identity, &a.application, &a.column).cmp(&(b.identity, &b.application, &b.column))
    });
    annex.dedup();
    Ok((originals, annex))
}

fn sealed(no: usize, application: &Application, withheld: &Withholding) -> Vec<Sealed> {
    let one = |column: &str, value: &str| Sealed {
        identity: no,
        application: application.id.clone(),
        column: column.to_owned(),
        value: value.to_owned(),
    };
    let known = application.fields.iter().filter(|(column, _)| column.is_sealed());
    let mut all: Vec<Sealed> = known.map(|(column, value)| one(column.name(), value)).collect();
    let extra = application.extra.iter().filter(|(name, _)| withheld.hides_extra(name));
    all.extend(extra.map(|(name, value)| one(name, value)));
    for (name, text) in &application.nested {
        let inside = withheld.sealed_inside(name, text);
        all.extend(inside.iter().map(|(path, value)| one(path, value)));
    }
    all
}

fn original(sight: &Sight<'_>, withheld: &Withholding, no: usize, version: &Version) -> Original {
    let Version { seq, import, application } = version;
    let mut redacted: BTreeSet<String> = BTreeSet::new();
    let mut fields = Map::new();
    for (column, value) in application.fields.iter() {
        let name = column.name().to_owned();
        if withheld.hides(column) {
            redacted.insert(name);
            continue;
        }
        let struck = withheld.struck(value);
        if struck != value {
            redacted.insert(name.clone());
        }
        fields.insert(name, Value::String(struck));
    }
    for (name, value) in &application.extra {
        if withheld.hides_extra(name) {
            redacted.insert(name.clone());
            continue;
        }
        let struck = withheld.struck(value);
        if struck != *value {
            redacted.insert(name.clone());
        }
        fields.insert(name.clone(), Value::String(struck));
    }
    for (name, text) in &application.nested {
        if let Some(value) = withheld.nested(name, text, &mut redacted) {
            fields.insert(name.clone(), value);
        }
    }
    let record = sight.ground.view.import(import);
    let body = serde_json::json!({
        "application_id": application.id.as_str(),
        "file": file_name(&application.source.file),
        "row": application.source.row,
        "import_id": import.as_str(),
        "fact": seq.0,
        "taken_out": redacted,
        "received": fields,
    });
    // Text of our own making: it encodes.
    let mut bytes = serde_json::to_vec_pretty(&body).unwrap_or_default();
    bytes.push(b'\n');
    Original {
        identity: no,
        application: application.id.clone(),
        seq: *seq,
        import: import.clone(),
        received: record.map(|record| record.started),
        source: (file_name(&application.source.file).to_owned(), application.source.row),
        path: format!("originals/{}-{}.json", plain(application.id.as_str()), seq.0),
        bytes,
        redacted: redacted.into_iter().collect(),
    }
}

/// The name of a file without its folders, which tell of the house's machines.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// An id as a file name: letters, digits, dots and hyphens, at most 60; the fact's number beside it tells it from others.
fn plain(id: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let text: String = id.chars().take(60).map(|c| if keep(c) { c } else { '_' }).collect();
    text.trim_start_matches('.').to_owned()
}

/// The files of the case, with their bytes.
pub(super) fn attachments(sight: &Sight<'_>) -> Result<Vec<Attached>, ReferralError> {
    let (Some(case), Some(attachments)) = (sight.case, sight.ground.attachments) else {
        return Ok(Vec::new());
    };
    if !sight.scope.attachments {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for file in case.files() {
        let bytes = attachments
            .bytes(&file.sha256)
            .map_err(|e| ReferralError::Attachment(format!("{}: {e}", file.name)))?;
        let digits = file.sha256.as_str().get(..12).unwrap_or_default();
        all.push(Attached {
            path: format!("originals/attachments/{digits}-{}", plain(&file.name)),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            sha256: file.sha256.clone(),
            by: file.by.clone(),
            at: file.at,
            bytes,
        });
    }
    Ok(all)
}

/// What happened, oldest first.
pub(super) fn timeline(sight: &Sight<'_>, withheld: &Withholding) -> Vec<Event> {
    let view = sight.ground.view;
    let corpus = view.network.corpus();
    let mut events = Vec::new();
    for (no, app) in sight.apps() {
        let Some(raw) = sight.raws.get(app) else { continue };
        let said = |column| raw.get(column).map(str::trim).filter(|text| !text.is_empty());
        if let Some(at) = corpus.submitted(app) {
            let role = said(Column::Role).unwrap_or("an opening");
            let through =
                said(Column::Channel).map_or_else(String::new, |c| format!(" through {c}"));
            let requisition =
                said(Column::RequisitionId).map_or_else(String::new, |r| format!(" ({r})"));
            events.push(Event {
                at,
                kind: "applied",
                identity: Some(no),
                application: Some(raw.id.clone()),
                text: withheld.struck(&format!("Applied for {role}{requisition}{through}")),
                source: "field submitted_at".to_owned(),
            });
        }
        events.extend(stages(no, &raw, withheld));
    }
    for recorded in view.lineage.get(&sight.ring.id).unwrap_or_default() {
        let event = &recorded.event;
        let other = event.other.as_ref().map_or_else(String::new, |id| format!(" with {id}"));
        events.push(Event {
            at: recorded.at,
            kind: "ring",
            identity: None,
            application: None,
            text: format!(
                "The ring {}{other}, through {}: {} applications since",
                event.kind.label(),
                event.cause.label(),
                event.members.len()
            ),
            source: format!("fact {}", recorded.seq.0),
        });
    }
    for decision in decisions(sight, withheld) {
        events.push(Event {
            at: decision.at,
            kind: "decided",
            identity: None,
            application: None,
            text: format!("{}: {}", decision.by, decision.text),
            source: format!("fact {}", decision.seq.0),
        });
    }
    // What happened at one moment stays in the order of identities, and of facts.
    events.sort_by_key(|event| event.at);
    events
}

/// What the tracking system says happened to an application, where it says when.
fn stages(no: usize, raw: &Application, withheld: &Withholding) -> Vec<Event> {
    let Some(Value::Array(list)) =
        raw.nested.get("events").and_then(|text| serde_json::from_str(text).ok())
    else {
        return Vec::new();
    };
    let one = |entry: &Value| {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::trim);
        let at = date::moment(text("at").or_else(|| text("ts"))?)?;
        let kind = text("kind").filter(|kind| !kind.is_empty())?;
        Some(Event {
            at,
            kind: "stage",
            identity: Some(no),
            application: Some(raw.id.clone()),
            text: withheld.struck(&capital(&kind.replace('_', " "))),
            source: "list events[]".to_owned(),
        })
    };
    list.iter().filter_map(one).collect()
}

/// What persons decided about the ring, its case, its named members and what they share, oldest first.
pub(super) fn decisions(sight: &Sight<'_>, withheld: &Withholding) -> Vec<DecisionLine> {
    let view = sight.ground.view;
    let corpus = view.network.corpus();
    let named: BTreeMap<ApplicationId, usize> =
        sight.apps().map(|(no, app)| (corpus.id(app), no)).collect();
    let shared: BTreeSet<_> = sight
        .ring
        .artefacts
        .iter()
        .filter_map(|artefact| artefact.attribute)
        .map(|ix| corpus.attribute(ix))
        .collect();
    let mut lines: Vec<DecisionLine> = view
        .decisions
        .iter()
        .filter_map(|decision| {
            let text = match &decision.judgement.verdict {
                Verdict::Ring { ring, verdict } if *ring == sight.ring.id => of_ring(*verdict),
                Verdict::Pair { a, b, verdict } => {
                    of_pair(*named.get(a)?, *named.get(b)?, a, b, *verdict)
                }
                Verdict::Value { attribute, verdict } if shared.contains(attribute) => {
                    let kind = attribute.kind.label();
                    let value = match withheld.withholds(attribute.kind) {
                        true => String::new(),
                        false => format!(" {}", withheld.struck(&attribute.value)),
                    };
                    match verdict {
                        ValueVerdict::Common => format!("The {kind}{value} is innocently shared"),
                        ValueVerdict::KnownBad => format!("The {kind}{value} is known bad"),
                    }
                }
                _ => return None,
            };
            Some(DecisionLine {
                seq: decision.seq,
                at: decision.judgement.at,
                by: decision.judgement.by.clone(),
                text,
                why: withheld.struck(&decision.judgement.why),
                is_withdrawn: !decision.is_in_force(),
            })
        })
        .collect();
    lines.extend(sight.case.into_iter().flat_map(|case| of_case(case, withheld)));
    lines.sort_by_key(|line| line.seq);
    lines
}

fn of_ring(verdict: RingStatus) -> String {
    match verdict {
        RingStatus::Open => "The ring is open again",
        RingStatus::Confirmed => "The ring is confirmed",
        RingStatus::Dismissed => "The ring is dismissed",
        RingStatus::Referred => "The ring is referred",
    }
    .to_owned()
}

fn of_pair(
    a: usize,
    b: usize,
    one: &ApplicationId,
    other: &ApplicationId,
    verdict: PairVerdict,
) -> String {
    let said = match verdict {
        PairVerdict::Same => "are one person's",
        PairVerdict::Different => "are two persons'",
        PairVerdict::Linked => "belong together",
        PairVerdict::NotLinked => "do not belong together",
    };
    format!("Applications {one} (identity {a}) and {other} (identity {b}) {said}")
}

fn of_case(case: &Case, withheld: &Withholding) -> Vec<DecisionLine> {
    let line = |entry: &crate::model::CaseEntry| {
        let (text, why) = match &entry.event {
            CaseEvent::StatusSet { status, why, .. } => {
                let agreed =
                    if *status == CaseStatus::ReferralReady { ", as second person" } else { "" };
                (format!("The case is \u{201c}{}\u{201d}{agreed}", status.title()), why.clone())
            }
            CaseEvent::ReferralProposed { alternatives, .. } => (
                "The case is proposed for referral, with the innocent explanations considered"
                    .to_owned(),
                alternatives.clone(),
            ),
            CaseEvent::ReferralDeclined { why } => {
                ("The proposal to refer is declined".to_owned(), why.clone())
            }
            _ => return None,
        };
        Some(DecisionLine {
            seq: entry.seq,
            at: entry.at,
            by: entry.by.clone(),
            text,
            why: withheld.struck(&why),
            is_withdrawn: false,
        })
    };
    case.history.iter().filter_map(line).collect()
}

/// The notes of the case that were not struck out, where they are part of the package.
pub(super) fn notes(sight: &Sight<'_>, withheld: &Withholding) -> Vec<NoteLine> {
    let Some(case) = sight.case.filter(|_| sight.scope.notes) else { return Vec::new() };
    let kept = case.notes.iter().filter(|note| note.struck.is_none());
    kept.map(|note| NoteLine {
        at: note.at,
        by: note.by.clone(),
        text: withheld.struck(&note.text),
    })
    .collect()
}

/// Who handled the evidence, oldest first; the making of the package last.
pub(super) fn custody(
    sight: &Sight<'_>,
    withheld: &Withholding,
    originals: &[Original],
    attachments: &[Attached],
) -> Vec<CustodyLine> {
    let view = sight.ground.view;
    let line = |seq, at, by: &str, action, item: &str, purpose: String| CustodyLine {
        seq,
        at,
        by: by.to_owned(),
        action,
        item: item.to_owned(),
        purpose,
        file: None,
        sha256: None,
        bytes: None,
    };
    let mut lines = Vec::new();
    let imports: BTreeSet<_> = originals.iter().map(|original| &original.import).collect();
    for record in view.imports.iter().filter(|record| imports.contains(&record.id)) {
        let purpose = format!("{}: {} rows read", record.id, record.counts.read);
        lines.push(line(
            None,
            record.started,
            &record.by,
            "imported",
            file_name(&record.file),
            purpose,
        ));
    }
    for original in originals {
        let Some(record) = view.import(&original.import) else { continue };
        let (file, row) = &original.source;
        lines.push(CustodyLine {
            file: Some(original.path.clone()),
            sha256: Some(sha256(&original.bytes)),
            bytes: Some(original.bytes.len() as u64),
            ..line(
                Some(original.seq),
                record.started,
                &record.by,
                "received",
                original.application.as_str(),
                format!("row {row} of {file}, kept as received"),
            )
        });
    }
    for file in attachments {
        let case = sight.case.map_or_else(String::new, |case| case.id.to_string());
        lines.push(CustodyLine {
            file: Some(file.path.clone()),
            sha256: Some(file.sha256.clone()),
            bytes: Some(file.bytes.len() as u64),
            ..line(
                attached_by(sight, &file.sha256),
                file.at,
                &file.by,
                "attached",
                &file.name,
                format!("to case {case}"),
            )
        });
    }
    for decision in decisions(sight, withheld) {
        let (seq, item) = (Some(decision.seq), &decision.text);
        lines.push(line(seq, decision.at, &decision.by, "decided", item, decision.why.clone()));
    }
    lines.sort_by(|a, b| {
        (a.at, a.seq, a.action, &a.item, &a.file).cmp(&(b.at, b.seq, b.action, &b.item, &b.file))
    });
    let (ground, scope) = (sight.ground, sight.scope);
    let to = if scope.recipient.trim().is_empty() { "not stated" } else { scope.recipient.trim() };
    lines.push(line(None, ground.at, ground.by, "referred", to, scope.purpose.trim().to_owned()));
    lines
}

fn attached_by(sight: &Sight<'_>, sha256: &FileHash) -> Option<Seq> {
    sight.case?.file(sha256).map(|file| file.seq)
}
