//! Assessments in words: the sentence first, what was raised with its reason and its innocent explanations, what speaks for
//! the applicant, what could not be assessed. Not responsible for what they amount to (`indicators`).
//!
//! Invariant: nothing is shown as a number alone, nothing that is raised without an innocent explanation, and the parts that
//! are shown add up to the total that is shown.

use crate::{
    explain::words::{capital, count, list},
    indicators::{
        Assessment, Band, EXCULPATING, Effect, Exculpated, Finding, Indicator, Rank,
        RingAssessment, State, Strength, Topic,
    },
    model::{ApplicationId, Bits},
};
use serde::Serialize;

/// An assessment as commands, pages and the API show it.
#[derive(Debug, Clone, Serialize)]
pub struct AssessmentReport {
    /// What it amounts to.
    pub band: Band,
    /// In one sentence.
    pub sentence: String,
    /// Topics less what is taken off, in bits.
    pub total: Bits,
    /// Of a hundred thousand such applications, how many are part of something before anything is looked at.
    pub prior_per_100k: u32,
    /// The same after.
    pub posterior_per_100k: u32,
    /// Why it is no higher band, where a gate holds it.
    pub held: Option<&'static str>,
    /// What each topic says.
    pub topics: Vec<TopicLine>,
    /// What was raised, most telling first.
    pub raised: Vec<RaisedLine>,
    /// What speaks for the applicant.
    pub exculpating: Vec<ExculpatedLine>,
    /// What that takes off.
    pub taken_off: Bits,
    /// What could not be assessed, and why.
    pub not_assessed: Vec<NotAssessedLine>,
    /// Indicators that looked and found nothing.
    pub clear: Vec<&'static str>,
    /// Indicators that are switched off.
    pub muted: Vec<&'static str>,
}

/// What one topic says.
#[derive(Debug, Clone, Serialize)]
pub struct TopicLine {
    /// The topic.
    pub topic: Topic,
    /// Its name for people.
    pub label: &'static str,
    /// What its indicators are worth together.
    pub said: Bits,
    /// What of that counts.
    pub counted: Bits,
    /// Why less counts than was said.
    pub why: Option<&'static str>,
}

/// One indicator that found something.
#[derive(Debug, Clone, Serialize)]
pub struct RaisedLine {
    /// Its id.
    pub indicator_id: &'static str,
    /// What it says, in a few words.
    pub title: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// How much it may say here.
    pub strength: Strength,
    /// What it is worth by itself.
    pub bits: Bits,
    /// Why it was raised.
    pub reason: String,
    /// The values it rests on.
    pub values: Vec<ValueLine>,
    /// Innocent explanations.
    pub innocent: &'static [&'static str],
    /// The application it was raised by.
    pub application_id: Option<ApplicationId>,
    /// Members of the ring who raise it; none for one of the ring itself.
    pub members: Option<usize>,
}

/// A value that an indicator rests on.
#[derive(Debug, Clone, Serialize)]
pub struct ValueLine {
    /// What it is.
    pub what: &'static str,
    /// As received.
    pub value: String,
}

/// Something that speaks for the applicant.
#[derive(Debug, Clone, Serialize)]
pub struct ExculpatedLine {
    /// Its id.
    pub id: &'static str,
    /// What speaks for the applicant.
    pub reason: String,
    /// What that does.
    pub effect: String,
}

/// An indicator that could not be assessed.
#[derive(Debug, Clone, Serialize)]
pub struct NotAssessedLine {
    /// Its id.
    pub indicator_id: &'static str,
    /// What it says, in a few words.
    pub title: &'static str,
    /// Why not.
    pub why: String,
}

/// A ring's assessment as commands, pages and the API show it.
#[derive(Debug, Clone, Serialize)]
pub struct RingReport {
    /// Where it stands in the queue, and of what that is made.
    pub rank: Rank,
    /// How far its members got, in words.
    pub reach: String,
    /// Identities that came in the thirty days before the last application.
    pub new_in_30_days: usize,
    /// The ring as a whole.
    pub assessment: AssessmentReport,
}

impl AssessmentReport {
    /// The assessment of an applicant.
    #[must_use]
    pub fn of(assessment: &Assessment) -> Self {
        Self::new(assessment, "in this application", sentence(assessment))
    }

    /// How much of what was raised counts for something; that comes first.
    #[must_use]
    pub fn counting(&self) -> usize {
        self.raised.iter().filter(|line| line.bits != Bits::ZERO).count()
    }

    /// How much of what was raised is context and counts for nothing.
    #[must_use]
    pub fn context(&self) -> usize {
        self.raised.len() - self.counting()
    }

    fn new(assessment: &Assessment, place: &str, sentence: String) -> Self {
        let raised = assessment.rows.iter().filter_map(|row| match &row.state {
            State::Raised { finding, bits, application } => {
                Some(raised(row.indicator, finding, *bits, application.clone(), None))
            }
            _ => None,
        });
        let mut raised: Vec<RaisedLine> = raised.collect();
        sort(&mut raised);
        let not_assessed = assessment.rows.iter().filter_map(|row| match row.state {
            State::NotAssessed(missing) => Some(NotAssessedLine {
                indicator_id: row.indicator.id,
                title: row.indicator.title,
                why: format!("not assessed: no {} {place}", missing.0),
            }),
            _ => None,
        });
        let of = |wanted: State| {
            let rows = assessment.rows.iter().filter(move |row| row.state == wanted);
            rows.map(|row| row.indicator.id).collect()
        };
        Self {
            band: assessment.band,
            sentence,
            total: assessment.total,
            prior_per_100k: assessment.prior_per_100k,
            posterior_per_100k: assessment.posterior_per_100k(),
            held: assessment.held,
            topics: assessment
                .topics
                .iter()
                .map(|t| TopicLine {
                    topic: t.topic,
                    label: t.topic.label(),
                    said: t.said,
                    counted: t.counted,
                    why: match t.answered {
                        true => Some("answered by a check"),
                        false if t.counted < t.said => Some("one topic counts only so far"),
                        false => None,
                    },
                })
                .collect(),
            raised,
            exculpating: assessment.exculpating.iter().map(exculpated).collect(),
            taken_off: assessment.taken_off,
            not_assessed: not_assessed.collect(),
            clear: of(State::Clear),
            muted: of(State::Muted),
        }
    }
}

impl RingReport {
    /// The assessment of a ring.
    #[must_use]
    pub fn of(ring: &RingAssessment) -> Self {
        let mut assessment = AssessmentReport::new(
            &ring.ring,
            "in any application of the ring",
            ring_sentence(ring),
        );
        for signal in &ring.signals {
            let first = signal.members.first().and_then(|&place| ring.members.get(place));
            let Some(State::Raised { finding, application, .. }) =
                first.and_then(|member| member.state(signal.indicator.id))
            else {
                continue;
            };
            let members = Some(signal.members.len());
            let line = raised(signal.indicator, finding, signal.bits, application.clone(), members);
            let reason = format!(
                "{} of {} members; for one: {}",
                signal.members.len(),
                ring.members.len(),
                line.reason
            );
            assessment.raised.push(RaisedLine { reason, ..line });
        }
        sort(&mut assessment.raised);
        Self { rank: ring.rank, reach: reach(ring), new_in_30_days: ring.recent, assessment }
    }
}

fn sort(raised: &mut [RaisedLine]) {
    raised.sort_by_key(|line| (std::cmp::Reverse((line.bits, line.strength)), line.indicator_id));
}

fn raised(
    indicator: &Indicator,
    finding: &Finding,
    bits: Bits,
    application_id: Option<ApplicationId>,
    members: Option<usize>,
) -> RaisedLine {
    let values = finding.values.iter();
    RaisedLine {
        indicator_id: indicator.id,
        title: indicator.title,
        topic: indicator.topic,
        strength: finding.strength,
        bits,
        reason: finding.reason.clone(),
        values: values.map(|(what, value)| ValueLine { what, value: value.clone() }).collect(),
        innocent: indicator.innocent,
        application_id,
        members,
    }
}

fn exculpated(one: &Exculpated) -> ExculpatedLine {
    let listed = EXCULPATING.iter().find(|e| e.id == one.id).map_or("", |e| e.effect);
    let effect = match one.effect {
        Effect::Answers(topic) => {
            format!("\"{}\" counts for nothing any more", topic.label())
        }
        Effect::OfMembers => "counts in the member's own assessment".to_owned(),
        _ => listed.to_owned(),
    };
    ExculpatedLine { id: one.id, reason: one.reason.clone(), effect }
}

/// What an assessment amounts to, in one sentence: what is raised, and what is to be done.
#[must_use]
pub fn sentence(assessment: &Assessment) -> String {
    let raised = assessment.raised();
    let counting: Vec<_> =
        raised.iter().filter(|(_, f, _)| f.strength > Strength::Context).collect();
    let assessed = assessment.rows.iter().filter(|r| !matches!(r.state, State::NotAssessed(_)));
    let assessed = count(assessed.count(), "indicator", "indicators");
    let all = assessment.rows.len();
    match (assessment.band, counting.len()) {
        (Band::None, 0) => format!("Nothing stands out: {assessed} of {all} could be assessed."),
        (Band::None, n) if assessment.total < assessment.said() => format!(
            "Nothing that would stand out once what speaks for the applicant is taken off: {}; {assessed} of {all} could be assessed.",
            count(n, "indicator", "indicators")
        ),
        (Band::None, n) => format!(
            "Nothing that would stand out: {}, ordinary by itself; {assessed} of {all} could be assessed.",
            count(n, "weak indicator", "weak indicators")
        ),
        (band, _) => format!(
            "{}: {}; {assessed} of {all} could be assessed.",
            capital(band.about()),
            titles(&counting.iter().map(|(i, ..)| i.title).collect::<Vec<_>>())
        ),
    }
}

fn ring_sentence(ring: &RingAssessment) -> String {
    let mut raised = ring.ring.raised();
    raised.retain(|(_, f, _)| f.strength > Strength::Context);
    let mut all: Vec<(Bits, &'static str)> = raised.iter().map(|(i, _, b)| (*b, i.title)).collect();
    all.extend(
        ring.signals.iter().filter(|s| s.bits > Bits::ZERO).map(|s| (s.bits, s.indicator.title)),
    );
    all.sort_by_key(|(bits, title)| (std::cmp::Reverse(*bits), *title));
    let what = match all.is_empty() {
        true => "no indicator beside what its members share".to_owned(),
        false => titles(&all.iter().map(|(_, title)| *title).collect::<Vec<_>>()),
    };
    format!("{}: {what}; {}.", capital(ring.band().about()), reach(ring))
}

fn reach(ring: &RingAssessment) -> String {
    let farthest = ring.reach.label();
    match ring.advanced {
        0 => format!("nobody at an offer or beyond, the farthest {farthest}"),
        n => format!(
            "{} at an offer or beyond, the farthest {farthest}",
            count(n, "member", "members")
        ),
    }
}

/// The first titles, inside a sentence.
fn titles(all: &[&str]) -> String {
    let mut shown: Vec<String> =
        all.iter().take(3).map(|t| crate::explain::words::inside(t)).collect();
    if all.len() > 3 {
        shown.push(count(all.len() - 3, "other indicator", "other indicators"));
    }
    list(&shown)
}
