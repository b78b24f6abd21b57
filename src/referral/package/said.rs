//! Every text of a dossier, for those who have to look through all of them. Not responsible for what is done with them.
//!
//! Invariant: each struct is taken apart whole, so that a new field that is forgotten here does not compile. The annex is
//! not among them, nor are the bytes of originals and attachments, which are files of their own.

use crate::referral::*;

/// Every text of a dossier but the annex. O(texts).
pub(super) fn texts(dossier: &Dossier) -> Vec<&str> {
    let Dossier {
        heading,
        summary,
        identities,
        things,
        links,
        timeline,
        indicators,
        against,
        gates,
        decisions,
        alternatives,
        explanations,
        notes,
        withheld,
        bystanders: _,
        custody,
        originals,
        attachments,
        method,
        annex: _,
    } = dossier;
    let mut all = Vec::new();
    of_heading(heading, &mut all);
    all.extend(strs(summary));
    identities.iter().for_each(|identity| of_identity(identity, &mut all));
    things.iter().for_each(|thing| of_thing(thing, &mut all));
    links.iter().for_each(|link| of_link(link, &mut all));
    for Event { at: _, kind, identity: _, application, text, source } in timeline {
        all.extend([*kind, text, source]);
        all.extend(application.as_ref().map(|id| id.as_str()));
    }
    indicators.iter().for_each(|indicator| of_indicator(indicator, &mut all));
    all.extend(strs(against));
    for GateLine { name, passed: _, detail } in gates {
        all.extend([name.as_str(), detail]);
    }
    for DecisionLine { seq: _, at: _, by, text, why, is_withdrawn: _ } in decisions {
        all.extend([by.as_str(), text, why]);
    }
    all.push(alternatives);
    all.extend(strs(explanations));
    for NoteLine { at: _, by, text } in notes {
        all.extend([by.as_str(), text]);
    }
    for Withheld { what, count: _, why } in withheld {
        all.extend([what.as_str(), why]);
    }
    for line in custody {
        let CustodyLine { seq: _, at: _, by, action, item, purpose, file, sha256: _, bytes: _ } =
            line;
        all.extend([by.as_str(), action, item, purpose]);
        all.extend(file.as_deref());
    }
    originals.iter().for_each(|original| of_original(original, &mut all));
    for attached in attachments {
        let Attached { path, name, media_type, sha256: _, by, at: _, bytes: _ } = attached;
        all.extend([path.as_str(), name, media_type, by]);
    }
    let Method { how, weights, limits, applications: _, applicants: _ } = method;
    all.extend(strs(how));
    all.extend(weights.iter().flat_map(|(name, about, _)| [name.as_str(), about]));
    all.extend(strs(limits));
    all
}

fn strs(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().map(String::as_str)
}

fn of_heading<'d>(heading: &'d Heading, all: &mut Vec<&'d str>) {
    let Heading {
        referral: _,
        supersedes: _,
        ring: _,
        status: _,
        case,
        review,
        wording,
        profile: _,
        tlp: _,
        recipient,
        purpose,
        by,
        at: _,
        organisation,
        head: _,
        head_hash: _,
        policy,
        version,
        first_seen: _,
        last_seen: _,
    } = heading;
    all.extend([wording.as_str(), recipient, purpose, by, policy, version]);
    all.extend(case.as_ref().map(|(_, title)| title.as_str()));
    if let Some(review) = review {
        all.extend([review.proposed_by.as_str(), &review.agreed_by]);
    }
    let Organisation { name, address, phone, email, contact, counsel } = organisation;
    all.extend([name.as_str(), address, phone, email, contact, counsel]);
}

fn of_identity<'d>(identity: &'d Identity, all: &mut Vec<&'d str>) {
    let Identity { no: _, id: _, label, claims, applications, things: _, is_cut: _ } = identity;
    all.push(label);
    for Claim { column, about, value, applications } in claims {
        all.extend([column.as_str(), about, value]);
        all.extend(applications.iter().map(|id| id.as_str()));
    }
    for line in applications {
        let ApplicationLine {
            id,
            submitted: _,
            requisition,
            role,
            channel,
            agency,
            stage,
            outcome,
        } = line;
        all.extend([id.as_str(), requisition, role, channel, agency, stage, outcome]);
    }
}

fn of_thing<'d>(thing: &'d Thing, all: &mut Vec<&'d str>) {
    let Thing {
        no: _,
        id: _,
        kind: _,
        label,
        value,
        spellings,
        family,
        class,
        bits: _,
        identities: _,
        sharers: _,
        others: _,
        first_seen: _,
        last_seen: _,
        is_delivery: _,
        innocent,
        judged,
    } = thing;
    all.extend([label.as_str(), value.text(), family, class, innocent, judged]);
    all.extend(strs(spellings));
}

fn of_link<'d>(link: &'d LinkLine, all: &mut Vec<&'d str>) {
    let LinkLine { a: _, b: _, class, bits: _, binds: _, is_weak_bridge: _, evidence } = link;
    all.push(class);
    for line in evidence {
        let EvidenceLine {
            feature,
            label,
            agreement,
            bits: _,
            left,
            right,
            thing: _,
            text,
            applications,
        } = line;
        all.extend([feature.as_str(), label, agreement, left, right, text]);
        all.extend(applications.iter().map(|id| id.as_str()));
    }
}

fn of_indicator<'d>(indicator: &'d IndicatorLine, all: &mut Vec<&'d str>) {
    let IndicatorLine {
        id,
        title,
        topic,
        strength,
        bits: _,
        reason,
        values,
        innocent,
        identities: _,
    } = indicator;
    all.extend([id.as_str(), title, topic, strength, reason]);
    all.extend(values.iter().flat_map(|(what, value)| [what.as_str(), value]));
    all.extend(strs(innocent));
}

fn of_original<'d>(original: &'d Original, all: &mut Vec<&'d str>) {
    let Original {
        identity: _,
        application,
        seq: _,
        import: _,
        received: _,
        source,
        path,
        bytes: _,
        redacted,
    } = original;
    all.extend([application.as_str(), source.0.as_str(), path]);
    all.extend(strs(redacted));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_wrote_is_among_the_texts_and_the_annex_is_not() {
        let dossier = sample::dossier(3);
        let all = texts(&dossier);
        let holds = |part: &str| all.iter().any(|text| text.contains(part));
        for part in ["Ada Quill", "Called the building", "12 Dock Street", "A parcel counter"] {
            assert!(holds(part), "{part}");
        }
        assert!(!holds("1990-01-02"));
    }
}
