//! Techniques: which of MITRE ATT&CK an indicator of the dossier justifies naming. Not responsible for raising indicators.
//!
//! Invariant: this table is all of it. An indicator that has another plausible reading names no technique, which is why
//! compromised accounts (T1586), valid accounts (T1078), trusted relationships (T1199) and mailboxes made for the purpose
//! (T1585.002) are not in it: what is known of a ring does not tell them from their innocent explanations.

use crate::referral::{
    IndicatorLine,
    stix::object::{Frame, Objects},
};
use serde_json::json;

struct Technique {
    id: &'static str,
    name: &'static str,
    /// The indicator that justifies it, where it is strong.
    indicator: &'static str,
    /// What it has to say of itself; empty for anything.
    says: &'static str,
    why: &'static str,
}

const TECHNIQUES: &[Technique] = &[
    Technique {
        id: "T1656",
        name: "Impersonation",
        indicator: "impersonation",
        says: "",
        why: "One profile is claimed by people of unlike names.",
    },
    Technique {
        id: "T1585.001",
        name: "Establish Accounts: Social Media Accounts",
        indicator: "same-account-id",
        says: "",
        why: "One account is kept under several names.",
    },
    Technique {
        id: "T1219.003",
        name: "Remote Access Tools: Remote Access Hardware",
        indicator: "post-hire-corroboration",
        says: "passes keyboard and screen on over the network",
        why: "A work device is operated by hardware that passes keyboard and screen on.",
    },
];

/// Takes in the techniques that strong indicators justify.
pub(super) fn add(frame: &Frame<'_>, objects: &mut Objects) {
    for technique in TECHNIQUES {
        let justifies = |line: &&IndicatorLine| {
            let says = |text: &str| text.contains(technique.says);
            line.id == technique.indicator
                && line.strength == "strong"
                && (says(&line.reason) || line.values.iter().any(|(_, value)| says(value)))
        };
        let Some(line) = frame.dossier.indicators.iter().find(justifies) else { continue };
        let pattern = frame
            .domain("attack-pattern", &[technique.id])
            .set("name", technique.name)
            .set(
                "description",
                format!(
                    "Suspected. {} Named because of the indicator \"{}\" ({}), whose innocent explanations apply: {}.",
                    technique.why,
                    line.title,
                    line.id,
                    if line.innocent.is_empty() { "none is known".to_owned() } else { line.innocent.join("; ") },
                ),
            )
            .set(
                "external_references",
                json!([{ "source_name": "mitre-attack", "external_id": technique.id }]),
            );
        let pattern = objects.add(pattern);
        objects.add(frame.relationship("targets", &pattern, frame.author()));
    }
}
