//! Indicators of the phone number: how it was typed, whether it can exist, what kind of line it is, where its area code
//! belongs. Not responsible for who else uses it (`matching`).
//!
//! Invariant: a number that was taken along to another state is ordinary, and nothing here counts for more than a note.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, Missing, Need, PROPOSAL, Strength, Topic,
        application::address,
        history::{jobs, studies},
        places::Place,
        primary, quoted,
        tallies::has_plus_one,
    },
    model::{Column, LineType},
    normalize::fold::{is_nothing, words},
    reference::{area_codes, zips},
};

/// Share of a channel's US numbers that are typed with "+1" from which on the form is what adds it, in per cent.
const HABIT: u32 = 20;

/// `phone-plus-one-format`.
pub static PLUS_ONE_FORMAT: Indicator = Indicator {
    id: "phone-plus-one-format",
    title: "US number typed with \"+1\"",
    topic: Topic::Phone,
    needs: &["phone", "channel", "country"],
    how: "A number of somebody who claims a home in the United States begins with \"+1\", on a channel where fewer than 20 % \
          of the US numbers do (of at least 20).",
    strength: Strength::Weak,
    innocent: &[
        "people who lived abroad, or whose contacts are there, write numbers so",
        "the browser or an applicant-tracking system filled it in",
    ],
    sources: &[quoted("Amazon, Stephen Schmidt, December 2025")],
    compares_names: false,
    compute: Compute::Application(plus_one_format),
};

fn plus_one_format(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let typed = subject.raw(Column::Phone).need("phone number")?;
    let home = subject.normal.home.as_ref().and_then(|h| h.country.as_deref());
    if home.need("country of the home")? != "US" {
        return Ok(None);
    }
    let channel = subject.normal.channel.as_deref().need("channel")?;
    let habit = case.context.tallies.channel(channel).and_then(|c| c.plus_one_percent());
    let habit = habit.need("channel with at least 20 US numbers")?;
    if !has_plus_one(typed) || habit >= HABIT {
        return Ok(None);
    }
    let reason = format!("begins with \"+1\", as {habit} % of the US numbers on this channel do");
    Ok(Some(Finding::new(Strength::Weak, reason).with("phone as typed", typed)))
}

/// `phone-format-invalid`.
pub static FORMAT_INVALID: Indicator = Indicator {
    id: "phone-format-invalid",
    title: "Number that cannot exist",
    topic: Topic::Phone,
    needs: &["phone", "country"],
    how: "No numbering plan allows the number: in North America an area code or exchange that begins with 0 or 1 or ends \
          in 11, or the numbers 555-0100 to 555-0199, which are kept for fiction; elsewhere what libphonenumber's tables do \
          not allow. A number of another country that was typed without its country code is not assessed.",
    strength: Strength::Weak,
    innocent: &[
        "a digit was mistyped, or an extension stands in the field",
        "a new area code that the tables do not have yet",
        "people who do not want to be called fill the field with something",
    ],
    sources: &[quoted("Amazon, Stephen Schmidt, December 2025"), PROPOSAL],
    compares_names: false,
    compute: Compute::Application(format_invalid),
};

fn format_invalid(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let typed = subject.raw(Column::Phone).filter(|text| !is_nothing(text)).need("phone number")?;
    let digits: Vec<u8> = typed.bytes().filter(u8::is_ascii_digit).collect();
    // Somebody wrote a sentence, not a number.
    (digits.len() >= 5).then_some(()).need("phone number")?;
    let home = Place::home(subject).and_then(|place| place.country);
    let international = typed.trim_start().starts_with('+') || digits.starts_with(b"00");
    let american = matches!(home.as_deref(), None | Some("US" | "CA"));
    // "020 7946 0958" is how a number is typed at home, where that is not North America.
    let trunk = digits.starts_with(b"0") && digits.iter().any(|d| *d != b'0');
    let length = matches!(digits.len(), 10 | 11);
    if american && !international && (trunk || (home.is_none() && !length)) {
        return Err(Missing("country code of the phone number"));
    }
    let reason = match &subject.normal.phone {
        None => "cannot be read as a number of any country".to_owned(),
        Some(phone) => {
            match (phone.e164.strip_prefix("+1").and_then(american_fault), phone.valid) {
                (Some(fault), _) => fault,
                (None, false) => "is no number that its numbering plan allows".to_owned(),
                (None, true) => return Ok(None),
            }
        }
    };
    Ok(Some(Finding::new(Strength::Weak, reason).with("phone as typed", typed)))
}

/// What is wrong with ten digits of the North American plan.
fn american_fault(national: &str) -> Option<String> {
    let (area, exchange, line) = (national.get(..3)?, national.get(3..6)?, national.get(6..10)?);
    let never = |code: &str| code.starts_with(['0', '1']) || code.ends_with("11");
    if never(area) {
        return Some(format!("has the area code {area}, which no number can have"));
    }
    if never(exchange) {
        return Some(format!("has the exchange {exchange}, which no number can have"));
    }
    (exchange == "555" && line.starts_with("01")).then(|| {
        "is one of the numbers 555-0100 to 555-0199, which are kept for fiction".to_owned()
    })
}

/// `phone-line-voip`.
pub static LINE_VOIP: Indicator = Indicator {
    id: "phone-line-voip",
    title: "Internet number",
    topic: Topic::Phone,
    needs: &["phone", "phone_line_type", "addr_dpv", "addr_vacant"],
    how: "A look-up gave the line type VoIP, unless it is that of a fixed line or came through an agency. Medium where a look-up also says that the \
          home address does not exist or is vacant, and no earlier application of this person has the number.",
    strength: Strength::Medium,
    innocent: &[
        "people who give out an internet number to keep their own private",
        "people who have just arrived and have no contract yet",
        "small firms and homes whose line is an internet line",
    ],
    sources: &[
        quoted("FBI PSA I-012325-PSA, January 2025"),
        quoted("Mandiant on UNC5267, September 2024"),
        primary("libphonenumber, types of numbers"),
    ],
    compares_names: false,
    compute: Compute::Application(line_voip),
};

fn line_voip(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let phone = subject.normal.phone.as_ref().need("phone number")?;
    let line = phone.line_type.need("line type of the phone number")?;
    if subject.normal.agency.is_some() {
        return Ok(None);
    }
    let said = subject.raw(Column::PhoneLineType).and_then(words).unwrap_or_default();
    let fixed = said.contains("fixed") && !said.contains("non");
    if line != LineType::Voip || fixed {
        return Ok(None);
    }
    let at = subject.normal.submitted_at;
    let earlier = case.dossier.subjects.iter().any(|other| {
        let same = other.normal.phone.as_ref().is_some_and(|p| p.e164 == phone.e164);
        other.application.id != subject.application.id && same && other.normal.submitted_at < at
    });
    let finding = match address::fault(subject) {
        Some(fault) if !earlier => Finding::new(
            Strength::Medium,
            format!(
                "is an internet number that is new here, and the home address {}",
                fault.reason
            ),
        ),
        _ => Finding::new(Strength::Weak, "is an internet number, which anybody can have anywhere"),
    };
    Ok(Some(finding.with("line type", &*said)))
}

/// Kilometres within which the towns of an area code are neighbors.
const NEIGHBORS: f64 = 100.0;

/// `phone-area-vs-history`.
pub static AREA_VS_HISTORY: Indicator = Indicator {
    id: "phone-area-vs-history",
    title: "Area code matches no claimed place",
    topic: Topic::Place,
    needs: &["phone", "state", "ship_state", "institution", "education", "employment"],
    how: "The state of a US area code is neither that of the home or of delivery, in any application of this person, nor that \
          of any school or job, and none of its main towns is within 100 km of them. At least one school or job must have a \
          known place in the United States. Numbers of agencies are left out.",
    strength: Strength::Weak,
    innocent: &[
        "numbers are kept when people move",
        "family plans, and service in the armed forces",
        "a place that is not in the resume",
    ],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Application(area_vs_history),
};

fn area_vs_history(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let phone = subject.normal.phone.as_ref().need("phone number")?;
    if subject.normal.agency.is_some() {
        return Ok(None);
    }
    let area = area_codes::of_e164(&phone.e164);
    let area = area.filter(|a| a.kind == "geographic" && a.us_state().is_some());
    let area = area.need("phone number with a US area code")?;
    let home = subject.normal.home.as_ref().and_then(Place::of);
    let home = home.filter(|place| place.us_state().is_some());
    home.need("state of a home in the United States")?;
    let past: Vec<Place> = studies(subject)
        .into_iter()
        .filter_map(|study| study.place)
        .chain(jobs(subject).into_iter().filter_map(|job| job.place))
        .filter(|place| place.us_state().is_some())
        .collect();
    let past = past.need("place of a school or job in the United States")?;
    let lived = case.dossier.subjects.iter().flat_map(|s| [&s.normal.home, &s.normal.shipping]);
    let lived = lived.flatten().filter_map(Place::of);
    let places: Vec<Place> = lived.chain(past).collect();
    if places.iter().any(|place| is_at(area, place)) {
        return Ok(None);
    }
    let mut states: Vec<&str> = places.iter().filter_map(Place::us_state).collect();
    states.sort_unstable();
    states.dedup();
    let (code, state) = (area.code, area.us_state().unwrap_or_default());
    let reason = format!(
        "area code {code} belongs to {state}; the places claimed are in {}",
        states.join(", ")
    );
    Ok(Some(Finding::new(Strength::Weak, reason)))
}

/// Whether an area code is that of a place: of its state, or with one of its main towns nearby.
pub(super) fn is_at(area: &area_codes::AreaCode, place: &Place) -> bool {
    let Some(state) = area.us_state() else { return false };
    let near = |city: &&str| {
        let town = zips::city(state, city);
        town.zip(place.spot).is_some_and(|(a, b)| zips::kilometres(a, b) <= NEIGHBORS)
    };
    place.us_state() == Some(state) || area.cities.iter().any(near)
}
