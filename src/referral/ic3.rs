//! `ic3.txt`: what the complaint form of the FBI's Internet Crime Complaint Center asks for, in the order of the form, ready
//! to paste. Not responsible for filing it.
//!
//! The form is filled by a person, who signs it: what is not known says "not held" and is never made up, and whoever is
//! named may be a victim.
//!
//! Invariant: marked at top and bottom; no line is wider than 78 columns but for one word; the description fits its field.

use crate::{
    model::ReferralProfile,
    referral::{
        Dossier, Identity, PackageFile, Part, ReferralError, Thing, Value,
        plain::plain,
        prose::Prose,
        tables::{CAUTION, Claims, distinct, seen},
    },
};
use std::collections::BTreeMap;

/// What is said of what is not known.
const NOT_HELD: &str = "not held";

/// What the field of the description takes, in characters.
const DESCRIPTION: usize = 3_500;

/// Applications of a subject that are named; the rest is counted.
const NAMED: usize = 5;

/// Things, indicators and openings that the description names.
const TOLD: usize = 10;

/// The complaint, ready to paste.
#[derive(Debug)]
pub struct Ic3;

impl Part for Ic3 {
    fn name(&self) -> &'static str {
        "ic3"
    }

    fn about(&self) -> &'static str {
        "what the FBI's complaint form (IC3) asks for, in the order of the form, ready to paste"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let is_for_police = dossier.heading.profile != ReferralProfile::PeerEmployer;
        if !is_for_police || dossier.identities.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![PackageFile::new("ic3.txt", self.about(), "text/plain", written(dossier))])
    }
}

fn written(dossier: &Dossier) -> Vec<u8> {
    let heading = &dossier.heading;
    let mut page = Prose::new();
    page.paragraph(heading.tlp.label());
    page.blank();
    page.title("Complaint to the Internet Crime Complaint Center (IC3), ready to paste");
    page.blank();
    page.paragraph(&format!(
        "Referral {} of {}, made by {} with Ringer {}.",
        heading.referral, heading.at, heading.by, heading.version
    ));
    page.blank();
    page.paragraph(
        "Each section is a part of the form at www.ic3.gov, in its order; paste what stands behind the colon. \"Not held\" means \
         that it is not known here: leave the field empty, or ask. Nobody below is accused: every person is named as claimed, \
         and may be the victim of an identity theft.",
    );
    filing(&mut page, dossier);
    affected(&mut page, dossier);
    transactions(&mut page);
    subjects(&mut page, dossier);
    description(&mut page, dossier);
    other(&mut page, dossier);
    signature(&mut page);
    page.blank();
    page.paragraph(heading.tlp.label());
    page.into_bytes()
}

fn or(text: &str) -> &str {
    if text.trim().is_empty() { NOT_HELD } else { text }
}

fn filing(page: &mut Prose, dossier: &Dossier) {
    let house = &dossier.heading.organisation;
    page.section("1. Who is filing this complaint");
    page.field("Were you the one affected", "no, filed on behalf of a business, the employer");
    page.field("Your name", or(&house.contact));
    page.field("Your phone number", or(&house.phone));
    page.field("Your e-mail address", or(&house.email));
}

fn affected(page: &mut Prose, dossier: &Dossier) {
    let house = &dossier.heading.organisation;
    page.section("2. Who was affected");
    page.field("On behalf of a business", "yes");
    page.field("Business name", or(&house.name));
    page.field("Address", or(&house.address));
    page.field("Phone number", or(&house.phone));
    page.field("E-mail address", or(&house.email));
    page.field("Point of contact", or(&house.contact));
    page.field("Counsel", or(&house.counsel));
    page.field("Is it affecting business operations now", NOT_HELD);
}

fn transactions(page: &mut Prose) {
    page.section("3. Financial transactions");
    page.field("Was money sent or lost", NOT_HELD);
    for name in [
        "Transaction type",
        "Amount",
        "Date",
        "Account it came from",
        "Account and name of the recipient",
    ] {
        page.field(name, NOT_HELD);
    }
    page.paragraph(
        "Payments (wages, equipment, refunds, transfers) are not kept in this system. Ask payroll and purchasing before filing.",
    );
}

fn subjects(page: &mut Prose, dossier: &Dossier) {
    page.section("4. Information about the subjects");
    let all = dossier.identities.len();
    page.paragraph(&format!(
        "{all} claimed identities. The form takes one at a time; add a further subject for each. In the name field, keep \"({CAUTION})\"."
    ));
    for identity in &dossier.identities {
        page.blank();
        subject(page, identity, all);
    }
}

fn subject(page: &mut Prose, identity: &Identity, all: usize) {
    let claims = Claims(identity);
    page.paragraph(&format!("Subject {} of {all}", identity.no));
    let mut names = claims.of("full_name");
    if names.is_empty() {
        names.push(identity.label.clone());
    }
    page.field("Name", &format!("{} ({CAUTION})", names.join("; also ")));
    page.field("Business name", NOT_HELD);
    page.fields("Address", &claims.homes(), NOT_HELD);
    page.fields("Address for deliveries", &claims.deliveries(), NOT_HELD);
    page.fields("Phone number", &claims.of("phone"), NOT_HELD);
    page.fields("E-mail address", &claims.of("email"), NOT_HELD);
    let sites = ["linkedin", "github", "website"].into_iter().flat_map(|column| claims.of(column));
    page.fields("Website or social media account", &distinct(sites), NOT_HELD);
    page.fields("IP address", &claims.of("ip"), NOT_HELD);
    let mut applications: Vec<String> = identity
        .applications
        .iter()
        .take(NAMED)
        .map(|line| {
            let when = line
                .submitted
                .map_or_else(|| "at an unknown time".to_owned(), |at| format!("on {at}"));
            let role =
                if line.role.is_empty() { String::new() } else { format!(" for {}", line.role) };
            let by = if line.channel.is_empty() {
                String::new()
            } else {
                format!(", via {}", line.channel)
            };
            format!("{} {when}{role}{by}", line.id)
        })
        .collect();
    let more = identity.applications.len().saturating_sub(NAMED);
    if more > 0 {
        applications.push(format!("and {more} more, see applications.csv"));
    }
    page.fields("Applied", &applications, NOT_HELD);
}

fn description(page: &mut Prose, dossier: &Dossier) {
    page.section("5. Description of the incident");
    page.paragraph(&format!(
        "(At most {DESCRIPTION} characters; paste from here to the end mark.)"
    ));
    page.blank();
    for paragraph in narrative(dossier) {
        page.paragraph(&paragraph);
        page.blank();
    }
    page.paragraph("(End of the description.)");
}

/// What happened, in paragraphs that fit the field together; what does not fit is left out from the end, whole.
fn narrative(dossier: &Dossier) -> Vec<String> {
    let heading = &dossier.heading;
    let house = if heading.organisation.name.is_empty() {
        "Our company"
    } else {
        &heading.organisation.name
    };
    let mut all = vec![format!(
        "{house} reports {}: job applications under several claimed identities that appear to come from one source.{}",
        or(&heading.wording),
        period(dossier)
    )];
    all.extend(dossier.summary.iter().cloned());
    let roles = roles(dossier);
    if !roles.is_empty() {
        all.push(format!("Openings applied for: {}.", roles.join("; ")));
    }
    let shared: Vec<String> = told_things(dossier).take(TOLD).map(shared).collect();
    if !shared.is_empty() {
        all.push(format!("What they share: {}.", shared.join("; ")));
    }
    let raised: Vec<&str> =
        dossier.indicators.iter().take(TOLD).map(|line| &*line.reason).collect();
    if !raised.is_empty() {
        all.push(format!("What was noticed: {}.", raised.join("; ")));
    }
    if !dossier.against.is_empty() {
        all.push(format!("What speaks against it: {}", dossier.against.join(" ")));
    }
    all.push(
        "These are findings from records, not proof of who acted. The named persons may be victims of identity theft."
            .to_owned(),
    );
    fitting(all)
}

/// The paragraphs that fit, the last one always among them.
fn fitting(mut all: Vec<String>) -> Vec<String> {
    let length = |text: &String| plain(text).chars().count() + 2;
    let Some(last) = all.pop() else { return all };
    let mut left = DESCRIPTION.saturating_sub(length(&last));
    let mut kept = Vec::new();
    for paragraph in all {
        let Some(rest) = left.checked_sub(length(&paragraph)) else { continue };
        left = rest;
        kept.push(paragraph);
    }
    kept.push(last);
    kept
}

fn period(dossier: &Dossier) -> String {
    match (dossier.heading.first_seen, dossier.heading.last_seen) {
        (Some(first), Some(last)) => {
            format!(" They were received from {} to {} (UTC).", first.day(), last.day())
        }
        _ => String::new(),
    }
}

/// Openings, each with the number of its applications, most first.
fn roles(dossier: &Dossier) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in dossier.identities.iter().flat_map(|identity| &identity.applications) {
        if !line.role.is_empty() {
            *counts.entry(&line.role).or_default() += 1;
        }
    }
    let mut roles: Vec<(&str, usize)> = counts.into_iter().collect();
    roles.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let said = |(role, count): &(&str, usize)| match count {
        1 => format!("{role} (1 application)"),
        n => format!("{role} ({n} applications)"),
    };
    roles.iter().take(TOLD).map(said).collect()
}

/// Things that two at least of the named identities share.
fn told_things(dossier: &Dossier) -> impl Iterator<Item = &Thing> {
    dossier.things.iter().filter(|thing| thing.identities.len() > 1)
}

/// A shared thing in a phrase.
fn shared(thing: &Thing) -> String {
    let users = format!("{} identities", thing.identities.len());
    match &thing.value {
        Value::Clear(value) => format!("{} {value} ({users})", thing.label),
        Value::Keyed(_) | Value::Withheld => format!("{}, withheld ({users})", thing.label),
        Value::None => format!("{}, nearly the same ({users})", thing.label),
    }
}

fn other(page: &mut Prose, dossier: &Dossier) {
    let heading = &dossier.heading;
    page.section("6. Other information");
    let mails: Vec<String> = dossier
        .attachments
        .iter()
        .filter(|attached| attached.media_type == "message/rfc822")
        .map(|attached| format!("{}, SHA-256 {}", attached.path, attached.sha256))
        .collect();
    page.fields("E-mail headers", &mails, NOT_HELD);
    page.field("Other witnesses or victims", NOT_HELD);
    page.field("Reported to other law enforcement or agencies", NOT_HELD);
    let update = heading.supersedes.as_ref().map_or_else(
        || "not of a complaint known here".to_owned(),
        |former| format!("takes the place of our referral {former}"),
    );
    page.field("Update of an earlier complaint", &update);
    page.field("Our reference", &format!("{}, {}", heading.referral, heading.ring));
    if let Some((case, title)) = &heading.case {
        page.field("Our case", &format!("{case}, {title}"));
    }
    let first_seen = |identity: &Identity| seen(identity).0;
    if let Some(first) = dossier.identities.iter().filter_map(first_seen).min() {
        page.field("First application", &first.to_string());
    }
    let more: Vec<String> = told_things(dossier).skip(TOLD).map(shared).collect();
    if !more.is_empty() {
        page.fields("What else they share", &more, NOT_HELD);
    }
    let originals = dossier.originals.len() + dossier.attachments.len();
    page.field(
        "Evidence kept",
        &format!(
            "{originals} original records and files in this package, each with its SHA-256 in custody.jsonl. IC3 takes no evidence \
             into its keeping: we keep the originals and give them out on request to {}.",
            or(&heading.organisation.contact)
        ),
    );
    let withheld: Vec<String> =
        dossier.withheld.iter().map(|w| format!("{} ({}): {}", w.what, w.count, w.why)).collect();
    page.fields("Withheld from this package", &withheld, "nothing");
    page.field(
        "Not held in this system",
        "messaging accounts (Telegram, Discord), date hired, company mailboxes, laptops and tracking numbers, identity documents, \
         recordings, remote-access findings, who referred whom, payments, losses. Add what you know.",
    );
}

fn signature(page: &mut Prose) {
    page.section("7. Privacy and signature");
    page.field(
        "Digital signature",
        "to be typed by the person who files, after reading the form; nobody has signed this",
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::{Organisation, sample};

    fn text(dossier: &Dossier) -> String {
        let files = Ic3.files(dossier).unwrap();
        String::from_utf8(files[0].bytes.clone()).unwrap()
    }

    #[test]
    fn the_complaint_is_as_people_read_it() {
        let expected = include_str!("../../tests/files/referral/ic3.txt");
        assert_eq!(text(&sample::dossier(2)), expected);
    }

    #[test]
    fn what_is_not_known_is_said_and_every_name_has_its_caution() {
        let mut dossier = sample::dossier(8);
        dossier.heading.organisation = Organisation::default();
        let text = text(&dossier);
        assert!(text.contains("Business name: not held\n"));
        let joined = text.replace("\n    ", " ");
        assert_eq!(joined.matches("Name: ").count(), 8);
        assert_eq!(
            joined.lines().filter(|l| l.starts_with("Name: ") && l.contains(CAUTION)).count(),
            8
        );
        assert!(text.starts_with("TLP:AMBER+STRICT\n") && text.ends_with("\nTLP:AMBER+STRICT\n"));
    }

    #[test]
    fn a_long_story_fits_the_field_and_keeps_its_last_sentence() {
        let mut dossier = sample::dossier(500);
        dossier.against = vec!["x ".repeat(5_000)];
        let told = narrative(&dossier);
        assert!(told.iter().map(|p| p.chars().count() + 2).sum::<usize>() <= DESCRIPTION);
        assert!(told.last().unwrap().contains("victims"));
        assert!(!told.iter().any(|p| p.contains("x x")));
    }

    #[test]
    fn another_employer_gets_no_complaint() {
        let mut dossier = sample::dossier(2);
        dossier.heading.profile = ReferralProfile::PeerEmployer;
        assert!(Ic3.files(&dossier).unwrap().is_empty());
    }
}
