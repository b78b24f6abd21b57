//! Search: one box for names, phones, mailboxes, addresses, handles and ids, misspelt too. Not responsible for
//! showing results.
//!
//! Invariant: every hit says why it is one; results are sorted.

use crate::{
    engine::View,
    model::{AppIx, ApplicantId, AttributeIx, AttributeKind, RingId},
    normalize,
};
use rayon::prelude::*;
use serde::Serialize;

/// What a hit leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    /// A ring.
    Ring,
    /// An applicant.
    Applicant,
    /// An attribute.
    Attribute,
}

/// One result of a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// What it leads to.
    pub kind: HitKind,
    /// Its id.
    pub id: String,
    /// What it is shown as.
    pub label: String,
    /// Why it is a hit.
    pub reason: String,
    /// How well it fits, 0 to 100.
    pub fit: u8,
}

impl View {
    /// What fits `text`, best first, at most `limit`. O(applications + attributes).
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<Hit> {
        let text: String = text.trim().chars().take(200).collect();
        if text.is_empty() {
            return Vec::new();
        }
        let mut hits = self.by_id(&text);
        hits.extend(self.by_value(&text));
        hits.extend(self.by_name(&text));
        hits.sort_by(|a, b| {
            b.fit.cmp(&a.fit).then_with(|| (&a.kind, &a.id).cmp(&(&b.kind, &b.id)))
        });
        let mut seen = std::collections::BTreeSet::new();
        hits.retain(|hit| seen.insert((hit.kind.clone(), hit.id.clone())));
        hits.truncate(limit);
        hits
    }

    fn applicant_hit(&self, app: AppIx, reason: String, fit: u8) -> Hit {
        let ix = self.network.applicant_of(app);
        Hit {
            kind: HitKind::Applicant,
            id: self.network.applicant(ix).id.to_string(),
            label: self.network.label(ix).to_owned(),
            reason,
            fit,
        }
    }

    fn by_id(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        if let Some(ring) = text.parse::<RingId>().ok().filter(|id| self.lineage.contains(id)) {
            let reason = "ring id".to_owned();
            hits.push(Hit {
                kind: HitKind::Ring,
                id: ring.to_string(),
                label: ring.to_string(),
                reason,
                fit: 100,
            });
        }
        if let Some(ix) = text.parse::<ApplicantId>().ok().and_then(|id| self.network.find(&id)) {
            let app = self.network.newest(ix).unwrap_or_default();
            hits.push(self.applicant_hit(app, "applicant id".to_owned(), 100));
        }
        if let Some(app) = text.parse().ok().and_then(|id| self.network.corpus().find(&id)) {
            hits.push(self.applicant_hit(app, format!("application {text}"), 100));
        }
        if let Some(ix) = text.parse().ok().and_then(|id| self.network.corpus().find_attribute(&id))
        {
            hits.extend(self.attribute_hit(ix, "attribute id".to_owned(), 100));
        }
        hits
    }

    fn attribute_hit(&self, ix: AttributeIx, reason: String, fit: u8) -> Option<Hit> {
        let attribute = self.network.corpus().attribute(ix);
        // A sealed value is found by nobody who does not know it, and shown to nobody.
        let label = if attribute.is_sealed() {
            format!("{} (sealed)", attribute.kind.label())
        } else {
            attribute.value.clone()
        };
        Some(Hit { kind: HitKind::Attribute, id: attribute.id().to_string(), label, reason, fit })
    }

    /// Attributes whose canonical value is, or contains, what was typed in any of its readings.
    fn by_value(&self, text: &str) -> Vec<Hit> {
        let corpus = self.network.corpus();
        let phone = normalize::phone::parse(text, None).map(|p| p.e164);
        let email = normalize::email::parse(text).map(|e| e.canonical);
        let folded = text.to_lowercase();
        // "Maple Court" is kept as "maple ct".
        let street = normalize::address::parse_line(text).and_then(|a| {
            let street = a.street?;
            let whole = a.number.map_or_else(|| street.to_string(), |n| format!("{n} {street}"));
            (whole.len() >= 4).then_some(whole)
        });
        (0..corpus.attribute_numbers().len())
            .into_par_iter()
            .filter_map(|i| {
                let ix = AttributeIx::new(i);
                let kind = corpus.kind(ix);
                if kind.is_sealed() || corpus.uses(ix) == 0 {
                    return None;
                }
                let value = corpus.value(ix);
                let (reason, fit) =
                    if kind == AttributeKind::Phone && phone.as_deref() == Some(value) {
                        ("the same number", 98)
                    } else if kind == AttributeKind::Email && email.as_deref() == Some(value) {
                        ("the same mailbox", 98)
                    } else if value == folded {
                        ("exactly this value", 96)
                    } else if kind == AttributeKind::Address
                        && street.as_ref().is_some_and(|s| value.contains(s.as_str()))
                    {
                        ("the street", 80)
                    } else if folded.chars().count() >= 3 && value.contains(&folded) {
                        ("contains it", 70)
                    } else {
                        return None;
                    };
                self.attribute_hit(ix, format!("{}: {reason}", kind.label()), fit)
            })
            .collect()
    }

    /// Applicants whose name has every word typed, in any order, spelt alike.
    fn by_name(&self, text: &str) -> Vec<Hit> {
        let corpus = self.network.corpus();
        let Some(typed) = normalize::name::parse(text) else { return Vec::new() };
        (0..corpus.len())
            .into_par_iter()
            .filter_map(|i| {
                let app = AppIx::new(i);
                let x = corpus.app(app);
                let mut fit = if x.has_name() { 95.0_f64 } else { return None };
                for word in &typed.tokens {
                    let best = x
                        .tokens()
                        .map(|token| word_fit(word, corpus.tokens().text(token)))
                        .fold(0.0_f64, f64::max);
                    if best < 0.86 {
                        return None;
                    }
                    fit = fit.min(95.0 * best);
                }
                let reason =
                    if fit > 94.0 { "name" } else { "a name spelt much like it" }.to_owned();
                // A percentage between 0 and 95.
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "0 to 95"
                )]
                let fit = fit as u8;
                Some(self.applicant_hit(app, reason, fit))
            })
            .collect()
    }
}

fn word_fit(word: &str, token: &str) -> f64 {
    if word == token {
        1.0
    } else if word.len() >= 3 && token.starts_with(word) {
        0.95
    } else if word.len() < 3 {
        0.0
    } else {
        strsim::jaro_winkler(word, token) * 0.97
    }
}
