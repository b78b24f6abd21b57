//! One comparison in words: both values as the source wrote them, what it is worth and why. Not responsible for
//! weighing.
//!
//! Invariant: sealed values are never shown, only whether they agree.

use crate::{
    explain::{passage::Common, words::count},
    matching::{Corpus, Feature, feature},
    model::{Agreement, AppIx, Application, Bits, Column, Evidence, EvidenceLine, FeatureId},
    normalize::normalize,
};

/// Reads an application as received; none when it cannot be read.
pub type Raw<'a> = &'a dyn Fn(AppIx) -> Option<Application>;

/// Longest value shown, in characters; resumes are cut.
const LONGEST: usize = 160;

/// Evidence of a link, in words.
#[must_use]
pub fn line(corpus: &Corpus, evidence: &Evidence, raw: Raw<'_>) -> EvidenceLine {
    let feature = feature(evidence.feature);
    let mut line = plain(evidence.feature, evidence.bits, evidence.left, evidence.right, raw);
    line.attribute = evidence.attribute.map(|ix| corpus.attribute(ix));
    // A discount that rounds to nothing is none.
    line.discount = evidence.discount.filter(|d| d.bits.hundredths().abs() >= 5);
    line.sentence = match (&line.discount, evidence.bits > Bits::ZERO) {
        (Some(d), _) if d.bits > Bits::ZERO && evidence.attribute.is_none() => format!(
            "{}; counts less beside stronger evidence of its kind: {:.1} bits taken off",
            near(corpus, evidence, raw),
            d.bits.get()
        ),
        (Some(d), _) if d.bits > Bits::ZERO => format!(
            "{} shared, judged as {}: {} use it, {} of them with something else in common; {:.1} bits taken off",
            feature.label(),
            d.class.label(),
            count(d.users as usize, "applicant", "applicants"),
            d.corroborated,
            d.bits.get()
        ),
        (Some(d), _) => format!(
            "{} shared, {}: {:.1} bits added",
            feature.label(),
            d.class.label(),
            -d.bits.get()
        ),
        (None, true) => match evidence.attribute {
            Some(ix) => format!(
                "{} shared; {} in the whole store use it",
                feature.label(),
                count(corpus.uses(ix) as usize, "application", "applications")
            ),
            None => near(corpus, evidence, raw),
        },
        (None, false) => feature.label().to_owned(),
    };
    line
}

/// What a comparison without one shared value found, in words.
fn near(corpus: &Corpus, evidence: &Evidence, raw: Raw<'_>) -> String {
    let feature = feature(evidence.feature);
    match feature.name() {
        "resume_text" => {}
        "network_week" => return "Different addresses of one network within a week".to_owned(),
        _ => return format!("{} nearly the same", feature.label()),
    }
    let said = "Resume texts have passages in common that few others use";
    let (left, right) = (raw(evidence.left), raw(evidence.right));
    let common = left.as_ref().zip(right.as_ref()).and_then(|(left, right)| {
        let apps = [corpus.app(evidence.left), corpus.app(evidence.right)];
        Common::of(corpus, [&apps[0], &apps[1]], [left, right])
    });
    match common {
        Some(common) => format!("{said}: {}", common.clause()),
        None => said.to_owned(),
    }
}

/// A comparison for "one person", in words.
#[must_use]
pub fn plain(id: FeatureId, bits: Bits, left: AppIx, right: AppIx, raw: Raw<'_>) -> EvidenceLine {
    let feature = feature(id);
    let agreement = match bits.cmp(&Bits::ZERO) {
        std::cmp::Ordering::Greater => Agreement::Supports,
        std::cmp::Ordering::Equal => Agreement::Neutral,
        std::cmp::Ordering::Less => Agreement::Contradicts,
    };
    let says = match agreement {
        Agreement::Supports => "speaks for one person",
        Agreement::Neutral => "says nothing",
        Agreement::Contradicts => "speaks against one person",
    };
    let (a, b) = (raw(left), raw(right));
    let source = |application: &Option<Application>| {
        application.as_ref().map_or_else(String::new, |a| {
            format!("{} row {} ({})", a.source.file, a.source.row, a.id)
        })
    };
    EvidenceLine {
        feature: feature.name(),
        label: feature.label(),
        family: feature.family(),
        agreement,
        bits,
        left: shown(feature, a.as_ref()),
        right: shown(feature, b.as_ref()),
        sentence: format!("{} {says}", feature.label()),
        attribute: None,
        discount: None,
        sources: [source(&a), source(&b)],
    }
}

/// The value as the source wrote it; the canonical value where it came from a nested list.
fn shown(feature: &dyn Feature, application: Option<&Application>) -> String {
    if feature.columns().iter().any(|c| Column::is_sealed(*c)) {
        return "(sealed)".to_owned();
    }
    let raw: Vec<&str> = feature
        .columns()
        .iter()
        .filter_map(|&column| application?.get(column))
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect();
    let text = if raw.is_empty() {
        application.and_then(|a| feature.value(&normalize(a))).unwrap_or_default()
    } else {
        raw.join(", ")
    };
    if text.chars().count() > LONGEST {
        text.chars().take(LONGEST).chain("…".chars()).collect()
    } else {
        text
    }
}
