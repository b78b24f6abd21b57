//! Indicators of the home address and of where claims of a place contradict one another. Not responsible for delivery
//! (`delivery`) nor for who else lives there (`matching`).
//!
//! Reads what address look-ups fill: the unknown columns addr_dpv (Y, S, D or N, as the postal service answers),
//! addr_vacant, addr_cmra and addr_type, the same without `addr_` in the home of `addresses[]`, and `checks[]` of kind
//! address.
//!
//! Invariant: a country is never weighed by which it is; only that two claims cannot both hold counts.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, Need, PROPOSAL, Strength, Subject, Topic,
        application::phone,
        places::{self, Place, Use},
        primary, record,
    },
    model::{Column, PlaceKind},
    normalize::fold::words,
    reference::{area_codes, states, time_zones, zips},
};

/// What a look-up found wrong with the home address.
pub(super) struct Fault {
    /// What, so that it goes on with "the home address".
    pub(super) reason: &'static str,
    /// What the look-up answered.
    pub(super) answer: String,
}

/// What a look-up answered about the home address: nothing where none did, and no fault where it is fine.
fn look_up(subject: &Subject<'_>) -> Option<Option<Fault>> {
    let home = places::history(&subject.record).into_iter().find(|a| a.purpose == Use::Home);
    let nested = |name: &str| home.as_ref().and_then(|home| home.entry.text(&[name]));
    let column = |name: &str| subject.record.extra(name).map(str::to_owned);
    let dpv = column("addr_dpv").or_else(|| nested("dpv"));
    let vacant = column("addr_vacant").or_else(|| nested("vacant"));
    let vacant = vacant.as_deref().and_then(record::flag);
    let checked = subject.record.checks("address").filter_map(|check| check.word(&["result"]));
    let checked: Vec<String> = checked.collect();
    let mut answered = vacant.is_some() || !checked.is_empty();
    let mut fault = None;
    if vacant == Some(true) {
        fault = Some(Fault { reason: "is vacant", answer: "vacant".to_owned() });
    }
    for result in checked {
        let reason = match result.as_str() {
            "vacant" | "empty" => "is vacant",
            "undeliverable" | "not found" | "no such address" | "nonexistent" | "not confirmed" => {
                "does not exist"
            }
            _ => continue,
        };
        fault = Some(Fault { reason, answer: result });
    }
    if let Some(dpv) = dpv.as_deref().and_then(words) {
        answered = true;
        // S and D: the house is there, the apartment is wrong or missing.
        if matches!(&*dpv, "n" | "no" | "false" | "not confirmed" | "undeliverable" | "invalid") {
            fault = Some(Fault { reason: "does not exist", answer: dpv.into() });
        }
    }
    answered.then_some(fault)
}

/// What a look-up found wrong with the home address, if one did.
pub(super) fn fault(subject: &Subject<'_>) -> Option<Fault> {
    look_up(subject).flatten()
}

/// `addr-undeliverable`.
pub static UNDELIVERABLE: Indicator = Indicator {
    id: "addr-undeliverable",
    title: "Home address does not exist or is vacant",
    topic: Topic::Address,
    needs: &["street", "addr_dpv", "addr_vacant", "addresses", "checks"],
    how: "A look-up did not confirm the house number (DPV \"N\"), found the address vacant, or a check of the address says \
          so. A wrong or missing apartment number (DPV \"S\" or \"D\") is no fault.",
    strength: Strength::Medium,
    innocent: &[
        "a house that was just built, or lies on a rural route",
        "the data of the look-up lag behind",
        "somebody who has just moved out, or in",
    ],
    sources: &[primary("Security Alliance, frameworks on DPRK IT workers, May 2026")],
    compares_names: false,
    compute: Compute::Application(undeliverable),
};

fn undeliverable(case: &Case<'_>) -> Assessed {
    let fault = look_up(case.subject).need("look-up of the home address")?;
    Ok(fault.map(|fault| {
        let reason = format!("the home address {}, as a look-up says", fault.reason);
        Finding::new(Strength::Medium, reason).with("answer of the look-up", fault.answer)
    }))
}

/// Programs that give people in danger an address in place of their own.
const CONFIDENTIAL: &[&str] = &["address confidentiality", "safe at home", "acp"];

/// `addr-cmra`.
pub static MAIL_DROP: Indicator = Indicator {
    id: "addr-cmra",
    title: "Mail drop or virtual office as home",
    topic: Topic::Place,
    needs: &["street", "addr_cmra", "addr_type", "addresses"],
    how: "A look-up calls the home address a commercial mail receiver (CMRA), or it is by its text or type a mail drop, a \
          virtual office or a coworking space. Medium where a look-up says CMRA and no other home is given; else weak. \
          Addresses of programs that hide an address are left out.",
    strength: Strength::Medium,
    innocent: &[
        "people who travel, or live in a vehicle",
        "people who must hide where they live, from a violent partner for instance",
        "small firms and self-employed people who rent a desk or a box",
    ],
    sources: &[primary("explanations of CMRA by firstlogic and Wikipedia")],
    compares_names: false,
    compute: Compute::Application(mail_drop),
};

fn mail_drop(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let record = &subject.record;
    let home = subject.normal.home.as_ref();
    let told = home.filter(|home| home.place != PlaceKind::Area);
    let cmra = record.extra_flag("addr_cmra");
    let kind = record.extra("addr_type").and_then(words);
    (told.is_some() || cmra.is_some() || kind.is_some()).then_some(()).need("home address")?;
    let line = [Column::Street, Column::Unit].into_iter().filter_map(|c| subject.raw(c));
    let line = format!(" {} ", line.filter_map(words).collect::<Vec<_>>().join(" "));
    if CONFIDENTIAL.iter().any(|program| line.contains(&format!(" {program} "))) {
        return Ok(None);
    }
    const TYPES: &[&str] = &[
        "cmra",
        "mail drop",
        "virtual office",
        "coworking",
        "co working",
        "pmb",
        "private mailbox",
    ];
    let by_type = kind.as_deref().filter(|kind| TYPES.iter().any(|t| kind.contains(t)));
    let by_text = told.is_some_and(|home| home.place == PlaceKind::MailDrop);
    let reason = match (cmra, by_type, by_text) {
        (Some(true), ..) => "the home is a commercial mail receiver, as a look-up says".to_owned(),
        // Whoever looked it up knows better than a list of brands.
        (Some(false), None, _) => return Ok(None),
        (_, Some(kind), _) => format!("the home is of the type \"{kind}\", as a look-up says"),
        (None, None, true) => "the home is by its text a mail drop, office or desk".to_owned(),
        (None, None, false) => return Ok(None),
    };
    let lives = places::history(record).iter().any(|other| {
        let dwelling = matches!(other.address.place, PlaceKind::Street | PlaceKind::Unit);
        other.purpose != Use::Delivery
            && dwelling
            && !home.is_some_and(|home| places::is_same_house(home, &other.address))
    });
    let strength = if cmra == Some(true) && !lives { Strength::Medium } else { Strength::Weak };
    let finding = Finding::new(strength, reason);
    Ok(Some(finding.with("home", places::home_as_received(subject))))
}

/// Minutes by which a time zone must differ from all of a place to contradict it: a neighboring zone is an hour away, and
/// summer time is another.
const APART: i32 = 120;

/// `place-inconsistency`.
pub static INCONSISTENCY: Indicator = Indicator {
    id: "place-inconsistency",
    title: "Claimed places contradict one another",
    topic: Topic::Place,
    needs: &["state", "postal_code", "country", "phone", "timezone", "ip"],
    how: "Four claims are held against one another: the state (or country) of the home, the state of its ZIP, that of the \
          area code, and where the device was: its time zone, two hours or more away from every one of a place, or the \
          country of its network address unless that is known to be a VPN, a proxy, hosting, mobile or corporate. Two that contradict are weak, three \
          of which no two agree are medium. An area code alone contradicts nothing: numbers are kept, and towns within 100 km \
          agree with it. Of an application through an agency only home and ZIP are compared.",
    strength: Strength::Medium,
    innocent: &[
        "numbers are kept when people move",
        "people travel, and apply from there",
        "a VPN that nobody knows to be one, or a family's contract in another state",
        "a digit of the ZIP was mistyped",
    ],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Application(inconsistency),
};

/// A claim of a place.
struct Claim {
    what: What,
    /// The places it may mean by country and state, and the times of these.
    country: Option<String>,
    state: Option<&'static str>,
    minutes: Vec<i32>,
    area: Option<&'static area_codes::AreaCode>,
    /// For people.
    shown: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Home,
    Zip,
    Area,
    Device,
}

fn inconsistency(case: &Case<'_>) -> Assessed {
    let place = Place::home(case.subject).need("state or country of the home")?;
    let claims = claims(case, &place);
    (claims.len() > 1).then_some(()).need("second claim of a place beside the home")?;
    let contradict = |a: &Claim, b: &Claim| contradict(a, b, &place);
    let mut worst: Vec<&Claim> = Vec::new();
    // Four claims have sixteen subsets.
    for set in 1_u8..16 {
        let chosen: Vec<&Claim> = claims
            .iter()
            .enumerate()
            .filter(|(at, _)| set & (1 << at) != 0)
            .map(|(_, c)| c)
            .collect();
        let mut pairs = chosen
            .iter()
            .enumerate()
            .flat_map(|(at, a)| chosen.iter().skip(at + 1).map(move |b| (*a, *b)));
        if chosen.len() > worst.len() && pairs.all(|(a, b)| contradict(a, b)) {
            worst = chosen;
        }
    }
    if worst.len() == 2 {
        // Of pairs those count in which no area code stands.
        let firm = |a: &&Claim| a.what != What::Area;
        let pair = claims.iter().filter(firm).enumerate().find_map(|(at, a)| {
            claims.iter().filter(firm).skip(at + 1).find(|b| contradict(a, b)).map(|b| vec![a, b])
        });
        worst = pair.unwrap_or_default();
    }
    let strength = match worst.len() {
        ..2 => return Ok(None),
        2 => Strength::Weak,
        _ => Strength::Medium,
    };
    let shown: Vec<&str> = worst.iter().map(|claim| claim.shown.as_str()).collect();
    Ok(Some(Finding::new(strength, format!("{} cannot all hold", shown.join("; ")))))
}

fn claims(case: &Case<'_>, place: &Place) -> Vec<Claim> {
    let subject = case.subject;
    let country = place.country.as_deref();
    let state = country.zip(place.state.as_deref()).and_then(|(c, s)| states::state(s, Some(c)));
    let times = |country: &str, state: Option<&str>| -> Vec<i32> {
        time_zones::of_place(country, state).into_iter().flatten().collect()
    };
    let mut all = Vec::new();
    if let Some(country) = country {
        all.push(Claim {
            what: What::Home,
            country: Some(country.to_owned()),
            state: state.map(|s| s.code),
            minutes: times(country, state.map(|s| s.code)),
            area: None,
            shown: format!("home in {}", state.map_or(country, |s| s.name)),
        });
    }
    let zip = subject.raw(Column::PostalCode).and(subject.normal.home.as_ref());
    let zip = zip.and_then(|home| home.postal_code.as_deref()).filter(|_| country == Some("US"));
    if let Some((zip, known)) = zip.and_then(|zip| Some((zip, zips::zip5(zip)?))) {
        all.push(Claim {
            what: What::Zip,
            country: Some("US".to_owned()),
            state: Some(known.state),
            minutes: times("US", Some(known.state)),
            area: None,
            shown: format!("ZIP {zip} in {}", known.state),
        });
    }
    // What an agency typed, and where, is the agency's.
    if subject.normal.agency.is_some() {
        return all;
    }
    let phone = subject.normal.phone.as_ref().and_then(|phone| area_codes::of_e164(&phone.e164));
    // Of a home abroad an American number says nothing, and the other way round.
    let area =
        phone.filter(|a| a.kind == "geographic" && a.us_state().is_some() && country == Some("US"));
    if let Some((area, state)) = area.and_then(|area| Some((area, area.us_state()?))) {
        all.push(Claim {
            what: What::Area,
            country: Some("US".to_owned()),
            state: Some(state),
            minutes: area.timezones.iter().filter_map(|zone| time_zones::minutes(zone)).collect(),
            area: Some(area),
            shown: format!("area code {} in {state}", area.code),
        });
    }
    all.extend(device(case));
    all
}

/// Where the device was, by its clock and its network.
fn device(case: &Case<'_>) -> Option<Claim> {
    let subject = case.subject;
    let zone = subject.normal.timezone.as_deref();
    // A browser that hides where it is says UTC.
    let minutes = zone.filter(|zone| !time_zones::is_utc(zone)).and_then(time_zones::minutes);
    let ip = subject.raw(Column::Ip).map(str::trim);
    let facts = ip.map(|ip| case.context.ips.look_up(ip));
    let country = facts.filter(|facts| facts.kind.is_none_or(|kind| kind.is_of_the_place()));
    let country = country.and_then(|facts| facts.country).map(|country| {
        let territory = matches!(country.as_str(), "PR" | "VI" | "GU" | "MP" | "AS");
        if territory { "US".to_owned() } else { country }
    });
    let mut shown = Vec::new();
    if let (Some(zone), Some(_)) = (zone, minutes) {
        shown.push(format!("in the time zone {zone}"));
    }
    shown.extend(country.as_ref().map(|country| format!("with a network address in {country}")));
    (!shown.is_empty()).then(|| Claim {
        what: What::Device,
        country,
        state: None,
        minutes: minutes.into_iter().collect(),
        area: None,
        shown: format!("device {}", shown.join(" and ")),
    })
}

/// Whether two claims cannot both hold.
fn contradict(a: &Claim, b: &Claim, home: &Place) -> bool {
    if a.what == What::Device || b.what == What::Device {
        let countries = a.country.as_deref().zip(b.country.as_deref());
        let nearest =
            a.minutes.iter().flat_map(|x| b.minutes.iter().map(move |y| (x - y).abs())).min();
        return countries.is_some_and(|(a, b)| !a.eq_ignore_ascii_case(b))
            || nearest.is_some_and(|minutes| minutes >= APART);
    }
    let (Some(x), Some(y)) = (a.state, b.state) else { return false };
    let near = |area: Option<&'static area_codes::AreaCode>| {
        area.is_some_and(|area| phone::is_at(area, home))
    };
    x != y && !near(a.area) && !near(b.area)
}
