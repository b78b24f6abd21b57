//! Reached offer, shipment or access: members of rings who got that far in the period, and who has to act. Not responsible for
//! the words of stages (`indicators::Reach`).
//!
//! How far somebody got is urgency and never evidence. Rings that people dismissed are left out, unless the filter asks for
//! them.

use crate::{
    explain::{
        nouns,
        words::{count, list},
    },
    indicators::{Band, Reach},
    model::{ApplicantIx, ApplicationId, Ring, RingStatus},
    reports::{
        Line, ReportError, Section, Target, Text, ground::Ground, sections::SectionKind, stage,
    },
};

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "reached",
    title: "Reached offer, shipment or access",
    about: "Members of rings whose stage rose in the period to an offer, being hired, equipment sent or access to systems, the \
            farthest first; dismissed rings are left out.",
    build,
};

/// Lines that are shown.
const MOST: usize = 50;

/// Somebody who got farther.
struct Risen<'a> {
    ring: &'a Ring,
    band: Band,
    who: ApplicantIx,
    application: ApplicationId,
    from: Option<Reach>,
    to: Reach,
}

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let mut all = Vec::new();
    for (ring, assessment) in ground.rings() {
        let is_wanted = ring.status != RingStatus::Dismissed
            || ground.filter.statuses.contains(&RingStatus::Dismissed);
        if assessment.reach >= Reach::Offer && is_wanted {
            for &member in &ring.members {
                all.extend(risen(ground, ring, assessment.band(), member)?);
            }
        }
    }
    if all.is_empty() {
        return Ok(Section::nothing(
            "No member of a ring reached an offer, a shipment or access in this period.",
        ));
    }
    // The queue's order stays among those who got equally far.
    all.sort_by_key(|risen| std::cmp::Reverse(risen.to));
    let told: Vec<String> = Reach::ALL
        .iter()
        .rev()
        .filter_map(|reach| {
            let n = all.iter().filter(|risen| risen.to == *reach).count();
            (n > 0).then(|| format!("{n} {}", reach.label()))
        })
        .collect();
    let summary = format!(
        "{} got farther in this period: {}.",
        count(all.len(), "member of a ring", "members of rings"),
        list(&told)
    );
    let lines: Vec<Line> = all.iter().take(MOST).map(|risen| line(ground, risen)).collect();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let more = number(all.len() - lines.len());
    Ok(Section { n: number(all.len()), summary, lines, more, ..Section::default() })
}

/// Whether somebody got farther in the period than they ever were before, through what came in it.
fn risen<'a>(
    ground: &Ground<'_>,
    ring: &'a Ring,
    band: Band,
    who: ApplicantIx,
) -> Result<Option<Risen<'a>>, ReportError> {
    let (engine, period) = (ground.engine, &ground.period);
    let network = &ground.view.network;
    let ids: Vec<ApplicationId> =
        network.applicant(who).applications.iter().map(|&app| network.corpus().id(app)).collect();
    let mut best: Option<(Reach, ApplicationId)> = None;
    for id in ids.iter().filter(|id| period.arrived.contains_key(*id)) {
        let Some(reach) = stage::reach_by(engine, id, period.until.seq)? else { continue };
        // Of several that got equally far, the first by id.
        let is_better = |(known, by): &(Reach, ApplicationId)| {
            (reach, std::cmp::Reverse(id)) > (*known, std::cmp::Reverse(by))
        };
        if best.as_ref().is_none_or(is_better) {
            best = Some((reach, id.clone()));
        }
    }
    let Some((to, application)) = best.filter(|(reach, _)| *reach >= Reach::Offer) else {
        return Ok(None);
    };
    let mut from = None;
    for id in &ids {
        from = from.max(stage::reach_by(engine, id, period.since.seq)?);
    }
    let risen = Risen { ring, band, who, application, from, to };
    Ok(from.is_none_or(|from| from < to).then_some(risen))
}

fn line(ground: &Ground<'_>, risen: &Risen<'_>) -> Line {
    let network = &ground.view.network;
    let from = match risen.from {
        None => "new in this period".to_owned(),
        Some(Reach::Applied) => "before: applied".to_owned(),
        Some(from) => format!("before: {}", from.label()),
    };
    let text = Text::from(ground.person(risen.who))
        .and(format!(" is {} ({from}), in ", risen.to.label()))
        .with(ground.ring(risen.ring))
        .and(format!(
            ", {} ({}).",
            count(risen.ring.identities as usize, "claimed identity", "claimed identities"),
            risen.ring.status.name()
        ));
    let shared: Vec<_> =
        risen.ring.artefacts.iter().filter(|a| a.members.contains(&risen.who)).collect();
    let nouns = nouns(network, shared.iter().copied());
    let mut evidence = vec![Text::plain(format!("Application {}", risen.application))];
    if !nouns.is_empty() {
        evidence.push(Text::plain(format!("Shares with other members: {}", list(&nouns))));
    }
    evidence.push(Text::plain(format!("The ring asks: {}", risen.band.about())));
    let mut innocent: Vec<String> = vec![
        "People are offered work and hired; by itself it says nothing against them.".to_owned(),
    ];
    let explained = crate::explain::innocent(network, shared.iter().copied());
    innocent.extend(explained.into_iter().take(2).map(str::to_owned));
    Line {
        at: None,
        about: Some(Target::Ring(risen.ring.id.clone())),
        text,
        evidence,
        innocent,
        act: Some(act(risen.to).to_owned()),
    }
}

/// Who has to do what.
fn act(reach: Reach) -> &'static str {
    match reach {
        Reach::Applied | Reach::Interview => "The investigator looks at the ring.",
        Reach::Offer => "Recruiting verifies identity, best in person, before the offer is signed.",
        Reach::Hired => "Recruiting and security verify identity before the first day of work.",
        Reach::Shipped => "IT stops or recalls the equipment until identity is verified.",
        Reach::Access => {
            "Security reviews the access now, keeps its records before it ends it, and looks for others of the ring."
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{reports::Sight, reports::sections::trial::Trial};

    const HEAD: &str = "application_id,full_name,email,phone,device_id,bank_account_hash,submitted_at,stage,outcome\n";
    const RING: &str = "\
A1,Ada Quill,ada@example.com,202-555-0101,dev-1,acc-1,2026-01-02,applied,\n\
A2,Bruno Tarn,bruno@example.com,202-555-0101,dev-1,acc-1,2026-01-03,interview,\n\
A3,Cleo Okafor,cleo@example.com,202-555-0101,dev-1,acc-1,2026-01-04,offer,\n";
    const ALONE: &str =
        "B1,Fenna Lindqvist,fenna@example.org,202-555-0199,dev-9,acc-9,2026-01-05,hired,\n";

    #[test]
    fn a_member_who_reaches_an_offer_is_told_once_and_nobody_outside_of_rings() {
        let trial = Trial::new();
        trial.import(&format!("{HEAD}{RING}{ALONE}"));
        let first = trial.section("reached", 0);
        assert_eq!(first.n, 1, "{first:?}");
        let line = &first.lines[0];
        assert!(line.text.said(Sight::Full).contains("Cleo Okafor is with an offer"), "{line:?}");
        assert!(!line.text.said(Sight::Counts).contains("Cleo"));
        assert!(!line.innocent.is_empty() && line.act.as_ref().unwrap().contains("Recruiting"));
        let seen = trial.head();
        // The same again, and somebody who only gets to an interview.
        trial.import(&format!(
            "{HEAD}A3,Cleo Okafor,cleo@example.com,202-555-0101,dev-1,acc-1,2026-01-04,offer,second call\n\
             A1,Ada Quill,ada@example.com,202-555-0101,dev-1,acc-1,2026-01-02,interview,\n"
        ));
        let quiet = trial.section("reached", seen);
        assert_eq!((quiet.n, quiet.lines.len()), (0, 0), "{quiet:?}");
        assert!(quiet.summary.starts_with("No member"));
        trial.import(&format!(
            "{HEAD}A3,Cleo Okafor,cleo@example.com,202-555-0101,dev-1,acc-1,2026-01-04,hired,\n"
        ));
        let risen = trial.section("reached", seen);
        assert!(risen.lines[0].text.said(Sight::Full).contains("hired (before: with an offer)"));
        assert_eq!(trial.section_of("reached", seen, "min=9").n, 0, "the filter is respected");
    }
}
